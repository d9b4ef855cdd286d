/* test_stranding.c - what is free beside a bottleneck, by hand and counted anew. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/random.h"
#include "replay/stranding.h"
#include "tests/metered.h"

Test(stranding, of_one_machine_by_hand)
{
    static const struct {
        const char *what;
        int64_t free[2], capacity[2], stranded[2], beside[2]; /* cpu, memory */
    } rows[] = {
        {"an empty machine", {8, 32}, {8, 32}, {0, 0}, {0, 0}},
        {"a full one", {0, 0}, {8, 32}, {0, 0}, {0, 0}},
        {"in proportion", {2, 8}, {8, 32}, {0, 0}, {0, 0}},
        {"no cpu left", {0, 20}, {8, 32}, {0, 20}, {0, 20}},
        {"half of the memory, a quarter of the cpu", {2, 16}, {8, 32}, {0, 8}, {0, 16}},
        {"half of the cpu, a quarter of the memory", {4, 8}, {8, 32}, {2, 0}, {4, 0}},
        {"thirds are rounded up to whole billionths", {1, 1}, {3, 4}, {1, 0}, {1, 0}},
        {"no memory at all", {3, 0}, {8, 0}, {0, 0}, {0, 0}},
        {"nothing at all", {0, 0}, {0, 0}, {0, 0}, {0, 0}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct resources free = {{rows[i].free[0], rows[i].free[1]}};
        struct resources capacity = {{rows[i].capacity[0], rows[i].capacity[1]}};
        struct stranded s = stranded_of(&free, &capacity);
        for (int r = 0; r < 2; r++) {
            cr_assert_eq(s.stranded.amount[r], rows[i].stranded[r], "%s: %" PRId64, rows[i].what,
                         s.stranded.amount[r]);
            cr_assert_eq(s.beside.amount[r], rows[i].beside[r], "%s: %" PRId64, rows[i].what,
                         s.beside.amount[r]);
        }
    }
}

/* 1 of 4 cpu and 3 of 4 memory are free: 2 of the memory are stranded. For a second of three;
 * then the machine is drained, and what is free there is nobody's. */
Test(stranding, is_a_part_of_the_capacity_over_time)
{
    struct metered run;
    metered_init(&run);
    metered_machine(&run, "m", "r", 4, 4);
    metered_submit(&run, "j", NULL, 1, 3, 1);
    metered_at(&run, SECOND);
    metered_place(&run, "j", 0, 0);
    metered_at(&run, 2 * SECOND);
    metered_change_machine(&run, EVENT_MACHINE_DRAINED, "m");
    metered_at(&run, 3 * SECOND);
    struct free_report free = metered_report(&run).free;
    cr_assert(near(free.stranded[RESOURCE_MEMORY], 2.0 / 12));
    cr_assert(near(free.beside[RESOURCE_MEMORY], 3.0 / 12));
    cr_assert(near(free.stranded[RESOURCE_CPU], 0));
    cr_assert(isnan(free.stranded[RESOURCE_GPU]));
    metered_free(&run);
}

static struct stranded counted(const struct cluster *cluster)
{
    struct stranded sum = {0};
    for (uint32_t m = 0; m < cluster->machine_count; m++) {
        struct resources free = cluster_machine_free(cluster, m);
        struct stranded s = stranded_of(&free, &cluster->machine_facts[m].capacity);
        resources_add(&sum.stranded, &s.stranded);
        resources_add(&sum.beside, &s.beside);
    }
    return sum;
}

enum { MACHINES = 12, STEPS = 1500 };

static void on_change(void *stranding, const struct cluster *cluster, const struct change *change)
{
    if (change->machine != NONE)
        stranding_machine(stranding, cluster, change->machine);
    if (change->to == TASK_RUNNING)
        stranding_machine(stranding, cluster, cluster->task_facts[change->task].machine);
}

static void random_step(struct metered *run, struct random *random, int step)
{
    const struct cluster *cluster = run->engine.cluster;
    char job[16];
    char machine[16];
    uint32_t m = (uint32_t)random_below(random, MACHINES);
    snprintf(job, sizeof job, "j%d", (int)random_below(random, 100));
    snprintf(machine, sizeof machine, "m%" PRIu32, m);
    uint32_t task = task_of(&run->engine, job, 0);
    if (step < MACHINES) {
        snprintf(machine, sizeof machine, "m%d", step);
        metered_machine(run, machine, "r", 2 + (int64_t)random_below(random, 9),
                        2 + (int64_t)random_below(random, 9));
    } else if (!cluster->machine_facts[m].up) {
        metered_machine(run, machine, "r", 12, 12);
    } else if (random_below(random, 40) == 0) {
        metered_change_machine(
            run, random_below(random, 2) ? EVENT_MACHINE_REMOVED : EVENT_MACHINE_DRAINED, machine);
    } else if (task == NONE) {
        metered_submit(run, job, NULL, 1, 1 + (int64_t)random_below(random, 4),
                       1 + (int64_t)random_below(random, 4));
    } else if (cluster->tasks[task].state == TASK_RUNNING) {
        metered_finish(run, job, 0);
    } else if (cluster->tasks[task].state == TASK_WAITING && cluster_fits(cluster, task, m)) {
        metered_place(run, job, 0, m);
    }
}

Test(stranding, kept_machine_by_machine_is_as_counted_anew)
{
    struct metered run;
    struct stranding stranding = {0};
    struct random random;
    metered_init(&run);
    engine_observe(&run.engine, (struct observer){&stranding, on_change});
    random_init(&random, 17);
    bool any = false;
    for (int step = 0; step < STEPS; step++) {
        random_step(&run, &random, step);
        struct stranded wanted = counted(run.engine.cluster);
        cr_assert(resources_equal(&stranding.all.stranded, &wanted.stranded), "step %d", step);
        cr_assert(resources_equal(&stranding.all.beside, &wanted.beside), "step %d", step);
        cr_assert(resources_fit(&wanted.stranded, &wanted.beside), "step %d", step);
        any |= !resources_zero(&wanted.stranded);
    }
    cr_assert(any);
    stranding_free(&stranding);
    metered_free(&run);
}
