/* test_world.c - what a replay adds to a trace: run times, machine failures, offered load. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "replay/failures.h"
#include "replay/offered_load.h"
#include "replay/run_times.h"
#include "tests/engine_fixture.h"

static struct engine engine;
static struct run_times times;

static void set_up(void)
{
    engine_init(&engine, &engine_options_default);
    run_times_init(&times);
    engine_observe(&engine, (struct observer){&times, run_times_on_change});
    add_machine(&engine, "m", 2, 2);
}

static void tear_down(void)
{
    check_invariants(&engine);
    run_times_free(&times);
    engine_free(&engine);
}

TestSuite(run_times, .init = set_up, .fini = tear_down);

static uint32_t submit_attempts(const char *job, const struct attempt *attempts, uint32_t count)
{
    struct event event = {.kind = EVENT_TASK_SUBMITTED,
                          .job = job,
                          .stage = "",
                          .count = 1,
                          .resources = units(1, 1),
                          .attempts = attempts,
                          .attempt_count = count};
    engine_apply(&engine, &event, NULL);
    uint32_t made;
    const uint32_t *tasks = engine_submitted(&engine, &made);
    run_times_add(&times, engine.cluster, &event, tasks, made);
    return tasks[0];
}

static int64_t next_end(void)
{
    return run_times_next(&times, engine.cluster);
}

Test(run_times, an_attempt_ends_its_run_time_after_its_start)
{
    uint32_t task = submit_attempts("j", &(struct attempt){70, false}, 1);
    cr_assert_eq(next_end(), TIME_NEVER);
    decide_one(&engine, DECISION_PLACE, task, 0, 1000);
    cr_assert_eq(next_end(), 1070);
    run_times_end_one(&times, &engine);
    cr_assert_eq(engine.cluster->ended[TASK_FINISHED], 1);
    cr_assert_eq(next_end(), TIME_NEVER);
}

Test(run_times, a_task_of_no_duration_ends_at_its_start)
{
    uint32_t task = submit_attempts("j", &(struct attempt){0, false}, 1);
    decide_one(&engine, DECISION_PLACE, task, 0, 5);
    cr_assert_eq(next_end(), 5);
    run_times_end_one(&times, &engine);
    cr_assert(resources_zero(&engine.cluster->used));
}

Test(run_times, an_eviction_voids_the_timer_and_the_attempt_runs_again_in_full)
{
    uint32_t task = submit_attempts("j", &(struct attempt){70, false}, 1);
    decide_one(&engine, DECISION_PLACE, task, 0, 0);
    decide_one(&engine, DECISION_PREEMPT, task, NONE, 60);
    cr_assert_eq(next_end(), TIME_NEVER);
    decide_one(&engine, DECISION_PLACE, task, 0, 100);
    cr_assert_eq(next_end(), 170);
}

Test(run_times, an_update_of_the_demand_does_not_change_the_end)
{
    uint32_t task = submit_attempts("j", &(struct attempt){70, false}, 1);
    decide_one(&engine, DECISION_PLACE, task, 0, 0);
    struct event event = {.kind = EVENT_TASK_UPDATED,
                          .time_us = 10,
                          .job = "j",
                          .stage = "",
                          .count = 1,
                          .resources = units(2, 1)};
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
    cr_assert_eq(next_end(), 70);
}

/* Garefalakis et al., SoCC 2019: a suspended task keeps its progress. */
Test(run_times, n5_the_running_time_of_a_suspended_task_sums_to_its_duration)
{
    static const int64_t times_us[] = {1000, 1030, 1500, 1525, 9000, 9010}; /* go on, suspend */
    uint32_t task = submit_attempts("j", &(struct attempt){70, false}, 1);
    int64_t ran_us = 0;
    for (size_t i = 0; i < COUNT_OF(times_us); i += 2) {
        decide_one(&engine, i ? DECISION_RESUME : DECISION_PLACE, task, 0, times_us[i]);
        cr_assert_eq(next_end(), times_us[i] + 70 - ran_us);
        decide_one(&engine, DECISION_SUSPEND, task, NONE, times_us[i + 1]);
        cr_assert_eq(next_end(), TIME_NEVER, "its timer stands still");
        ran_us += times_us[i + 1] - times_us[i];
    }
    decide_one(&engine, DECISION_RESUME, task, 0, 20000);
    cr_assert_eq(next_end(), 20000 + 70 - ran_us);
    run_times_end_one(&times, &engine);
    cr_assert_eq(engine.cluster->ended[TASK_FINISHED], 1);
}

