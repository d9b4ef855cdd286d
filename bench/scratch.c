/* scratch.c - see scratch.h. */
#include "bench/scratch.h"

#include <math.h>

#include "base/assert.h"
#include "base/clock.h"
#include "base/memory.h"
#include "bench/certify.h"

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* One solve; `first` of this solver on this network. */
static bool solve_once(struct scratch_run *run, struct network *network, bool first,
                       struct problem *problem)
{
    struct solution solution;
    struct solver *solver = solver_create(run->solver);
    struct meter_memory memory = meter_memory_start();
    struct meter meter = meter_start();
    solver_solve(solver, network, SOLVER_NO_BUDGET, &solution);
    struct meter_times times = meter_stop(&meter);
    meter_memory_stop(&memory);
    meter_samples_add(&run->times, &times);
    run->memory.heap = most(run->memory.heap, memory.heap);
    run->memory.resident = most(run->memory.resident, memory.resident);
    bool right = true;
    if (first) {
        run->outcome = solution.outcome;
        run->reason = solution.reason;
        run->work = solution.work;
        run->cost = solution.cost;
        right = certify(solver, network, &solution, problem);
    } else if (run->outcome == OUTCOME_OPTIMAL) {
        right = certify_same(run->solver, run->cost, "itself", solution.cost, problem);
    }
    solver_destroy(solver);
    return right;
}

static bool compare_runs(const struct scratch *scratch, struct problem *problem)
{
    const struct scratch_run *first = NULL;
    for (uint32_t i = 0; i < scratch->run_count; i++) {
        const struct scratch_run *run = &scratch->runs[i];
        if (run->outcome == OUTCOME_REFUSED)
            continue;
        if (!first)
            first = run;
        if (run->outcome != first->outcome) {
            problem_set(problem, STATUS_ILLEGAL, NULL, 0, 0,
                        "%s and %s differ on whether there is a flow", first->solver, run->solver);
            return false;
        }
        if (!certify_same(first->solver, first->cost, run->solver, run->cost, problem))
            return false;
    }
    return true;
}

void scratch_init(struct scratch *scratch, const char *const *solvers, uint32_t count)
{
    *scratch = (struct scratch){0};
    array_reserve(scratch->runs, scratch->run_room, count);
    scratch->run_count = count;
    for (uint32_t i = 0; i < count; i++)
        scratch->runs[i] = (struct scratch_run){.solver = solvers[i], .memory = {-1, -1}};
}

bool scratch_measure(struct scratch *scratch, struct network *network, uint32_t repeat,
                     struct progress *progress, struct problem *problem)
{
    for (uint32_t r = 0; r < repeat; r++) {
        for (uint32_t i = 0; i < scratch->run_count; i++) {
            struct scratch_run *run = &scratch->runs[i];
            progress_step(progress, clock_ns(), "%s from nothing, %u of %u", run->solver, r + 1,
                          repeat);
            if (!solve_once(run, network, r == 0, problem))
                return false;
        }
    }
    return compare_runs(scratch, problem);
}

void scratch_free(struct scratch *scratch)
{
    for (uint32_t i = 0; i < scratch->run_count; i++)
        meter_samples_free(&scratch->runs[i].times);
    memory_free(scratch->runs);
    *scratch = (struct scratch){0};
}

double scratch_ratio(const struct scratch *scratch, uint32_t other)
{
    ASSERT(other < scratch->run_count);
    struct scratch_run *ours = &scratch->runs[0];
    struct scratch_run *theirs = &scratch->runs[other];
    if (ours->outcome != OUTCOME_OPTIMAL || theirs->outcome != OUTCOME_OPTIMAL)
        return NAN;
    double time = samples_percentiles(&ours->times.process_ns, 1).p50;
    return time > 0 ? samples_percentiles(&theirs->times.process_ns, 1).p50 / time : NAN;
}

double scratch_ratio_best(const struct scratch *scratch)
{
    double best = NAN;
    for (uint32_t i = 1; i < scratch->run_count; i++) {
        double ratio = scratch_ratio(scratch, i);
        if (!(ratio >= best)) /* also if either is not a number */
            best = isnan(ratio) ? best : ratio;
    }
    return best;
}
