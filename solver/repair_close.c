/* repair_close.c - see repair_close.h. The steps are those of repair.c. */
#include "solver/repair_close.h"

#include "base/memory.h"
#include "base/radix.h"
#include "solver/repair_changes.h"
#include "solver/repair_fetch.h"
#include "solver/repair_graph.h"
#include "solver/repair_sources.h"
#include "solver/repair_search.h"

/* What waiting costs a source more than its cheapest option: waiting is the option that leads
 * where flow ends, or else the dearest. */
static cost_t urgency(const struct repair *repair, uint32_t s)
{
    const struct source *source = &repair->sources[s];
    cost_t least = INT64_MAX;
    cost_t most = INT64_MIN;
    cost_t waiting = INT64_MIN;
    for (uint32_t o = source->first; o < source->first + source->count; o++) {
        struct option option = repair->options[o];
        if (option.vertex == repair->sink)
            waiting = option.cost;
        else if (option.cost < least)
            least = option.cost;
        most = option.cost > most ? option.cost : most;
    }
    if (source->count == 0 || least == INT64_MAX)
        return 0;
    return (waiting == INT64_MIN ? most : waiting) - least;
}

/* The more urgent, the less; equals differ by their numbers. */
static uint64_t rank(const struct repair *repair, uint32_t s)
{
    cost_t most = INT32_MAX; /* that of two options, differing by 2^31, stands for it */
    cost_t u = urgency(repair, s);
    u = u > most ? most : u < -most ? -most : u;
    return (uint64_t)(most - u) << 32 | s;
}

/* Will units wait, as there are more than the arcs to the sink have room for? To find out is not
 * worth while for few sources. O(sources + arcs of the sink). */
static bool some_wait(const struct repair *repair)
{
    if (repair->sink == NONE)
        return true;
    const struct vertex *sink = &repair->vertices[repair->sink];
    if (repair->pending_source_count <= sink->half_count)
        return true;
    wide_t left = 0;
    for (uint32_t i = 0; i < sink->half_count; i++)
        left += sink->halves[i].in;
    for (uint32_t i = 0; i < repair->pending_source_count; i++)
        left -= repair->stocks[repair->pending_sources[i]].pending;
    return left < 0;
}

/* The most urgent first. */
static void sort_pending(struct repair *repair)
{
    uint32_t count = repair->pending_source_count;
    uint64_t *ranks = memory_alloc((size_t)count * 2 * sizeof *ranks);
    for (uint32_t i = 0; i < count; i++) {
        if (repair_window_begins(i))
            repair_fetch_sources(repair, &repair->pending_sources[i], repair_window(i, count));
        ranks[i] = rank(repair, repair->pending_sources[i]);
    }
    const uint64_t *sorted = radix_sort(ranks, ranks + count, count);
    for (uint32_t i = 0; i < count; i++)
        repair->pending_sources[i] = (uint32_t)sorted[i];
    memory_free(ranks);
}

/* Put the pending sources into the order of step 3. Where none waits, that in which they lie in
 * memory is better: filling a cluster of 12,500 machines takes 0.75 to 0.9 of the time. */
static void order_pending(struct repair *repair)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < repair->pending_source_count; i++) {
        uint32_t s = repair->pending_sources[i];
        if (repair->stocks[s].pending > 0)
            repair->pending_sources[count++] = s;
        else
            repair->stocks[s].in_pending = false;
    }
    repair->pending_source_count = count;
    if (count > 0 && some_wait(repair))
        sort_pending(repair);
}

/* The vertex that has most left. */
static uint32_t greatest_excess(const struct repair *repair)
{
    uint32_t found = NONE;
    flow_t most = 0;
    for (uint32_t i = 0; i < repair->excess_count; i++) {
        flow_t excess = repair->vertices[repair->excesses[i]].excess;
        if (excess <= most)
            continue;
        most = excess;
        found = repair->excesses[i];
    }
    return found;
}

