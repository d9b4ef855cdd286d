/* kube_preemption.c - see kube_preemption.h. */
#include "policies/kube_preemption.h"

#include "base/memory.h"

/* Priorities with an index, of 64 bytes a machine each; those asked last longest ago make room. */
#define LEVELS_MAX 32

#define CANDIDATES_MIN 100

/* Raises every priority above nothing. */
#define PRIORITY_LIFT (INT64_C(1) << 31)

void kube_preemption_init(struct kube_preemption *preemption, uint32_t percentage, uint64_t seed)
{
    *preemption = (struct kube_preemption){.percentage = percentage};
    random_init(&preemption->random, seed);
}

void kube_preemption_free(struct kube_preemption *preemption)
{
    for (uint32_t i = 0; i < preemption->level_count; i++)
        machine_index_free(&preemption->levels[i].index);
    memory_free(preemption->levels);
    memory_free(preemption->stops);
    id_list_free(&preemption->running);
    id_list_free(&preemption->leaving);
    id_list_free(&preemption->victims);
}

bool kube_toll_less(const struct kube_toll *a, const struct kube_toll *b)
{
    if (a->highest != b->highest)
        return a->highest < b->highest;
    if (a->sum != b->sum)
        return a->sum < b->sum;
    if (a->count != b->count)
        return a->count < b->count;
    return a->start_us > b->start_us;
}

uint32_t kube_candidates_wanted(uint32_t machines, uint32_t percentage)
{
    uint32_t count = (uint32_t)((uint64_t)machines * percentage / 100);
    return count < CANDIDATES_MIN ? CANDIDATES_MIN : count;
}

void kube_preemption_begin(struct kube_preemption *preemption, const struct cluster *cluster)
{
    array_reserve(preemption->stops, preemption->stop_room, cluster->task_limit);
    preemption->round++;
}

/* May the running task be stopped for one of this priority? */
static bool may_stop(const struct kube_preemption *preemption, const struct cluster *cluster,
                     uint32_t task, int32_t priority)
{
    return cluster->task_facts[task].priority < priority &&
           preemption->stops[task] != preemption->round;
}

static void look(const struct kube_preemption *preemption, struct kube_level *level,
                 const struct plan *plan, const struct cluster *cluster, uint32_t machine)
{
    struct resources room = plan->rooms[machine].free;
    uint32_t task = cluster->machines[machine].first_task;
    for (; task != NONE; task = cluster->tasks[task].machine_next)
        if (may_stop(preemption, cluster, task, level->priority))
            resources_add(&room, &cluster->task_facts[task].demand);
    machine_index_set(&level->index, machine, cluster->machine_facts[machine].up, &room);
}

static void catch_up(const struct kube_preemption *preemption, struct kube_level *level,
                     const struct plan *plan, const struct cluster *cluster)
{
    if (plan->log_count - level->seen > plan->machine_count / 2)
        for (uint32_t m = 0; m < plan->machine_count; m++)
            look(preemption, level, plan, cluster, m);
    else
        for (uint64_t i = level->seen; i < plan->log_count; i++)
            look(preemption, level, plan, cluster, plan->log[i % plan->log_room]);
    level->seen = plan->log_count;
}

/* Of this priority: it is there, or it is new, or it takes the place of the oldest. */
static struct kube_level *find_level(struct kube_preemption *preemption, int32_t priority)
{
    uint32_t oldest = 0;
    for (uint32_t i = 0; i < preemption->level_count; i++) {
        if (preemption->levels[i].priority == priority)
            return &preemption->levels[i];
        if (preemption->levels[i].asked < preemption->levels[oldest].asked)
            oldest = i;
    }
    if (preemption->level_count < LEVELS_MAX) {
        array_reserve(preemption->levels, preemption->level_room, preemption->level_count + 1);
        oldest = preemption->level_count++;
        machine_index_init(&preemption->levels[oldest].index);
    }
    struct kube_level *level = &preemption->levels[oldest];
    level->priority = priority;
    level->seen = 0; /* the log has seen each machine since */
    return level;
}

/* Who comes first is put back first. */
static bool more_important(const struct cluster *cluster, uint32_t a, uint32_t b)
{
    int32_t x = cluster->task_facts[a].priority, y = cluster->task_facts[b].priority;
    if (x != y)
        return x > y;
    return cluster->tasks[a].start_us < cluster->tasks[b].start_us;
}

/* List those that may be stopped on the machine, the most important first. Few are on one, and
 * its list of tasks is by their start, so that this is hardly ever long. */
