/* lemon_shim.cc - see lemon_shim.h.
 *
 *  1. Copy the network into LEMON's static digraph with dense ids. Lower bounds are moved
 *     into the supplies and self-loops are decided here (full if their cost is negative),
 *     so that LEMON sees neither.
 *  2. Run the algorithm. Capacities are below LEMON's infinity, by the ranges, and supplies
 *     sum to 0, which makes LEMON's "at least" supplies equalities.
 *  3. If there is no flow, a set of nodes that proves it is found by LEMON's Circulation,
 *     a push-relabel algorithm: the nodes at or above the level where it got stuck.
 *
 * LEMON's potentials have the sign of solver.h: cost + potential[tail] - potential[head].
 * LEMON does not check its arithmetic, so this file does, for LEMON 1.3.1. No exception
 * leaves it.
 *
 * Dezso, Juttner and Kovacs, LEMON - an open source C++ graph template library (2011). */
#include <cinttypes>
#include <cstddef>
#include <new>
#include <utility>
#include <vector>

#include <lemon/capacity_scaling.h>
#include <lemon/circulation.h>
#include <lemon/cost_scaling.h>
#include <lemon/network_simplex.h>
#include <lemon/static_graph.h>

extern "C" {
#include "base/memory.h"
#include "solver/lemon_shim.h"
#include "solver/ranges.h"
}

