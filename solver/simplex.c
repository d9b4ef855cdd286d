/* simplex.c - the network simplex method.
 *
 * A flow is kept whose arcs are each empty, or full, or in a spanning tree; potentials make the
 * reduced cost of every arc in the tree 0. Where lower bounds, loops and the choice of a build
 * (simplex_builds.h) are settled, which is here:
 *
 *  0. Find a tree to start from (simplex_start.h); artificial arcs between the root and nodes
 *     carry what it cannot.
 *  1. Search for an arc outside the tree whose reduced cost is negative, in the direction in
 *     which it has room: the best of a block of arcs, or of the next block that has any, around
 *     and around (simplex_pivot.h, like all steps from here on).
 *  2. With the tree it closes a cycle of negative cost: walk up from both ends to where they meet.
 *  3. Around the cycle goes what its fullest arc has room for. Of the arcs that this fills, the
 *     one that leaves the tree is the last in the direction of the flow, from where the walks met.
 *  4. Move the flow.
 *  5. If the entering arc itself is filled, the tree stays. Else the subtree that hung by the
 *     leaving arc hangs by the entering one, with another node as its top; the potentials of its
 *     nodes change by the reduced cost.
 *  6. Again from 1 until there is no such arc: the flow is optimal, and the potentials prove it.
 *     If an artificial arc still leaves the root then, there is no flow: the nodes that hang by
 *     these cannot be reached by what the others have.
 *
 * Invariants: flows keep their bounds and, artificial arcs counted, meet all supplies; from every
 * node more flow can go to the root by the tree (it is strongly feasible: Cunningham 1976). Step 3
 * keeps it so. It follows that in a pivot that moves no flow the potentials of a subtree fall
 * for good, so that no tree comes again: the method ends, however degenerate the network is.
 *
 * That step 6 is right: were a flow possible while artificial arcs carry some, the difference
 * would hold a cycle by way of the root that costs less than nothing, as an artificial arc costs
 * more than n - 1 others. Likewise no arc can have room from a node that hangs by an arc to the
 * root to one that hangs by an arc from it, nor flow in the other direction: the former are a set
 * whose supply exceeds what can leave it.
 *
 * Dantzig 1951; Ahuja, Magnanti and Orlin, Network Flows (1993), chapter 11; the search by blocks
 * after Grigoriadis (1986) and Kiraly and Kovacs, Efficient implementations of minimum-cost flow
 * algorithms (2012). Unlike there: the tree is kept as a preorder ring with depths (Bradley, Brown
 * and Graves 1977), not with the counts of descendants and the last of them (Barr, Glover and
 * Klingman 1979): what costs a little more in the subtree that moves saves the passes that renew
 * counts along the cycle, and walks that do not know beforehand which side is to climb. Nodes are
 * numbered anew from time to time; and the start is another. */
#include "solver/simplex.h"

#include <string.h>

#include "base/memory.h"
#include "solver/completion.h"
#include "solver/ranges.h"
#include "solver/simplex_builds.h"

struct simplex {
    void *compact, *wide; /* NULL until needed */
    struct completion *completion;
    flow_t *excess;    /* by node */
    flow_t *flow;      /* of the last answer */
    cost_t *potential; /* likewise */
    cost_t *nearest;   /* by node: what it costs to the nearest demand, negated; or 0 */
    uint32_t excess_room, flow_room, potential_room, nearest_room;
    const struct simplex_build *last; /* which build has the tree of the last call; NULL: none */
    uint32_t *tree_arc;               /* that tree: see struct simplex_measure */
    bool *full;
    uint32_t tree_arc_room, full_room;
};

void *simplex_create(void)
{
    struct simplex *simplex = memory_alloc(sizeof *simplex);
    simplex->completion = completion_create();
    return simplex;
}

void simplex_destroy(void *state)
{
    struct simplex *simplex = state;
    if (simplex->compact)
        simplex_compact.destroy(simplex->compact);
    if (simplex->wide)
        simplex_wide.destroy(simplex->wide);
    completion_destroy(simplex->completion);
    memory_free(simplex->excess);
    memory_free(simplex->flow);
    memory_free(simplex->potential);
    memory_free(simplex->nearest);
    memory_free(simplex->tree_arc);
    memory_free(simplex->full);
    memory_free(simplex);
}

static void reserve(struct simplex *simplex, const struct network *network)
{
    array_reserve(simplex->excess, simplex->excess_room, network->node_limit);
    array_reserve(simplex->potential, simplex->potential_room, network->node_limit);
    array_reserve(simplex->nearest, simplex->nearest_room, network->node_limit);
    array_reserve(simplex->flow, simplex->flow_room, (size_t)network->arc_limit + 1);
}

