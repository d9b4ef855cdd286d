/* tenant_shares.c - see tenant_shares.h. */
#include "policies/tenant_shares.h"

#include "base/memory.h"

void tenant_shares_init(struct tenant_shares *shares)
{
    *shares = (struct tenant_shares){.free_share = NONE};
    id_map_init(&shares->share_ids);
}

void tenant_shares_free(struct tenant_shares *shares)
{
    memory_free(shares->shares);
    memory_free(shares->machines);
    memory_free(shares->tasks);
    id_map_free(&shares->share_ids);
}

static uint64_t key_of(uint32_t machine, uint32_t tenant)
{
    return (uint64_t)machine << 32 | tenant;
}

/* The share of that key, made now if it is new. */
static uint32_t intern(struct tenant_shares *shares, uint64_t key)
{
    uint32_t share = id_map_get(&shares->share_ids, key);
    if (share != NONE)
        return share;
    share = shares->free_share;
    if (share != NONE) {
        shares->free_share = shares->shares[share].next;
    } else {
        array_reserve(shares->shares, shares->share_room, shares->share_count + 1);
        share = shares->share_count++;
    }
    shares->shares[share] = (struct tenant_share){.next = NONE};
    id_map_put(&shares->share_ids, key, share);
    return share;
}

static int64_t part_of(int64_t amount, int64_t whole)
{
    return whole > 0 ? (int64_t)((wide_t)amount * RESOURCE_UNIT / whole) : 0;
}

/* A tenant's part of a machine may have changed. */
static void weigh(struct tenant_shares *shares, const struct cluster *cluster, uint32_t machine,
                  struct tenant_share *share)
{
    const struct resources *capacity = &cluster->machine_facts[machine].capacity;
    int64_t cpu = part_of(share->cpu, capacity->amount[RESOURCE_CPU]);
    int64_t memory = part_of(share->memory, capacity->amount[RESOURCE_MEMORY]);
    int64_t part = cpu > memory ? cpu : memory;
    struct machine_shares *sums = &shares->machines[machine];
    sums->sum += part - share->part;
    sums->squares += (wide_t)part * part - (wide_t)share->part * share->part;
    share->part = part;
}

static void add(struct tenant_shares *shares, const struct cluster *cluster,
                const struct counted_task *task)
{
    uint32_t id = intern(shares, key_of(task->machine, task->tenant));
    struct tenant_share *share = &shares->shares[id];
    shares->machines[task->machine].tenants += share->tasks++ == 0;
    share->cpu += task->cpu;
    share->memory += task->memory;
    weigh(shares, cluster, task->machine, share);
}

static void take_off(struct tenant_shares *shares, const struct cluster *cluster,
                     const struct counted_task *task)
{
    uint64_t key = key_of(task->machine, task->tenant);
    uint32_t id = id_map_get(&shares->share_ids, key);
    struct tenant_share *share = &shares->shares[id];
    share->cpu -= task->cpu;
    share->memory -= task->memory;
    weigh(shares, cluster, task->machine, share);
    if (--share->tasks)
        return;
    shares->machines[task->machine].tenants--;
    share->next = shares->free_share;
    shares->free_share = id;
    id_map_remove(&shares->share_ids, key);
}

static void see_task(struct tenant_shares *shares, const struct cluster *cluster, uint32_t task)
{
    const struct task_facts *facts = &cluster->task_facts[task];
    struct counted_task *counted = &shares->tasks[task];
    struct resources charge = task_facts_charge(facts);
    if (counted->machine != NONE)
        take_off(shares, cluster, counted);
    *counted = (struct counted_task){.machine = facts->machine,
                                     .tenant = facts->tenant,
                                     .cpu = charge.amount[RESOURCE_CPU],
                                     .memory = charge.amount[RESOURCE_MEMORY]};
    if (counted->machine != NONE)
        add(shares, cluster, counted);
}

/* The parts of the tenants of a list of its tasks. */
static void see_tasks(struct tenant_shares *shares, const struct cluster *cluster, uint32_t machine,
                      uint32_t first)
{
    for (uint32_t task = first; task != NONE; task = cluster->tasks[task].machine_next) {
        uint64_t key = key_of(machine, cluster->task_facts[task].tenant);
        uint32_t share = id_map_get(&shares->share_ids, key);
        if (share != NONE)
            weigh(shares, cluster, machine, &shares->shares[share]);
    }
}

/* Its capacity may be another one. */
static void see_machine(struct tenant_shares *shares, const struct cluster *cluster,
                        uint32_t machine)
{
    see_tasks(shares, cluster, machine, cluster->machines[machine].first_task);
    see_tasks(shares, cluster, machine, cluster->machines[machine].first_suspended);
}

void tenant_shares_see(struct tenant_shares *shares, const struct cluster *cluster,
                       const struct change *change)
{
    array_reserve(shares->machines, shares->machine_room, cluster->machine_count);
    array_reserve(shares->tasks, shares->task_room, cluster->task_limit);
    for (; shares->task_count < cluster->task_limit; shares->task_count++)
        shares->tasks[shares->task_count].machine = NONE;
    if (change->task != NONE)
        see_task(shares, cluster, change->task);
    else if (change->machine != NONE)
        see_machine(shares, cluster, change->machine);
}

double tenant_shares_fairness(const struct tenant_shares *shares, uint32_t machine)
{
    const struct machine_shares *sums = &shares->machines[machine];
    if (!sums->sum)
        return 1;
    double sum = (double)sums->sum;
    return sum * sum / ((double)sums->tenants * (double)sums->squares);
}
