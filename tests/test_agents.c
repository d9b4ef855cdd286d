/* test_agents.c - what agents say of their machines, beside agents that tick. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "policies/agents.h"
#include "policies/policies.h"
#include "tests/engine_fixture.h"
#include "tests/flow_world.h"

#define SECOND_US INT64_C(1000000)
#define MACHINES 8

static struct flow_world world;
static struct agents agents;

static void see(void *state, const struct cluster *cluster, const struct change *change)
{
    agents_see(state, cluster, change);
}

static const struct agent_options standard = {
    .interval_us = 30 * SECOND_US, .ttl_us = 120 * SECOND_US, .probe = true, .seed = 5};

static void set_up(const struct agent_options *options, uint64_t seed)
{
    struct policy_options fifo = {.seed = seed};
    flow_world_init_policy(&world, "fifo", &fifo, seed);
    world.machine_count = MACHINES;
    agents_init(&agents, options);
    engine_observe(&world.engine, (struct observer){&agents, see});
}

static void tear_down(void)
{
    flow_world_free(&world);
    agents_free(&agents);
}

static const struct machine_report *report_at(int64_t now_us)
{
    world.now_us = now_us;
    agents_advance(&agents, now_us);
    return agents_report(&agents, 0);
}

/* The first time after `time_us` at which the agent of machine 0 reports. */
static int64_t tick_after(int64_t time_us)
{
    int64_t interval_us = agents.options.interval_us;
    int64_t phase_us = agents.agents[0].phase_us;
    cr_assert(phase_us >= 0 && phase_us < interval_us);
    return time_us + interval_us - (time_us + interval_us - phase_us) % interval_us;
}

Test(agents, a_report_tells_of_the_machine_as_it_was_just_before)
{
    set_up(&standard, 1);
    world.now_us = 100 * SECOND_US;
    flow_world_add_machine(&world, "m0", "r", 10, 20);
    int64_t first_us = tick_after(world.now_us);
    cr_assert_null(report_at(first_us - 1), "it never did");
    flow_world_submit_running(&world, "a", units(5, 4), "m0");
    world.now_us = first_us;
    flow_world_submit_running(&world, "b", units(2, 12), "m0");
    const struct machine_report *report = report_at(first_us);
    cr_assert_not_null(report);
    cr_assert_eq(report->cpu_capacity, 10e9);
    cr_assert_eq(report->cpu_used, 5e9, "b came too late");
    cr_assert_eq(report->memory_used, 4e9);
    cr_assert_eq(report->dominant_share, .5);
    cr_assert_eq(report->fairness, 1);
    cr_assert_float_eq(report->p99_ms, 92.103, .001);
    cr_assert_eq(report->violation_rate, 0);
    cr_assert_eq(report_at(first_us + 30 * SECOND_US - 1)->cpu_used, 5e9);
    report = report_at(first_us + 30 * SECOND_US);
    cr_assert_eq(report->cpu_used, 7e9);
    cr_assert_eq(report->dominant_share, .8, "of memory");
    cr_assert_float_eq(report->p99_ms, 230.259, .001);
    tear_down();
}

Test(agents, a_machine_that_comes_when_its_report_is_due_reports_the_next_time)
{
    set_up(&standard, 1);
    flow_world_add_machine(&world, "m0", "r", 10, 20);
    int64_t tick_us = tick_after(60 * SECOND_US);
    world.now_us = SECOND_US;
    flow_world_remove_machine(&world, "m0");
    int64_t back_us = tick_us + 150 * SECOND_US;
    world.now_us = back_us;
    flow_world_add_machine(&world, "m0", "r", 10, 20);
    world.now_us += SECOND_US;
    flow_world_submit_running(&world, "a", units(1, 1), "m0");
    cr_assert_null(report_at(back_us + 30 * SECOND_US - 1));
    cr_assert_not_null(report_at(back_us + 30 * SECOND_US));
    tear_down();
}

