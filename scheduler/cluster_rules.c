/* cluster_rules.c - see cluster_rules.h. */
#include "scheduler/cluster_rules.h"

#include "costmodels/slo_terms.h"

enum status rule_broken(struct problem *problem, const char *rule, const char *what, uint32_t id)
{
    return problem_set(problem, STATUS_ILLEGAL, NULL, 0, 0, "%s: %s %u", rule, what, id);
}

/* A task on a machine holds as many devices as it demands, and they are its machine's. */
static bool holds_its_devices(const struct task_facts *task, const struct machine_facts *machine)
{
    int64_t gpus = task->demand.amount[RESOURCE_GPU];
    if (!gpus || !machine->devices)
        return !gpus && !task->devices;
    int64_t width = gpus < RESOURCE_UNIT ? 1 : gpus / RESOURCE_UNIT;
    return __builtin_popcount(task->devices) == width &&
           task->devices >> machine->devices->count == 0;
}

/* A machine has as many devices as GPUs, and its labels are known. */
static enum status check_outfit(const struct cluster *cluster, uint32_t machine,
                                struct problem *problem)
{
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    uint32_t count = facts->devices ? facts->devices->count : 0;
    if (facts->capacity.amount[RESOURCE_GPU] != count * RESOURCE_UNIT || count > DEVICES_MAX)
        return rule_broken(problem, "the devices are not the GPUs", "machine", machine);
    if (facts->labels != NONE && facts->labels >= cluster->labels.set_names.count)
        return rule_broken(problem, "a machine has labels that never were", "machine", machine);
    return STATUS_OK;
}

/* A task that is on one of a machine's lists may be there, with what it holds. */
static enum status check_guest(const struct cluster *cluster, uint32_t task, uint32_t machine,
                               enum task_state state, struct problem *problem)
{
    const struct task_facts *facts = &cluster->task_facts[task];
    if (facts->machine != machine || cluster->tasks[task].state != state)
        return rule_broken(problem, "a task is listed where it is not", "task", task);
    if (!resources_fit(&facts->demand, &cluster->machine_facts[machine].capacity))
        return rule_broken(problem, "a task is where it could never run", "task", task);
    if (!holds_its_devices(facts, &cluster->machine_facts[machine]))
        return rule_broken(problem, "a task does not hold the devices it demands", "task", task);
    if (facts->constraint != NONE && facts->constraint >= cluster->labels.constraint_names.count)
        return rule_broken(problem, "a task has a constraint that never was", "task", task);
    if (!cluster_allows(cluster, facts->constraint, machine))
        return rule_broken(problem, "a task runs where its constraint forbids it", "task", task);
    return STATUS_OK;
}

/* The first of a machine's tasks that run there, or are suspended. */
static uint32_t first_guest(const struct cluster *cluster, uint32_t machine, enum task_state state)
{
    const struct machine *m = &cluster->machines[machine];
    return state == TASK_RUNNING ? m->first_task : m->first_suspended;
}

/* A list whose links back are right has no loop, so the walk ends. */
static enum status count_tasks(const struct cluster *cluster, uint32_t machine,
                               enum task_state state, struct resources *used,
                               struct problem *problem)
{
    const struct machine_facts *machine_facts = &cluster->machine_facts[machine];
    uint32_t count = 0;
    uint32_t previous = NONE;
    for (uint32_t t = first_guest(cluster, machine, state); t != NONE;
         t = cluster->tasks[t].machine_next) {
        if (t >= cluster->task_limit || cluster->tasks[t].machine_previous != previous)
            return rule_broken(problem, "a machine's list of tasks is torn", "machine", machine);
        enum status status = check_guest(cluster, t, machine, state, problem);
        if (status != STATUS_OK)
            return status;
        struct resources charge = task_facts_charge(&cluster->task_facts[t]);
        resources_add(used, &charge);
        count++;
        previous = t;
    }
    if (count != (state == TASK_RUNNING ? machine_facts->running : machine_facts->suspended))
        return rule_broken(problem, "the tasks on a machine are miscounted", "machine", machine);
    return STATUS_OK;
}

/* The services that run on the machine weigh what is said, and the strictest target is the least.
 */
