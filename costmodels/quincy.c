/* quincy.c - the cost model of Quincy: data to move against time to wait.
 *
 * Isard et al., "Quincy: fair scheduling for distributed computing clusters", SOSP 2009,
 * sections 4 and 5; the factors are the defaults of Firmament's quincy_cost_model.cc. One
 * unit of cost is one MiB pulled through a rack's switch:
 *
 *     psi    1 a MiB from another machine of the rack
 *     xi     2 a MiB from another rack, through the core
 *     omega  half a GiB a second of waiting, summed over all waits
 *     p*     one GiB a second that the attempt has run: what stopping it would throw away
 *
 * On a machine a task pulls what the machine lacks; "in a rack" and "anywhere" are priced
 * with the worst machine that the choice could mean, so that no real choice costs more than
 * its estimate. A block counts once however many copies are near, and copies on machines
 * that are away do not count. Machines and racks with a tenth of the input are preferred. */
#include <stdlib.h>

#include "costmodels/cost_model.h"

#define PSI 1
#define XI 2
#define OMEGA_PER_S 512
#define RUN_PER_S 1024
#define PREFERRED_PART 10

/* So much of the input is on this machine, or in this rack. */
struct holding {
    uint32_t id;
    int64_t mib;
};

struct locality {
    int64_t total_mib;
    struct holding machines[BLOCKS_MAX * BLOCK_COPIES_MAX];
    struct holding racks[BLOCKS_MAX * BLOCK_COPIES_MAX];
    uint32_t machine_count, rack_count;
};

static cost_t limited(cost_t cost)
{
    if (cost >= COST_MODEL_MAX)
        return COST_MODEL_MAX - 1;
    return cost <= -COST_MODEL_MAX ? -COST_MODEL_MAX + 1 : cost;
}

static void hold(struct holding *holdings, uint32_t *count, uint32_t id, int64_t mib)
{
    for (uint32_t i = 0; i < *count; i++) {
        if (holdings[i].id == id) {
            holdings[i].mib += mib;
            return;
        }
    }
    holdings[(*count)++] = (struct holding){id, mib};
}

static int64_t held(const struct holding *holdings, uint32_t count, uint32_t id)
{
    for (uint32_t i = 0; i < count; i++)
        if (holdings[i].id == id)
            return holdings[i].mib;
    return 0;
}

static void locate_block(struct locality *locality, const struct block_facts *block,
                         const struct cluster_facts *cluster)
{
    uint32_t racks[BLOCK_COPIES_MAX];
    uint32_t rack_count = 0;
    locality->total_mib += block->mib;
    for (uint32_t c = 0; c < block->copy_count; c++) {
        const struct machine_facts *machine = &cluster->machines[block->machines[c]];
        if (!machine->present)
            continue;
        hold(locality->machines, &locality->machine_count, block->machines[c], block->mib);
        bool counted = false;
        for (uint32_t i = 0; i < rack_count; i++)
            counted = counted || racks[i] == machine->rack;
        if (counted)
            continue;
        racks[rack_count++] = machine->rack;
        hold(locality->racks, &locality->rack_count, machine->rack, block->mib);
    }
}

static void locate(struct locality *locality, const struct task_facts *task,
                   const struct cluster_facts *cluster)
{
    locality->total_mib = 0;
    locality->machine_count = locality->rack_count = 0;
    for (uint32_t b = 0; b < task->block_count; b++)
        locate_block(locality, &task->blocks[b], cluster);
}

/* gamma: what comes through the rack's switch and what through the core. */
static cost_t machine_cost(const struct locality *locality, const struct cluster_facts *cluster,
                           uint32_t machine)
{
    uint32_t rack = cluster->machines[machine].rack;
    int64_t on_machine = held(locality->machines, locality->machine_count, machine);
    int64_t on_rack = held(locality->racks, locality->rack_count, rack);
    return PSI * (on_rack - on_machine) + XI * (locality->total_mib - on_rack);
}

