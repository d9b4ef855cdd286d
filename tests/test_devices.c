/* test_devices.c - GPUs in the ledger: which devices tasks hold, and for how long. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/random.h"
#include "tests/engine_fixture.h"

#define GPU(amount) ((int64_t)((amount)*100) * (RESOURCE_UNIT / 100))

static struct engine engine;

static void set_up(void)
{
    engine_init(&engine, &engine_options_default);
}

static void tear_down(void)
{
    check_invariants(&engine);
    engine_free(&engine);
}

TestSuite(devices, .init = set_up, .fini = tear_down);

static struct resources gpu_units(int64_t cpu, int64_t gpus)
{
    struct resources resources = units(cpu, 0);
    resources.amount[RESOURCE_GPU] = gpus;
    return resources;
}

static enum status tell_machine(enum event_kind kind, const char *name, int64_t gpus)
{
    struct event event = {
        .kind = kind, .machine = name, .resources = gpu_units(64, gpus), .count = 1};
    return engine_apply(&engine, &event, NULL);
}

static enum status tell_task(enum event_kind kind, const char *job, int64_t gpus)
{
    struct event event = {
        .kind = kind, .job = job, .stage = "", .resources = gpu_units(1, gpus), .count = 1};
    return engine_apply(&engine, &event, NULL);
}

/* A task of its own job, placed on machine 0. */
static uint32_t run(const char *job, double gpus)
{
    cr_assert_eq(tell_task(EVENT_TASK_SUBMITTED, job, GPU(gpus)), STATUS_OK);
    uint32_t task = task_of(&engine, job, 0);
    decide_one(&engine, DECISION_PLACE, task, 0, 0);
    return task;
}

static uint32_t devices_of(uint32_t task)
{
    return engine.cluster->task_facts[task].devices;
}

Test(devices, a_running_task_holds_its_devices_until_it_ends)
{
    tell_machine(EVENT_MACHINE_ADDED, "m", GPU(2));
    uint32_t share = run("share", 0.6);
    uint32_t whole = run("whole", 1);
    cr_assert_eq(devices_of(share), 1);
    cr_assert_eq(devices_of(whole), 2);
    uint32_t late = run("late", 0.5);
    cr_assert_eq(state_of(&engine, late), TASK_WAITING, "0.4 are free, on one device");
    cr_assert_eq(engine.rejected_decisions, 1);
    tell_task(EVENT_TASK_FINISHED, "whole", 0);
    decide_one(&engine, DECISION_PLACE, late, 0, 1);
    cr_assert_eq(devices_of(late), 2);
    cr_assert_eq(devices_of(share), 1);
}

Test(devices, what_no_device_can_give_is_refused_with_its_reason_and_counted)
{
    struct problem problem;
    struct event machine = {.kind = EVENT_MACHINE_ADDED,
                            .machine = "m",
                            .resources = gpu_units(1, GPU(1.5)),
                            .count = 1};
    cr_assert_eq(engine_apply(&engine, &machine, &problem), STATUS_BAD_INPUT);
    cr_assert_str_eq(problem.reason,
                     "machine_added: machine m: GPUs must be a whole number of at most 16");
    machine.resources = gpu_units(1, GPU(17));
    cr_assert_eq(engine_apply(&engine, &machine, NULL), STATUS_BAD_INPUT);
    cr_assert_eq(engine.cluster->machine_count, 0);
    cr_assert_eq(engine.refused_events[EVENT_MACHINE_ADDED], 2);

    cr_assert_eq(tell_machine(EVENT_MACHINE_ADDED, "m", GPU(4)), STATUS_OK);
    cr_assert_eq(tell_machine(EVENT_MACHINE_UPDATED, "m", GPU(0.5)), STATUS_BAD_INPUT);
    struct event task = {.kind = EVENT_TASK_SUBMITTED,
                         .job = "j",
                         .stage = "",
                         .resources = gpu_units(1, GPU(1.5)),
                         .count = 1};
    cr_assert_eq(engine_apply(&engine, &task, &problem), STATUS_BAD_INPUT);
    cr_assert_str_eq(problem.reason,
                     "task_submitted: j//0: GPUs must be a share below one or a whole number");
    cr_assert_eq(engine.refused_events[EVENT_TASK_SUBMITTED], 1);
    cr_assert_eq(engine.cluster->submitted, 0);
    run("j", 0.5);
    cr_assert_eq(tell_task(EVENT_TASK_UPDATED, "j", GPU(2.5)), STATUS_BAD_INPUT);
}

