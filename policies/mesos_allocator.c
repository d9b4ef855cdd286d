/* mesos_allocator.c - see mesos_allocator.h. */
#include "policies/mesos_allocator.h"

#include <string.h>

#include "base/assert.h"
#include "costmodels/facts.h"

/* Void entries of allocator.revived that do no harm. */
#define REVIVED_TIDY 16

void mesos_allocator_init(struct mesos_allocator *allocator, const struct mesos_options *options,
                          uint64_t seed)
{
    ASSERT(options->interval_us > 0);
    *allocator = (struct mesos_allocator){.options = *options, .runs = 1};
    random_init(&allocator->random, seed);
}

void mesos_allocator_free(struct mesos_allocator *allocator)
{
    for (uint32_t r = 0; r < allocator->roles_order.node_count; r++) {
        mesos_sorter_free(&allocator->roles[r].frameworks);
        id_list_free(&allocator->roles[r].ids);
    }
    for (uint32_t a = 0; a < allocator->agent_count; a++) {
        memory_free(allocator->agents[a].filters);
        memory_free(allocator->agents[a].holdings);
    }
    mesos_sorter_free(&allocator->roles_order);
    memory_free(allocator->roles);
    memory_free(allocator->frameworks);
    memory_free(allocator->agents);
    memory_free(allocator->revived);
    memory_free(allocator->offers);
    id_list_free(&allocator->draining);
    id_list_free(&allocator->candidates);
    id_list_free(&allocator->offered);
    id_list_free(&allocator->declining);
    id_list_free(&allocator->agents_left);
    id_list_free(&allocator->roles_left);
    id_list_free(&allocator->frameworks_left);
    memory_free(allocator->inverse_offers);
}

/* Roles and frameworks. */

uint32_t mesos_allocator_add_role(struct mesos_allocator *allocator, uint32_t parent,
                                  const char *name, uint32_t weight)
{
    uint32_t role = mesos_sorter_add(&allocator->roles_order, parent, name, weight);
    array_reserve(allocator->roles, allocator->role_room, role + 1);
    allocator->roles[role] = (struct mesos_role){
        .parent = parent, .top = parent == NONE ? role : allocator->roles[parent].top};
    allocator->totals_changed = true;
    return role;
}

uint32_t mesos_allocator_add_framework(struct mesos_allocator *allocator, uint32_t role,
                                       const char *name)
{
    uint32_t framework = allocator->framework_count++;
    array_reserve(allocator->frameworks, allocator->framework_room, allocator->framework_count);
    struct mesos_role *r = &allocator->roles[role];
    uint32_t client = mesos_sorter_add(&r->frameworks, NONE, name, TENANT_WEIGHT_ONE);
    id_list_add(&r->ids, framework);
    allocator->frameworks[framework] = (struct mesos_framework){
        .role = role, .client = client, .first_offer = NONE, .last_offer = NONE};
    mesos_allocator_revive(allocator, framework);
    return framework;
}

void mesos_allocator_set_quota(struct mesos_allocator *allocator, uint32_t role,
                               const struct resources *guarantee, const struct resources *limit,
                               const bool *limited)
{
    struct mesos_role *r = &allocator->roles[role];
    ASSERT(r->parent == NONE);
    bool had = r->has_guarantee || r->has_limit;
    r->guarantee = *guarantee;
    r->has_guarantee = !resources_zero(guarantee);
    r->has_limit = false;
    for (int resource = 0; resource < RESOURCE_COUNT; resource++) {
        r->limited[resource] = limited && limited[resource];
        r->limit.amount[resource] = r->limited[resource] ? limit->amount[resource] : 0;
        r->has_limit = r->has_limit || r->limited[resource];
    }
    allocator->quota_count += (r->has_guarantee || r->has_limit) - had;
}

