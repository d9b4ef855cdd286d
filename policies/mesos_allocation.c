/* mesos_allocation.c - see mesos_allocation.h.
 *
 * After HierarchicalAllocatorProcess::__allocate of Apache Mesos,
 * src/master/allocator/mesos/hierarchical.cpp:
 *
 * 1. Agents in random order: each to roles that have less than is guaranteed to them, in their
 *    order, as far as they lack it, and beyond it as far as their limits and the headroom go.
 * 2. Agents in random order again: each to all roles in their order, as far as limits and headroom
 *    go. The headroom is what is available, less what is still guaranteed to anybody.
 *
 * An agent goes as a whole to the first framework that has no filter for it, but for what a quota
 * holds back. Without quotas there is no first stage, and nothing is held back. */
#include "policies/mesos_allocation.h"

#include "base/assert.h"

#define AHEAD 8 /* agents */

struct run {
    struct mesos_allocator *allocator;
    int64_t now_us;
    struct resources required;  /* guaranteed, and not had yet */
    struct resources available; /* in all the cluster */
};

/* Offers. */

static bool holds(const struct mesos_filter *filter, const struct mesos_framework *framework,
                  int64_t now_us)
{
    return filter->life == framework->life && filter->end_us > now_us;
}

static uint32_t new_offer(struct mesos_allocator *allocator, uint32_t framework, uint32_t agent)
{
    array_reserve(allocator->offers, allocator->offer_room, allocator->offer_count + 1);
    uint32_t offer = allocator->offer_count++;
    struct mesos_framework *f = &allocator->frameworks[framework];
    struct mesos_agent *a = &allocator->agents[agent];
    if (f->last_offer == NONE) {
        f->first_offer = offer;
        id_list_add(&allocator->offered, framework);
    } else {
        allocator->offers[f->last_offer].next = offer;
    }
    f->last_offer = offer;
    uint32_t next_of_agent = a->offered_in == allocator->runs ? a->first_offer : NONE;
    a->offered_in = allocator->runs;
    a->first_offer = offer;
    allocator->offers[offer] = (struct mesos_offer){.framework = framework,
                                                    .agent = agent,
                                                    .next = NONE,
                                                    .next_of_agent = next_of_agent,
                                                    .open = true};
    allocator->open_count++;
    allocator->offers_made++;
    return offer;
}

/* The offer of the agent that the framework has in this run, or a new one. */
static uint32_t offer_of(struct mesos_allocator *allocator, uint32_t framework, uint32_t agent)
{
    const struct mesos_agent *a = &allocator->agents[agent];
    uint32_t offer = a->offered_in == allocator->runs ? a->first_offer : NONE;
    while (offer != NONE && allocator->offers[offer].framework != framework)
        offer = allocator->offers[offer].next_of_agent;
    return offer == NONE ? new_offer(allocator, framework, agent) : offer;
}

static void make_offer(struct mesos_allocator *allocator, uint32_t framework, uint32_t agent,
                       const struct resources *resources)
{
    uint32_t offer = offer_of(allocator, framework, agent);
    resources_add(&allocator->offers[offer].resources, resources);
    resources_add(&allocator->offers[offer].left, resources);
    resources_subtract(&allocator->agents[agent].available, resources);
    mesos_allocator_take(allocator, framework, resources);
}

/* The framework will decline all that the agent has: that counts as its own until the run is
 * over, and is there again after it. */
static void decline_at_once(const struct run *run, uint32_t framework, uint32_t agent)
{
    struct mesos_allocator *allocator = run->allocator;
    struct mesos_framework *f = &allocator->frameworks[framework];
    const struct resources *whole = &allocator->agents[agent].available;
    if (!f->declines)
        id_list_add(&allocator->declining, framework);
    f->declines = true;
    resources_add(&f->declined, whole);
    mesos_allocator_take(allocator, framework, whole);
    mesos_allocator_filter(allocator, framework, agent, whole, run->now_us, f->refuse_us);
    allocator->offers_made++;
}

static void end_declining(struct mesos_allocator *allocator)
{
    for (uint32_t i = 0; i < allocator->declining.count; i++) {
        struct mesos_framework *f = &allocator->frameworks[allocator->declining.ids[i]];
        mesos_allocator_give_back(allocator, allocator->declining.ids[i], &f->declined);
        f->declined = (struct resources){0};
        f->declines = false;
    }
    allocator->declining.count = 0;
}

static void make_whole_offer(const struct run *run, uint32_t framework, uint32_t agent)
{
    struct resources whole = run->allocator->agents[agent].available;
    if (resources_fit(&run->allocator->frameworks[framework].least, &whole))
        make_offer(run->allocator, framework, agent, &whole);
    else
        decline_at_once(run, framework, agent);
}