Test(run_times, a_task_suspended_at_its_end_ends_when_it_is_resumed)
{
    uint32_t task = submit_attempts("j", &(struct attempt){70, true}, 1);
    decide_one(&engine, DECISION_PLACE, task, 0, 0);
    decide_one(&engine, DECISION_SUSPEND, task, NONE, 70);
    decide_one(&engine, DECISION_RESUME, task, 0, 500);
    cr_assert_eq(next_end(), 500);
    run_times_end_one(&times, &engine);
    cr_assert_eq(engine.cluster->ended[TASK_FAILED], 1);
}

Test(run_times, an_update_of_a_suspended_task_does_not_change_what_is_left)
{
    uint32_t task = submit_attempts("j", &(struct attempt){70, false}, 1);
    decide_one(&engine, DECISION_PLACE, task, 0, 0);
    decide_one(&engine, DECISION_SUSPEND, task, NONE, 20);
    struct event event = {.kind = EVENT_TASK_UPDATED,
                          .time_us = 30,
                          .job = "j",
                          .stage = "",
                          .count = 1,
                          .resources = units(2, 1)};
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
    cr_assert_eq(next_end(), TIME_NEVER);
    decide_one(&engine, DECISION_RESUME, task, 0, 40);
    cr_assert_eq(next_end(), 90);
    event.time_us = 50;
    event.resources = units(1, 1);
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
    cr_assert_eq(next_end(), 90);
}

Test(run_times, what_is_preempted_while_suspended_runs_again_in_full)
{
    uint32_t task = submit_attempts("j", &(struct attempt){70, false}, 1);
    decide_one(&engine, DECISION_PLACE, task, 0, 0);
    decide_one(&engine, DECISION_SUSPEND, task, NONE, 60);
    decide_one(&engine, DECISION_PREEMPT, task, NONE, 80);
    decide_one(&engine, DECISION_PLACE, task, 0, 100);
    cr_assert_eq(next_end(), 170);
}

Test(run_times, recorded_failures_come_first_and_the_last_one_is_final)
{
    static const struct attempt attempts[] = {{10, true}, {20, true}, {30, true}};
    uint32_t task = submit_attempts("j", attempts, 3);
    int64_t now_us = 0;
    for (int k = 0; k < 3; k++) {
        decide_one(&engine, DECISION_PLACE, task, 0, now_us);
        cr_assert_eq(next_end(), now_us + attempts[k].run_us);
        run_times_end_one(&times, &engine);
        if (k == 2)
            break;
        cr_assert_eq(state_of(&engine, task), TASK_BACKOFF);
        now_us = engine_next_backoff(&engine);
        engine_end_backoffs(&engine, now_us);
    }
    cr_assert_eq(engine.cluster->ended[TASK_FAILED], 1);
}

Test(run_times, at_one_time_good_ends_come_before_bad_ones)
{
    uint32_t bad = submit_attempts("bad", &(struct attempt){10, true}, 1);
    uint32_t good = submit_attempts("good", &(struct attempt){10, false}, 1);
    decide_one(&engine, DECISION_PLACE, bad, 0, 0);
    decide_one(&engine, DECISION_PLACE, good, 0, 0);
    run_times_end_one(&times, &engine);
    cr_assert_eq(engine.cluster->ended[TASK_FINISHED], 1);
    cr_assert_eq(engine.cluster->ended[TASK_FAILED], 0);
}

Test(run_times, a_task_without_attempts_or_with_an_endless_one_never_ends)
{
    uint32_t endless = submit_attempts("a", &(struct attempt){TIME_NEVER, false}, 1);
    uint32_t unknown = submit_attempts("b", NULL, 0);
    decide_one(&engine, DECISION_PLACE, endless, 0, 3);
    decide_one(&engine, DECISION_PLACE, unknown, 0, 3);
    cr_assert_eq(next_end(), TIME_NEVER);
}

static struct event machine_event(enum event_kind kind, const char *name, int64_t now_us)
{
    return (struct event){
        .kind = kind, .time_us = now_us, .machine = name, .resources = units(4, 4), .rack = "r"};
}