/* Does the vertex demand at least half of everything? */
static bool can_be_sink(const struct repair *repair, uint32_t v)
{
    uint32_t node = repair->vertices[v].node;
    return node != NONE &&
           -4 * (wide_t)repair->network->nodes[node].supply >=
               repair->network->sums.supply_magnitude &&
           repair->network->nodes[node].supply < 0;
}

/* O(1) as long as the sink stays what it is, or there are no changes of nodes. */
static void find_sink(struct repair *repair)
{
    if (repair->sink != NONE && can_be_sink(repair, repair->sink))
        return;
    repair->sink = NONE;
    for (uint32_t v = FALSE_VERTICES; v < repair->vertex_count && repair->sink == NONE; v++)
        if (can_be_sink(repair, v))
            repair->sink = v;
}

static flow_t least_of(flow_t x, flow_t y)
{
    return x < y ? x : y;
}

/* A half of v that joins it to vertex w at length 0; NONE if it is not among the first ones. */
static uint32_t tight_half(const struct repair *repair, uint32_t v, uint32_t w)
{
    const struct vertex *vertex = &repair->vertices[v];
    cost_t cost = repair->price[v] - repair->price[w];
    for (uint32_t i = 0; i < vertex->half_count && i < REPAIR_NEAR_HALVES; i++)
        if (vertex->halves[i].other == w && vertex->halves[i].cost == cost)
            return i;
    return NONE;
}

/* Mostly the best option is free: units are missing there, or an arc farther is the sink, with
 * room. It takes any amount: what it has too much then goes on to others that miss units. */
static bool place_at_once(struct repair *repair, uint32_t s)
{
    const struct source *source = &repair->sources[s];
    if (source->multi != NONE || source->count == 0)
        return false;
    uint32_t best = source->first;
    cost_t least = REPAIR_NO_HOP;
    for (uint32_t o = source->first; o < source->first + source->count; o++) {
        cost_t cost = repair->options[o].cost + repair->price[repair->options[o].vertex];
        if (cost >= least)
            continue;
        least = cost;
        best = o;
    }
    repair->work += source->count;
    uint32_t v = repair->options[best].vertex;
    if (repair->marks[v] & MARK_DEFICIT) {
        repair_place(repair, s, best, 1);
        repair_add_excess(repair, v, 1);
        return true;
    }
    uint32_t i = repair->sink == NONE ? NONE : tight_half(repair, v, repair->sink);
    if (i == NONE || repair->vertices[v].halves[i].out == 0)
        return false;
    repair_place(repair, s, best, 1);
    repair_half_push(repair, v, i, 1);
    repair_add_excess(repair, repair->sink, 1);
    return true;
}

/* How much may end at the vertex. The sink takes any amount: what it has too much then goes on
 * to others that miss units. */
static flow_t missing_at(const struct repair *repair, uint32_t v)
{
    return v == repair->sink ? INT64_MAX : -repair->vertices[v].excess;
}

static enum repair_progress no_path(struct repair *repair, const struct search *search)
{
    repair->failed.backward = search->backward;
    repair->failed.source = search->source;
    return REPAIR_NO_PATH;
}

/* Pending units go along the path found. */
static void take(struct repair *repair, const struct found *found)
{
    flow_t amount = least_of(found->amount, missing_at(repair, found->end));
    repair_push(repair, found, amount);
    repair_add_excess(repair, found->end, amount);
}

/* All pending units of a source. */
static enum repair_progress place_source(struct repair *repair, uint32_t s, uint64_t work_max)
{
    while (repair->stocks[s].pending > 0) {
        if (place_at_once(repair, s))
            continue;
        if (repair->work >= work_max)
            return REPAIR_SPENT;
        struct search search = {.source = s,
                                .from = NONE,
                                .to = NONE,
                                .any_deficit = true,
                                .patient = true,
                                .bound = REPAIR_NO_HOP};
        struct found found;
        repair_search(repair, &search, &found);
        if (!found.path)
            return no_path(repair, &search);
        take(repair, &found);
    }
    return REPAIR_DONE;
}