static void forget_offers(struct mesos_allocator *allocator)
{
    for (uint32_t i = 0; i < allocator->offered.count; i++) {
        struct mesos_framework *f = &allocator->frameworks[allocator->offered.ids[i]];
        f->first_offer = f->last_offer = NONE;
    }
    allocator->offered.count = 0;
    allocator->offer_count = 0;
    allocator->inverse_count = 0;
}

/* Without quotas: whole agents. */

/* How many frameworks were revived since the agent became quiet, 2 for more; and the last. */
static uint32_t count_fresh(const struct mesos_allocator *allocator,
                            const struct mesos_agent *agent, uint32_t *fresh)
{
    uint32_t count = 0;
    for (uint32_t i = allocator->revived_count; i-- > 0 && count < 2;) {
        const struct mesos_revival *revival = &allocator->revived[i];
        const struct mesos_framework *f = &allocator->frameworks[revival->framework];
        if (revival->at <= agent->quiet_at)
            break;
        if (!f->wants || f->fresh_at != revival->at)
            continue;
        *fresh = revival->framework;
        count++;
    }
    return count;
}

/* Which frameworks do not want to see the agent as it is? Returns when the first of their filters
 * ends. */
static int64_t mark_blocked(struct mesos_allocator *allocator, const struct mesos_agent *agent,
                            int64_t now_us)
{
    int64_t end_us = TIME_NEVER;
    allocator->visits++;
    for (uint32_t i = 0; i < agent->filter_count; i++) {
        const struct mesos_filter *filter = &agent->filters[i];
        struct mesos_framework *f = &allocator->frameworks[filter->framework];
        if (!holds(filter, f, now_us) || !resources_fit(&agent->available, &filter->refused))
            continue;
        f->blocked_at = allocator->visits;
        if (filter->end_us < end_us)
            end_us = filter->end_us;
    }
    return end_us;
}

static bool is_marked(const struct mesos_allocator *allocator, uint32_t framework)
{
    return allocator->frameworks[framework].blocked_at == allocator->visits;
}

/* How many frameworks of a role are not marked, 2 for more; and the first of them in their order.
 */
static uint32_t count_in_role(struct mesos_allocator *allocator, struct mesos_role *role,
                              uint32_t *first)
{
    struct mesos_walk clients;
    uint32_t count = 0;
    *first = role->ids.ids[0];
    if (role->ids.count == 1) /* then it wants offers, as the role does */
        return !is_marked(allocator, *first);
    mesos_walk_begin(&clients, &role->frameworks);
    uint32_t client = mesos_walk_next(&clients, &role->frameworks);
    for (; client != NONE && count < 2; client = mesos_walk_next(&clients, &role->frameworks))
        if (!is_marked(allocator, role->ids.ids[client]) && !count++)
            *first = role->ids.ids[client];
    return count;
}

/* The same of all, in the order of roles and then of frameworks. */
static uint32_t count_unblocked(struct mesos_allocator *allocator, uint32_t *first)
{
    struct mesos_walk roles;
    uint32_t count = 0;
    mesos_walk_begin(&roles, &allocator->roles_order);
    uint32_t role = mesos_walk_next(&roles, &allocator->roles_order);
    for (; role != NONE && count < 2; role = mesos_walk_next(&roles, &allocator->roles_order)) {
        uint32_t framework;
        uint32_t more = count_in_role(allocator, &allocator->roles[role], &framework);
        if (more && !count)
            *first = framework;
        count += more;
    }
    return count;
}

static void offer_whole(const struct run *run, uint32_t agent)
{
    struct mesos_allocator *allocator = run->allocator;
    struct mesos_agent *a = &allocator->agents[agent];
    uint32_t framework = NONE, count = 0;
    if (a->quiet && a->quiet_until_us > run->now_us)
        count = count_fresh(allocator, a, &framework);
    if (count != 1) {
        a->quiet_until_us = mark_blocked(allocator, a, run->now_us);
        count = count_unblocked(allocator, &framework);
    }
    /* If all others have filters and this one declines, the agent is quiet. */
    a->quiet = count < 2;
    a->quiet_at = allocator->revivals;
    if (count)
        make_whole_offer(run, framework, agent);
}

/* With quotas: parts of agents. */

static void keep_at_most(struct resources *part, const struct resources *most)
{
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        int64_t limit = most->amount[r] > 0 ? most->amount[r] : 0;
        if (part->amount[r] > limit)
            part->amount[r] = limit;
    }
}

