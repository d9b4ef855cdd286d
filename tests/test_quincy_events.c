/* test_quincy_events.c - what happens to a scheduling network is what the kind says. */
#include <criterion/criterion.h>

#include "base/memory.h"
#include "bench/quincy_events.h"
#include "solver/solver.h"

/* A network and a solver that tells who waits. */
struct town {
    struct quincy quincy;
    struct solver *solver;
    struct solution solution;
    struct random random;
};

static void solve(struct town *town)
{
    solver_solve(town->solver, &town->quincy.network, SOLVER_NO_BUDGET, &town->solution);
    cr_assert_eq(town->solution.outcome, OUTCOME_OPTIMAL);
}

static void init_town(struct town *town, uint32_t machines, uint32_t slots, uint32_t tasks)
{
    quincy_init(&town->quincy, &(struct quincy_options){machines, slots, tasks, 0, 1});
    town->solver = solver_create("lemon-network-simplex");
    random_init(&town->random, 1);
    solve(town);
}

static void free_town(struct town *town)
{
    solver_destroy(town->solver);
    quincy_free(&town->quincy);
}

static uint32_t happen(struct town *town, enum quincy_event event)
{
    return quincy_event(&town->quincy, event, town->solution.flow, &town->random);
}

static uint32_t waiting(const struct town *town)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < town->quincy.live_count; i++)
        count += quincy_waits(&town->quincy, town->quincy.live[i], town->solution.flow);
    return count;
}

Test(quincy_events, change_as_many_tasks_and_machines_as_they_say)
{
    static const struct {
        const char *name;
        enum quincy_event event;
        uint32_t concerned; /* of 100 machines x 12 slots and 1,300 tasks */
        int tasks, machines;
    } rows[] = {
        {"arrive", QUINCY_ARRIVE, 1, 1, 0},
        {"end", QUINCY_END, 1, -1, 0},
        {"fail", QUINCY_FAIL, 1, 0, -1},
        {"return", QUINCY_RETURN, 1, 0, 1},
        {"batch", QUINCY_BATCH, 1001, 0, -1},
        {"return", QUINCY_RETURN, 1, 0, 1},
        {"restarts", QUINCY_RESTARTS, 1001, 0, -1},
        {"return", QUINCY_RETURN, 1, 0, 1},
        {"churn", QUINCY_CHURN, 260, 0, 0},
        {"waiting", QUINCY_WAITING, 100, 0, 0},
        {"repricing", QUINCY_REPRICING, 20, 0, 0},
    };
    struct town town;
    init_town(&town, 100, 12, 1300);
    for (uint32_t round = 0; round < 3; round++) {
        for (size_t i = 0; i < COUNT_OF(rows); i++) {
            const char *name = rows[i].name;
            int tasks = (int)town.quincy.live_count;
            int failed = (int)town.quincy.failed_count;
            uint32_t concerned = happen(&town, rows[i].event);
            struct problem problem = {0};
            cr_assert_eq(quincy_check(&town.quincy, &problem), STATUS_OK, "%s: %s", name,
                         problem.reason);
            cr_assert_eq(concerned, rows[i].concerned, "%s: %u", name, concerned);
            cr_assert_eq((int)town.quincy.live_count - tasks, rows[i].tasks, "%s", name);
            cr_assert_eq(failed - (int)town.quincy.failed_count, rows[i].machines, "%s", name);
            solve(&town);
        }
    }
    free_town(&town);
}

static cost_t sum_of_costs(const struct network *network)
{
    cost_t sum = 0;
    for (uint32_t a = 0; a < network->arc_limit; a++)
        sum += network_arc_live(network, a) ? network->arcs[a].cost : 0;
    return sum;
}

Test(quincy_events, a_task_that_restarts_has_the_arcs_that_it_had)
{
    struct town town;
    init_town(&town, 100, 12, 1000);
    struct network *network = &town.quincy.network;
    struct quincy_wishes wishes[30];
    for (uint32_t round = 0; round < 10; round++) {
        uint32_t arcs = network->arc_count;
        cost_t costs = sum_of_costs(network);
        for (uint32_t i = 0; i < COUNT_OF(wishes); i++) {
            uint32_t at = (uint32_t)random_below(&town.random, town.quincy.live_count);
            quincy_stop_task(&town.quincy, town.quincy.live[at], &wishes[i]);
        }
        cr_assert_lt(network->arc_count, arcs);
        for (uint32_t i = 0; i < COUNT_OF(wishes); i++)
            quincy_restart_task(&town.quincy, &wishes[i]);
        cr_assert_eq(network->arc_count, arcs);
        cr_assert_eq(sum_of_costs(network), costs);
        cr_assert_eq(quincy_check(&town.quincy, NULL), STATUS_OK);
    }
    free_town(&town);
}

Test(quincy_events, only_placed_tasks_end)
{
    static const struct {
        enum quincy_event event;
        uint32_t concerned, ended;
    } rows[] = {{QUINCY_END, 1, 1},
                {QUINCY_BATCH, 81, 40},
                {QUINCY_RESTARTS, 81, 40},
                {QUINCY_CHURN, 80, 40}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct town town;
        init_town(&town, 20, 2, 400); /* 40 places */
        uint32_t lives[400];
        bool waits[400];
        for (uint32_t t = 0; t < 400; t++) {
            lives[t] = town.quincy.tasks[t].life;
            waits[t] = quincy_waits(&town.quincy, t, town.solution.flow);
        }
        cr_assert_eq(happen(&town, rows[i].event), rows[i].concerned);
        uint32_t ended = 0;
        for (uint32_t t = 0; t < 400; t++) {
            bool lives_on =
                town.quincy.tasks[t].node != NONE && town.quincy.tasks[t].life == lives[t];
            cr_assert(lives_on || !waits[t], "task %u", t);
            ended += !lives_on;
        }
        cr_assert_eq(ended, rows[i].ended);
        free_town(&town);
    }
}

