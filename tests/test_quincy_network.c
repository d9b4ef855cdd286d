/* test_quincy_network.c - seeded scheduling networks: of the size and shape that is said,
 * solvable, the same for the same seed; tasks and machines that come and go. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/memory.h"
#include "bench/quincy.h"
#include "solver/certificate.h"
#include "solver/ranges.h"

static const struct quincy_options SHAPES[] = {
    {1, 1, 0, 0, 1},         {1, 1, 1, 0, 2},     {1, 3, 50, 0.5, 3},
    {40, 2, 60, 0, 4},       {41, 2, 61, 0, 5},   {400, 12, 4320, 0, 6},
    {400, 12, 5184, 0.9, 7}, {200, 5, 900, 1, 8}, {100, 10, 3000, 0, 9},
};

static void check(const struct quincy *quincy)
{
    struct problem problem = {0};
    cr_assert_eq(quincy_check(quincy, &problem), STATUS_OK, "%s", problem.reason);
}

/* What one finds at the head of a task's arc. */
enum place { PLACE_WAITING, PLACE_CLUSTER, PLACE_RACK, PLACE_MACHINE };

static enum place place_of(const struct quincy *quincy, uint32_t task, uint32_t node)
{
    if (node == quincy->jobs[task / QUINCY_JOB].node)
        return PLACE_WAITING;
    if (node == quincy->cluster)
        return PLACE_CLUSTER;
    for (uint32_t r = 0; r < quincy->rack_count; r++)
        if (node == quincy->racks[r])
            return PLACE_RACK;
    return PLACE_MACHINE;
}

/* The arcs of a task are those of the header, with costs in their order: a preferred machine
 * is cheaper than the cluster, the rack is too. */
static uint32_t check_arcs(const struct quincy *quincy, uint32_t task)
{
    const struct network *network = &quincy->network;
    uint32_t node = quincy->tasks[task].node;
    uint32_t counts[4] = {0};
    cost_t least[4] = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX};
    cost_t most[4] = {0};
    for (uint32_t a = network->nodes[node].first_out; a != NONE; a = network->arcs[a].next_out) {
        const struct network_arc *arc = &network->arcs[a];
        enum place place = place_of(quincy, task, arc->head);
        cr_assert_eq(arc->lower, 0);
        cr_assert_eq(arc->capacity, 1);
        counts[place]++;
        least[place] = arc->cost < least[place] ? arc->cost : least[place];
        most[place] = arc->cost > most[place] ? arc->cost : most[place];
        for (uint32_t b = arc->next_out; b != NONE; b = network->arcs[b].next_out)
            cr_assert_neq(network->arcs[b].head, arc->head, "task %u twice", task);
    }
    cr_assert_eq(counts[PLACE_WAITING], 1);
    cr_assert_eq(counts[PLACE_CLUSTER], 1);
    cr_assert_eq(counts[PLACE_RACK], 1);
    cr_assert(counts[PLACE_MACHINE] >= 1 && counts[PLACE_MACHINE] <= QUINCY_PREFERENCES);
    cost_t data = most[PLACE_CLUSTER] - 100;
    cr_assert(data >= 0 && data <= 5000, "%" PRId64, data);
    cr_assert(most[PLACE_MACHINE] <= data / 2);
    cr_assert(least[PLACE_RACK] >= 50 + data * 4 / 10 && most[PLACE_RACK] <= 50 + data * 9 / 10);
    cost_t waiting = most[PLACE_WAITING] - 600 - data / 2;
    cr_assert(waiting >= 0 && waiting <= 600 && waiting % 2 == 0, "%" PRId64, waiting);
    return 3 + counts[PLACE_MACHINE];
}