/* No more than the role's limit leaves of it, when it is given `more` already. */
static void keep_limit(const struct mesos_role *role, const struct resources *consumed,
                       const struct resources *more, struct resources *part)
{
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        int64_t rest = role->limit.amount[r] - consumed->amount[r] - more->amount[r];
        if (role->limited[r] && part->amount[r] > rest)
            part->amount[r] = rest > 0 ? rest : 0;
    }
}

/* What the role lacks of its guarantee. */
static struct resources lacking(const struct run *run, uint32_t role)
{
    struct resources lack = run->allocator->roles[role].guarantee;
    resources_subtract(&lack, mesos_sorter_allocation(&run->allocator->roles_order, role));
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (lack.amount[r] < 0)
            lack.amount[r] = 0;
    return lack;
}

static void begin_headroom(struct run *run)
{
    const struct mesos_allocator *allocator = run->allocator;
    run->available = allocator->total;
    resources_subtract(&run->available, &allocator->roles_order.allocation);
    for (uint32_t role = 0; role < allocator->roles_order.node_count; role++)
        if (allocator->roles[role].has_guarantee) {
            struct resources lack = lacking(run, role);
            resources_add(&run->required, &lack);
        }
}

static void keep_headroom(const struct run *run, struct resources *part)
{
    if (resources_zero(&run->required))
        return;
    struct resources headroom = run->available;
    resources_subtract(&headroom, &run->required);
    keep_at_most(part, &headroom);
}

static bool filtered(const struct run *run, uint32_t framework, const struct mesos_agent *agent,
                     const struct resources *offer)
{
    const struct mesos_framework *f = &run->allocator->frameworks[framework];
    for (uint32_t i = 0; i < agent->filter_count; i++) {
        const struct mesos_filter *filter = &agent->filters[i];
        if (filter->framework == framework && holds(filter, f, run->now_us) &&
            resources_fit(offer, &filter->refused))
            return true;
    }
    return false;
}

/* What a framework of the role may be offered of what the agent has; `granted` is the part that is
 * guaranteed to the role. */
static struct resources part_for(const struct run *run, uint32_t top, uint32_t agent,
                                 const struct resources *lack, struct resources *granted)
{
    const struct mesos_allocator *allocator = run->allocator;
    const struct mesos_role *role = &allocator->roles[top];
    const struct resources *consumed = mesos_sorter_allocation(&allocator->roles_order, top);
    struct resources part = allocator->agents[agent].available;
    *granted = part;
    keep_at_most(granted, lack);
    resources_subtract(&part, granted);
    keep_limit(role, consumed, granted, &part);
    keep_headroom(run, &part);
    resources_add(&part, granted);
    return part;
}

/* Offer the frameworks of a role what they may have of the agent. */
static void offer_to_role(struct run *run, uint32_t r, uint32_t agent, bool guaranteed)
{
    struct mesos_allocator *allocator = run->allocator;
    struct mesos_role *role = &allocator->roles[r];
    struct mesos_walk clients;
    allocator->frameworks_left.count = 0;
    mesos_walk_begin(&clients, &role->frameworks);
    uint32_t client = mesos_walk_next(&clients, &role->frameworks);
    for (; client != NONE; client = mesos_walk_next(&clients, &role->frameworks))
        id_list_add(&allocator->frameworks_left, role->ids.ids[client]);
    for (uint32_t i = 0; i < allocator->frameworks_left.count; i++) {
        uint32_t framework = allocator->frameworks_left.ids[i];
        struct resources lack = {0}, granted;
        if (guaranteed)
            lack = lacking(run, role->top);
        struct resources part = part_for(run, role->top, agent, &lack, &granted);
        if ((guaranteed && resources_zero(&granted)) ||
            !mesos_allocator_allocatable(allocator, &part) ||
            filtered(run, framework, &allocator->agents[agent], &part))
            continue;
        make_offer(allocator, framework, agent, &part);
        resources_subtract(&run->required, &granted);
        resources_subtract(&run->available, &part);
    }
}

static void offer_parts(struct run *run, uint32_t agent, bool guaranteed)
{
    struct mesos_allocator *allocator = run->allocator;
    struct mesos_walk roles;
    allocator->roles_left.count = 0;
    mesos_walk_begin(&roles, &allocator->roles_order);
    uint32_t role = mesos_walk_next(&roles, &allocator->roles_order);
    for (; role != NONE; role = mesos_walk_next(&roles, &allocator->roles_order))
        if (!guaranteed || allocator->roles[allocator->roles[role].top].has_guarantee)
            id_list_add(&allocator->roles_left, role);
    allocator->agents[agent].quiet = false;
    for (uint32_t i = 0; i < allocator->roles_left.count; i++)
        if (mesos_allocator_allocatable(allocator, &allocator->agents[agent].available))
            offer_to_role(run, allocator->roles_left.ids[i], agent, guaranteed);
}

