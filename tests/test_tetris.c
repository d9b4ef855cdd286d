/* test_tetris.c - whole rounds of tetris, by worked examples and at random. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "policies/policies.h"
#include "policies/tetris_score.h"
#include "tests/engine_fixture.h"
#include "tests/flow_world.h"

#define SECOND_US INT64_C(1000000)

static struct flow_world world;

/* `text` is options as a user gives them, such as "work=0+fairness=0"; NULL: standard ones. */
static void set_up(const char *text)
{
    struct policy_options options = {.seed = 1};
    const struct policy_kind *kind;
    struct problem problem = {0};
    char policy[96];
    snprintf(policy, sizeof policy, "tetris%s%s", text ? ":" : "", text ? text : "");
    cr_assert_eq(policy_read(policy, &kind, &options, &problem), STATUS_OK, "%s", problem.reason);
    flow_world_init_policy(&world, "tetris", &options, 1);
    world.now_us = SECOND_US;
}

static void submit_event(struct event event)
{
    event.kind = EVENT_TASK_SUBMITTED;
    flow_world_apply(&world, event);
}

static void end(enum event_kind kind, const char *job, uint32_t index)
{
    flow_world_apply(&world, (struct event){.kind = kind, .job = job, .index = index});
}

/* The job of the i-th decision of the last round. */
static const char *decided(uint32_t i)
{
    const struct cluster *cluster = world.engine.cluster;
    cr_assert_lt(i, world.decisions.count);
    uint32_t job = cluster_task_job(cluster, world.decisions.decisions[i].task);
    return names_text(&cluster->job_names, job);
}

/* Whole rounds. */

/* Shares of tenants t1 and t2 are .1 and .4; the machine of T1 has room. */
static void begin_t4(const char *options)
{
    set_up(options);
    flow_world_add_machine(&world, "full", "r", 84, 336);
    submit_event(
        (struct event){.job = "r1", .tenant = "t1", .resources = units(10, 40), .machine = "full"});
    submit_event((struct event){
        .job = "r2", .tenant = "t2", .resources = units(40, 160), .machine = "full"});
    flow_world_submit_running(&world, "rest", units(34, 136), "full");
    flow_world_add_machine(&world, "m", "r", 16, 64);
    flow_world_submit_running(&world, "used", units(8, 16), "m");
    submit_event((struct event){.job = "a", .tenant = "t1", .resources = units(4, 8)});
    submit_event((struct event){.job = "b", .tenant = "t2", .resources = units(2, 24)});
    flow_world_round(&world);
}

Test(tetris, t4_the_fairness_knob_serves_the_needier_queue)
{
    begin_t4("work=0+fairness=0.5");
    cr_assert_str_eq(decided(0), "a");
    cr_assert_str_eq(decided(1), "b", "it fits too, and nobody else asks");
    flow_world_free(&world);
    begin_t4("work=0+fairness=0.49");
    cr_assert_str_eq(decided(0), "b");
    flow_world_free(&world);
}

/* What a round plans counts: twice as much for a tenant of twice the weight. */
Test(tetris, the_fairness_knob_shares_out_by_weight)
{
    set_up("fairness=1");
    uint32_t counts[2] = {0};
    flow_world_add_machine(&world, "m", "r", 30, 30);
    submit_event((struct event){
        .job = "heavy", .tenant = "t0", .count = 40, .resources = units(1, 1)}); /* weight 2 */
    submit_event(
        (struct event){.job = "light", .tenant = "t1", .count = 40, .resources = units(1, 1)});
    flow_world_round(&world);
    for (uint32_t i = 0; i < world.decisions.count; i++)
        counts[strcmp(decided(i), "light") == 0]++;
    cr_assert(counts[0] == 20 && counts[1] == 10, "%u and %u", counts[0], counts[1]);
    flow_world_free(&world);
}