Test(quincy_network, is_of_the_size_and_shape_that_is_said)
{
    for (size_t i = 0; i < COUNT_OF(SHAPES); i++) {
        const struct quincy_options *shape = &SHAPES[i];
        struct quincy quincy;
        quincy_init(&quincy, shape);
        check(&quincy);
        const struct network *network = &quincy.network;
        uint32_t racks = (shape->machines + 39) / 40;
        uint32_t jobs = (shape->tasks + 19) / 20;
        cr_assert_eq(network->node_count, 2 + racks + shape->machines + jobs + shape->tasks,
                     "row %zu", i);
        cr_assert_eq(network->nodes[quincy.sink].supply, -(flow_t)shape->tasks, "row %zu", i);
        cr_assert_eq(quincy.live_count, shape->tasks, "row %zu", i);
        uint32_t arcs = racks + 2 * shape->machines + jobs;
        for (uint32_t t = 0; t < shape->tasks; t++)
            arcs += check_arcs(&quincy, t);
        cr_assert_eq(network->arc_count, arcs, "row %zu", i);
        cr_assert_eq(network->arc_delta_count + network->node_delta_count, 0, "row %zu", i);
        cr_assert_null(ranges_check(&quincy.network), "row %zu", i);
        quincy_free(&quincy);
    }
}

Test(quincy_network, machines_take_as_many_as_they_have_slots)
{
    struct quincy quincy;
    quincy_init(&quincy, &(struct quincy_options){100, 7, 500, 0, 1});
    const struct network *network = &quincy.network;
    for (uint32_t m = 0; m < 100; m++) {
        const struct network_node *node = &network->nodes[quincy.machines[m].node];
        const struct network_arc *out = &network->arcs[node->first_out];
        cr_assert_eq(out->head, quincy.sink);
        cr_assert(out->capacity == 7 && out->cost == 0 && out->next_out == NONE);
        const struct network_arc *in = &network->arcs[quincy.machines[m].rack_arc];
        cr_assert_eq(in->tail, quincy.racks[m / 40]);
        cr_assert(in->capacity == 7 && in->cost >= 0 && in->cost <= 10);
    }
    for (uint32_t a = network->nodes[quincy.cluster].first_out; a != NONE;
         a = network->arcs[a].next_out)
        cr_assert(network->arcs[a].capacity == 280 && network->arcs[a].cost <= 5);
    quincy_free(&quincy);
}

Test(quincy_network, always_has_a_flow)
{
    for (size_t i = 0; i < COUNT_OF(SHAPES); i++) {
        struct quincy quincy;
        struct solution solution;
        struct certificate certificate;
        quincy_init(&quincy, &SHAPES[i]);
        struct solver *solver = solver_create("lemon-network-simplex");
        solver_solve(solver, &quincy.network, SOLVER_NO_BUDGET, &solution);
        cr_assert_eq(solution.outcome, OUTCOME_OPTIMAL, "row %zu", i);
        certificate_check(&quincy.network, &solution, &certificate);
        cr_assert_eq(certificate.verdict, VERDICT_HOLDS, "row %zu: %s", i, certificate.reason);
        uint32_t slots = SHAPES[i].machines * SHAPES[i].slots;
        uint32_t waiting = 0;
        for (uint32_t t = 0; t < SHAPES[i].tasks; t++) {
            cr_assert_neq(quincy_place(&quincy, t, solution.flow), NONE);
            waiting += quincy_waits(&quincy, t, solution.flow);
        }
        cr_assert_geq((uint64_t)waiting + slots, SHAPES[i].tasks, "row %zu", i);
        solver_destroy(solver);
        quincy_free(&quincy);
    }
}

static bool same_network(const struct network *one, const struct network *other)
{
    if (one->node_limit != other->node_limit || one->arc_limit != other->arc_limit)
        return false;
    for (uint32_t v = 0; v < one->node_limit; v++)
        if (one->nodes[v].supply != other->nodes[v].supply)
            return false;
    for (uint32_t a = 0; a < one->arc_limit; a++) {
        const struct network_arc *x = &one->arcs[a];
        const struct network_arc *y = &other->arcs[a];
        if (x->tail != y->tail || x->head != y->head || x->capacity != y->capacity ||
            x->cost != y->cost)
            return false;
    }
    return true;
}

