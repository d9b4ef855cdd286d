/* audit.c - see audit.h. */
#include "scheduler/audit.h"

#include <string.h>

#include "base/memory.h"
#include "scheduler/cluster_rules.h"

void audit_init(struct audit *audit)
{
    *audit = (struct audit){.full_due = true};
}

static void free_set(struct audit_set *set)
{
    memory_free(set->ids);
    memory_free(set->has);
}

void audit_free(struct audit *audit)
{
    free_set(&audit->machines);
    free_set(&audit->tasks);
    free_set(&audit->stages);
    free_set(&audit->jobs);
    free_set(&audit->tenants);
    memory_free(audit->machine_books);
    memory_free(audit->task_books);
    memory_free(audit->tenant_used);
    memory_free(audit->stage_live);
    memory_free(audit->waits);
    audit_init(audit);
}

static void touch(struct audit_set *set, uint32_t id)
{
    array_reserve(set->has, set->has_room, id + 1);
    if (set->has[id])
        return;
    set->has[id] = true;
    array_reserve(set->ids, set->room, set->count + 1);
    set->ids[set->count++] = id;
}

static void touch_all(struct audit_set *set, uint32_t limit)
{
    for (uint32_t id = 0; id < limit; id++)
        touch(set, id);
}

static void forget(struct audit_set *set)
{
    for (uint32_t i = 0; i < set->count; i++)
        set->has[set->ids[i]] = false;
    set->count = 0;
}

void audit_on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    (void)cluster;
    struct audit *audit = state;
    audit->changes++;
    if (change->machine != NONE)
        touch(&audit->machines, change->machine);
    if (change->task != NONE)
        touch(&audit->tasks, change->task);
}

/* A stage has one live task more or less. What waits for what may be another when it begins
 * or ends. */
static void count_in_stage(struct audit *audit, const struct cluster *cluster, uint32_t stage,
                           bool more)
{
    uint32_t *live = &audit->stage_live[stage];
    if (more) {
        audit->live++;
        ++*live;
    } else {
        audit->live--;
        --*live;
    }
    touch(&audit->stages, stage);
    uint32_t job = cluster->stages[stage].job;
    bool begins = more && *live == 1;
    bool ends = !more && *live == 0;
    if ((begins || ends) && job < cluster->job_count) /* else the rules of the stage tell */
        touch(&audit->jobs, job);
}

static void count_in_tenant(struct audit *audit, const struct audit_task *task, bool more)
{
    struct resources *used = &audit->tenant_used[task->tenant];
    if (more)
        resources_add(used, &task->charge);
    else
        resources_subtract(used, &task->charge);
    touch(&audit->tenants, task->tenant);
}

/* What the task's book should say. */
static enum status count_live_task(struct audit *audit, const struct cluster *cluster,
                                   uint32_t task, struct audit_task *book, struct problem *problem)
{
    const struct task *t = &cluster->tasks[task];
    const struct task_facts *facts = &cluster->task_facts[task];
    enum status status = rules_of_task(cluster, task, problem);
    if (status != STATUS_OK)
        return status;
    book->stage = t->stage + 1;
    book->tenant = facts->tenant;
    touch(&audit->stages, t->stage);
    if (facts->machine != NONE) {
        book->charge = task_facts_charge(facts);
        touch(&audit->machines, facts->machine);
    }
    return STATUS_OK;
}

static enum status count_task(struct audit *audit, const struct cluster *cluster, uint32_t task,
                              struct problem *problem)
{
    struct audit_task before = audit->task_books[task];
    struct audit_task now = {0};
    if (cluster->tasks[task].state < TASK_LIVE_COUNT) {
        enum status status = count_live_task(audit, cluster, task, &now, problem);
        if (status != STATUS_OK)
            return status;
    }
    audit->task_books[task] = now;
    if (before.stage)
        count_in_tenant(audit, &before, false);
    if (now.stage)
        count_in_tenant(audit, &now, true);
    if (before.stage == now.stage)
        return STATUS_OK;
    if (before.stage)
        count_in_stage(audit, cluster, before.stage - 1, false);
    if (now.stage)
        count_in_stage(audit, cluster, now.stage - 1, true);
    return STATUS_OK;
}

