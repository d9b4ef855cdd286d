/* history.c - see history.h. */
#include "tests/history.h"

#include "base/memory.h"
#include "solver/solver.h"

void history_init(struct history *history)
{
    *history = (struct history){.sink = NONE};
}

void history_free(struct history *history)
{
    memory_free(history->lines);
    memory_free(history->supply);
    memory_free(history->live);
    memory_free(history->arcs);
    history_init(history);
}

static void add_line(struct history *history, struct history_line line)
{
    array_reserve(history->lines, history->line_room, history->line_count + 1);
    history->lines[history->line_count++] = line;
}

static void add_arc_line(struct history *history, char kind, const struct history_arc *arc)
{
    add_line(history, (struct history_line){
                          kind,
                          {(int64_t)arc->tail + 1, (int64_t)arc->head + 1, arc->lower,
                           arc->capacity, arc->cost},
                      });
}

/* Ids that are new to the history had nothing. */
static void grow(struct history *history, const struct network *network)
{
    array_reserve(history->supply, history->supply_room, network->node_limit);
    array_reserve(history->live, history->live_room, network->node_limit);
    array_reserve(history->arcs, history->arc_room, network->arc_limit);
    for (; history->node_limit < network->node_limit; history->node_limit++) {
        history->supply[history->node_limit] = 0;
        history->live[history->node_limit] = false;
    }
    for (; history->arc_limit < network->arc_limit; history->arc_limit++)
        history->arcs[history->arc_limit] = (struct history_arc){.tail = NONE};
}

static struct history_arc arc_now(const struct network *network, uint32_t a)
{
    const struct network_arc *arc = &network->arcs[a];
    if (!network_arc_live(network, a) || arc->capacity == 0)
        return (struct history_arc){.tail = NONE};
    return (struct history_arc){arc->tail, arc->head, arc->lower, arc->capacity, arc->cost};
}

static bool same_ends(const struct history_arc *x, const struct history_arc *y)
{
    return x->tail == y->tail && x->head == y->head;
}

static bool same_arc(const struct history_arc *x, const struct history_arc *y)
{
    return same_ends(x, y) && (x->tail == NONE || (x->lower == y->lower && x->cost == y->cost &&
                                                   x->capacity == y->capacity));
}

/* Does any arc with the ends of `a` differ from what was told? Is there another than `a`? */
static void look_at_parallels(const struct history *history, const struct network *network,
                              uint32_t a, bool *changed, bool *parallel)
{
    *changed = false;
    *parallel = false;
    for (uint32_t b = 0; b < history->arc_limit; b++) {
        if (!same_ends(&history->arcs[b], &history->arcs[a]))
            continue;
        struct history_arc now = arc_now(network, b);
        *changed |= !same_arc(&history->arcs[b], &now);
        *parallel |= b != a;
    }
}

/* Arcs that are gone or no longer so. As an x line cannot tell parallel arcs apart for certain, a
 * change among them removes them all, and they are added again. */
static void note_arcs_gone(struct history *history, const struct network *network)
{
    bool *removed = memory_alloc((size_t)history->arc_limit + 1);
    for (uint32_t a = 0; a < history->arc_limit; a++) {
        struct history_arc *told = &history->arcs[a];
        struct history_arc now = arc_now(network, a);
        bool changed;
        bool parallel;
        if (told->tail == NONE)
            continue;
        look_at_parallels(history, network, a, &changed, &parallel);
        if (!changed || (!parallel && same_ends(told, &now)))
            continue;
        removed[a] = true;
        if (network_node_live(network, told->tail) && network_node_live(network, told->head)) {
            struct history_arc none = {told->tail, told->head, 0, 0, told->cost};
            add_arc_line(history, 'x', &none);
        }
    }
    for (uint32_t a = 0; a < history->arc_limit; a++)
        if (removed[a])
            history->arcs[a] = (struct history_arc){.tail = NONE};
    memory_free(removed);
}

/* All other arcs that differ: x lines first, for they must not mean the new ones. */
static void note_arcs_now(struct history *history, const struct network *network)
{
    for (uint32_t pass = 0; pass < 2; pass++) {
        for (uint32_t a = 0; a < history->arc_limit; a++) {
            struct history_arc now = arc_now(network, a);
            bool known = history->arcs[a].tail != NONE;
            if (known != (pass == 0) || same_arc(&history->arcs[a], &now))
                continue;
            history->arcs[a] = now;
            add_arc_line(history, known ? 'x' : 'a', &now);
        }
    }
}