Test(tetris, t5_takes_the_emptiest_machine_and_stays_with_it)
{
    set_up(NULL);
    flow_world_add_machine(&world, "m0", "r", 10, 10);
    flow_world_add_machine(&world, "m1", "r", 10, 10);
    flow_world_submit_running(&world, "much", units(8, 8), "m0");
    flow_world_submit_running(&world, "little", units(2, 2), "m1");
    flow_world_round(&world);
    flow_world_submit(&world, "j", 9, units(1, 1), NULL, 0);
    flow_world_round(&world);
    for (uint32_t i = 0; i < 9; i++)
        cr_assert_str_eq(flow_world_place(&world, "j", i), i < 8 ? "m1" : "m0", "%u", i);
    flow_world_free(&world);
}

/* Ten tasks of a stage; `ended` of them have. The rest goes less well with the machine than "b". */
static const char *first_beside_a_stage(const char *options, const char *stage, uint32_t ended)
{
    set_up(options);
    flow_world_add_machine(&world, "m", "r", 10, 10);
    submit_event(
        (struct event){.job = "a", .stage = stage, .count = ended, .resources = units(1, 1)});
    flow_world_round(&world);
    submit_event((struct event){
        .job = "a", .stage = stage, .index = ended, .count = 10 - ended, .resources = units(1, 1)});
    submit_event((struct event){.job = "b", .stage = "s", .count = 10, .resources = units(4, 4)});
    for (uint32_t i = 0; i < ended; i++)
        flow_world_apply(
            &world,
            (struct event){.kind = EVENT_TASK_FINISHED, .job = "a", .stage = stage, .index = i});
    flow_world_round(&world);
    const char *first = strcmp(decided(0), "a") == 0 ? "a" : "b";
    flow_world_free(&world);
    return first;
}

Test(tetris, the_barrier_knob_prefers_the_rest_of_a_stage)
{
    static const struct {
        const char *options, *stage;
        uint32_t ended;
        const char *wanted;
    } rows[] = {
        {"work=0", "s", 9, "a"},
        {"work=0", "s", 8, "b"},
        {"work=0+barrier=0.8", "s", 8, "a"},
        {"work=0+barrier=1", "s", 9, "b"},
        {"work=0", "", 9, "b"},            /* nothing is known of stages */
        {"work=0+barrier=0", "s", 1, "b"}, /* all are near one */
    };
    for (uint32_t i = 0; i < COUNT_OF(rows); i++)
        cr_assert_str_eq(first_beside_a_stage(rows[i].options, rows[i].stage, rows[i].ended),
                         rows[i].wanted, "row %u", i);
}

/* Tasks of "slow" jobs took 1000 s so far, and those of "quick" ones 1 s; equal but for that. */
Test(tetris, learned_run_times_put_quick_jobs_first)
{
    static const char *const options[] = {"fairness=0", "fairness=0+work=0"};
    static const char *const wanted[] = {"quick2", "slow2"};
    for (uint32_t i = 0; i < COUNT_OF(options); i++) {
        set_up(options[i]);
        flow_world_add_machine(&world, "m", "r", 20, 20);
        flow_world_submit(&world, "slow1", 10, units(1, 1), NULL, 0);
        flow_world_submit(&world, "quick1", 10, units(1, 1), NULL, 0);
        flow_world_round(&world);
        world.now_us += SECOND_US;
        for (uint32_t t = 0; t < 10; t++)
            end(EVENT_TASK_FINISHED, "quick1", t);
        world.now_us += 999 * SECOND_US;
        for (uint32_t t = 0; t < 10; t++)
            end(EVENT_TASK_FINISHED, "slow1", t);
        flow_world_submit(&world, "slow2", 2, units(1, 1), NULL, 0);
        flow_world_submit(&world, "quick2", 2, units(1, 1), NULL, 0);
        flow_world_round(&world);
        cr_assert_str_eq(decided(0), wanted[i], "%s", options[i]);
        flow_world_free(&world);
    }
}

/* A task further back in its line whose input is on the machine goes before the others, if reading
 * from elsewhere costs anything. */
