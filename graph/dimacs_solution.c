/* dimacs_solution.c - see dimacs_solution.h. */
#include "graph/dimacs_solution.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/id_map.h"
#include "base/memory.h"
#include "graph/dimacs.h"
#include "graph/dimacs_line.h"

/* The arcs from one node to another, and what a solution says of them. */
struct pair {
    uint32_t first_arc, last_arc; /* linked by next_arc, in the order of ids */
    uint32_t arc_count, line_count;
    uint32_t turn; /* the arc for the next f line, or NONE */
    flow_t sum;
};

struct solution_reading {
    struct dimacs_line line;
    const struct network *network;
    uint32_t *node_ids; /* by number less 1 */
    struct id_map pair_of;
    struct pair *pairs;
    uint32_t pair_count, pair_room;
    uint32_t *next_arc; /* by arc */
    flow_t *flow;
    cost_t *cost;
    bool has_cost;
};

static uint64_t pair_key(uint32_t tail, uint32_t head)
{
    return (uint64_t)tail << 32 | head;
}

static void collect_pairs(struct solution_reading *reading)
{
    const struct network *network = reading->network;
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        reading->flow[a] = 0;
        if (!network_arc_live(network, a))
            continue;
        uint64_t key = pair_key(network->arcs[a].tail, network->arcs[a].head);
        uint32_t index = id_map_get(&reading->pair_of, key);
        reading->next_arc[a] = NONE;
        if (index == NONE) {
            array_reserve(reading->pairs, reading->pair_room, reading->pair_count + 1);
            id_map_put(&reading->pair_of, key, reading->pair_count);
            reading->pairs[reading->pair_count++] =
                (struct pair){.first_arc = a, .last_arc = a, .arc_count = 1, .turn = a};
            continue;
        }
        struct pair *pair = &reading->pairs[index];
        reading->next_arc[pair->last_arc] = a;
        pair->last_arc = a;
        pair->arc_count++;
    }
}

static enum status read_cost(struct solution_reading *reading)
{
    if (reading->has_cost)
        return dimacs_line_fail(&reading->line, STATUS_BAD_INPUT, 1, "second s line");
    enum status status = dimacs_line_expect(&reading->line, 2, 2, "an s line is: s COST");
    if (status == STATUS_OK)
        status = dimacs_line_number(&reading->line, 1, reading->cost);
    reading->has_cost = status == STATUS_OK;
    return status;
}

static enum status read_flow(struct solution_reading *reading)
{
    const struct dimacs_line *line = &reading->line;
    uint32_t tail = 0;
    uint32_t head = 0;
    flow_t flow = 0;
    enum status status = dimacs_line_expect(line, 4, 4, "an f line is: f TAIL HEAD FLOW");
    if (status == STATUS_OK)
        status = dimacs_line_node(line, 1, reading->network->node_count, &tail);
    if (status == STATUS_OK)
        status = dimacs_line_node(line, 2, reading->network->node_count, &head);
    if (status == STATUS_OK)
        status = dimacs_line_number(line, 3, &flow);
    if (status != STATUS_OK)
        return status;
    uint32_t index =
        id_map_get(&reading->pair_of, pair_key(reading->node_ids[tail], reading->node_ids[head]));
    if (index == NONE)
        return dimacs_line_fail(line, STATUS_BAD_INPUT, line->fields[1].column,
                                "the network has no arc between these nodes");
    struct pair *pair = &reading->pairs[index];
    if (!checked_add(pair->sum, flow, &pair->sum))
        return dimacs_line_fail(line, STATUS_TOO_LARGE, line->fields[3].column,
                                "the flows between these nodes sum to more than 64 bits");
    pair->line_count++;
    if (pair->turn != NONE) {
        reading->flow[pair->turn] = flow;
        pair->turn = reading->next_arc[pair->turn];
    }
    return STATUS_OK;
}

struct priced_arc {
    cost_t cost;
    uint32_t arc;
};

static int compare_priced(const void *left, const void *right)
{
    const struct priced_arc *a = left;
    const struct priced_arc *b = right;
    if (a->cost != b->cost)
        return a->cost < b->cost ? -1 : 1;
    return a->arc < b->arc ? -1 : a->arc > b->arc;
}

/* Give the pair's sum to its arcs: the lower bounds, then the cheapest first. What is too
 * much or too little is left on the first arc, where a check finds it. */
