/* probes.c - see probes.h. */
#include "policies/probes.h"

#include "base/memory.h"

/* Tries for each machine wanted, before all that are left are listed. */
#define TRIES 8

void probes_init(struct probes *probes, uint64_t seed)
{
    *probes = (struct probes){0};
    random_init(&probes->random, seed);
}

void probes_free(struct probes *probes)
{
    memory_free(probes->draws);
    id_list_free(&probes->rest);
}

bool probes_may_take(const struct cluster *cluster, const struct task_facts *task, uint32_t machine)
{
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    return facts->up && resources_fit(&task->demand, &facts->capacity) &&
           cluster_allows(cluster, task->constraint, machine);
}

static bool eligible(const struct probes *probes, const struct cluster *cluster,
                     const struct task_facts *task, uint32_t machine)
{
    return probes->draws[machine] != probes->draw && probes_may_take(cluster, task, machine);
}

static void take(struct probes *probes, uint32_t machine, struct id_list *machines)
{
    probes->draws[machine] = probes->draw;
    id_list_add(machines, machine);
}

static void draw_by_trying(struct probes *probes, const struct cluster *cluster,
                           const struct task_facts *task, uint32_t count, struct id_list *machines)
{
    uint64_t tries = TRIES * (uint64_t)(count - machines->count);
    for (; tries && machines->count < count; tries--) {
        uint32_t machine = (uint32_t)random_below(&probes->random, cluster->machine_count);
        if (eligible(probes, cluster, task, machine))
            take(probes, machine, machines);
    }
}

static void draw_from_rest(struct probes *probes, const struct cluster *cluster,
                           const struct task_facts *task, uint32_t count, struct id_list *machines)
{
    struct id_list *rest = &probes->rest;
    rest->count = 0;
    for (uint32_t m = 0; m < cluster->machine_count; m++)
        if (eligible(probes, cluster, task, m))
            id_list_add(rest, m);
    while (rest->count && machines->count < count) {
        uint32_t at = (uint32_t)random_below(&probes->random, rest->count);
        take(probes, rest->ids[at], machines);
        rest->ids[at] = rest->ids[--rest->count];
    }
}

void probes_draw(struct probes *probes, const struct cluster *cluster,
                 const struct task_facts *task, uint32_t count, struct id_list *machines)
{
    array_reserve(probes->draws, probes->draw_room, cluster->machine_count);
    machines->count = 0;
    uint32_t before;
    do {
        before = machines->count;
        probes->draw++;
        draw_by_trying(probes, cluster, task, count, machines);
        if (machines->count < count)
            draw_from_rest(probes, cluster, task, count, machines);
    } while (machines->count < count && machines->count > before);
}