Test(tetris, tasks_are_taken_where_their_input_is)
{
    static const char *const options[] = {"remote=0.1", "remote=0"};
    for (uint32_t i = 0; i < COUNT_OF(options); i++) {
        set_up(options[i]);
        flow_world_add_machine(&world, "m0", "r", 10, 10);
        flow_world_add_machine(&world, "m1", "r", 10, 10);
        flow_world_submit_running(&world, "used", units(5, 5), "m0");
        flow_world_submit_running(&world, "full", units(10, 10), "m1");
        struct block here = {.mib = 1, .copy_count = 1, .machines = {"m0"}};
        struct block there = {.mib = 1, .copy_count = 2, .machines = {"m1", "m0"}};
        struct block blocks[3][2] = {
            {here, {.mib = 1, .copy_count = 1, .machines = {"m1"}}}, {here, there}, {here, there}};
        for (uint32_t t = 0; t < 3; t++)
            submit_event((struct event){.job = "j",
                                        .index = t,
                                        .resources = units(2, 2),
                                        .blocks = blocks[t],
                                        .block_count = 2});
        flow_world_round(&world);
        cr_assert_str_eq(flow_world_place(&world, "j", 0), i ? "m0" : "", "%s", options[i]);
        cr_assert_str_eq(flow_world_place(&world, "j", 1), "m0");
        cr_assert_str_eq(flow_world_place(&world, "j", 2), i ? "" : "m0", "%s", options[i]);
        flow_world_free(&world);
    }
}

/* The second task of "j" would pay the penalty, and "k" is aligned less well without it. */
Test(tetris, the_next_of_a_line_is_judged_by_its_own_input)
{
    set_up("work=0+fairness=0+remote=0.5");
    flow_world_add_machine(&world, "m0", "r", 10, 10);
    flow_world_add_machine(&world, "m1", "r", 10, 10);
    flow_world_submit_running(&world, "full", units(10, 10), "m1");
    for (uint32_t t = 0; t < 2; t++)
        submit_event((struct event){
            .job = "j",
            .index = t,
            .resources = units(2, 2),
            .blocks =
                &(struct block){.mib = 1, .copy_count = 1, .machines = {t == 0 ? "m0" : "m1"}},
            .block_count = 1});
    submit_event((struct event){.job = "k", .resources = units(3, 0)});
    flow_world_round(&world);
    static const char *const wanted[] = {"j", "k", "j"};
    for (uint32_t i = 0; i < COUNT_OF(wanted); i++)
        cr_assert_str_eq(decided(i), wanted[i], "%u", i);
    flow_world_free(&world);
}

/* Small tasks end one by one, and others come at once. */
static uint32_t steps_until_large_runs(const char *options)
{
    set_up(options);
    uint32_t step = 0;
    flow_world_add_machine(&world, "m", "r", 10, 10);
    flow_world_submit(&world, "small", 5, units(2, 2), NULL, 0);
    flow_world_round(&world);
    flow_world_submit(&world, "large", 1, units(9, 9), NULL, 0);
    for (; step < 50 && !*flow_world_place(&world, "large", 0); step++) {
        submit_event((struct event){.job = "small", .index = 5 + step, .resources = units(2, 2)});
        if (*flow_world_place(&world, "small", step))
            end(EVENT_TASK_FINISHED, "small", step);
        flow_world_round(&world);
    }
    return step;
}

Test(tetris, a_reservation_ends_the_starvation_of_a_large_task)
{
    cr_assert_eq(steps_until_large_runs(NULL), 50, "it starves");
    flow_world_free(&world);
    /* Passed three times, and then the five that run end one by one. */
    cr_assert_eq(steps_until_large_runs("reserve=3"), 8);
    end(EVENT_TASK_FINISHED, "large", 0);
    flow_world_round(&world);
    cr_assert_eq(world.decisions.count, 5, "the machine is free for all again");
    flow_world_free(&world);
}

