/* solve.c - flowsched solve: a network from a file, its optimal flow to standard output. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/clock.h"
#include "base/output.h"
#include "cli/command.h"
#include "cli/options.h"
#include "graph/dimacs.h"
#include "graph/dimacs_solution.h"
#include "graph/inspect.h"
#include "solver/certificate.h"

static const struct option OPTIONS[] = {
    {"solver", OPTION_TEXT, "NAME", "lemon-network-simplex", 0, 0, "see `flowsched list`"},
    {"check", OPTION_FLAG, NULL, NULL, 0, 0,
     "have the answer certified independently; exit status 70 if it does not hold"},
    {"no-flow", OPTION_FLAG, NULL, NULL, 0, 0, "print the cost only"},
    {"json", OPTION_FLAG, NULL, NULL, 0, 0,
     "print one JSON object with the outcome and figures instead"},
    {"graph", OPTION_TEXT, "FILE", NULL, 0, 0,
     "write the network, by ending: .graphml, .dot (with flow), .min (DIMACS); adds statistics "
     "to --json"},
};

/* One solve and all that is told about it. */
struct solve {
    const struct options *options;
    struct network network;
    struct solver *solver;
    struct solution solution;
    int64_t time_us;
    bool certified; /* asked for and done */
    struct inspect_statistics statistics;
};

static const char *outcome_word(enum outcome outcome)
{
    static const char *const WORDS[] = {
        [OUTCOME_OPTIMAL] = "optimal",
        [OUTCOME_INFEASIBLE] = "infeasible",
        [OUTCOME_BUDGET_SPENT] = "budget spent",
        [OUTCOME_REFUSED] = "refused",
    };
    return WORDS[outcome];
}

/* cJSON's own numbers are doubles; this keeps all 64 bits. */
static void add_integer(cJSON *object, const char *name, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    cJSON_AddRawToObject(object, name, text);
}

static void add_statistics(cJSON *object, const struct inspect_statistics *statistics)
{
    cJSON *part = cJSON_AddObjectToObject(object, "statistics");
    add_integer(part, "sources", statistics->sources);
    add_integer(part, "sinks", statistics->sinks);
    add_integer(part, "components", statistics->components);
    add_integer(part, "largest_component", statistics->largest_component);
    add_integer(part, "strong_components", statistics->strong_components);
    add_integer(part, "out_degree_max", statistics->out_degree_max);
    add_integer(part, "in_degree_max", statistics->in_degree_max);
    add_integer(part, "density_billionths", (int64_t)statistics->density_billionths);
    cJSON_AddBoolToObject(part, "acyclic", statistics->acyclic);
    cJSON_AddBoolToObject(part, "parallel_arcs", statistics->parallel_arcs);
}

static void print_json(const struct solve *solve)
{
    const struct solution *solution = &solve->solution;
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "outcome", outcome_word(solution->outcome));
    if (solution->outcome == OUTCOME_OPTIMAL)
        add_integer(object, "cost", solution->cost);
    else
        cJSON_AddNullToObject(object, "cost");
    if (solution->outcome == OUTCOME_REFUSED)
        cJSON_AddStringToObject(object, "reason", solution->reason);
    cJSON_AddStringToObject(object, "solver", solver_name(solve->solver));
    add_integer(object, "nodes", solve->network.node_count);
    add_integer(object, "arcs", solve->network.arc_count);
    add_integer(object, "work", (int64_t)solution->work);
    add_integer(object, "time_us", solve->time_us);
    cJSON_AddBoolToObject(object, "certified", solve->certified);
    if (options_text(solve->options, "graph"))
        add_statistics(object, &solve->statistics);
    char *text = cJSON_Print(object);
    bool memory_available = text != NULL;
    ASSERT(memory_available);
    puts(text);
    cJSON_free(text);
    cJSON_Delete(object);
}

