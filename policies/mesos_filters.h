/* mesos_filters.h - what frameworks have declined of agents, and until when.
 *
 * A filter hides an agent from a framework for a while, unless the agent has more of anything
 * than was declined (Apache Mesos, src/master/allocator/mesos/hierarchical.cpp,
 * RefusedOfferFilter). Frameworks mostly decline all that an agent has, of all agents at once, and
 * most agents are then as they were until the filters end. So each framework that wants offers has
 * a row: by agent, until when it is hidden as it is. Such a filter is a number in a row; only if an
 * agent changes, filters with amounts are written down for it, and its entries are worked out anew
 * from them. The rows always say it all.
 *
 * A framework is shut while all agents that are offered are hidden from it, but for those that are
 * loose: they changed since that was found out. So a run of the allocator looks at the rows of
 * frameworks that are not shut, and at loose agents. */
#ifndef POLICIES_MESOS_FILTERS_H
#define POLICIES_MESOS_FILTERS_H

#include "base/id_list.h"
#include "base/resources.h"

struct mesos_filter {
    uint32_t framework;
    uint32_t life; /* void if the framework has another one by now */
    int64_t end_us;
    struct resources refused;
};

/* What an agent is for the filters: not offered; offered; offered, and loose. */
enum mesos_shown { MESOS_AWAY, MESOS_PLAIN, MESOS_LOOSE };

struct mesos_row {
    bool wants;        /* the framework wants offers; if not there is no row */
    uint32_t life;     /* of its filters: another one whenever they all end */
    bool blank;        /* nothing is hidden from it */
    int64_t *until_us; /* by agent */
    uint32_t room;
    int64_t shut_until_us;
};

struct mesos_agent_filters {
    struct mesos_filter *filters;
    uint32_t count, room;
};

struct mesos_filters {
    struct mesos_row *rows; /* by framework */
    uint32_t framework_count, row_room;
    struct id_list wanting; /* frameworks */
    struct mesos_agent_filters *agents;
    uint8_t *shown; /* by agent: enum mesos_shown */
    uint32_t agent_count, agent_room, shown_room;
    struct id_list loose; /* agents */
    int64_t now_us;       /* as far as is known */
};

void mesos_filters_free(struct mesos_filters *filters); /* all zero is empty */

/* The framework wants offers, and has declined nothing; or it wants none. O(agents),
 * and O(1) if it did want them and has declined nothing yet. */
void mesos_filters_want(struct mesos_filters *filters, uint32_t framework);
void mesos_filters_want_none(struct mesos_filters *filters, uint32_t framework);

/* There may be an agent of that id. O(frameworks that want offers), amortised. */
void mesos_filters_add_agent(struct mesos_filters *filters, uint32_t agent);

/* Is the agent offered? O(1), and O(loose agents) if it is no longer. */
void mesos_filters_show(struct mesos_filters *filters, uint32_t agent, bool offered);

/* What the agent has available changes. O(frameworks that want offers x filters of the agent). */
void mesos_filters_change(struct mesos_filters *filters, uint32_t agent,
                          const struct resources *before, const struct resources *after);

/* No framework has declined anything of the agent. O(frameworks that want offers). */
void mesos_filters_drop(struct mesos_filters *filters, uint32_t agent);

/* The framework declines so much of the agent, of what it has available. O(1) amortised. */
void mesos_filters_add(struct mesos_filters *filters, const struct mesos_filter *filter,
                       uint32_t agent, const struct resources *available);

/* Likewise, all that it has available. O(1). */
static inline void mesos_filters_add_all(struct mesos_filters *filters, uint32_t framework,
                                         uint32_t agent, int64_t end_us)
{
    struct mesos_row *row = &filters->rows[framework];
    if (!row->wants || row->until_us[agent] >= end_us)
        return;
    row->until_us[agent] = end_us;
    row->blank = false;
}

/* Is the agent, as it is, to be offered to the framework, which wants offers? O(1). */
static inline bool mesos_filters_open(const struct mesos_filters *filters, uint32_t framework,
                                      uint32_t agent, int64_t now_us)
{
    return filters->rows[framework].until_us[agent] <= now_us;
}

/* Is a part of what the agent has available hidden from the framework? O(filters of the agent). */
bool mesos_filters_hide(const struct mesos_filters *filters, uint32_t framework, uint32_t agent,
                        const struct resources *part, int64_t now_us);

/* Find out who is shut by now. Returns when the first agent is to be offered to the first framework
 * if nothing happens: now, when a filter ends, or TIME_NEVER. O(frameworks that want offers x loose
 * agents), and O(agents) for each that was not shut. */
int64_t mesos_filters_settle(struct mesos_filters *filters, int64_t now_us);

/* Do rows and filters agree about an agent that has so much available, and does it bear out who is
 * shut? For checks. */
bool mesos_filters_agree(const struct mesos_filters *filters, uint32_t agent,
                         const struct resources *available);

#endif
