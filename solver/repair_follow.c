/* repair_follow.c - see repair_follow.h.
 *
 * Among vertices at one distance, their halves are followed first and their residents later,
 * so that a way along arcs alone, which is where most searches end, is found before the
 * displacements are looked at (on contended clusters three times as fast); hubs come last.
 *
 * Costs are whole numbers, so on a full cluster hundreds of vertices are at one distance. They are
 * followed breadth first: of the shortest paths, one with few hops. A long one moves residents all
 * over the plateau, in the way of searches that come after; depth first, those of a batch on a
 * full cluster look at twice as many hops, as do those that fill a cluster from nothing. */
#include "solver/repair_follow.h"

#include "solver/repair_hubs.h"
#include "solver/repair_near.h"
#include "solver/repair_read.h"

/* May the search end at v, for this side? */
static bool ends_at(const struct hunt *hunt, const struct side *side, uint32_t v)
{
    const struct repair *repair = hunt->repair;
    if (side->backward)
        return hunt->search->any_excess && (repair->marks[v] & MARK_EXCESS);
    return hunt->search->any_deficit && ((repair->marks[v] & MARK_DEFICIT) || v == repair->sink);
}

void repair_reach_near(struct hunt *hunt, struct side *side, uint32_t v)
{
    list_push(hunt->repair->marks[v] & MARK_HUB ? &side->late : &side->near.list, v);
}

void repair_reach(struct hunt *hunt, struct side *side, uint32_t v, cost_t distance, struct hop hop)
{
    if (hunt_settled(hunt, side, v) ||
        (hunt_labelled(hunt, side, v) && hunt_distance(hunt, side, v) <= distance))
        return;
    hunt->repair->labels[v][side->backward] = (struct label){distance, hop};
    hunt->repair->stamps[v][side->backward] = hunt->stamp << 1;
    const struct side *other = hunt_other(hunt, side);
    if (hunt_labelled(hunt, other, v) && distance + hunt_distance(hunt, other, v) < hunt->best) {
        hunt->best = distance + hunt_distance(hunt, other, v);
        hunt->meeting = v;
    }
    if (distance < side->flagged && ends_at(hunt, side, v)) {
        side->flagged = distance;
        side->flag = v;
    }
    if (distance >= hunt_limit(hunt, side))
        return;
    __builtin_prefetch(&hunt->repair->vertices[v]);
    if (distance > side->radius)
        heap_push(&side->heap, distance, v, v);
    else
        repair_reach_near(hunt, side, v);
}

/* Forward, along u's halves. */
static void follow_halves(struct hunt *hunt, struct side *side, uint32_t u)
{
    const struct vertex *vertex = &hunt->repair->vertices[u];
    const cost_t *price = hunt->repair->price;
    cost_t base = side->radius - price[u];
    side->work += vertex->half_count;
    for (uint32_t i = 0; i < vertex->half_count; i++) {
        const struct half *half = &vertex->halves[i];
        if (half->out == 0)
            continue;
        cost_t distance = base + half->cost + price[half->other];
        if (distance < hunt_limit(hunt, side))
            repair_reach(hunt, side, half->other, distance, (struct hop){u, NONE, 0, i});
    }
}

/* Backward, along v's halves. */
static void trace_halves(struct hunt *hunt, struct side *side, uint32_t v)
{
    const struct vertex *vertex = &hunt->repair->vertices[v];
    const cost_t *price = hunt->repair->price;
    cost_t base = side->radius + price[v];
    side->work += vertex->half_count;
    for (uint32_t i = 0; i < vertex->half_count; i++) {
        const struct half *half = &vertex->halves[i];
        if (half->in == 0)
            continue;
        cost_t distance = base - half->cost - price[half->other];
        if (distance < hunt_limit(hunt, side))
            repair_reach(hunt, side, half->other, distance, (struct hop){v, NONE, 0, half->twin});
    }
}

/* So many hops are weighed before the first of them is followed. */
#define BATCH 64

/* Residents whose options are asked for ahead. */
#define AHEAD 12

