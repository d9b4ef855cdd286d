/* random_network.c - see random_network.h. */
#include "tests/random_network.h"

#include <stdio.h>
#include <sys/stat.h>

#include "graph/dimacs.h"

static int64_t pick(struct random *random, int64_t low, int64_t high)
{
    return low + (int64_t)random_below(random, (uint64_t)(high - low) + 1);
}

static uint32_t pick_node(const struct network *network, struct random *random)
{
    uint32_t v;
    do
        v = (uint32_t)random_below(random, network->node_limit);
    while (!network_node_live(network, v));
    return v;
}

static void add_random_arc(struct network *network, struct random *random,
                           const struct random_shape *shape)
{
    flow_t capacity = pick(random, 0, shape->capacity_max);
    flow_t lower = random_below(random, 4) == 0 ? pick(random, 0, capacity) : 0;
    cost_t cost = pick(random, -(shape->cost_max / 2), shape->cost_max);
    if (random_below(random, 3) == 0 && cost < 0)
        cost = -cost;
    network_add_arc(network, pick_node(network, random), pick_node(network, random), lower,
                    capacity, cost);
}

/* Supplies that some flow within the bounds meets. */
static void supply_a_flow(struct network *network, struct random *random)
{
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        if (!network_arc_live(network, a))
            continue;
        const struct network_arc *arc = &network->arcs[a];
        flow_t flow = pick(random, arc->lower, arc->capacity);
        uint32_t tail = arc->tail;
        uint32_t head = arc->head;
        network_set_supply(network, tail, network->nodes[tail].supply + flow);
        network_set_supply(network, head, network->nodes[head].supply - flow);
    }
}

static void supply_anything(struct network *network, struct random *random, flow_t most)
{
    flow_t sum = 0;
    for (uint32_t v = 0; v < network->node_limit; v++) {
        if (!network_node_live(network, v) || random_below(random, 2))
            continue;
        network_set_supply(network, v, pick(random, -most, most));
        sum += network->nodes[v].supply;
    }
    if (random_below(random, 8) == 0 || network->node_count == 0)
        return;
    uint32_t v = pick_node(network, random);
    network_set_supply(network, v, network->nodes[v].supply - sum);
}

static void remove_some(struct network *network, struct random *random)
{
    for (uint32_t a = 0; a < network->arc_limit; a++)
        if (network_arc_live(network, a) && random_below(random, 10) == 0)
            network_remove_arc(network, a);
    for (uint32_t v = 0; v < network->node_limit; v++)
        if (random_below(random, 10) == 0)
            network_remove_node(network, v);
}

void random_network(struct network *network, struct random *random,
                    const struct random_shape *shape)
{
    network_init(network);
    uint32_t nodes = (uint32_t)random_below(random, shape->nodes_max + 1);
    uint32_t arcs = (uint32_t)random_below(random, shape->arcs_max + 1);
    for (uint32_t i = 0; i < nodes; i++)
        network_add_node(network, 0);
    for (uint32_t i = 0; i < arcs && nodes > 0; i++)
        add_random_arc(network, random, shape);
    if (random_below(random, 3) == 0)
        remove_some(network, random);
    if (random_below(random, 2))
        supply_a_flow(network, random);
    else
        supply_anything(network, random, shape->capacity_max);
}

void random_network_change(struct network *network, struct random *random,
                           const struct random_shape *shape)
{
    uint32_t v = (uint32_t)random_below(random, network->node_limit + 1);
    uint32_t w = (uint32_t)random_below(random, network->node_limit + 1);
    uint32_t a = (uint32_t)random_below(random, network->arc_limit + 1);
    flow_t capacity = (flow_t)random_below(random, (uint64_t)shape->capacity_max + 1);
    flow_t lower = random_below(random, 6) ? 0 : capacity / 2;
    cost_t cost = (cost_t)random_below(random, 2 * (uint64_t)shape->cost_max) - shape->cost_max / 2;
    bool both = network_node_live(network, v) && network_node_live(network, w);
    switch (random_below(random, 9)) {
    case 0:
        network_add_node(network, 0);
        break;
    case 1:
        if (both && v != w && random_below(random, 4) == 0) {
            network_set_supply(network, w, network->nodes[w].supply + network->nodes[v].supply);
            network_remove_node(network, v);
        }
        break;
    case 2:
        if (both && v != w) {
            flow_t moved = (flow_t)random_below(random, 4);
            network_set_supply(network, v, network->nodes[v].supply + moved);
            network_set_supply(network, w, network->nodes[w].supply - moved);
        }
        break;
    case 3:
    case 4:
        if (both)
            network_add_arc(network, v, w, lower, capacity, cost);
        break;
    case 5:
        if (network_arc_live(network, a))
            network_remove_arc(network, a);
        break;
    default:
        if (network_arc_live(network, a))
            network_change_arc(network, a, lower, capacity, cost);
    }
}

const char *random_network_save(const struct network *network, uint64_t seed)
{
    static char path[64];
    mkdir("build", 0777);
    snprintf(path, sizeof path, "build/failed-%" PRIu64 ".min", seed);
    FILE *file = fopen(path, "w");
    if (!file)
        return "nowhere";
    dimacs_write(network, file);
    fclose(file);
    return path;
}
