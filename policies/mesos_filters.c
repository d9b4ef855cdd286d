/* mesos_filters.c - see mesos_filters.h. */
#include "policies/mesos_filters.h"

#include <string.h>

#include "base/assert.h"

void mesos_filters_free(struct mesos_filters *filters)
{
    for (uint32_t f = 0; f < filters->framework_count; f++)
        memory_free(filters->rows[f].until_us);
    for (uint32_t a = 0; a < filters->agent_count; a++)
        memory_free(filters->agents[a].filters);
    memory_free(filters->rows);
    memory_free(filters->agents);
    memory_free(filters->shown);
    id_list_free(&filters->wanting);
    id_list_free(&filters->loose);
    *filters = (struct mesos_filters){0};
}

static void take_out(struct id_list *list, uint32_t id)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->count; i++)
        if (list->ids[i] != id)
            list->ids[kept++] = list->ids[i];
    list->count = kept;
}

/* Frameworks. */

void mesos_filters_want(struct mesos_filters *filters, uint32_t framework)
{
    array_reserve(filters->rows, filters->row_room, framework + 1);
    if (filters->framework_count <= framework)
        filters->framework_count = framework + 1;
    struct mesos_row *row = &filters->rows[framework];
    if (row->wants && row->blank)
        return;
    row->life++;
    row->blank = true;
    row->shut_until_us = INT64_MIN;
    array_reserve(row->until_us, row->room, filters->agent_count);
    for (uint32_t a = 0; a < filters->agent_count; a++)
        row->until_us[a] = INT64_MIN;
    if (!row->wants)
        id_list_add(&filters->wanting, framework);
    row->wants = true;
}

void mesos_filters_want_none(struct mesos_filters *filters, uint32_t framework)
{
    struct mesos_row *row = &filters->rows[framework];
    if (!row->wants)
        return;
    row->wants = false;
    memory_free(row->until_us);
    row->until_us = NULL;
    row->room = 0;
    take_out(&filters->wanting, framework);
}

/* Agents. */

void mesos_filters_add_agent(struct mesos_filters *filters, uint32_t agent)
{
    uint32_t first = filters->agent_count;
    if (agent < first)
        return;
    filters->agent_count = agent + 1;
    array_reserve(filters->agents, filters->agent_room, filters->agent_count);
    array_reserve(filters->shown, filters->shown_room, filters->agent_count);
    for (uint32_t i = 0; i < filters->wanting.count; i++) {
        struct mesos_row *row = &filters->rows[filters->wanting.ids[i]];
        array_reserve(row->until_us, row->room, filters->agent_count);
        for (uint32_t a = first; a <= agent; a++)
            row->until_us[a] = INT64_MIN;
    }
}

static void loosen(struct mesos_filters *filters, uint32_t agent)
{
    if (filters->shown[agent] != MESOS_PLAIN)
        return;
    filters->shown[agent] = MESOS_LOOSE;
    id_list_add(&filters->loose, agent);
}

void mesos_filters_show(struct mesos_filters *filters, uint32_t agent, bool offered)
{
    if ((filters->shown[agent] != MESOS_AWAY) == offered)
        return;
    if (filters->shown[agent] == MESOS_LOOSE)
        take_out(&filters->loose, agent);
    filters->shown[agent] = offered ? MESOS_PLAIN : MESOS_AWAY;
    loosen(filters, agent);
}

/* Filters of an agent. */

static bool is_void(const struct mesos_filters *filters, const struct mesos_filter *filter)
{
    const struct mesos_row *row = &filters->rows[filter->framework];
    return !row->wants || row->life != filter->life || filter->end_us <= filters->now_us;
}

static void forget_void(struct mesos_filters *filters, struct mesos_agent_filters *agent)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < agent->count; i++)
        if (!is_void(filters, &agent->filters[i]))
            agent->filters[kept++] = agent->filters[i];
    agent->count = kept;
}

/* Nothing is written down that a filter says already. */
static void write_down(struct mesos_agent_filters *agent, const struct mesos_filter *filter)
{
    for (uint32_t i = 0; i < agent->count; i++) {
        const struct mesos_filter *other = &agent->filters[i];
        if (other->framework == filter->framework && other->life == filter->life &&
            other->end_us >= filter->end_us && resources_fit(&filter->refused, &other->refused))
            return;
    }
    array_reserve(agent->filters, agent->room, agent->count + 1);
    agent->filters[agent->count++] = *filter;
}

