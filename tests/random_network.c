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

/* At most `most`, halved so often or less that 1 is left; each number of halvings as likely. */
static cost_t pick_size(struct random *random, cost_t most)
{
    uint32_t halvings = 0;
    while (most >> halvings > 1)
        halvings++;
    return most >> random_below(random, halvings + 1);
}

static void add_random_arc(struct network *network, struct random *random,
                           const struct random_shape *shape, bool all_sizes)
{
    flow_t capacity = pick(random, 0, shape->capacity_max);
    flow_t lower = random_below(random, 4) == 0 ? pick(random, 0, capacity) : 0;
    cost_t size = all_sizes ? pick_size(random, shape->cost_max) : shape->cost_max;
    cost_t cost = pick(random, -(size / 2), size);
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
    bool all_sizes = random_below(random, 3) == 0;
    for (uint32_t i = 0; i < nodes; i++)
        network_add_node(network, 0);
    for (uint32_t i = 0; i < arcs && nodes > 0; i++)
        add_random_arc(network, random, shape, all_sizes);
    if (random_below(random, 3) == 0)
        remove_some(network, random);
    if (random_below(random, 2))
        supply_a_flow(network, random);
    else
        supply_anything(network, random, shape->capacity_max);
}

/* What a network of a cluster is made of, by the first node of each kind; the sink is node 0. */
struct cluster {
    uint32_t tenants, racks, machines, bundles, end;
    cost_t step_max, wait_max, place_max;
};

static void draw_cluster(struct cluster *cluster, struct random *random,
                         const struct random_shape *shape)
{
    uint32_t few = shape->nodes_max / 16 + 1;
    uint32_t many = shape->nodes_max / 2 + 1;
    cluster->tenants = 1;
    cluster->racks = cluster->tenants + 1 + (uint32_t)random_below(random, few);
    cluster->machines = cluster->racks + 1 + (uint32_t)random_below(random, few);
    cluster->bundles = cluster->machines + 1 + (uint32_t)random_below(random, many);
    cluster->end = cluster->bundles + 1 + (uint32_t)random_below(random, many);
    cluster->step_max = shape->cost_max;
    cluster->wait_max = pick_size(random, cluster->step_max);
    cluster->place_max = pick_size(random, cluster->wait_max);
}

/* A node of those from `first` to before `end`. */
static uint32_t pick_of(struct random *random, uint32_t first, uint32_t end)
{
    return (uint32_t)pick(random, first, end - 1);
}

/* Parallel arcs to the sink, each dearer than the last, that take so many units together. */
static void add_steps(struct network *network, struct random *random, uint32_t tail, flow_t units,
                      cost_t cost_max)
{
    cost_t cost = pick(random, 0, cost_max / 2);
    while (units > 0) {
        flow_t capacity = pick(random, 1, units < 10 ? units : 10);
        network_add_arc(network, tail, 0, 0, capacity, cost);
        cost += pick(random, 0, (cost_max - cost) / 8);
        units -= capacity;
    }
}

static void add_bundle_arcs(struct network *network, struct random *random,
                            const struct cluster *cluster, uint32_t bundle)
{
    static const flow_t ENOUGH = 1 << 30;
    for (uint64_t i = random_below(random, 4); i > 0; i--) {
        uint32_t machine = pick_of(random, cluster->machines, cluster->bundles);
        flow_t capacity = random_below(random, 2) ? 1 : ENOUGH;
        network_add_arc(network, bundle, machine, 0, capacity, pick(random, 0, cluster->place_max));
    }
    for (uint64_t i = random_below(random, 3); i > 0; i--) {
        uint32_t rack = pick_of(random, cluster->racks, cluster->machines);
        cost_t cost = pick(random, cluster->place_max / 2, cluster->place_max);
        network_add_arc(network, bundle, rack, 0, ENOUGH, cost);
    }
    uint32_t tenant = pick_of(random, cluster->tenants, cluster->racks);
    network_add_arc(network, bundle, tenant, 0, ENOUGH, pick(random, 0, cluster->wait_max));
}

void random_cluster(struct network *network, struct random *random,
                    const struct random_shape *shape)
{
    struct cluster cluster;
    flow_t units = 0;
    network_init(network);
    draw_cluster(&cluster, random, shape);
    for (uint32_t v = 0; v < cluster.end; v++)
        network_add_node(network, 0);
    for (uint32_t v = cluster.bundles; v < cluster.end; v++) {
        flow_t supply = random_below(random, 3) ? 1 : pick(random, 0, 8);
        network_set_supply(network, v, supply);
        units += supply;
        add_bundle_arcs(network, random, &cluster, v);
    }
    network_set_supply(network, 0, -units);
    for (uint32_t v = cluster.tenants; v < cluster.racks; v++)
        add_steps(network, random, v, random_below(random, 8) ? units : units / 4,
                  cluster.step_max);
    for (uint32_t v = cluster.machines; v < cluster.bundles; v++) {
        uint32_t rack = pick_of(random, cluster.racks, cluster.machines);
        network_add_arc(network, rack, v, 0, pick(random, 1, 3), 0);
        add_steps(network, random, v, pick(random, 0, 3), cluster.place_max);
    }
}

void random_network_change(struct network *network, struct random *random,
                           const struct random_shape *shape)
{
    uint32_t v = (uint32_t)random_below(random, network->node_limit + 1);
    uint32_t w = (uint32_t)random_below(random, network->node_limit + 1);
    uint32_t a = (uint32_t)random_below(random, network->arc_limit + 1);
    flow_t capacity = (flow_t)random_below(random, (uint64_t)shape->capacity_max + 1);
    flow_t lower = random_below(random, 6) ? 0 : capacity / 2;
    cost_t size = random_below(random, 3) ? shape->cost_max : pick_size(random, shape->cost_max);
    cost_t cost = (cost_t)random_below(random, 2 * (uint64_t)size) - size / 2;
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
