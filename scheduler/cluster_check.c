/* cluster_check.c - the invariants of cluster.h, counted anew from nothing. */
#include <string.h>

#include "base/memory.h"
#include "costmodels/slo_terms.h"
#include "scheduler/cluster.h"

static enum status broken(struct problem *problem, const char *rule, const char *what, uint32_t id)
{
    return problem_set(problem, STATUS_ILLEGAL, NULL, 0, 0, "%s: %s %u", rule, what, id);
}

/* used = sum of the demands of the tasks on it, within 0 .. capacity. */
static enum status check_machine(const struct cluster *cluster, uint32_t machine,
                                 struct problem *problem)
{
    const struct machine *m = &cluster->machines[machine];
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    struct resources sum = {0};
    uint32_t running = 0;
    int64_t weight = 0;
    uint32_t previous = NONE;
    for (uint32_t t = m->first_task; t != NONE; t = cluster->tasks[t].machine_next) {
        if (cluster->task_facts[t].machine != machine || cluster->tasks[t].state != TASK_RUNNING)
            return broken(problem, "a task is listed where it does not run", "task", t);
        if (cluster->tasks[t].machine_previous != previous)
            return broken(problem, "a machine's list of tasks is torn", "machine", machine);
        resources_add(&sum, &cluster->task_facts[t].demand);
        running++;
        if (cluster->task_facts[t].latency_us)
            weight += slo_weight(cluster->task_facts[t].priority);
        previous = t;
    }
    if (weight != facts->services_weight || (weight > 0) != (facts->services_latency_us > 0))
        return broken(problem, "services are not weighed right", "machine", machine);
    if (running != facts->running || !resources_equal(&sum, &facts->used))
        return broken(problem, "used is not the sum of the demands", "machine", machine);
    if (!resources_fit(&facts->used, &facts->capacity))
        return broken(problem, "used is more than the capacity", "machine", machine);
    if (m->state == MACHINE_AWAY && running)
        return broken(problem, "tasks run on a machine that is away", "machine", machine);
    if (facts->up != (m->state == MACHINE_UP) || facts->present != (m->state != MACHINE_AWAY))
        return broken(problem, "facts and state differ", "machine", machine);
    return STATUS_OK;
}

static enum status check_machines(const struct cluster *cluster, struct problem *problem)
{
    struct resources capacity = {0};
    struct resources used = {0};
    uint64_t running = 0;
    for (uint32_t m = 0; m < cluster->machine_count; m++) {
        enum status status = check_machine(cluster, m, problem);
        if (status != STATUS_OK)
            return status;
        if (cluster->machines[m].state != MACHINE_AWAY)
            resources_add(&capacity, &cluster->machine_facts[m].capacity);
        resources_add(&used, &cluster->machine_facts[m].used);
        running += cluster->machine_facts[m].running;
    }
    if (!resources_equal(&capacity, &cluster->capacity))
        return broken(problem, "the sum of capacities is wrong", "machine count",
                      cluster->machine_count);
    if (!resources_equal(&used, &cluster->used))
        return broken(problem, "the sum of used is wrong", "machine count", cluster->machine_count);
    if (running != cluster->lists[TASK_RUNNING].count)
        return broken(problem, "running tasks and machines differ", "machine count",
                      cluster->machine_count);
    return STATUS_OK;
}

static enum status check_task(const struct cluster *cluster, uint32_t task, struct problem *problem)
{
    const struct task *t = &cluster->tasks[task];
    const struct task_list *list = &cluster->lists[t->state];
    if (t->position >= list->count || list->tasks[t->position] != task)
        return broken(problem, "a task is not in the list of its state", "task", task);
    if ((t->state == TASK_RUNNING) != (cluster->task_facts[task].machine != NONE))
        return broken(problem, "a task has a machine and does not run, or runs on none", "task",
                      task);
    if (t->state == TASK_BLOCKED && cluster->stages[t->stage].open_predecessors == 0)
        return broken(problem, "a task is blocked by nothing", "task", task);
    if (t->state != TASK_BLOCKED && cluster->stages[t->stage].open_predecessors > 0)
        return broken(problem, "a task is let go before its predecessors ended", "task", task);
    if (id_map_get(&cluster->task_ids, (uint64_t)t->stage << 32 | t->index) != task)
        return broken(problem, "a live task is not found by its name", "task", task);
    return STATUS_OK;
}

/* Every task in exactly one state: live ids are those of the lists, and with the ended ones
 * they make up all that were submitted. */
static enum status check_tasks(const struct cluster *cluster, struct problem *problem)
{
    uint64_t live = 0;
    uint64_t listed = 0;
    uint64_t ended = 0;
    for (uint32_t t = 0; t < cluster->task_limit; t++) {
        if (cluster->tasks[t].state >= TASK_LIVE_COUNT)
            continue;
        enum status status = check_task(cluster, t, problem);
        if (status != STATUS_OK)
            return status;
        live++;
    }
    for (int state = 0; state < TASK_LIVE_COUNT; state++)
        listed += cluster->lists[state].count;
    for (int state = TASK_LIVE_COUNT; state < TASK_STATE_COUNT; state++)
        ended += cluster->ended[state];
    if (live != listed || live != cluster->task_ids.count)
        return broken(problem, "live tasks and lists differ", "live tasks", (uint32_t)live);
    if (live + ended != cluster->submitted)
        return broken(problem, "tasks were lost or counted twice", "live tasks", (uint32_t)live);
    return STATUS_OK;
}

/* A tenant's used = sum of the demands of its running tasks. */
static enum status check_tenants(const struct cluster *cluster, struct problem *problem)
{
    struct resources *sums = memory_alloc(cluster->tenant_count * sizeof *sums);
    const struct task_list *running = &cluster->lists[TASK_RUNNING];
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < running->count; i++) {
        const struct task_facts *facts = &cluster->task_facts[running->tasks[i]];
        resources_add(&sums[facts->tenant], &facts->demand);
    }
    for (uint32_t i = 0; i < cluster->tenant_count; i++)
        if (!resources_equal(&sums[i], &cluster->tenant_facts[i].used))
            status = broken(problem, "a tenant's used is not the sum of its demands", "tenant", i);
    memory_free(sums);
    return status;
}

static enum status check_stages(const struct cluster *cluster, struct problem *problem)
{
    uint32_t *waits = memory_alloc(cluster->stage_count * sizeof *waits);
    enum status status = STATUS_OK;
    for (uint32_t s = 0; s < cluster->stage_count; s++) {
        const struct stage *stage = &cluster->stages[s];
        uint32_t live = 0;
        for (uint32_t t = stage->first_task; t != NONE; t = cluster->tasks[t].stage_next)
            live += cluster->tasks[t].stage == s;
        if (live != stage->live_count)
            status = broken(problem, "a stage's live tasks are miscounted", "stage", s);
        for (uint32_t i = 0; i < stage->successor_count; i++)
            waits[stage->successors[i]]++;
    }
    for (uint32_t s = 0; s < cluster->stage_count; s++)
        if (waits[s] != cluster->stages[s].open_predecessors)
            status = broken(problem, "a stage's open predecessors are miscounted", "stage", s);
    memory_free(waits);
    return status;
}

enum status cluster_check(const struct cluster *cluster, struct problem *problem)
{
    enum status status = check_machines(cluster, problem);
    if (status == STATUS_OK)
        status = check_tasks(cluster, problem);
    if (status == STATUS_OK)
        status = check_tenants(cluster, problem);
    if (status == STATUS_OK)
        status = check_stages(cluster, problem);
    return status;
}