static void distribute(struct solution_reading *reading, const struct pair *pair)
{
    const struct network_arc *arcs = reading->network->arcs;
    struct priced_arc *priced = memory_alloc(pair->arc_count * sizeof *priced);
    __int128 left = pair->sum;
    uint32_t count = 0;
    for (uint32_t a = pair->first_arc; a != NONE; a = reading->next_arc[a]) {
        priced[count++] = (struct priced_arc){arcs[a].cost, a};
        reading->flow[a] = arcs[a].lower;
        left -= arcs[a].lower;
    }
    qsort(priced, count, sizeof *priced, compare_priced);
    for (uint32_t i = 0; i < count && left > 0; i++) {
        uint32_t a = priced[i].arc;
        flow_t room = arcs[a].capacity - arcs[a].lower;
        flow_t more = left < room ? (flow_t)left : room;
        reading->flow[a] += more;
        left -= more;
    }
    if (left != 0)
        reading->flow[pair->first_arc] = left > 0 ? INT64_MAX : -1;
    memory_free(priced);
}

static enum status read_solution_lines(struct solution_reading *reading)
{
    for (;;) {
        enum status status = dimacs_line_next(&reading->line);
        if (status != STATUS_OK)
            return status;
        char kind = dimacs_line_kind(&reading->line);
        if (kind != 's' && kind != 'f')
            return dimacs_line_fail(&reading->line, STATUS_BAD_INPUT,
                                    reading->line.fields[0].column, "a line starts with c, s or f");
        status = kind == 's' ? read_cost(reading) : read_flow(reading);
        if (status != STATUS_OK)
            return status;
    }
}

static enum status finish_solution(struct solution_reading *reading)
{
    if (!reading->has_cost)
        return dimacs_line_fail(&reading->line, STATUS_BAD_INPUT, 0,
                                "no s line: this is no solution");
    for (uint32_t i = 0; i < reading->pair_count; i++) {
        const struct pair *pair = &reading->pairs[i];
        if (pair->line_count > 0 && pair->line_count != pair->arc_count)
            distribute(reading, pair);
    }
    return STATUS_OK;
}

/* The ids of live nodes in order, which is what their numbers count. */
static uint32_t *list_nodes(const struct network *network)
{
    uint32_t *ids = memory_alloc((size_t)network->node_count * sizeof *ids);
    uint32_t count = 0;
    for (uint32_t v = 0; v < network->node_limit; v++)
        if (network->nodes[v].live)
            ids[count++] = v;
    return ids;
}

enum status dimacs_solution_read(const char *path, const struct network *network, flow_t *flow,
                                 cost_t *cost, struct problem *problem)
{
    struct solution_reading reading = {
        .line.problem = problem, .network = network, .flow = flow, .cost = cost};
    enum status status = input_open(&reading.line.input, path, problem);
    if (status != STATUS_OK)
        return status;
    id_map_init(&reading.pair_of);
    reading.node_ids = list_nodes(network);
    reading.next_arc = memory_alloc((size_t)network->arc_limit * sizeof *reading.next_arc);
    collect_pairs(&reading);
    status = read_solution_lines(&reading);
    if (status == STATUS_END)
        status = finish_solution(&reading);
    id_map_free(&reading.pair_of);
    memory_free(reading.pairs);
    memory_free(reading.node_ids);
    memory_free(reading.next_arc);
    input_close(reading.line.input);
    return status;
}

void dimacs_solution_write(const struct network *network, const flow_t *flow, cost_t cost,
                           FILE *file)
{
    uint32_t *numbers = memory_alloc((size_t)network->node_limit * sizeof *numbers);
    dimacs_number_nodes(network, numbers);
    fprintf(file, "s %" PRId64 "\n", cost);
    dimacs_flow_write(network, numbers, flow, file);
    memory_free(numbers);
}

void dimacs_flow_write(const struct network *network, const uint32_t *numbers, const flow_t *flow,
                       FILE *file)
{
    for (uint32_t a = 0; a < network->arc_limit; a++)
        if (network_arc_live(network, a) && flow[a] != 0)
            fprintf(file, "f %u %u %" PRId64 "\n", numbers[network->arcs[a].tail],
                    numbers[network->arcs[a].head], flow[a]);
}