static enum status check_services(const struct cluster *cluster, uint32_t machine,
                                  struct problem *problem)
{
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    int64_t weight = 0;
    int64_t strictest_us = 0;
    uint32_t t = cluster->machines[machine].first_task;
    for (; t != NONE; t = cluster->tasks[t].machine_next) {
        const struct task_facts *task = &cluster->task_facts[t];
        if (!task->latency_us)
            continue;
        weight += slo_weight(task->priority);
        if (!strictest_us || task->latency_us < strictest_us)
            strictest_us = task->latency_us;
    }
    if (weight != facts->services_weight || strictest_us != facts->services_latency_us)
        return rule_broken(problem, "services are not weighed right", "machine", machine);
    return STATUS_OK;
}

/* Take what the tasks of one of the machine's lists hold off what is left on each device. */
static void take_held(const struct cluster *cluster, uint32_t first, const struct devices *devices,
                      int64_t *left)
{
    for (uint32_t t = first; t != NONE; t = cluster->tasks[t].machine_next) {
        const struct task_facts *task = &cluster->task_facts[t];
        int64_t gpus = task->demand.amount[RESOURCE_GPU];
        for (uint32_t d = 0; d < devices->count; d++)
            if (task->devices >> d & 1)
                left[d] -= gpus < RESOURCE_UNIT ? gpus : RESOURCE_UNIT;
    }
}

/* What is free on each device is what the tasks on the machine leave of one GPU. */
static enum status check_devices(const struct cluster *cluster, uint32_t machine,
                                 struct problem *problem)
{
    const struct devices *devices = cluster->machine_facts[machine].devices;
    int64_t left[DEVICES_MAX];
    if (!devices)
        return STATUS_OK;
    for (uint32_t d = 0; d < devices->count; d++)
        left[d] = RESOURCE_UNIT;
    take_held(cluster, cluster->machines[machine].first_task, devices, left);
    take_held(cluster, cluster->machines[machine].first_suspended, devices, left);
    for (uint32_t d = 0; d < devices->count; d++)
        if (left[d] < 0 || left[d] != devices->free[d])
            return rule_broken(problem, "a device is charged wrongly", "machine", machine);
    return STATUS_OK;
}

enum status rules_of_machine(const struct cluster *cluster, uint32_t machine,
                             struct problem *problem)
{
    const struct machine *m = &cluster->machines[machine];
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    struct resources used = {0};
    enum status status = check_outfit(cluster, machine, problem);
    if (status == STATUS_OK)
        status = count_tasks(cluster, machine, TASK_RUNNING, &used, problem);
    if (status == STATUS_OK)
        status = count_tasks(cluster, machine, TASK_SUSPENDED, &used, problem);
    if (status == STATUS_OK)
        status = check_devices(cluster, machine, problem);
    if (status == STATUS_OK)
        status = check_services(cluster, machine, problem);
    if (status != STATUS_OK)
        return status;
    if (!resources_equal(&used, &facts->used))
        return rule_broken(problem, "used is not the sum of the charges", "machine", machine);
    if (!resources_fit(&facts->used, &facts->capacity))
        return rule_broken(problem, "used is more than the capacity", "machine", machine);
    if (m->state == MACHINE_AWAY && facts->running + facts->suspended)
        return rule_broken(problem, "tasks are on a machine that is away", "machine", machine);
    if (facts->up != (m->state == MACHINE_UP) || facts->present != (m->state != MACHINE_AWAY))
        return rule_broken(problem, "facts and state differ", "machine", machine);
    return STATUS_OK;
}

/* Do the neighbours in the stage's list link back? */
static bool linked(const struct cluster *cluster, uint32_t task)
{
    const struct task *t = &cluster->tasks[task];
    uint32_t next = t->stage_next;
    uint32_t previous = t->stage_previous;
    if (next != NONE &&
        (next >= cluster->task_limit || cluster->tasks[next].stage_previous != task))
        return false;
    if (previous == NONE)
        return cluster->stages[t->stage].first_task == task;
    return previous < cluster->task_limit && cluster->tasks[previous].stage_next == task;
}

/* A task's facts repeat what its stage and its job are. Its tenant is the job's, or none if it
 * was submitted before anybody knew whose the job is. */
