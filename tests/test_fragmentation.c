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

static void assert_free(const struct metrics_report *report, double nearly_full, double probe_fits)
{
    cr_assert(near(report->free.ratios.nearly_full, nearly_full), "%g",
              report->free.ratios.nearly_full);
    cr_assert(near(report->free.ratios.probe_fits, probe_fits), "%g",
              report->free.ratios.probe_fits);
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
    cr_assert(near(metered_report(&run).free.ratios.fragmentation, wanted), "%g",
              metered_report(&run).free.ratios.fragmentation);
    /* For as long again, nothing is lost: everything fits. */
    metered_finish(&run, "small", 0);
    metered_at(&run, 20 * SECOND);
    cr_assert(near(metered_report(&run).free.ratios.fragmentation, wanted / 2));
}

Test(fragmentation, a_full_cluster_has_none_and_its_time_does_not_count)
{
    metered_machine(&run, "m", "r", 1, 1);
    metered_submit(&run, "j", NULL, 1, 1, 1);
    metered_place(&run, "j", 0, 0);
    metered_at(&run, 5 * SECOND);
    cr_assert(isnan(metered_report(&run).free.ratios.fragmentation));
    metered_finish(&run, "j", 0);
    metered_at(&run, 6 * SECOND);
    cr_assert(near(metered_report(&run).free.ratios.fragmentation, 0));
}

Test(fragmentation, drained_and_lost_machines_have_nothing_free)
{
    metered_machine(&run, "m", "r", 1, 4);
    metered_machine(&run, "n", "r", 4, 4);
    metered_submit(&run, "j", NULL, 1, 2, 2);
    metered_change_machine(&run, EVENT_MACHINE_DRAINED, "m");
    metered_at(&run, SECOND);
    cr_assert(near(metered_report(&run).free.ratios.fragmentation, 0));
}

Test(fragmentation, what_fits_no_machine_is_not_typical)
{
    metered_machine(&run, "m", "r", 2, 2);
    metered_submit(&run, "j", NULL, 1, 1, 1);
    metered_submit(&run, "infeasible", NULL, 9, 3, 1);
    metered_at(&run, SECOND);
    cr_assert(near(metered_report(&run).free.ratios.fragmentation, 0));
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
    cr_assert(near(metered_report(&run).free.ratios.fragmentation, 1),
              "0.8 GPUs are free, of no use to any");
}

static bool fits(const struct cluster *cluster, uint32_t machine, const struct resources *demand)
{
    struct room room;
    room_of_machine(&room, &cluster->machine_facts[machine]);
    return room_fits(&room, demand);
}

/* The measures as their page defines them, counted from nothing. */
static struct free_ratios counted(const struct fragmentation *f, const struct cluster *cluster)
{
    struct free_ratios ratios = {0};
    uint64_t tasks = 0;
    const struct demand_kind *kinds[FRAGMENTATION_CLASSES];
    for (uint32_t h = 0; h < f->class_count; h++) {
        kinds[h] = &f->kinds[f->classes[h].kind];
        tasks += kinds[h]->submitted;
    }
    int resources = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        double lost = 0;
        double all = 0;
        for (uint32_t m = 0; m < cluster->machine_count; m++) {
            struct resources room = cluster_machine_free(cluster, m);
            all += (double)room.amount[r];
            for (uint32_t h = 0; h < f->class_count; h++)
                if (!fits(cluster, m, &kinds[h]->demand))
                    lost += (double)kinds[h]->submitted / (double)tasks * (double)room.amount[r];
        }
        ratios.fragmentation += all > 0 ? lost / all : 0;
        resources += all > 0;
    }
    ratios.fragmentation = resources ? ratios.fragmentation / resources : NAN;
    double up = 0;
    for (uint32_t m = 0; f->class_count && m < cluster->machine_count; m++) {
        struct resources room = cluster_machine_free(cluster, m);
        up += cluster->machine_facts[m].up;
        ratios.nearly_full += cluster->machine_facts[m].up && !resources_zero(&room) &&
                              !fits(cluster, m, &fragmentation_commonest(f)->demand);
        if (fits(cluster, m, &fragmentation_largest(f, &cluster->capacity)->demand))
            ratios.probe_fits = 1;
    }
    ratios.nearly_full /= up;
    return ratios;
}

/* Machines with room for each class, and those that have something else free. */
static void assert_counts(const struct fragmentation *f, const struct cluster *cluster)
{
    for (uint32_t h = 0; h < f->class_count; h++) {
        uint32_t room_count = 0;
        uint32_t rest_count = 0;
        for (uint32_t m = 0; m < cluster->machine_count; m++) {
            struct resources room = cluster_machine_free(cluster, m);
            bool fit = fits(cluster, m, &f->kinds[f->classes[h].kind].demand);
            room_count += fit;
            rest_count += !fit && !resources_zero(&room);
        }
        cr_assert_eq(f->classes[h].room_count, room_count, "class %" PRIu32, h);
        cr_assert_eq(f->classes[h].rest_count, rest_count, "class %" PRIu32, h);
    }
}

static bool same(double a, double b)
{
    return near(a, b) || (isnan(a) && isnan(b));
}

/* Are the classes those of most tasks, if there is a choice? */
static void assert_classes_are_common(const struct fragmentation *f)
{
    uint64_t least = UINT64_MAX;
    for (uint32_t h = 0; h < f->class_count; h++)
        if (f->kinds[f->classes[h].kind].submitted < least)
            least = f->kinds[f->classes[h].kind].submitted;
    for (uint32_t kind = 0; kind < f->kind_count; kind++)
        if (f->kinds[kind].class == NONE)
            cr_assert_leq(f->kinds[kind].submitted, least, "kind %" PRIu32, kind);
}

