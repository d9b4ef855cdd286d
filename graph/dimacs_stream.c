/* dimacs_stream.c - see dimacs_stream.h.
 *
 * A line is read whole and checked before it changes anything. */
#include "graph/dimacs_stream.h"

#include <string.h>

#include "base/assert.h"
#include "base/memory.h"

#define TYPE_SINK 3

/* In place of an id: a node that the p line counts was removed. */
#define REMOVED (NONE - 1)

static enum status refuse(const struct dimacs_stream *stream, uint32_t field, const char *reason)
{
    const struct dimacs_line *line = &stream->line;
    return dimacs_line_fail(line, STATUS_BAD_INPUT, line->fields[field].column, reason);
}

/* The node of a number, or NONE: there is none, or only the p line counts it. */
static uint32_t id_of(const struct dimacs_stream *stream, uint32_t number)
{
    uint32_t id = id_map_get(&stream->ids, number);
    return id == REMOVED ? NONE : id;
}

static bool number_used(const struct dimacs_stream *stream, uint32_t number)
{
    uint32_t id = id_map_get(&stream->ids, number);
    return id == NONE ? number <= stream->claimed_nodes : id != REMOVED;
}

static uint32_t add_node(struct dimacs_stream *stream, uint32_t number, flow_t supply)
{
    uint32_t v = network_add_node(&stream->network, supply);
    array_reserve(stream->numbers, stream->number_room, v + 1);
    stream->numbers[v] = number;
    id_map_put(&stream->ids, number, v);
    return v;
}

/* The node of a number in use, which gets an id now if it has none. */
static uint32_t need_node(struct dimacs_stream *stream, uint32_t number)
{
    uint32_t v = id_of(stream, number);
    return v == NONE ? add_node(stream, number, 0) : v;
}

/* A field as a number that a node can have. */
static enum status read_number(const struct dimacs_stream *stream, uint32_t field, uint32_t *number)
{
    int64_t value;
    enum status status = dimacs_line_number(&stream->line, field, &value);
    if (status != STATUS_OK)
        return status;
    if (value < 1 || value > DIMACS_NODE_MAX)
        return refuse(stream, field, "node number is not from 1 to 2^28");
    *number = (uint32_t)value;
    return STATUS_OK;
}

/* A field as the number of a node that there is. */
static enum status read_used_number(const struct dimacs_stream *stream, uint32_t field,
                                    uint32_t *number)
{
    enum status status = read_number(stream, field, number);
    if (status == STATUS_OK && !number_used(stream, *number))
        return refuse(stream, field, "there is no node of this number");
    return status;
}

/* A number that may be left out; then *value is unchanged. */
static enum status read_optional(const struct dimacs_stream *stream, uint32_t field, int64_t *value)
{
    if (field >= stream->line.count)
        return STATUS_OK;
    return dimacs_line_number(&stream->line, field, value);
}

/* The supplies of other nodes rise by so much: the sink's falls, where it is not told. */
static enum status balance_sink(struct dimacs_stream *stream, wide_t rise)
{
    if (stream->sink == NONE || stream->sink_told)
        return STATUS_OK;
    wide_t supply = (wide_t)stream->network.nodes[stream->sink].supply - rise;
    if (supply < INT64_MIN || supply > INT64_MAX)
        return dimacs_line_fail(&stream->line, STATUS_TOO_LARGE, 0,
                                "the supply of the sink would not fit 64 bits");
    network_set_supply(&stream->network, stream->sink, (flow_t)supply);
    return STATUS_OK;
}

/* An empty network, and no numbers. */
static void drop_problem(struct dimacs_stream *stream)
{
    network_free(&stream->network);
    id_map_free(&stream->ids);
    stream->has_problem = false;
    stream->claimed_nodes = 0;
    stream->sink = NONE;
    stream->new_arcs = 0;
}

static enum status read_problem(struct dimacs_stream *stream)
{
    if (stream->in_round)
        return refuse(stream, 0, "a p line comes first in its round");
    drop_problem(stream);
    enum status status =
        dimacs_line_header(&stream->line, &stream->claimed_nodes, &stream->claimed_arcs);
    if (status != STATUS_OK)
        return status;
    stream->arc_lines = 0;
    stream->lowest_number = stream->claimed_nodes + 1;
    stream->has_problem = true;
    stream->in_problem = true;
    return STATUS_OK;
}