/* A machine is reserved for "large", and half full of tasks that end only by hand. */
static void reserve(void)
{
    set_up("reserve=1");
    flow_world_add_machine(&world, "m", "r", 10, 10);
    flow_world_submit(&world, "small", 5, units(2, 2), NULL, 0);
    flow_world_round(&world);
    flow_world_submit(&world, "large", 1, units(9, 9), NULL, 0);
    flow_world_submit(&world, "more", 20, units(2, 2), NULL, 0);
    end(EVENT_TASK_FINISHED, "small", 0);
    flow_world_round(&world);
    cr_assert_eq(world.decisions.count, 1, "who passes it");
    end(EVENT_TASK_FINISHED, "small", 1);
    flow_world_round(&world);
    cr_assert_eq(world.decisions.count, 0, "reserved");
}

Test(tetris, a_reservation_ends_with_its_task)
{
    reserve();
    end(EVENT_TASK_KILLED, "large", 0);
    flow_world_round(&world);
    cr_assert_eq(world.decisions.count, 1);
    flow_world_free(&world);
}

Test(tetris, a_reservation_ends_in_the_round_in_which_its_task_runs_elsewhere)
{
    reserve();
    flow_world_add_machine(&world, "n", "r", 9, 9);
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "large", 0), "n");
    cr_assert_eq(world.decisions.count, 2);
    flow_world_free(&world);
}

Test(tetris, who_has_been_placed_is_passed_anew)
{
    set_up("reserve=2");
    flow_world_add_machine(&world, "m", "r", 10, 10);
    flow_world_submit(&world, "small", 5, units(2, 2), NULL, 0);
    flow_world_round(&world);
    flow_world_submit(&world, "large", 2, units(9, 9), NULL, 0);
    flow_world_submit(&world, "more", 20, units(2, 2), NULL, 0);
    for (uint32_t i = 0; i < 4; i++) {
        end(EVENT_TASK_FINISHED, "small", i);
        flow_world_round(&world);
        cr_assert_eq(world.decisions.count, i < 3, "%u", i);
        if (i > 0)
            continue;
        flow_world_add_machine(&world, "n", "r", 9, 9);
        flow_world_round(&world);
        cr_assert_str_eq(flow_world_place(&world, "large", 0), "n");
    }
    flow_world_free(&world);
}

Test(tetris, a_reservation_ends_when_the_machine_becomes_too_small)
{
    reserve();
    flow_world_add_machine(&world, "n", "r", 1, 1); /* so that large is not infeasible */
    flow_world_apply(
        &world,
        (struct event){.kind = EVENT_MACHINE_ADDED, .machine = "big", .resources = units(9, 9)});
    submit_event((struct event){.job = "filler", .resources = units(9, 9), .machine = "big"});
    flow_world_apply(
        &world,
        (struct event){.kind = EVENT_MACHINE_UPDATED, .machine = "m", .resources = units(8, 8)});
    end(EVENT_TASK_FINISHED, "small", 2);
    flow_world_round(&world);
    cr_assert_eq(world.decisions.count, 1);
    flow_world_free(&world);
}

/* With pure packing each decision can be checked by itself: of all that wait and fit on its machine
 * then, none is aligned better; a machine is left when nothing fits on it any more; and the next
 * one is not more free than it was. */

static void check_alignment(const struct cluster *cluster, const bool *taken,
                            const struct room *room, const struct decision *decision)
{
    const struct resources *capacity = &cluster->machine_facts[decision->machine].capacity;
    const struct resources *demand = &cluster->task_facts[decision->task].demand;
    double chosen = tetris_alignment(demand, &room->free, capacity);
    const struct task_list *waiting = &cluster->lists[TASK_WAITING];
    for (uint32_t i = 0; i < waiting->count; i++) {
        uint32_t task = waiting->tasks[i];
        const struct task_facts *facts = &cluster->task_facts[task];
        if (!taken[task] && room_fits(room, &facts->demand) &&
            cluster_allows(cluster, facts->constraint, decision->machine))
            cr_assert_leq(tetris_alignment(&facts->demand, &room->free, capacity), chosen);
    }
}

