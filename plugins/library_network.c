/* library_network.c - the solver alone, for callers with a network and no cluster. */
#include <stdio.h>

#include "base/memory.h"
#include "include/flowsched.h"
#include "plugins/library.h"
#include "solver/certificate.h"

struct flowsched_network {
    struct network network;
    struct solver *solver;
    struct certificate certificate;
    struct problem problem; /* of the last call */
};

enum flowsched_status flowsched_network_create(struct flowsched_network **network,
                                               const char *solver, char *reason, size_t reason_size)
{
    *network = NULL;
    struct solver *created = solver_create(solver ? solver : "auto");
    if (!created) {
        if (reason && reason_size)
            snprintf(reason, reason_size, "there is no solver %s", solver);
        return FLOWSCHED_USAGE;
    }
    *network = memory_alloc(sizeof **network);
    network_init(&(*network)->network);
    (*network)->solver = created;
    return FLOWSCHED_OK;
}

void flowsched_network_destroy(struct flowsched_network *network)
{
    if (!network)
        return;
    solver_destroy(network->solver);
    network_free(&network->network);
    memory_free(network);
}

const char *flowsched_network_reason(const struct flowsched_network *network)
{
    return network->problem.reason;
}

static enum flowsched_status end(struct flowsched_network *network, enum status status,
                                 const char *reason)
{
    problem_set(&network->problem, status, NULL, 0, 0, "%s", reason);
    return library_status(status);
}

static enum flowsched_status done(struct flowsched_network *network)
{
    return end(network, STATUS_OK, "");
}

/* Nodes. */

enum flowsched_status flowsched_network_add_node(struct flowsched_network *network, int64_t supply,
                                                 uint32_t *node)
{
    if (network->network.node_limit == NONE - 1 && network->network.free_node == NONE)
        return end(network, STATUS_TOO_LARGE, "there are too many nodes");
    *node = network_add_node(&network->network, supply);
    return done(network);
}

enum flowsched_status flowsched_network_set_supply(struct flowsched_network *network, uint32_t node,
                                                   int64_t supply)
{
    if (!network_node_live(&network->network, node))
        return end(network, STATUS_NOT_FOUND, "there is no such node");
    network_set_supply(&network->network, node, supply);
    return done(network);
}

enum flowsched_status flowsched_network_remove_node(struct flowsched_network *network,
                                                    uint32_t node)
{
    if (!network_node_live(&network->network, node))
        return end(network, STATUS_NOT_FOUND, "there is no such node");
    network_remove_node(&network->network, node);
    return done(network);
}

/* Arcs. */

static const char *why_no_arc(const struct flowsched_network *network,
                              const struct flowsched_arc *arc, enum status *status)
{
    *status = STATUS_NOT_FOUND;
    if (!network_node_live(&network->network, arc->tail))
        return "there is no such tail";
    if (!network_node_live(&network->network, arc->head))
        return "there is no such head";
    *status = STATUS_BAD_INPUT;
    return arc->lower < 0 || arc->lower > arc->capacity ? "bounds are 0 <= lower <= capacity"
                                                        : NULL;
}

enum flowsched_status flowsched_network_add_arcs(struct flowsched_network *network,
                                                 const struct flowsched_arc *arcs, size_t count,
                                                 uint32_t *ids)
{
    enum status status;
    for (size_t i = 0; i < count; i++) {
        const char *reason = why_no_arc(network, &arcs[i], &status);
        if (reason)
            return end(network, status, reason);
    }
    if (count >= NONE - 1 - (size_t)network->network.arc_count)
        return end(network, STATUS_TOO_LARGE, "there are too many arcs");
    for (size_t i = 0; i < count; i++) {
        uint32_t arc = network_add_arc(&network->network, arcs[i].tail, arcs[i].head, arcs[i].lower,
                                       arcs[i].capacity, arcs[i].cost);
        if (ids)
            ids[i] = arc;
    }
    return done(network);
}

enum flowsched_status flowsched_network_change_arc(struct flowsched_network *network, uint32_t arc,
                                                   int64_t lower, int64_t capacity, int64_t cost)
{
    if (!network_arc_live(&network->network, arc))
        return end(network, STATUS_NOT_FOUND, "there is no such arc");
    if (lower < 0 || lower > capacity)
        return end(network, STATUS_BAD_INPUT, "bounds are 0 <= lower <= capacity");
    network_change_arc(&network->network, arc, lower, capacity, cost);
    return done(network);
}

enum flowsched_status flowsched_network_remove_arc(struct flowsched_network *network, uint32_t arc)
{
    if (!network_arc_live(&network->network, arc))
        return end(network, STATUS_NOT_FOUND, "there is no such arc");
    network_remove_arc(&network->network, arc);
    return done(network);
}

/* Solving. */

enum flowsched_status flowsched_network_solve(struct flowsched_network *network, uint64_t budget,
                                              struct flowsched_solution *solution)
{
    static const enum flowsched_outcome outcomes[] = {
        [OUTCOME_OPTIMAL] = FLOWSCHED_OPTIMAL,
        [OUTCOME_INFEASIBLE] = FLOWSCHED_INFEASIBLE_FLOW,
        [OUTCOME_BUDGET_SPENT] = FLOWSCHED_BUDGET_SPENT,
        [OUTCOME_REFUSED] = FLOWSCHED_REFUSED,
    };
    struct solution found;
    struct certificate *certificate = &network->certificate;
    solver_solve(network->solver, &network->network, budget ? budget : SOLVER_NO_BUDGET, &found);
    *certificate = (struct certificate){0};
    if (found.outcome != OUTCOME_REFUSED) {
        solver_prove(network->solver, &network->network, &found);
        certificate_check(&network->network, &found, certificate);
    }
    *solution = (struct flowsched_solution){
        .outcome = outcomes[found.outcome],
        .cost = found.cost,
        .bound = found.bound,
        .flow = found.flow,
        .potential = found.potential,
        .node_limit = network->network.node_limit,
        .arc_limit = network->network.arc_limit,
        .work = found.work,
        .certified = found.outcome != OUTCOME_REFUSED && certificate->verdict == VERDICT_HOLDS,
        .reason = found.reason ? found.reason : certificate->reason,
    };
    return done(network);
}