Test(quincy_network, the_same_options_give_the_same_network_and_each_of_them_matters)
{
    static const struct quincy_options base = {50, 4, 180, 0.5, 1};
    static const struct quincy_options rows[] = {
        base,
        {51, 4, 180, 0.5, 1},
        {50, 5, 180, 0.5, 1},
        {50, 4, 181, 0.5, 1},
        {50, 4, 180, 0.6, 1},
        {50, 4, 180, 0.5, 2},
    };
    struct quincy first;
    quincy_init(&first, &base);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct quincy quincy;
        quincy_init(&quincy, &rows[i]);
        cr_assert_eq(same_network(&first.network, &quincy.network), i == 0, "row %zu", i);
        quincy_free(&quincy);
    }
    quincy_free(&first);
}

/* The share of arcs from tasks to machines that lead to hot ones, and how many there are of
 * them for a task. */
static double hot_share(double hot, double *preferences)
{
    struct quincy quincy;
    quincy_init(&quincy, &(struct quincy_options){4000, 12, 20000, hot, 1});
    const struct network *network = &quincy.network;
    uint32_t all = 0;
    uint32_t to_hot = 0;
    for (uint32_t m = 0; m < 4000; m++) {
        uint32_t a = network->nodes[quincy.machines[m].node].first_in;
        for (; a != NONE; a = network->arcs[a].next_in) {
            if (a == quincy.machines[m].rack_arc)
                continue;
            all++;
            to_hot += m % QUINCY_HOT == 0;
        }
    }
    quincy_free(&quincy);
    *preferences = (double)all / 20000;
    return (double)to_hot / all;
}

Test(quincy_network, so_large_a_share_of_the_preferences_is_for_one_machine_in_twenty)
{
    static const struct {
        double hot, low, high;
    } rows[] = {{0, 0.045, 0.055}, {0.5, 0.51, 0.54}, {0.9, 0.89, 0.91}, {1, 1, 1}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        double preferences;
        double share = hot_share(rows[i].hot, &preferences);
        cr_assert(share >= rows[i].low && share <= rows[i].high, "%f: %f", rows[i].hot, share);
        cr_assert(preferences > 4.9 && preferences <= 5, "%f", preferences);
    }
}

static int compare(const void *a, const void *b)
{
    const cost_t *left = a;
    const cost_t *right = b;
    return (*left > *right) - (*left < *right);
}

/* exp(4.5) is 90, and exp(4.5 + 1.2 x 1.2816) is 419. */
Test(quincy_network, data_is_log_normal)
{
    enum { TASKS = 20000 };
    struct quincy quincy;
    quincy_init(&quincy, &(struct quincy_options){10, 1, TASKS, 0, 1});
    const struct network *network = &quincy.network;
    cost_t *data = memory_alloc(TASKS * sizeof *data);
    uint32_t count = 0;
    for (uint32_t a = network->nodes[quincy.cluster].first_in; a != NONE;
         a = network->arcs[a].next_in)
        data[count++] = network->arcs[a].cost - 100;
    cr_assert_eq(count, TASKS);
    qsort(data, TASKS, sizeof *data, compare);
    cr_assert(llabs(data[TASKS / 2] - 90) <= 4, "%" PRId64, data[TASKS / 2]);
    cr_assert(llabs(data[TASKS / 10 * 9] - 419) <= 25, "%" PRId64, data[TASKS / 10 * 9]);
    memory_free(data);
    quincy_free(&quincy);
}

