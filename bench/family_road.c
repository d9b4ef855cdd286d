/* family_road.c - a planar network of two-way roads, its sources as strong as it can bear.
 *
 * Like the ROAD-FLOW networks of Kovacs (2015), which are maps of the TIGER/Line files: about
 * three arcs a node, four classes of roads by capacity, and a few sources and sinks, whose
 * supply is what the roads around them can carry.
 *
 * 1. The nodes stand on a grid, each moved by less than a quarter of a cell to either side,
 *    so that every cell is convex. Neighbours in rows and columns, and one diagonal of each
 *    cell, can be joined: no two such roads cross.
 * 2. A random spanning tree of them, and others at random until there are enough, are the
 *    roads: an arc each way. An arc costs its length; both have the capacity of the road's
 *    class, 1 to 4 quarters of the largest.
 * 3. sqrt(n) / 12 random nodes are sources, as many others sinks. In turn, each source sends
 *    what fits along a path of fewest arcs with capacity left to a sink, until none has such a
 *    path: this flow makes the supplies. If a supply is asked for, it ends there.
 *
 * Unlike the maps, towns and highways are missing, and costs are lengths, not travel times. */
#include "base/assert.h"
#include "base/memory.h"
#include "bench/family_plan.h"

#define CLASSES 4
#define NODES_PER_SOURCE_ROOT 12
#define NO_WAY UINT32_MAX

struct point {
    int64_t x, y;
};

struct road {
    uint32_t from, to;
};

struct map {
    struct family_plan *plan;
    struct network *network;
    uint32_t width; /* nodes of a row; the last may have fewer */
    struct point *points;
    struct road *roads; /* that there could be */
    uint32_t road_count;
    uint32_t *parents; /* by node: towards the root of its part of the forest */
};

/* No road is longer than a diagonal of one and a half cells each way, 2.13 cells. */
static void place_nodes(struct map *map)
{
    int64_t cell = map->plan->cost_max * 100 / 213;
    int64_t moved = cell > 0 ? (cell - 1) / 4 : 0;
    for (uint32_t v = 0; v < map->plan->nodes; v++)
        map->points[v] =
            (struct point){v % map->width * cell + plan_between(map->plan, -moved, moved),
                           v / map->width * cell + plan_between(map->plan, -moved, moved)};
}

static void offer_road(struct map *map, uint32_t from, uint32_t to)
{
    if (from < map->plan->nodes && to < map->plan->nodes)
        map->roads[map->road_count++] = (struct road){from, to};
}

static void offer_roads(struct map *map)
{
    for (uint32_t v = 0; v < map->plan->nodes; v++) {
        uint32_t below = v + map->width;
        offer_road(map, v, below);
        if (v % map->width + 1 == map->width)
            continue;
        offer_road(map, v, v + 1);
        if (plan_index(map->plan, 2))
            offer_road(map, v, below + 1);
        else
            offer_road(map, v + 1, below);
    }
}

static uint32_t find_root(struct map *map, uint32_t v)
{
    while (map->parents[v] != v) {
        map->parents[v] = map->parents[map->parents[v]];
        v = map->parents[v];
    }
    return v;
}

/* Does the road join two parts that were apart? They are one from now on. */
static bool join_parts(struct map *map, const struct road *road)
{
    uint32_t from = find_root(map, road->from);
    uint32_t to = find_root(map, road->to);
    map->parents[from] = to;
    return from != to;
}

static cost_t road_length(const struct map *map, const struct road *road)
{
    int64_t x = map->points[road->from].x - map->points[road->to].x;
    int64_t y = map->points[road->from].y - map->points[road->to].y;
    uint64_t square = (uint64_t)(x * x) + (uint64_t)(y * y);
    uint64_t length = plan_root(square, 2);
    return length > 0 ? (cost_t)length : 1;
}

static void build_road(struct map *map, const struct road *road)
{
    flow_t capacity = map->plan->capacity_max * plan_between(map->plan, 1, CLASSES) / CLASSES;
    cost_t length = road_length(map, road);
    if (capacity == 0)
        capacity = 1;
    network_add_arc(map->network, road->from, road->to, 0, capacity, length);
    network_add_arc(map->network, road->to, road->from, 0, capacity, length);
}

/* A spanning tree first: of all roads in random order, those that join two parts; the others
 * wait at the front of `order`. */
static void build_roads(struct map *map)
{
    uint32_t *order = plan_order(map->plan, map->road_count);
    uint32_t waiting = 0;
    for (uint32_t i = 0; i < map->road_count; i++) {
        if (join_parts(map, &map->roads[order[i]]))
            build_road(map, &map->roads[order[i]]);
        else
            order[waiting++] = order[i];
    }
    for (uint32_t i = 0; map->network->arc_count + 1 < map->plan->arcs; i++)
        build_road(map, &map->roads[order[i]]);
    memory_free(order);
}

static enum status build_map(struct family_plan *plan, struct network *network)
{
    struct map map = {.plan = plan, .network = network};
    map.width = plan_root(plan->nodes, 2);
    map.points = memory_alloc((size_t)plan->nodes * sizeof *map.points);
    map.roads = memory_alloc(3 * (size_t)plan->nodes * sizeof *map.roads);
    map.parents = memory_alloc((size_t)plan->nodes * sizeof *map.parents);
    for (uint32_t v = 0; v < plan->nodes; v++)
        map.parents[v] = v;
    place_nodes(&map);
    offer_roads(&map);
    enum status status = STATUS_OK;
    if (plan->arcs < 2 * (plan->nodes - 1) || plan->arcs / 2 > map.road_count)
        status = plan_refuse(plan, "%u nodes take from %u to %u arcs here, not %u", plan->nodes,
                             2 * (plan->nodes - 1), 2 * map.road_count, plan->arcs);
    else
        build_roads(&map);
    memory_free(map.points);
    memory_free(map.roads);
    memory_free(map.parents);
    return status;
}

