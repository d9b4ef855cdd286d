/* test_dimacs.c - networks and solutions as text, and every fault with its place. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/memory.h"
#include "graph/dimacs.h"
#include "graph/dimacs_solution.h"
#include "tests/random_network.h"
#include "tests/temp_file.h"

static enum status read_text(const char *text, struct network *network, struct problem *problem)
{
    char path[TEMP_PATH_SIZE];
    temp_text(path, text);
    enum status status = dimacs_read(path, network, problem);
    unlink(path);
    return status;
}

static const char SMALL[] = "c a comment\n\np min 3 3\nn 1 4\nn 3 -4\n"
                            "a 1 2 0 4 5\na 2 3 1 4 -6\nc\na 1 3 0 2 7\n";

static void assert_small(const struct network *network)
{
    cr_assert_eq(network->node_count, 3);
    cr_assert_eq(network->arc_count, 3);
    cr_assert_eq(network->nodes[0].supply, 4);
    cr_assert_eq(network->nodes[1].supply, 0);
    cr_assert_eq(network->nodes[2].supply, -4);
    cr_assert_eq(network->arcs[1].tail, 1);
    cr_assert_eq(network->arcs[1].head, 2);
    cr_assert_eq(network->arcs[1].lower, 1);
    cr_assert_eq(network->arcs[1].capacity, 4);
    cr_assert_eq(network->arcs[1].cost, -6);
    cr_assert_eq(network->node_delta_count, 0);
    cr_assert_eq(network->arc_delta_count, 0);
    cr_assert_eq(network_check(network, NULL), STATUS_OK);
}

Test(dimacs, a_network_is_read)
{
    struct network network;
    struct problem problem;
    cr_assert_eq(read_text(SMALL, &network, &problem), STATUS_OK, "%s", problem.reason);
    assert_small(&network);
    network_free(&network);
}

Test(dimacs, tabs_spaces_and_windows_line_ends_are_no_trouble)
{
    struct network network;
    cr_assert_eq(read_text("p  min\t1 1 \r\n  n 1\t0\r\na 1 1 0 1 1", &network, NULL), STATUS_OK);
    cr_assert_eq(network.arc_count, 1);
    network_free(&network);
}

Test(dimacs, compressed_networks_are_read)
{
    char path[TEMP_PATH_SIZE];
    struct network network;
    temp_path(path, ".gz");
    gzFile file = gzopen(path, "w");
    gzputs(file, SMALL);
    gzclose(file);
    cr_assert_eq(dimacs_read(path, &network, NULL), STATUS_OK);
    assert_small(&network);
    network_free(&network);
    unlink(path);
    char packed[1000];
    size_t size = ZSTD_compress(packed, sizeof packed, SMALL, strlen(SMALL), 3);
    temp_file(path, packed, size);
    cr_assert_eq(dimacs_read(path, &network, NULL), STATUS_OK);
    assert_small(&network);
    network_free(&network);
    unlink(path);
}

static const struct bad_text {
    const char *text;
    enum status status;
    uint64_t line;
    uint32_t column;
    const char *reason;
} BAD_NETWORKS[] = {
    {"", STATUS_BAD_INPUT, 0, 0, "no p line: this is no DIMACS network"},
    {"c only\n", STATUS_BAD_INPUT, 1, 0, "no p line: this is no DIMACS network"},
    {"n 1 5\n", STATUS_BAD_INPUT, 1, 1, "the p line must come first"},
    {"p min 1 0\np min 1 0\n", STATUS_BAD_INPUT, 2, 1, "second p line"},
    {"p min 1\n", STATUS_BAD_INPUT, 1, 8, "a p line is: p min NODES ARCS"},
    {"p max 1 0\n", STATUS_BAD_INPUT, 1, 3, "the problem is not 'min', minimum-cost flow"},
    {"p min 1 0 x\n", STATUS_BAD_INPUT, 1, 11, "unexpected text at the end of the line"},
    {"p min -1 0\n", STATUS_BAD_INPUT, 1, 7, "a count below 0"},
    {"p min 1 -2\n", STATUS_BAD_INPUT, 1, 9, "a count below 0"},
    {"p min 268435457 0\n", STATUS_TOO_LARGE, 1, 7, "more than 2^28 nodes"},
    {"p min 268435456 0\n", STATUS_TOO_LARGE, 1, 0,
     "the p line says 268435456 nodes, far more than there are lines"},
    {"p min 1 4294967295\n", STATUS_TOO_LARGE, 1, 9, "2^32 arcs or more"},
    {"p min 1 1\n", STATUS_BAD_INPUT, 1, 0, "the p line says 1 arcs, but there are 0 a lines"},
    {"p min 1 0\na 1 1 0 1 1\n", STATUS_BAD_INPUT, 2, 1, "more a lines than the p line says"},
    {"p min 2 0\nn 3 1\n", STATUS_BAD_INPUT, 2, 3,
     "node number is not from 1 to the number of nodes"},
    {"p min 2 0\nn 0 1\n", STATUS_BAD_INPUT, 2, 3,
     "node number is not from 1 to the number of nodes"},
    {"p min 2 0\nn 1 1\nn 2 0\nn 1 1\n", STATUS_BAD_INPUT, 4, 3, "second n line of this node"},
    {"p min 2 0\nn 1\n", STATUS_BAD_INPUT, 2, 4, "an n line is: n ID SUPPLY"},
    {"p min 2 0\nn 1 x\n", STATUS_BAD_INPUT, 2, 5, "not an integer"},
    {"p min 2 0\nn 1 9223372036854775808\n", STATUS_TOO_LARGE, 2, 5, "number does not fit 64 bits"},
    {"p min 2 1\na 1 2 0 1\n", STATUS_BAD_INPUT, 2, 10, "an a line is: a TAIL HEAD LOW CAP COST"},
    {"p min 2 1\na 1 3 0 1 1\n", STATUS_BAD_INPUT, 2, 5,
     "node number is not from 1 to the number of nodes"},
    {"p min 2 1\na 1 2 -1 1 1\n", STATUS_BAD_INPUT, 2, 7, "lower bound below 0"},
    {"p min 2 1\na 1 2 2 1 1\n", STATUS_BAD_INPUT, 2, 9, "capacity below the lower bound"},
    {"p min 2 1\na 1 2 0 1 1.5\n", STATUS_BAD_INPUT, 2, 11, "not an integer"},
    {"p min 2 1\na 1 2 0 1 -9223372036854775809\n", STATUS_TOO_LARGE, 2, 11,
     "number does not fit 64 bits"},
    {"p min 2 1\na 1 2 0 1 1 1\n", STATUS_BAD_INPUT, 2, 13,
     "unexpected text at the end of the line"},
    {"p min 2 1\na 1 2 0 1 1 1 1 1\n", STATUS_BAD_INPUT, 2, 13,
     "unexpected text at the end of the line"},
    {"p min 2 0\nx 1\n", STATUS_BAD_INPUT, 2, 1, "a line starts with c, p, n or a"},
    {"p min 2 0\n  arc 1\n", STATUS_BAD_INPUT, 2, 3, "a line starts with c, p, n or a"},
};

static void assert_problem(const struct bad_text *row, enum status status,
                           const struct problem *problem)
{
    cr_assert_eq(status, row->status, "%s", row->text);
    cr_assert_str_eq(problem->reason, row->reason);
    cr_assert_eq(problem->line, row->line, "%s", row->text);
    cr_assert_eq(problem->column, row->column, "%s: %u", row->text, problem->column);
}

Test(dimacs, every_fault_is_told_with_its_place)
{
    for (uint32_t i = 0; i < COUNT_OF(BAD_NETWORKS); i++) {
        struct network network;
        struct problem problem;
        enum status status = read_text(BAD_NETWORKS[i].text, &network, &problem);
        assert_problem(&BAD_NETWORKS[i], status, &problem);
        cr_assert_eq(network.node_limit, 0);
        network_free(&network);
    }
}

Test(dimacs, a_missing_file_is_an_io_problem)
{
    struct network network;
    struct problem problem;
    cr_assert_eq(dimacs_read("/nonexistent/x.min", &network, &problem), STATUS_IO);
    cr_assert_eq(dimacs_read("/", &network, &problem), STATUS_IO);
    network_free(&network);
}

Test(dimacs, a_short_file_that_claims_much_takes_little_memory)
{
    struct rusage before;
    struct rusage after;
    struct network network;
    getrusage(RUSAGE_SELF, &before);
    cr_assert_eq(read_text("p min 200000000 4000000000\n", &network, NULL), STATUS_BAD_INPUT);
    cr_assert_eq(read_text("p min 200000000 0\n", &network, NULL), STATUS_TOO_LARGE);
    getrusage(RUSAGE_SELF, &after);
    cr_assert_lt(after.ru_maxrss - before.ru_maxrss, 64 * 1024);
    network_free(&network);
}

static void write_network(const struct network *network, char path[TEMP_PATH_SIZE])
{
    temp_path(path, "");
    FILE *file = fopen(path, "w");
    dimacs_write(network, file);
    fclose(file);
}

/* What is written is read back the same, but for the ids, which become dense. */
Test(dimacs, what_is_written_is_read_back)
{
    static const struct random_shape SHAPE = {12, 40, INT64_MAX, INT64_MAX - 1};
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct random random;
        struct network network;
        struct network copy;
        struct problem problem;
        char path[TEMP_PATH_SIZE];
        uint32_t number[16];
        random_init(&random, seed);
        random_network(&network, &random, &(struct random_shape){12, 40, 1 << 20, 1 << 20});
        if (network.arc_limit > 0 && network_arc_live(&network, 0))
            network_change_arc(&network, 0, SHAPE.capacity_max, SHAPE.capacity_max, INT64_MIN);
        write_network(&network, path);
        cr_assert_eq(dimacs_read(path, &copy, &problem), STATUS_OK, "%s", problem.reason);
        unlink(path);
        cr_assert_eq(copy.node_count, network.node_count);
        cr_assert_eq(copy.arc_count, network.arc_count);
        dimacs_number_nodes(&network, number);
        for (uint32_t v = 0; v < network.node_limit; v++)
            if (network_node_live(&network, v))
                cr_assert_eq(copy.nodes[number[v] - 1].supply, network.nodes[v].supply);
        uint32_t next = 0;
        for (uint32_t a = 0; a < network.arc_limit; a++) {
            if (!network_arc_live(&network, a))
                continue;
            const struct network_arc *left = &network.arcs[a];
            const struct network_arc *right = &copy.arcs[next++];
            cr_assert_eq(right->tail, number[left->tail] - 1);
            cr_assert_eq(right->head, number[left->head] - 1);
            cr_assert_eq(right->lower, left->lower);
            cr_assert_eq(right->capacity, left->capacity);
            cr_assert_eq(right->cost, left->cost);
        }
        network_free(&network);
        network_free(&copy);
    }
}

