/* repair.c - see repair.h.
 *
 *  1. Bring what is kept (repair_state.h) up to date with the network's deltas. What a change
 *     frees or uproots is left open: units of a source become pending, a vertex has excess
 *     or misses units. So for every change of a source's arcs: if a unit would rather be
 *     elsewhere now, it becomes pending, and may well come back.
 *  2. An arc between vertices whose length became negative is mended at once: search a path
 *     from its head to its tail that is shorter than what is lacking; if there is one, move
 *     units around the cycle; if not, the search has shifted prices until the length is 0.
 *     Likewise an arc with flow whose length became positive, the other way round.
 *  3. Pending units, in falling order of what waiting would cost more than the best place:
 *     search from each source to the nearest vertex that misses units, and move them.
 *  4. Then from vertices with excess; then from what is missing still, backwards.
 *
 * Starting from nothing, all sources are pending; the order of step 3 then sees to it that
 * those that end up waiting come last and go straight there.
 *
 * Invariants: flows keep their bounds; every residual hop has a length >= 0 between steps. So
 * the flow is the cheapest for the supplies that it meets, and optimal when none is open. That
 * units freed in the same round are taken by those that arrive, before any is sent to where
 * flow ends, is what makes batches cheap: the order in which excesses are paired with what is
 * missing is free, as each path is a shortest one to some vertex (Ahuja, Magnanti and Orlin,
 * Network Flows, 1993, section 9.7). */
#include "solver/repair.h"

#include <stdlib.h>

#include "base/assert.h"
#include "base/memory.h"
#include "solver/completion.h"
#include "solver/ranges.h"
#include "solver/repair_changes.h"
#include "solver/repair_check.h"
#include "solver/repair_graph.h"
#include "solver/repair_load.h"
#include "solver/repair_search.h"

struct repair_solver {
    struct repair repair;
    struct completion *completion;
    cost_t *potential; /* of the last answer, on demand */
    flow_t *completed; /* a flow made feasible when the budget is spent */
    uint32_t potential_room, completed_room;
    uint32_t *order; /* pending sources in the order of step 3 */
    uint32_t order_room;
};

#define HUB_MIN 1000

void *repair_create(void)
{
    struct repair_solver *solver = memory_alloc(sizeof *solver);
    repair_state_init(&solver->repair);
    solver->repair.hub_min = HUB_MIN;
    solver->completion = completion_create();
    return solver;
}

void repair_destroy(void *state)
{
    struct repair_solver *solver = state;
    repair_state_free(&solver->repair);
    completion_destroy(solver->completion);
    memory_free(solver->potential);
    memory_free(solver->completed);
    memory_free(solver->order);
    memory_free(solver);
}

void repair_set_hub_min(void *state, uint32_t count)
{
    ((struct repair_solver *)state)->repair.hub_min = count;
}

/* What waiting costs a source more than its cheapest option: waiting is the option that leads
 * where flow ends, or else the dearest. */
static cost_t urgency(const struct repair *repair, uint32_t s, uint32_t sink)
{
    const struct source *source = &repair->sources[s];
    cost_t least = INT64_MAX;
    cost_t most = INT64_MIN;
    cost_t waiting = INT64_MIN;
    for (uint32_t o = source->first; o < source->first + source->count; o++) {
        struct option option = repair->options[o];
        if (option.vertex == sink)
            waiting = option.cost;
        else if (option.cost < least)
            least = option.cost;
        most = option.cost > most ? option.cost : most;
    }
    if (source->count == 0 || least == INT64_MAX)
        return 0;
    return (waiting == INT64_MIN ? most : waiting) - least;
}

struct ranked {
    cost_t urgency;
    uint32_t source;
};

static int by_urgency(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;
    if (x->urgency != y->urgency)
        return x->urgency > y->urgency ? -1 : 1;
    return x->source < y->source ? -1 : x->source > y->source;
}

