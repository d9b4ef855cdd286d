/* certify.c - see certify.h. */
#include "bench/certify.h"

#include "solver/certificate.h"

bool certify(struct solver *solver, const struct network *network, struct solution *solution,
             struct problem *problem)
{
    struct certificate certificate;
    if (solution->outcome == OUTCOME_REFUSED)
        return true;
    solver_prove(solver, network, solution);
    certificate_check(network, solution, &certificate);
    if (certificate.verdict == VERDICT_HOLDS)
        return true;
    problem_set(problem, STATUS_ILLEGAL, NULL, 0, 0, "an answer of %s is not right: %s",
                solver_name(solver), certificate.reason);
    return false;
}

bool certify_same(const char *solver, cost_t cost, const char *other, cost_t other_cost,
                  struct problem *problem)
{
    if (cost == other_cost)
        return true;
    problem_set(problem, STATUS_ILLEGAL, NULL, 0, 0,
                "the costs of one optimum differ: %" PRId64 " by %s, %" PRId64 " by %s", cost,
                solver, other_cost, other);
    return false;
}