static void fetch_resident(const struct repair *repair, struct resident resident)
{
    __builtin_prefetch(&repair->options[resident.option]);
    __builtin_prefetch(&repair->sources[resident.source]);
}

/* Forward: residents of u could take another option. */
static void follow_all_residents(struct hunt *hunt, struct side *side, uint32_t u)
{
    struct repair *repair = hunt->repair;
    const struct vertex *vertex = &repair->vertices[u];
    const cost_t *price = repair->price;
    cost_t bound = hunt_limit(hunt, side);
    cost_t start = hunt_distance(hunt, side, u) - price[u];
    for (uint32_t i = 0; i < vertex->resident_count && i < AHEAD; i++)
        fetch_resident(repair, vertex->residents[i]);
    for (uint32_t i = 0; i < vertex->resident_count; i++) {
        if (i + AHEAD < vertex->resident_count)
            fetch_resident(repair, vertex->residents[i + AHEAD]);
        struct resident resident = vertex->residents[i];
        const struct source *source = &repair->sources[resident.source];
        cost_t base = start - repair->options[resident.option].cost;
        side->work += source->count;
        for (uint32_t o = source->first; o < source->first + source->count; o++) {
            struct option option = repair->options[o];
            cost_t distance = base + option.cost + price[option.vertex];
            if (distance >= bound || option.vertex == u)
                continue;
            if (source->multi != NONE && repair_option_room(repair, resident.source, o) == 0)
                continue;
            repair_reach(hunt, side, option.vertex, distance,
                         (struct hop){u, resident.source, resident.option, o});
            bound = hunt_limit(hunt, side);
        }
    }
}

void repair_follow_later(struct hunt *hunt, struct side *side, uint32_t u)
{
    follow_all_residents(hunt, side, u);
    repair_near_forget(hunt->repair, u);
}

/* Of fewer residents all hops are looked at each time. */
#define RESIDENTS_MIN 4

/* Likewise by the hops that are kept; by the others when the radius comes to them. */
static void follow_residents(struct hunt *hunt, struct side *side, uint32_t u)
{
    struct repair *repair = hunt->repair;
    const struct near *near = NULL;
    if (repair->vertices[u].resident_count >= RESIDENTS_MIN)
        near = repair_near(repair, u, &side->work);
    if (!near) {
        follow_all_residents(hunt, side, u);
        return;
    }
    cost_t base = side->radius - repair->price[u];
    side->work += near->count;
    for (uint32_t i = 0; i < near->count; i++) {
        struct near_hop hop = near->hops[i];
        cost_t distance = base + hop.cost + repair->price[hop.to];
        if (distance < hunt_limit(hunt, side))
            repair_reach(hunt, side, hop.to, distance,
                         (struct hop){u, hop.source, hop.leave, hop.enter});
    }
    if (near->cut == REPAIR_NO_HOP)
        return;
    cost_t next = base + near->cut - (repair->fallen - near->fallen);
    if (next <= side->radius)
        repair_follow_later(hunt, side, u);
    else if (next < hunt_limit(hunt, side))
        heap_push(&side->heap, next, u, u | HUNT_AGAIN);
}

/* Backward, from option `enter` of source s that leads to v: its units at other options. */
static void trace_source(struct hunt *hunt, struct side *side, uint32_t v, uint32_t s,
                         uint32_t enter)
{
    struct repair *repair = hunt->repair;
    const struct source *source = &repair->sources[s];
    cost_t base = side->radius + repair->options[enter].cost + repair->price[v];
    if (repair_option_room(repair, s, enter) == 0)
        return;
    side->work += source->count;
    for (uint32_t o = source->first; o < source->first + source->count; o++) {
        struct option option = repair->options[o];
        cost_t distance = base - option.cost - repair->price[option.vertex];
        if (distance >= hunt_scope(hunt, side) || option.vertex == v ||
            repair_option_flow(repair, s, o) == 0)
            continue;
        repair_reach(hunt, side, option.vertex, distance, (struct hop){v, s, o, enter});
    }
}

/* Which of up to BATCH listers of v, from the i-th on, have a unit nearer than the bound, or
 * units in several places. Without branches, so that the loads, most of them far apart, do not
 * wait for each other: of the two loops that most of a search is spent in, this is one. */
