/* repair_publish.c - see repair_publish.h. */
#include "solver/repair_publish.h"

#include "solver/repair_fetch.h"

static void publish_arc(struct repair *repair, uint32_t o, flow_t more)
{
    const struct option_arc *end = &repair->option_arcs[o];
    const struct vertex *via = &repair->vertices[end->via];
    repair->flow[end->arc] += more;
    if (via->into != NONE)
        repair->flow[via->out_arc] += more;
}

static void publish_source(struct repair *repair, uint32_t s)
{
    const struct source *source = &repair->sources[s];
    if (source->multi != NONE) {
        const struct share *shares = repair->multis[source->multi].shares;
        for (uint32_t i = 0; i < source->count; i++) {
            uint32_t o = source->first + i;
            publish_arc(repair, o, shares[i].flow - repair->flow[repair->option_arcs[o].arc]);
        }
        return;
    }
    uint32_t chosen = repair->chosen[s];
    uint32_t arc = chosen == NONE ? NONE : repair->option_arcs[chosen].arc;
    if (arc == repair->shown[s])
        return;
    if (repair->shown[s] != NONE)
        publish_arc(repair, repair->slot[repair->shown[s]], -1);
    if (arc != NONE)
        publish_arc(repair, chosen, 1);
    repair->shown[s] = arc;
}

void repair_publish(struct repair *repair)
{
    bool most = repair->dirty_source_count > repair->source_count / 2;
    uint32_t count = most ? repair->source_count : repair->dirty_source_count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t s = most ? i : repair->dirty_sources[i];
        if (!most && repair_window_begins(i))
            repair_fetch_dirty(repair, &repair->dirty_sources[i], repair_window(i, count));
        if (!repair->stocks[s].dirty)
            continue;
        repair->stocks[s].dirty = false;
        if (repair->stocks[s].node != NONE)
            publish_source(repair, s);
    }
    repair->dirty_source_count = 0;
}