Test(devices, more_gpus_than_any_machine_has_are_infeasible_until_one_comes)
{
    tell_machine(EVENT_MACHINE_ADDED, "m", GPU(2));
    uint32_t task = run("j", 4);
    cr_assert_eq(state_of(&engine, task), TASK_INFEASIBLE);
    tell_machine(EVENT_MACHINE_ADDED, "n", GPU(4));
    cr_assert_eq(state_of(&engine, task), TASK_WAITING);
}

Test(devices, a_machine_that_loses_gpus_evicts_who_holds_them_and_nobody_else)
{
    tell_machine(EVENT_MACHINE_ADDED, "m", GPU(3));
    uint32_t first = run("first", 1);
    uint32_t second = run("second", 2);
    uint32_t none = run("none", 0);
    tell_machine(EVENT_MACHINE_UPDATED, "m", GPU(2));
    cr_assert_eq(state_of(&engine, first), TASK_RUNNING);
    cr_assert_eq(state_of(&engine, second), TASK_WAITING, "it held the device that went");
    cr_assert_eq(state_of(&engine, none), TASK_RUNNING);
    cr_assert_eq(engine.cluster->tasks[second].evictions, 1);
    tell_machine(EVENT_MACHINE_UPDATED, "m", 0);
    cr_assert_eq(state_of(&engine, first), TASK_INFEASIBLE);
    cr_assert_eq(state_of(&engine, none), TASK_RUNNING);
    tell_machine(EVENT_MACHINE_UPDATED, "m", GPU(4));
    decide_one(&engine, DECISION_PLACE, second, 0, 0);
    cr_assert_eq(devices_of(second), 3);
}

Test(devices, a_changed_demand_moves_a_task_between_devices_only_if_its_gpus_change)
{
    tell_machine(EVENT_MACHINE_ADDED, "m", GPU(2));
    uint32_t first = run("first", 0.5);
    uint32_t second = run("second", 0.7);
    tell_task(EVENT_TASK_FINISHED, "first", 0);
    struct event event = {.kind = EVENT_TASK_UPDATED,
                          .job = "second",
                          .stage = "",
                          .resources = gpu_units(2, GPU(0.7)),
                          .count = 1};
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
    cr_assert_eq(devices_of(second), 2);
    event.resources = gpu_units(2, GPU(2));
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
    cr_assert_eq(devices_of(second), 3);
    first = run("first", 0.5);
    cr_assert_eq(state_of(&engine, first), TASK_WAITING);
    event.resources = gpu_units(2, GPU(3));
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
    cr_assert_eq(devices_of(second), 0);
    cr_assert_eq(state_of(&engine, second), TASK_INFEASIBLE);
}

Test(devices, a_decision_may_name_its_devices_and_is_rejected_if_they_are_taken)
{
    tell_machine(EVENT_MACHINE_ADDED, "m", GPU(3));
    struct decision_list list = {0};
    static const uint32_t sets[] = {2, 2, 8, 3};
    for (uint32_t i = 0; i < COUNT_OF(sets); i++) {
        char job[] = {(char)('a' + i), '\0'};
        tell_task(EVENT_TASK_SUBMITTED, job, GPU(0.6));
        decision_add_on(&list, engine.cluster, DECISION_PLACE, task_of(&engine, job, 0), 0,
                        sets[i]);
    }
    engine_decide(&engine, &list, 0);
    memory_free(list.decisions);
    cr_assert_eq(devices_of(task_of(&engine, "a", 0)), 2);
    cr_assert_eq(engine.rejected_decisions, 3);
    cr_assert_eq(engine.cluster->lists[TASK_RUNNING].count, 1);
}

Test(devices, a_migration_without_room_goes_back_to_the_devices_it_had)
{
    tell_machine(EVENT_MACHINE_ADDED, "m", GPU(2));
    tell_machine(EVENT_MACHINE_ADDED, "n", 0);
    run("first", 0.5);
    uint32_t task = run("second", 0.7);
    tell_task(EVENT_TASK_FINISHED, "first", 0);
    cr_assert_eq(devices_of(task), 2);
    decide_one(&engine, DECISION_MIGRATE, task, 1, 5);
    cr_assert_eq(state_of(&engine, task), TASK_RUNNING);
    cr_assert_eq(devices_of(task), 2, "where a new task would get device 0");
    cr_assert_eq(engine.cluster->tasks[task].starts, 1);
}

