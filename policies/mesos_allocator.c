/* mesos_allocator.c - see mesos_allocator.h. */
#include "policies/mesos_allocator.h"

#include <string.h>

#include "base/assert.h"
#include "costmodels/facts.h"

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
    for (uint32_t a = 0; a < allocator->agent_count; a++)
        memory_free(allocator->agents[a].holdings);
    mesos_filters_free(&allocator->filters);
    mesos_sorter_free(&allocator->roles_order);
    memory_free(allocator->roles);
    memory_free(allocator->frameworks);
    memory_free(allocator->agents);
    memory_free(allocator->available);
    memory_free(allocator->offers);
    memory_free(allocator->parts);
    id_list_free(&allocator->draining);
    id_list_free(&allocator->candidates);
    id_list_free(&allocator->offered);
    id_list_free(&allocator->open);
    memory_free(allocator->marks);
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

static bool wants(const struct mesos_allocator *allocator, uint32_t framework)
{
    return framework < allocator->filters.framework_count &&
           allocator->filters.rows[framework].wants;
}

void mesos_allocator_suppress(struct mesos_allocator *allocator, uint32_t framework)
{
    struct mesos_framework *f = &allocator->frameworks[framework];
    struct mesos_role *role = &allocator->roles[f->role];
    if (!wants(allocator, framework))
        return;
    mesos_filters_want_none(&allocator->filters, framework);
    mesos_sorter_deactivate(&role->frameworks, f->client);
    if (--role->wanting == 0)
        mesos_sorter_deactivate(&allocator->roles_order, f->role);
}