static enum status count_machine(struct audit *audit, const struct cluster *cluster,
                                 uint32_t machine, struct problem *problem)
{
    enum status status = rules_of_machine(cluster, machine, problem);
    if (status != STATUS_OK)
        return status;
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    struct audit_machine *book = &audit->machine_books[machine];
    resources_subtract(&audit->capacity, &book->capacity);
    resources_subtract(&audit->used, &book->used);
    audit->running -= book->running;
    audit->suspended -= book->suspended;
    *book = (struct audit_machine){
        .used = facts->used, .running = facts->running, .suspended = facts->suspended};
    if (cluster->machines[machine].state != MACHINE_AWAY)
        book->capacity = facts->capacity;
    resources_add(&audit->capacity, &book->capacity);
    resources_add(&audit->used, &book->used);
    audit->running += book->running;
    audit->suspended += book->suspended;
    return STATUS_OK;
}

static enum status check_stage(struct audit *audit, const struct cluster *cluster, uint32_t stage,
                               struct problem *problem)
{
    return rules_of_stage(cluster, stage, audit->stage_live[stage], problem);
}

static enum status check_job(struct audit *audit, const struct cluster *cluster, uint32_t job,
                             struct problem *problem)
{
    uint32_t stages;
    enum status status = rules_of_job(cluster, job, audit->waits, &stages, problem);
    audit->listed_stages += stages;
    return status;
}

static enum status check_tenant(struct audit *audit, const struct cluster *cluster, uint32_t tenant,
                                struct problem *problem)
{
    return rules_of_tenant(cluster, tenant, &audit->tenant_used[tenant], problem);
}