/* All that a vertex has too much. */
static enum repair_progress empty_vertex(struct repair *repair, uint32_t v, uint64_t work_max)
{
    while (repair->vertices[v].excess > 0) {
        if (repair->work >= work_max)
            return REPAIR_SPENT;
        struct search search = {.source = NONE,
                                .from = v,
                                .to = NONE,
                                .any_deficit = true,
                                .patient = true,
                                .bound = REPAIR_NO_HOP};
        struct found found;
        repair_search(repair, &search, &found);
        if (!found.path)
            return no_path(repair, &search);
        flow_t amount = least_of(found.amount, missing_at(repair, found.end));
        amount = least_of(amount, repair->vertices[v].excess);
        repair_push(repair, &found, amount);
        repair_add_excess(repair, v, -amount);
        repair_add_excess(repair, found.end, amount);
    }
    return REPAIR_DONE;
}

/* Mostly what a vertex misses it has sent to the sink, an arc farther, which takes any amount and
 * may have too much. */
static void fill_at_once(struct repair *repair, uint32_t v, uint32_t store)
{
    if (store == NONE || repair->vertices[store].excess <= 0 || repair->vertices[v].excess >= 0)
        return;
    repair->work++;
    uint32_t i = tight_half(repair, v, store);
    if (i == NONE)
        return;
    flow_t amount = least_of(repair->vertices[v].halves[i].in, -repair->vertices[v].excess);
    amount = least_of(amount, repair->vertices[store].excess);
    if (amount == 0)
        return;
    repair_half_push(repair, v, i, -amount);
    repair_add_excess(repair, v, amount);
    repair_add_excess(repair, store, -amount);
}

/* All that a vertex misses, from where there is too much. */
static enum repair_progress fill_vertex(struct repair *repair, uint32_t v, uint32_t store,
                                        uint64_t work_max)
{
    fill_at_once(repair, v, store);
    while (repair->vertices[v].excess < 0) {
        if (repair->work >= work_max)
            return REPAIR_SPENT;
        bool begins = store != NONE && repair->vertices[store].excess > 0;
        struct search search = {.source = NONE,
                                .from = begins ? store : NONE,
                                .to = v,
                                .any_excess = true,
                                .backward = true,
                                .patient = true,
                                .bound = REPAIR_NO_HOP};
        struct found found;
        repair_search(repair, &search, &found);
        if (!found.path)
            return no_path(repair, &search);
        flow_t amount = least_of(found.amount, -repair->vertices[v].excess);
        amount = least_of(amount, repair->vertices[found.begin].excess);
        repair_push(repair, &found, amount);
        repair_add_excess(repair, v, amount);
        repair_add_excess(repair, found.begin, -amount);
    }
    return REPAIR_DONE;
}

enum repair_progress repair_close(struct repair *repair, uint64_t work_max)
{
    find_sink(repair);
    order_pending(repair);
    uint32_t count = repair->pending_source_count;
    enum repair_progress progress = REPAIR_DONE;
    for (uint32_t i = 0; i < count && progress == REPAIR_DONE; i++) {
        if (repair_window_begins(i))
            repair_fetch_pending(repair, &repair->pending_sources[i], repair_window(i, count));
        progress = place_source(repair, repair->pending_sources[i], work_max);
    }
    /* A vertex that has more left than there are others is better emptied from the other end. */
    uint32_t store = repair->sink != NONE ? repair->sink : greatest_excess(repair);
    for (uint32_t i = 0; i < repair->excess_count && progress == REPAIR_DONE; i++)
        if (repair->excesses[i] != store)
            progress = empty_vertex(repair, repair->excesses[i], work_max);
    for (uint32_t i = 0; i < repair->deficit_count && progress == REPAIR_DONE; i++) {
        if (repair_window_begins(i))
            repair_fetch_deficits(repair, &repair->deficits[i],
                                  repair_window(i, repair->deficit_count));
        progress = fill_vertex(repair, repair->deficits[i], store, work_max);
    }
    repair_forget_closed(repair);
    return progress;
}