Test(agents, are_not_looked_at_while_they_have_nothing_new_to_tell)
{
    set_up(&standard, 1);
    flow_world_add_machine(&world, "m0", "r", 10, 20);
    int64_t tick_us = tick_after(0);
    cr_assert_eq(agents_due(&agents, 0), tick_us);
    report_at(tick_us);
    cr_assert_eq(agents_due(&agents, 0), TIME_NEVER);
    cr_assert_eq(agents.due.count, 0);
    agents.different.count = 0;
    cr_assert_not_null(report_at(tick_us + 100000 * SECOND_US), "for it goes on reporting");
    cr_assert_eq(agents.different.count, 0);
    flow_world_submit_running(&world, "a", units(1, 1), "m0");
    cr_assert_eq(agents_due(&agents, 0), tick_after(world.now_us));
    flow_world_submit_running(&world, "b", units(1, 1), "m0");
    cr_assert_eq(agents.due.count, 1, "once for all changes before a report");
    tear_down();
}

Test(agents, a_task_that_moves_is_reported_by_both_machines)
{
    set_up(&standard, 1);
    flow_world_add_machine(&world, "m0", "r", 10, 10);
    flow_world_add_machine(&world, "m1", "r", 10, 10);
    flow_world_submit_running(&world, "a", units(4, 4), "m0");
    report_at(40 * SECOND_US);
    cr_assert_eq(agents_report(&agents, 0)->cpu_used, 4e9);
    decide_one(&world.engine, DECISION_MIGRATE, task_of(&world.engine, "a", 0), 1, world.now_us);
    report_at(80 * SECOND_US);
    cr_assert_eq(agents_report(&agents, 0)->cpu_used, 0);
    cr_assert_eq(agents_report(&agents, 1)->cpu_used, 4e9);
    tear_down();
}

Test(agents, have_phases_of_their_own_by_the_seed)
{
    int64_t phases[2][MACHINES];
    for (int run = 0; run < 2; run++) {
        struct agent_options options = standard;
        options.seed += (uint64_t)run;
        set_up(&options, 1);
        for (uint32_t m = 0; m < MACHINES; m++) {
            char name[16];
            snprintf(name, sizeof name, "m%u", m);
            flow_world_add_machine(&world, name, "r", 10, 10);
            phases[run][m] = agents.agents[m].phase_us;
            cr_assert(m == 0 || phases[run][m] != phases[run][0]);
        }
        cr_assert(run == 0 || phases[1][0] != phases[0][0]);
        tear_down();
    }
}

/* A machine goes after its report at T and is back before that is 120 s old. */
Test(agents, s5_a_report_of_119_s_is_used_and_one_of_121_s_is_not)
{
    set_up(
        &(struct agent_options){
            .interval_us = 400 * SECOND_US, .ttl_us = 120 * SECOND_US, .seed = 5},
        1);
    flow_world_add_machine(&world, "m0", "r", 10, 10);
    int64_t tick_us = tick_after(0);
    cr_assert_not_null(report_at(tick_us));
    world.now_us = tick_us + 50 * SECOND_US;
    flow_world_remove_machine(&world, "m0");
    world.now_us = tick_us + 60 * SECOND_US;
    flow_world_add_machine(&world, "m0", "r", 4, 4);
    cr_assert_eq(report_at(tick_us + 119 * SECOND_US)->cpu_capacity, 10e9, "it has said nothing");
    cr_assert_not_null(report_at(tick_us + 120 * SECOND_US));
    cr_assert_null(report_at(tick_us + 120 * SECOND_US + 1));
    cr_assert_null(report_at(tick_us + 121 * SECOND_US));
    cr_assert_eq(report_at(tick_us + 400 * SECOND_US)->cpu_capacity, 4e9);
    cr_assert_null(report_at(tick_us + 700 * SECOND_US));
    tear_down();
}

static void run_service(const char *job, const char *tenant, int64_t cpu, int64_t latency_us)
{
    flow_world_apply(&world, (struct event){.kind = EVENT_TASK_SUBMITTED,
                                            .job = job,
                                            .tenant = tenant,
                                            .resources = units(cpu, 1),
                                            .latency_us = latency_us,
                                            .machine = "m0"});
}

