/* dimacs.c - see dimacs.h. */
#include "graph/dimacs.h"

#include "base/id_map.h"
#include "base/memory.h"
#include "graph/dimacs_line.h"

/* Nodes that a p line may claim without a line for every few of them. */
#define NODES_UNBACKED (1u << 20)
#define NODES_PER_LINE 16

/* What has been read of a network. Nodes are made at the end only, so that the p line alone
 * costs no memory. */
struct reading {
    struct dimacs_line line;
    bool has_header;
    uint32_t node_count;
    uint32_t arc_claim;
    struct node_line {
        uint32_t node;
        flow_t supply;
    } * nodes;
    struct arc_line {
        uint32_t tail, head;
        struct dimacs_bounds bounds;
    } * arcs;
    uint32_t nodes_count, nodes_room, arcs_count, arcs_room;
    struct id_map node_lines; /* node to index in `nodes` */
};

static enum status read_header(struct reading *reading)
{
    if (reading->has_header)
        return dimacs_line_fail(&reading->line, STATUS_BAD_INPUT, 1, "second p line");
    enum status status =
        dimacs_line_header(&reading->line, &reading->node_count, &reading->arc_claim);
    reading->has_header = status == STATUS_OK;
    return status;
}

static enum status read_node(struct reading *reading)
{
    const struct dimacs_line *line = &reading->line;
    struct node_line node;
    enum status status = dimacs_line_expect(line, 3, 3, "an n line is: n ID SUPPLY");
    if (status == STATUS_OK)
        status = dimacs_line_node(line, 1, reading->node_count, &node.node);
    if (status == STATUS_OK)
        status = dimacs_line_number(line, 2, &node.supply);
    if (status != STATUS_OK)
        return status;
    if (id_map_get(&reading->node_lines, node.node) != NONE)
        return dimacs_line_fail(line, STATUS_BAD_INPUT, line->fields[1].column,
                                "second n line of this node");
    id_map_put(&reading->node_lines, node.node, reading->nodes_count);
    array_reserve(reading->nodes, reading->nodes_room, reading->nodes_count + 1);
    reading->nodes[reading->nodes_count++] = node;
    return STATUS_OK;
}

static enum status read_arc(struct reading *reading)
{
    const struct dimacs_line *line = &reading->line;
    struct arc_line arc;
    enum status status = dimacs_line_expect(line, 6, 6, "an a line is: a TAIL HEAD LOW CAP COST");
    if (status == STATUS_OK)
        status = dimacs_line_node(line, 1, reading->node_count, &arc.tail);
    if (status == STATUS_OK)
        status = dimacs_line_node(line, 2, reading->node_count, &arc.head);
    if (status == STATUS_OK)
        status = dimacs_line_bounds(line, &arc.bounds);
    if (status != STATUS_OK)
        return status;
    if (reading->arcs_count == reading->arc_claim)
        return dimacs_line_fail(line, STATUS_BAD_INPUT, 1, "more a lines than the p line says");
    array_reserve(reading->arcs, reading->arcs_room, reading->arcs_count + 1);
    reading->arcs[reading->arcs_count++] = arc;
    return STATUS_OK;
}

static enum status read_line(struct reading *reading)
{
    char kind = dimacs_line_kind(&reading->line);
    if (kind == 'p')
        return read_header(reading);
    if (kind != 'n' && kind != 'a')
        return dimacs_line_fail(&reading->line, STATUS_BAD_INPUT, reading->line.fields[0].column,
                                "a line starts with c, p, n or a");
    if (!reading->has_header)
        return dimacs_line_fail(&reading->line, STATUS_BAD_INPUT, 1, "the p line must come first");
    return kind == 'n' ? read_node(reading) : read_arc(reading);
}

/* Is all there that the p line claims? */
static enum status check_counts(struct reading *reading)
{
    const struct dimacs_line *line = &reading->line;
    if (!reading->has_header)
        return dimacs_line_fail(line, STATUS_BAD_INPUT, 0, "no p line: this is no DIMACS network");
    if (reading->arcs_count < reading->arc_claim)
        return problem_set(line->problem, STATUS_BAD_INPUT, input_name(line->input),
                           input_line_number(line->input), 0,
                           "the p line says %u arcs, but there are %u a lines", reading->arc_claim,
                           reading->arcs_count);
    uint64_t backed =
        NODES_UNBACKED + NODES_PER_LINE * ((uint64_t)reading->nodes_count + reading->arcs_count);
    if (reading->node_count > backed)
        return problem_set(line->problem, STATUS_TOO_LARGE, input_name(line->input),
                           input_line_number(line->input), 0,
                           "the p line says %u nodes, far more than there are lines",
                           reading->node_count);
    return STATUS_OK;
}

static void build(const struct reading *reading, struct network *network)
{
    array_reserve(network->nodes, network->node_room, reading->node_count);
    array_reserve(network->arcs, network->arc_room, reading->arcs_count);
    for (uint32_t v = 0; v < reading->node_count; v++)
        network_add_node(network, 0);
    for (uint32_t i = 0; i < reading->nodes_count; i++)
        network_set_supply(network, reading->nodes[i].node, reading->nodes[i].supply);
    for (uint32_t i = 0; i < reading->arcs_count; i++) {
        const struct arc_line *arc = &reading->arcs[i];
        network_add_arc(network, arc->tail, arc->head, arc->bounds.lower, arc->bounds.capacity,
                        arc->bounds.cost);
    }
    network_clear_deltas(network, NULL);
}

enum status dimacs_read(const char *path, struct network *network, struct problem *problem)
{
    network_init(network);
    struct reading reading = {.line.problem = problem};
    enum status status = input_open(&reading.line.input, path, problem);
    if (status != STATUS_OK)
        return status;
    id_map_init(&reading.node_lines);
    while (status == STATUS_OK) {
        status = dimacs_line_next(&reading.line);
        if (status == STATUS_OK)
            status = read_line(&reading);
    }
    if (status == STATUS_END)
        status = check_counts(&reading);
    if (status == STATUS_OK)
        build(&reading, network);
    id_map_free(&reading.node_lines);
    memory_free(reading.nodes);
    memory_free(reading.arcs);
    input_close(reading.line.input);
    return status;
}

void dimacs_number_nodes(const struct network *network, uint32_t *number)
{
    uint32_t count = 0;
    for (uint32_t v = 0; v < network->node_limit; v++)
        number[v] = network->nodes[v].live ? ++count : 0;
}

void dimacs_write(const struct network *network, FILE *file)
{
    uint32_t *number = memory_alloc((size_t)network->node_limit * sizeof *number);
    dimacs_number_nodes(network, number);
    fprintf(file, "p min %u %u\n", network->node_count, network->arc_count);
    for (uint32_t v = 0; v < network->node_limit; v++)
        if (network->nodes[v].live && network->nodes[v].supply != 0)
            fprintf(file, "n %u %" PRId64 "\n", number[v], network->nodes[v].supply);
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        const struct network_arc *arc = &network->arcs[a];
        if (network_arc_live(network, a))
            fprintf(file, "a %u %u %" PRId64 " %" PRId64 " %" PRId64 "\n", number[arc->tail],
                    number[arc->head], arc->lower, arc->capacity, arc->cost);
    }
    memory_free(number);
}
