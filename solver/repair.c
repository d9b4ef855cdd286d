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
 *  3. Pending units, if some will wait in falling order of what that would cost more than the
 *     best place: search from each source to the nearest vertex that misses units, and move them.
 *  4. Then from vertices with excess; then from what is missing still, backwards.
 *
 * Starting from nothing, all sources are pending; the order of step 3 then sees to it that
 * those that end up waiting come last and go straight there. In any other order, filling an
 * overfull cluster takes nine times the work.
 *
 * Invariants: flows keep their bounds; every residual hop has a length >= 0 between steps. So
 * the flow is the cheapest for the supplies that it meets, and optimal when none is open. That
 * units freed in the same round are taken by those that arrive, before any is sent to where
 * flow ends, is what makes batches cheap: the order in which excesses are paired with what is
 * missing is free, as each path is a shortest one to some vertex (Ahuja, Magnanti and Orlin,
 * Network Flows, 1993, section 9.7). */
#include "solver/repair.h"

#include "base/assert.h"
#include "base/memory.h"
#include "solver/completion.h"
#include "solver/ranges.h"
#include "solver/repair_changes.h"
#include "solver/repair_check.h"
#include "solver/repair_close.h"
#include "solver/repair_graph.h"
#include "solver/repair_hubs.h"
#include "solver/repair_load.h"
#include "solver/repair_near.h"
#include "solver/repair_publish.h"
#include "solver/repair_search.h"
#include "solver/repair_sources.h"

struct repair_solver {
    struct repair repair;
    struct completion *completion;
    cost_t *potential; /* of the last answer, on demand */
    flow_t *completed; /* a flow made feasible when the budget is spent */
    uint32_t potential_room, completed_room;
};

/* What the limits of repair.h are, unless a test wants others. */
#define HUB_MIN 1000
#define PATIENCE 3000

void *repair_create(void)
{
    struct repair_solver *solver = memory_alloc(sizeof *solver);
    repair_state_init(&solver->repair);
    repair_set_limits(solver, HUB_MIN, PATIENCE);
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
    memory_free(solver);
}

void repair_set_limits(void *state, uint32_t hub_min, uint32_t patience)
{
    struct repair *repair = &((struct repair_solver *)state)->repair;
    repair->hub_min = hub_min;
    repair->patience = patience;
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
    array_reserve(solver->potential, solver->potential_room, network->node_limit);
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
    return repair->stamps[into == NONE ? v : into][side->backward] ==
           (repair->search_count << 1 | 1);
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
    array_reserve(solver->potential, solver->potential_room, network->node_limit);
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
    array_reserve(solver->completed, solver->completed_room, (size_t)network->arc_limit + 1);
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

void repair_answer(void *state, const struct network *network, enum repair_progress progress,
                   struct solution *solution)
{
    struct repair_solver *solver = state;
    struct repair *repair = &solver->repair;
    repair_publish(repair);
    if (progress == REPAIR_NO_PATH) {
        give_cut(solver, network, solution);
    } else if (progress == REPAIR_SPENT) {
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

void repair_begin(void *state, const struct network *network, bool continues)
{
    struct repair *repair = &((struct repair_solver *)state)->repair;
    repair->network = network;
    if (!continues || repair->strained) {
        repair_load(repair);
        repair->from_nothing = true;
    } else {
        repair->from_nothing = false;
        repair_apply(repair);
    }
    deep_check(repair);
}

static void adopt_vertex(struct repair *repair, uint32_t v, const flow_t *flow)
{
    for (uint32_t i = 0; i < repair->vertices[v].half_count; i++) {
        struct half half = repair->vertices[v].halves[i];
        if (!half.leaves)
            continue;
        flow_t more = flow[half.arc] - repair->flow[half.arc];
        repair_half_push(repair, v, i, more);
        repair_add_excess(repair, v, -more);
        repair_add_excess(repair, half.other, more);
    }
}

void repair_adopt(void *state, const struct network *network, const flow_t *flow,
                  const cost_t *potential)
{
    struct repair *repair = &((struct repair_solver *)state)->repair;
    repair_begin(state, network, false);
    for (uint32_t v = FALSE_VERTICES; v < repair->vertex_count; v++) {
        repair->price[v] = -potential[repair->vertices[v].node];
        repair_hubs_price_rose(repair, v);
        repair_hubs_price_fell(repair, v);
    }
    repair_near_forget_all(repair);
    for (uint32_t v = FALSE_VERTICES; v < repair->vertex_count; v++)
        adopt_vertex(repair, v, flow);
    for (uint32_t s = 0; s < repair->source_count; s++) {
        struct source source = repair->sources[s];
        for (uint32_t o = source.first; o < source.first + source.count; o++) {
            flow_t amount = flow[repair->option_arcs[o].arc];
            if (amount == 0)
                continue;
            repair_place(repair, s, o, amount);
            repair_add_excess(repair, repair->options[o].vertex, amount);
        }
    }
    repair_forget_closed(repair);
    deep_check(repair);
}

enum repair_progress repair_advance(void *state, uint64_t work)
{
    struct repair *repair = &((struct repair_solver *)state)->repair;
    uint64_t work_max = work > UINT64_MAX - repair->work ? UINT64_MAX : repair->work + work;
    enum repair_progress progress = repair_close(repair, work_max);
    deep_check(repair);
    if (repair->strained && !repair->from_nothing) {
        repair_load(repair);
        repair->from_nothing = true;
        progress = repair_close(repair, work_max);
    }
    return progress;
}

uint64_t repair_work(const void *state)
{
    return ((const struct repair_solver *)state)->repair.work;
}

void repair_solve(void *state, const struct network *network, const struct solve_request *request,
                  struct solution *solution)
{
    uint64_t start = repair_work(state);
    repair_begin(state, network, request->continues);
    uint64_t used = repair_work(state) - start;
    enum repair_progress progress =
        repair_advance(state, request->budget > used ? request->budget - used : 0);
    solution->work = repair_work(state) - start;
    repair_answer(state, network, progress, solution);
}