static void list_running(struct kube_preemption *preemption, const struct cluster *cluster,
                         uint32_t machine, int32_t priority)
{
    struct id_list *running = &preemption->running;
    running->count = 0;
    uint32_t task = cluster->machines[machine].first_task;
    for (; task != NONE; task = cluster->tasks[task].machine_next) {
        if (!may_stop(preemption, cluster, task, priority))
            continue;
        id_list_add(running, task);
        uint32_t at = running->count - 1;
        for (; at > 0 && !more_important(cluster, running->ids[at - 1], task); at--)
            running->ids[at] = running->ids[at - 1];
        running->ids[at] = task;
    }
}

static void add_to_toll(struct kube_toll *toll, const struct cluster *cluster, uint32_t task)
{
    int32_t priority = cluster->task_facts[task].priority;
    int64_t start_us = cluster->tasks[task].start_us;
    if (!toll->count) { /* they come by priority */
        toll->highest = priority;
        toll->start_us = start_us;
    }
    if (priority == toll->highest && start_us < toll->start_us)
        toll->start_us = start_us;
    toll->sum += priority + PRIORITY_LIFT;
    toll->count++;
}

/* What the machine costs; preemption->leaving are its victims. False: it is no candidate. */
static bool weigh(struct kube_preemption *preemption, const struct plan *plan,
                  const struct cluster *cluster, const struct task_facts *task, uint32_t machine,
                  struct kube_toll *toll)
{
    *toll = (struct kube_toll){.count = 0};
    preemption->leaving.count = 0;
    if (!cluster_allows(cluster, task->constraint, machine))
        return false;
    list_running(preemption, cluster, machine, task->priority);
    const struct id_list *running = &preemption->running;
    struct room room = plan->rooms[machine];
    for (uint32_t i = 0; i < running->count; i++) {
        const struct task_facts *facts = &cluster->task_facts[running->ids[i]];
        room_give(&room, &facts->demand, facts->devices);
    }
    if (!room_fits(&room, &task->demand))
        return false;
    for (uint32_t i = 0; i < running->count; i++) {
        const struct task_facts *facts = &cluster->task_facts[running->ids[i]];
        room_take_on(&room, &facts->demand, facts->devices);
        if (room_fits(&room, &task->demand))
            continue;
        room_give(&room, &facts->demand, facts->devices);
        id_list_add(&preemption->leaving, running->ids[i]);
        add_to_toll(toll, cluster, running->ids[i]);
    }
    return toll->count > 0;
}

static uint32_t present_machines(const struct cluster *cluster)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < cluster->shape_count; i++)
        count += cluster->shapes[i].count;
    return count;
}

/* The next machine after `machine`, or the first, that may be a candidate, up to `end`. */
static uint32_t next_machine(const struct kube_level *level, const struct resources *demand,
                             uint32_t from, uint32_t end)
{
    uint32_t machine = machine_index_next(&level->index, demand, from);
    return machine < end ? machine : NONE;
}

uint32_t kube_preemption_find(struct kube_preemption *preemption, const struct plan *plan,
                              const struct cluster *cluster, uint32_t task)
{
    const struct task_facts *facts = &cluster->task_facts[task];
    struct kube_level *level = find_level(preemption, facts->priority);
    level->asked = ++preemption->questions;
    catch_up(preemption, level, plan, cluster);
    preemption->victims.count = 0;
    if (machine_index_next(&level->index, &facts->demand, 0) == NONE)
        return NONE;
    uint32_t start = (uint32_t)random_below(&preemption->random, plan->machine_count);
    uint32_t wanted = kube_candidates_wanted(present_machines(cluster), preemption->percentage);
    uint32_t chosen = NONE;
    struct kube_toll least = {.count = 0}, toll;
    for (int half = 0; half < 2; half++) {
        uint32_t end = half ? start : plan->machine_count;
        uint32_t machine = next_machine(level, &facts->demand, half ? 0 : start, end);
        for (; machine != NONE && wanted;
             machine = next_machine(level, &facts->demand, machine + 1, end)) {
            if (!weigh(preemption, plan, cluster, facts, machine, &toll))
                continue;
            wanted--;
            if (chosen != NONE && !kube_toll_less(&toll, &least))
                continue;
            chosen = machine;
            least = toll;
            struct id_list swap = preemption->victims;
            preemption->victims = preemption->leaving;
            preemption->leaving = swap;
        }
    }
    return chosen;
}

void kube_preemption_take(struct kube_preemption *preemption)
{
    for (uint32_t i = 0; i < preemption->victims.count; i++)
        preemption->stops[preemption->victims.ids[i]] = preemption->round;
}