/* Arcs 0 to 2 are parallel, cheapest last; arc 3 goes on. */
static const char PARALLEL[] = "p min 3 4\na 1 2 1 5 9\na 1 2 0 5 4\na 1 2 0 5 2\na 2 3 0 9 1\n";

static enum status read_flow(const char *text, const char *network_text, flow_t *flow, cost_t *cost,
                             struct problem *problem)
{
    char path[TEMP_PATH_SIZE];
    struct network network;
    cr_assert_eq(read_text(network_text, &network, problem), STATUS_OK);
    temp_text(path, text);
    enum status status = dimacs_solution_read(path, &network, flow, cost, problem);
    unlink(path);
    network_free(&network);
    return status;
}

Test(solution, flows_of_parallel_arcs_are_told_apart_by_order_or_by_cost)
{
    static const struct {
        const char *text;
        flow_t flow[4];
    } CASES[] = {
        {"s 0\n", {0, 0, 0, 0}},
        {"s 0\nf 1 2 4\nf 1 2 3\nf 1 2 2\n", {4, 3, 2, 0}},
        {"s 0\nf 1 2 7\n", {1, 1, 5, 0}},
        {"s 0\nf 1 2 1\nf 2 3 7\n", {1, 0, 0, 7}},
        {"s 0\nf 1 2 3\nf 1 2 4\n", {1, 1, 5, 0}},
        {"s 0\nf 1 2 3\nf 1 2 4\nf 1 2 1\nf 1 2 2\n", {1, 4, 5, 0}},
        {"s 0\nf 1 2 99\n", {INT64_MAX, 5, 5, 0}},
        {"s 0\nf 1 2 0\n", {-1, 0, 0, 0}},
        {"c x\nf 2 3 -4\ns 0\n", {0, 0, 0, -4}},
    };
    for (uint32_t i = 0; i < COUNT_OF(CASES); i++) {
        flow_t flow[4];
        cost_t cost;
        struct problem problem;
        cr_assert_eq(read_flow(CASES[i].text, PARALLEL, flow, &cost, &problem), STATUS_OK, "%s",
                     problem.reason);
        for (int a = 0; a < 4; a++)
            cr_assert_eq(flow[a], CASES[i].flow[a], "row %u arc %d: %" PRId64, i, a, flow[a]);
    }
}