/* rho: the worst machine of the rack that takes tasks; -1 if none does. */
static cost_t rack_cost(const struct locality *locality, const struct cluster_facts *cluster,
                        uint32_t rack)
{
    cost_t worst = -1;
    const struct rack_facts *facts = &cluster->racks[rack];
    for (uint32_t i = 0; i < facts->machine_count; i++) {
        uint32_t machine = facts->machines[i];
        if (!cluster->machines[machine].up)
            continue;
        cost_t cost = machine_cost(locality, cluster, machine);
        worst = cost > worst ? cost : worst;
    }
    return worst;
}

static bool takes_tasks(const struct cluster_facts *cluster, uint32_t rack)
{
    const struct rack_facts *facts = &cluster->racks[rack];
    for (uint32_t i = 0; i < facts->machine_count; i++)
        if (cluster->machines[facts->machines[i]].up)
            return true;
    return false;
}

/* alpha: the worst rack. One without any of the input is the worst there can be. */
static cost_t anywhere(const struct task_facts *task, const struct cluster_facts *cluster)
{
    if (!task->block_count)
        return 0;
    struct locality locality;
    locate(&locality, task, cluster);
    for (uint32_t rack = 0; rack < cluster->rack_count; rack++)
        if (!held(locality.racks, locality.rack_count, rack) && takes_tasks(cluster, rack))
            return limited(XI * locality.total_mib);
    cost_t worst = 0;
    for (uint32_t i = 0; i < locality.rack_count; i++) {
        cost_t cost = rack_cost(&locality, cluster, locality.racks[i].id);
        worst = cost > worst ? cost : worst;
    }
    return limited(worst);
}

static int by_id(const void *a, const void *b)
{
    uint32_t x = ((const struct holding *)a)->id;
    uint32_t y = ((const struct holding *)b)->id;
    return x < y ? -1 : x > y;
}

/* A block has at most 3 copies, so at most 30 machines and 30 racks hold a tenth. */
static uint32_t preferences(const struct task_facts *task, const struct cluster_facts *cluster,
                            struct preference *preferred)
{
    if (!task->block_count)
        return 0;
    struct locality locality;
    locate(&locality, task, cluster);
    qsort(locality.machines, locality.machine_count, sizeof locality.machines[0], by_id);
    qsort(locality.racks, locality.rack_count, sizeof locality.racks[0], by_id);
    uint32_t count = 0;
    for (uint32_t i = 0; i < locality.machine_count; i++) {
        const struct holding *holding = &locality.machines[i];
        bool enough = holding->mib > 0 && holding->mib * PREFERRED_PART >= locality.total_mib;
        if (enough && cluster->machines[holding->id].up)
            preferred[count++] =
                (struct preference){PREFERENCE_MACHINE, holding->id,
                                    limited(machine_cost(&locality, cluster, holding->id))};
    }
    for (uint32_t i = 0; i < locality.rack_count; i++) {
        const struct holding *holding = &locality.racks[i];
        bool enough = holding->mib > 0 && holding->mib * PREFERRED_PART >= locality.total_mib;
        cost_t cost = enough ? rack_cost(&locality, cluster, holding->id) : -1;
        if (cost >= 0)
            preferred[count++] = (struct preference){PREFERENCE_RACK, holding->id, limited(cost)};
    }
    return count;
}

static cost_t per_second(int64_t time_us, cost_t rate)
{
    __int128 cost = (__int128)time_us * rate / 1000000;
    return cost >= COST_MODEL_MAX ? COST_MODEL_MAX - 1 : (cost_t)cost;
}

/* upsilon */
static cost_t waiting(const struct task_facts *task)
{
    return per_second(task->waited_us, OMEGA_PER_S);
}

/* d* - p* */
static cost_t keeping(const struct task_facts *task, const struct cluster_facts *cluster)
{
    struct locality locality;
    locate(&locality, task, cluster);
    return limited(machine_cost(&locality, cluster, task->machine)) -
           per_second(task->ran_us, RUN_PER_S);
}

const struct cost_model cost_model_quincy = {
    .name = "quincy",
    .help = "data to move against time to wait (Isard et al., SOSP 2009)",
    .waiting = waiting,
    .anywhere = anywhere,
    .preferences = preferences,
    .keeping = keeping,
    .preempting = waiting,
};