/* Put the pending sources into the order of step 3. */
static uint32_t order_pending(struct repair_solver *solver, uint32_t sink)
{
    struct repair *repair = &solver->repair;
    uint32_t count = 0;
    if (repair->pending_source_count == 0)
        return 0;
    struct ranked *ranked = memory_alloc(repair->pending_source_count * sizeof *ranked);
    for (uint32_t i = 0; i < repair->pending_source_count; i++) {
        uint32_t s = repair->pending_sources[i];
        if (repair->stocks[s].pending > 0)
            ranked[count++] = (struct ranked){urgency(repair, s, sink), s};
        else
            repair->stocks[s].in_pending = false;
    }
    if (count)
        qsort(ranked, count, sizeof *ranked, by_urgency);
    array_reserve(solver->order, solver->order_room, count);
    for (uint32_t i = 0; i < count; i++)
        repair->pending_sources[i] = solver->order[i] = ranked[i].source;
    repair->pending_source_count = count;
    memory_free(ranked);
    return count;
}

/* The vertex that misses most (sign -1) or has most left (1) of those in the list. */
static uint32_t greatest(const struct repair *repair, const uint32_t *list, uint32_t count,
                         int sign)
{
    uint32_t found = NONE;
    flow_t most = 0;
    for (uint32_t i = 0; i < count; i++) {
        flow_t excess = sign * repair->vertices[list[i]].excess;
        if (excess <= most)
            continue;
        most = excess;
        found = list[i];
    }
    return found;
}

enum progress { PROGRESS_DONE, PROGRESS_NO_PATH, PROGRESS_SPENT };

/* Mostly the best option is free: there, or an arc farther, units are missing. */
static bool place_at_once(struct repair *repair, uint32_t s, uint32_t sink)
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
    const struct vertex *vertex = &repair->vertices[v];
    if (vertex->excess < 0) {
        repair_place(repair, s, best, 1);
        repair_add_excess(repair, v, 1);
        return true;
    }
    if (sink == NONE || repair->vertices[sink].excess >= 0)
        return false;
    for (uint32_t i = 0; i < vertex->half_count && i < 4; i++) {
        const struct half *half = &vertex->halves[i];
        if (half->other != sink || half->out == 0 ||
            half->cost + repair->price[sink] != repair->price[v])
            continue;
        repair_place(repair, s, best, 1);
        repair_half_push(repair, v, i, 1);
        repair_add_excess(repair, sink, 1);
        return true;
    }
    return false;
}

static flow_t least_of(flow_t x, flow_t y)
{
    return x < y ? x : y;
}

static enum progress no_path(struct repair *repair, const struct search *search)
{
    repair->failed.backward = search->backward;
    repair->failed.source = search->source;
    return PROGRESS_NO_PATH;
}

/* All pending units of a source. */
static enum progress place_source(struct repair *repair, uint32_t s, uint32_t sink,
                                  uint64_t work_max)
{
    while (repair->stocks[s].pending > 0) {
        if (repair->work >= work_max)
            return PROGRESS_SPENT;
        if (place_at_once(repair, s, sink))
            continue;
        bool ends = sink != NONE && repair->vertices[sink].excess < 0;
        struct search search = {.source = s,
                                .from = NONE,
                                .to = ends ? sink : NONE,
                                .any_deficit = true,
                                .patient = true,
                                .bound = REPAIR_NO_HOP};
        struct found found;
        repair_search(repair, &search, &found);
        if (!found.path)
            return no_path(repair, &search);
        flow_t amount = least_of(found.amount, -repair->vertices[found.end].excess);
        repair_push(repair, &search, &found, amount);
        repair_add_excess(repair, found.end, amount);
    }
    return PROGRESS_DONE;
}

/* All that a vertex has too much. */
static enum progress empty_vertex(struct repair *repair, uint32_t v, uint32_t sink,
                                  uint64_t work_max)
{
    while (repair->vertices[v].excess > 0) {
        if (repair->work >= work_max)
            return PROGRESS_SPENT;
        bool ends = sink != NONE && repair->vertices[sink].excess < 0;
        struct search search = {.source = NONE,
                                .from = v,
                                .to = ends ? sink : NONE,
                                .any_deficit = true,
                                .patient = true,
                                .bound = REPAIR_NO_HOP};
        struct found found;
        repair_search(repair, &search, &found);
        if (!found.path)
            return no_path(repair, &search);
        flow_t amount = least_of(found.amount, -repair->vertices[found.end].excess);
        amount = least_of(amount, repair->vertices[v].excess);
        repair_push(repair, &search, &found, amount);
        repair_add_excess(repair, v, -amount);
        repair_add_excess(repair, found.end, amount);
    }
    return PROGRESS_DONE;
}

