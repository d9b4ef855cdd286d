/* test_fragmentation.c - what is free and useless, by hand and counted anew. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "base/random.h"
#include "costmodels/room.h"
#include "replay/fragmentation.h"
#include "tests/metered.h"

static struct metered run;

static void set_up(void)
{
    metered_init(&run);
}

static void tear_down(void)
{
    metered_free(&run);
}

TestSuite(fragmentation, .init = set_up, .fini = tear_down);

Test(fragmentation, by_hand)
{
    /* m keeps 1 cpu and 3 memory free, n 4 and 4. Of 4 tasks 3 are (1,1), which fit
     * everywhere, and one is (2,2), which does not fit m: it loses 1/5 of the free cpu and
     * 3/7 of the free memory. */
    metered_machine(&run, "m", "r", 2, 4);
    metered_machine(&run, "n", "r", 4, 4);
    metered_submit(&run, "small", NULL, 3, 1, 1);
    metered_submit(&run, "large", NULL, 1, 2, 2);
    metered_place(&run, "small", 0, 0);
    metered_at(&run, 10 * SECOND);
    double wanted = (0.25 / 5 + 0.25 * 3 / 7) / 2;
    cr_assert(near(metered_report(&run).fragmentation, wanted), "%g",
              metered_report(&run).fragmentation);
    /* For as long again, nothing is lost: everything fits. */
    metered_finish(&run, "small", 0);
    metered_at(&run, 20 * SECOND);
    cr_assert(near(metered_report(&run).fragmentation, wanted / 2));
}

Test(fragmentation, a_full_cluster_has_none_and_its_time_does_not_count)
{
    metered_machine(&run, "m", "r", 1, 1);
    metered_submit(&run, "j", NULL, 1, 1, 1);
    metered_place(&run, "j", 0, 0);
    metered_at(&run, 5 * SECOND);
    cr_assert(isnan(metered_report(&run).fragmentation));
    metered_finish(&run, "j", 0);
    metered_at(&run, 6 * SECOND);
    cr_assert(near(metered_report(&run).fragmentation, 0));
}

Test(fragmentation, drained_and_lost_machines_have_nothing_free)
{
    metered_machine(&run, "m", "r", 1, 4);
    metered_machine(&run, "n", "r", 4, 4);
    metered_submit(&run, "j", NULL, 1, 2, 2);
    metered_change_machine(&run, EVENT_MACHINE_DRAINED, "m");
    metered_at(&run, SECOND);
    cr_assert(near(metered_report(&run).fragmentation, 0));
}

Test(fragmentation, what_fits_no_machine_is_not_typical)
{
    metered_machine(&run, "m", "r", 2, 2);
    metered_submit(&run, "j", NULL, 1, 1, 1);
    metered_submit(&run, "infeasible", NULL, 9, 3, 1);
    metered_at(&run, SECOND);
    cr_assert(near(metered_report(&run).fragmentation, 0));
}

/* Half a GPU on each of two devices is one GPU that a whole one cannot use. */
Test(fragmentation, gpus_are_lost_device_by_device)
{
    static const int64_t percents[] = {60, 60, 100};
    struct event event = {.kind = EVENT_MACHINE_ADDED,
                          .machine = "m",
                          .resources = {{[RESOURCE_GPU] = 2 * RESOURCE_UNIT}},
                          .count = 1};
    engine_apply(&run.engine, &event, NULL);
    for (uint32_t i = 0; i < COUNT_OF(percents); i++) {
        char job[] = {(char)('a' + i), '\0'};
        event =
            (struct event){.kind = EVENT_TASK_SUBMITTED,
                           .job = job,
                           .stage = "",
                           .resources = {{[RESOURCE_GPU] = percents[i] * (RESOURCE_UNIT / 100)}},
                           .count = 1};
        engine_apply(&run.engine, &event, NULL);
        if (i < 2)
            metered_place(&run, job, 0, 0);
    }
    metered_at(&run, SECOND);
    cr_assert(near(metered_report(&run).fragmentation, 1), "0.8 GPUs are free, of no use to any");
}

static bool fits(const struct cluster *cluster, uint32_t machine, const struct resources *demand)
{
    struct room room;
    room_of_machine(&room, &cluster->machine_facts[machine]);
    return room_fits(&room, demand);
}

/* The measure as its page defines it, counted from nothing. */
static double counted(const struct fragmentation *f, const struct cluster *cluster)
{
    double sum = 0;
    int resources = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        double lost = 0;
        double all = 0;
        for (uint32_t m = 0; m < cluster->machine_count; m++) {
            struct resources room = cluster_machine_free(cluster, m);
            all += (double)room.amount[r];
            for (uint32_t h = 0; h < f->class_count; h++)
                if (!fits(cluster, m, &f->classes[h].demand))
                    lost += (double)f->classes[h].submitted / (double)f->submitted *
                            (double)room.amount[r];
        }
        sum += all > 0 ? lost / all : 0;
        resources += all > 0;
    }
    return resources ? sum / resources : NAN;
}

Test(fragmentation, kept_machine_by_machine_is_as_counted_anew)
{
    struct fragmentation f = {0};
    struct random random;
    uint64_t seed = 7;
    random_init(&random, seed);
    for (int step = 0; step < 400; step++) {
        char name[24];
        snprintf(name, sizeof name, "%s%d", step < 20 ? "m" : "j", step);
        if (step < 20) {
            metered_machine(&run, name, "r", 1 + (int64_t)random_below(&random, 20),
                            1 + (int64_t)random_below(&random, 20));
        } else {
            metered_submit(&run, name, NULL, 1, 1 + (int64_t)random_below(&random, 5),
                           1 + (int64_t)random_below(&random, 6));
            uint32_t task = task_of(&run.engine, name, 0);
            uint32_t machine = (uint32_t)random_below(&random, 20);
            fragmentation_submitted(&f, run.engine.cluster,
                                    &run.engine.cluster->task_facts[task].demand);
            if (cluster_fits(run.engine.cluster, task, machine))
                metered_place(&run, name, 0, machine);
            fragmentation_machine(&f, run.engine.cluster, machine);
        }
        if (step < 20)
            fragmentation_machine(&f, run.engine.cluster, (uint32_t)step);
        fragmentation_advance(&f, 1);
        double wanted = counted(&f, run.engine.cluster);
        if (f.submitted)
            cr_assert(near(f.value, wanted) || (isnan(f.value) && isnan(wanted)),
                      "seed %d, step %d: %g, not %g", (int)seed, step, f.value, wanted);
    }
    cr_assert_eq(f.class_count, FRAGMENTATION_CLASSES);
    fragmentation_free(&f);
}
