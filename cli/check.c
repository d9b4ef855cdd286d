/* check.c - flowsched check: the certificate, alone, for a solution from anywhere. */
#include <stdio.h>

#include "base/memory.h"
#include "cli/command.h"
#include "cli/options.h"
#include "graph/dimacs.h"
#include "graph/dimacs_solution.h"
#include "solver/proof.h"

/* Say what breaks and where, in the file's own numbers. */
static void print_verdict(const struct network *network, cost_t cost,
                          const struct certificate *certificate)
{
    static const char *const WORDS[] = {
        [VERDICT_HOLDS] = "optimal",
        [VERDICT_NOT_A_FLOW] = "not a flow",
        [VERDICT_WRONG_COST] = "wrong cost",
        [VERDICT_NOT_PROVEN] = "not optimal",
    };
    printf("%s", WORDS[certificate->verdict]);
    if (certificate->arc != NONE) {
        const struct network_arc *arc = &network->arcs[certificate->arc];
        printf(": arc %u, from %u to %u", certificate->arc + 1, arc->tail + 1, arc->head + 1);
    } else if (certificate->node != NONE) {
        printf(": node %u", certificate->node + 1);
    }
    if (certificate->verdict == VERDICT_HOLDS)
        printf(": cost %" PRId64 "\n", cost);
    else
        printf(": %s\n", certificate->reason);
}

static int judge(const struct network *network, const flow_t *flow, cost_t cost)
{
    struct certificate certificate;
    cost_t *potential = memory_alloc((size_t)network->node_limit * sizeof *potential);
    struct solution solution = {
        .outcome = OUTCOME_OPTIMAL, .cost = cost, .flow = flow, .potential = potential};
    if (proof_find(network, flow, potential, &certificate))
        certificate_check(network, &solution, &certificate);
    memory_free(potential);
    print_verdict(network, cost, &certificate);
    return certificate.verdict == VERDICT_HOLDS ? EXIT_DONE : EXIT_NEGATIVE;
}

static int check_files(const char *network_path, const char *solution_path)
{
    struct problem problem;
    struct network network;
    enum status status = dimacs_read(network_path, &network, &problem);
    if (status != STATUS_OK)
        return command_fail(status, &problem);
    cost_t cost;
    flow_t *flow = memory_alloc((size_t)network.arc_limit * sizeof *flow);
    status = dimacs_solution_read(solution_path, &network, flow, &cost, &problem);
    int result = status == STATUS_OK ? judge(&network, flow, cost) : command_fail(status, &problem);
    memory_free(flow);
    network_free(&network);
    return result;
}

int command_check(int argc, char **argv)
{
    if (command_help(command_find("check"), NULL, 0, argc, argv))
        return EXIT_DONE;
    struct options options;
    struct problem problem;
    enum status status = options_parse(&options, NULL, 0, argc, argv, &problem);
    if (status == STATUS_OK && options.argument_count != 2)
        status = problem_set(&problem, STATUS_USAGE, NULL, 0, 0,
                             "check takes a network and a solution: flowsched check FILE SOLUTION");
    int result = status == STATUS_OK ? check_files(options.arguments[0], options.arguments[1])
                                     : command_fail(status, &problem);
    options_free(&options);
    return result;
}