Test(agents, services_answer_as_the_model_has_it_and_tenants_share_as_jain_has_it)
{
    for (int probe = 0; probe < 2; probe++) {
        struct agent_options options = standard;
        options.probe = probe;
        set_up(&options, 1);
        flow_world_add_machine(&world, "m0", "r", 10, 20);
        run_service("batch", "a", 4, 0);
        const struct machine_report *report = report_at(31 * SECOND_US);
        cr_assert_eq(report->p99_ms > 0, probe, "nobody to ask, but a probe");
        cr_assert_eq(report->violation_rate, 0);
        run_service("one", "b", 1, 120000);
        run_service("other", "b", 1, 60000);
        run_service("third", "c", 2, 120000);
        report = report_at(62 * SECOND_US);
        cr_assert_float_eq(report->p99_ms, 230.259, .001);
        cr_assert_float_eq(report->violation_rate, (2 * exp(-2.4) + exp(-1.2)) / 3, 1e-8);
        cr_assert_float_eq(report->fairness, 64. / (3 * (16 + 4 + 4)), 1e-8);
        run_service("last", "c", 2, 0);
        report = report_at(93 * SECOND_US);
        cr_assert_gt(report->p99_ms, 1e9, "nothing is left");
        cr_assert_eq(report->violation_rate, 1);
        tear_down();
    }
}

/* Agents that tick: from the cluster as it is, counted anew. */

struct ticking {
    struct machine_report state, report;
    bool present;
    int64_t came_us, report_us;
};

static double jain(const struct cluster *cluster, uint32_t machine)
{
    double parts[16] = {0}, sum = 0, squares = 0;
    double cpus[16] = {0}, memories[16] = {0};
    bool there[16] = {0};
    uint32_t tenants = 0;
    const struct resources *capacity = &cluster->machine_facts[machine].capacity;
    for (uint32_t t = 0; t < cluster->task_limit; t++) {
        const struct task_facts *facts = &cluster->task_facts[t];
        bool runs = cluster->tasks[t].state == TASK_RUNNING;
        if ((!runs && cluster->tasks[t].state != TASK_SUSPENDED) || facts->machine != machine)
            continue;
        cpus[facts->tenant] += runs ? (double)facts->demand.amount[RESOURCE_CPU] : 0;
        memories[facts->tenant] += (double)facts->demand.amount[RESOURCE_MEMORY];
        there[facts->tenant] = true;
    }
    for (uint32_t i = 0; i < COUNT_OF(parts); i++) {
        parts[i] = fmax(cpus[i] / (double)capacity->amount[RESOURCE_CPU],
                        memories[i] / (double)capacity->amount[RESOURCE_MEMORY]);
        sum += there[i] ? parts[i] : 0;
        squares += there[i] ? parts[i] * parts[i] : 0;
        tenants += there[i];
    }
    return squares > 0 ? sum * sum / (tenants * squares) : 1;
}

static struct machine_report count_state(const struct cluster *cluster, uint32_t machine)
{
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    double load = (double)resources_dominant_share(&facts->used, &facts->capacity) / 1e9;
    double slow = 0, services = 0;
    for (uint32_t t = 0; t < cluster->task_limit; t++) {
        const struct task_facts *task = &cluster->task_facts[t];
        if (cluster->tasks[t].state != TASK_RUNNING || task->machine != machine ||
            !task->latency_us)
            continue;
        slow += exp(-(1 - load) * (double)task->latency_us / 10000);
        services++;
    }
    struct machine_report state = {
        .cpu_capacity = (double)facts->capacity.amount[RESOURCE_CPU],
        .cpu_used = (double)facts->used.amount[RESOURCE_CPU],
        .memory_capacity = (double)facts->capacity.amount[RESOURCE_MEMORY],
        .memory_used = (double)facts->used.amount[RESOURCE_MEMORY],
        .violation_rate = services > 0 ? slow / services : 0,
        .fairness = jain(cluster, machine)};
    if (facts->present)
        state.dominant_share =
            fmax(state.cpu_used / state.cpu_capacity, state.memory_used / state.memory_capacity);
    if (services > 0 || agents.options.probe)
        state.p99_ms = load < 1 ? log(100) * 10 / (1 - load) : INFINITY;
    return state;
}

