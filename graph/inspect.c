/* inspect.c - see inspect.h. */
#include "graph/inspect.h"

#include <igraph/igraph.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/output.h"
#include "graph/dimacs.h"

/* igraph prints doubles with 15 digits. */
#define EXACT_MAX INT64_C(999999999999999)

/* igraph's way of failing is global: it is set for the time of one call and put back. */
struct handlers {
    igraph_error_handler_t *error;
    igraph_warning_handler_t *warning;
};

static void enter_igraph(struct handlers *handlers)
{
    handlers->error = igraph_set_error_handler(igraph_error_handler_ignore);
    handlers->warning = igraph_set_warning_handler(igraph_warning_handler_ignore);
    igraph_set_attribute_table(&igraph_cattribute_table);
}

static void leave_igraph(const struct handlers *handlers)
{
    igraph_set_error_handler(handlers->error);
    igraph_set_warning_handler(handlers->warning);
}

static igraph_error_t build_graph(const struct network *network, igraph_t *graph)
{
    igraph_vector_int_t ends;
    igraph_error_t error = igraph_vector_int_init(&ends, 2 * (igraph_integer_t)network->arc_count);
    if (error)
        return error;
    uint32_t *number = memory_alloc((size_t)network->node_limit * sizeof *number);
    dimacs_number_nodes(network, number);
    igraph_integer_t i = 0;
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        if (!network_arc_live(network, a))
            continue;
        VECTOR(ends)[i++] = number[network->arcs[a].tail] - 1;
        VECTOR(ends)[i++] = number[network->arcs[a].head] - 1;
    }
    memory_free(number);
    error = igraph_create(graph, &ends, network->node_count, IGRAPH_DIRECTED);
    igraph_vector_int_destroy(&ends);
    return error;
}

/* Values of live nodes or arcs, in order, on their way to become an attribute. */
struct column {
    int64_t *values;
    uint32_t count;
    bool exact; /* all of them as doubles */
};

static void column_add(struct column *column, int64_t value)
{
    column->values[column->count++] = value;
    column->exact = column->exact && value >= -EXACT_MAX && value <= EXACT_MAX;
}

static igraph_error_t set_texts(igraph_t *graph, const char *name, const struct column *column,
                                bool of_arcs)
{
    igraph_strvector_t texts;
    igraph_error_t error = igraph_strvector_init(&texts, column->count);
    if (error)
        return error;
    for (uint32_t i = 0; i < column->count && !error; i++) {
        char text[24];
        snprintf(text, sizeof text, "%" PRId64, column->values[i]);
        error = igraph_strvector_set(&texts, i, text);
    }
    if (!error)
        error = of_arcs ? igraph_cattribute_EAS_setv(graph, name, &texts)
                        : igraph_cattribute_VAS_setv(graph, name, &texts);
    igraph_strvector_destroy(&texts);
    return error;
}

static igraph_error_t set_numbers(igraph_t *graph, const char *name, const struct column *column,
                                  bool of_arcs)
{
    igraph_vector_t numbers;
    igraph_error_t error = igraph_vector_init(&numbers, column->count);
    if (error)
        return error;
    for (uint32_t i = 0; i < column->count; i++)
        VECTOR(numbers)[i] = (igraph_real_t)column->values[i];
    error = of_arcs ? igraph_cattribute_EAN_setv(graph, name, &numbers)
                    : igraph_cattribute_VAN_setv(graph, name, &numbers);
    igraph_vector_destroy(&numbers);
    return error;
}

/* Make the column an attribute and empty it for the next one. */
static igraph_error_t set_attribute(igraph_t *graph, const char *name, struct column *column,
                                    bool of_arcs)
{
    igraph_error_t error = column->exact ? set_numbers(graph, name, column, of_arcs)
                                         : set_texts(graph, name, column, of_arcs);
    column->count = 0;
    column->exact = true;
    return error;
}

static igraph_error_t set_node_attributes(const struct network *network, igraph_t *graph)
{
    struct column column = {memory_alloc((size_t)network->node_count * sizeof *column.values), 0,
                            true};
    for (uint32_t v = 0; v < network->node_count; v++)
        column_add(&column, (int64_t)v + 1);
    igraph_error_t error = set_attribute(graph, "number", &column, false);
    for (uint32_t v = 0; v < network->node_limit; v++)
        if (network->nodes[v].live)
            column_add(&column, network->nodes[v].supply);
    if (!error)
        error = set_attribute(graph, "supply", &column, false);
    memory_free(column.values);
    return error;
}

enum arc_attribute { ARC_LOWER, ARC_CAPACITY, ARC_COST, ARC_FLOW };

static int64_t arc_value(const struct network *network, const flow_t *flow, uint32_t a,
                         enum arc_attribute attribute)
{
    const struct network_arc *arc = &network->arcs[a];
    if (attribute == ARC_LOWER)
        return arc->lower;
    if (attribute == ARC_CAPACITY)
        return arc->capacity;
    return attribute == ARC_COST ? arc->cost : flow[a];
}