Test(quincy_network, holds_together_through_random_changes)
{
    for (uint64_t seed = 0; seed < 30; seed++) {
        struct random random;
        struct quincy quincy;
        random_init(&random, seed);
        quincy_init(&quincy, &(struct quincy_options){30, 3, 70, 0.3, seed});
        for (uint32_t i = 0; i < 300; i++) {
            uint32_t m = (uint32_t)random_below(&random, 30);
            uint64_t kind = random_below(&random, 12);
            bool runs = quincy.machines[m].node != NONE;
            if (kind < 5)
                quincy_add_task(&quincy);
            else if (kind < 9 && quincy.live_count > 0)
                quincy_remove_task(&quincy, quincy.live[random_below(&random, quincy.live_count)]);
            else if (kind == 9 && runs)
                quincy_fail_machine(&quincy, m);
            else if (kind == 10 && quincy.failed_count > 0)
                quincy_return_machine(&quincy);
            else if (kind == 11 && runs)
                quincy_reprice_machine(&quincy, m);
            check(&quincy);
        }
        while (quincy.live_count > 0)
            quincy_remove_task(&quincy, quincy.live[0]);
        while (quincy.failed_count > 0)
            quincy_return_machine(&quincy);
        check(&quincy);
        cr_assert_eq(quincy.network.node_count, 2 + 1 + 30);
        cr_assert_eq(quincy.lost_count, 0);
        quincy_free(&quincy);
    }
}

/* The arc from a task to a machine, or NONE. */
static uint32_t preference(const struct quincy *quincy, uint32_t task, uint32_t machine)
{
    const struct network *network = &quincy->network;
    uint32_t a = network->nodes[quincy->tasks[task].node].first_out;
    while (a != NONE && network->arcs[a].head != quincy->machines[machine].node)
        a = network->arcs[a].next_out;
    return a;
}

Test(quincy_network, a_machine_is_back_with_those_who_prefer_it_and_still_live)
{
    struct quincy quincy;
    quincy_init(&quincy, &(struct quincy_options){10, 3, 60, 0, 1});
    uint32_t machine = 4;
    cost_t costs[60];
    for (uint32_t t = 0; t < 60; t++) {
        uint32_t a = preference(&quincy, t, machine);
        costs[t] = a == NONE ? -1 : quincy.network.arcs[a].cost;
    }
    cost_t rack_cost = quincy.machines[machine].rack_cost;
    quincy_fail_machine(&quincy, machine);
    cr_assert_eq(quincy.machines[machine].node, NONE);
    /* Some end, and their ids are given out again while the machine is away. */
    for (uint32_t t = 0; t < 60; t += 3)
        quincy_remove_task(&quincy, t);
    for (uint32_t i = 0; i < 10; i++)
        quincy_add_task(&quincy);
    quincy_return_machine(&quincy);
    check(&quincy);
    cr_assert_eq(quincy.network.arcs[quincy.machines[machine].rack_arc].cost, rack_cost);
    uint32_t back = 0;
    for (uint32_t t = 0; t < 60; t++) {
        if (quincy.tasks[t].node == NONE)
            continue;
        uint32_t a = preference(&quincy, t, machine);
        bool same_life = quincy.tasks[t].life == 1;
        cr_assert_eq(a != NONE, same_life && costs[t] >= 0, "task %u", t);
        if (a != NONE)
            cr_assert_eq(quincy.network.arcs[a].cost, costs[t], "task %u", t);
        back += a != NONE;
    }
    cr_assert_gt(back, 5);
    quincy_free(&quincy);
}

Test(quincy_network, ids_and_aggregators_are_used_again)
{
    struct quincy quincy;
    quincy_init(&quincy, &(struct quincy_options){10, 3, 40, 0, 1});
    for (uint32_t t = 20; t < 40; t++)
        quincy_remove_task(&quincy, t);
    cr_assert_eq(quincy.jobs[1].node, NONE);
    cr_assert_eq(quincy.network.node_count, 2 + 1 + 10 + 1 + 20);
    for (uint32_t i = 0; i < 20; i++)
        cr_assert_geq(quincy_add_task(&quincy), 20);
    cr_assert_eq(quincy_add_task(&quincy), 40);
    cr_assert_eq(quincy.jobs[2].tasks, 1);
    check(&quincy);
    quincy_free(&quincy);
}