namespace
{

using lemon::StaticDigraph;

/* What one solve gives out, by the network's ids. */
struct lemon_state {
    std::vector<flow_t> flow;
    std::vector<cost_t> potential;
};

/* The network as LEMON sees it: by dense node, and by arc in the order of tails. */
struct dense_network {
    StaticDigraph graph;
    std::vector<flow_t> supply;
    std::vector<flow_t> capacity;
    std::vector<cost_t> cost;
    std::vector<uint32_t> arc_ids;  /* of the network */
    std::vector<uint32_t> node_ids; /* likewise */
    cost_t largest_cost = 0;        /* its magnitude */
    flow_t moved = 0;               /* supplies and capacities summed; at most INT64_MAX */
};

/* A vector by index as LEMON's arc or node map. */
template <typename Item> struct index_map {
    typedef Item Key;
    typedef int64_t Value;
    const std::vector<int64_t> &values;
    int64_t operator[](const Item &item) const
    {
        return values[static_cast<size_t>(StaticDigraph::index(item))];
    }
};

typedef index_map<StaticDigraph::Arc> arc_map;
typedef index_map<StaticDigraph::Node> node_map;

typedef lemon::NetworkSimplex<StaticDigraph, int64_t, int64_t> network_simplex;
typedef lemon::CostScaling<StaticDigraph, int64_t, int64_t> cost_scaling;
typedef lemon::CapacityScaling<StaticDigraph, int64_t, int64_t> capacity_scaling;

int64_t add_capped(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

/* Two of LEMON's faults that cost scaling must be kept from:
 *
 * It squares the number of nodes with supply, in an int, to decide how often it updates all
 * potentials; above 46,340 such nodes that wraps, and may come to "at every step". So all
 * but 32,000 of them get their supply over an arc from one node more, which has it all and
 * must send all of it. With 32,000 updates are as good as never, as LEMON means it for many.
 *
 * Its price refinement takes ranks for less than alpha * n, as if each phase were alpha times
 * finer than the last; but precisions are rounded down, so a phase may be 2 * alpha - 1 times
 * finer, and ranks twice as high: it then writes behind its buckets. So n is doubled by nodes
 * without arcs. */
void adapt_to_cost_scaling(dense_network &dense, std::vector<std::pair<int, int>> &ends)
{
    const int sources_max = 32000;
    int count = 0;
    flow_t gathered = 0;
    int gatherer = static_cast<int>(dense.supply.size());
    for (int v = 0; v < gatherer; v++) {
        flow_t &supply = dense.supply[static_cast<size_t>(v)];
        if (supply <= 0 || ++count <= sources_max)
            continue;
        ends.push_back(std::make_pair(gatherer, v));
        dense.capacity.push_back(supply);
        dense.cost.push_back(0);
        dense.moved = add_capped(dense.moved, supply);
        gathered += supply;
        supply = 0;
    }
    if (gathered > 0)
        dense.supply.push_back(gathered);
    dense.supply.resize(2 * dense.supply.size() + 1);
}

/* Step 1, for one node that is a tail. */
void copy_leaving_arcs(const struct network *network, uint32_t v,
                       const std::vector<int> &node_index, dense_network &dense,
                       std::vector<std::pair<int, int>> &ends)
{
    for (uint32_t a = network->nodes[v].first_out; a != NONE; a = network->arcs[a].next_out) {
        const struct network_arc &arc = network->arcs[a];
        if (arc.tail == arc.head)
            continue;
        int tail = node_index[arc.tail];
        int head = node_index[arc.head];
        ends.push_back(std::make_pair(tail, head));
        dense.arc_ids.push_back(a);
        dense.capacity.push_back(arc.capacity - arc.lower);
        dense.cost.push_back(arc.cost);
        dense.supply[static_cast<size_t>(tail)] -= arc.lower;
        dense.supply[static_cast<size_t>(head)] += arc.lower;
        cost_t size = arc.cost < 0 ? -arc.cost : arc.cost;
        if (size > dense.largest_cost)
            dense.largest_cost = size;
        dense.moved = add_capped(dense.moved, arc.capacity);
    }
}

/* Step 1. */
void copy_network(const struct network *network, bool cost_scales, dense_network &dense)
{
    std::vector<int> node_index(network->node_limit);
    std::vector<std::pair<int, int>> ends;
    ends.reserve(network->arc_count);
    dense.arc_ids.reserve(network->arc_count);
    dense.capacity.reserve(network->arc_count);
    dense.cost.reserve(network->arc_count);
    for (uint32_t v = 0; v < network->node_limit; v++) {
        if (!network->nodes[v].live)
            continue;
        node_index[v] = static_cast<int>(dense.node_ids.size());
        dense.node_ids.push_back(v);
        flow_t supply = network->nodes[v].supply;
        dense.supply.push_back(supply);
        dense.moved = add_capped(dense.moved, supply < 0 ? -supply : supply);
    }
    for (uint32_t v : dense.node_ids)
        copy_leaving_arcs(network, v, node_index, dense, ends);
    if (cost_scales)
        adapt_to_cost_scaling(dense, ends);
    dense.graph.build(static_cast<int>(dense.supply.size()), ends.begin(), ends.end());
}

void refuse(struct solution *solution, const char *reason)
{
    solution->outcome = OUTCOME_REFUSED;
    solution->potential = nullptr;
    solution->reason = reason;
}

/* Step 3. */
void give_cut(const dense_network &dense, lemon_state *state, struct solution *solution)
{
    typedef lemon::ConstMap<StaticDigraph::Arc, int64_t> zero_map;
    zero_map zero(0);
    arc_map capacity = {dense.capacity};
    node_map supply = {dense.supply};
    lemon::Circulation<StaticDigraph, zero_map, arc_map, node_map> circulation(dense.graph, zero,
                                                                               capacity, supply);
    if (circulation.run())
        return refuse(solution, "LEMON's algorithms disagree whether there is a flow");
    for (size_t i = 0; i < dense.node_ids.size(); i++)
        state->potential[dense.node_ids[i]] =
            circulation.barrier(StaticDigraph::node(static_cast<int>(i)));
    solution->outcome = OUTCOME_INFEASIBLE;
    solution->potential = state->potential.data();
}

template <typename Algorithm>
void give_flow(const Algorithm &algorithm, const dense_network &dense,
               const struct network *network, lemon_state *state, struct solution *solution)
{
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        const struct network_arc &arc = network->arcs[a];
        if (network_arc_live(network, a))
            state->flow[a] = arc.tail == arc.head && arc.cost < 0 ? arc.capacity : arc.lower;
    }
    for (size_t i = 0; i < dense.arc_ids.size(); i++)
        state->flow[dense.arc_ids[i]] += algorithm.flow(StaticDigraph::arc(static_cast<int>(i)));
    for (size_t i = 0; i < dense.node_ids.size(); i++)
        state->potential[dense.node_ids[i]] =
            algorithm.potential(StaticDigraph::node(static_cast<int>(i)));
    solution->potential = state->potential.data();
    ranges_set_optimal(network, state->flow.data(), solution);
}

/* The range that an algorithm needs beyond ranges.h, in which C is the largest cost and n
 * the number of nodes with LEMON's root; NULL if the network is within it.
 *
 * Network simplex: an artificial cost of 2^62 stands on exactly one arc of the way from the
 * root to any node, so a potential is 0 or 2^62, give or take nC <= 2^60, and a reduced cost
 * is below 2^62 + 2^61 + C. */
const char *range_left(const network_simplex &, const dense_network &)
{
    return nullptr;
}

/* Cost scaling works with costs times n * alpha, alpha = 16. In a phase of precision e a
 * potential falls by at most (alpha+1) n e (after Ahuja, Magnanti and Orlin, lemma 10.4),
 * from e = nC down by a factor of alpha: in all by less than 19 n^2 C; as much again is
 * granted for its global updates. So 64 n^2 C must stay below 2^62. Ranks of nodes go up
 * to alpha * n, in an int. It sums the excess over all nodes. */
const char *range_left(const cost_scaling &, const dense_network &dense)
{
    wide_t n = static_cast<wide_t>(dense.supply.size()) + 1;
    if (n >= 1 << 26)
        return "lemon-cost-scaling takes fewer than 2^25 nodes";
    if (n * n * 64 * dense.largest_cost >= static_cast<wide_t>(1) << 62)
        return "lemon-cost-scaling takes nodes^2 x largest cost up to 2^54";
    if (dense.moved > RANGES_FLOW_MAX)
        return "lemon-cost-scaling takes supplies and capacities that sum to less than 2^62";
    return nullptr;
}

/* Capacity scaling: in a phase, a search ends at a node whose potential has not changed in
 * that phase, so potentials fall by at most 2nC in each of at most 32 phases; a distance is
 * at most a difference of potentials and a path more. So 128 nC must stay below 2^62. */
const char *range_left(const capacity_scaling &, const dense_network &dense)
{
    wide_t n = static_cast<wide_t>(dense.supply.size()) + 1;
    if (n * dense.largest_cost > static_cast<wide_t>(1) << 55)
        return "lemon-capacity-scaling takes nodes x largest cost up to 2^55";
    return nullptr;
}

/* Steps 2 and 3. */
template <typename Algorithm>
void run(const dense_network &dense, const struct network *network, lemon_state *state,
         struct solution *solution)
{
    Algorithm algorithm(dense.graph);
    const char *reason = range_left(algorithm, dense);
    if (reason)
        return refuse(solution, reason);
    arc_map capacity = {dense.capacity};
    arc_map cost = {dense.cost};
    node_map supply = {dense.supply};
    typename Algorithm::ProblemType found =
        algorithm.upperMap(capacity).costMap(cost).supplyMap(supply).run();
    if (found == Algorithm::OPTIMAL)
        give_flow(algorithm, dense, network, state, solution);
    else if (found == Algorithm::INFEASIBLE)
        give_cut(dense, state, solution);
    else
        refuse(solution, "LEMON calls the network unbounded");
}

/* LEMON counts nodes and arcs, twice, in an int. */
const uint64_t SIZE_MAX_LEMON = 1u << 29;

/* Steps 1 to 3. */
template <typename Algorithm>
void solve(lemon_state *state, const struct network *network, bool cost_scales,
           struct solution *solution)
{
    if (static_cast<uint64_t>(network->node_count) * 4 + network->arc_count > SIZE_MAX_LEMON)
        return refuse(solution, "LEMON takes nodes and arcs up to 2^29");
    try {
        state->flow.assign(static_cast<size_t>(network->arc_limit) + 1, 0); /* never NULL */
        state->potential.assign(network->node_limit, 0);
        dense_network dense;
        copy_network(network, cost_scales, dense);
        run<Algorithm>(dense, network, state, solution);
    } catch (...) {
        refuse(solution, "LEMON failed or ran out of memory");
    }
}

} // namespace

extern "C" void *lemon_create(void)
{
    return new (memory_alloc(sizeof(lemon_state))) lemon_state;
}

extern "C" void lemon_destroy(void *state)
{
    static_cast<lemon_state *>(state)->~lemon_state();
    memory_free(state);
}

extern "C" void lemon_network_simplex(void *state, const struct network *network,
                                      const struct solve_request *, struct solution *solution)
{
    solve<network_simplex>(static_cast<lemon_state *>(state), network, false, solution);
}

extern "C" void lemon_cost_scaling(void *state, const struct network *network,
                                   const struct solve_request *, struct solution *solution)
{
    solve<cost_scaling>(static_cast<lemon_state *>(state), network, true, solution);
}

extern "C" void lemon_capacity_scaling(void *state, const struct network *network,
                                       const struct solve_request *, struct solution *solution)
{
    solve<capacity_scaling>(static_cast<lemon_state *>(state), network, false, solution);
}
