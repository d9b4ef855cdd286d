/* test_sparrow.c - Sparrow's draws, and who takes a task, on worked examples. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "policies/probes.h"
#include "tests/baseline_world.h"
#include "tests/engine_fixture.h"

static struct flow_world world;

/* Machines m0, m1, ... of 10 cpu and 10 memory, each full of one task full0, full1, ... */
static void set_up(const char *policy, uint32_t machines, uint64_t seed)
{
    baseline_world_init(&world, policy, false, seed);
    for (uint32_t m = 0; m < machines; m++) {
        char name[16], job[16];
        snprintf(name, sizeof name, "m%u", m);
        snprintf(job, sizeof job, "full%u", m);
        flow_world_add_machine(&world, name, "r", 10, 10);
        flow_world_submit_running(&world, job, units(10, 10), name);
    }
}

static void empty_machine(uint32_t machine)
{
    char job[16];
    snprintf(job, sizeof job, "full%u", machine);
    baseline_world_kill(&world, job);
    flow_world_round(&world);
}

/* Large machines m0 .. m9 and small ones m10 .. m39, one of them drained. */
static void set_up_sizes(void)
{
    baseline_world_init(&world, "sparrow", false, 1);
    for (uint32_t m = 0; m < 40; m++) {
        char name[16];
        snprintf(name, sizeof name, "m%u", m);
        flow_world_add_machine(&world, name, "r", m < 10 ? 10 : 4, 10);
    }
    flow_world_apply(&world, (struct event){.kind = EVENT_MACHINE_DRAINED, .machine = "m0"});
}

Test(sparrow, a_draw_has_each_machine_that_could_take_the_task_once_before_any_twice)
{
    static const struct {
        int64_t cpu;
        uint32_t count, machines; /* that could take it */
    } rows[] = {{8, 1, 9}, {8, 9, 9}, {8, 30, 9}, {1, 5, 39}, {1, 39, 39}, {1, 100, 39}};
    set_up_sizes();
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        struct probes probes;
        struct id_list drawn = {0};
        struct task_facts task = {.demand = units(rows[i].cpu, 1), .constraint = NONE};
        probes_init(&probes, i);
        probes_draw(&probes, world.engine.cluster, &task, rows[i].count, &drawn);
        cr_assert_eq(drawn.count, rows[i].count, "row %u", i);
        uint32_t counts[40] = {0};
        for (uint32_t d = 0; d < drawn.count; d++) {
            counts[drawn.ids[d]]++;
            cr_assert_leq(counts[drawn.ids[d]], d / rows[i].machines + 1, "row %u", i);
            cr_assert(probes_may_take(world.engine.cluster, &task, drawn.ids[d]));
        }
        cr_assert_eq(counts[0], 0, "it is drained");
        probes_free(&probes);
        id_list_free(&drawn);
    }
    flow_world_free(&world);
}

Test(sparrow, a_draw_is_empty_if_no_machine_could_take_the_task)
{
    set_up_sizes();
    struct probes probes;
    struct id_list drawn = {0};
    struct task_facts task = {.demand = units(11, 1), .constraint = NONE};
    probes_init(&probes, 1);
    probes_draw(&probes, world.engine.cluster, &task, 3, &drawn);
    cr_assert_eq(drawn.count, 0);
    probes_free(&probes);
    id_list_free(&drawn);
    flow_world_free(&world);
}

Test(sparrow, all_machines_are_drawn_as_often_by_trying_and_from_a_list)
{
    /* Of 9 machines among 40, one at a time and nearly all at once. */
    static const uint32_t counts[] = {1, 8};
    enum { DRAWS = 9000 };
    set_up_sizes();
    for (uint32_t i = 0; i < COUNT_OF(counts); i++) {
        struct probes probes;
        struct id_list drawn = {0};
        struct task_facts task = {.demand = units(8, 1), .constraint = NONE};
        uint32_t hits[40] = {0};
        probes_init(&probes, 3 + i);
        for (uint32_t d = 0; d < DRAWS; d++) {
            probes_draw(&probes, world.engine.cluster, &task, counts[i], &drawn);
            for (uint32_t k = 0; k < drawn.count; k++)
                hits[drawn.ids[k]]++;
        }
        /* Mean DRAWS x count / 9; five standard deviations are about 150. */
        for (uint32_t m = 1; m < 10; m++)
            cr_assert_lt(labs((long)hits[m] - (long)(DRAWS / 9 * counts[i])), 150, "%u of m%u: %u",
                         counts[i], m, hits[m]);
        probes_free(&probes);
        id_list_free(&drawn);
    }
    flow_world_free(&world);
}

/* Both machines have a reservation of each job; who has room first takes the job's next task. */
Test(sparrow, the_first_probed_machine_with_room_takes_the_next_task_and_the_rest_is_void)
{
    set_up("sparrow", 2, 1);
    flow_world_submit(&world, "j", 1, units(6, 6), NULL, 0);
    flow_world_round(&world);
    flow_world_submit(&world, "k", 1, units(6, 6), NULL, 0);
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "j", 0), "");
    empty_machine(1);
    cr_assert_str_eq(flow_world_place(&world, "j", 0), "m1");
    cr_assert_str_eq(flow_world_place(&world, "k", 0), "", "it is behind");
    empty_machine(0);
    cr_assert_str_eq(flow_world_place(&world, "k", 0), "m0", "j has no task left for m0");
    flow_world_free(&world);
}

/* Two of ten machines are asked: the first that gets room is one of them one time in five. Those
 * of earlier jobs that were asked and not needed are no more likely. */
