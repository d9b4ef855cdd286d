/* scaling_refine.h - one phase of the cost scaling algorithm: make the flow optimal to the
 * precision e, by pushing what is too much somewhere along admissible arcs.
 *
 *  1. Saturate each residual arc with a reduced cost below -e. That leaves excesses and deficits.
 *  2. Take a node with excess, first in, first out. Walk from it along admissible arcs, those with
 *     a negative reduced cost, until a deficit is reached or the walk has PATH_MAX arcs. Where no
 *     arc is admissible, relabel: lower the price until one is, by e more than it takes, and walk
 * on from the node before.
 *  3. Push along the walk as much as each arc allows.
 *  4. When UPDATE_AFTER times as much has been scanned as there is: update all prices
 *     (scaling_update.h). A relabeling counts as a scan of an average row more, so that there are
 *     fewer than 6n between two updates, with n nodes.
 *
 * Invariants: residual arcs have reduced costs >= -e; nodes with excess are in the queue, but for
 * the one that is being discharged. When no excess is left the flow meets all supplies and is
 * optimal to e.
 *
 * Goldberg and Tarjan (1990) for the phase; the walks, "partial augment-relabel", after Goldberg
 * (2008) and Király and Kovács (2012). Unlike theirs, step 1 leaves arcs alone that are admissible
 * but not below -e: after the prices have been refined, nearly all violations are gone, and much
 * less has to move. But then admissible arcs can form cycles, around which flow could run for long;
 * so if a phase has scanned STRICT_AFTER times what there is, all admissible arcs are saturated,
 * and from then on it is theirs, with their bound on the number of steps.
 *
 * The first phase may find that its precision is too fine to begin with, see grow_if_stuck.
 *
 * Included by scaling_core.h, with the types of a width before it. */
#ifndef SOLVER_SCALING_REFINE_H
#define SOLVER_SCALING_REFINE_H

#include "solver/scaling_state.h"
#include "solver/scaling_update.h"

#define PATH_MAX 6
#define UPDATE_AFTER 2
#define STRICT_AFTER 400

struct walk {
    uint32_t length;
    uint32_t nodes[PATH_MAX + 1];
    uint32_t halves[PATH_MAX];
};

struct phase {
    uint64_t update_at; /* the work at which to update */
    uint64_t strict_at;
    bool first;
    flow_t units; /* that were to be moved at the last update */
};

enum phase_end { PHASE_DONE, PHASE_NO_FLOW, PHASE_SPENT };

static inline flow_t least(flow_t a, flow_t b)
{
    return a < b ? a : b;
}

static inline void enqueue(struct scaling *s, uint32_t v)
{
    if (s->mark[v])
        return;
    s->mark[v] = 1;
    uint32_t at = s->queue_first + s->queue_count++;
    s->queue[at < s->node_count ? at : at - s->node_count] = v;
}

static inline uint32_t dequeue(struct scaling *s)
{
    uint32_t v = s->queue[s->queue_first];
    s->queue_first = s->queue_first + 1 == s->node_count ? 0 : s->queue_first + 1;
    s->queue_count--;
    s->mark[v] = 0;
    return v;
}

/* Step 1. */
static void saturate(struct scaling *s, price_t below)
{
    for (uint32_t u = 0; u < s->node_count; u++) {
        price_t price = s->price[u];
        for (uint32_t h = s->first[u]; h < s->first[u + 1]; h++)
            if (s->halves[h].to & HALF_ROOM && reduced_cost(s, price, s->halves[h]) < below)
                push(s, u, h, s->mates[h].room);
    }
    s->work += s->half_count;
}

/* Move the scan of u's row to an admissible half; false if there is none left. */
static inline bool find_admissible(struct scaling *s, uint32_t u)
{
    price_t price = s->price[u];
    uint32_t begin = s->next[u];
    uint32_t end = s->first[u + 1];
    uint32_t h = begin;
    for (; h < end; h++)
        if (s->halves[h].to & HALF_ROOM && reduced_cost(s, price, s->halves[h]) < 0)
            break;
    s->next[u] = h;
    s->work += h - begin;
    return h < end;
}

/* False if no residual arc leaves u. */
static inline bool relabel(struct scaling *s, uint32_t u)
{
    price_t best = PRICE_MIN;
    uint32_t at = NONE;
    uint32_t end = s->first[u + 1];
    for (uint32_t h = s->first[u]; h < end; h++) {
        struct half half = s->halves[h];
        price_t price = s->price[half_node(half)] - scaled_cost(s, half);
        if (half.to & HALF_ROOM && price > best) {
            best = price;
            at = h;
        }
    }
    s->work += end - s->first[u] + s->relabel_work;
    if (at == NONE)
        return false;
    s->price[u] = best - ((price_t)1 << s->precision);
    s->next[u] = at;
    return true;
}

