/* test_slo_score.c - the policy that follows what agents report: move by move, and in random
 * worlds every decision beside all others that could have been made. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "costmodels/room.h"
#include "policies/agents.h"
#include "policies/plan.h"
#include "policies/policies.h"
#include "tests/engine_fixture.h"
#include "tests/flow_world.h"

#define SECOND_US INT64_C(1000000)

/* Agents to ask, like the policy's own: they follow from the seed and the changes. */
static struct flow_world world;
static struct agents agents;

static void see(void *state, const struct cluster *cluster, const struct change *change)
{
    agents_see(state, cluster, change);
}

static void set_up(const char *text, uint64_t seed)
{
    const struct policy_kind *kind;
    struct policy_options options = {.seed = seed};
    struct problem problem = {0};
    cr_assert_eq(policy_read(text, &kind, &options, &problem), STATUS_OK, "%s", problem.reason);
    flow_world_init_policy(&world, "slo-score", &options, seed);
    world.now_us = SECOND_US;
    agents_init(&agents, &(struct agent_options){.interval_us = options.values[2] / 1000,
                                                 .ttl_us = options.values[3] / 1000,
                                                 .probe = options.values[5],
                                                 .seed = seed});
    engine_observe(&world.engine, (struct observer){&agents, see});
}

static void tear_down(void)
{
    flow_world_free(&world);
    agents_free(&agents);
}

static void round_at(int64_t now_us)
{
    world.now_us = now_us;
    agents_advance(&agents, now_us);
    flow_world_round(&world);
}

static void come(const char *job, int32_t priority, uint32_t count, struct resources demand)
{
    flow_world_apply(&world, (struct event){.kind = EVENT_TASK_SUBMITTED,
                                            .job = job,
                                            .priority = priority,
                                            .count = count,
                                            .resources = demand});
}

static void finish(const char *job, uint32_t index)
{
    flow_world_apply(&world,
                     (struct event){.kind = EVENT_TASK_FINISHED, .job = job, .index = index});
}

Test(slo_score, takes_the_machine_that_was_reported_best_until_another_report)
{
    set_up("slo-score", 3);
    for (uint32_t m = 0; m < 3; m++)
        flow_world_add_machine(&world, (const char *[]){"m0", "m1", "m2"}[m], "r", 10, 10);
    flow_world_submit_running(&world, "much", units(6, 6), "m0");
    flow_world_submit_running(&world, "little", units(1, 1), "m1");
    flow_world_submit_running(&world, "some", units(3, 3), "m2");
    round_at(40 * SECOND_US);
    come("j", 0, 6, units(2, 1));
    round_at(40 * SECOND_US);
    for (uint32_t i = 0; i < 4; i++)
        cr_assert_str_eq(flow_world_place(&world, "j", i), "m1", "%u: no news of the others", i);
    for (uint32_t i = 4; i < 6; i++)
        cr_assert_str_eq(flow_world_place(&world, "j", i), "m2", "%u: m1 is full", i);
    round_at(70 * SECOND_US);
    come("k", 0, 1, units(1, 1));
    round_at(70 * SECOND_US);
    cr_assert_str_eq(flow_world_place(&world, "k", 0), "m0", "6 of 10, beside 9 and 7");
    tear_down();
}

Test(slo_score, a_machine_without_a_report_loses_against_all_that_score_more_than_the_base)
{
    set_up("slo-score", 3);
    flow_world_add_machine(&world, "m0", "r", 10, 10);
    flow_world_submit_running(&world, "half", units(5, 5), "m0");
    round_at(40 * SECOND_US);
    flow_world_add_machine(&world, "m1", "r", 10, 10);
    come("j", 0, 1, units(1, 1));
    round_at(40 * SECOND_US);
    cr_assert_str_eq(flow_world_place(&world, "j", 0), "m0", "m1 is empty, but did not say so");
    round_at(71 * SECOND_US);
    come("k", 0, 1, units(1, 1));
    round_at(71 * SECOND_US);
    cr_assert_str_eq(flow_world_place(&world, "k", 0), "m1");
    tear_down();
}