/* A machine comes, 20 of them in time, or changes; or a random task, with few of the many
 * demands common, and it may find room. Returns the machine that changed. */
static uint32_t random_step(struct fragmentation *f, struct random *random, int step)
{
    const struct cluster *cluster = run.engine.cluster;
    char name[24];
    bool comes = step % 40 == 0 && cluster->machine_count < 20;
    uint32_t machine =
        comes ? cluster->machine_count : (uint32_t)random_below(random, cluster->machine_count);
    snprintf(name, sizeof name, "m%" PRIu32, machine);
    if (comes) {
        metered_machine(&run, name, "r", 1 + (int64_t)random_below(random, 20),
                        1 + (int64_t)random_below(random, 20));
        return machine;
    }
    if (random_below(random, 50) == 0) {
        metered_change_machine(&run, EVENT_MACHINE_DRAINED, name);
        return machine;
    }
    if (!cluster->machine_facts[machine].up) {
        metered_machine(&run, name, "r", 1 + (int64_t)random_below(random, 20),
                        1 + (int64_t)random_below(random, 20));
        return machine;
    }
    snprintf(name, sizeof name, "j%d", step);
    int64_t most = random_below(random, 3) ? 3 : 12;
    metered_submit(&run, name, NULL, 1, 1 + (int64_t)random_below(random, (uint64_t)most),
                   1 + (int64_t)random_below(random, (uint64_t)most));
    uint32_t task = task_of(&run.engine, name, 0);
    fragmentation_submitted(f, cluster, &cluster->task_facts[task].demand);
    if (cluster_fits(cluster, task, machine))
        metered_place(&run, name, 0, machine);
    return machine;
}

Test(fragmentation, kept_machine_by_machine_is_as_counted_anew)
{
    struct fragmentation f;
    struct random random;
    uint32_t choices = 0;
    fragmentation_init(&f);
    random_init(&random, 7);
    for (int step = 0; step < 2500; step++) {
        uint32_t machine = random_step(&f, &random, step);
        const struct cluster *cluster = run.engine.cluster;
        fragmentation_machine(&f, cluster, machine);
        uint64_t chosen_at = f.chosen_at;
        fragmentation_advance(&f, cluster, 1);
        if (f.chosen_at != chosen_at) {
            assert_classes_are_common(&f);
            choices++;
        }
        if (!f.class_count)
            continue;
        assert_counts(&f, cluster);
        struct free_ratios wanted = counted(&f, cluster);
        cr_assert(same(f.now.fragmentation, wanted.fragmentation), "step %d: %g, not %g", step,
                  f.now.fragmentation, wanted.fragmentation);
        cr_assert(same(f.now.nearly_full, wanted.nearly_full), "step %d: %g, not %g", step,
                  f.now.nearly_full, wanted.nearly_full);
        cr_assert_eq(f.now.probe_fits, wanted.probe_fits, "step %d", step);
    }
    cr_assert_eq(f.class_count, FRAGMENTATION_CLASSES);
    cr_assert_gt(f.kind_count, FRAGMENTATION_CLASSES);
    cr_assert_geq(choices, 4);
    double coverage = fragmentation_coverage(&f);
    cr_assert(coverage > 0.5 && coverage < 1, "%g", coverage);
    fragmentation_free(&f);
}

/* 3 of 4 machines have no room for the small task, which is the commonest; one of them is
 * full. The large one, the probe, fits the empty one only. */
Test(fragmentation, nearly_full_machines_and_a_probe_by_hand)
{
    static const char *const names[] = {"m", "n", "o", "p"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        metered_machine(&run, names[i], "r", 4, 4);
    metered_submit(&run, "small", NULL, 9, 1, 1);
    metered_submit(&run, "large", NULL, 3, 4, 3);
    metered_submit(&run, "all", NULL, 1, 4, 4);
    metered_place(&run, "large", 0, 0);
    metered_place(&run, "large", 1, 1);
    metered_place(&run, "all", 0, 2);
    metered_at(&run, SECOND);
    struct metrics_report report = metered_report(&run);
    assert_free(&report, 0.5, 1);
    cr_assert_eq(report.free.classes, 3);
    cr_assert(near(report.free.coverage, 1));
    cr_assert_eq(report.free.commonest.amount[RESOURCE_MEMORY], RESOURCE_UNIT);
    cr_assert_eq(report.free.largest.amount[RESOURCE_MEMORY], 3 * RESOURCE_UNIT,
                 "of those equally large, the commoner");
    metered_place(&run, "small", 0, 3);
    metered_at(&run, 2 * SECOND); /* the same are nearly full, but the probe fits nowhere */
    report = metered_report(&run);
    assert_free(&report, 0.5, 0.5);
    metered_change_machine(&run, EVENT_MACHINE_DRAINED, "m");
    metered_change_machine(&run, EVENT_MACHINE_REMOVED, "p");
    metered_at(&run, 4 * SECOND); /* 1 of the 2 that are up */
    report = metered_report(&run);
    assert_free(&report, 0.5, 0.25);
}

Test(fragmentation, what_cannot_be_used_is_told_by_resource)
{
    metered_machine(&run, "m", "r", 2, 4);
    metered_machine(&run, "n", "r", 4, 4);
    metered_submit(&run, "small", NULL, 3, 1, 1);
    metered_submit(&run, "large", NULL, 1, 2, 2);
    metered_place(&run, "small", 0, 0);
    metered_at(&run, SECOND);
    struct free_ratios ratios = metered_report(&run).free.ratios;
    cr_assert(near(ratios.unusable[RESOURCE_CPU], 0.25 / 5));
    cr_assert(near(ratios.unusable[RESOURCE_MEMORY], 0.25 * 3 / 7));
    cr_assert(isnan(ratios.unusable[RESOURCE_DISK]));
}