static enum status read_node(struct dimacs_stream *stream)
{
    uint32_t number = 0;
    flow_t supply = 0;
    enum status status =
        dimacs_line_expect(&stream->line, 3, 4, "an n line is: n ID SUPPLY [TYPE]");
    if (status == STATUS_OK)
        status = read_number(stream, 1, &number);
    if (status == STATUS_OK)
        status = dimacs_line_number(&stream->line, 2, &supply);
    if (status != STATUS_OK)
        return status;
    uint32_t v = id_of(stream, number);
    bool was_sink = v != NONE && v == stream->sink;
    int64_t type = was_sink ? TYPE_SINK : 0;
    status = read_optional(stream, 3, &type);
    if (status == STATUS_OK && !was_sink && type != TYPE_SINK)
        status = balance_sink(stream,
                              (wide_t)supply - (v == NONE ? 0 : stream->network.nodes[v].supply));
    if (status != STATUS_OK)
        return status;
    v = need_node(stream, number);
    network_set_supply(&stream->network, v, supply);
    if (was_sink || type == TYPE_SINK) {
        stream->sink = type == TYPE_SINK ? v : NONE;
        stream->sink_told = true;
    }
    return STATUS_OK;
}

/* An end of an a line: 0 is the node of the d line before. */
static enum status read_end(const struct dimacs_stream *stream, uint32_t field, bool of_new_node,
                            uint32_t *number)
{
    if (!of_new_node || !dimacs_line_is(&stream->line, field, "0"))
        return read_used_number(stream, field, number);
    *number = stream->new_number;
    return STATUS_OK;
}

static void add_arc(struct dimacs_stream *stream, uint32_t tail, uint32_t head,
                    const struct dimacs_bounds *bounds)
{
    if (bounds->capacity == 0)
        return;
    uint32_t from = need_node(stream, tail);
    uint32_t to = need_node(stream, head);
    network_add_arc(&stream->network, from, to, bounds->lower, bounds->capacity, bounds->cost);
}

static enum status read_arc(struct dimacs_stream *stream)
{
    uint32_t tail = 0;
    uint32_t head = 0;
    int64_t type;
    struct dimacs_bounds bounds;
    bool of_new_node = stream->new_arcs > 0;
    stream->new_arcs -= of_new_node;
    stream->arc_lines++;
    enum status status =
        dimacs_line_expect(&stream->line, 6, 7, "an a line is: a TAIL HEAD LOW CAP COST [TYPE]");
    if (status == STATUS_OK)
        status = read_end(stream, 1, of_new_node, &tail);
    if (status == STATUS_OK)
        status = read_end(stream, 2, of_new_node, &head);
    if (status == STATUS_OK)
        status = dimacs_line_bounds(&stream->line, &bounds);
    if (status == STATUS_OK)
        status = read_optional(stream, 6, &type);
    if (status == STATUS_OK)
        add_arc(stream, tail, head, &bounds);
    return status;
}

/* Are the arcs out of tail no more than those into head? O(the fewer). */
static bool fewer_out(const struct network *network, uint32_t tail, uint32_t head)
{
    uint32_t out = network->nodes[tail].first_out;
    uint32_t in = network->nodes[head].first_in;
    while (out != NONE && in != NONE) {
        out = network->arcs[out].next_out;
        in = network->arcs[in].next_in;
    }
    return out == NONE;
}

/* The arc that an x line means, or NONE: of several the newest that costs *old_cost. */
static enum status find_arc(const struct dimacs_stream *stream, uint32_t tail, uint32_t head,
                            const cost_t *old_cost, uint32_t *found)
{
    const struct network *network = &stream->network;
    *found = NONE;
    if (tail == NONE || head == NONE)
        return STATUS_OK;
    bool out = fewer_out(network, tail, head);
    uint32_t count = 0;
    uint32_t a = out ? network->nodes[tail].first_out : network->nodes[head].first_in;
    for (; a != NONE; a = out ? network->arcs[a].next_out : network->arcs[a].next_in) {
        if (network->arcs[a].tail != tail || network->arcs[a].head != head)
            continue;
        *found = a;
        if (old_cost && network->arcs[a].cost == *old_cost)
            return STATUS_OK;
        count++;
    }
    if (count <= 1)
        return STATUS_OK;
    return refuse(stream, old_cost ? 7 : 0,
                  old_cost ? "several arcs go there, and none has this old cost"
                           : "several arcs go there, and no old cost tells which");
}