void mesos_allocator_suppress(struct mesos_allocator *allocator, uint32_t framework)
{
    struct mesos_framework *f = &allocator->frameworks[framework];
    struct mesos_role *role = &allocator->roles[f->role];
    if (!f->wants)
        return;
    f->wants = false;
    allocator->wanting--;
    mesos_sorter_deactivate(&role->frameworks, f->client);
    if (--role->wanting == 0)
        mesos_sorter_deactivate(&allocator->roles_order, f->role);
}

void mesos_allocator_set_least(struct mesos_allocator *allocator, uint32_t framework,
                               const struct resources *least, int64_t refuse_us)
{
    allocator->frameworks[framework].least = *least;
    allocator->frameworks[framework].refuse_us = refuse_us;
}

/* Forget who was revived again since, or suppressed. */
static void tidy_revived(struct mesos_allocator *allocator)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < allocator->revived_count; i++) {
        const struct mesos_revival *revival = &allocator->revived[i];
        const struct mesos_framework *f = &allocator->frameworks[revival->framework];
        if (f->wants && f->fresh_at == revival->at)
            allocator->revived[kept++] = *revival;
    }
    allocator->revived_count = kept;
}

void mesos_allocator_revive(struct mesos_allocator *allocator, uint32_t framework)
{
    struct mesos_framework *f = &allocator->frameworks[framework];
    struct mesos_role *role = &allocator->roles[f->role];
    f->life++;
    f->fresh_at = ++allocator->revivals;
    if (allocator->revived_count >= 2 * allocator->wanting + REVIVED_TIDY)
        tidy_revived(allocator);
    array_reserve(allocator->revived, allocator->revived_room, allocator->revived_count + 1);
    allocator->revived[allocator->revived_count++] =
        (struct mesos_revival){framework, allocator->revivals};
    allocator->all_asked = true;
    if (f->wants)
        return;
    f->wants = true;
    allocator->wanting++;
    mesos_sorter_activate(&role->frameworks, f->client);
    if (role->wanting++ == 0)
        mesos_sorter_activate(&allocator->roles_order, f->role);
}

/* Agents. */

static void ask(struct mesos_allocator *allocator, uint32_t agent)
{
    if (allocator->agents[agent].asked)
        return;
    allocator->agents[agent].asked = true;
    id_list_add(&allocator->candidates, agent);
}

static void change_total(struct mesos_allocator *allocator, const struct resources *less,
                         const struct resources *more)
{
    resources_subtract(&allocator->total, less);
    resources_add(&allocator->total, more);
    allocator->totals_changed = true;
}

void mesos_allocator_add_agent(struct mesos_allocator *allocator, uint32_t agent,
                               const struct resources *total)
{
    array_reserve(allocator->agents, allocator->agent_room, agent + 1);
    if (allocator->agent_count <= agent)
        allocator->agent_count = agent + 1;
    struct mesos_agent *a = &allocator->agents[agent];
    ASSERT(!a->present);
    a->present = a->active = true;
    a->quiet = false;
    a->total = a->available = *total;
    change_total(allocator, &(struct resources){0}, total);
    ask(allocator, agent);
}

void mesos_allocator_update_agent(struct mesos_allocator *allocator, uint32_t agent,
                                  const struct resources *total)
{
    struct mesos_agent *a = &allocator->agents[agent];
    if (resources_equal(&a->total, total))
        return;
    change_total(allocator, &a->total, total);
    resources_subtract(&a->available, &a->total);
    resources_add(&a->available, total);
    a->total = *total;
    a->quiet = false;
    ask(allocator, agent);
}

static void leave_draining(struct mesos_allocator *allocator, uint32_t agent)
{
    for (uint32_t i = 0; i < allocator->draining.count; i++)
        if (allocator->draining.ids[i] == agent)
            allocator->draining.ids[i] = allocator->draining.ids[--allocator->draining.count];
}

void mesos_allocator_set_draining(struct mesos_allocator *allocator, uint32_t agent, bool draining)
{
    struct mesos_agent *a = &allocator->agents[agent];
    if (a->active == !draining)
        return;
    a->active = !draining;
    leave_draining(allocator, agent);
    if (draining)
        id_list_add(&allocator->draining, agent);
    for (uint32_t h = 0; h < a->holding_count; h++)
        a->holdings[h].told_until_us = 0;
    ask(allocator, agent);
}