void mesos_filters_change(struct mesos_filters *filters, uint32_t agent,
                          const struct resources *before, const struct resources *after)
{
    struct mesos_agent_filters *a = &filters->agents[agent];
    forget_void(filters, a);
    for (uint32_t i = 0; i < filters->wanting.count; i++) {
        uint32_t framework = filters->wanting.ids[i];
        struct mesos_row *row = &filters->rows[framework];
        struct mesos_filter whole = {framework, row->life, row->until_us[agent], *before};
        if (whole.end_us > filters->now_us)
            write_down(a, &whole);
        row->until_us[agent] = INT64_MIN;
    }
    for (uint32_t i = 0; i < a->count; i++)
        if (resources_fit(after, &a->filters[i].refused))
            mesos_filters_add_all(filters, a->filters[i].framework, agent, a->filters[i].end_us);
    loosen(filters, agent);
}

void mesos_filters_drop(struct mesos_filters *filters, uint32_t agent)
{
    filters->agents[agent].count = 0;
    for (uint32_t i = 0; i < filters->wanting.count; i++)
        filters->rows[filters->wanting.ids[i]].until_us[agent] = INT64_MIN;
    loosen(filters, agent);
}

void mesos_filters_add(struct mesos_filters *filters, const struct mesos_filter *filter,
                       uint32_t agent, const struct resources *available)
{
    struct mesos_agent_filters *a = &filters->agents[agent];
    struct mesos_filter part = *filter;
    part.life = filters->rows[filter->framework].life;
    if (resources_equal(available, &filter->refused)) {
        mesos_filters_add_all(filters, filter->framework, agent, filter->end_us);
        return;
    }
    filters->rows[filter->framework].blank = false;
    if (a->count == a->room)
        forget_void(filters, a);
    write_down(a, &part);
}

bool mesos_filters_hide(const struct mesos_filters *filters, uint32_t framework, uint32_t agent,
                        const struct resources *part, int64_t now_us)
{
    const struct mesos_agent_filters *a = &filters->agents[agent];
    if (!mesos_filters_open(filters, framework, agent, now_us))
        return true;
    for (uint32_t i = 0; i < a->count; i++) {
        const struct mesos_filter *filter = &a->filters[i];
        if (filter->framework == framework && filter->end_us > now_us &&
            filter->life == filters->rows[framework].life && resources_fit(part, &filter->refused))
            return true;
    }
    return false;
}

/* Who is shut? */

/* Is it hidden from all frameworks that are shut? Then they are no longer shut than it is. */
static bool bind(struct mesos_filters *filters, uint32_t agent)
{
    const struct id_list *wanting = &filters->wanting;
    for (uint32_t i = 0; i < wanting->count; i++) {
        const struct mesos_row *row = &filters->rows[wanting->ids[i]];
        if (row->shut_until_us > filters->now_us && row->until_us[agent] <= filters->now_us)
            return false;
    }
    for (uint32_t i = 0; i < wanting->count; i++) {
        struct mesos_row *row = &filters->rows[wanting->ids[i]];
        if (row->shut_until_us > row->until_us[agent])
            row->shut_until_us = row->until_us[agent];
    }
    filters->shown[agent] = MESOS_PLAIN;
    return true;
}

static int64_t find_shut(const struct mesos_filters *filters, const int64_t *until_us)
{
    int64_t first_us = TIME_NEVER;
    for (uint32_t a = 0; a < filters->agent_count; a++)
        if (filters->shown[a] == MESOS_PLAIN && until_us[a] < first_us)
            first_us = until_us[a];
    return first_us;
}

int64_t mesos_filters_settle(struct mesos_filters *filters, int64_t now_us)
{
    filters->now_us = now_us;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < filters->loose.count; i++)
        if (!bind(filters, filters->loose.ids[i]))
            filters->loose.ids[kept++] = filters->loose.ids[i];
    filters->loose.count = kept;
    int64_t ready_us = kept ? now_us : TIME_NEVER;
    for (uint32_t i = 0; i < filters->wanting.count; i++) {
        struct mesos_row *row = &filters->rows[filters->wanting.ids[i]];
        if (row->shut_until_us <= now_us)
            row->shut_until_us = find_shut(filters, row->until_us);
        if (row->shut_until_us < ready_us)
            ready_us = row->shut_until_us;
    }
    return ready_us > now_us ? ready_us : now_us;
}

bool mesos_filters_agree(const struct mesos_filters *filters, uint32_t agent,
                         const struct resources *available)
{
    const struct mesos_agent_filters *a = &filters->agents[agent];
    for (uint32_t i = 0; i < a->count; i++) {
        const struct mesos_filter *filter = &a->filters[i];
        if (!is_void(filters, filter) && resources_fit(available, &filter->refused) &&
            filters->rows[filter->framework].until_us[agent] < filter->end_us)
            return false;
    }
    for (uint32_t i = 0; i < filters->wanting.count; i++) {
        const struct mesos_row *row = &filters->rows[filters->wanting.ids[i]];
        if (filters->shown[agent] == MESOS_PLAIN && row->shut_until_us > row->until_us[agent])
            return false;
    }
    return true;
}