static enum status read_change(struct dimacs_stream *stream)
{
    uint32_t tail = 0;
    uint32_t head = 0;
    uint32_t arc = NONE;
    int64_t type;
    cost_t old_cost = 0;
    struct dimacs_bounds bounds = {0};
    enum status status = dimacs_line_expect(
        &stream->line, 6, 8, "an x line is: x TAIL HEAD LOW CAP COST [TYPE [OLD_COST]]");
    if (status == STATUS_OK)
        status = read_used_number(stream, 1, &tail);
    if (status == STATUS_OK)
        status = read_used_number(stream, 2, &head);
    if (status == STATUS_OK)
        status = dimacs_line_bounds(&stream->line, &bounds);
    if (status == STATUS_OK)
        status = read_optional(stream, 6, &type);
    if (status == STATUS_OK)
        status = read_optional(stream, 7, &old_cost);
    if (status == STATUS_OK)
        status = find_arc(stream, id_of(stream, tail), id_of(stream, head),
                          stream->line.count > 7 ? &old_cost : NULL, &arc);
    if (status != STATUS_OK)
        return status;
    if (arc == NONE)
        add_arc(stream, tail, head, &bounds);
    else if (bounds.capacity == 0)
        network_remove_arc(&stream->network, arc);
    else
        network_change_arc(&stream->network, arc, bounds.lower, bounds.capacity, bounds.cost);
    return STATUS_OK;
}

/* Free the number: one that the p line counts needs a note that it is gone. */
static void forget_number(struct dimacs_stream *stream, uint32_t number)
{
    if (number <= stream->claimed_nodes)
        id_map_put(&stream->ids, number, REMOVED);
    else
        id_map_remove(&stream->ids, number);
    if (number < stream->lowest_number)
        stream->lowest_number = number;
    if (number == stream->new_number)
        stream->new_arcs = 0;
}

static enum status read_removal(struct dimacs_stream *stream)
{
    uint32_t number = 0;
    enum status status = dimacs_line_expect(&stream->line, 2, 2, "an r line is: r ID");
    if (status == STATUS_OK)
        status = read_used_number(stream, 1, &number);
    if (status != STATUS_OK)
        return status;
    uint32_t v = id_of(stream, number);
    if (v != NONE && v != stream->sink)
        status = balance_sink(stream, -(wide_t)stream->network.nodes[v].supply);
    if (status != STATUS_OK)
        return status;
    if (v == stream->sink)
        stream->sink = NONE;
    if (v != NONE)
        network_remove_node(&stream->network, v);
    forget_number(stream, number);
    return STATUS_OK;
}

static enum status read_new_node(struct dimacs_stream *stream)
{
    flow_t supply = 0;
    int64_t potential;
    int64_t arcs = 0;
    int64_t type = 0;
    enum status status =
        dimacs_line_expect(&stream->line, 4, 5, "a d line is: d SUPPLY POTENTIAL ARCS [TYPE]");
    if (status == STATUS_OK)
        status = dimacs_line_number(&stream->line, 1, &supply);
    if (status == STATUS_OK)
        status = dimacs_line_number(&stream->line, 2, &potential);
    if (status == STATUS_OK)
        status = dimacs_line_number(&stream->line, 3, &arcs);
    if (status == STATUS_OK)
        status = read_optional(stream, 4, &type);
    if (status != STATUS_OK)
        return status;
    if (arcs < 0 || arcs >= NONE)
        return refuse(stream, 3, "count of arcs is not from 0 to 2^32 - 2");
    while (number_used(stream, stream->lowest_number))
        stream->lowest_number++;
    if (stream->lowest_number > DIMACS_NODE_MAX)
        return dimacs_line_fail(&stream->line, STATUS_TOO_LARGE, 0, "more than 2^28 nodes");
    if (type != TYPE_SINK)
        status = balance_sink(stream, supply);
    if (status != STATUS_OK)
        return status;
    stream->new_number = stream->lowest_number;
    stream->new_arcs = (uint32_t)arcs;
    uint32_t v = add_node(stream, stream->new_number, supply);
    if (type == TYPE_SINK) {
        stream->sink = v;
        stream->sink_told = true;
    }
    return STATUS_OK;
}

static enum status read_line(struct dimacs_stream *stream)
{
    char kind = dimacs_line_kind(&stream->line);
    if (kind == 'p')
        return read_problem(stream);
    if (kind == 0 || !strchr("naxrd", kind))
        return refuse(stream, 0, "a line starts with c, p, n, a, x, r or d");
    if (!stream->has_problem)
        return refuse(stream, 0, "a good p line must come first");
    switch (kind) {
    case 'n':
        return read_node(stream);
    case 'a':
        return read_arc(stream);
    case 'x':
        return read_change(stream);
    case 'r':
        return read_removal(stream);
    default:
        return read_new_node(stream);
    }
}