Test(failures, come_at_the_asked_rate_and_every_machine_returns_as_it_was)
{
    struct failures failures;
    failures_init(&failures, 2 * RESOURCE_UNIT, 7); /* 2 a day */
    enum { MACHINES = 100 };
    char name[MACHINES][16];
    for (int m = 0; m < MACHINES; m++) {
        snprintf(name[m], sizeof name[m], "m%d", m);
        struct event event = machine_event(EVENT_MACHINE_ADDED, name[m], 0);
        event.labels = "gpu=T4";
        cr_assert(failures_see(&failures, &event));
    }
    int64_t last_us = 0;
    uint32_t back = 0;
    const int64_t days = 20;
    while (failures_next(&failures) < days * 86400 * INT64_C(1000000)) {
        struct event event;
        failures_take(&failures, &event);
        cr_assert_geq(event.time_us, last_us);
        last_us = event.time_us;
        if (event.kind != EVENT_MACHINE_ADDED)
            continue;
        back++;
        cr_assert(
            resources_equal(&event.resources,
                            &(struct resources){.amount = {4 * RESOURCE_UNIT, 4 * RESOURCE_UNIT}}));
        cr_assert_str_eq(event.rack, "r");
        cr_assert_str_eq(event.labels, "gpu=T4");
    }
    /* 4,000 expected; the standard deviation is about 63. */
    cr_assert_geq(failures.injected, 3700, "%" PRIu64, failures.injected);
    cr_assert_leq(failures.injected, 4300, "%" PRIu64, failures.injected);
    cr_assert_eq(back + failures.failed_count, failures.injected);
    failures_free(&failures);
}

Test(failures, what_the_trace_does_to_a_machine_that_is_down_shows_when_it_is_back)
{
    struct failures failures;
    failures_init(&failures, RESOURCE_UNIT, 1);
    struct event event = machine_event(EVENT_MACHINE_ADDED, "m", 0);
    cr_assert(failures_see(&failures, &event));
    int64_t down_us = failures_next(&failures);
    failures_take(&failures, &event);
    cr_assert_eq(event.kind, EVENT_MACHINE_REMOVED);
    event = machine_event(EVENT_MACHINE_UPDATED, "m", down_us + 1);
    event.resources = units(9, 9);
    cr_assert_not(failures_see(&failures, &event));
    failures_take(&failures, &event);
    cr_assert_eq(event.kind, EVENT_MACHINE_ADDED);
    cr_assert_eq(event.resources.amount[RESOURCE_CPU], 9 * RESOURCE_UNIT);

    failures_take(&failures, &event);
    event = machine_event(EVENT_MACHINE_REMOVED, "m", event.time_us + 1);
    cr_assert_not(failures_see(&failures, &event));
    failures_take(&failures, &event);
    cr_assert_eq(event.kind, EVENT_KIND_COUNT);
    cr_assert_eq(failures_next(&failures), TIME_NEVER);
    failures_free(&failures);
}

Test(failures, of_one_machine_do_not_depend_on_the_others)
{
    int64_t first_us[2];
    for (int others = 0; others < 2; others++) {
        struct failures failures;
        failures_init(&failures, RESOURCE_UNIT, 3);
        struct event event = machine_event(EVENT_MACHINE_ADDED, "m", 0);
        failures_see(&failures, &event);
        first_us[others] = failures_next(&failures);
        if (others) {
            event = machine_event(EVENT_MACHINE_ADDED, "n", 0);
            failures_see(&failures, &event);
            do
                failures_take(&failures, &event);
            while (event.machine[0] != 'm');
            first_us[1] = event.time_us;
        }
        failures_free(&failures);
    }
    cr_assert_eq(first_us[0], first_us[1]);
}

Test(offered_load, is_work_over_capacity_and_time_of_the_scarcest_resource)
{
    struct offered_load load;
    offered_load_init(&load);
    struct event event = machine_event(EVENT_MACHINE_ADDED, "m", 0); /* 4 cpu, 4 memory */
    offered_load_add(&load, &event);
    offered_load_add(&load, &event); /* the same machine again */
    struct attempt run = {.run_us = 1000};
    for (int i = 0; i < 3; i++) {
        event = (struct event){.kind = EVENT_TASK_SUBMITTED,
                               .time_us = i * 1000, /* over 2000 us */
                               .count = 2,
                               .resources = units(1, 2),
                               .attempts = &run,
                               .attempt_count = 1};
        offered_load_add(&load, &event);
    }
    event.resources = units(5, 1); /* fits no machine: does not count */
    offered_load_add(&load, &event);
    /* memory: 6 tasks x 2 x 1000 us / (4 x 2000 us) */
    cr_assert_eq(offered_load_scarcest(&load), RESOURCE_UNIT * 12 / 8);
    offered_load_free(&load);
}
