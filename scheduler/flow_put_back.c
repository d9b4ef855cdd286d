/* flow_put_back.c - see flow_put_back.h. */
#include "scheduler/flow_put_back.h"

#include <string.h>

#include "base/memory.h"

/* The cheapest arc with room out of a node, or the dearest one with flow; `head` NONE: to
 * wherever. */
static uint32_t pick_arc(const struct flow_commit *commit, const struct flow_graph *graph,
                         uint32_t node, uint32_t head, bool dearest)
{
    const struct network_arc *arcs = graph->network.arcs;
    uint32_t best = NONE;
    for (uint32_t a = graph->network.nodes[node].first_out; a != NONE; a = arcs[a].next_out) {
        bool usable = dearest ? commit->reached[a] > 0 : commit->reached[a] < arcs[a].capacity;
        if ((head != NONE && arcs[a].head != head) || !usable)
            continue;
        bool better = best == NONE ||
                      (dearest ? arcs[a].cost > arcs[best].cost : arcs[a].cost < arcs[best].cost);
        best = better ? a : best;
    }
    return best;
}

/* Move a unit onto an arc (1) or off it (-1). */
static cost_t move_unit(struct flow_commit *commit, const struct flow_graph *graph, uint32_t arc,
                        int units)
{
    commit->reached[arc] += units;
    return units * graph->network.arcs[arc].cost;
}

/* Likewise all the way from a node to the sink; where there is no room, for nothing. */
static cost_t move_to_sink(struct flow_commit *commit, const struct flow_graph *graph,
                           uint32_t node, int units)
{
    cost_t cost = 0;
    while (node != graph->sink) {
        uint32_t arc = pick_arc(commit, graph, node, NONE, units < 0);
        if (arc == NONE)
            break;
        cost += move_unit(commit, graph, arc, units);
        node = graph->network.arcs[arc].head;
    }
    return cost;
}

/* A unit that was not granted goes back over the way that it came, and waits or stays. */
static cost_t put_back(struct flow_commit *commit, const struct flow_graph *graph,
                       const struct flow_claim *claim)
{
    const struct flow_bundle *b = &graph->bundles[claim->bundle];
    const struct network_arc *arcs = graph->network.arcs;
    uint32_t machine_node = graph->machines[claim->machine].node;
    uint32_t head = arcs[claim->arc].head;
    uint32_t via = flow_claim_via(graph, claim->arc);
    cost_t cost = move_unit(commit, graph, claim->arc, -1);
    if (via != head) /* the arc from the class to the rack */
        cost += move_unit(commit, graph, graph->network.nodes[head].first_out, -1);
    if (via != machine_node)
        cost += move_unit(commit, graph, pick_arc(commit, graph, via, machine_node, true), -1);
    cost += move_to_sink(commit, graph, machine_node, -1);
    uint32_t otherwise = b->keeping_arc != NONE ? b->keeping_arc : b->waiting_arc;
    cost += move_unit(commit, graph, otherwise, 1);
    return cost + move_to_sink(commit, graph, arcs[otherwise].head, 1);
}

/* A unit that should have stopped goes on. */
static cost_t resume(struct flow_commit *commit, const struct flow_graph *graph,
                     const struct flow_bundle *b)
{
    const struct network_arc *arcs = graph->network.arcs;
    cost_t cost = move_unit(commit, graph, b->waiting_arc, -1);
    cost += move_to_sink(commit, graph, arcs[b->waiting_arc].head, -1);
    cost += move_unit(commit, graph, b->keeping_arc, 1);
    return cost + move_to_sink(commit, graph, arcs[b->keeping_arc].head, 1);
}

cost_t flow_put_back(struct flow_commit *commit, const struct flow_graph *graph, const flow_t *flow)
{
    cost_t cost = 0;
    array_reserve(commit->reached, commit->reached_room, graph->network.arc_limit);
    memcpy(commit->reached, flow, graph->network.arc_limit * sizeof *flow);
    for (uint32_t i = 0; i < commit->claim_count; i++)
        for (uint32_t u = commit->claims[i].granted; u < commit->claims[i].units; u++)
            cost += put_back(commit, graph, &commit->claims[i]);
    for (uint32_t i = 0; i < commit->stop_count; i++)
        for (uint32_t u = commit->stops[i].granted; u < commit->stops[i].units; u++)
            cost += resume(commit, graph, &graph->bundles[commit->stops[i].bundle]);
    return cost;
}