static flow_t add_capped(flow_t a, flow_t b)
{
    return a > RANGES_FLOW_MAX - b ? RANGES_FLOW_MAX : a + b;
}

/* One arc's part of the measure, and its least flow. */
static void measure_arc(struct simplex *simplex, const struct network *network, uint32_t a,
                        struct simplex_measure *measure)
{
    const struct network_arc *arc = &network->arcs[a];
    simplex->flow[a] = arc->tail == arc->head && arc->cost < 0 ? arc->capacity : arc->lower;
    simplex->excess[arc->tail] -= arc->lower;
    simplex->excess[arc->head] += arc->lower;
    if (!simplex_takes_arc(network, a))
        return;
    flow_t room = arc->capacity - arc->lower;
    cost_t size = arc->cost < 0 ? -arc->cost : arc->cost;
    measure->arc_count++;
    if (size > measure->cost_max)
        measure->cost_max = size;
    if (room > measure->room_max)
        measure->room_max = room;
    if (arc->cost < 0)
        measure->useful_room = add_capped(measure->useful_room, room);
}

/* Is the supply of a source many times what most arcs have room for? */
static bool is_heavy(const struct network *network, const struct simplex_measure *measure,
                     uint32_t sources)
{
    uint32_t narrow = 0;
    if (sources == 0)
        return false;
    for (uint32_t a = network_next_arc(network, 0); a != NONE; a = network_next_arc(network, a + 1))
        if (simplex_takes_arc(network, a) &&
            network->arcs[a].capacity - network->arcs[a].lower < measure->supply / sources / 16)
            narrow++;
    return narrow > measure->arc_count / 2;
}

/* Sets simplex->flow to the least there can be, as well.
 *
 * An optimal flow is a sum of paths from supplies and of cycles, each of which has an arc of
 * negative cost; a cycle that costs nothing can be left out. So more room than all supplies and
 * the arcs of negative cost have together is never needed. With one more than that, complementary
 * slackness holds for the potentials on the arcs that are cut down: some optimal flow does not
 * fill them, so their reduced costs are not negative. */
static void measure(struct simplex *simplex, const struct network *network,
                    struct simplex_measure *measure)
{
    uint32_t sources = 0;
    *measure = (struct simplex_measure){.excess = simplex->excess, .nearest = simplex->nearest};
    for (uint32_t v = 0; v < network->node_limit; v++) {
        simplex->excess[v] = network->nodes[v].live ? network->nodes[v].supply : 0;
        simplex->nearest[v] = 0;
    }
    memset(simplex->flow, 0, (size_t)network->arc_limit * sizeof *simplex->flow);
    for (uint32_t a = network_next_arc(network, 0); a != NONE; a = network_next_arc(network, a + 1))
        measure_arc(simplex, network, a, measure);
    for (uint32_t v = 0; v < network->node_limit; v++) {
        if (simplex->excess[v] <= 0)
            continue;
        measure->supply += simplex->excess[v];
        sources++;
    }
    measure->useful_room = add_capped(measure->useful_room, measure->supply) + 1;
    if (measure->room_max > measure->useful_room)
        measure->room_max = measure->useful_room;
    measure->heavy = is_heavy(network, measure, sources);
}

/* What was changed since the last call has no part in its tree: an arc may join other nodes. */
static void forget_changed(struct simplex *simplex, const struct network *network)
{
    for (uint32_t i = 0; i < network->arc_delta_count; i++) {
        const struct arc_delta *delta = &network->arc_deltas[i];
        const struct network_arc *arc = &network->arcs[delta->arc];
        if (delta->existed && arc->tail == delta->tail && arc->head == delta->head)
            continue;
        simplex->full[delta->arc] = false;
        if (!delta->existed)
            continue;
        if (simplex->tree_arc[delta->tail] == delta->arc)
            simplex->tree_arc[delta->tail] = NONE;
        if (simplex->tree_arc[delta->head] == delta->arc)
            simplex->tree_arc[delta->head] = NONE;
    }
    for (uint32_t i = 0; i < network->node_delta_count; i++)
        if (!network->node_deltas[i].existed)
            simplex->tree_arc[network->node_deltas[i].node] = NONE;
}

/* The last tree is worth starting from if little has changed. On generated networks with 2^14 nodes
 * and 2^17 arcs, changes of as many costs, capacities and supplies as a thousandth of the arcs
 * were solved 1.7 to 10 times as fast as from scratch, a hundredth 1.05 to 4 times, but a tenth
 * not faster, and transportation 3 times slower. */
#define CHANGED_PART 32

static bool little_changed(const struct network *network)
{
    uint64_t changed = (uint64_t)network->arc_delta_count + network->node_delta_count;
    return changed <= ((uint64_t)network->arc_count + network->node_count) / CHANGED_PART;
}