Test(sparrow, a_machine_that_was_not_asked_stays_idle)
{
    enum { TRIALS = 2000, MACHINES = 10 };
    uint32_t at_once = 0;
    set_up("sparrow", MACHINES, 5);
    for (uint32_t i = 0; i < TRIALS; i++) {
        uint32_t machine = i % MACHINES;
        char name[16], full[16];
        snprintf(name, sizeof name, "m%u", machine);
        snprintf(full, sizeof full, "full%u", machine);
        flow_world_submit(&world, "j", 1, units(10, 10), NULL, 0);
        flow_world_round(&world);
        empty_machine(machine);
        const char *place = flow_world_place(&world, "j", 0);
        at_once += *place != 0;
        if (*place)
            cr_assert_str_eq(place, name);
        baseline_world_kill(&world, "j");
        flow_world_submit_running(&world, full, units(10, 10), name);
        flow_world_round(&world);
    }
    cr_assert(at_once > 310 && at_once < 490, "%u", at_once); /* 400, five deviations are 89 */
    flow_world_free(&world);
}

Test(sparrow, what_a_lost_machine_had_in_its_queue_is_asked_for_elsewhere)
{
    for (uint32_t kept = 0; kept < 3; kept++) {
        set_up("sparrow:probes=1", 3, kept);
        flow_world_submit(&world, "j", 1, units(6, 6), NULL, 0);
        flow_world_round(&world);
        char name[16], job[16];
        for (uint32_t m = 0; m < 3; m++) {
            snprintf(name, sizeof name, "m%u", m);
            snprintf(job, sizeof job, "full%u", m);
            if (m == kept)
                continue;
            flow_world_apply(&world, (struct event){.kind = m == 0 ? EVENT_MACHINE_REMOVED
                                                                   : EVENT_MACHINE_DRAINED,
                                                    .machine = name});
            baseline_world_kill(&world, job);
        }
        flow_world_round(&world);
        empty_machine(kept);
        snprintf(name, sizeof name, "m%u", kept);
        cr_assert_str_eq(flow_world_place(&world, "j", 0), name, "seed and machine %u", kept);
        flow_world_free(&world);
    }
}

Test(sparrow, a_task_that_no_machine_can_take_waits_for_one_that_can)
{
    set_up("sparrow", 2, 1);
    flow_world_add_machine(&world, "big", "r", 20, 20);
    flow_world_apply(&world, (struct event){.kind = EVENT_MACHINE_DRAINED, .machine = "big"});
    flow_world_submit(&world, "j", 2, units(12, 12), NULL, 0);
    flow_world_round(&world);
    flow_world_submit(&world, "j2", 1, units(1, 1), NULL, 0);
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "j", 0), "");
    flow_world_add_machine(&world, "bigger", "r", 30, 30);
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "j", 0), "bigger");
    cr_assert_str_eq(flow_world_place(&world, "j", 1), "bigger");
    cr_assert_str_eq(flow_world_place(&world, "j2", 0), "", "it is asked of m0 and m1 only");
    flow_world_free(&world);
}

Test(sparrow, a_job_of_more_tasks_than_machines_has_a_reservation_for_each)
{
    set_up("sparrow:probes=1", 2, 1);
    flow_world_submit(&world, "j", 7, units(10, 10), NULL, 0);
    flow_world_round(&world);
    empty_machine(0);
    empty_machine(1);
    uint32_t ended = 0;
    for (uint32_t step = 0; step < 7; step++)
        for (uint32_t t = 0; t < 7; t++)
            if (*flow_world_place(&world, "j", t)) {
                flow_world_apply(&world,
                                 (struct event){.kind = EVENT_TASK_KILLED, .job = "j", .index = t});
                flow_world_round(&world);
                ended++;
            }
    cr_assert_eq(ended, 7);
    flow_world_free(&world);
}

Test(sparrow, what_does_not_fit_is_passed_over_unless_queues_keep_their_order)
{
    for (int in_order = 0; in_order < 2; in_order++) {
        set_up(in_order ? "sparrow:in-order=1" : "sparrow", 1, 1);
        baseline_world_submit(&world, "half", units(5, 5), 0);
        flow_world_round(&world);
        empty_machine(0);
        baseline_world_submit(&world, "large", units(8, 8), 0);
        flow_world_round(&world);
        baseline_world_submit(&world, "small", units(1, 1), 0);
        flow_world_round(&world);
        cr_assert_str_eq(flow_world_place(&world, "half", 0), "m0");
        cr_assert_str_eq(flow_world_place(&world, "large", 0), "");
        cr_assert_str_eq(flow_world_place(&world, "small", 0), in_order ? "" : "m0");
        flow_world_free(&world);
    }
}

Test(sparrow, with_priorities_a_machine_serves_the_highest_first)
{
    for (int priorities = 0; priorities < 2; priorities++) {
        set_up(priorities ? "sparrow:priorities=1" : "sparrow", 1, 1);
        baseline_world_submit(&world, "low", units(6, 6), 1);
        baseline_world_submit(&world, "middle", units(6, 6), 5);
        baseline_world_submit(&world, "high", units(6, 6), 9);
        flow_world_round(&world);
        empty_machine(0);
        cr_assert_str_eq(flow_world_place(&world, priorities ? "high" : "low", 0), "m0");
        baseline_world_kill(&world, priorities ? "high" : "low");
        flow_world_round(&world);
        cr_assert_str_eq(flow_world_place(&world, "middle", 0), "m0");
        flow_world_free(&world);
    }
}