static igraph_error_t set_arc_attributes(const struct network *network, const flow_t *flow,
                                         igraph_t *graph)
{
    static const char *const NAMES[] = {"lower", "capacity", "cost", "flow"};
    struct column column = {memory_alloc((size_t)network->arc_count * sizeof *column.values), 0,
                            true};
    igraph_error_t error = IGRAPH_SUCCESS;
    for (enum arc_attribute i = ARC_LOWER; i <= (flow ? ARC_FLOW : ARC_COST) && !error; i++) {
        for (uint32_t a = 0; a < network->arc_limit; a++)
            if (network_arc_live(network, a))
                column_add(&column, arc_value(network, flow, a, i));
        error = set_attribute(graph, NAMES[i], &column, true);
    }
    memory_free(column.values);
    return error;
}

static bool ends_with(const char *path, const char *ending)
{
    size_t length = strlen(path);
    size_t tail = strlen(ending);
    return length > tail && strcmp(path + length - tail, ending) == 0;
}

static igraph_error_t write_graph(const struct network *network, const flow_t *flow, bool graphml,
                                  FILE *stream)
{
    igraph_t graph;
    igraph_error_t error = build_graph(network, &graph);
    if (error)
        return error;
    error = set_node_attributes(network, &graph);
    if (!error)
        error = set_arc_attributes(network, flow, &graph);
    if (!error)
        error = graphml ? igraph_write_graph_graphml(&graph, stream, false)
                        : igraph_write_graph_dot(&graph, stream);
    igraph_destroy(&graph);
    return error;
}

enum status inspect_write(const struct network *network, const flow_t *flow, const char *path,
                          struct problem *problem)
{
    bool graphml = ends_with(path, ".graphml");
    if (!graphml && !ends_with(path, ".dot"))
        return problem_set(problem, STATUS_USAGE, path, 0, 0,
                           "a graph file's name ends in .graphml or .dot");
    struct output *output;
    enum status status = output_open(&output, path, problem);
    if (status != STATUS_OK)
        return status;
    struct handlers handlers;
    enter_igraph(&handlers);
    igraph_error_t error = write_graph(network, flow, graphml, output_stream(output));
    leave_igraph(&handlers);
    if (error) {
        output_abandon(output);
        return problem_set(problem, STATUS_IO, path, 0, 0, "cannot write: %s",
                           igraph_strerror(error));
    }
    return output_commit(output, problem);
}

/* Count the components; *largest is set to the nodes of the largest one. */
static igraph_error_t count_components(const igraph_t *graph, igraph_connectedness_t mode,
                                       uint32_t *count, uint32_t *largest)
{
    igraph_vector_int_t sizes;
    igraph_integer_t found = 0;
    igraph_error_t error = igraph_vector_int_init(&sizes, 0);
    if (error)
        return error;
    error = igraph_connected_components(graph, NULL, &sizes, &found, mode);
    if (!error) {
        *count = (uint32_t)found;
        *largest = found ? (uint32_t)igraph_vector_int_max(&sizes) : 0;
    }
    igraph_vector_int_destroy(&sizes);
    return error;
}

/* igraph refuses to take the maximum over no nodes. */
static igraph_error_t largest_degree(const igraph_t *graph, igraph_neimode_t mode,
                                     uint32_t *largest)
{
    igraph_integer_t degree = 0;
    igraph_error_t error = IGRAPH_SUCCESS;
    if (igraph_vcount(graph) > 0)
        error = igraph_maxdegree(graph, &degree, igraph_vss_all(), mode, IGRAPH_LOOPS);
    *largest = (uint32_t)degree;
    return error;
}

static igraph_error_t measure_graph(const igraph_t *graph, struct inspect_statistics *statistics)
{
    igraph_bool_t acyclic = true;
    igraph_bool_t parallel = false;
    uint32_t unused;
    igraph_error_t error = count_components(graph, IGRAPH_WEAK, &statistics->components,
                                            &statistics->largest_component);
    if (!error)
        error = count_components(graph, IGRAPH_STRONG, &statistics->strong_components, &unused);
    if (!error)
        error = largest_degree(graph, IGRAPH_OUT, &statistics->out_degree_max);
    if (!error)
        error = largest_degree(graph, IGRAPH_IN, &statistics->in_degree_max);
    if (!error)
        error = igraph_is_dag(graph, &acyclic);
    if (!error)
        error = igraph_has_multiple(graph, &parallel);
    statistics->acyclic = acyclic;
    statistics->parallel_arcs = parallel;
    return error;
}

static void measure_network(const struct network *network, struct inspect_statistics *statistics)
{
    *statistics =
        (struct inspect_statistics){.nodes = network->node_count, .arcs = network->arc_count};
    for (uint32_t v = 0; v < network->node_limit; v++) {
        if (!network->nodes[v].live)
            continue;
        statistics->sources += network->nodes[v].supply > 0;
        statistics->sinks += network->nodes[v].supply < 0;
    }
    uint64_t pairs = (uint64_t)network->node_count * (network->node_count - (uint64_t)1);
    if (network->node_count > 1)
        statistics->density_billionths = (uint64_t)network->arc_count * 1000000000u / pairs;
}

enum status inspect_measure(const struct network *network, struct inspect_statistics *statistics,
                            struct problem *problem)
{
    struct handlers handlers;
    measure_network(network, statistics);
    enter_igraph(&handlers);
    igraph_t graph;
    igraph_error_t error = build_graph(network, &graph);
    if (!error) {
        error = measure_graph(&graph, statistics);
        igraph_destroy(&graph);
    }
    leave_igraph(&handlers);
    if (error)
        return problem_set(problem, STATUS_TOO_LARGE, NULL, 0, 0, "cannot measure the graph: %s",
                           igraph_strerror(error));
    return STATUS_OK;
}