static enum status
check_each(struct audit *audit, const struct cluster *cluster, const struct audit_set *set,
           enum status (*check)(struct audit *audit, const struct cluster *cluster, uint32_t id,
                                struct problem *problem),
           struct problem *problem)
{
    for (uint32_t i = 0; i < set->count; i++) {
        enum status status = check(audit, cluster, set->ids[i], problem);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* Every task in exactly one state: live ids are those of the lists, and with the ended ones
 * they make up all that were submitted. */
static enum status check_sums(const struct audit *audit, const struct cluster *cluster,
                              struct problem *problem)
{
    uint32_t machines = cluster->machine_count;
    if (!resources_equal(&audit->capacity, &cluster->capacity))
        return rule_broken(problem, "the sum of capacities is wrong", "machine count", machines);
    if (!resources_equal(&audit->used, &cluster->used))
        return rule_broken(problem, "the sum of used is wrong", "machine count", machines);
    if (audit->running != cluster->lists[TASK_RUNNING].count)
        return rule_broken(problem, "running tasks and machines differ", "machine count", machines);
    if (audit->suspended != cluster->lists[TASK_SUSPENDED].count)
        return rule_broken(problem, "suspended tasks and machines differ", "machine count",
                           machines);
    uint64_t listed = 0;
    uint64_t ended = 0;
    for (int state = 0; state < TASK_LIVE_COUNT; state++)
        listed += cluster->lists[state].count;
    for (int state = TASK_LIVE_COUNT; state < TASK_STATE_COUNT; state++)
        ended += cluster->ended[state];
    uint32_t live = (uint32_t)audit->live;
    if (audit->live != listed || audit->live != cluster->task_ids.count)
        return rule_broken(problem, "live tasks and lists differ", "live tasks", live);
    const struct run_histogram *runs = &cluster->runtimes.all;
    if (runs->runs != cluster->ended[TASK_FINISHED] || !rule_past_adds_up(runs))
        return rule_broken(problem, "what was learned is not what ended well", "live tasks", live);
    if (audit->live + ended != cluster->submitted)
        return rule_broken(problem, "tasks were lost or counted twice", "live tasks", live);
    return STATUS_OK;
}

/* Tasks first: they say which machines, stages and tenants are concerned. */
static enum status check_touched(struct audit *audit, const struct cluster *cluster,
                                 struct problem *problem)
{
    enum status status = check_each(audit, cluster, &audit->tasks, count_task, problem);
    if (status == STATUS_OK)
        status = check_each(audit, cluster, &audit->machines, count_machine, problem);
    if (status == STATUS_OK)
        status = check_each(audit, cluster, &audit->stages, check_stage, problem);
    if (status == STATUS_OK)
        status = check_each(audit, cluster, &audit->jobs, check_job, problem);
    if (status == STATUS_OK)
        status = check_each(audit, cluster, &audit->tenants, check_tenant, problem);
    if (status == STATUS_OK)
        status = check_sums(audit, cluster, problem);
    return status;
}

/* What only a look at every part can tell: that no list of a stage has lost a task, no job a
 * stage, and no stage its past. */
static enum status check_lists(struct audit *audit, const struct cluster *cluster,
                               struct problem *problem)
{
    const struct runtimes *runtimes = &cluster->runtimes;
    uint32_t pasts = runtimes->free_stage_count;
    for (uint32_t s = 0; s < cluster->stage_count; s++) {
        enum status status = rules_of_stage_list(cluster, s, problem);
        if (status != STATUS_OK)
            return status;
        pasts += s < runtimes->slot_room && runtimes->slots[s];
    }
    if (pasts != runtimes->stage_count)
        return rule_broken(problem, "the past of a stage was lost or shared", "pasts", pasts);
    if (audit->listed_stages != cluster->stage_count)
        return rule_broken(problem, "a stage is in no job's list", "stage count",
                           cluster->stage_count);
    return STATUS_OK;
}

static void clear(void *array, size_t size)
{
    if (size)
        memset(array, 0, size);
}

static void empty_books(struct audit *audit)
{
    clear(audit->machine_books, audit->machine_room * sizeof *audit->machine_books);
    clear(audit->task_books, audit->task_room * sizeof *audit->task_books);
    clear(audit->tenant_used, audit->tenant_room * sizeof *audit->tenant_used);
    clear(audit->stage_live, audit->stage_room * sizeof *audit->stage_live);
    audit->capacity = audit->used = (struct resources){0};
    audit->running = audit->suspended = audit->live = audit->listed_stages = 0;
}

static void reserve_books(struct audit *audit, const struct cluster *cluster)
{
    array_reserve(audit->machine_books, audit->machine_room, cluster->machine_count);
    array_reserve(audit->task_books, audit->task_room, cluster->task_limit);
    array_reserve(audit->tenant_used, audit->tenant_room, cluster->tenant_count);
    array_reserve(audit->stage_live, audit->stage_room, cluster->stage_count);
    array_reserve(audit->waits, audit->waits_room, cluster->stage_count);
}

static enum status finish(struct audit *audit, enum status status)
{
    forget(&audit->machines);
    forget(&audit->tasks);
    forget(&audit->stages);
    forget(&audit->jobs);
    forget(&audit->tenants);
    audit->full_due = status != STATUS_OK;
    return status;
}

enum status audit_check_all(struct audit *audit, const struct cluster *cluster,
                            struct problem *problem)
{
    audit->changes = 0;
    reserve_books(audit, cluster);
    empty_books(audit);
    touch_all(&audit->machines, cluster->machine_count);
    touch_all(&audit->tasks, cluster->task_limit);
    touch_all(&audit->stages, cluster->stage_count);
    touch_all(&audit->jobs, cluster->job_count);
    touch_all(&audit->tenants, cluster->tenant_count);
    enum status status = check_touched(audit, cluster, problem);
    if (status == STATUS_OK)
        status = check_lists(audit, cluster, problem);
    return finish(audit, status);
}

enum status audit_check(struct audit *audit, const struct cluster *cluster, struct problem *problem)
{
    uint64_t parts = (uint64_t)cluster->machine_count + cluster->task_limit + cluster->stage_count;
    if (audit->full_due || audit->changes >= parts)
        return audit_check_all(audit, cluster, problem);
    reserve_books(audit, cluster);
    return finish(audit, check_touched(audit, cluster, problem));
}

enum status cluster_check(const struct cluster *cluster, struct problem *problem)
{
    struct audit audit;
    audit_init(&audit);
    enum status status = audit_check_all(&audit, cluster, problem);
    audit_free(&audit);
    return status;
}
