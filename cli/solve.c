/* solve.c - flowsched solve: a network from a file, its optimal flow to standard output. */
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/memory.h"
#include "base/output.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/solve_answer.h"
#include "cli/solve_stream.h"
#include "graph/dimacs.h"
#include "graph/inspect.h"

static const struct option OPTIONS[] = {
    {"solver", OPTION_TEXT, "NAME", "auto", 0, 0, "see `flowsched list`"},
    {"stream", OPTION_FLAG, NULL, NULL, 0, 0,
     "FILE, or else standard input, is a network and then rounds of changes to it; answer each "
     "round (docs/change-stream.md)"},
    {"budget", OPTION_INT, "N", NULL, 0, INT64_MAX,
     "the most steps of a solve, as its solver counts work; when they are spent, print the flow so "
     "far and how far it can be from the optimum, exit status 4"},
    {"check", OPTION_FLAG, NULL, NULL, 0, 0,
     "have the answer certified independently; exit status 70 if it does not hold"},
    {"no-flow", OPTION_FLAG, NULL, NULL, 0, 0, "print the cost only"},
    {"json", OPTION_FLAG, NULL, NULL, 0, 0,
     "print one JSON object with the outcome and figures instead, a line for each round"},
    {"graph", OPTION_TEXT, "FILE", NULL, 0, 0,
     "write the network, by ending: .graphml, .dot (with flow), .min (DIMACS); adds statistics "
     "to --json"},
};

/* One solve of a file and all that is told about it. */
struct solve {
    const struct options *options;
    struct network network;
    struct answer answer;
    struct inspect_statistics statistics;
};

static void add_statistics(cJSON *object, const struct inspect_statistics *statistics)
{
    cJSON *part = cJSON_AddObjectToObject(object, "statistics");
    answer_json_integer(part, "sources", statistics->sources);
    answer_json_integer(part, "sinks", statistics->sinks);
    answer_json_integer(part, "components", statistics->components);
    answer_json_integer(part, "largest_component", statistics->largest_component);
    answer_json_integer(part, "strong_components", statistics->strong_components);
    answer_json_integer(part, "out_degree_max", statistics->out_degree_max);
    answer_json_integer(part, "in_degree_max", statistics->in_degree_max);
    answer_json_integer(part, "density_billionths", (int64_t)statistics->density_billionths);
    cJSON_AddBoolToObject(part, "acyclic", statistics->acyclic);
    cJSON_AddBoolToObject(part, "parallel_arcs", statistics->parallel_arcs);
}

static void print_json(const struct solve *solve)
{
    cJSON *object = cJSON_CreateObject();
    answer_json(&solve->answer, object);
    if (options_text(solve->options, "graph"))
        add_statistics(object, &solve->statistics);
    char *text = cJSON_Print(object);
    bool memory_available = text != NULL;
    ASSERT(memory_available);
    puts(text);
    cJSON_free(text);
    cJSON_Delete(object);
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
        status = inspect_write(&solve->network, solve->answer.solution.flow, path, &problem);
    if (status == STATUS_OK)
        status = inspect_measure(&solve->network, &solve->statistics, &problem);
    return status == STATUS_OK ? EXIT_DONE : command_fail(status, &problem);
}

static int solve_network(struct solve *solve, uint64_t budget)
{
    const struct options *options = solve->options;
    answer_solve(&solve->answer, &solve->network, budget);
    if (options_flag(options, "check") && !answer_certify(&solve->answer))
        return EXIT_INTERNAL;
    int result = options_text(options, "graph") ? draw(solve) : EXIT_DONE;
    if (result != EXIT_DONE)
        return result;
    if (options_flag(options, "json"))
        print_json(solve);
    else
        answer_print(&solve->answer, !options_flag(options, "no-flow"));
    answer_tell(&solve->answer);
    return answer_exit_status(&solve->answer);
}

static int solve_file(const char *path, const struct options *options, struct solver *solver,
                      uint64_t budget)
{
    struct problem problem;
    struct solve solve = {.options = options, .answer.solver = solver};
    enum status status = dimacs_read(path, &solve.network, &problem);
    uint32_t *numbers = memory_alloc((size_t)solve.network.node_limit * sizeof *numbers);
    dimacs_number_nodes(&solve.network, numbers);
    solve.answer.numbers = numbers;
    int result =
        status == STATUS_OK ? solve_network(&solve, budget) : command_fail(status, &problem);
    memory_free(numbers);
    network_free(&solve.network);
    return result;
}

/* The options that do not go together, and the number of arguments. */
static enum status check_use(const struct options *options, struct problem *problem)
{
    bool stream = options_flag(options, "stream");
    if (stream && options_text(options, "graph"))
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "--graph writes one network and does not go with --stream");
    if (stream && options->argument_count > 1)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "solve takes one stream: flowsched solve --stream [FILE]");
    if (!stream && options->argument_count != 1)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "solve takes one network: flowsched solve FILE");
    return STATUS_OK;
}

/* The solver that the options want, with a budget only if it takes one. */
static enum status choose_solver(const struct options *options, struct solver **solver,
                                 struct problem *problem)
{
    const char *name = options_text(options, "solver");
    *solver = solver_create(name);
    if (!*solver)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "there is no solver '%s'; 'flowsched list' names them", name);
    if (options_get(options, "budget")->given && !solver_takes_budget(*solver))
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "the solver %s takes no --budget; --solver repair does", name);
    return STATUS_OK;
}

static int solve_as_told(const struct options *options)
{
    struct problem problem;
    struct solver *solver = NULL;
    const char *path = options->argument_count ? options->arguments[0] : "-";
    const struct option_value *budget = options_get(options, "budget");
    uint64_t budget_max = budget->given ? (uint64_t)budget->number : SOLVER_NO_BUDGET;
    enum status status = check_use(options, &problem);
    if (status == STATUS_OK)
        status = choose_solver(options, &solver, &problem);
    int result;
    if (status != STATUS_OK)
        result = command_fail(status, &problem);
    else if (options_flag(options, "stream"))
        result = solve_stream(path, options, solver, budget_max);
    else
        result = solve_file(path, options, solver, budget_max);
    solver_destroy(solver);
    return result;
}

int command_solve(int argc, char **argv)
{
    if (command_help(command_find("solve"), OPTIONS, COUNT_OF(OPTIONS), argc, argv))
        return EXIT_DONE;
    struct options options;
    struct problem problem;
    enum status status = options_parse(&options, OPTIONS, COUNT_OF(OPTIONS), argc, argv, &problem);
    int result = status == STATUS_OK ? solve_as_told(&options) : command_fail(status, &problem);
    options_free(&options);
    return result;
}
