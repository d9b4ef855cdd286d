/* best_placement.c - see best_placement.h. */
#include "tests/best_placement.h"

#include <criterion/criterion.h>

/* The cheapest way to the machine: it may be preferred, or its rack. */
static cost_t way(const struct cost_mix *mix, const struct task_facts *task,
                  const struct cluster_facts *all, uint32_t machine)
{
    struct preference preferences[PREFERENCES_MAX];
    uint32_t count = mix->prefers ? cost_mix_preferences(mix, task, all, preferences) : 0;
    cost_t cost = cost_mix_anywhere(mix, task, all);
    for (uint32_t p = 0; p < count; p++) {
        bool machines = preferences[p].kind == PREFERENCE_MACHINE;
        uint32_t id = machines ? machine : all->machines[machine].rack;
        if (preferences[p].id == id && preferences[p].cost < cost)
            cost = preferences[p].cost;
    }
    return cost;
}

static bool same_class(const struct cost_mix *mix, const struct task_facts *a,
                       const struct task_facts *b, const struct cluster_facts *all)
{
    return resources_equal(&a->demand, &b->demand) && a->constraint == b->constraint &&
           cost_mix_class_key(mix, a, all) == cost_mix_class_key(mix, b, all);
}

static void add_task(struct best_placement *best, const struct cluster *cluster,
                     const struct cost_mix *mix, const struct task_facts *facts, uint32_t t,
                     int64_t now_us)
{
    struct cluster_facts all = cluster_facts(cluster, now_us);
    best->demand[t] = facts->demand;
    best->wait[t] = cost_mix_waiting(mix, facts, &all) + 1; /* of equal choices a task runs */
    best->class[t] = t;
    for (uint32_t other = 0; other < t && best->class[t] == t; other++) {
        struct task_facts like = cluster_task_facts(cluster, best->tasks[other], now_us);
        if (same_class(mix, facts, &like, &all))
            best->class[t] = other;
    }
    for (uint32_t m = 0; m < best->machine_count; m++) {
        best->allowed[t][m] = cluster_allows(cluster, facts->constraint, m);
        best->place[t][m] = way(mix, facts, &all, m);
        for (uint32_t k = 0; k < BEST_TASKS; k++)
            best->class_unit[t][m][k] =
                cost_mix_class_unit(mix, facts, &cluster->machine_facts[m], k);
    }
}

struct search {
    struct best_placement *best;
    uint32_t machines[BEST_TASKS];
    uint32_t of_class[BEST_TASKS][BEST_MACHINES], on[BEST_MACHINES];
    cost_t least_left[BEST_TASKS + 1]; /* no less is added from that task on */
};

static void try_from(struct search *search, uint32_t t, cost_t cost);

/* The task on these devices. */
static void try_on(struct search *search, uint32_t t, uint32_t m, uint32_t devices, cost_t cost)
{
    struct best_placement *best = search->best;
    uint32_t class = best->class[t];
    struct room before = best->rooms[m];
    room_take_on(&best->rooms[m], &best->demand[t], devices);
    cost += best->place[t][m] + best->class_unit[t][m][search->of_class[class][m]] +
            best->machine_unit[m][search->on[m]];
    search->of_class[class][m]++;
    search->on[m]++;
    try_from(search, t + 1, cost);
    search->of_class[class][m]--;
    search->on[m]--;
    best->rooms[m] = before;
}

/* Whole GPUs are alike, so those that room_take gives will do; of shares each device is tried. */
static void try_machine(struct search *search, uint32_t t, uint32_t m, cost_t cost)
{
    struct best_placement *best = search->best;
    int64_t gpus = best->demand[t].amount[RESOURCE_GPU];
    struct room room = best->rooms[m];
    if (!best->allowed[t][m] || !room_fits(&room, &best->demand[t]))
        return;
    if (gpus == 0 || gpus >= RESOURCE_UNIT) {
        try_on(search, t, m, room_take(&room, &best->demand[t]), cost);
        return;
    }
    for (uint32_t d = 0; d < room.devices.count; d++)
        if (room_fits_on(&room, &best->demand[t], 1u << d))
            try_on(search, t, m, 1u << d, cost);
}

static void try_from(struct search *search, uint32_t t, cost_t cost)
{
    struct best_placement *best = search->best;
    if (cost + search->least_left[t] >= best->best)
        return;
    if (t == best->task_count) {
        best->best = cost;
        return;
    }
    for (uint32_t m = 0; m < best->machine_count; m++)
        try_machine(search, t, m, cost);
    try_from(search, t + 1, cost + best->wait[t]);
}

void best_placement_find(struct best_placement *best, const struct cluster *cluster,
                         const struct cost_mix *mix, int64_t now_us)
{
    const struct task_list *waiting = &cluster->lists[TASK_WAITING];
    cr_assert(!mix->has_tenant_units);
    cr_assert_leq(waiting->count, BEST_TASKS);
    cr_assert_leq(cluster->machine_count, BEST_MACHINES);
    *best = (struct best_placement){.task_count = waiting->count,
                                    .machine_count = cluster->machine_count,
                                    .class_units = mix->has_class_units,
                                    .best = INT64_MAX};
    for (uint32_t m = 0; m < best->machine_count; m++) {
        const struct machine_facts *machine = &cluster->machine_facts[m];
        room_of_machine(&best->rooms[m], machine);
        for (uint32_t k = 0; k < BEST_TASKS; k++)
            best->machine_unit[m][k] = cost_mix_machine_unit(mix, machine, machine->running + k);
    }
    struct search search = {.best = best};
    for (uint32_t t = 0; t < best->task_count; t++) {
        best->tasks[t] = waiting->tasks[t];
        struct task_facts facts = cluster_task_facts(cluster, best->tasks[t], now_us);
        add_task(best, cluster, mix, &facts, t, now_us);
    }
    for (uint32_t t = best->task_count; t-- > 0;) {
        cost_t least = best->wait[t];
        for (uint32_t m = 0; m < best->machine_count; m++) {
            cost_t cost = best->place[t][m] + best->class_unit[t][m][0] + best->machine_unit[m][0];
            least = cost < least ? cost : least;
        }
        search.least_left[t] = search.least_left[t + 1] + least;
    }
    try_from(&search, 0, 0);
}

cost_t best_placement_gain(const struct best_placement *best, const uint32_t *machines,
                           uint32_t task, uint32_t machine)
{
    uint32_t of_class = 0, on = 0;
    for (uint32_t t = 0; t < best->task_count; t++) {
        if (machines[t] != machine || t == task)
            continue;
        on++;
        of_class += best->class[t] == best->class[task];
    }
    return best->place[task][machine] + best->class_unit[task][machine][of_class] +
           best->machine_unit[machine][on];
}

cost_t best_placement_cost(const struct best_placement *best, const uint32_t *machines)
{
    uint32_t placed[BEST_TASKS];
    cost_t cost = 0;
    for (uint32_t t = 0; t < best->task_count; t++)
        placed[t] = NONE;
    for (uint32_t t = 0; t < best->task_count; t++) {
        if (machines[t] == NONE) {
            cost += best->wait[t];
            continue;
        }
        cost += best_placement_gain(best, placed, t, machines[t]);
        placed[t] = machines[t];
    }
    return cost;
}
