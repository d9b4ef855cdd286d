/* scaling_load.h - from the network to the residual network of the cost scaling algorithm, and
 * back to flow and potentials.
 *
 * Lower bounds are moved into the excesses. Arcs from a node to itself are decided here, and arcs
 * without a choice left out. A capacity is cut to one unit more than any flow needs: an optimal
 * flow is made of paths, which carry the supplies and no more, and of cycles that pay, each of
 * which has an arc of negative cost. So one optimal flow at least leaves the last unit of a cut
 * capacity unused, and by complementary slackness no arc that was cut has a negative reduced cost
 * under optimal potentials: they are optimal for the whole capacity too. Nor is it full in a cut
 * that proves infeasibility, as no more than the supplies can be missing there.
 *
 * Included by scaling_core.h, with the types of a width before it. */
#ifndef SOLVER_SCALING_LOAD_H
#define SOLVER_SCALING_LOAD_H

#include "solver/ranges.h"
#include "solver/scaling_update.h"

/* Arrays of scratch are not kept, so that growing copies nothing. */
#define RENEW(array, count)                                \
    do {                                                   \
        memory_free(array);                                \
        (array) = NULL;                                    \
        (array) = memory_alloc((count) * sizeof *(array)); \
    } while (0)

/* Room for so many, and for a few more, as a network that grows will ask again. */
static inline size_t with_slack(size_t count)
{
    return count + count / 8 + 8;
}

static void reserve_nodes(struct scaling *s, uint32_t count)
{
    if (count <= s->node_room)
        return;
    size_t room = with_slack(count);
    s->node_room = (uint32_t)room;
    RENEW(s->first, room + 1);
    RENEW(s->next, room);
    RENEW(s->price, room);
    RENEW(s->excess, room);
    RENEW(s->distance, room);
    RENEW(s->scratch_a, room);
    RENEW(s->scratch_b, room);
    RENEW(s->queue, room);
    RENEW(s->mark, room);
    RENEW(s->buckets, WINDOW_MAX + 1);
}

static void reserve_halves(struct scaling *s, uint32_t count)
{
    if (count <= s->half_room)
        return;
    size_t room = with_slack(count);
    s->half_room = room < UINT32_MAX ? (uint32_t)room : UINT32_MAX;
    RENEW(s->halves, room);
    RENEW(s->mates, room);
}

static void reserve_ids(struct scaling *s, const struct network *network)
{
    if (network->node_limit > s->dense_room) {
        s->dense_room = (uint32_t)with_slack(network->node_limit);
        RENEW(s->dense, (size_t)s->dense_room);
    }
    if (!s->place || network->arc_limit > s->place_room) {
        s->place_room = (uint32_t)with_slack(network->arc_limit);
        RENEW(s->place, (size_t)s->place_room);
    }
}

/* Is there something to decide about the arc? */
static inline bool arc_has_halves(const struct network *network, uint32_t a)
{
    const struct network_arc *arc = &network->arcs[a];
    return network_arc_live(network, a) && arc->tail != arc->head && arc->capacity > arc->lower;
}

/* Number the nodes; their supplies, less what the lower bounds move, are the excesses. */
static void load_nodes(struct scaling *s, const struct network *network)
{
    uint32_t count = 0;
    for (uint32_t v = 0; v < network->node_limit; v++) {
        s->dense[v] = NONE;
        if (!network->nodes[v].live)
            continue;
        s->excess[count] = network->nodes[v].supply;
        s->dense[v] = count++;
    }
    s->node_count = count;
    memset(s->first, 0, ((size_t)count + 1) * sizeof *s->first);
    for (uint32_t a = network_next_arc(network, 0); a != NONE;
         a = network_next_arc(network, a + 1)) {
        const struct network_arc *arc = &network->arcs[a];
        s->excess[s->dense[arc->tail]] -= arc->lower;
        s->excess[s->dense[arc->head]] += arc->lower;
        if (!arc_has_halves(network, a))
            continue;
        s->first[s->dense[arc->tail] + 1]++;
        s->first[s->dense[arc->head] + 1]++;
    }
    for (uint32_t v = 0; v < count; v++)
        s->first[v + 1] += s->first[v];
    s->half_count = s->first[count];
}

/* One unit more than an arc has to carry beyond its lower bound. */
static flow_t most_needed(const struct scaling *s, const struct network *network)
{
    wide_t most = 1;
    for (uint32_t v = 0; v < s->node_count; v++)
        most += s->excess[v] > 0 ? s->excess[v] : 0;
    for (uint32_t a = network_next_arc(network, 0); a != NONE; a = network_next_arc(network, a + 1))
        if (arc_has_halves(network, a) && network->arcs[a].cost < 0)
            most += network->arcs[a].capacity - network->arcs[a].lower;
    return most < INT64_MAX ? (flow_t)most : INT64_MAX;
}

/* Both halves of each arc, of the tail's rows first, so that a row begins with what can carry
 * flow at the beginning. False if a number does not fit. */