static uint32_t near_listers(const struct repair *repair, const struct lister *listers,
                             uint32_t count, cost_t base, cost_t bound, uint8_t *near)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct current current = repair->current[listers[i].source];
        cost_t distance = base + listers[i].cost - current.cost - repair->price[current.vertex];
        near[found] = (uint8_t)i;
        found += distance < bound;
    }
    return found;
}

/* Backward: sources whose options lead to v by the vertex `via` have units elsewhere. */
static void trace_listers(struct hunt *hunt, struct side *side, uint32_t v, uint32_t via)
{
    struct repair *repair = hunt->repair;
    const struct vertex *vertex = &repair->vertices[via];
    cost_t base = side->radius + repair->price[v];
    uint8_t near[BATCH];
    side->work += vertex->lister_count;
    for (uint32_t first = 0; first < vertex->lister_count; first += BATCH) {
        const struct lister *listers = &vertex->listers[first];
        uint32_t left = vertex->lister_count - first;
        uint32_t count = near_listers(repair, listers, left < BATCH ? left : BATCH, base,
                                      hunt_scope(hunt, side), near);
        for (uint32_t k = 0; k < count; k++) {
            struct lister lister = listers[near[k]];
            struct current current = repair->current[lister.source];
            if (current.vertex == MULTI)
                trace_source(hunt, side, v, lister.source,
                             repair_lister_option(repair, via, first + near[k]));
            else if (current.vertex != NOWHERE && current.vertex != v)
                repair_reach(hunt, side, current.vertex,
                             base + lister.cost - current.cost - repair->price[current.vertex],
                             (struct hop){v, lister.source, NONE, NONE});
        }
    }
}

/* The cheapest hop between the hub and v, in the side's direction; the row tells its cost
 * from now on. */
static cost_t exact_cost(struct repair *repair, const struct side *side, uint32_t h, uint32_t v)
{
    struct hub *hub = &repair->hubs[h];
    struct row *row = side->backward ? &hub->toward : &hub->away;
    struct hop by;
    if (!row->exact[v]) {
        row->cost[v] = side->backward ? repair_hubs_cheapest_toward(repair, hub->vertex, v, &by)
                                      : repair_hubs_cheapest_away(repair, hub->vertex, v, &by);
        row->exact[v] = true;
        repair->work += repair->vertices[v].half_count + repair->vertices[v].resident_count;
    }
    return row->cost[v];
}

/* Look at a block of the hub's row: reach the vertices within `most` of the hub. The distance
 * of the nearest of the others. */
static cost_t scan_block(struct hunt *hunt, struct side *side, uint32_t h, uint32_t block,
                         cost_t start, cost_t most)
{
    struct repair *repair = hunt->repair;
    struct hub *hub = &repair->hubs[h];
    struct row *row = side->backward ? &hub->toward : &hub->away;
    uint32_t end = (block + 1) * HUB_BLOCK;
    cost_t least = REPAIR_NO_HOP;
    cost_t next = REPAIR_NO_HOP;
    if (end > repair->vertex_count)
        end = repair->vertex_count;
    side->work += HUB_BLOCK / 8;
    for (uint32_t v = block * HUB_BLOCK; v < end; v++) {
        if (row->cost[v] == REPAIR_NO_HOP)
            continue;
        cost_t length = row->cost[v] + (side->backward ? -repair->price[v] : repair->price[v]);
        bool known = hunt_labelled(hunt, side, v) && hunt_distance(hunt, side, v) <= start + length;
        if (start + length <= most && !known) {
            cost_t cost = exact_cost(repair, side, h, v);
            if (cost == REPAIR_NO_HOP)
                continue;
            length = cost + (side->backward ? -repair->price[v] : repair->price[v]);
            if (start + length <= most) {
                side->work++;
                repair_reach(hunt, side, v, start + length, (struct hop){hub->vertex, LAZY, 0, 0});
            }
        }
        if (length < least)
            least = length;
        if (start + length > most && start + length < next)
            next = start + length;
    }
    row->block[block] = least;
    return next;
}