/* Agents. */

static void consider(const struct run *run, uint32_t agent)
{
    struct mesos_allocator *allocator = run->allocator;
    const struct mesos_agent *a = &allocator->agents[agent];
    uint32_t fresh;
    if (!a->active || !mesos_allocator_allocatable(allocator, &a->available))
        return;
    if (a->quiet && a->quiet_until_us > run->now_us && !count_fresh(allocator, a, &fresh))
        return;
    id_list_add(&allocator->agents_left, agent);
}

static void gather(const struct run *run, bool all)
{
    struct mesos_allocator *allocator = run->allocator;
    allocator->agents_left.count = 0;
    if (all || allocator->all_asked)
        for (uint32_t a = 0; a < allocator->agent_count; a++)
            consider(run, a);
    else
        for (uint32_t i = 0; i < allocator->candidates.count; i++)
            consider(run, allocator->candidates.ids[i]);
    for (uint32_t i = 0; i < allocator->candidates.count; i++)
        allocator->agents[allocator->candidates.ids[i]].asked = false;
    allocator->candidates.count = 0;
    allocator->all_asked = false;
}

static void shuffle(struct mesos_allocator *allocator)
{
    uint32_t *ids = allocator->agents_left.ids;
    for (uint32_t i = allocator->agents_left.count; i > 1; i--) {
        uint32_t other = (uint32_t)random_below(&allocator->random, i);
        uint32_t id = ids[i - 1];
        ids[i - 1] = ids[other];
        ids[other] = id;
    }
}

/* In random order every agent and its filters are far away in memory: half of a run was waiting
 * for them. A quiet agent's filters are not looked at, but it may get one more. */
static void fetch_ahead(const struct mesos_allocator *allocator, uint32_t at)
{
    const struct id_list *agents = &allocator->agents_left;
    if (at + 2 * AHEAD < agents->count) {
        const struct mesos_agent *far = &allocator->agents[agents->ids[at + 2 * AHEAD]];
        __builtin_prefetch(far);
        __builtin_prefetch(&far->filters);
    }
    if (at + AHEAD >= agents->count)
        return;
    const struct mesos_agent *near = &allocator->agents[agents->ids[at + AHEAD]];
    for (uint32_t i = near->quiet ? near->filter_count : 0; i <= near->filter_count; i++)
        __builtin_prefetch(near->filters + i);
}

static void offer_all(struct run *run)
{
    struct mesos_allocator *allocator = run->allocator;
    const struct id_list *agents = &allocator->agents_left;
    if (allocator->quota_count) {
        begin_headroom(run);
        shuffle(allocator);
        for (uint32_t i = 0; i < agents->count; i++)
            offer_parts(run, agents->ids[i], true);
    }
    shuffle(allocator);
    for (uint32_t i = 0; i < agents->count; i++) {
        fetch_ahead(allocator, i);
        if (allocator->quota_count)
            offer_parts(run, agents->ids[i], false);
        else
            offer_whole(run, agents->ids[i]);
    }
}

static void tell_of_drained(struct mesos_allocator *allocator, int64_t now_us)
{
    for (uint32_t i = 0; i < allocator->draining.count; i++) {
        struct mesos_agent *agent = &allocator->agents[allocator->draining.ids[i]];
        for (uint32_t h = 0; h < agent->holding_count; h++) {
            struct mesos_holding *holding = &agent->holdings[h];
            if (holding->told_until_us > now_us)
                continue;
            holding->told_until_us = TIME_NEVER;
            array_reserve(allocator->inverse_offers, allocator->inverse_room,
                          allocator->inverse_count + 1);
            allocator->inverse_offers[allocator->inverse_count++] =
                (struct mesos_inverse_offer){holding->framework, allocator->draining.ids[i]};
        }
    }
}

static void spread_totals(struct mesos_allocator *allocator)
{
    if (!allocator->totals_changed)
        return;
    mesos_sorter_set_total(&allocator->roles_order, &allocator->total);
    for (uint32_t r = 0; r < allocator->roles_order.node_count; r++)
        mesos_sorter_set_total(&allocator->roles[r].frameworks, &allocator->total);
    allocator->totals_changed = false;
}

void mesos_allocate(struct mesos_allocator *allocator, int64_t now_us, bool all)
{
    struct run run = {.allocator = allocator, .now_us = now_us};
    ASSERT(!allocator->open_count);
    forget_offers(allocator);
    allocator->runs++;
    spread_totals(allocator);
    gather(&run, all);
    if (allocator->wanting)
        offer_all(&run);
    end_declining(allocator);
    tell_of_drained(allocator, now_us);
}