/* Have the answer certified; the exit status if that fails, else EXIT_DONE. */
static int certify(struct solve *solve)
{
    struct certificate certificate;
    solver_prove(solve->solver, &solve->network, &solve->solution);
    certificate_check(&solve->network, &solve->solution, &certificate);
    solve->certified = certificate.verdict == VERDICT_HOLDS;
    if (solve->certified) {
        fprintf(stderr, "flowsched: certified %s\n", outcome_word(solve->solution.outcome));
        return EXIT_DONE;
    }
    fprintf(stderr,
            "flowsched: the answer of %s is not certified: node %" PRId64 ", arc %" PRId64 ": %s\n",
            solver_name(solve->solver),
            certificate.node == NONE ? 0 : (int64_t)certificate.node + 1,
            certificate.arc == NONE ? 0 : (int64_t)certificate.arc + 1, certificate.reason);
    return EXIT_INTERNAL;
}

static enum status write_dimacs(const struct network *network, const char *path,
                                struct problem *problem)
{
    struct output *output;
    enum status status = output_open(&output, path, problem);
    if (status != STATUS_OK)
        return status;
    dimacs_write(network, output_stream(output));
    return output_commit(output, problem);
}

static int draw(struct solve *solve)
{
    const char *path = options_text(solve->options, "graph");
    struct problem problem;
    size_t size = strlen(path);
    enum status status;
    if (size > 4 && strcmp(path + size - 4, ".min") == 0)
        status = write_dimacs(&solve->network, path, &problem);
    else
        status = inspect_write(&solve->network, solve->solution.flow, path, &problem);
    if (status == STATUS_OK)
        status = inspect_measure(&solve->network, &solve->statistics, &problem);
    return status == STATUS_OK ? EXIT_DONE : command_fail(status, &problem);
}

static int print_answer(const struct solve *solve)
{
    const struct solution *solution = &solve->solution;
    if (options_flag(solve->options, "json"))
        print_json(solve);
    else if (solution->outcome == OUTCOME_OPTIMAL && options_flag(solve->options, "no-flow"))
        printf("s %" PRId64 "\n", solution->cost);
    else if (solution->outcome == OUTCOME_OPTIMAL)
        dimacs_solution_write(&solve->network, solution->flow, solution->cost, stdout);
    if (solution->outcome == OUTCOME_INFEASIBLE) {
        fputs("flowsched: infeasible: no flow meets all supplies and bounds\n", stderr);
        return EXIT_NEGATIVE;
    }
    if (solution->outcome == OUTCOME_REFUSED) {
        fprintf(stderr, "flowsched: refused: %s\n", solution->reason);
        return EXIT_BAD_INPUT;
    }
    return EXIT_DONE;
}

static int solve_network(struct solve *solve)
{
    uint64_t start_ns = clock_ns();
    solver_solve(solve->solver, &solve->network, SOLVER_NO_BUDGET, &solve->solution);
    solve->time_us = (int64_t)((clock_ns() - start_ns) / 1000);
    int result = EXIT_DONE;
    if (options_flag(solve->options, "check") && solve->solution.outcome != OUTCOME_REFUSED)
        result = certify(solve);
    if (result == EXIT_DONE && options_text(solve->options, "graph"))
        result = draw(solve);
    return result == EXIT_DONE ? print_answer(solve) : result;
}

static int solve_file(const struct options *options)
{
    struct problem problem;
    struct solve solve = {.options = options};
    solve.solver = solver_create(options_text(options, "solver"));
    if (!solve.solver) {
        problem_set(&problem, STATUS_USAGE, NULL, 0, 0,
                    "there is no solver '%s'; 'flowsched list' names them",
                    options_text(options, "solver"));
        return command_fail(STATUS_USAGE, &problem);
    }
    enum status status = dimacs_read(options->arguments[0], &solve.network, &problem);
    int result = status == STATUS_OK ? solve_network(&solve) : command_fail(status, &problem);
    network_free(&solve.network);
    solver_destroy(solve.solver);
    return result;
}

int command_solve(int argc, char **argv)
{
    if (command_help(command_find("solve"), OPTIONS, COUNT_OF(OPTIONS), argc, argv))
        return EXIT_DONE;
    struct options options;
    struct problem problem;
    enum status status = options_parse(&options, OPTIONS, COUNT_OF(OPTIONS), argc, argv, &problem);
    if (status == STATUS_OK && options.argument_count != 1)
        status = problem_set(&problem, STATUS_USAGE, NULL, 0, 0,
                             "solve takes one network: flowsched solve FILE");
    int result = status == STATUS_OK ? solve_file(&options) : command_fail(status, &problem);
    options_free(&options);
    return result;
}