void mesos_allocator_revive(struct mesos_allocator *allocator, uint32_t framework)
{
    struct mesos_framework *f = &allocator->frameworks[framework];
    struct mesos_role *role = &allocator->roles[f->role];
    bool wanted = wants(allocator, framework);
    mesos_filters_want(&allocator->filters, framework);
    allocator->all_asked = true;
    if (wanted)
        return;
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

static bool has_cpu_or_memory(const struct mesos_allocator *allocator)
{
    return allocator->total.amount[RESOURCE_CPU] || allocator->total.amount[RESOURCE_MEMORY];
}

/* What an agent has available is offered, if it is enough. */
static void show(struct mesos_allocator *allocator, uint32_t agent)
{
    const struct mesos_agent *a = &allocator->agents[agent];
    mesos_filters_show(
        &allocator->filters, agent,
        a->active && mesos_allocator_allocatable(allocator, &allocator->available[agent]));
}

static void change_available(struct mesos_allocator *allocator, uint32_t agent,
                             const struct resources *less, const struct resources *more)
{
    struct resources *available = &allocator->available[agent];
    struct resources before = *available;
    resources_subtract(available, less);
    resources_add(available, more);
    mesos_filters_change(&allocator->filters, agent, &before, available);
    show(allocator, agent);
}

static void change_total(struct mesos_allocator *allocator, const struct resources *less,
                         const struct resources *more)
{
    bool had = has_cpu_or_memory(allocator);
    resources_subtract(&allocator->total, less);
    resources_add(&allocator->total, more);
    allocator->totals_changed = true;
    if (has_cpu_or_memory(allocator) != had) /* other agents may be offered, too, or no longer */
        for (uint32_t a = 0; a < allocator->agent_count; a++)
            show(allocator, a);
}

void mesos_allocator_add_agent(struct mesos_allocator *allocator, uint32_t agent,
                               const struct resources *total)
{
    array_reserve(allocator->agents, allocator->agent_room, agent + 1);
    array_reserve(allocator->available, allocator->available_room, agent + 1);
    if (allocator->agent_count <= agent)
        allocator->agent_count = agent + 1;
    struct mesos_agent *a = &allocator->agents[agent];
    ASSERT(!a->present);
    a->present = a->active = true;
    a->total = allocator->available[agent] = *total;
    mesos_filters_add_agent(&allocator->filters, agent);
    change_total(allocator, &(struct resources){0}, total);
    show(allocator, agent);
    ask(allocator, agent);
}

void mesos_allocator_update_agent(struct mesos_allocator *allocator, uint32_t agent,
                                  const struct resources *total)
{
    struct mesos_agent *a = &allocator->agents[agent];
    if (resources_equal(&a->total, total))
        return;
    change_total(allocator, &a->total, total);
    change_available(allocator, agent, &a->total, total);
    a->total = *total;
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
    show(allocator, agent);
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
    show(allocator, agent);
    leave_draining(allocator, agent);
}

static void give_back(struct mesos_allocator *allocator, uint32_t framework,
                      const struct resources *less)
{
    const struct mesos_framework *f = &allocator->frameworks[framework];
    mesos_sorter_unallocated(&allocator->roles_order, f->role, less);
    mesos_sorter_unallocated(&allocator->roles[f->role].frameworks, f->client, less);
}

const struct resources *mesos_offer_resources(const struct mesos_allocator *allocator,
                                              uint32_t offer)
{
    return allocator->parted ? &allocator->parts[offer]
                             : &allocator->available[allocator->offers[offer].agent];
}

static void close_offer(struct mesos_allocator *allocator, uint32_t offer, bool answered)
{
    struct mesos_offer *o = &allocator->offers[offer];
    resources_subtract(&allocator->frameworks[o->framework].offered,
                       mesos_offer_resources(allocator, offer));
    o->state = answered ? MESOS_OFFER_ANSWERED : MESOS_OFFER_VOID;
    allocator->open_count--;
}

static void end_offers(struct mesos_allocator *allocator, uint32_t agent)
{
    for (uint32_t o = 0; allocator->open_count && o < allocator->offer_count; o++) {
        const struct mesos_offer *offer = &allocator->offers[o];
        if (offer->agent != agent || offer->state != MESOS_OFFER_OPEN)
            continue;
        give_back(allocator, offer->framework, mesos_offer_resources(allocator, o));
        close_offer(allocator, o, false);
    }
}

void mesos_allocator_remove_agent(struct mesos_allocator *allocator, uint32_t agent)
{
    struct mesos_agent *a = &allocator->agents[agent];
    ASSERT(a->present);
    for (uint32_t h = 0; h < a->holding_count; h++)
        give_back(allocator, a->holdings[h].framework, &a->holdings[h].held);
    end_offers(allocator, agent);
    change_total(allocator, &a->total, &(struct resources){0});
    leave_draining(allocator, agent);
    a->present = a->active = false;
    a->holding_count = 0;
    a->total = allocator->available[agent] = (struct resources){0};
    mesos_filters_drop(&allocator->filters, agent);
    show(allocator, agent);
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
                          const struct resources *resources, uint32_t times)
{
    const struct mesos_framework *f = &allocator->frameworks[framework];
    mesos_sorter_allocated_often(&allocator->roles_order, f->role, resources, times);
    mesos_sorter_allocated_often(&allocator->roles[f->role].frameworks, f->client, resources,
                                 times);
}

void mesos_allocator_charge(struct mesos_allocator *allocator, uint32_t framework, uint32_t agent,
                            const struct resources *resources)
{
    ASSERT(!allocator->open_count);
    resources_add(&hold(&allocator->agents[agent], framework)->held, resources);
    change_available(allocator, agent, resources, &(struct resources){0});
    mesos_allocator_take(allocator, framework, resources, 1);
}

/* A filter lasts for an interval at least, and, as its end is dealt with after the run that is due
 * at the same time, a little longer than that: so one run at least passes the agent over. */
static int64_t filter_end(const struct mesos_allocator *allocator, int64_t now_us,
                          int64_t refuse_us)
{
    int64_t interval_us = allocator->options.interval_us;
    return now_us + (refuse_us > interval_us ? refuse_us : interval_us + 1);
}

void mesos_allocator_draw(struct mesos_allocator *allocator, uint32_t offer)
{
    if (offer < allocator->drawn_count)
        return;
    uint32_t count = allocator->offer_count - offer;
    uint32_t other = offer + (uint32_t)random_below(&allocator->order, count);
    struct mesos_offer *o = &allocator->offers[offer], *p = &allocator->offers[other];
    uint32_t agent = o->agent;
    ASSERT(o->state == MESOS_OFFER_OPEN && p->state == MESOS_OFFER_OPEN);
    o->agent = p->agent;
    p->agent = agent;
    allocator->drawn_count = offer + 1;
}

void mesos_allocator_answer(struct mesos_allocator *allocator, uint32_t offer,
                            const struct resources *used, int64_t now_us, int64_t refuse_us)
{
    const struct mesos_offer *o = &allocator->offers[offer];
    struct resources left = *mesos_offer_resources(allocator, offer);
    ASSERT(o->state != MESOS_OFFER_ANSWERED);
    if (o->state == MESOS_OFFER_VOID) /* its agent is gone, or was and came back */
        return;
    close_offer(allocator, offer, true);
    resources_subtract(&left, used);
    give_back(allocator, o->framework, &left);
    if (!resources_zero(used)) {
        resources_add(&hold(&allocator->agents[o->agent], o->framework)->held, used);
        change_available(allocator, o->agent, used, &(struct resources){0});
    }
    if (resources_zero(&left) || refuse_us <= 0)
        return;
    mesos_filters_add(&allocator->filters,
                      &(struct mesos_filter){.framework = o->framework,
                                             .end_us = filter_end(allocator, now_us, refuse_us),
                                             .refused = left},
                      o->agent, &allocator->available[o->agent]);
}

void mesos_allocator_decline(struct mesos_allocator *allocator, uint32_t framework, int64_t now_us,
                             int64_t refuse_us)
{
    struct mesos_framework *f = &allocator->frameworks[framework];
    int64_t end_us = filter_end(allocator, now_us, refuse_us);
    for (uint32_t o = f->first_offer; o != NONE; o = allocator->offers[o].next) {
        struct mesos_offer *offer = &allocator->offers[o];
        if (offer->state != MESOS_OFFER_OPEN)
            continue;
        if (allocator->parted) {
            mesos_allocator_answer(allocator, o, &(struct resources){0}, now_us, refuse_us);
            continue;
        }
        if (refuse_us > 0)
            mesos_filters_add_all(&allocator->filters, framework, offer->agent, end_us);
        offer->state = MESOS_OFFER_ANSWERED;
        allocator->open_count--;
    }
    give_back(allocator, framework, &f->offered);
    f->offered = (struct resources){0};
}

void mesos_allocator_recover(struct mesos_allocator *allocator, uint32_t framework, uint32_t agent,
                             const struct resources *resources)
{
    struct mesos_agent *a = &allocator->agents[agent];
    if (agent >= allocator->agent_count || !a->present)
        return;
    ASSERT(!allocator->open_count);
    struct mesos_holding *holding = hold(a, framework);
    resources_subtract(&holding->held, resources);
    if (resources_zero(&holding->held))
        *holding = a->holdings[--a->holding_count];
    change_available(allocator, agent, &(struct resources){0}, resources);
    give_back(allocator, framework, resources);
}

void mesos_allocator_drop_filters(struct mesos_allocator *allocator, uint32_t agent)
{
    mesos_filters_drop(&allocator->filters, agent);
}

/* When to run. */

bool mesos_allocator_asked(const struct mesos_allocator *allocator)
{
    return allocator->all_asked || allocator->candidates.count > 0;
}

bool mesos_allocator_allocatable(const struct mesos_allocator *allocator,
                                 const struct resources *resources)
{
    bool something = false;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        something = something || resources->amount[r] > 0;
    if (!has_cpu_or_memory(allocator))
        return something;
    return something && (resources->amount[RESOURCE_CPU] >= allocator->options.cpu_min ||
                         resources->amount[RESOURCE_MEMORY] >= allocator->options.memory_min);
}

int64_t mesos_allocator_ready_us(struct mesos_allocator *allocator, int64_t now_us)
{
    if (!allocator->filters.wanting.count)
        return TIME_NEVER;
    for (uint32_t a = 0; allocator->quota_count && a < allocator->agent_count; a++)
        if (allocator->filters.shown[a] != MESOS_AWAY)
            return now_us; /* who has a filter for a part of it is not known */
    return mesos_filters_settle(&allocator->filters, now_us);
}