void repair_scan_hub(struct hunt *hunt, struct side *side, uint32_t v)
{
    struct repair *repair = hunt->repair;
    uint32_t h = repair->vertices[v].hub;
    const struct hub *hub = &repair->hubs[h];
    const cost_t *blocks = side->backward ? hub->toward.block : hub->away.block;
    uint32_t count = (repair->vertex_count + HUB_BLOCK - 1) / HUB_BLOCK;
    cost_t start =
        hunt_distance(hunt, side, v) + (side->backward ? repair->price[v] : -repair->price[v]);
    cost_t most = side->radius + side->stride;
    cost_t next = REPAIR_NO_HOP;
    side->work += count / 8;
    if (side->stride < REPAIR_PRICE_MAX / 2)
        side->stride = side->stride * 2 + 1;
    for (uint32_t b = 0; b < count; b++) {
        if (blocks[b] == REPAIR_NO_HOP)
            continue;
        cost_t nearest = start + blocks[b];
        if (nearest <= most)
            nearest = scan_block(hunt, side, h, b, start, most);
        if (nearest < next)
            next = nearest;
    }
    if (next < hunt_limit(hunt, side))
        heap_push(&side->heap, next, v, v | HUNT_AGAIN);
}

/* Deficits looked at before the row of a hub is: mostly one is as near as can be. */
#define DEFICITS_AT_ONCE 64

/* Forward from hub v: is a vertex that misses units right there? */
static void try_deficits(struct hunt *hunt, struct side *side, uint32_t v)
{
    struct repair *repair = hunt->repair;
    uint32_t h = repair->vertices[v].hub;
    cost_t start = side->radius - repair->price[v];
    uint32_t tries = DEFICITS_AT_ONCE;
    for (uint32_t i = repair->deficit_count; i > 0 && tries > 0; i--) {
        uint32_t w = repair->deficits[i - 1];
        if (repair->vertices[w].excess >= 0) {
            repair->vertices[w].in_deficits = false;
            repair->deficits[i - 1] = repair->deficits[--repair->deficit_count];
            continue;
        }
        tries--;
        cost_t cost = repair->hubs[h].away.cost[w];
        if (w == v || cost == REPAIR_NO_HOP || start + cost + repair->price[w] >= side->flagged)
            continue;
        side->work++;
        cost = exact_cost(repair, side, h, w);
        if (cost == REPAIR_NO_HOP)
            continue;
        cost += start + repair->price[w];
        repair_reach(hunt, side, w, cost, (struct hop){v, LAZY, 0, 0});
        if (side->flagged == side->radius)
            return;
    }
}

/* Hubs that the other side has settled are followed lazily, so this side, which settles v, sees
 * whether a hop joins it to one of them. */
static void meet_hubs(struct hunt *hunt, struct side *side, uint32_t v)
{
    struct repair *repair = hunt->repair;
    struct side *other = side->backward ? hunt->forward : hunt->backward;
    for (uint32_t h = 0; h < repair->hub_count; h++) {
        uint32_t at = repair->hubs[h].vertex;
        if (at == v || !hunt_settled(hunt, other, at))
            continue;
        const struct hub *hub = &repair->hubs[h];
        cost_t cost = side->backward ? hub->away.cost[v] : hub->toward.cost[v];
        if (cost == REPAIR_NO_HOP)
            continue;
        cost_t price = repair->price[v] - repair->price[at];
        if (side->backward)
            price = -price;
        cost_t distance = hunt_distance(hunt, other, at) - price;
        if (side->radius + distance + cost >= hunt->best)
            continue;
        cost = exact_cost(repair, other, h, v);
        if (cost != REPAIR_NO_HOP)
            repair_reach(hunt, other, v, distance + cost, (struct hop){at, LAZY, 0, 0});
    }
}

/* The backward side settles hub v: do hops lead there that the forward side has left for later,
 * from vertices that it has settled? */
