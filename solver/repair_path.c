/* repair_path.c - see repair_path.h. */
#include "solver/repair_path.h"

#include "solver/repair_graph.h"
#include "solver/repair_sources.h"
#include "solver/repair_hubs.h"

/* The cheapest option of a source of one unit that leads to v. */
static uint32_t cheapest_option(const struct repair *repair, uint32_t s, uint32_t v)
{
    const struct source *source = &repair->sources[s];
    uint32_t found = NONE;
    for (uint32_t o = source->first; o < source->first + source->count; o++)
        if (repair->options[o].vertex == v &&
            (found == NONE || repair->options[o].cost < repair->options[found].cost))
            found = o;
    return found;
}

/* Find the hop that a label of vertex v stands for, as far as it was left open. */
static void resolve(const struct repair *repair, const struct side *side, uint32_t v)
{
    struct label *label = &repair->labels[v][side->backward];
    struct hop by = label->hop;
    if (by.source == LAZY && side->backward)
        repair_hubs_cheapest_toward(repair, by.from, v, &by);
    else if (by.source == LAZY)
        repair_hubs_cheapest_away(repair, by.from, v, &by);
    if (by.source != NONE && by.leave == NONE)
        by.leave = repair->chosen[by.source];
    if (by.source != NONE && by.enter == NONE)
        by.enter = cheapest_option(repair, by.source, side->backward ? label->hop.from : v);
    label->hop = by;
}

static flow_t least(flow_t x, flow_t y)
{
    return x < y ? x : y;
}

/* How much the hop that begins at this vertex lets through. */
static flow_t hop_room(const struct repair *repair, const struct hop *hop, uint32_t begin)
{
    if (hop->source == NONE)
        return repair->vertices[begin].halves[hop->enter].out;
    flow_t flow = repair_option_flow(repair, hop->source, hop->leave);
    flow_t room = repair_option_room(repair, hop->source, hop->enter);
    return flow < room ? flow : room;
}

static void push_hop(struct repair *repair, const struct hop *hop, uint32_t begin, flow_t amount)
{
    if (hop->source == NONE)
        repair_half_push(repair, begin, hop->enter, amount);
    else
        repair_move(repair, hop->source, hop->leave, hop->enter, amount);
}

/* The hop by which a side came to v. */
static const struct hop *hop_to(const struct repair *repair, const struct side *side, uint32_t v)
{
    return &repair->labels[v][side->backward].hop;
}

void repair_measure(const struct repair *repair, struct found *found)
{
    const struct side *side = &repair->forward;
    flow_t amount = INT64_MAX;
    const struct hop *hop;
    uint32_t v = found->meeting;
    for (; found->forward && (hop = hop_to(repair, side, v))->from != NONE; v = hop->from) {
        resolve(repair, side, v);
        amount = least(amount, hop_room(repair, hop, hop->from));
    }
    found->begin = v;
    found->source = found->forward ? hop_to(repair, side, v)->source : NONE;
    if (found->source != NONE) {
        uint32_t o = hop_to(repair, side, v)->enter;
        amount = least(amount, repair_option_room(repair, found->source, o));
        amount = least(amount, repair->stocks[found->source].pending);
    }
    side = &repair->backward;
    v = found->meeting;
    for (; found->backward && (hop = hop_to(repair, side, v))->from != NONE; v = hop->from) {
        resolve(repair, side, v);
        amount = least(amount, hop_room(repair, hop, v));
    }
    found->end = v;
    found->amount = amount;
}

void repair_push(struct repair *repair, const struct found *found, flow_t amount)
{
    const struct side *side = &repair->forward;
    const struct hop *hop;
    uint32_t v = found->meeting;
    for (; found->forward && (hop = hop_to(repair, side, v))->from != NONE; v = hop->from)
        push_hop(repair, hop, hop->from, amount);
    if (found->source != NONE)
        repair_place(repair, found->source, hop_to(repair, side, v)->enter, amount);
    side = &repair->backward;
    v = found->meeting;
    for (; found->backward && (hop = hop_to(repair, side, v))->from != NONE; v = hop->from)
        push_hop(repair, hop, v, amount);
}
