/* test_inspect.c - graph files and the figures of a network's shape. */
#include <criterion/criterion.h>
#include <igraph/igraph.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "graph/inspect.h"
#include "tests/temp_file.h"

/* 1 -> 2 twice, 2 -> 1, and 3 alone; node ids have a gap before them. */
static void build(struct network *network)
{
    network_init(network);
    uint32_t gap = network_add_node(network, 0);
    uint32_t v = network_add_node(network, 2);
    uint32_t w = network_add_node(network, -2);
    network_add_node(network, 0);
    network_remove_node(network, gap);
    network_add_arc(network, v, w, 0, 5, 3);
    network_add_arc(network, v, w, 0, INT64_MAX, -4);
    network_add_arc(network, w, v, 0, 1, 1);
}

static void read_back(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "r");
    cr_assert(file);
    size_t got = fread(text, 1, size - 1, file);
    text[got] = '\0';
    fclose(file);
    unlink(path);
}

Test(inspect, graphml_keeps_every_attribute_exactly)
{
    struct network network;
    struct problem problem;
    char path[TEMP_PATH_SIZE];
    char text[8000];
    build(&network);
    temp_path(path, ".graphml");
    static const flow_t FLOW[3] = {2, 0, 0};
    cr_assert_eq(inspect_write(&network, FLOW, path, &problem), STATUS_OK, "%s", problem.reason);
    read_back(path, text, sizeof text);
    static const char *const WANTED[] = {
        "<graphml", "supply", "number", "lower", "capacity", "cost", "flow", "9223372036854775807",
        "-4",
    };
    for (uint32_t i = 0; i < COUNT_OF(WANTED); i++)
        cr_assert(strstr(text, WANTED[i]), "%s is missing in %s", WANTED[i], text);
    network_free(&network);
}

Test(inspect, dot_is_written_without_a_flow_too)
{
    struct network network;
    char path[TEMP_PATH_SIZE];
    char text[8000];
    build(&network);
    temp_path(path, ".dot");
    cr_assert_eq(inspect_write(&network, NULL, path, NULL), STATUS_OK);
    read_back(path, text, sizeof text);
    cr_assert(strstr(text, "digraph"));
    cr_assert(strstr(text, "0 -> 1"));
    cr_assert_not(strstr(text, "flow"));
    network_free(&network);
}

Test(inspect, igraph_reads_what_was_written)
{
    struct network network;
    char path[TEMP_PATH_SIZE];
    igraph_t graph;
    build(&network);
    temp_path(path, ".graphml");
    cr_assert_eq(inspect_write(&network, NULL, path, NULL), STATUS_OK);
    igraph_set_attribute_table(&igraph_cattribute_table);
    FILE *file = fopen(path, "r");
    cr_assert_eq(igraph_read_graph_graphml(&graph, file, 0), IGRAPH_SUCCESS);
    fclose(file);
    unlink(path);
    cr_assert_eq(igraph_vcount(&graph), 3);
    cr_assert_eq(igraph_ecount(&graph), 3);
    cr_assert_eq(VAN(&graph, "supply", 1), -2);
    cr_assert_eq(EAN(&graph, "cost", 1), -4);
    igraph_destroy(&graph);
    network_free(&network);
}

Test(inspect, a_bad_path_leaves_nothing_behind)
{
    struct network network;
    struct problem problem;
    build(&network);
    cr_assert_eq(inspect_write(&network, NULL, "x.png", &problem), STATUS_USAGE);
    cr_assert_eq(inspect_write(&network, NULL, ".dot", &problem), STATUS_USAGE);
    cr_assert_eq(inspect_write(&network, NULL, "/nonexistent/x.dot", &problem), STATUS_IO);
    network_free(&network);
}

Test(inspect, the_shape_is_measured)
{
    struct network network;
    struct inspect_statistics found;
    build(&network);
    cr_assert_eq(inspect_measure(&network, &found, NULL), STATUS_OK);
    cr_assert_eq(found.nodes, 3);
    cr_assert_eq(found.arcs, 3);
    cr_assert_eq(found.sources, 1);
    cr_assert_eq(found.sinks, 1);
    cr_assert_eq(found.components, 2);
    cr_assert_eq(found.largest_component, 2);
    cr_assert_eq(found.strong_components, 2);
    cr_assert_eq(found.out_degree_max, 2);
    cr_assert_eq(found.in_degree_max, 2);
    cr_assert_eq(found.density_billionths, 500000000);
    cr_assert_not(found.acyclic);
    cr_assert(found.parallel_arcs);
    network_free(&network);
}

Test(inspect, an_empty_network_has_a_shape_too)
{
    struct network network;
    struct inspect_statistics found;
    char path[TEMP_PATH_SIZE];
    network_init(&network);
    cr_assert_eq(inspect_measure(&network, &found, NULL), STATUS_OK);
    cr_assert_eq(found.components, 0);
    cr_assert_eq(found.density_billionths, 0);
    cr_assert(found.acyclic);
    temp_path(path, ".dot");
    cr_assert_eq(inspect_write(&network, NULL, path, NULL), STATUS_OK);
    unlink(path);
    network_free(&network);
}
