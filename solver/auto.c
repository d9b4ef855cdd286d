/* auto.c - see auto.h.
 *
 *  1. `repair` takes over the network, or its deltas, and works until it is done or has done
 *     what FIRST_WORK allows.
 *  2. Then `scaling` starts from nothing on a second thread, and repair goes on beside it.
 *     If repair is done before it has done what SECOND_WORK allows, its answer is taken and
 *     scaling is stopped; else that of scaling, and repair takes it over, so that the next
 *     changes are repaired again. In a race instead of a decision by work, whoever is done
 *     first stops the other.
 *  3. A network in which few nodes are sources (repair_state.h) is not one that repair is made
 *     for: from nothing, scaling solves it alone. If changes to it follow, it is solved so once
 *     more, and repair takes that over: one who asks once does not pay for the second time.
 *
 * With a budget, repair alone answers: it can tell what it has at any time.
 *
 * Both see the same network, which nobody changes meanwhile; nothing else is shared. */
#include "solver/auto.h"

#include <pthread.h>

#include "base/memory.h"
#include "base/stop.h"
#include "solver/repair.h"
#include "solver/scaling.h"

/* Work of repair for each node and arc. On clusters of 12,500 machines, repair from nothing is
 * done at 1 (half full), 4 (90 %), 90 (full) and 130 (overfull), after 8 to 10 ns a step; scaling
 * takes as long as 90 steps when it is alone, and more beside repair. */
#define FIRST_WORK 8
#define SECOND_WORK 64

enum holder { HOLDER_NONE, HOLDER_REPAIR, HOLDER_SCALING };

struct auto_solver {
    void *repair;
    void *scaling;
    bool race;
    enum holder holder; /* whose state is that of the last answer */
    struct solution solution;
};

static void *create(bool race)
{
    struct auto_solver *solver = memory_alloc(sizeof *solver);
    solver->repair = repair_create();
    solver->scaling = scaling_create();
    solver->race = race;
    return solver;
}

void *auto_create(void)
{
    return create(false);
}

void *race_create(void)
{
    return create(true);
}

void auto_destroy(void *state)
{
    struct auto_solver *solver = state;
    repair_destroy(solver->repair);
    scaling_destroy(solver->scaling);
    memory_free(solver);
}

/* Scaling on the second thread. */
struct rival {
    void *scaling;
    const struct network *network;
    struct solve_request request;
    struct solution solution;
    struct stop stop; /* set by repair: its answer is taken */
    struct stop done; /* set by scaling: it has one */
};

static void *run_rival(void *argument)
{
    struct rival *rival = argument;
    scaling_solve(rival->scaling, rival->network, &rival->request, &rival->solution);
    stop_set(&rival->done);
    return NULL;
}

/* Is the network of the shape that repair is made for: are most nodes sources, or could be? */
static bool has_sources(const struct network *network)
{
    uint32_t count = 0;
    for (uint32_t v = 0; v < network->node_limit; v++) {
        const struct network_node *node = &network->nodes[v];
        count += node->live && node->supply > 0 && node->first_in == NONE;
    }
    return count >= network->node_count / 2;
}

/* Let repair hold what scaling has found. */
static void hand_over(struct auto_solver *solver, const struct network *network,
                      struct solution *solution)
{
    if (solution->outcome != OUTCOME_OPTIMAL) {
        solver->holder = HOLDER_NONE;
        return;
    }
    repair_adopt(solver->repair, network, solution->flow, solution->potential);
    uint64_t work = solution->work;
    *solution = (struct solution){.work = work};
    repair_answer(solver->repair, network, REPAIR_DONE, solution);
    solver->holder = HOLDER_REPAIR;
}

static void solve_by_scaling(struct auto_solver *solver, const struct network *network,
                             struct solution *solution)
{
    struct solve_request request = {.budget = SOLVER_NO_BUDGET};
    bool changes = solver->holder == HOLDER_SCALING;
    scaling_solve(solver->scaling, network, &request, solution);
    solver->holder = HOLDER_SCALING;
    if (changes)
        hand_over(solver, network, solution);
}

/* Step 2. The work that repair has done so far is in solution->work. */
static void race(struct auto_solver *solver, const struct network *network, uint64_t more,
                 struct solution *solution)
{
    struct rival rival = {.scaling = solver->scaling,
                          .network = network,
                          .request = {.budget = SOLVER_NO_BUDGET, .stop = &rival.stop}};
    pthread_t thread;
    bool beside = pthread_create(&thread, NULL, run_rival, &rival) == 0;
    uint64_t start = repair_work(solver->repair);
    enum repair_progress progress = repair_advance(
        solver->repair, solver->race ? SOLVER_NO_BUDGET : more, solver->race ? &rival.done : NULL);
    solution->work += repair_work(solver->repair) - start;
    if (progress != REPAIR_SPENT)
        stop_set(&rival.stop);
    if (beside)
        pthread_join(thread, NULL);
    if (progress != REPAIR_SPENT) {
        repair_answer(solver->repair, network, progress, solution);
        return;
    }
    if (!beside)
        run_rival(&rival); /* there is no thread to be had */
    rival.solution.work += solution->work;
    *solution = rival.solution;
    hand_over(solver, network, solution);
}

void auto_solve(void *state, const struct network *network, const struct solve_request *request,
                struct solution *solution)
{
    struct auto_solver *solver = state;
    uint64_t size = (uint64_t)network->node_count + network->arc_count;
    bool continues = request->continues && solver->holder == HOLDER_REPAIR;
    bool limited = request->budget != SOLVER_NO_BUDGET;
    if (!request->continues && solver->holder == HOLDER_SCALING)
        solver->holder = HOLDER_NONE;
    if (!continues && !limited && !has_sources(network)) {
        solve_by_scaling(solver, network, solution);
        return;
    }
    uint64_t start = repair_work(solver->repair);
    repair_begin(solver->repair, network, continues);
    uint64_t used = repair_work(solver->repair) - start;
    uint64_t allowed = limited ? request->budget : FIRST_WORK * size;
    enum repair_progress progress =
        repair_advance(solver->repair, allowed > used ? allowed - used : 0, NULL);
    solver->holder = HOLDER_REPAIR;
    solution->work = repair_work(solver->repair) - start;
    if (progress == REPAIR_SPENT && !limited)
        race(solver, network, (SECOND_WORK - FIRST_WORK) * size, solution);
    else
        repair_answer(solver->repair, network, progress, solution);
}

void auto_prove(void *state, const struct network *network, struct solution *solution)
{
    struct auto_solver *solver = state;
    repair_prove(solver->repair, network, solution);
}
