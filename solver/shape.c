/* shape.c - see shape.h. */
#include "solver/shape.h"

/* An arc is narrow if its capacity is less than the mean supply divided by this. */
#define NARROW 16

struct totals {
    wide_t supply;      /* of all that have one */
    flow_t demand_most; /* of one node */
    uint32_t suppliers;
};

static void sum_nodes(const struct network *network, struct totals *totals)
{
    *totals = (struct totals){0};
    for (uint32_t v = 0; v < network->node_limit; v++) {
        const struct network_node *node = &network->nodes[v];
        if (!node->live)
            continue;
        if (node->supply > 0) {
            totals->supply += node->supply;
            totals->suppliers++;
        } else if (-node->supply > totals->demand_most) {
            totals->demand_most = -node->supply;
        }
    }
}

void shape_read(const struct network *network, struct shape *shape)
{
    struct totals totals;
    sum_nodes(network, &totals);
    wide_t wide_enough = totals.suppliers ? totals.supply / totals.suppliers / NARROW : 0;
    uint32_t narrow = 0;
    uint32_t from_sources = 0;
    for (uint32_t a = network_next_arc(network, 0); a != NONE;
         a = network_next_arc(network, a + 1)) {
        const struct network_arc *arc = &network->arcs[a];
        const struct network_node *tail = &network->nodes[arc->tail];
        narrow += arc->capacity < wide_enough;
        from_sources += tail->supply > 0 && tail->first_in == NONE;
    }
    shape->schedules = totals.suppliers > 0 && 2 * (wide_t)totals.demand_most >= totals.supply &&
                       from_sources > network->arc_count / 2;
    shape->heavy = narrow > network->arc_count / 2;
}
