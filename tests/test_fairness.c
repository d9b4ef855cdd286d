/* test_fairness.c - Jain's index, tenants with backlogs and tenants without. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "base/random.h"
#include "replay/fairness.h"
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
    assert_near(report.dominant_share, 0.25 / (2 * 0.13));
    assert_near(report.dominant_share_gap, 0.1 * 2 / 3);
    cr_assert_eq(report.tenants, 2);
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
    assert_near(report.dominant_share_gap, (0.1 + 0.05) / 2);
    assert_near(report.dominant_share, 0.5);
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
    cr_assert(isnan(report.fairness_per_task));
    cr_assert(isnan(report.dominant_share));
    cr_assert(isnan(report.dominant_share_gap));
    cr_assert_eq(report.tenants, 1);
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
    assert_near(metered_report(&run).fairness_per_task, 1.0);
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
    assert_near(metered_report(&run).fairness_per_task, 0.5);
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
    assert_near(report.dominant_share_gap, 0.0);
    cr_assert(isnan(report.dominant_share));
}

enum { TENANTS = 40, JOBS = 400 };

/* The shares of the tenants with waiting tasks, counted from the cluster as it is. */
static void count_shares(struct average *gap, struct average *index, int64_t duration_us)
{
    const struct cluster *cluster = run.engine.cluster;
    struct resources used[TENANTS] = {0};
    bool waits[TENANTS] = {0};
    for (uint32_t t = 0; t < cluster->task_limit; t++) {
        if (cluster->tasks[t].state == TASK_RUNNING)
            resources_add(&used[cluster_task_tenant(cluster, t)], &cluster->task_facts[t].demand);
        if (cluster->tasks[t].state == TASK_WAITING)
            waits[cluster_task_tenant(cluster, t)] = true;
    }
    double shares[TENANTS];
    uint32_t count = 0;
    double least = INFINITY;
    double most = 0;
    for (int t = 0; t < TENANTS; t++) {
        if (!waits[t])
            continue;
        shares[count] = (double)resources_dominant_share(&used[t], &cluster->capacity);
        least = fmin(least, shares[count]);
        most = fmax(most, shares[count]);
        count++;
    }
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
    else if (cluster->tasks[task].state == TASK_RUNNING)
        metered_tell(&run, random_below(random, 2) ? EVENT_TASK_FINISHED : EVENT_TASK_EVICTED, job,
                     0);
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
    struct average gap = {0};
    struct average index = {0};
    for (int step = 1; step <= 3000; step++) {
        count_shares(&gap, &index, step % 7);
        metered_at(&run, run.now_us + step % 7);
        random_change(&random);
    }
    struct metrics_report report = metered_report(&run);
    cr_assert_gt(report.dominant_share_gap, 0);
    assert_near(report.dominant_share_gap, average_value(&gap));
    assert_near(report.dominant_share, average_value(&index));
}
