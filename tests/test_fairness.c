/* test_fairness.c - Jain's index, tenants with backlogs and tenants without. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "replay/fairness.h"
#include "scheduler/tenants.h"
#include "tests/metered.h"

static struct metered run;

static void set_up(void)
{
    metered_init(&run);
    metered_machine(&run, "m", "r", 10, 10);
}

static void tear_down(void)
{
    metered_free(&run);
}

TestSuite(fairness, .init = set_up, .fini = tear_down);

#define assert_near(value, wanted) \
    cr_assert(near((value), (wanted)), "%s is %.12g, not %.12g", #value, (value), (wanted))

Test(fairness, jain_by_known_values)
{
    assert_near(jain_index((double[]){1, 0, 0, 0}, 4), 0.25);
    assert_near(jain_index((double[]){.5, .25, .25}, 3), 8.0 / 9);
    double shares[100] = {0};
    for (int i = 0; i < 77; i++)
        shares[i] = 1;
    assert_near(jain_index(shares, 100), 0.77);
    cr_assert(isnan(jain_index(NULL, 0)));
    cr_assert(isnan(jain_index((double[]){0, 0}, 2)));
}

Test(fairness, shares_count_while_two_tenants_have_waiting_tasks)
{
    metered_submit(&run, "a", "A", 4, 1, 1);
    metered_submit(&run, "b", "B", 2, 1, 2);
    metered_at(&run, SECOND); /* no shares: the gap is 0, the index undefined */
    for (uint32_t i = 0; i < 3; i++)
        metered_place(&run, "a", i, 0);
    metered_place(&run, "b", 0, 0);
    metered_at(&run, 3 * SECOND); /* .3 and .2 */
    metered_place(&run, "b", 1, 0);
    metered_at(&run, 9 * SECOND); /* B is content: A alone is backlogged */
    struct metrics_report report = metered_report(&run);
    assert_near(report.fairness.dominant_share, 0.25 / (2 * 0.13));
    assert_near(report.fairness.dominant_share_gap, 0.1 * 2 / 3);
    cr_assert_eq(report.fairness.tenants, 2);
}

Test(fairness, shares_follow_the_capacity)
{
    metered_submit(&run, "a", "A", 2, 1, 1);
    metered_submit(&run, "b", "B", 2, 1, 1);
    metered_place(&run, "a", 0, 0);
    metered_at(&run, SECOND);
    metered_machine(&run, "n", "r", 10, 10);
    metered_at(&run, 2 * SECOND);
    struct metrics_report report = metered_report(&run);
    assert_near(report.fairness.dominant_share_gap, (0.1 + 0.05) / 2);
    assert_near(report.fairness.dominant_share, 0.5);
}

Test(fairness, one_tenant_or_none_is_undefined)
{
    metered_submit(&run, "a", "A", 2, 1, 1);
    metered_submit(&run, "n", NULL, 2, 1, 1);
    metered_place(&run, "a", 0, 0);
    metered_place(&run, "n", 0, 0);
    metered_at(&run, SECOND);
    metered_finish(&run, "a", 0);
    metered_finish(&run, "n", 0);
    struct metrics_report report = metered_report(&run);
    cr_assert(isnan(report.fairness.per_task));
    cr_assert(isnan(report.fairness.dominant_share));
    cr_assert(isnan(report.fairness.dominant_share_gap));
    cr_assert_eq(report.fairness.tenants, 1);
}

Test(fairness, per_task_compares_the_tenants_mean_speeds)
{
    metered_submit(&run, "a", "A", 2, 1, 1);
    metered_submit(&run, "b", "B", 1, 1, 1);
    metered_submit(&run, "idle", "C", 1, 1, 1);
    metered_place(&run, "a", 0, 0);
    metered_at(&run, 5 * SECOND);
    metered_finish(&run, "a", 0); /* 5 of 5 s */
    metered_place(&run, "a", 1, 0);
    metered_place(&run, "b", 0, 0);
    metered_at(&run, 10 * SECOND);
    metered_finish(&run, "a", 1); /* 5 of 10 s */
    metered_at(&run, 20 * SECOND);
    metered_finish(&run, "b", 0); /* 15 of 20 s */
    assert_near(metered_report(&run).fairness.per_task, 1.0);
}

Test(fairness, tasks_of_no_time_are_neither_lost_nor_divided_by)
{
    metered_submit(&run, "a", "A", 1, 1, 1);
    metered_submit(&run, "b", "B", 1, 1, 1);
    metered_place(&run, "a", 0, 0);
    metered_finish(&run, "a", 0); /* 1 */
    metered_at(&run, SECOND);
    metered_place(&run, "b", 0, 0);
    metered_finish(&run, "b", 0); /* 0: it only waited */
    assert_near(metered_report(&run).fairness.per_task, 0.5);
}

