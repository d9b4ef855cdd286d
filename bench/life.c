/* life.c - see life.h. */
#include "bench/life.h"

#include "base/assert.h"
#include "base/clock.h"
#include "base/memory.h"
#include "bench/certify.h"

static const struct life_cycle CYCLES[] = {
    {"task",
     "one arrives, one ends",
     500,
     2,
     {QUINCY_ARRIVE, QUINCY_END},
     {"one arrives", "one ends"}},
    {"machine",
     "one fails, it returns",
     50,
     2,
     {QUINCY_FAIL, QUINCY_RETURN},
     {"one fails", "it returns"}},
    {"batch",
     "500 tasks end, 500 arrive, a machine fails",
     25,
     2,
     {QUINCY_BATCH, QUINCY_RETURN},
     {"ends, arrivals, a failure", NULL}},
    {"restarts",
     "500 tasks stop and start again, a machine fails",
     25,
     2,
     {QUINCY_RESTARTS, QUINCY_RETURN},
     {"restarts, a failure", NULL}},
    {"churn",
     "10 % of the tasks end, as many arrive",
     5,
     1,
     {QUINCY_CHURN},
     {"10 % end, as many arrive"}},
    {"waiting",
     "waiting costs all tasks that wait 1 to 10 more",
     10,
     1,
     {QUINCY_WAITING},
     {"costs rise by 1 to 10"}},
    {"racks",
     "20 machines' costs from their racks change",
     50,
     1,
     {QUINCY_REPRICING},
     {"costs to machines change"}},
};

uint32_t life_cycle_count(void)
{
    return COUNT_OF(CYCLES);
}

const struct life_cycle *life_cycle_at(uint32_t index)
{
    ASSERT(index < COUNT_OF(CYCLES));
    return &CYCLES[index];
}

/* Whether the answer is the optimum, and certified if asked for. */
static bool accept(struct life *life, bool certified, struct problem *problem)
{
    if (life->solution.outcome == OUTCOME_REFUSED) {
        problem_set(problem, STATUS_ILLEGAL, NULL, 0, 0, "%s refused a network: %s",
                    solver_name(life->solver), life->solution.reason);
        return false;
    }
    if (certified && !certify(life->solver, &life->quincy->network, &life->solution, problem))
        return false;
    if (life->solution.outcome == OUTCOME_OPTIMAL)
        return true;
    problem_set(problem, STATUS_ILLEGAL, NULL, 0, 0, "%s found no optimum, but there is one",
                solver_name(life->solver));
    return false;
}

/* Solve, and add the measure to the run unless that is NULL. */
static bool solve(struct life *life, struct life_run *run, struct problem *problem)
{
    struct network *network = &life->quincy->network;
    int64_t changes = (int64_t)network->node_delta_count + network->arc_delta_count;
    struct meter meter = meter_start();
    solver_solve(life->solver, network, SOLVER_NO_BUDGET, &life->solution);
    struct meter_times times = meter_stop(&meter);
    if (run) {
        meter_samples_add(&run->times, &times);
        samples_add(&run->work, (int64_t)life->solution.work);
        samples_add(&run->changes, changes);
    }
    return accept(life, life->check, problem);
}

bool life_init(struct life *life, struct quincy *quincy, const char *solver, bool check,
               struct progress *progress, struct problem *problem)
{
    *life = (struct life){.quincy = quincy, .check = check, .progress = progress};
    life->solver = solver_create(solver);
    ASSERT(life->solver != NULL);
    random_init(&life->random, random_mix(quincy->options.seed, 1));
    progress_step(progress, clock_ns(), "%s from nothing, before events", solver);
    return solve(life, NULL, problem) && accept(life, true, problem);
}

void life_free(struct life *life)
{
    for (uint32_t i = 0; i < life->run_count; i++) {
        meter_samples_free(&life->runs[i].times);
        samples_free(&life->runs[i].work);
        samples_free(&life->runs[i].changes);
    }
    memory_free(life->runs);
    solver_destroy(life->solver);
    *life = (struct life){0};
}

/* The events of one cycle; `first` is the run of the first that is measured. */
static bool go_through(struct life *life, const struct life_cycle *cycle, uint32_t first,
                       struct problem *problem)
{
    struct life_run *run = &life->runs[first];
    for (uint32_t i = 0; i < cycle->event_count; i++) {
        uint32_t concerned =
            quincy_event(life->quincy, cycle->events[i], life->solution.flow, &life->random);
        struct life_run *measured = cycle->labels[i] ? run++ : NULL;
        if (measured && concerned > measured->concerned)
            measured->concerned = concerned;
        if (concerned > 0 && !solve(life, measured, problem))
            return false;
    }
    return true;
}

bool life_measure(struct life *life, const struct life_cycle *cycle, uint32_t count,
                  struct problem *problem)
{
    uint32_t first = life->run_count;
    array_reserve(life->runs, life->run_room, life->run_count + cycle->event_count);
    for (uint32_t i = 0; i < cycle->event_count; i++)
        if (cycle->labels[i])
            life->runs[life->run_count++] =
                (struct life_run){.cycle = cycle, .label = cycle->labels[i]};
    progress_step(life->progress, clock_ns(), "%s: %s", cycle->name, cycle->help);
    for (uint32_t i = 0; i < count; i++) {
        if (progress_due(life->progress, clock_ns()))
            progress_step(life->progress, clock_ns(), "%s: %s, %u of %u", cycle->name, cycle->help,
                          i + 1, count);
        if (!go_through(life, cycle, first, problem))
            return false;
    }
    return accept(life, true, problem);
}
