/* plan.c - see plan.h. */
#include "policies/plan.h"

#include "base/memory.h"

void plan_init(struct plan *plan)
{
    *plan = (struct plan){0};
    machine_index_init(&plan->index);
}

void plan_free(struct plan *plan)
{
    memory_free(plan->rooms);
    memory_free(plan->labels);
    memory_free(plan->marked);
    memory_free(plan->grown_in);
    memory_free(plan->log);
    machine_index_free(&plan->index);
    id_list_free(&plan->marks);
    id_list_free(&plan->grown);
    id_list_free(&plan->reopened);
}

static void reserve(struct plan *plan, const struct cluster *cluster)
{
    if (plan->machine_count == cluster->machine_count)
        return;
    array_reserve(plan->rooms, plan->room_room, cluster->machine_count);
    array_reserve(plan->labels, plan->label_room, cluster->machine_count);
    for (uint32_t m = plan->machine_count; m < cluster->machine_count; m++)
        plan->labels[m] = NONE;
    array_reserve(plan->marked, plan->mark_room, cluster->machine_count);
    array_reserve(plan->grown_in, plan->grown_room, cluster->machine_count);
    if (plan->log_room < cluster->machine_count) {
        array_reserve(plan->log, plan->log_room, cluster->machine_count);
        plan->log_count += plan->log_room; /* what was noted is elsewhere now */
    }
    plan->machine_count = cluster->machine_count;
}

static void mark(struct plan *plan, uint32_t machine)
{
    if (plan->marked[machine])
        return;
    plan->marked[machine] = true;
    id_list_add(&plan->marks, machine);
}

void plan_mark(struct plan *plan, const struct cluster *cluster, const struct change *change)
{
    reserve(plan, cluster);
    if (change->machine != NONE)
        mark(plan, change->machine);
    if (change->task != NONE && cluster->task_facts[change->task].machine != NONE)
        mark(plan, cluster->task_facts[change->task].machine);
}

void plan_touch(struct plan *plan, uint32_t machine)
{
    plan->log[plan->log_count++ % plan->log_room] = machine;
}

void plan_reopen(struct plan *plan, uint32_t machine)
{
    plan_touch(plan, machine);
    id_list_add(&plan->reopened, machine);
}

static void set_index(struct plan *plan, const struct cluster *cluster, uint32_t machine)
{
    machine_index_set(&plan->index, machine, cluster->machine_facts[machine].up,
                      &plan->rooms[machine].free);
    plan_touch(plan, machine);
}

static bool grew(const struct room *before, const struct room *now)
{
    if (!resources_fit(&now->free, &before->free) || now->devices.count > before->devices.count)
        return true;
    for (uint32_t d = 0; d < now->devices.count; d++)
        if (now->devices.free[d] > before->devices.free[d])
            return true;
    return false;
}

static void add_grown(struct plan *plan, uint32_t machine)
{
    if (plan->grown_in[machine] == plan->rounds)
        return;
    plan->grown_in[machine] = plan->rounds;
    id_list_add(&plan->grown, machine);
}

void plan_begin(struct plan *plan, const struct cluster *cluster)
{
    reserve(plan, cluster);
    plan->rounds++;
    plan->grown.count = 0;
    for (uint32_t i = 0; i < plan->marks.count; i++) {
        uint32_t machine = plan->marks.ids[i];
        const struct machine_facts *facts = &cluster->machine_facts[machine];
        struct room before = plan->rooms[machine];
        uint32_t labels = facts->up ? facts->labels : NONE;
        plan->marked[machine] = false;
        room_of_machine(&plan->rooms[machine], facts);
        set_index(plan, cluster, machine);
        if (labels != plan->labels[machine] || grew(&before, &plan->rooms[machine]))
            add_grown(plan, machine);
        plan->labels[machine] = labels;
    }
    plan->marks.count = 0;
    for (uint32_t i = 0; i < plan->reopened.count; i++)
        add_grown(plan, plan->reopened.ids[i]);
    plan->reopened.count = 0;
}

bool plan_fits(const struct plan *plan, const struct cluster *cluster,
               const struct task_facts *task, uint32_t machine)
{
    return cluster->machine_facts[machine].up && room_fits(&plan->rooms[machine], &task->demand) &&
           cluster_allows(cluster, task->constraint, machine);
}

uint32_t plan_next(const struct plan *plan, const struct cluster *cluster,
                   const struct task_facts *task, uint32_t from)
{
    uint32_t machine = machine_index_next(&plan->index, &task->demand, from);
    while (machine != NONE && !plan_fits(plan, cluster, task, machine))
        machine = machine_index_next(&plan->index, &task->demand, machine + 1);
    return machine;
}

void plan_place(struct plan *plan, const struct cluster *cluster, struct decision_list *decisions,
                uint32_t task, uint32_t machine)
{
    uint32_t devices = room_take(&plan->rooms[machine], &cluster->task_facts[task].demand);
    decision_add_on(decisions, cluster, DECISION_PLACE, task, machine, devices);
    set_index(plan, cluster, machine);
    mark(plan, machine);
}

void plan_stop(struct plan *plan, const struct cluster *cluster, struct decision_list *decisions,
               uint32_t task)
{
    const struct task_facts *facts = &cluster->task_facts[task];
    uint32_t machine = facts->machine;
    decision_add(decisions, cluster, DECISION_PREEMPT, task, NONE);
    mark(plan, machine);
    if (!cluster->machine_facts[machine].up)
        return;
    room_give(&plan->rooms[machine], &facts->demand, facts->devices);
    set_index(plan, cluster, machine);
    add_grown(plan, machine);
    id_list_add(&plan->reopened, machine); /* some were turned away before it had this room */
}
