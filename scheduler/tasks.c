/* tasks.c - see tasks.h. */
#include "scheduler/tasks.h"

#include <string.h>

#include "base/assert.h"
#include "base/memory.h"
#include "costmodels/room.h"
#include "costmodels/slo_terms.h"

static uint64_t name_key(uint32_t stage, uint32_t index)
{
    return (uint64_t)stage << 32 | index;
}

static void list_add(struct cluster *cluster, uint32_t task)
{
    struct task_list *list = &cluster->lists[cluster->tasks[task].state];
    array_reserve(list->tasks, list->room, list->count + 1);
    cluster->tasks[task].position = list->count;
    list->tasks[list->count++] = task;
}

static void list_remove(struct cluster *cluster, uint32_t task)
{
    struct task_list *list = &cluster->lists[cluster->tasks[task].state];
    uint32_t last = list->tasks[--list->count];
    uint32_t hole = cluster->tasks[task].position;
    list->tasks[hole] = last;
    cluster->tasks[last].position = hole;
}

static void stage_add(struct cluster *cluster, uint32_t task)
{
    struct task *t = &cluster->tasks[task];
    struct stage *stage = &cluster->stages[t->stage];
    t->stage_previous = NONE;
    t->stage_next = stage->first_task;
    if (stage->first_task != NONE)
        cluster->tasks[stage->first_task].stage_previous = task;
    stage->first_task = task;
    stage->live_count++;
}

static void stage_remove(struct cluster *cluster, uint32_t task)
{
    struct task *t = &cluster->tasks[task];
    struct stage *stage = &cluster->stages[t->stage];
    if (t->stage_previous == NONE)
        stage->first_task = t->stage_next;
    else
        cluster->tasks[t->stage_previous].stage_next = t->stage_next;
    if (t->stage_next != NONE)
        cluster->tasks[t->stage_next].stage_previous = t->stage_previous;
    stage->live_count--;
}

static uint32_t new_id(struct cluster *cluster)
{
    if (cluster->free_task_count)
        return cluster->free_tasks[--cluster->free_task_count];
    array_reserve(cluster->tasks, cluster->task_room, cluster->task_limit + 1);
    array_reserve(cluster->task_facts, cluster->task_facts_room, cluster->task_limit + 1);
    return cluster->task_limit++;
}

uint32_t tasks_add(struct cluster *cluster, const struct task_spec *spec, enum task_state state,
                   int64_t now_us)
{
    ASSERT(state < TASK_LIVE_COUNT);
    uint32_t task = new_id(cluster);
    uint32_t job = cluster->stages[spec->stage].job;
    struct task *t = &cluster->tasks[task];
    *t = (struct task){.state = state,
                       .generation = t->generation + 1,
                       .stage = spec->stage,
                       .index = spec->index,
                       .input = spec->input,
                       .machine_next = NONE,
                       .machine_previous = NONE,
                       .submit_us = now_us,
                       .eligible_us = state == TASK_BLOCKED ? TIME_NEVER : now_us,
                       .since_us = now_us,
                       .first_start_us = TIME_NEVER,
                       .start_us = TIME_NEVER};
    struct task_facts *facts = &cluster->task_facts[task];
    *facts = (struct task_facts){.job = job,
                                 .tenant = cluster->jobs[job].tenant + 1, /* NONE + 1 is 0 */
                                 .stage = spec->stage,
                                 .kind = cluster->stages[spec->stage].kind,
                                 .priority = spec->priority,
                                 .demand = spec->demand,
                                 .machine = NONE,
                                 .constraint = spec->constraint,
                                 .deadline_us = spec->deadline_us,
                                 .latency_us = spec->latency_us,
                                 .true_run_us = spec->true_run_us};
    if (spec->input != NONE) {
        struct task_input *input = &cluster->inputs[spec->input];
        input->users++;
        facts->blocks = input->blocks;
        facts->block_count = input->block_count;
    }
    list_add(cluster, task);
    stage_add(cluster, task);
    id_map_put(&cluster->task_ids, name_key(spec->stage, spec->index), task);
    if (cluster->jobs[job].submit_us == TIME_NEVER)
        cluster->jobs[job].submit_us = now_us;
    cluster->jobs[job].counts[state]++;
    cluster->submitted++;
    return task;
}

static void end_task(struct cluster *cluster, uint32_t task, int64_t now_us)
{
    struct task *t = &cluster->tasks[task];
    stage_remove(cluster, task);
    id_map_remove(&cluster->task_ids, name_key(t->stage, t->index));
    cluster->jobs[cluster->stages[t->stage].job].end_us = now_us;
    cluster->ended[t->state]++;
}

