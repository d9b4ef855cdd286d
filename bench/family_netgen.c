/* family_netgen.c - chains from the sources to the sinks among random arcs.
 *
 * After Klingman, Napier and Stutz, "NETGEN: a program for generating large scale capacitated
 * assignment, transportation, and minimum cost flow network problems" (1974), with the
 * settings of Kovacs' NETGEN-8: every arc is capacitated and every arc of the skeleton has
 * the largest cost. NETGEN-SR is a degree of sqrt(n), NETGEN-LO a supply of 10 sqrt(n).
 *
 * 1. The sources are the first sqrt(n) nodes, the sinks the last. The nodes between them are
 *    dealt to the sources as chains, 60 % of them in turn, the others at random.
 * 2. A chain leads to some sinks, about twice its share of them, from random nodes on it; the
 *    last chain leads to all sinks that no other does. The arcs of chain and sinks are the
 *    skeleton: each can carry all the supply of its source, so that there is a flow.
 * 3. A source's supply is shared out among its sinks, which makes their demand.
 * 4. Random arcs between pairs of nodes that have none fill up the number; none leads to a
 *    source and none from a sink.
 *
 * Unlike NETGEN, a random arc has a random tail too, where NETGEN goes through the nodes and
 * draws a number of arcs for each; and there are no sources or sinks inside the chains. */
#include "base/assert.h"
#include "base/memory.h"
#include "bench/family_plan.h"

struct chains {
    struct family_plan *plan;
    struct network *network;
    uint32_t count;     /* chains, which is sources, and sinks */
    uint32_t between;   /* nodes that are neither */
    flow_t *supply;     /* by chain */
    uint32_t *last;     /* by chain: the node that it ends with; at first its source */
    uint32_t *length;   /* by chain: the nodes behind its source */
    uint32_t *previous; /* by node: the one before it on its chain */
    uint32_t *sinks;    /* in the order in which they are drawn next */
    bool *reached;      /* by sink: some chain leads there */
    flow_t *shares;
};

static void chains_init(struct chains *chains, struct family_plan *plan, struct network *network)
{
    uint32_t count = plan_sources(plan);
    ASSERT(count > 0);
    *chains = (struct chains){
        .plan = plan,
        .network = network,
        .count = count,
        .between = plan->nodes - 2 * count,
        .supply = memory_alloc(count * sizeof(flow_t)),
        .last = memory_alloc(count * sizeof(uint32_t)),
        .length = memory_alloc(count * sizeof(uint32_t)),
        .previous = memory_alloc((size_t)plan->nodes * sizeof(uint32_t)),
        .sinks = plan_order(plan, count),
        .reached = memory_alloc(count * sizeof(bool)),
        .shares = memory_alloc(count * sizeof(flow_t)),
    };
}

static void chains_free(struct chains *chains)
{
    memory_free(chains->supply);
    memory_free(chains->last);
    memory_free(chains->length);
    memory_free(chains->previous);
    memory_free(chains->sinks);
    memory_free(chains->reached);
    memory_free(chains->shares);
}

/* An arc that can carry all of the chain's flow, at the largest cost. */
static void add_skeleton_arc(struct chains *chains, uint32_t chain, uint32_t tail, uint32_t head)
{
    network_add_arc(chains->network, tail, head, 0, chains->supply[chain], chains->plan->cost_max);
}

static void deal_nodes(struct chains *chains)
{
    uint32_t in_turn = (uint32_t)((uint64_t)chains->between * 6 / 10);
    uint32_t *order = plan_order(chains->plan, chains->between);
    for (uint32_t c = 0; c < chains->count; c++)
        chains->last[c] = c;
    for (uint32_t i = 0; i < chains->between; i++) {
        uint32_t c = i < in_turn ? i % chains->count : plan_index(chains->plan, chains->count);
        uint32_t v = chains->count + order[i];
        add_skeleton_arc(chains, c, chains->last[c], v);
        chains->previous[v] = chains->last[c];
        chains->last[c] = v;
        chains->length[c]++;
    }
    memory_free(order);
}

static void swap(uint32_t *a, uint32_t *b)
{
    uint32_t value = *a;
    *a = *b;
    *b = value;
}

/* Move the sinks of the chain to the front of `sinks`, and say how many they are. */
static uint32_t draw_sinks(struct chains *chains, uint32_t chain)
{
    uint32_t *sinks = chains->sinks;
    uint64_t share = 2;
    if (chains->between > 0)
        share = 2 * (uint64_t)chains->length[chain] * chains->count / chains->between;
    uint32_t drawn = share < chains->count ? (uint32_t)share : chains->count;
    if (drawn == 0)
        drawn = 1;
    for (uint32_t i = 0; i < drawn; i++)
        swap(&sinks[i], &sinks[i + plan_index(chains->plan, chains->count - i)]);
    if (chain + 1 < chains->count)
        return drawn;
    uint32_t first = drawn;
    for (uint32_t i = 0; i < first; i++)
        chains->reached[sinks[i]] = true;
    for (uint32_t i = first; i < chains->count; i++)
        if (!chains->reached[sinks[i]])
            swap(&sinks[i], &sinks[drawn++]);
    return drawn;
}

/* Lead the chain to its sinks, from random nodes on it, and share its supply among them. */
static void reach_sinks(struct chains *chains, uint32_t chain)
{
    uint32_t drawn = draw_sinks(chains, chain);
    plan_shares(chains->plan, chains->supply[chain], drawn, 0, chains->shares);
    for (uint32_t i = 0; i < drawn; i++) {
        uint32_t tail = chains->last[chain];
        uint32_t back = plan_index(chains->plan, chains->length[chain] + 1);
        for (; back > 0; back--)
            tail = chains->previous[tail];
        uint32_t sink = chains->sinks[i];
        uint32_t head = chains->plan->nodes - chains->count + sink;
        add_skeleton_arc(chains, chain, tail, head);
        chains->reached[sink] = true;
        network_set_supply(chains->network, head,
                           chains->network->nodes[head].supply - chains->shares[i]);
    }
}

static enum status build(struct family_plan *plan, struct network *network)
{
    uint32_t sources = plan_sources(plan);
    enum status status = plan_supply(plan, sources, sources);
    if (status != STATUS_OK)
        return status;
    struct chains chains;
    chains_init(&chains, plan, network);
    plan_shares(plan, plan->supply, sources, 1, chains.supply);
    for (uint32_t c = 0; c < sources; c++)
        network_set_supply(network, c, chains.supply[c]);
    deal_nodes(&chains);
    for (uint32_t c = 0; c < sources; c++)
        reach_sinks(&chains, c);
    chains_free(&chains);
    return plan_fill(plan, network, plan->nodes - sources, sources);
}

const struct family family_netgen = {
    .name = "netgen",
    .help = "chains from sources to sinks among random arcs, like NETGEN",
    .nodes_min = 2,
    .degree = 8,
    .capacity_max = 1000,
    .build = build,
};