Test(slo_score, room_given_back_is_there_by_usage_when_it_is_reported)
{
    static const struct {
        const char *policy;
        bool at_once;
    } rows[] = {{"slo-score", false}, {"slo-score:usage=0", true}, {"slo-score:version=2", false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        set_up(rows[i].policy, 3);
        flow_world_add_machine(&world, "m0", "r", 10, 10);
        flow_world_submit_running(&world, "all", units(10, 10), "m0");
        round_at(40 * SECOND_US);
        come("j", 0, 1, units(1, 1));
        round_at(40 * SECOND_US);
        cr_assert_str_empty(flow_world_place(&world, "j", 0));
        cr_assert_eq(world.report.wake_us, 0, "no report can help");
        world.now_us += SECOND_US;
        finish("all", 0);
        round_at(world.now_us);
        if (rows[i].at_once) {
            cr_assert_str_eq(flow_world_place(&world, "j", 0), "m0");
        } else {
            cr_assert_str_empty(flow_world_place(&world, "j", 0));
            cr_assert_eq(world.report.wake_us, agents_due(&agents, 0));
            cr_assert_leq(world.report.wake_us, world.now_us + 30 * SECOND_US);
            round_at(world.report.wake_us - 1);
            cr_assert_str_empty(flow_world_place(&world, "j", 0));
            round_at(world.report.wake_us);
            cr_assert_str_eq(flow_world_place(&world, "j", 0), "m0");
        }
        cr_assert_eq(world.report.wake_us, 0);
        tear_down();
    }
}

/* The machine that a kind hopes for is filled before it reports: there is another. */
Test(slo_score, a_hope_that_has_gone_gives_way_to_the_next)
{
    set_up("slo-score", 3);
    flow_world_add_machine(&world, "m0", "r", 10, 10);
    flow_world_add_machine(&world, "m1", "r", 10, 10);
    flow_world_submit_running(&world, "all0", units(10, 10), "m0");
    flow_world_submit_running(&world, "all1", units(10, 10), "m1");
    round_at(40 * SECOND_US);
    come("j", 0, 1, units(8, 8));
    finish("all0", 0);
    finish("all1", 0);
    round_at(40 * SECOND_US);
    int64_t hope_us = world.report.wake_us;
    uint32_t first = agents_due(&agents, 0) == hope_us ? 0 : 1;
    cr_assert_eq(agents_due(&agents, first), hope_us);
    int64_t next_us = agents_due(&agents, 1 - first);
    cr_assert_gt(next_us, hope_us);
    flow_world_submit_running(&world, "in between", units(5, 5), first ? "m1" : "m0");
    round_at(hope_us);
    cr_assert_str_empty(flow_world_place(&world, "j", 0));
    cr_assert_eq(world.report.wake_us, next_us);
    round_at(next_us);
    cr_assert_str_eq(flow_world_place(&world, "j", 0), first ? "m0" : "m1");
    tear_down();
}

Test(slo_score, a_machine_reopened_counts_as_grown_once)
{
    set_up("slo-score", 3);
    flow_world_add_machine(&world, "m0", "r", 10, 10);
    const struct cluster *cluster = world.engine.cluster;
    struct plan plan;
    plan_init(&plan);
    plan_mark(&plan, cluster, &(struct change){.cause = CAUSE_MACHINE, .task = NONE, .machine = 0});
    plan_begin(&plan, cluster);
    cr_assert_eq(plan.grown.count, 1, "it is new");
    plan_reopen(&plan, 0);
    for (uint32_t grown = 2; grown-- > 0;) {
        plan_begin(&plan, cluster);
        cr_assert_eq(plan.grown.count, grown);
    }
    plan_free(&plan);
    tear_down();
}

Test(slo_score, higher_classes_are_served_first_and_equals_in_order)
{
    set_up("slo-score", 3);
    flow_world_add_machine(&world, "m0", "r", 4, 4);
    come("low", 0, 1, units(1, 1));
    come("low too", 1, 1, units(1, 1));
    come("medium", 5, 1, units(1, 1));
    come("high", 9, 1, units(1, 1));
    come("high too", 11, 1, units(1, 1));
    round_at(SECOND_US);
    static const char *const served[] = {"high", "high too", "medium", "low"};
    for (size_t i = 0; i < COUNT_OF(served); i++)
        cr_assert_str_eq(flow_world_place(&world, served[i], 0), "m0", "%s", served[i]);
    cr_assert_str_empty(flow_world_place(&world, "low too", 0));
    tear_down();
}

/* Two machines of version 1 above 100 for a high priority: the better one, or either by chance. */
Test(slo_score, limits_make_ties_that_chance_decides)
{
    static const struct {
        const char *policy;
        int32_t priority;
        bool ties;
    } rows[] = {{"slo-score:probe=0", 9, true},
                {"slo-score:probe=0", 5, false},
                {"slo-score:probe=0+clamp=0", 9, false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint32_t better = 0;
        enum { RUNS = 40 };
        for (uint64_t seed = 0; seed < RUNS; seed++) {
            set_up(rows[i].policy, seed);
            flow_world_add_machine(&world, "m0", "r", 100, 100);
            flow_world_add_machine(&world, "m1", "r", 100, 100);
            flow_world_submit_running(&world, "few", units(4, 4), "m0");
            round_at(40 * SECOND_US);
            come("j", rows[i].priority, 1, units(1, 1));
            round_at(40 * SECOND_US);
            better += strcmp(flow_world_place(&world, "j", 0), "m1") == 0;
            tear_down();
        }
        if (rows[i].ties)
            cr_assert(better > RUNS / 8 && better < RUNS * 7 / 8, "row %zu: %u", i, better);
        else
            cr_assert_eq(better, RUNS, "row %zu: %u", i, better);
    }
}

Test(slo_score, options_out_of_range_are_refused)
{
    static const char *const texts[] = {
        "slo-score:version=1.5", "slo-score:version=3", "slo-score:version=0",
        "slo-score:clamp=0.5",   "slo-score:usage=0.5", "slo-score:probe=2",
        "slo-score:interval=0",  "slo-score:ttl=-1",    "slo-score:interval=1000000"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        const struct policy_kind *kind;
        struct policy_options options = {.seed = 1};
        struct problem problem = {0};
        void *policy = NULL;
        enum status status = policy_read(texts[i], &kind, &options, &problem);
        if (status == STATUS_OK)
            status = kind->create(&policy, &options, &problem);
        cr_assert_eq(status, STATUS_USAGE, "%s", texts[i]);
        cr_assert_null(policy);
    }
}

/* Random worlds: every decision of a round is the best there was when it was made. */

#define MACHINES 8

struct judge {
    uint32_t version;
    bool clamp, usage;
    uint64_t placed, refused, woken;
    uint64_t chosen;             /* decisions that had a worse machine to choose */
    struct room rooms[MACHINES]; /* as the round goes on */
};

static bool fits(const struct judge *judge, uint32_t task, uint32_t machine)
{
    const struct cluster *cluster = world.engine.cluster;
    const struct task_facts *facts = &cluster->task_facts[task];
    return cluster->machine_facts[machine].up &&
           room_fits(&judge->rooms[machine], &facts->demand) &&
           cluster_allows(cluster, facts->constraint, machine);
}

static bool admits(const struct judge *judge, uint32_t task, uint32_t machine)
{
    const struct machine_report *report = agents_report(&agents, machine);
    return !judge->usage || !report ||
           slo_report_admits(report, &world.engine.cluster->task_facts[task].demand);
}

static double score(const struct judge *judge, uint32_t task, uint32_t machine)
{
    int32_t priority = world.engine.cluster->task_facts[task].priority;
    double base = slo_score_base(slo_score_class(priority));
    double raw = slo_score_raw(judge->version, base, agents_report(&agents, machine));
    return judge->clamp ? (double)slo_score_whole(judge->version, raw) : raw;
}

static void see_rooms(struct judge *judge)
{
    const struct cluster *cluster = world.engine.cluster;
    for (uint32_t m = 0; m < cluster->machine_count; m++)
        room_of_machine(&judge->rooms[m], &cluster->machine_facts[m]);
}

static void judge_decision(struct judge *judge, const struct decision *decision)
{
    const struct cluster *cluster = world.engine.cluster;
    uint32_t task = decision->task;
    cr_assert(fits(judge, task, decision->machine) && admits(judge, task, decision->machine));
    double chosen = score(judge, task, decision->machine);
    bool worse = false;
    for (uint32_t m = 0; m < cluster->machine_count; m++) {
        if (!fits(judge, task, m) || !admits(judge, task, m))
            continue;
        cr_assert_leq(score(judge, task, m), chosen + 1e-8, "machine %u is better than %u", m,
                      decision->machine);
        worse |= score(judge, task, m) < chosen - 1e-8;
    }
    judge->chosen += worse;
    room_take_on(&judge->rooms[decision->machine], &cluster->task_facts[task].demand,
                 decision->devices);
}

/* What waits fits nowhere; or it does but for a report, and then the round says when that comes. */
static void judge_rest(struct judge *judge)
{
    const struct cluster *cluster = world.engine.cluster;
    const struct task_list *waiting = &cluster->lists[TASK_WAITING];
    int64_t hope_us = TIME_NEVER;
    for (uint32_t i = 0; i < waiting->count; i++)
        for (uint32_t m = 0; m < cluster->machine_count; m++) {
            if (!fits(judge, waiting->tasks[i], m))
                continue;
            cr_assert_not(admits(judge, waiting->tasks[i], m));
            int64_t due_us = agents_due(&agents, m);
            hope_us = due_us < hope_us ? due_us : hope_us;
        }
    judge->refused += hope_us != TIME_NEVER;
    if (hope_us != TIME_NEVER)
        cr_assert(world.report.wake_us && world.report.wake_us <= hope_us);
    cr_assert(!world.report.wake_us || world.report.wake_us > world.now_us);
}

static void judged_round(struct judge *judge)
{
    see_rooms(judge);
    round_at(world.now_us);
    enum slo_score_class class = SLO_SCORE_HIGH;
    for (uint32_t i = 0; i < world.decisions.count; i++) {
        const struct decision *decision = &world.decisions.decisions[i];
        const struct task_facts *facts = &world.engine.cluster->task_facts[decision->task];
        cr_assert_leq(slo_score_class(facts->priority), class, "higher classes first");
        class = slo_score_class(facts->priority);
        judge_decision(judge, decision);
    }
    judge->placed += world.decisions.count;
    see_rooms(judge);
    judge_rest(judge);
}

/* Random events alone fill all machines, and leave nothing to choose. */
static void finish_some(void)
{
    const struct cluster *cluster = world.engine.cluster;
    const struct task_list *running = &cluster->lists[TASK_RUNNING];
    for (uint32_t i = 0; i < 3 && running->count; i++) {
        uint32_t task = running->tasks[random_below(&world.random, running->count)];
        char job[16];
        snprintf(job, sizeof job, "%s",
                 names_text(&cluster->job_names, cluster_task_job(cluster, task)));
        finish(job, cluster->tasks[task].index);
    }
}

static void judge_world(struct judge *judge, uint64_t seed)
{
    world.machine_count = MACHINES;
    world.gpus = seed % 2;
    world.suspensions = seed / 2 % 2;
    for (uint32_t step = 0; step < 1000; step++) {
        if (world.report.wake_us > world.now_us && random_below(&world.random, 3) == 0) {
            world.now_us = world.report.wake_us;
            judge->woken++;
        } else {
            flow_world_random_event(&world);
            finish_some();
            if (random_below(&world.random, 3))
                continue;
        }
        judged_round(judge);
    }
}

Test(slo_score, every_decision_in_random_worlds_takes_the_best_machine_there_is)
{
    static const struct {
        const char *policy;
        uint32_t version;
        bool clamp, usage;
        bool believed; /* reports, for more than an instant */
    } rows[] = {
        {"slo-score", 1, true, true, true},
        {"slo-score:version=2", 2, true, true, true},
        {"slo-score:clamp=0", 1, false, true, true},
        {"slo-score:clamp=0+version=2+usage=0", 2, false, false, true},
        {"slo-score:usage=0+probe=0", 1, true, false, true},
        {"slo-score:interval=20+ttl=5", 1, true, true, true},
        {"slo-score:interval=300+ttl=120", 1, true, true, true},
        {"slo-score:ttl=0+version=2", 2, true, true, false},
        {"slo-score:interval=0.5", 1, true, true, true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct judge judge = {
            .version = rows[i].version, .clamp = rows[i].clamp, .usage = rows[i].usage};
        for (uint64_t seed = 0; seed < 6; seed++) {
            cr_log_info("%s, seed %" PRIu64, rows[i].policy, seed);
            set_up(rows[i].policy, seed);
            judge_world(&judge, seed);
            tear_down();
        }
        fprintf(stderr,
                "%s: %" PRIu64 " placed, %" PRIu64 " of them by choice, %" PRIu64
                " rounds with refusals, %" PRIu64 " woken\n",
                rows[i].policy, judge.placed, judge.chosen, judge.refused, judge.woken);
        cr_assert_gt(judge.placed, 1000);
        if (!judge.usage)
            cr_assert_eq(judge.refused, 0);
        else if (rows[i].believed)
            cr_assert_gt(judge.refused, 10);
        if (rows[i].believed)
            cr_assert_gt(judge.chosen, 100);
    }
}