void tasks_set_state(struct cluster *cluster, uint32_t task, enum task_state state, int64_t now_us)
{
    struct task *t = &cluster->tasks[task];
    ASSERT(t->state < TASK_LIVE_COUNT);
    struct job *job = &cluster->jobs[cluster->stages[t->stage].job];
    job->counts[t->state]--;
    job->counts[state]++;
    if (t->state == TASK_WAITING) {
        t->waited_us += now_us - t->since_us;
        cluster->task_facts[task].waited_us = t->waited_us;
    }
    if (t->state == TASK_SUSPENDED) {
        t->paused_us += now_us - t->since_us;
        t->suspended_us += now_us - t->since_us;
    }
    if (t->state == TASK_BLOCKED && state != TASK_KILLED)
        t->eligible_us = now_us;
    list_remove(cluster, task);
    t->state = state;
    t->since_us = now_us;
    t->generation++;
    if (state < TASK_LIVE_COUNT)
        list_add(cluster, task);
    else
        end_task(cluster, task, now_us);
}

static void drop_input(struct cluster *cluster, uint32_t input)
{
    struct task_input *dropped = &cluster->inputs[input];
    if (--dropped->users)
        return;
    memory_free(dropped->blocks);
    dropped->blocks = NULL;
    dropped->block_count = cluster->first_free_input; /* the link while it is free */
    cluster->first_free_input = input;
}

void tasks_forget(struct cluster *cluster, uint32_t task)
{
    struct task *t = &cluster->tasks[task];
    ASSERT(t->state >= TASK_LIVE_COUNT);
    ASSERT(t->state != TASK_ABSENT);
    if (t->input != NONE)
        drop_input(cluster, t->input);
    t->state = TASK_ABSENT;
    array_reserve(cluster->free_tasks, cluster->free_task_room, cluster->free_task_count + 1);
    cluster->free_tasks[cluster->free_task_count++] = task;
}

void tasks_weigh_services(struct cluster *cluster, uint32_t machine)
{
    struct machine_facts *machine_facts = &cluster->machine_facts[machine];
    machine_facts->services_weight = machine_facts->services_latency_us = 0;
    uint32_t task = cluster->machines[machine].first_task;
    for (; task != NONE; task = cluster->tasks[task].machine_next)
        slo_add_service(machine_facts, &cluster->task_facts[task]);
}

/* To the list of those that run on the task's machine, or are suspended there; or off it. */
static void enter_list(struct cluster *cluster, uint32_t task)
{
    struct task *t = &cluster->tasks[task];
    const struct task_facts *facts = &cluster->task_facts[task];
    struct machine *m = &cluster->machines[facts->machine];
    struct machine_facts *machine_facts = &cluster->machine_facts[facts->machine];
    uint32_t *first = facts->suspended ? &m->first_suspended : &m->first_task;
    t->machine_previous = NONE;
    t->machine_next = *first;
    if (*first != NONE)
        cluster->tasks[*first].machine_previous = task;
    *first = task;
    ++*(facts->suspended ? &machine_facts->suspended : &machine_facts->running);
}

static void leave_list(struct cluster *cluster, uint32_t task)
{
    struct task *t = &cluster->tasks[task];
    const struct task_facts *facts = &cluster->task_facts[task];
    struct machine *m = &cluster->machines[facts->machine];
    struct machine_facts *machine_facts = &cluster->machine_facts[facts->machine];
    uint32_t *first = facts->suspended ? &m->first_suspended : &m->first_task;
    if (t->machine_previous == NONE)
        *first = t->machine_next;
    else
        cluster->tasks[t->machine_previous].machine_next = t->machine_next;
    if (t->machine_next != NONE)
        cluster->tasks[t->machine_next].machine_previous = t->machine_previous;
    t->machine_next = t->machine_previous = NONE;
    --*(facts->suspended ? &machine_facts->suspended : &machine_facts->running);
}

/* The task's machine, its tenant and the cluster have this more, and that less, in use. */
static void change_used(struct cluster *cluster, uint32_t task, const struct resources *more,
                        const struct resources *less)
{
    const struct task_facts *facts = &cluster->task_facts[task];
    struct machine_facts *machine = &cluster->machine_facts[facts->machine];
    struct resources *sums[] = {&machine->used, &cluster->used,
                                &cluster->tenant_facts[facts->tenant].used};
    for (size_t i = 0; i < COUNT_OF(sums); i++) {
        resources_add(sums[i], more);
        resources_subtract(sums[i], less);
    }
    ASSERT(resources_fit(&machine->used, &machine->capacity));
}

