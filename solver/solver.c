/* solver.c - see solver.h. */
#include "solver/solver.h"

#include <string.h>

#include "base/assert.h"
#include "base/memory.h"
#include "solver/auto.h"
#include "solver/lemon_shim.h"
#include "solver/paths.h"
#include "solver/ranges.h"
#include "solver/repair.h"
#include "solver/scaling.h"
#include "solver/simplex.h"

struct solver {
    const struct solver_kind *kind;
    void *state;
    const struct network *last; /* the network of the last call that the algorithm saw */
    cost_t *potential;          /* of an answer that needs no algorithm; likewise its flow, all 0 */
    flow_t *flow;
    uint32_t potential_room;
    uint32_t flow_room;
};

static const struct solver_kind KINDS[] = {
    {"auto", "repair, simplex or scaling, whichever the network needs", auto_create, auto_destroy,
     auto_solve, auto_prove, true},
    {"repair", "incremental: mends its last optimum by searches around each change", repair_create,
     repair_destroy, repair_solve, repair_prove, true},
    {"simplex", "primal network simplex", simplex_create, simplex_destroy, simplex_solve, NULL,
     true},
    {"scaling", "cost scaling: hardly slower under contention, goes on from its last optimum",
     scaling_create, scaling_destroy, scaling_solve, NULL, true},
    {"lemon-network-simplex", "LEMON's primal network simplex", lemon_create, lemon_destroy,
     lemon_network_simplex, NULL, false},
    {"lemon-cost-scaling", "LEMON's cost scaling", lemon_create, lemon_destroy, lemon_cost_scaling,
     NULL, false},
    {"lemon-capacity-scaling", "LEMON's capacity scaling", lemon_create, lemon_destroy,
     lemon_capacity_scaling, NULL, false},
    {"paths", "plain successive shortest paths; the reference of all tests", paths_create,
     paths_destroy, paths_solve, NULL, true},
};

uint32_t solver_kind_count(void)
{
    return COUNT_OF(KINDS);
}

const struct solver_kind *solver_kind_at(uint32_t index)
{
    ASSERT(index < COUNT_OF(KINDS));
    return &KINDS[index];
}

struct solver *solver_create(const char *name)
{
    for (uint32_t i = 0; i < COUNT_OF(KINDS); i++) {
        if (strcmp(KINDS[i].name, name) != 0)
            continue;
        struct solver *solver = memory_alloc(sizeof *solver);
        solver->kind = &KINDS[i];
        solver->state = KINDS[i].create();
        return solver;
    }
    return NULL;
}

void solver_destroy(struct solver *solver)
{
    if (!solver)
        return;
    solver->kind->destroy(solver->state);
    memory_free(solver->potential);
    memory_free(solver->flow);
    memory_free(solver);
}

const char *solver_name(const struct solver *solver)
{
    return solver->kind->name;
}

bool solver_takes_budget(const struct solver *solver)
{
    return solver->kind->takes_budget;
}

/* The same potential at every live node: 1 if more is supplied than demanded, -1 if less. */
static const cost_t *level_potential(struct solver *solver, const struct network *network,
                                     cost_t value)
{
    array_reserve(solver->potential, solver->potential_room, (size_t)network->node_limit + 1);
    for (uint32_t v = 0; v < network->node_limit; v++)
        solver->potential[v] = network->nodes[v].live ? value : 0;
    return solver->potential;
}

void solver_solve(struct solver *solver, struct network *network, uint64_t budget,
                  struct solution *solution)
{
    *solution = (struct solution){0};
    network_merge_deltas(network);
    solution->reason = ranges_check(network);
    if (solution->reason) {
        solution->outcome = OUTCOME_REFUSED;
        return;
    }
    if (network->sums.supply != 0) {
        solution->outcome = OUTCOME_INFEASIBLE;
        solution->potential = level_potential(solver, network, network->sums.supply > 0 ? 1 : -1);
        return;
    }
    if (network->node_count == 0) {
        array_reserve(solver->flow, solver->flow_room, (size_t)network->arc_limit + 1);
        solution->outcome = OUTCOME_OPTIMAL;
        solution->flow = solver->flow;
        solution->potential = level_potential(solver, network, 0);
        return;
    }
    struct solve_request request = {
        .budget = budget, .continues = solver->last == network && network->delta_reader == solver};
    solver->kind->solve(solver->state, network, &request, solution);
    solver->last = network;
    network_clear_deltas(network, solver);
}

void solver_prove(struct solver *solver, const struct network *network, struct solution *solution)
{
    if (!solution->potential && solution->outcome != OUTCOME_REFUSED)
        solver->kind->prove(solver->state, network, solution);
}