static enum status check_belonging(const struct cluster *cluster, uint32_t task,
                                   struct problem *problem)
{
    const struct task_facts *facts = &cluster->task_facts[task];
    uint32_t stage = cluster->tasks[task].stage;
    uint32_t job = cluster->stages[stage].job;
    if (facts->stage != stage || facts->job != job || job >= cluster->job_count)
        return rule_broken(problem, "a task's facts are of another job or stage", "task", task);
    if (facts->kind != cluster->stages[stage].kind)
        return rule_broken(problem, "a task is of another kind than its stage", "task", task);
    uint32_t tenant = cluster->jobs[job].tenant + 1; /* NONE + 1 is 0 */
    if ((facts->tenant && facts->tenant != tenant) || facts->tenant >= cluster->tenant_count)
        return rule_broken(problem, "a task is of another tenant than its job", "task", task);
    return STATUS_OK;
}

/* It is on a machine, and holds devices, as its state says. */
static enum status check_whereabouts(const struct cluster *cluster, uint32_t task,
                                     struct problem *problem)
{
    enum task_state state = cluster->tasks[task].state;
    const struct task_facts *facts = &cluster->task_facts[task];
    if (facts->machine != NONE && facts->machine >= cluster->machine_count)
        return rule_broken(problem, "a task is on a machine that never was", "task", task);
    bool suspended = state == TASK_SUSPENDED;
    if ((state == TASK_RUNNING || suspended) != (facts->machine != NONE))
        return rule_broken(problem, "a task has a machine and should not, or has none", "task",
                           task);
    if (facts->suspended != suspended)
        return rule_broken(problem, "a task is suspended, or is not, against its state", "task",
                           task);
    if (facts->machine == NONE && facts->devices)
        return rule_broken(problem, "a task on no machine holds devices", "task", task);
    return STATUS_OK;
}

enum status rules_of_task(const struct cluster *cluster, uint32_t task, struct problem *problem)
{
    const struct task *t = &cluster->tasks[task];
    const struct task_list *list = &cluster->lists[t->state];
    if (t->position >= list->count || list->tasks[t->position] != task)
        return rule_broken(problem, "a task is not in the list of its state", "task", task);
    enum status status = check_whereabouts(cluster, task, problem);
    if (status != STATUS_OK)
        return status;
    if (t->stage >= cluster->stage_count)
        return rule_broken(problem, "a task is of a stage that never was", "task", task);
    if (t->state == TASK_BLOCKED && cluster->stages[t->stage].open_predecessors == 0)
        return rule_broken(problem, "a task is blocked by nothing", "task", task);
    if (t->state != TASK_BLOCKED && cluster->stages[t->stage].open_predecessors > 0)
        return rule_broken(problem, "a task is let go before its predecessors ended", "task", task);
    if (id_map_get(&cluster->task_ids, (uint64_t)t->stage << 32 | t->index) != task)
        return rule_broken(problem, "a live task is not found by its name", "task", task);
    if (!linked(cluster, task))
        return rule_broken(problem, "a stage's list of tasks is torn at a task", "task", task);
    return check_belonging(cluster, task, problem);
}

bool rule_past_adds_up(const struct run_histogram *past)
{
    uint64_t runs = 0;
    for (uint32_t i = 0; i < past->count; i++) {
        if (i && past->buckets[i].bucket <= past->buckets[i - 1].bucket)
            return false;
        runs += past->buckets[i].runs;
    }
    return runs == past->runs;
}

static bool past_adds_up(const struct run_histograms *pasts, uint32_t id)
{
    return id >= pasts->room || rule_past_adds_up(&pasts->histograms[id]);
}

/* What is learned of a stage goes with its last live task. */
static enum status check_past(const struct cluster *cluster, uint32_t stage, uint32_t live,
                              struct problem *problem)
{
    const struct runtimes *runtimes = &cluster->runtimes;
    uint32_t kind = cluster->stages[stage].kind;
    uint32_t slot = stage < runtimes->slot_room ? runtimes->slots[stage] : 0;
    if (slot && (!live || slot > runtimes->stage_count))
        return rule_broken(problem, "a stage's past is not its own", "stage", stage);
    if (kind != NONE && kind >= cluster->kind_names.count)
        return rule_broken(problem, "a stage is of a kind that never was", "stage", stage);
    if ((slot && !past_adds_up(&runtimes->stages, slot - 1)) ||
        !past_adds_up(&runtimes->kinds, kind))
        return rule_broken(problem, "a stage's or its kind's runs are miscounted", "stage", stage);
    return STATUS_OK;
}