/* Onto the machine, and charged, but for the devices. */
static void put(struct cluster *cluster, uint32_t task, uint32_t machine)
{
    struct task_facts *facts = &cluster->task_facts[task];
    ASSERT(facts->machine == NONE);
    facts->machine = machine;
    enter_list(cluster, task);
    change_used(cluster, task, &facts->demand, &(struct resources){0});
    if (facts->latency_us)
        tasks_weigh_services(cluster, machine);
}

/* The devices for the demand; none if it is of no GPU. */
static uint32_t take_devices(struct machine_facts *machine, const struct resources *demand)
{
    int64_t gpus = demand->amount[RESOURCE_GPU];
    return gpus ? devices_take(machine->devices, gpus) : 0;
}

static void give_devices(struct machine_facts *machine, const struct task_facts *task)
{
    if (task->devices)
        devices_give(machine->devices, task->demand.amount[RESOURCE_GPU], task->devices);
}

void tasks_charge(struct cluster *cluster, uint32_t task, uint32_t machine, uint32_t devices,
                  int64_t now_us)
{
    struct task *t = &cluster->tasks[task];
    struct task_facts *facts = &cluster->task_facts[task];
    struct machine_facts *machine_facts = &cluster->machine_facts[machine];
    put(cluster, task, machine);
    if (devices)
        devices_take_on(machine_facts->devices, facts->demand.amount[RESOURCE_GPU], devices);
    else
        devices = take_devices(machine_facts, &facts->demand);
    facts->devices = devices;
    t->start_us = now_us;
    t->paused_us = 0;
    t->starts++;
    if (t->first_start_us == TIME_NEVER)
        t->first_start_us = now_us;
}

bool tasks_recharge(struct cluster *cluster, uint32_t task, const struct resources *demand)
{
    struct task_facts *facts = &cluster->task_facts[task];
    struct machine_facts *machine = &cluster->machine_facts[facts->machine];
    bool same_gpus = facts->demand.amount[RESOURCE_GPU] == demand->amount[RESOURCE_GPU];
    struct task_facts changed = *facts;
    changed.demand = *demand;
    struct resources before = task_facts_charge(facts);
    struct resources after = task_facts_charge(&changed);
    struct room room = {.free = machine->capacity};
    resources_subtract(&room.free, &machine->used);
    if (machine->devices)
        room.devices = *machine->devices;
    room_give(&room, &before, facts->devices);
    if (!(same_gpus ? room_fits_on(&room, &after, facts->devices) : room_fits(&room, &after)) ||
        !resources_fit(demand, &machine->capacity))
        return false;
    if (!same_gpus) {
        give_devices(machine, facts);
        facts->devices = take_devices(machine, demand);
    }
    change_used(cluster, task, &after, &before);
    facts->demand = *demand;
    return true;
}

static void set_suspended(struct cluster *cluster, uint32_t task, bool suspended)
{
    struct task_facts *facts = &cluster->task_facts[task];
    struct resources before = task_facts_charge(facts);
    leave_list(cluster, task);
    facts->suspended = suspended;
    enter_list(cluster, task);
    struct resources after = task_facts_charge(facts);
    change_used(cluster, task, &after, &before);
    if (facts->latency_us)
        tasks_weigh_services(cluster, facts->machine);
}

void tasks_suspend(struct cluster *cluster, uint32_t task)
{
    ASSERT(!cluster->task_facts[task].suspended);
    cluster->tasks[task].suspensions++;
    set_suspended(cluster, task, true);
}

void tasks_resume(struct cluster *cluster, uint32_t task)
{
    ASSERT(cluster_can_resume(cluster, task));
    set_suspended(cluster, task, false);
}

void tasks_release(struct cluster *cluster, uint32_t task)
{
    struct task_facts *facts = &cluster->task_facts[task];
    ASSERT(facts->machine != NONE);
    struct resources charge = task_facts_charge(facts);
    leave_list(cluster, task);
    change_used(cluster, task, &(struct resources){0}, &charge);
    give_devices(&cluster->machine_facts[facts->machine], facts);
    facts->devices = 0;
    if (facts->latency_us && !facts->suspended)
        tasks_weigh_services(cluster, facts->machine);
    facts->suspended = false;
    facts->machine = NONE;
}

uint32_t tasks_add_input(struct cluster *cluster, const struct block_facts *blocks,
                         uint32_t block_count)
{
    uint32_t input = cluster->first_free_input;
    if (input != NONE) {
        cluster->first_free_input = cluster->inputs[input].block_count;
    } else {
        array_reserve(cluster->inputs, cluster->input_room, cluster->input_count + 1);
        input = cluster->input_count++;
    }
    size_t size = block_count * sizeof *blocks;
    struct block_facts *copy = memory_alloc(size);
    memcpy(copy, blocks, size);
    cluster->inputs[input] = (struct task_input){.blocks = copy, .block_count = block_count};
    return input;
}