/* Every tick after `before_us`, of what was before the event. */
static void tick(struct ticking *ticking, int64_t before_us)
{
    const struct cluster *cluster = world.engine.cluster;
    for (uint32_t m = 0; m < cluster->machine_count; m++) {
        int64_t time_us = agents.agents[m].phase_us;
        for (; time_us <= world.now_us; time_us += agents.options.interval_us)
            if (time_us > before_us && ticking[m].present && time_us > ticking[m].came_us) {
                ticking[m].report = ticking[m].state;
                ticking[m].report_us = time_us;
            }
        bool present = cluster->machine_facts[m].present;
        if (present && !ticking[m].present)
            ticking[m].came_us = world.now_us;
        ticking[m].present = present;
        ticking[m].state = count_state(cluster, m);
    }
}

static bool close_to(double a, double b)
{
    return fabs(a - b) <= 2e-8 * (1 + fabs(a));
}

/* In ms; one is in whole us. */
static bool same_p99(double a, double b)
{
    return (a > 1e9 && b > 1e9) || fabs(a - b) <= .002;
}

static void compare(const struct ticking *ticking, const struct agent_options *options)
{
    for (uint32_t m = 0; m < world.engine.cluster->machine_count; m++) {
        const struct machine_report *said = agents_report(&agents, m);
        const struct machine_report *expected = &ticking[m].report;
        bool fresh = ticking[m].report_us != INT64_MIN &&
                     world.now_us - ticking[m].report_us <= options->ttl_us;
        cr_assert_eq(said != NULL, fresh, "machine %u at %" PRId64, m, world.now_us);
        if (!said)
            continue;
        cr_assert_eq(said->cpu_capacity, expected->cpu_capacity);
        cr_assert_eq(said->cpu_used, expected->cpu_used);
        cr_assert_eq(said->memory_capacity, expected->memory_capacity);
        cr_assert_eq(said->memory_used, expected->memory_used);
        cr_assert(same_p99(said->p99_ms, expected->p99_ms), "%g %g", said->p99_ms,
                  expected->p99_ms);
        cr_assert(close_to(said->violation_rate, expected->violation_rate), "%g %g",
                  said->violation_rate, expected->violation_rate);
        cr_assert(close_to(said->dominant_share, expected->dominant_share), "%g %g",
                  said->dominant_share, expected->dominant_share);
        cr_assert(close_to(said->fairness, expected->fairness), "%g %g", said->fairness,
                  expected->fairness);
    }
}

Test(agents, say_in_random_worlds_what_agents_that_tick_would)
{
    static const struct agent_options rows[] = {
        {30 * SECOND_US, 120 * SECOND_US, true, 0},
        {30 * SECOND_US, 120 * SECOND_US, false, 0},
        {SECOND_US / 2, 120 * SECOND_US, true, 0},
        {5 * SECOND_US, 2 * SECOND_US, true, 0},
        {100 * SECOND_US, SECOND_US, true, 0},
        {10 * SECOND_US, 10 * SECOND_US, true, 0},
        {SECOND_US, 0, true, 0},
        {40 * SECOND_US, 60 * SECOND_US, false, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (uint64_t seed = 0; seed < 6; seed++) {
            struct agent_options options = rows[i];
            struct ticking ticking[MACHINES];
            options.seed = seed;
            cr_log_info("row %zu, seed %" PRIu64, i, seed);
            set_up(&options, seed);
            world.gpus = seed % 2;
            world.suspensions = seed / 2 % 2;
            for (uint32_t m = 0; m < MACHINES; m++)
                ticking[m] = (struct ticking){.report_us = INT64_MIN};
            for (uint32_t step = 0; step < 600; step++) {
                int64_t before_us = world.now_us;
                flow_world_random_event(&world);
                tick(ticking, before_us);
                if (random_below(&world.random, 3) == 0) {
                    flow_world_round(&world);
                    tick(ticking, world.now_us);
                }
                /* Not asked for a while, and asked between events. */
                if (step / 50 % 2)
                    continue;
                agents_advance(&agents, world.now_us);
                compare(ticking, &options);
            }
            tear_down();
        }
}
