/* family_goto.c - a long torus whose cheap way is short of capacity: hard for most codes.
 *
 * After GOTO, "grid on torus", by Goldberg (1991), in the DIMACS collection of generators,
 * with the settings of Kovacs' GOTO-8.
 *
 * 1. The nodes form n^(2/3) columns of n^(1/3) nodes, or one more, so that all are used. From
 *    each node arcs lead to the same row of the next few columns, of any cost; and around its
 *    own column to the next few rows, at next to no cost. They reach about the square of as
 *    many columns as rows, as far as the number of arcs allows. The more columns an arc
 *    crosses, the smaller its capacity: at a degree of 8, the fourth column's is a sixteenth.
 * 2. The torus is cut between the last and the first column: an arc across the cut leads to
 *    the sink, which is the last node, and a like one from the source, which is the first, to
 *    where it led.
 * 3. The supply is what the arcs along the torus can carry into the sink, and a little more.
 * 4. A path through all nodes in order can carry the supply, so that there is a flow. Along
 *    it, the next column costs as much as the dearest arc.
 * 5. Arcs between random nodes, other than source and sink, fill up the number: cheap ones
 *    of small capacity.
 *
 * Unlike GOTO, columns of unequal length take up the nodes that a rectangle would leave over,
 * where GOTO puts them on a path of their own; capacities fall by whole powers of 2; and no
 * cost is 0. */
#include "bench/family_plan.h"

#define CHEAP_COST_MAX 8

struct torus {
    struct family_plan *plan;
    struct network *network;
    uint32_t columns, rows; /* a column may have one row more */
    uint32_t across, along; /* how many columns, and rows, arcs reach */
    flow_t supply;          /* so far */
};

static uint32_t column_start(const struct torus *torus, uint32_t column)
{
    return (uint32_t)((uint64_t)column * torus->plan->nodes / torus->columns);
}

/* At most how many arcs are there, without random ones, if they reach so far? */
static uint64_t count_arcs(const struct torus *torus, uint32_t across, uint32_t along)
{
    uint64_t nodes = torus->plan->nodes;
    uint64_t count = nodes * ((uint64_t)across + along) + nodes - 1;
    for (uint32_t i = 1; i <= across; i++)
        count += nodes - column_start(torus, torus->columns - i);
    return count;
}

static bool reach_fits(const struct torus *torus, uint32_t across, uint32_t along)
{
    return across < torus->columns && along < torus->rows &&
           count_arcs(torus, across, along) <= torus->plan->arcs;
}

/* Make the reach as long as fits, first both ways in proportion; false if none fits. */
static bool choose_reach(struct torus *torus)
{
    uint32_t along = 1;
    while (reach_fits(torus, (along + 1) * (along + 1), along + 1))
        along++;
    uint32_t across = along * along;
    if (!reach_fits(torus, across, along))
        return false;
    while (reach_fits(torus, across, along + 1))
        along++;
    while (reach_fits(torus, across + 1, along))
        across++;
    torus->across = across;
    torus->along = along;
    return true;
}

/* Uniform up to a limit that falls with the columns crossed, in powers of 2, from the largest
 * capacity towards 1: not quite as far, the nearer the farther arcs reach. */
static flow_t draw_capacity(struct torus *torus, uint32_t crossed)
{
    uint32_t bits = 0;
    while (torus->plan->capacity_max >> bits > 1)
        bits++;
    uint32_t fallen = bits * (crossed - 1) / (torus->across + 2);
    return plan_between(torus->plan, 1, torus->plan->capacity_max >> fallen);
}

static cost_t draw_cheap_cost(struct family_plan *plan)
{
    return plan_between(plan, 1, plan->cost_max < CHEAP_COST_MAX ? plan->cost_max : CHEAP_COST_MAX);
}

/* An arc from v over the cut to w, made two. */
static void add_cut_arcs(struct torus *torus, uint32_t v, uint32_t w, flow_t capacity, cost_t cost)
{
    uint32_t sink = torus->plan->nodes - 1;
    if (v != sink) {
        network_add_arc(torus->network, v, sink, 0, capacity, cost);
        torus->supply += capacity;
    }
    if (w != 0)
        network_add_arc(torus->network, 0, w, 0, capacity, cost);
}

static void add_arcs_across(struct torus *torus, uint32_t v, uint32_t column, uint32_t row)
{
    uint32_t sink = torus->plan->nodes - 1;
    for (uint32_t i = 1; i <= torus->across; i++) {
        uint32_t to = (column + i) % torus->columns;
        uint32_t start = column_start(torus, to);
        uint32_t w = start + row % (column_start(torus, to + 1) - start);
        flow_t capacity = draw_capacity(torus, i);
        cost_t cost = plan_cost(torus->plan);
        if (to < column) {
            add_cut_arcs(torus, v, w, capacity, cost);
            continue;
        }
        network_add_arc(torus->network, v, w, 0, capacity, cost);
        if (w == sink)
            torus->supply += capacity;
    }
}

static void add_arcs_along(struct torus *torus, uint32_t v, uint32_t start, uint32_t rows)
{
    for (uint32_t i = 1; i <= torus->along; i++) {
        flow_t capacity = plan_capacity(torus->plan);
        network_add_arc(torus->network, v, start + (v - start + i) % rows, 0, capacity,
                        draw_cheap_cost(torus->plan));
    }
}

static void add_torus(struct torus *torus)
{
    for (uint32_t column = 0; column < torus->columns; column++) {
        uint32_t start = column_start(torus, column);
        uint32_t end = column_start(torus, column + 1);
        for (uint32_t v = start; v < end; v++) {
            add_arcs_across(torus, v, column, v - start);
            add_arcs_along(torus, v, start, end - start);
        }
    }
}

static void add_path(struct torus *torus)
{
    cost_t cost = torus->plan->cost_max / torus->rows;
    for (uint32_t v = 0; v + 1 < torus->plan->nodes; v++)
        network_add_arc(torus->network, v, v + 1, 0, torus->supply, cost > 0 ? cost : 1);
}

static void add_random_arcs(struct torus *torus)
{
    struct family_plan *plan = torus->plan;
    uint32_t inner = plan->nodes - 2;
    while (torus->network->arc_count < plan->arcs) {
        uint32_t tail = plan_index(plan, inner);
        uint32_t head = plan_index(plan, inner - 1);
        head += head >= tail;
        flow_t capacity = draw_capacity(torus, torus->across);
        network_add_arc(torus->network, tail + 1, head + 1, 0, capacity, draw_cheap_cost(plan));
    }
}

static enum status build(struct family_plan *plan, struct network *network)
{
    struct torus torus = {.plan = plan, .network = network};
    torus.rows = plan_root(plan->nodes, 3);
    torus.columns = plan->nodes / torus.rows;
    if (!choose_reach(&torus))
        return plan_refuse_arcs(plan, count_arcs(&torus, 1, 1));
    torus.supply = plan_root((uint64_t)plan->capacity_max, 2);
    add_torus(&torus);
    if (plan->supply > 0)
        torus.supply = plan->supply;
    add_path(&torus);
    add_random_arcs(&torus);
    network_set_supply(network, 0, torus.supply);
    network_set_supply(network, plan->nodes - 1, -torus.supply);
    return STATUS_OK;
}

const struct family family_goto = {
    .name = "goto",
    .help = "a grid on a torus, from one source to one sink, like GOTO: hard",
    .nodes_min = 8,
    .degree = 8,
    .capacity_max = 1000,
    .build = build,
};