Test(fairness, a_tenants_use_returns_to_nothing)
{
    metered_submit(&run, "a", "A", 3, 1, 1);
    metered_submit(&run, "b", "B", 1, 1, 1);
    metered_place(&run, "a", 0, 0);
    metered_place(&run, "a", 1, 0);
    metered_tell(&run, EVENT_TASK_EVICTED, "a", 0);
    metered_tell(&run, EVENT_TASK_FAILED, "a", 1);
    metered_at(&run, SECOND);
    struct metrics_report report = metered_report(&run);
    assert_near(report.fairness.dominant_share_gap, 0.0);
    cr_assert(isnan(report.fairness.dominant_share));
}

/* A waits with .2 of the cluster, B runs .6 and waits for nothing, C comes later and has
 * nothing: A may claim a half, then a third. */
Test(fairness, the_entitlement_is_a_part_among_those_that_want_anything)
{
    metered_submit(&run, "b", "B", 1, 6, 1);
    metered_place(&run, "b", 0, 0);
    metered_at(&run, SECOND); /* nobody is backlogged */
    metered_submit(&run, "a", "A", 3, 2, 1);
    metered_place(&run, "a", 0, 0);
    metered_at(&run, 3 * SECOND); /* A lacks .3 */
    metered_place(&run, "a", 1, 0);
    metered_at(&run, 4 * SECOND); /* A lacks .1 */
    metered_submit(&run, "c", "C", 1, 5, 1);
    metered_at(&run, 8 * SECOND); /* A has .4 and exceeds a third by .4 / 6, C lacks a third */
    struct fairness_ratios fairness = metered_report(&run).fairness;
    assert_near(fairness.below_entitlement, (2 + 1 + 4) / (2.0 + 1 + 2 * 4));
    assert_near(fairness.share_deviation, (2 * .3 + .1 + 4 * (.4 / 6 + 1. / 3)) / (2 + 1 + 2 * 4));
    assert_near(fairness.contenders, 2);
    assert_near(fairness.contended_s, 4);
}

Test(fairness, who_has_its_part_exactly_is_not_below)
{
    metered_submit(&run, "a", "A", 2, 5, 1);
    metered_submit(&run, "b", "B", 2, 5, 1);
    metered_place(&run, "a", 0, 0);
    metered_place(&run, "b", 0, 0);
    metered_at(&run, SECOND);
    assert_near(metered_report(&run).fairness.below_entitlement, 0);
    assert_near(metered_report(&run).fairness.share_deviation, 0);
}

static void define_tenants(const struct tenant_definition *definitions, uint32_t count)
{
    struct problem problem;
    metered_free(&run);
    run = (struct metered){.metrics = metrics_create()};
    engine_init(&run.engine, &engine_options_default);
    cr_assert_eq(tenants_define(run.engine.cluster, definitions, count, &problem), STATUS_OK);
    engine_observe(&run.engine, (struct observer){run.metrics, metrics_on_change});
    metered_at(&run, 0);
    metered_machine(&run, "m", "r", 10, 10);
}

/* Heavy may have three times as much: with .6 and .2 nobody is better off. */
Test(fairness, shares_are_compared_by_weight)
{
    const struct tenant_definition definitions[] = {{.name = "heavy", .weight = 3000}};
    define_tenants(definitions, COUNT_OF(definitions));
    metered_submit(&run, "h", "heavy", 4, 2, 1);
    metered_submit(&run, "l", "light", 4, 2, 1);
    for (uint32_t i = 0; i < 3; i++)
        metered_place(&run, "h", i, 0);
    metered_place(&run, "l", 0, 0);
    metered_at(&run, SECOND);
    struct fairness_ratios fairness = metered_report(&run).fairness;
    assert_near(fairness.dominant_share, 1);
    assert_near(fairness.dominant_share_gap, 0);
    assert_near(fairness.below_entitlement, 1); /* .75 and .25 */
    assert_near(fairness.share_deviation, (.15 + .05) / 2);
    metered_finish(&run, "h", 0);
    metered_at(&run, 2 * SECOND); /* .4 and .2: .1333 and .2 by weight */
    fairness = metered_report(&run).fairness;
    assert_near(fairness.dominant_share_gap, (.2 - .4 / 3) / 2);
}

/* Of a lab of weight 2, ann has 3 parts of 5, bob 1, and the lab's own tasks 1. */
Test(fairness, a_child_has_its_part_of_its_parents_weight)
{
    const struct tenant_definition definitions[] = {
        {.name = "lab", .weight = 2000},
        {.name = "ann", .parent = "lab", .weight = 3000},
        {.name = "bob", .parent = "lab", .weight = 1000},
    };
    define_tenants(definitions, COUNT_OF(definitions));
    struct fairness fairness;
    fairness_init(&fairness);
    const struct cluster *cluster = run.engine.cluster;
    fairness_define(&fairness, cluster->tenant_facts, cluster->tenant_count);
    cr_assert_eq(fairness.weight_count, 3);
    static const int64_t wanted[] = {400000, 1200000, 400000};
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t tenant = names_find(&cluster->tenant_names, definitions[i].name);
        cr_assert_leq(llabs(fairness.weights[tenant] - wanted[i]), 1, "%s: %" PRId64,
                      definitions[i].name, fairness.weights[tenant]);
    }
    fairness_free(&fairness);
}