void mesos_allocator_deactivate_agent(struct mesos_allocator *allocator, uint32_t agent)
{
    allocator->agents[agent].active = false;
    leave_draining(allocator, agent);
}

void mesos_allocator_give_back(struct mesos_allocator *allocator, uint32_t framework,
                               const struct resources *less)
{
    const struct mesos_framework *f = &allocator->frameworks[framework];
    mesos_sorter_unallocated(&allocator->roles_order, f->role, less);
    mesos_sorter_unallocated(&allocator->roles[f->role].frameworks, f->client, less);
}

void mesos_allocator_remove_agent(struct mesos_allocator *allocator, uint32_t agent)
{
    struct mesos_agent *a = &allocator->agents[agent];
    ASSERT(a->present);
    for (uint32_t h = 0; h < a->holding_count; h++)
        mesos_allocator_give_back(allocator, a->holdings[h].framework, &a->holdings[h].held);
    uint32_t o = a->offered_in == allocator->runs ? a->first_offer : NONE;
    for (; o != NONE; o = allocator->offers[o].next_of_agent)
        if (allocator->offers[o].open)
            mesos_allocator_give_back(allocator, allocator->offers[o].framework,
                                      &allocator->offers[o].resources);
    a->offered_in = 0;
    change_total(allocator, &a->total, &(struct resources){0});
    leave_draining(allocator, agent);
    a->present = a->active = false;
    a->holding_count = a->filter_count = 0;
    a->total = a->available = (struct resources){0};
}

void mesos_allocator_answer_inverse(struct mesos_allocator *allocator, uint32_t framework,
                                    uint32_t agent, int64_t now_us, int64_t refuse_us)
{
    struct mesos_agent *a = &allocator->agents[agent];
    for (uint32_t h = 0; h < a->holding_count; h++)
        if (a->holdings[h].framework == framework)
            a->holdings[h].told_until_us = now_us + refuse_us;
}

/* Who has what. */

static struct mesos_holding *hold(struct mesos_agent *agent, uint32_t framework)
{
    for (uint32_t h = 0; h < agent->holding_count; h++)
        if (agent->holdings[h].framework == framework)
            return &agent->holdings[h];
    array_reserve(agent->holdings, agent->holding_room, agent->holding_count + 1);
    agent->holdings[agent->holding_count] = (struct mesos_holding){.framework = framework};
    return &agent->holdings[agent->holding_count++];
}

void mesos_allocator_take(struct mesos_allocator *allocator, uint32_t framework,
                          const struct resources *resources)
{
    const struct mesos_framework *f = &allocator->frameworks[framework];
    mesos_sorter_allocated(&allocator->roles_order, f->role, resources);
    mesos_sorter_allocated(&allocator->roles[f->role].frameworks, f->client, resources);
}

void mesos_allocator_charge(struct mesos_allocator *allocator, uint32_t framework, uint32_t agent,
                            const struct resources *resources)
{
    resources_add(&hold(&allocator->agents[agent], framework)->held, resources);
    resources_subtract(&allocator->agents[agent].available, resources);
    mesos_allocator_take(allocator, framework, resources);
}

static void drop_old_filters(struct mesos_allocator *allocator, struct mesos_agent *agent,
                             int64_t now_us)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < agent->filter_count; i++) {
        const struct mesos_filter *filter = &agent->filters[i];
        if (filter->end_us > now_us &&
            filter->life == allocator->frameworks[filter->framework].life)
            agent->filters[kept++] = *filter;
    }
    agent->filter_count = kept;
}

/* A filter lasts for an interval at least, and, as its end is dealt with after the run that is due
 * at the same time, a little longer than that: so one run at least passes the agent over. */