/* All that a vertex misses, from where there is too much. */
static enum progress fill_vertex(struct repair *repair, uint32_t v, uint32_t store,
                                 uint64_t work_max)
{
    while (repair->vertices[v].excess < 0) {
        if (repair->work >= work_max)
            return PROGRESS_SPENT;
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
        repair_push(repair, &search, &found, amount);
        repair_add_excess(repair, v, amount);
        repair_add_excess(repair, found.begin, -amount);
    }
    return PROGRESS_DONE;
}

/* Steps 3 and 4. */
static enum progress close_all(struct repair_solver *solver, uint64_t work_max)
{
    struct repair *repair = &solver->repair;
    uint32_t sink = greatest(repair, repair->deficits, repair->deficit_count, -1);
    uint32_t count = order_pending(solver, sink);
    enum progress progress = PROGRESS_DONE;
    for (uint32_t i = 0; i < count && progress == PROGRESS_DONE; i++)
        progress = place_source(repair, solver->order[i], sink, work_max);
    /* A vertex that has more left than there are others is better emptied from the other end. */
    uint32_t store = greatest(repair, repair->excesses, repair->excess_count, 1);
    for (uint32_t i = 0; i < repair->excess_count && progress == PROGRESS_DONE; i++)
        if (repair->excesses[i] != store)
            progress = empty_vertex(repair, repair->excesses[i], sink, work_max);
    for (uint32_t i = 0; i < repair->deficit_count && progress == PROGRESS_DONE; i++)
        progress = fill_vertex(repair, repair->deficits[i], store, work_max);
    if (store != NONE && progress == PROGRESS_DONE)
        progress = empty_vertex(repair, store, NONE, work_max);
    repair_forget_closed(repair);
    return progress;
}

static void reserve_answer(struct repair_solver *solver, const struct network *network)
{
    array_reserve(solver->potential, solver->potential_room, network->node_limit);
    array_reserve(solver->completed, solver->completed_room, (size_t)network->arc_limit + 1);
}

/* The price of a source: what its units cost from here on, or if it has none would cost. */
static cost_t source_price(const struct repair *repair, uint32_t s)
{
    const struct source *source = &repair->sources[s];
    cost_t roomy = REPAIR_NO_HOP;
    cost_t used = -REPAIR_NO_HOP;
    for (uint32_t o = source->first; o < source->first + source->count; o++) {
        cost_t cost = repair->options[o].cost + repair->price[repair->options[o].vertex];
        if (repair_option_room(repair, s, o) > 0 && cost < roomy)
            roomy = cost;
        if (repair_option_flow(repair, s, o) > 0 && cost > used)
            used = cost;
    }
    if (used != -REPAIR_NO_HOP)
        return repair->stocks[s].pending > 0 && roomy > used && roomy != REPAIR_NO_HOP ? roomy
                                                                                       : used;
    return roomy != REPAIR_NO_HOP ? roomy : 0;
}

void repair_prove(void *state, const struct network *network, struct solution *solution)
{
    struct repair_solver *solver = state;
    const struct repair *repair = &solver->repair;
    reserve_answer(solver, network);
    for (uint32_t v = 0; v < network->node_limit; v++) {
        uint32_t role = repair->role[v];
        solver->potential[v] = 0;
        if (role == NONE)
            continue;
        if (repair_is_source(role)) {
            solver->potential[v] = -source_price(repair, role & ~SOURCE_BIT);
            continue;
        }
        const struct vertex *vertex = &repair->vertices[role];
        solver->potential[v] = vertex->into == NONE
                                   ? -repair->price[role]
                                   : -(repair->price[vertex->into] + vertex->offset);
    }
    solution->potential = solver->potential;
}

static bool settled_by(const struct repair *repair, const struct side *side, uint32_t v)
{
    uint32_t into = repair->vertices[v].into;
    return side->labels[into == NONE ? v : into].stamp == (repair->search_count << 1 | 1);
}