enum { TENANTS = 40, JOBS = 400 };

/* Those with waiting tasks against what is theirs, where `active` want anything. */
static void count_claims(const double *shares, uint32_t count, uint32_t active, int64_t duration_us,
                         struct average *below, struct average *deviation)
{
    for (uint32_t i = 0; i < count && active >= 2; i++) {
        double share = shares[i] / (double)RESOURCE_UNIT;
        average_add(below, share < 1.0 / active * (1 - 1e-6), duration_us);
        average_add(deviation, fabs(share - 1.0 / active), duration_us);
    }
}

struct counted {
    struct average gap, index, below, deviation;
};

/* The shares of the tenants with tasks that wait or are suspended, counted from the cluster as it
 * is. */
static void count_shares(struct counted *counted, int64_t duration_us)
{
    struct average *gap = &counted->gap;
    struct average *index = &counted->index;
    const struct cluster *cluster = run.engine.cluster;
    struct resources used[TENANTS] = {0};
    bool waits[TENANTS] = {0};
    bool runs[TENANTS] = {0};
    for (uint32_t t = 0; t < cluster->task_limit; t++) {
        uint32_t tenant = cluster_task_tenant(cluster, t);
        struct resources demand = cluster->task_facts[t].demand;
        bool suspended = cluster->tasks[t].state == TASK_SUSPENDED;
        if (suspended)
            demand.amount[RESOURCE_CPU] = 0;
        if (cluster->tasks[t].state == TASK_RUNNING || suspended) {
            resources_add(&used[tenant], &demand);
            runs[tenant] = true;
        }
        if (cluster->tasks[t].state == TASK_WAITING || suspended)
            waits[tenant] = true;
    }
    double shares[TENANTS];
    uint32_t count = 0;
    uint32_t active = 0;
    double least = INFINITY;
    double most = 0;
    for (int t = 0; t < TENANTS; t++) {
        active += waits[t] || runs[t];
        if (!waits[t])
            continue;
        shares[count] = (double)resources_dominant_share(&used[t], &cluster->capacity);
        least = fmin(least, shares[count]);
        most = fmax(most, shares[count]);
        count++;
    }
    count_claims(shares, count, active, duration_us, &counted->below, &counted->deviation);
    if (count < 2)
        return;
    average_add(gap, (most - least) / (double)RESOURCE_UNIT, duration_us);
    if (most > 0)
        average_add(index, jain_index(shares, count), duration_us);
}

static void random_change(struct random *random)
{
    char job[8];
    char tenant[8];
    snprintf(job, sizeof job, "j%d", (int)random_below(random, JOBS));
    snprintf(tenant, sizeof tenant, "t%d", (int)random_below(random, TENANTS));
    const struct cluster *cluster = run.engine.cluster;
    uint32_t task = task_of(&run.engine, job, 0);
    char machine[16];
    snprintf(machine, sizeof machine, "m%" PRIu32, cluster->machine_count);
    if (random_below(random, 100) == 0)
        metered_machine(&run, machine, "r", 1 + (int64_t)random_below(random, 9), 8);
    else if (task == NONE)
        metered_submit(&run, job, tenant, 1, 1 + (int64_t)random_below(random, 3), 1);
    else if (cluster->tasks[task].state == TASK_RUNNING && random_below(random, 3) == 0)
        metered_decide(&run, DECISION_SUSPEND, job, 0, NONE);
    else if (cluster->tasks[task].state == TASK_RUNNING)
        metered_tell(&run, random_below(random, 2) ? EVENT_TASK_FINISHED : EVENT_TASK_EVICTED, job,
                     0);
    else if (cluster->tasks[task].state == TASK_SUSPENDED && random_below(random, 3) == 0)
        metered_tell(&run, EVENT_TASK_EVICTED, job, 0);
    else if (cluster_can_resume(cluster, task))
        metered_decide(&run, DECISION_RESUME, job, 0, cluster->task_facts[task].machine);
    else if (cluster->tasks[task].state == TASK_WAITING)
        for (uint32_t m = 0; m < cluster->machine_count; m++)
            if (cluster_fits(cluster, task, m)) {
                metered_place(&run, job, 0, m);
                break;
            }
}

Test(fairness, kept_change_by_change_is_as_counted_anew)
{
    struct random random;
    random_init(&random, 11);
    struct counted counted = {0};
    for (int step = 1; step <= 3000; step++) {
        count_shares(&counted, step % 7);
        metered_at(&run, run.now_us + step % 7);
        random_change(&random);
    }
    struct metrics_report report = metered_report(&run);
    cr_assert_gt(report.fairness.dominant_share_gap, 0);
    assert_near(report.fairness.dominant_share_gap, average_value(&counted.gap));
    assert_near(report.fairness.dominant_share, average_value(&counted.index));
    assert_near(report.fairness.below_entitlement, average_value(&counted.below));
    assert_near(report.fairness.share_deviation, average_value(&counted.deviation));
    cr_assert_gt(report.fairness.below_entitlement, 0);
    cr_assert_lt(report.fairness.below_entitlement, 1);
}