Test(devices, a_migration_that_finds_its_devices_taken_waits_though_others_are_free)
{
    tell_machine(EVENT_MACHINE_ADDED, "m", GPU(2));
    tell_machine(EVENT_MACHINE_ADDED, "n", 0);
    uint32_t mover = run("mover", 1);
    tell_task(EVENT_TASK_SUBMITTED, "taker", GPU(1));
    uint32_t taker = task_of(&engine, "taker", 0);
    struct decision_list list = {0};
    decision_add_on(&list, engine.cluster, DECISION_PLACE, taker, 0, devices_of(mover));
    decision_add(&list, engine.cluster, DECISION_MIGRATE, mover, 1);
    engine_decide(&engine, &list, 5);
    memory_free(list.decisions);
    cr_assert_eq(devices_of(taker), 1);
    cr_assert_eq(state_of(&engine, mover), TASK_WAITING);
}

static int64_t random_gpus(struct random *random)
{
    static const int64_t gpus[] = {GPU(0),   GPU(0.25), GPU(0.33), GPU(0.5),
                                   GPU(0.7), GPU(1),    GPU(2),    GPU(4)};
    return gpus[random_below(random, COUNT_OF(gpus))];
}

static enum decision_kind random_stop(struct random *random)
{
    static const enum decision_kind kinds[] = {DECISION_MIGRATE, DECISION_MIGRATE, DECISION_SUSPEND,
                                               DECISION_PREEMPT};
    return kinds[random_below(random, COUNT_OF(kinds))];
}

/* One random step: a machine comes, changes, drains or goes; a task comes, is placed, moved,
 * stopped, suspended, resumed, changed or ends. */
static void random_step(struct random *random)
{
    struct cluster *cluster = engine.cluster;
    char name[] = {(char)('a' + random_below(random, 4)), '\0'};
    uint32_t task = NONE;
    uint32_t list = (uint32_t)random_below(random, TASK_LIVE_COUNT);
    if (cluster->lists[list].count)
        task = cluster->lists[list].tasks[random_below(random, cluster->lists[list].count)];
    uint32_t choice = (uint32_t)random_below(random, 24);
    if (choice == 0) {
        tell_machine((enum event_kind)random_below(random, 4), name,
                     (int64_t)random_below(random, 9) * RESOURCE_UNIT);
    } else if (choice < 10) {
        char job[] = {(char)('a' + random_below(random, 26)), '\0'};
        tell_task(EVENT_TASK_SUBMITTED, job, random_gpus(random));
    } else if (choice < 22 && task != NONE && cluster->machine_count) {
        uint32_t machine = (uint32_t)random_below(random, cluster->machine_count);
        if (list == TASK_SUSPENDED)
            decide_one(&engine, DECISION_RESUME, task, cluster->task_facts[task].machine, 0);
        else
            decide_one(&engine, list == TASK_RUNNING ? random_stop(random) : DECISION_PLACE, task,
                       machine, 0);
    } else if (task != NONE) {
        static const enum event_kind kinds[] = {EVENT_TASK_UPDATED, EVENT_TASK_FINISHED,
                                                EVENT_TASK_KILLED, EVENT_TASK_EVICTED};
        char job[64];
        snprintf(job, sizeof job, "%s",
                 names_text(&cluster->job_names, cluster_task_job(cluster, task)));
        tell_task(kinds[random_below(random, COUNT_OF(kinds))], job, random_gpus(random));
    }
}

Test(devices, are_charged_once_and_released_once_through_long_random_histories)
{
    uint64_t running = 0;
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct random random;
        random_init(&random, seed);
        for (int step = 0; step < 500; step++) {
            random_step(&random);
            running += engine.cluster->lists[TASK_RUNNING].count;
            struct problem problem = {0};
            cr_assert_eq(cluster_check(engine.cluster, &problem), STATUS_OK, "seed %lu step %d: %s",
                         seed, step, problem.reason);
        }
        engine_free(&engine);
        engine_init(&engine, &engine_options_default);
    }
    cr_assert_gt(running, 40 * 500 * 2, "two tasks run on average, or little is tried");
}