/* Is a source on the side of the cut that the failed search has reached? Backward, one whose
 * only unit is there already is: its arc could carry more, but it has no more. */
static bool source_reached(const struct repair *repair, const struct side *side, uint32_t s)
{
    const struct source *source = &repair->sources[s];
    for (uint32_t o = source->first; o < source->first + source->count; o++) {
        if (!settled_by(repair, side, repair->options[o].vertex))
            continue;
        if (side->backward ? source->multi == NONE || repair_option_room(repair, s, o) > 0
                           : repair_option_flow(repair, s, o) > 0)
            return true;
    }
    return false;
}

/* The last search found no path: what it has reached from the units that it was to move,
 * or from the vertex that misses some, is a set that proves that there is none. */
static void give_cut(struct repair_solver *solver, const struct network *network,
                     struct solution *solution)
{
    const struct repair *repair = &solver->repair;
    bool backward = repair->failed.backward;
    const struct side *side = backward ? &repair->backward : &repair->forward;
    reserve_answer(solver, network);
    for (uint32_t v = 0; v < network->node_limit; v++) {
        uint32_t role = repair->role[v];
        bool in = false;
        if (role != NONE && repair_is_source(role))
            in = source_reached(repair, side, role & ~SOURCE_BIT) ||
                 (!backward && repair->failed.source == (role & ~SOURCE_BIT));
        else if (role != NONE)
            in = settled_by(repair, side, role);
        solver->potential[v] = in ? (backward ? -1 : 1) : 0;
    }
    solution->outcome = OUTCOME_INFEASIBLE;
    solution->potential = solver->potential;
}

/* The budget is spent: what is open goes any way there is, in a copy, so that the next call
 * can go on where this one stopped. */
static void complete(struct repair_solver *solver, const struct network *network,
                     struct solution *solution)
{
    reserve_answer(solver, network);
    for (uint32_t a = 0; a < network->arc_limit; a++)
        solver->completed[a] = solver->repair.flow[a];
    const cost_t *cut = completion_run(solver->completion, network, solver->completed);
    if (cut) {
        solution->outcome = OUTCOME_INFEASIBLE;
        solution->potential = cut;
        return;
    }
    repair_prove(solver, network, solution);
    ranges_set_feasible(network, solver->completed, solver->potential, solution);
}

static void answer(struct repair_solver *solver, const struct network *network,
                   enum progress progress, struct solution *solution)
{
    struct repair *repair = &solver->repair;
    repair_publish(repair);
    if (progress == PROGRESS_NO_PATH) {
        give_cut(solver, network, solution);
    } else if (progress == PROGRESS_SPENT) {
        complete(solver, network, solution);
    } else if (repair->cost < INT64_MIN || repair->cost > INT64_MAX) {
        solution->outcome = OUTCOME_REFUSED;
        solution->reason = "the flow costs more than 2^63";
    } else {
        solution->outcome = OUTCOME_OPTIMAL;
        solution->cost = (cost_t)repair->cost;
        solution->bound = solution->cost;
        solution->flow = repair->flow;
    }
}

static void deep_check(const struct repair *repair)
{
#ifdef DEEP_CHECKS
    const char *broken = repair_check(repair);
    ASSERT(!broken);
#else
    (void)repair;
#endif
}

void repair_solve(void *state, const struct network *network, const struct solve_request *request,
                  struct solution *solution)
{
    struct repair_solver *solver = state;
    struct repair *repair = &solver->repair;
    uint64_t start = repair->work;
    uint64_t work_max = request->budget > UINT64_MAX - start ? UINT64_MAX : start + request->budget;
    bool continues = request->continues && !repair->strained;
    repair->network = network;
    if (continues)
        repair_apply(repair);
    else
        repair_load(repair);
    deep_check(repair);
    enum progress progress = close_all(solver, work_max);
    deep_check(repair);
    if (continues && repair->strained) {
        repair_load(repair);
        progress = close_all(solver, work_max);
    }
    solution->work = repair->work - start;
    answer(solver, network, progress, solution);
    repair->network = NULL;
}