Test(quincy_events, do_nothing_where_there_is_nothing)
{
    struct town town;
    init_town(&town, 2, 1, 3);
    cr_assert_eq(happen(&town, QUINCY_RETURN), 0);
    for (uint32_t i = 0; i < 2; i++) {
        cr_assert_eq(happen(&town, QUINCY_FAIL), 1);
        solve(&town);
    }
    cr_assert_eq(happen(&town, QUINCY_FAIL), 0);
    cr_assert_eq(happen(&town, QUINCY_REPRICING), 0);
    cr_assert_eq(waiting(&town), 3);
    cr_assert_eq(happen(&town, QUINCY_END), 0);
    cr_assert_eq(happen(&town, QUINCY_BATCH), 0);
    cr_assert_eq(happen(&town, QUINCY_CHURN), 0);
    cr_assert_eq(town.quincy.network.arc_delta_count, 0);
    cr_assert_eq(happen(&town, QUINCY_WAITING), 3);
    free_town(&town);

    init_town(&town, 4, 2, 4);
    cr_assert_eq(waiting(&town), 0);
    cr_assert_eq(happen(&town, QUINCY_WAITING), 0);
    cr_assert_eq(town.quincy.network.arc_delta_count, 0);
    free_town(&town);
}

Test(quincy_events, waiting_rises_by_the_same_for_all_who_wait_and_for_nobody_else)
{
    struct town town;
    init_town(&town, 20, 3, 100);
    bool seen[11] = {false};
    for (uint32_t round = 0; round < 100; round++) {
        struct network *network = &town.quincy.network;
        uint32_t concerned = happen(&town, QUINCY_WAITING);
        cr_assert_eq(concerned, waiting(&town));
        network_merge_deltas(network);
        cr_assert_eq(network->arc_delta_count, concerned);
        cr_assert_eq(network->node_delta_count, 0);
        cost_t rise = 0;
        for (uint32_t i = 0; i < concerned; i++) {
            const struct arc_delta *delta = &network->arc_deltas[i];
            const struct network_arc *arc = &network->arcs[delta->arc];
            uint32_t task = town.quincy.task_at[arc->tail];
            cr_assert_eq(arc->head, town.quincy.jobs[task / QUINCY_JOB].node);
            cr_assert(quincy_waits(&town.quincy, task, town.solution.flow));
            cr_assert(i == 0 || arc->cost - delta->cost == rise);
            rise = arc->cost - delta->cost;
        }
        cr_assert(rise >= 1 && rise <= 10, "%" PRId64, rise);
        seen[rise] = true;
        solve(&town);
    }
    for (uint32_t rise = 1; rise <= 10; rise++)
        cr_assert(seen[rise], "never %u", rise);
    free_town(&town);
}

Test(quincy_events, repricing_changes_costs_from_racks_to_machines_only)
{
    struct town town;
    init_town(&town, 100, 3, 100);
    uint32_t changed = 0;
    for (uint32_t round = 0; round < 20; round++) {
        struct network *network = &town.quincy.network;
        happen(&town, QUINCY_REPRICING);
        network_merge_deltas(network);
        cr_assert_leq(network->arc_delta_count, QUINCY_REPRICED);
        for (uint32_t i = 0; i < network->arc_delta_count; i++) {
            const struct network_arc *arc = &network->arcs[network->arc_deltas[i].arc];
            uint32_t m = 0;
            while (m < 100 && town.quincy.machines[m].rack_arc != network->arc_deltas[i].arc)
                m++;
            cr_assert_lt(m, 100);
            cr_assert(arc->cost >= 0 && arc->cost <= 10);
        }
        changed += network->arc_delta_count;
        solve(&town);
    }
    cr_assert_gt(changed, 200); /* a cost drawn anew may be the old one */
    free_town(&town);
}

/* The sum of all that an arc is, over all arcs. */
static uint64_t digest(const struct network *network)
{
    uint64_t sum = 0;
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        const struct network_arc *arc = &network->arcs[a];
        if (arc->tail != NONE)
            sum += random_mix(random_mix(a, (uint64_t)arc->tail << 32 | arc->head),
                              random_mix((uint64_t)arc->cost, (uint64_t)arc->capacity));
    }
    return sum;
}

Test(quincy_events, the_same_seeds_give_the_same_life)
{
    struct town towns[2];
    for (size_t i = 0; i < 2; i++)
        init_town(&towns[i], 30, 4, 125);
    for (uint32_t round = 0; round < 30; round++) {
        for (size_t i = 0; i < 2; i++) {
            happen(&towns[i], (enum quincy_event)(round % (QUINCY_REPRICING + 1)));
            solve(&towns[i]);
        }
        cr_assert_eq(digest(&towns[0].quincy.network), digest(&towns[1].quincy.network), "round %u",
                     round);
    }
    for (size_t i = 0; i < 2; i++)
        free_town(&towns[i]);
}
