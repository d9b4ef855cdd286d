/* generate_network.c - flowsched generate network: a network of a family, in DIMACS format. */
#include <stdio.h>
#include <string.h>

#include "base/output.h"
#include "bench/family.h"
#include "cli/command.h"
#include "cli/generate.h"
#include "cli/options.h"
#include "graph/dimacs.h"

static const struct command command = {
    "generate network", "",
    "a network of a family that solvers are measured with, in DIMACS format", generate_network};

static const struct option rows[] = {
    {"family", OPTION_TEXT, "NAME", NULL, 0, 0, "what it is like; see `flowsched list`"},
    {"nodes", OPTION_INT, "N", NULL, 2, FAMILY_NODES_MAX, "so many nodes"},
    {"degree", OPTION_INT, "N", NULL, 1, FAMILY_NODES_MAX,
     "arcs per node; 8, but 3 in a road network"},
    {"seed", OPTION_INT, "N", "1", 0, INT64_MAX, "of everything that is left to chance"},
    {"supply", OPTION_INT, "N", NULL, 1, FAMILY_SUPPLY_MAX,
     "of all sources together; 1,000 for each, or what suits the family"},
    {"cost-max", OPTION_INT, "N", "10000", 1, FAMILY_COST_MAX, "costs go from 1 to it"},
    {"capacity-max", OPTION_INT, "N", NULL, 1, FAMILY_CAPACITY_MAX,
     "capacities go from 1 to it; 1000, but 1 in an assignment"},
    {"out", OPTION_TEXT, "FILE", "-", 0, 0, "where to; - is standard output"},
};

static enum status read_options(const struct options *options, const struct family **family,
                                struct family_options *wanted, struct problem *problem)
{
    if (options->argument_count > 0)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "generate network takes options only, not '%s'", options->arguments[0]);
    const char *name = options_text(options, "family");
    if (!name || !options_get(options, "nodes")->given)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "say which network: generate network --family NAME --nodes N");
    *family = family_find(name);
    if (!*family)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "there is no family '%s'; 'flowsched list' names them", name);
    *wanted = (struct family_options){
        .nodes = (uint32_t)options_number(options, "nodes"),
        .degree = (uint32_t)options_number(options, "degree"),
        .seed = (uint64_t)options_number(options, "seed"),
        .supply = options_number(options, "supply"),
        .cost_max = options_number(options, "cost-max"),
        .capacity_max = options_number(options, "capacity-max"),
    };
    return STATUS_OK;
}

/* The first lines tell how to make the same network again. */
static void print_options(const struct options *options, FILE *file)
{
    fputs("c flowsched generate network", file);
    for (uint32_t i = 0; i < COUNT_OF(rows); i++)
        if (options->values[i].given && strcmp(rows[i].name, "out") != 0)
            fprintf(file, " --%s %s", rows[i].name, options->values[i].text);
    fputc('\n', file);
}

static enum status write_network(const struct options *options, const struct network *network,
                                 struct problem *problem)
{
    struct output *output;
    enum status status = output_open(&output, options_text(options, "out"), problem);
    if (status != STATUS_OK)
        return status;
    print_options(options, output_stream(output));
    dimacs_write(network, output_stream(output));
    return output_commit(output, problem);
}

static enum status generate(const struct options *options, struct problem *problem)
{
    const struct family *family = NULL;
    struct family_options wanted = {0};
    struct network network;
    enum status status = read_options(options, &family, &wanted, problem);
    if (status != STATUS_OK)
        return status;
    status = family_build(family, &wanted, &network, problem);
    if (status == STATUS_OK)
        status = write_network(options, &network, problem);
    if (status == STATUS_OK)
        fprintf(stderr, "%u nodes, %u arcs, a supply of %" PRId64 "\n", network.node_count,
                network.arc_count, (int64_t)(network.sums.supply_magnitude / 2));
    network_free(&network);
    return status;
}

int generate_network(int argc, char **argv)
{
    if (command_help(&command, rows, COUNT_OF(rows), argc, argv))
        return EXIT_DONE;
    struct options options;
    struct problem problem;
    enum status status = options_parse(&options, rows, COUNT_OF(rows), argc, argv, &problem);
    if (status == STATUS_OK)
        status = generate(&options, &problem);
    options_free(&options);
    return status == STATUS_OK ? EXIT_DONE : command_fail(status, &problem);
}