enum status rules_of_stage(const struct cluster *cluster, uint32_t stage, uint32_t live,
                           struct problem *problem)
{
    const struct stage *s = &cluster->stages[stage];
    if (s->live_count != live)
        return rule_broken(problem, "a stage's live tasks are miscounted", "stage", stage);
    if (s->job >= cluster->job_count)
        return rule_broken(problem, "a stage is of a job that never was", "stage", stage);
    bool listed = s->first_task < cluster->task_limit &&
                  cluster->tasks[s->first_task].stage == stage &&
                  cluster->tasks[s->first_task].stage_previous == NONE;
    if (live ? !listed : s->first_task != NONE)
        return rule_broken(problem, "a stage's list of tasks is torn", "stage", stage);
    return check_past(cluster, stage, live, problem);
}

enum status rules_of_stage_list(const struct cluster *cluster, uint32_t stage,
                                struct problem *problem)
{
    uint32_t live = 0;
    uint32_t previous = NONE;
    for (uint32_t t = cluster->stages[stage].first_task; t != NONE;
         t = cluster->tasks[t].stage_next) {
        if (t >= cluster->task_limit || cluster->tasks[t].stage_previous != previous)
            return rule_broken(problem, "a stage's list of tasks is torn", "stage", stage);
        live += cluster->tasks[t].stage == stage;
        previous = t;
    }
    if (live != cluster->stages[stage].live_count)
        return rule_broken(problem, "a stage's live tasks are miscounted", "stage", stage);
    return STATUS_OK;
}

static enum status count_successors(const struct cluster *cluster, uint32_t stage, uint32_t *waits,
                                    struct problem *problem)
{
    const struct stage *s = &cluster->stages[stage];
    if (s->successor_count > s->successor_room)
        return rule_broken(problem, "a stage has more successors than room", "stage", stage);
    for (uint32_t i = 0; i < s->successor_count; i++) {
        uint32_t next = s->successors[i];
        if (next >= cluster->stage_count || cluster->stages[next].job != s->job)
            return rule_broken(problem, "a stage of another job waits for a stage", "stage", stage);
        waits[next]++;
    }
    return STATUS_OK;
}

enum status rules_of_job(const struct cluster *cluster, uint32_t job, uint32_t *waits,
                         uint32_t *stages, struct problem *problem)
{
    *stages = 0;
    uint32_t first = cluster->jobs[job].first_stage;
    for (uint32_t s = first; s != NONE; s = cluster->stages[s].next) {
        if (s >= cluster->stage_count || cluster->stages[s].job != job ||
            *stages == cluster->stage_count)
            return rule_broken(problem, "a job's list of stages is torn", "job", job);
        waits[s] = 0;
        ++*stages;
    }
    for (uint32_t s = first; s != NONE; s = cluster->stages[s].next) {
        enum status status = count_successors(cluster, s, waits, problem);
        if (status != STATUS_OK)
            return status;
    }
    for (uint32_t s = first; s != NONE; s = cluster->stages[s].next)
        if (waits[s] != cluster->stages[s].open_predecessors)
            return rule_broken(problem, "a stage's open predecessors are miscounted", "stage", s);
    return STATUS_OK;
}

enum status rules_of_tenant(const struct cluster *cluster, uint32_t tenant,
                            const struct resources *used, struct problem *problem)
{
    const struct tenant_facts *facts = &cluster->tenant_facts[tenant];
    if (!resources_equal(&facts->used, used))
        return rule_broken(problem, "a tenant's used is not the sum of its charges", "tenant",
                           tenant);
    if (facts->parent != NONE && facts->parent >= cluster->tenant_count)
        return rule_broken(problem, "a tenant is below one that never was", "tenant", tenant);
    uint32_t above = facts->parent == NONE ? 0 : cluster->tenant_facts[facts->parent].level + 1;
    if (facts->level != above || facts->level > cluster->tenant_depth ||
        facts->levels_below != cluster->tenant_depth - facts->level)
        return rule_broken(problem, "a tenant's level is miscounted", "tenant", tenant);
    if (!facts->weight || facts->weight > TENANT_WEIGHT_MAX)
        return rule_broken(problem, "a tenant has no weight, or too much", "tenant", tenant);
    if (!past_adds_up(&cluster->runtimes.tenants, tenant))
        return rule_broken(problem, "a tenant's runs are miscounted", "tenant", tenant);
    return STATUS_OK;
}
