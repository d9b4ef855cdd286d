/* scaling_core.h - the phases of the cost scaling algorithm, for the width whose types come before.
 * See scaling.c for the whole. */
#ifndef SOLVER_SCALING_CORE_H
#define SOLVER_SCALING_CORE_H

#include "solver/scaling_check.h"
#include "solver/scaling_load.h"
#include "solver/scaling_prices.h"
#include "solver/scaling_refine.h"
#include "solver/scaling_settle.h"
#include "solver/scaling_state.h"

#define PHASE_SHIFT 4  /* a phase is 2 to the power of this more precise than the last */
#define START_SHIFT 14 /* the first is that much more precise than the largest cost */
#define COARSE_SHIFT 3 /* the coarsest that it can become */
#define REFINE_WORK 4  /* how often all halves may be scanned to refine prices */

static void *create(void)
{
    return memory_alloc(sizeof(struct scaling));
}

static void destroy(void *core)
{
    struct scaling *s = core;
    memory_free(s->first);
    memory_free(s->next);
    memory_free(s->price);
    memory_free(s->excess);
    memory_free(s->distance);
    memory_free(s->scratch_a);
    memory_free(s->scratch_b);
    memory_free(s->queue);
    memory_free(s->mark);
    memory_free(s->buckets);
    memory_free(s->halves);
    memory_free(s->mates);
    memory_free(s->dense);
    memory_free(s->place);
    memory_free(s);
}

/* Let 0 be the highest price, and see whether the next phase could take the lowest out of range.
 *
 * Let C be the largest scaled cost, e the precision, n the number of nodes.
 * a) An excess with a residual path to a deficit, whose price nothing lowers, is at most n (C + e)
 *    below it, as each reduced cost on the path is at least -e. So is what an update lowers.
 * b) What a walk relabels without such a path falls at most C + e below the lowest of its
 *    neighbours, and then no walk reaches it before the excesses have fallen as far: that is
 *    another n (C + e) for n nodes.
 * c) Where there is no flow, excesses can fall until an update finds that out: relabelings between
 *    two updates are fewer than 6n, see scaling_refine.h, each by C + e below a neighbour. */
static bool prices_in_range(struct scaling *s)
{
    price_t highest = s->price[0];
    for (uint32_t v = 1; v < s->node_count; v++)
        highest = s->price[v] > highest ? s->price[v] : highest;
    price_t lowest = 0;
    for (uint32_t v = 0; v < s->node_count; v++) {
        s->price[v] -= highest;
        lowest = s->price[v] < lowest ? s->price[v] : lowest;
    }
    wide_t most = (wide_t)16 * s->node_count * (s->cost_max + ((price_t)1 << s->precision));
    return lowest - most >= PRICE_MIN;
}

static int log_of(price_t value)
{
    int log = 0;
    while (value > (price_t)1 << log)
        log++;
    return log;
}

/* From prices that prove the flow optimal to a precision of 1 to potentials that prove it optimal,
 * in units of the network's costs. A residual cycle would have to cost more than -n, scaled, and a
 * multiple of the scale, which is more than n: so there is none that is negative, and potentials
 * exist. The prices rounded down are all but that: no reduced cost is below -1. */
static bool finish(struct scaling *s)
{
    for (uint32_t v = 0; v < s->node_count; v++)
        s->price[v] >>= s->scale;
    s->cost_max >>= s->scale;
    s->scale = 0;
    s->multiplier = 1;
    return refine_prices(s, 0, UINT64_MAX / 2);
}

static void cut(const struct scaling *s, const struct scaling_task *task)
{
    for (uint32_t v = 0; v < task->network->node_limit; v++)
        task->potential[v] = s->dense[v] != NONE && s->distance[s->dense[v]] == unreached();
}

static enum scaling_end run_phases(struct scaling *s)
{
    uint64_t work_max = (uint64_t)REFINE_WORK * s->half_count;
    int coarsest = log_of(s->cost_max);
    s->precision = coarsest > START_SHIFT ? coarsest - START_SHIFT : 0;
    if (s->warm && settle_all(s))
        s->precision = 0;
    s->precision_max = coarsest > COARSE_SHIFT ? coarsest - COARSE_SHIFT : 0;
    for (bool first = true;; first = false) {
        if (!prices_in_range(s))
            return SCALING_OUT_OF_RANGE;
        enum phase_end end = route(s, first);
        if (end != PHASE_DONE)
            return end == PHASE_SPENT ? SCALING_SPENT : SCALING_INFEASIBLE;
        check_phase(s);
        do {
            if (s->precision == 0)
                return SCALING_OPTIMAL;
            s->precision = s->precision > PHASE_SHIFT ? s->precision - PHASE_SHIFT : 0;
        } while (refine_prices(s, (price_t)1 << s->precision, work_max));
    }
}

static enum scaling_end run(void *core, struct scaling_task *task)
{
    struct scaling *s = core;
    if (!load(s, task))
        return SCALING_OUT_OF_RANGE;
    enum scaling_end end = run_phases(s);
    if (end == SCALING_OPTIMAL && !finish(s))
        end = SCALING_OUT_OF_RANGE;
    task->work = s->work;
    task->warm = true;
    if (end == SCALING_INFEASIBLE) {
        cut(s, task);
        return end;
    }
    give_flow(s, task);
    give_potentials(s, task);
    return end;
}

const struct scaling_width WIDTH = {create, destroy, run};

#endif