/* Step 2, which ends early when it is time to update: where there is no flow a walk might go on
 * for ever. False if nothing can leave the walk's first node. */
static bool find_walk(struct scaling *s, uint32_t start, uint64_t update_at, struct walk *walk)
{
    uint32_t tip = start;
    walk->length = 0;
    walk->nodes[0] = start;
    while (walk->length < PATH_MAX && s->excess[tip] >= 0 && s->work < update_at) {
        if (find_admissible(s, tip)) {
            walk->halves[walk->length++] = s->next[tip];
            tip = half_node(s->halves[s->next[tip]]);
            walk->nodes[walk->length] = tip;
            continue;
        }
        if (relabel(s, tip)) {
            if (walk->length == 0)
                continue;
        } else {
            if (walk->length == 0)
                return false;
            /* A dead end: not admissible any more from the node before. */
            uint32_t before = walk->nodes[walk->length - 1];
            s->price[tip] =
                s->price[before] + scaled_cost(s, s->halves[walk->halves[walk->length - 1]]);
        }
        tip = walk->nodes[--walk->length];
    }
    return true;
}

/* Step 3. Where admissible arcs form a cycle, a walk can meet itself and take an arc twice. The
 * second time it may be full; what has come around the cycle then stays before it. */
static void push_along(struct scaling *s, const struct walk *walk)
{
    for (uint32_t i = 0; i < walk->length; i++) {
        uint32_t u = walk->nodes[i];
        uint32_t h = walk->halves[i];
        flow_t amount = least(s->excess[u], s->mates[h].room);
        if (amount > 0)
            push(s, u, h, amount);
        if (s->excess[u] > 0)
            enqueue(s, u);
    }
    uint32_t last = walk->nodes[walk->length];
    if (s->excess[last] > 0)
        enqueue(s, last);
}

/* In the first phase the precision is a guess. If the excess hardly falls between two updates,
 * it is too fine: then a coarser one moves it sooner, and what has been done is not lost, as what
 * is optimal to a precision is so to any coarser one. */
static void grow_if_stuck(struct scaling *s, struct phase *phase)
{
    flow_t units = 0;
    for (uint32_t v = 0; v < s->node_count; v++)
        units += s->excess[v] > 0 ? s->excess[v] : 0;
    if (phase->units > 0 && units > phase->units - phase->units / 16 * 3 &&
        s->precision < s->precision_max) {
        s->precision += 2;
        units = 0;
    }
    phase->units = units;
}

static void enqueue_all(struct scaling *s)
{
    for (uint32_t v = 0; v < s->node_count; v++)
        if (s->excess[v] > 0)
            enqueue(s, v);
}

/* Step 4. False if there is no flow. */
static bool update(struct scaling *s, struct phase *phase)
{
    if (phase->first)
        grow_if_stuck(s, phase);
    if (s->work >= phase->strict_at) {
        phase->strict_at = UINT64_MAX;
        saturate(s, 0);
        enqueue_all(s);
    }
    bool found = update_prices(s);
    phase->update_at = s->work + UPDATE_AFTER * ((uint64_t)s->half_count + s->node_count);
    return found;
}

/* Steps 2 and 3, for one node until its excess is gone or it is time to update. False if nothing
 * can leave it. */
static bool discharge(struct scaling *s, const struct phase *phase, uint32_t u)
{
    struct walk walk;
    while (s->excess[u] > 0 && s->work < phase->update_at) {
        if (!find_walk(s, u, phase->update_at, &walk))
            return false;
        push_along(s, &walk);
    }
    if (s->excess[u] > 0)
        enqueue(s, u);
    return true;
}

static enum phase_end route(struct scaling *s, bool first)
{
    uint64_t size = (uint64_t)s->half_count + s->node_count;
    struct phase phase = {.strict_at = s->work + STRICT_AFTER * size, .first = first};
    memset(s->mark, 0, s->node_count);
    s->queue_first = s->queue_count = 0;
    saturate(s, -((price_t)1 << s->precision));
    enqueue_all(s);
    if (!update(s, &phase))
        return PHASE_NO_FLOW;
    while (s->queue_count > 0) {
        uint32_t u = dequeue(s);
        if (s->excess[u] <= 0)
            continue;
        if (s->work >= s->budget)
            return PHASE_SPENT;
        bool stuck = !discharge(s, &phase, u);
        if ((stuck || s->work >= phase.update_at) && !update(s, &phase))
            return PHASE_NO_FLOW;
    }
    return PHASE_DONE;
}

#endif