static bool anything_fits(const struct cluster *cluster, const bool *taken, const struct room *room,
                          uint32_t machine)
{
    const struct task_list *waiting = &cluster->lists[TASK_WAITING];
    for (uint32_t i = 0; i < waiting->count; i++) {
        const struct task_facts *facts = &cluster->task_facts[waiting->tasks[i]];
        if (!taken[waiting->tasks[i]] && room_fits(room, &facts->demand) &&
            cluster_allows(cluster, facts->constraint, machine))
            return true;
    }
    return false;
}

static double how_free(const struct machine_facts *machine, const struct room *room)
{
    double sum = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (machine->capacity.amount[r])
            sum += (double)room->free.amount[r] / (double)machine->capacity.amount[r];
    return sum;
}

static void check_round(const struct cluster *cluster, const struct decision_list *list)
{
    bool taken[4096] = {false};
    uint32_t last = NONE;
    double last_free = 10;
    struct room room;
    cr_assert_lt(cluster->task_limit, COUNT_OF(taken));
    for (uint32_t i = 0; i < list->count; i++) {
        const struct decision *decision = &list->decisions[i];
        const struct machine_facts *machine = &cluster->machine_facts[decision->machine];
        if (decision->machine != last) {
            cr_assert_not(last != NONE && anything_fits(cluster, taken, &room, last));
            room_of_machine(&room, machine);
            cr_assert_leq(how_free(machine, &room), last_free + 1e-8);
            last_free = how_free(machine, &room);
            last = decision->machine;
        }
        check_alignment(cluster, taken, &room, decision);
        room_take(&room, &cluster->task_facts[decision->task].demand);
        taken[decision->task] = true;
    }
}

Test(tetris, machines_take_what_is_aligned_best_until_nothing_fits)
{
    uint64_t placed = 0;
    for (uint64_t seed = 0; seed < 8; seed++) {
        set_up("work=0+fairness=0+remote=0+barrier=1");
        random_init(&world.random, seed);
        world.machine_count = 12;
        world.gpus = seed % 2;
        world.suspensions = seed / 2 % 2;
        for (uint32_t step = 0; step < 600; step++) {
            flow_world_random_event(&world);
            if (random_below(&world.random, 4))
                continue;
            struct decision_list decisions = {0};
            world.kind->decide(world.policy, world.engine.cluster, world.now_us, &decisions,
                               &world.report);
            check_round(world.engine.cluster, &decisions);
            engine_decide(&world.engine, &decisions, world.now_us);
            cr_assert_eq(world.engine.rejected_decisions, 0);
            placed += decisions.count;
            memory_free(decisions.decisions);
        }
        flow_world_free(&world);
    }
    cr_assert_gt(placed, 300, "%" PRIu64, placed);
}

/* However reservations come and go: when no more comes, all that can run does in the end. */
Test(tetris, no_reservation_is_forgotten)
{
    for (uint64_t seed = 0; seed < 8; seed++) {
        set_up("reserve=1");
        random_init(&world.random, seed);
        world.machine_count = 6;
        world.gpus = seed % 2;
        world.suspensions = seed / 2 % 2;
        for (uint32_t step = 0; step < 400; step++) {
            flow_world_random_event(&world);
            flow_world_round(&world);
        }
        const struct cluster *cluster = world.engine.cluster;
        for (;;) {
            engine_end_backoffs(&world.engine, world.now_us += 1000 * SECOND_US);
            flow_world_round(&world);
            if (cluster->lists[TASK_RUNNING].count == 0)
                break;
            uint32_t task = cluster->lists[TASK_RUNNING].tasks[0];
            char job[16];
            snprintf(job, sizeof job, "%s",
                     names_text(&cluster->job_names, cluster_task_job(cluster, task)));
            end(EVENT_TASK_FINISHED, job, cluster->tasks[task].index);
        }
        const bool none_taken[4096] = {false};
        for (uint32_t m = 0; m < cluster->machine_count; m++) {
            struct room room;
            room_of_machine(&room, &cluster->machine_facts[m]);
            cr_assert_not(
                cluster->machine_facts[m].up && anything_fits(cluster, none_taken, &room, m),
                "seed %" PRIu64, seed);
        }
        flow_world_free(&world);
    }
}