static bool load_halves(struct scaling *s, const struct scaling_task *task)
{
    const struct network *network = task->network;
    flow_t limit = most_needed(s, network);
    cost_t cost_max = 1;
    memcpy(s->next, s->first, s->node_count * sizeof *s->next);
    memset(s->place, 0xff, (size_t)network->arc_limit * sizeof *s->place);
    for (uint32_t a = network_next_arc(network, 0); a != NONE;
         a = network_next_arc(network, a + 1)) {
        const struct network_arc *arc = &network->arcs[a];
        if (!arc_has_halves(network, a))
            continue;
        flow_t room = arc->capacity - arc->lower < limit ? arc->capacity - arc->lower : limit;
        cost_t size = arc->cost < 0 ? -arc->cost : arc->cost;
        cost_max = size > cost_max ? size : cost_max;
        if (size > ARC_COST_MAX || room > ROOM_MAX)
            return false;
        uint32_t h = s->next[s->dense[arc->tail]]++;
        s->place[a] = h;
        s->halves[h].to = s->dense[arc->head] | HALF_ROOM;
        s->halves[h].cost = (arc_cost_t)arc->cost;
        s->mates[h].room = (room_t)room;
    }
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        if (s->place[a] == NONE)
            continue;
        const struct network_arc *arc = &network->arcs[a];
        uint32_t h = s->next[s->dense[arc->head]]++;
        s->halves[h].to = s->dense[arc->tail] | HALF_BACK;
        s->halves[h].cost = (arc_cost_t)-arc->cost;
        s->mates[h].half = s->place[a];
        s->mates[h].room = 0;
        s->mates[s->place[a]].half = h;
    }
    s->cost_max = cost_max;
    return true;
}

/* Prices from the potentials of the task, the highest 0. False if they are too far apart, as those
 * of nodes that no arcs join may drift to be over many answers: then it is better to start from
 * nothing. To settle them moves none by more than the cost of a path. */
static bool load_prices(struct scaling *s, const struct scaling_task *task)
{
    const struct network *network = task->network;
    cost_t highest = INT64_MIN;
    cost_t lowest = INT64_MAX;
    for (uint32_t v = 0; v < network->node_limit; v++) {
        if (s->dense[v] == NONE)
            continue;
        highest = task->potential[v] > highest ? task->potential[v] : highest;
        lowest = task->potential[v] < lowest ? task->potential[v] : lowest;
    }
    wide_t spread = (wide_t)highest - lowest;
    wide_t most = spread * s->multiplier + (wide_t)s->node_count * s->cost_max;
    if (spread > RANGES_COST_MAX || most > -PRICE_MIN / 2)
        return false;
    for (uint32_t v = 0; v < network->node_limit; v++)
        if (s->dense[v] != NONE)
            s->price[s->dense[v]] = (price_t)(task->potential[v] - highest) * s->multiplier;
    return true;
}

/* Start from the flow of the task. */
static void load_flow(struct scaling *s, const struct scaling_task *task)
{
    const struct network *network = task->network;
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        if (s->place[a] == NONE)
            continue;
        const struct network_arc *arc = &network->arcs[a];
        flow_t flow = task->flow[a] - arc->lower;
        flow_t most = s->mates[s->place[a]].room;
        if (flow > 0)
            push(s, s->dense[arc->tail], s->place[a], flow < most ? flow : most);
    }
}

/* The least power of two above the number of nodes: see finish. */
static int exact_scale(const struct scaling *s)
{
    int scale = 1;
    while ((uint64_t)1 << scale <= s->node_count)
        scale++;
    return scale;
}

/* False if the width does not hold the network. */
static bool load(struct scaling *s, const struct scaling_task *task)
{
    const struct network *network = task->network;
    uint64_t halves = 2 * (uint64_t)network->arc_count;
    if (network->node_count >= HALF_NODE || halves >= UINT32_MAX)
        return false;
    reserve_nodes(s, network->node_count);
    reserve_ids(s, network);
    load_nodes(s, network);
    reserve_halves(s, s->half_count);
    if (!load_halves(s, task))
        return false;
    s->scale = exact_scale(s);
    s->multiplier = (price_t)1 << s->scale;
    s->cost_max *= s->multiplier;
    s->relabel_work = s->half_count / s->node_count + 1;
    s->work = task->work;
    s->budget = task->budget;
    s->warm = task->warm && load_prices(s, task);
    if (s->warm)
        load_flow(s, task);
    else
        memset(s->price, 0, s->node_count * sizeof *s->price);
    return true;
}

static void give_flow(const struct scaling *s, const struct scaling_task *task)
{
    const struct network *network = task->network;
    memset(task->flow, 0, (size_t)network->arc_limit * sizeof *task->flow);
    for (uint32_t a = network_next_arc(network, 0); a != NONE;
         a = network_next_arc(network, a + 1)) {
        const struct network_arc *arc = &network->arcs[a];
        task->flow[a] = arc->tail == arc->head && arc->cost < 0 ? arc->capacity : arc->lower;
        if (s->place[a] != NONE)
            task->flow[a] += s->mates[s->mates[s->place[a]].half].room;
    }
}

/* Prices in units of the network's costs, rounded down. */
static void give_potentials(const struct scaling *s, const struct scaling_task *task)
{
    for (uint32_t v = 0; v < task->network->node_limit; v++)
        task->potential[v] = s->dense[v] == NONE ? 0 : (cost_t)(s->price[s->dense[v]] >> s->scale);
}

#endif
