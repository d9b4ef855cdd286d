/* solve_answer.c - see solve_answer.h. */
#include "cli/solve_answer.h"

#include <stdio.h>

#include "base/checked.h"
#include "base/clock.h"
#include "graph/dimacs_solution.h"
#include "solver/certificate.h"

void answer_solve(struct answer *answer, struct network *network, uint64_t budget)
{
    uint64_t start_ns = clock_ns();
    solver_solve(answer->solver, network, budget, &answer->solution);
    answer->network = network;
    answer->time_us = (int64_t)((clock_ns() - start_ns) / 1000);
}

const char *answer_word(enum outcome outcome)
{
    static const char *const WORDS[] = {
        [OUTCOME_OPTIMAL] = "optimal",
        [OUTCOME_INFEASIBLE] = "infeasible",
        [OUTCOME_BUDGET_SPENT] = "budget spent",
        [OUTCOME_REFUSED] = "refused",
    };
    return WORDS[outcome];
}

static bool has_flow(const struct answer *answer)
{
    enum outcome outcome = answer->solution.outcome;
    return outcome == OUTCOME_OPTIMAL || outcome == OUTCOME_BUDGET_SPENT;
}

/* Cost less bound; false if there is no bound within 64 bits. */
static bool find_gap(const struct solution *solution, cost_t *gap)
{
    cost_t minus_bound;
    return checked_mul(solution->bound, -1, &minus_bound) &&
           checked_add(solution->cost, minus_bound, gap);
}

/* "from 3 to 4: ", "at node 3: " or nothing. */
static void print_place(const struct answer *answer, const struct certificate *certificate)
{
    if (certificate->arc != NONE) {
        const struct network_arc *arc = &answer->network->arcs[certificate->arc];
        fprintf(stderr, "arc from %u to %u: ", answer->numbers[arc->tail],
                answer->numbers[arc->head]);
    } else if (certificate->node != NONE) {
        fprintf(stderr, "node %u: ", answer->numbers[certificate->node]);
    }
}

bool answer_certify(struct answer *answer)
{
    struct certificate certificate;
    if (answer->solution.outcome == OUTCOME_REFUSED)
        return true;
    solver_prove(answer->solver, answer->network, &answer->solution);
    certificate_check(answer->network, &answer->solution, &certificate);
    answer->certified = certificate.verdict == VERDICT_HOLDS;
    if (answer->certified) {
        fprintf(stderr, "flowsched: %scertified %s\n", answer->where,
                answer_word(answer->solution.outcome));
        return true;
    }
    fprintf(stderr, "flowsched: %sthe answer of %s is not certified: ", answer->where,
            solver_name(answer->solver));
    print_place(answer, &certificate);
    fprintf(stderr, "%s\n", certificate.reason);
    return false;
}

void answer_print(const struct answer *answer, bool with_flow)
{
    const struct solution *solution = &answer->solution;
    if (!has_flow(answer))
        return;
    printf("s %" PRId64 "\n", solution->cost);
    if (with_flow)
        dimacs_flow_write(answer->network, answer->numbers, solution->flow, stdout);
    cost_t gap;
    if (solution->outcome != OUTCOME_BUDGET_SPENT)
        return;
    if (find_gap(solution, &gap))
        printf("c BUDGET SPENT BOUND %" PRId64 " GAP %" PRId64 "\n", solution->bound, gap);
    else
        puts("c BUDGET SPENT");
}

void answer_json_integer(cJSON *object, const char *name, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    cJSON_AddRawToObject(object, name, text);
}

static void add_or_null(cJSON *object, const char *name, bool known, int64_t value)
{
    if (known)
        answer_json_integer(object, name, value);
    else
        cJSON_AddNullToObject(object, name);
}

void answer_json(const struct answer *answer, cJSON *object)
{
    const struct solution *solution = &answer->solution;
    cost_t gap = 0;
    bool bounded = has_flow(answer) && find_gap(solution, &gap);
    cJSON_AddStringToObject(object, "outcome", answer_word(solution->outcome));
    add_or_null(object, "cost", has_flow(answer), solution->cost);
    add_or_null(object, "bound", bounded, solution->bound);
    add_or_null(object, "gap", bounded, gap);
    if (solution->outcome == OUTCOME_REFUSED)
        cJSON_AddStringToObject(object, "reason", solution->reason);
    cJSON_AddStringToObject(object, "solver", solver_name(answer->solver));
    answer_json_integer(object, "nodes", answer->network->node_count);
    answer_json_integer(object, "arcs", answer->network->arc_count);
    answer_json_integer(object, "work", (int64_t)solution->work);
    answer_json_integer(object, "time_us", answer->time_us);
    cJSON_AddBoolToObject(object, "certified", answer->certified);
}

static void tell_gap(const struct answer *answer)
{
    const struct solution *solution = &answer->solution;
    cost_t gap;
    if (find_gap(solution, &gap))
        fprintf(stderr,
                "flowsched: %sbudget spent: the flow costs %" PRId64
                ", no flow costs less than %" PRId64 ", the gap is %" PRId64 "\n",
                answer->where, solution->cost, solution->bound, gap);
    else
        fprintf(stderr,
                "flowsched: %sbudget spent: the flow costs %" PRId64 ", the gap is unknown\n",
                answer->where, solution->cost);
}

void answer_tell(const struct answer *answer)
{
    enum outcome outcome = answer->solution.outcome;
    if (outcome == OUTCOME_INFEASIBLE)
        fprintf(stderr, "flowsched: %sinfeasible: no flow meets all supplies and bounds\n",
                answer->where);
    if (outcome == OUTCOME_REFUSED)
        fprintf(stderr, "flowsched: %srefused: %s\n", answer->where, answer->solution.reason);
    if (outcome == OUTCOME_BUDGET_SPENT)
        tell_gap(answer);
}

int answer_exit_status(const struct answer *answer)
{
    static const int STATUSES[] = {
        [OUTCOME_OPTIMAL] = EXIT_DONE,
        [OUTCOME_INFEASIBLE] = EXIT_NEGATIVE,
        [OUTCOME_BUDGET_SPENT] = EXIT_BUDGET_SPENT,
        [OUTCOME_REFUSED] = EXIT_BAD_INPUT,
    };
    return STATUSES[answer->solution.outcome];
}