static void meet_settled(struct hunt *hunt, struct side *side, uint32_t v)
{
    struct repair *repair = hunt->repair;
    uint32_t h = repair->vertices[v].hub;
    const cost_t *row = repair->hubs[h].toward.cost;
    const struct list *settled = &hunt->forward->settled;
    side->work += settled->count / 8;
    for (uint32_t i = 0; i < settled->count; i++) {
        uint32_t u = settled->items[i];
        if (u == v || row[u] == REPAIR_NO_HOP)
            continue;
        cost_t start = side->radius + repair->price[v] - repair->price[u];
        if (start + row[u] + hunt_distance(hunt, hunt->forward, u) >= hunt->best)
            continue;
        cost_t cost = exact_cost(repair, side, h, u);
        if (cost != REPAIR_NO_HOP)
            repair_reach(hunt, side, u, start + cost, (struct hop){v, LAZY, 0, 0});
    }
}

void repair_follow_back(struct hunt *hunt, struct side *side, uint32_t v)
{
    const struct vertex *vertices = hunt->repair->vertices;
    if (!side->backward) {
        follow_residents(hunt, side, v);
        return;
    }
    trace_listers(hunt, side, v, v);
    for (uint32_t c = vertices[v].first_child; c != NONE; c = vertices[c].next_child)
        trace_listers(hunt, side, v, c);
}

void repair_settle(struct hunt *hunt, struct side *side, uint32_t v)
{
    if (hunt_settled(hunt, side, v))
        return;
    hunt->repair->stamps[v][side->backward] |= 1;
    list_push(&side->settled, v);
    meet_hubs(hunt, side, v);
    if (hunt->repair->marks[v] & MARK_HUB) {
        if (side->backward)
            meet_settled(hunt, side, v);
        if (!side->backward && hunt->search->any_deficit)
            try_deficits(hunt, side, v);
        if (side->flagged > side->radius)
            repair_scan_hub(hunt, side, v);
    } else {
        list_push(&side->halted.list, v);
        if (side->backward)
            trace_halves(hunt, side, v);
        else
            follow_halves(hunt, side, v);
    }
}

/* Ask for what is read of a vertex whose residents are followed next, or after that. */
static void fetch_residents(const struct repair *repair, uint32_t v, bool next)
{
    const struct vertex *vertex = &repair->vertices[v];
    if (v < repair->near_room) {
        const struct near *near = &repair->near[v];
        __builtin_prefetch(near);
        if (next && repair->near_eras[v] == repair->era) {
            for (uint32_t i = 1; i * 64 < sizeof *near; i++)
                __builtin_prefetch((const char *)near + (size_t)i * 64);
            return;
        }
    }
    if (!next) {
        __builtin_prefetch(vertex->residents);
        __builtin_prefetch((const char *)vertex->residents + 64);
        return;
    }
    for (uint32_t i = 0; i < vertex->resident_count && i < AHEAD; i++)
        fetch_resident(repair, vertex->residents[i]);
}

/* Likewise of one whose listers are. */
static void fetch_listers(const struct repair *repair, uint32_t v, bool next)
{
    const struct vertex *vertex = &repair->vertices[v];
    if (next)
        for (uint32_t i = 0; i < vertex->lister_count && i < BATCH; i++)
            __builtin_prefetch(&repair->current[vertex->listers[i].source]);
    else
        for (uint32_t i = 0; i < BATCH * sizeof *vertex->listers; i += 64)
            __builtin_prefetch((const char *)vertex->listers + i);
}

void repair_fetch_halted(const struct repair *repair, const struct side *side)
{
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t at = side->halted.taken + 1 - i;
        if (at >= side->halted.list.count)
            continue;
        uint32_t v = side->halted.list.items[at];
        if (side->backward)
            fetch_listers(repair, v, i == 1);
        else
            fetch_residents(repair, v, i == 1);
    }
}

/* Vertices that are asked for before they are settled. */
#define NEAR_AHEAD 3

void repair_fetch_near(const struct repair *repair, const struct side *side)
{
    uint32_t at = side->near.taken + NEAR_AHEAD;
    if (at < side->near.list.count)
        __builtin_prefetch(repair->vertices[side->near.list.items[at]].halves);
}