static void note_nodes_gone(struct history *history, const struct network *network)
{
    for (uint32_t v = 0; v < history->node_limit; v++) {
        if (!history->live[v] || network_node_live(network, v))
            continue;
        history->live[v] = false;
        if (v == history->sink)
            history->sink = NONE;
        add_line(history, (struct history_line){'r', {(int64_t)v + 1}});
    }
}

/* The sink follows the others while their sum with it stays. */
static void note_supplies(struct history *history, const struct network *network)
{
    for (uint32_t v = 0; v < history->node_limit; v++) {
        if (!network_node_live(network, v))
            continue;
        flow_t supply = network->nodes[v].supply;
        bool same = history->live[v] && history->supply[v] == supply;
        history->live[v] = true;
        history->supply[v] = supply;
        if (!same && v != history->sink)
            add_line(history, (struct history_line){'n', {(int64_t)v + 1, supply}});
    }
    if (history->sink != NONE && history->sum != network->sums.supply)
        add_line(history,
                 (struct history_line){
                     'n', {(int64_t)history->sink + 1, network->nodes[history->sink].supply}});
    history->sum = network->sums.supply;
}

/* In the first round the sink is the node that demands most. */
static void choose_sink(struct history *history, const struct network *network)
{
    for (uint32_t v = 0; v < network->node_limit; v++)
        if (network_node_live(network, v) &&
            (history->sink == NONE ||
             network->nodes[v].supply < network->nodes[history->sink].supply))
            history->sink = v;
    history->sum = network->sums.supply;
    if (history->sink != NONE)
        add_line(history,
                 (struct history_line){'s', {(int64_t)history->sink + 1, (int64_t)history->sum}});
}

void history_note(struct history *history, const struct network *network, uint64_t budget)
{
    grow(history, network);
    if (history->line_count == 0)
        choose_sink(history, network);
    note_arcs_gone(history, network);
    note_nodes_gone(history, network);
    note_supplies(history, network);
    note_arcs_now(history, network);
    add_line(history, (struct history_line){'e', {(int64_t)budget}});
}

/* The p line; returns what all supplies of the first round sum to without the sink's. */
static flow_t write_header(const struct history *history, FILE *file)
{
    uint32_t arcs = 0;
    flow_t sum = 0;
    flow_t *supply = memory_alloc(((size_t)history->node_limit + 1) * sizeof *supply);
    for (uint32_t i = 0; i < history->line_count && history->lines[i].kind != 'e'; i++) {
        const struct history_line *line = &history->lines[i];
        arcs += line->kind == 'a';
        if (line->kind == 'n' || line->kind == 'r')
            supply[line->field[0] - 1] = line->kind == 'n' ? line->field[1] : 0;
    }
    for (uint32_t v = 0; v < history->node_limit; v++)
        sum += supply[v];
    memory_free(supply);
    fprintf(file, "p min 0 %u\n", arcs);
    return sum;
}

static void write_line(const struct history_line *line, flow_t others, FILE *file)
{
    const int64_t *field = line->field;
    switch (line->kind) {
    case 'e':
        if (field[0] != (int64_t)SOLVER_NO_BUDGET)
            fprintf(file, "c solved with a budget of %" PRId64 "\n", field[0]);
        fputs("c EOI\n", file);
        break;
    case 's':
        fprintf(file, "n %" PRId64 " %" PRId64 " 3\n", field[0], field[1] - others);
        break;
    case 'n':
        fprintf(file, "n %" PRId64 " %" PRId64 "\n", field[0], field[1]);
        break;
    case 'r':
        fprintf(file, "r %" PRId64 "\n", field[0]);
        break;
    default:
        fprintf(file, "%c %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64, line->kind,
                field[0], field[1], field[2], field[3], field[4]);
        if (line->kind == 'x' && field[3] == 0)
            fprintf(file, " 0 %" PRId64, field[4]);
        fputc('\n', file);
    }
}

void history_write(const struct history *history, FILE *file)
{
    flow_t others = write_header(history, file);
    for (uint32_t i = 0; i < history->line_count; i++)
        write_line(&history->lines[i], others, file);
}