/* Fill an arc, if it can be. */
static bool fill(struct simplex *simplex, const struct network *network, uint32_t a,
                 flow_t room_max)
{
    const struct network_arc *arc = &network->arcs[a];
    if (!simplex_takes_arc(network, a) || arc->capacity - arc->lower > room_max)
        return false;
    simplex->excess[arc->tail] -= arc->capacity - arc->lower;
    simplex->excess[arc->head] += arc->capacity - arc->lower;
    return true;
}

/* Start from the last tree, with the arcs full that were. False, with the excesses spoilt, if they
 * bring nodes more of it than the ranges allow for supplies. */
static bool recall_tree(struct simplex *simplex, const struct network *network,
                        struct simplex_measure *measure)
{
    const void *core = simplex->last == &simplex_compact ? simplex->compact : simplex->wide;
    array_reserve(simplex->tree_arc, simplex->tree_arc_room, network->node_limit);
    array_reserve(simplex->full, simplex->full_room, (size_t)network->arc_limit + 1);
    simplex->last->give_tree(core, network, simplex->tree_arc, simplex->full);
    forget_changed(simplex, network);
    for (uint32_t a = network_next_arc(network, 0); a != NONE; a = network_next_arc(network, a + 1))
        if (simplex->full[a])
            simplex->full[a] = fill(simplex, network, a, measure->room_max);
    measure->supply = 0;
    for (uint32_t v = 0; v < network->node_limit; v++)
        if (simplex->excess[v] > 0)
            measure->supply = add_capped(measure->supply, simplex->excess[v]);
    measure->tree_arc = simplex->tree_arc;
    measure->full = simplex->full;
    return measure->supply < RANGES_FLOW_MAX;
}

/* In a tree there is one artificial arc on the way from the root to a node, and fewer others than
 * n, the network's nodes: with C the largest |cost|, a potential is from -nC to 2nC + 1, and a
 * reduced cost is within 3nC + 1. Within the ranges that is less than 2^62. */
static bool fits(const struct simplex_build *build, const struct network *network,
                 const struct simplex_measure *measure)
{
    return 3 * measure->cost_max * network->node_count + 1 <= build->number_max &&
           measure->supply + 1 <= build->number_max && measure->room_max <= build->number_max;
}

/* The potentials that give the better bound: those of the tree, which are bad while artificial arcs
 * carry flow, or the costs to nearest demands. */
static const cost_t *better_potential(const struct simplex *simplex, const struct network *network)
{
    cost_t by_tree = INT64_MIN;
    cost_t by_nearest = INT64_MIN;
    ranges_lower_bound(network, simplex->potential, &by_tree);
    ranges_lower_bound(network, simplex->nearest, &by_nearest);
    return by_nearest > by_tree ? simplex->nearest : simplex->potential;
}

/* The budget is spent: what artificial arcs still carry goes any way there is. */
static void complete(struct simplex *simplex, const struct network *network,
                     struct solution *solution)
{
    const cost_t *cut = completion_run(simplex->completion, network, simplex->flow);
    if (!cut) {
        ranges_set_feasible(network, simplex->flow, better_potential(simplex, network), solution);
        return;
    }
    solution->outcome = OUTCOME_INFEASIBLE;
    solution->potential = cut;
}

void simplex_solve(void *state, const struct network *network, const struct solve_request *request,
                   struct solution *solution)
{
    struct simplex *simplex = state;
    struct simplex_measure size;
    reserve(simplex, network);
    measure(simplex, network, &size);
    if (request->continues && simplex->last && little_changed(network) &&
        !recall_tree(simplex, network, &size))
        measure(simplex, network, &size);
    bool compact = fits(&simplex_compact, network, &size);
    const struct simplex_build *build = compact ? &simplex_compact : &simplex_wide;
    void **core = compact ? &simplex->compact : &simplex->wide;
    if (!*core)
        *core = build->create();
    simplex->last = build;
    enum simplex_end end = build->run(*core, network, &size, request->budget, &solution->work);
    for (uint32_t v = 0; v < network->node_limit; v++)
        simplex->potential[v] = 0;
    solution->potential = simplex->potential;
    if (end == SIMPLEX_INFEASIBLE) {
        build->give_cut(*core, simplex->potential);
        solution->outcome = OUTCOME_INFEASIBLE;
        return;
    }
    if (end == SIMPLEX_SPENT && request->optimum_only) {
        solution->outcome = OUTCOME_BUDGET_SPENT;
        solution->potential = NULL;
        return;
    }
    build->give_flow(*core, network, simplex->flow);
    build->give_potentials(*core, simplex->potential);
    if (end == SIMPLEX_SPENT)
        complete(simplex, network, solution);
    else
        ranges_set_optimal(network, simplex->flow, solution);
}