/* The search for a path with capacity left. */
struct traffic {
    struct family_plan *plan;
    struct network *network;
    flow_t *left;      /* by arc: capacity */
    bool *is_sink;     /* by node */
    uint32_t *seen;    /* by node: the last search that came there, or NO_WAY */
    uint32_t *arrival; /* by node: the arc by which it did */
    uint32_t *queue;
    uint32_t searches;
};

/* The sink of fewest arcs away from the source, or NONE. Breadth first. From where no sink was
 * found there will never be a way, for the capacities left only fall: all searches that fail
 * take O(nodes + arcs) together. */
static uint32_t find_sink(struct traffic *traffic, uint32_t source)
{
    const struct network *network = traffic->network;
    uint32_t first = 0;
    uint32_t end = 0;
    traffic->searches++;
    traffic->seen[source] = traffic->searches;
    traffic->queue[end++] = source;
    while (first < end) {
        uint32_t v = traffic->queue[first++];
        for (uint32_t a = network->nodes[v].first_out; a != NONE; a = network->arcs[a].next_out) {
            uint32_t w = network->arcs[a].head;
            if (traffic->left[a] == 0 || traffic->seen[w] >= traffic->searches)
                continue;
            traffic->seen[w] = traffic->searches;
            traffic->arrival[w] = a;
            if (traffic->is_sink[w])
                return w;
            traffic->queue[end++] = w;
        }
    }
    for (uint32_t i = 0; i < end; i++)
        traffic->seen[traffic->queue[i]] = NO_WAY;
    return NONE;
}

/* Send what fits, but not more than `most`, from the source to some sink; 0 if there is no
 * way. */
static flow_t send(struct traffic *traffic, uint32_t source, flow_t most)
{
    struct network *network = traffic->network;
    uint32_t sink = find_sink(traffic, source);
    if (sink == NONE)
        return 0;
    flow_t amount = most;
    for (uint32_t v = sink; v != source; v = network->arcs[traffic->arrival[v]].tail)
        if (traffic->left[traffic->arrival[v]] < amount)
            amount = traffic->left[traffic->arrival[v]];
    for (uint32_t v = sink; v != source; v = network->arcs[traffic->arrival[v]].tail)
        traffic->left[traffic->arrival[v]] -= amount;
    network_set_supply(network, source, network->nodes[source].supply + amount);
    network_set_supply(network, sink, network->nodes[sink].supply - amount);
    return amount;
}

/* Send from the sources in turn, as long as they have a way; how much went. */
static flow_t send_all(struct traffic *traffic, uint32_t *sources, uint32_t count, flow_t most)
{
    flow_t sent = 0;
    while (count > 0 && sent < most) {
        uint32_t kept = 0;
        for (uint32_t i = 0; i < count && sent < most; i++) {
            flow_t amount = send(traffic, sources[i], most - sent);
            sent += amount;
            if (amount > 0)
                sources[kept++] = sources[i];
        }
        count = kept;
    }
    return sent;
}

static enum status supply_nodes(struct family_plan *plan, struct network *network)
{
    uint32_t count = plan_root(plan->nodes, 2) / NODES_PER_SOURCE_ROOT;
    count = count > 0 ? count : 1;
    struct traffic traffic = {
        .plan = plan,
        .network = network,
        .left = memory_alloc((size_t)network->arc_limit * sizeof(flow_t)),
        .is_sink = memory_alloc((size_t)plan->nodes * sizeof(bool)),
        .seen = memory_alloc((size_t)plan->nodes * sizeof(uint32_t)),
        .arrival = memory_alloc((size_t)plan->nodes * sizeof(uint32_t)),
        .queue = memory_alloc((size_t)plan->nodes * sizeof(uint32_t)),
    };
    for (uint32_t a = 0; a < network->arc_limit; a++)
        traffic.left[a] = network->arcs[a].capacity;
    uint32_t *order = plan_order(plan, plan->nodes);
    for (uint32_t i = 0; i < count; i++)
        traffic.is_sink[order[count + i]] = true;
    flow_t sent = send_all(&traffic, order, count, plan->supply ? plan->supply : INT64_MAX);
    memory_free(order);
    memory_free(traffic.left);
    memory_free(traffic.is_sink);
    memory_free(traffic.seen);
    memory_free(traffic.arrival);
    memory_free(traffic.queue);
    if (sent < plan->supply)
        return plan_refuse(plan, "the roads carry a supply of up to %" PRId64 " here, not %" PRId64,
                           sent, plan->supply);
    return STATUS_OK;
}

static enum status build(struct family_plan *plan, struct network *network)
{
    enum status status = build_map(plan, network);
    return status == STATUS_OK ? supply_nodes(plan, network) : status;
}

const struct family family_road = {
    .name = "road",
    .help = "two-way roads on a plane, few sources, like a map: easy",
    .nodes_min = 4,
    .degree = 3,
    .capacity_max = 1000,
    .build = build,
};
