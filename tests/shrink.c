/* shrink.c - see shrink.h. */
#include "tests/shrink.h"

#include <string.h>

#include "base/memory.h"

/* Keep the arc's change if the network fails still; else take it back. */
static bool try_arc(struct network *network, uint32_t a, flow_t lower, flow_t capacity, cost_t cost,
                    shrink_test fails, void *context)
{
    struct network_arc was = network->arcs[a];
    if (lower == was.lower && capacity == was.capacity && cost == was.cost)
        return false;
    network_change_arc(network, a, lower, capacity, cost);
    if (fails(network, context))
        return true;
    network_change_arc(network, a, was.lower, was.capacity, was.cost);
    return false;
}

static bool shrink_arc(struct network *network, uint32_t a, shrink_test fails, void *context)
{
    struct network_arc was = network->arcs[a];
    network_remove_arc(network, a);
    if (fails(network, context))
        return true;
    /* The id given back last is given out first. */
    network_add_arc(network, was.tail, was.head, was.lower, was.capacity, was.cost);
    cost_t nearer = was.cost > 0 ? was.cost - 1 : was.cost + (was.cost < 0);
    return try_arc(network, a, 0, was.capacity, was.cost, fails, context) ||
           try_arc(network, a, was.lower, was.lower, was.cost, fails, context) ||
           try_arc(network, a, was.lower / 2, was.capacity / 2, was.cost, fails, context) ||
           (was.capacity > was.lower &&
            try_arc(network, a, was.lower, was.capacity - 1, was.cost, fails, context)) ||
           try_arc(network, a, was.lower, was.capacity, 0, fails, context) ||
           try_arc(network, a, was.lower, was.capacity, was.cost / 2, fails, context) ||
           try_arc(network, a, was.lower, was.capacity, nearer, fails, context);
}

static bool is_bare(const struct network *network, uint32_t v)
{
    const struct network_node *node = &network->nodes[v];
    return node->first_out == NONE && node->first_in == NONE && node->supply == 0;
}

static bool shrink_node(struct network *network, uint32_t v, shrink_test fails, void *context)
{
    flow_t was = network->nodes[v].supply;
    if (is_bare(network, v)) {
        network_remove_node(network, v);
        if (fails(network, context))
            return true;
        network_add_node(network, 0);
        return false;
    }
    if (was <= 0)
        return false;
    /* What one node supplies less another demands less. */
    for (uint32_t w = 0; w < network->node_limit; w++) {
        if (!network_node_live(network, w) || network->nodes[w].supply >= 0)
            continue;
        flow_t demand = network->nodes[w].supply;
        flow_t less = was < -demand ? was : -demand;
        for (; less > 0; less /= 2) {
            network_set_supply(network, v, was - less);
            network_set_supply(network, w, demand + less);
            if (fails(network, context))
                return true;
        }
        network_set_supply(network, v, was);
        network_set_supply(network, w, demand);
    }
    return false;
}

void shrink_network(struct network *network, shrink_test fails, void *context)
{
    for (bool again = true; again;) {
        again = false;
        for (uint32_t a = 0; a < network->arc_limit; a++)
            while (network_arc_live(network, a) && shrink_arc(network, a, fails, context))
                again = true;
        for (uint32_t v = 0; v < network->node_limit; v++)
            while (network_node_live(network, v) && shrink_node(network, v, fails, context))
                again = true;
    }
}

/* Leave out some lines if the history fails still. */
static bool try_without(struct history *history, uint32_t at, uint32_t count,
                        shrink_history_test fails, void *context)
{
    uint32_t was_count = history->line_count;
    size_t size = was_count * sizeof *history->lines;
    struct history_line *was = memory_alloc(size);
    memcpy(was, history->lines, size);
    history->line_count -= count;
    memmove(&history->lines[at], &was[at + count],
            (history->line_count - at) * sizeof *history->lines);
    bool failed = fails(history, context);
    if (!failed) {
        history->line_count = was_count;
        memcpy(history->lines, was, size);
    }
    memory_free(was);
    return failed;
}

static bool drop_lines(struct history *history, shrink_history_test fails, void *context)
{
    bool dropped = false;
    for (uint32_t count = history->line_count; count > 0; count /= 2) {
        for (uint32_t at = 0; at + count <= history->line_count;) {
            if (try_without(history, at, count, fails, context))
                dropped = true;
            else
                at += count;
        }
    }
    return dropped;
}

static bool try_number(const struct history *history, int64_t *field, int64_t value,
                       shrink_history_test fails, void *context)
{
    int64_t was = *field;
    if (value == was)
        return false;
    *field = value;
    if (fails(history, context))
        return true;
    *field = was;
    return false;
}

/* The numbers of a line that are no node's: supplies, bounds and costs. */
static bool lessen_line(const struct history *history, struct history_line *line,
                        shrink_history_test fails, void *context)
{
    static const char *const KINDS[] = {"", "n", "ax", "ax", "ax"};
    bool lessened = false;
    for (uint32_t i = 0; i < COUNT_OF(KINDS); i++) {
        int64_t *field = &line->field[i];
        while (strchr(KINDS[i], line->kind) &&
               (try_number(history, field, 0, fails, context) ||
                try_number(history, field, *field / 2, fails, context) ||
                try_number(history, field, *field - (*field > 0) + (*field < 0), fails, context)))
            lessened = true;
    }
    return lessened;
}

/* What one node supplies less another demands less. */
static bool lessen_pair(const struct history *history, int64_t *supply, int64_t *demand,
                        shrink_history_test fails, void *context)
{
    int64_t was = *supply;
    for (int64_t less = was < -*demand ? was : -*demand; less > 0; less /= 2) {
        *supply -= less;
        *demand += less;
        if (fails(history, context))
            return true;
        *supply += less;
        *demand -= less;
    }
    return false;
}

static bool lessen_pairs(const struct history *history, shrink_history_test fails, void *context)
{
    bool lessened = false;
    for (uint32_t i = 0; i < history->line_count; i++)
        for (uint32_t j = 0; j < history->line_count; j++)
            if (history->lines[i].kind == 'n' && history->lines[j].kind == 'n')
                lessened |= lessen_pair(history, &history->lines[i].field[1],
                                        &history->lines[j].field[1], fails, context);
    return lessened;
}

void shrink_history(struct history *history, shrink_history_test fails, void *context)
{
    for (bool again = true; again;) {
        again = drop_lines(history, fails, context);
        for (uint32_t i = 0; i < history->line_count; i++)
            again |= lessen_line(history, &history->lines[i], fails, context);
        again |= lessen_pairs(history, fails, context);
    }
}