/* Where no node has the sink's type, it is the only one that demands. */
static void look_for_sink(struct dimacs_stream *stream)
{
    uint32_t found = NONE;
    const struct network *network = &stream->network;
    for (uint32_t v = 0; v < network->node_limit; v++) {
        if (!network->nodes[v].live || network->nodes[v].supply >= 0)
            continue;
        if (found != NONE)
            return;
        found = v;
    }
    stream->sink = found;
}

/* Tell what is missing, one thing a call; then the round is complete. */
static enum status end_round(struct dimacs_stream *stream)
{
    const struct dimacs_line *line = &stream->line;
    uint64_t arc_lines = stream->arc_lines;
    uint32_t missing = stream->new_arcs;
    if (stream->in_problem && arc_lines != stream->claimed_arcs) {
        stream->arc_lines = stream->claimed_arcs;
        return problem_set(line->problem, STATUS_BAD_INPUT, input_name(line->input),
                           input_line_number(line->input), 0,
                           "the p line says %u arcs, but there are %" PRIu64 " a lines",
                           stream->claimed_arcs, arc_lines);
    }
    if (missing > 0) {
        stream->new_arcs = 0;
        return problem_set(line->problem, STATUS_BAD_INPUT, input_name(line->input),
                           input_line_number(line->input), 0,
                           "the d line says that %u more a lines would come", missing);
    }
    if (stream->in_problem && stream->sink == NONE)
        look_for_sink(stream);
    stream->in_end = false;
    stream->in_round = false;
    stream->in_problem = false;
    stream->sink_told = false;
#ifdef DEEP_CHECKS
    ASSERT(dimacs_stream_check(stream, NULL) == STATUS_OK);
#endif
    return STATUS_OK;
}

static enum status end_stream(struct dimacs_stream *stream)
{
    stream->ended = true;
    if (!stream->in_round)
        return STATUS_END;
    stream->in_round = false;
    return dimacs_line_fail(&stream->line, STATUS_BAD_INPUT, 0,
                            "the stream ends here, before the c EOI of its last round");
}

enum status dimacs_stream_open(struct dimacs_stream *stream, const char *path,
                               struct problem *problem)
{
    *stream = (struct dimacs_stream){.sink = NONE};
    network_init(&stream->network);
    id_map_init(&stream->ids);
    return input_open(&stream->line.input, path, problem);
}

void dimacs_stream_close(struct dimacs_stream *stream)
{
    network_free(&stream->network);
    id_map_free(&stream->ids);
    memory_free(stream->numbers);
    input_close(stream->line.input);
    *stream = (struct dimacs_stream){0};
}

static bool is_mark(const struct dimacs_line *line, const char *word)
{
    return line->count == 2 && dimacs_line_kind(line) == 'c' && dimacs_line_is(line, 1, word);
}

enum status dimacs_stream_next(struct dimacs_stream *stream, struct problem *problem)
{
    stream->line.problem = problem;
    if (stream->in_end)
        return end_round(stream);
    while (!stream->ended) {
        enum status status = dimacs_line_read(&stream->line);
        if (status == STATUS_END)
            break;
        if (status != STATUS_OK)
            return status;
        if (is_mark(&stream->line, "EOI")) {
            stream->in_end = true;
            return end_round(stream);
        }
        if (is_mark(&stream->line, "EOS"))
            break;
        if (dimacs_line_kind(&stream->line) == 'c')
            continue;
        status = read_line(stream);
        stream->in_round = true;
        if (status != STATUS_OK)
            return status;
    }
    return end_stream(stream);
}

uint64_t dimacs_stream_line_number(const struct dimacs_stream *stream)
{
    return input_line_number(stream->line.input);
}

enum status dimacs_stream_check(const struct dimacs_stream *stream, struct problem *problem)
{
    const struct network *network = &stream->network;
    enum status status = network_check(network, problem);
    if (status != STATUS_OK)
        return status;
    for (uint32_t v = 0; v < network->node_limit; v++)
        if (network->nodes[v].live && id_of(stream, stream->numbers[v]) != v)
            return problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0,
                               "node %u: its number is not its own", v);
    if (stream->ids.count < network->node_count)
        return problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0, "some nodes have no number");
    if (stream->sink != NONE && !network_node_live(network, stream->sink))
        return problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0, "the sink is gone");
    return STATUS_OK;
}