Test(solution, every_fault_is_told_with_its_place)
{
    static const struct bad_text CASES[] = {
        {"", STATUS_BAD_INPUT, 0, 0, "no s line: this is no solution"},
        {"f 1 2 1\n", STATUS_BAD_INPUT, 1, 0, "no s line: this is no solution"},
        {"s 1\ns 1\n", STATUS_BAD_INPUT, 2, 1, "second s line"},
        {"s\n", STATUS_BAD_INPUT, 1, 2, "an s line is: s COST"},
        {"s 1 2\n", STATUS_BAD_INPUT, 1, 5, "unexpected text at the end of the line"},
        {"s x\n", STATUS_BAD_INPUT, 1, 3, "not an integer"},
        {"s 1\nf 1 2\n", STATUS_BAD_INPUT, 2, 6, "an f line is: f TAIL HEAD FLOW"},
        {"s 1\nf 1 4 1\n", STATUS_BAD_INPUT, 2, 5,
         "node number is not from 1 to the number of nodes"},
        {"s 1\nf 2 1 1\n", STATUS_BAD_INPUT, 2, 3, "the network has no arc between these nodes"},
        {"s 1\nf 1 2 9223372036854775807\nf 1 2 1\n", STATUS_TOO_LARGE, 3, 7,
         "the flows between these nodes sum to more than 64 bits"},
        {"s 1\na 1 2 1\n", STATUS_BAD_INPUT, 2, 1, "a line starts with c, s or f"},
    };
    for (uint32_t i = 0; i < COUNT_OF(CASES); i++) {
        flow_t flow[4];
        cost_t cost;
        struct problem problem;
        enum status status = read_flow(CASES[i].text, PARALLEL, flow, &cost, &problem);
        assert_problem(&CASES[i], status, &problem);
    }
}

Test(solution, what_is_written_is_read_back)
{
    struct network network;
    char path[TEMP_PATH_SIZE];
    cr_assert_eq(read_text(SMALL, &network, NULL), STATUS_OK);
    static const flow_t FLOW[3] = {4, 4, 0};
    flow_t flow[3];
    cost_t cost;
    temp_path(path, "");
    FILE *file = fopen(path, "w");
    dimacs_solution_write(&network, FLOW, -4, file);
    fclose(file);
    cr_assert_eq(dimacs_solution_read(path, &network, flow, &cost, NULL), STATUS_OK);
    cr_assert_eq(cost, -4);
    cr_assert_arr_eq(flow, FLOW, sizeof FLOW);
    unlink(path);
    network_free(&network);
}