void mesos_allocator_filter(struct mesos_allocator *allocator, uint32_t framework, uint32_t agent,
                            const struct resources *refused, int64_t now_us, int64_t refuse_us)
{
    struct mesos_agent *a = &allocator->agents[agent];
    a->quiet = a->quiet && refuse_us > 0 && resources_fit(&a->available, refused);
    if (refuse_us <= 0)
        return;
    int64_t interval_us = allocator->options.interval_us;
    int64_t end_us = now_us + (refuse_us > interval_us ? refuse_us : interval_us + 1);
    if (a->filter_count == a->filter_room)
        drop_old_filters(allocator, a, now_us);
    array_reserve(a->filters, a->filter_room, a->filter_count + 1);
    a->filters[a->filter_count++] =
        (struct mesos_filter){framework, allocator->frameworks[framework].life, end_us, *refused};
    if (a->quiet_until_us > end_us)
        a->quiet_until_us = end_us;
}

void mesos_allocator_answer(struct mesos_allocator *allocator, uint32_t offer, int64_t now_us,
                            int64_t refuse_us)
{
    struct mesos_offer *o = &allocator->offers[offer];
    struct mesos_agent *a = &allocator->agents[o->agent];
    ASSERT(o->open);
    o->open = false;
    allocator->open_count--;
    if (a->offered_in != allocator->runs) /* it is gone, or was and came back */
        return;
    if (!resources_equal(&o->left, &o->resources)) {
        struct resources *held = &hold(a, o->framework)->held;
        resources_add(held, &o->resources);
        resources_subtract(held, &o->left);
    }
    if (resources_zero(&o->left))
        return;
    resources_add(&a->available, &o->left);
    mesos_allocator_give_back(allocator, o->framework, &o->left);
    mesos_allocator_filter(allocator, o->framework, o->agent, &o->left, now_us, refuse_us);
}

void mesos_allocator_recover(struct mesos_allocator *allocator, uint32_t framework, uint32_t agent,
                             const struct resources *resources)
{
    struct mesos_agent *a = &allocator->agents[agent];
    if (agent >= allocator->agent_count || !a->present)
        return;
    struct mesos_holding *holding = hold(a, framework);
    resources_subtract(&holding->held, resources);
    if (resources_zero(&holding->held))
        *holding = a->holdings[--a->holding_count];
    resources_add(&a->available, resources);
    mesos_allocator_give_back(allocator, framework, resources);
    a->quiet = false;
}

void mesos_allocator_drop_filters(struct mesos_allocator *allocator, uint32_t agent)
{
    allocator->agents[agent].filter_count = 0;
    allocator->agents[agent].quiet = false;
}

/* When to run. */

bool mesos_allocator_asked(const struct mesos_allocator *allocator)
{
    return allocator->all_asked || allocator->candidates.count > 0;
}

bool mesos_allocator_allocatable(const struct mesos_allocator *allocator,
                                 const struct resources *resources)
{
    const struct resources *total = &allocator->total;
    bool something = false;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        something = something || resources->amount[r] > 0;
    if (!total->amount[RESOURCE_CPU] && !total->amount[RESOURCE_MEMORY])
        return something;
    return something && (resources->amount[RESOURCE_CPU] >= allocator->options.cpu_min ||
                         resources->amount[RESOURCE_MEMORY] >= allocator->options.memory_min);
}

int64_t mesos_allocator_ready_us(const struct mesos_allocator *allocator, int64_t now_us)
{
    int64_t ready_us = TIME_NEVER;
    if (!allocator->wanting)
        return TIME_NEVER;
    for (uint32_t i = 0; i < allocator->agent_count; i++) {
        const struct mesos_agent *agent = &allocator->agents[i];
        if (!agent->active || !mesos_allocator_allocatable(allocator, &agent->available))
            continue;
        if (!agent->quiet || agent->quiet_until_us <= now_us)
            return now_us;
        if (agent->quiet_until_us < ready_us)
            ready_us = agent->quiet_until_us;
    }
    return ready_us;
}
