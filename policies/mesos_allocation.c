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

#define AHEAD 8      /* agents */
#define MARKS_MAX 64 /* bits */

struct run {
    struct mesos_allocator *allocator;
    int64_t now_us;
    /* With quotas: */
    struct resources required;  /* guaranteed, and not had yet */
    struct resources available; /* in all the cluster */
};

/* Offers. */

static uint32_t new_offer(struct mesos_allocator *allocator, uint32_t framework, uint32_t agent)
{
    array_reserve(allocator->offers, allocator->offer_room, allocator->offer_count + 1);
    uint32_t offer = allocator->offer_count++;
    struct mesos_framework *f = &allocator->frameworks[framework];
    if (f->last_offer == NONE) {
        f->first_offer = offer;
        id_list_add(&allocator->offered, framework);
    } else {
        allocator->offers[f->last_offer].next = offer;
    }
    f->last_offer = offer;
    struct mesos_offer *o = &allocator->offers[offer];
    o->framework = framework;
    o->agent = agent;
    o->next = o->next_of_agent = NONE;
    o->state = MESOS_OFFER_OPEN;
    allocator->open_count++;
    allocator->offers_made++;
    return offer;
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

/* Is the agent, as it is, to be offered to the framework? */
static bool open_to(const struct run *run, uint32_t framework, uint32_t agent)
{
    const struct mesos_allocator *allocator = run->allocator;
    uint32_t place = allocator->frameworks[framework].open_at;
    if (allocator->filters.shown[agent] == MESOS_PLAIN) {
        if (place == NONE)
            return false;
        if (place < MARKS_MAX)
            return allocator->marks[agent] >> place & 1;
    }
    return mesos_filters_open(&allocator->filters, framework, agent, run->now_us);
}

/* The first framework of a role in order that the agent is open to, or NONE. */
static uint32_t first_of_role(const struct run *run, struct mesos_role *role, uint32_t agent)
{
    struct mesos_walk clients;
    if (role->ids.count == 1) /* then it wants offers, as the role does */
        return open_to(run, role->ids.ids[0], agent) ? role->ids.ids[0] : NONE;
    mesos_walk_begin(&clients, &role->frameworks);
    uint32_t client = mesos_walk_next(&clients, &role->frameworks);
    while (client != NONE && !open_to(run, role->ids.ids[client], agent))
        client = mesos_walk_next(&clients, &role->frameworks);
    return client == NONE ? NONE : role->ids.ids[client];
}

/* The same of all, in the order of roles and then of frameworks. */
static uint32_t first_in_order(const struct run *run, uint32_t agent)
{
    struct mesos_allocator *allocator = run->allocator;
    struct mesos_walk roles;
    uint32_t framework = NONE;
    mesos_walk_begin(&roles, &allocator->roles_order);
    while (framework == NONE) {
        uint32_t role = mesos_walk_next(&roles, &allocator->roles_order);
        if (role == NONE)
            break;
        framework = first_of_role(run, &allocator->roles[role], agent);
    }
    return framework;
}

/* The only framework that may be offered the agent, or NONE if that is to be found out. */
static uint32_t only_one(const struct run *run, uint32_t agent)
{
    const struct mesos_allocator *allocator = run->allocator;
    bool plain = allocator->filters.shown[agent] == MESOS_PLAIN;
    return plain && allocator->open.count == 1 ? allocator->open.ids[0] : NONE;
}

static void offer_whole(const struct run *run, uint32_t agent)
{
    struct mesos_allocator *allocator = run->allocator;
    uint32_t framework = only_one(run, agent);
#ifdef DEEP_CHECKS
    ASSERT(framework == NONE || first_in_order(run, agent) == framework);
#endif
    if (framework == NONE)
        framework = first_in_order(run, agent);
    const struct resources *whole = &allocator->available[agent];
    new_offer(allocator, framework, agent);
    resources_add(&allocator->frameworks[framework].offered, whole);
    mesos_allocator_take(allocator, framework, whole, 1);
}

/* All agents go to the only framework that is not shut, whatever its share. Their order is of no
 * account here. */
static void offer_to_one(const struct run *run)
{
    struct mesos_allocator *allocator = run->allocator;
    const struct id_list *agents = &allocator->agents_left;
    uint32_t framework = allocator->open.ids[0];
    struct resources sum = {0};
    for (uint32_t i = 0; i < agents->count; i++) {
        uint32_t agent = agents->ids[i];
#ifdef DEEP_CHECKS
        ASSERT(first_in_order(run, agent) == framework);
#endif
        const struct resources *whole = &allocator->available[agent];
        for (int r = 0; r < RESOURCE_COUNT; r++)
            sum.amount[r] += whole->amount[r];
        new_offer(allocator, framework, agent);
    }
    resources_add(&allocator->frameworks[framework].offered, &sum);
    mesos_allocator_take(allocator, framework, &sum, agents->count);
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

/* What the agent has available and is not offered yet. */
static struct resources rest_of(const struct mesos_allocator *allocator, uint32_t agent)
{
    const struct mesos_agent *a = &allocator->agents[agent];
    struct resources rest = allocator->available[agent];
    if (a->offered_in == allocator->runs)
        resources_subtract(&rest, &a->offered);
    return rest;
}

/* The offer of the agent that the framework has in this run, or a new one. */
static uint32_t offer_of(struct mesos_allocator *allocator, uint32_t framework, uint32_t agent)
{
    struct mesos_agent *a = &allocator->agents[agent];
    if (a->offered_in != allocator->runs) {
        a->first_offer = NONE;
        a->offered = (struct resources){0};
    }
    a->offered_in = allocator->runs;
    uint32_t offer = a->first_offer;
    while (offer != NONE && allocator->offers[offer].framework != framework)
        offer = allocator->offers[offer].next_of_agent;
    if (offer != NONE)
        return offer;
    offer = new_offer(allocator, framework, agent);
    array_reserve(allocator->parts, allocator->part_room, allocator->offer_count);
    allocator->parts[offer] = (struct resources){0};
    allocator->offers[offer].next_of_agent = a->first_offer;
    a->first_offer = offer;
    return offer;
}

static void offer_part(struct mesos_allocator *allocator, uint32_t framework, uint32_t agent,
                       const struct resources *part)
{
    uint32_t offer = offer_of(allocator, framework, agent);
    resources_add(&allocator->parts[offer], part);
    resources_add(&allocator->agents[agent].offered, part);
    resources_add(&allocator->frameworks[framework].offered, part);
    mesos_allocator_take(allocator, framework, part, 1);
}

/* What a framework of the role may be offered of what the agent has; `granted` is the part that is
 * guaranteed to the role. */
static struct resources part_for(const struct run *run, uint32_t top, uint32_t agent,
                                 const struct resources *lack, struct resources *granted)
{
    const struct mesos_allocator *allocator = run->allocator;
    const struct mesos_role *role = &allocator->roles[top];
    const struct resources *consumed = mesos_sorter_allocation(&allocator->roles_order, top);
    struct resources part = rest_of(allocator, agent);
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
            mesos_filters_hide(&allocator->filters, framework, agent, &part, run->now_us))
            continue;
        offer_part(allocator, framework, agent, &part);
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
    for (uint32_t i = 0; i < allocator->roles_left.count; i++) {
        struct resources rest = rest_of(allocator, agent);
        if (mesos_allocator_allocatable(allocator, &rest))
            offer_to_role(run, allocator->roles_left.ids[i], agent, guaranteed);
    }
}

/* Agents. */

static void consider(struct mesos_allocator *allocator, uint32_t agent)
{
    if (allocator->filters.shown[agent] != MESOS_AWAY)
        id_list_add(&allocator->agents_left, agent);
}

static void gather(struct mesos_allocator *allocator, bool all)
{
    allocator->agents_left.count = 0;
    if (all || allocator->all_asked)
        for (uint32_t a = 0; a < allocator->agent_count; a++)
            consider(allocator, a);
    else
        for (uint32_t i = 0; i < allocator->candidates.count; i++)
            consider(allocator, allocator->candidates.ids[i]);
    for (uint32_t i = 0; i < allocator->candidates.count; i++)
        allocator->agents[allocator->candidates.ids[i]].asked = false;
    allocator->candidates.count = 0;
    allocator->all_asked = false;
}

static void mark_open(const struct run *run, uint32_t framework, uint32_t place)
{
    struct mesos_allocator *allocator = run->allocator;
    const struct id_list *agents = &allocator->agents_left;
    for (uint32_t i = 0; i < agents->count; i++) {
        uint64_t open =
            mesos_filters_open(&allocator->filters, framework, agents->ids[i], run->now_us);
        allocator->marks[agents->ids[i]] |= open << place;
    }
}

/* In random order the rows are far away in memory: waiting for them was 85 % of a run with twenty
 * frameworks that are not shut and 12,000 agents. So row after row is copied into marks of the
 * agents first. */
static void find_open(const struct run *run)
{
    struct mesos_allocator *allocator = run->allocator;
    const struct mesos_filters *filters = &allocator->filters;
    allocator->open.count = 0;
    array_reserve(allocator->marks, allocator->mark_room, allocator->agent_count);
    for (uint32_t i = 0; i < allocator->agents_left.count; i++)
        allocator->marks[allocator->agents_left.ids[i]] = 0;
    for (uint32_t i = 0; i < filters->wanting.count; i++) {
        uint32_t framework = filters->wanting.ids[i];
        bool shut = filters->rows[framework].shut_until_us > run->now_us;
        uint32_t place = allocator->open.count;
        allocator->frameworks[framework].open_at = shut ? NONE : place;
        if (shut)
            continue;
        id_list_add(&allocator->open, framework);
        if (place < MARKS_MAX)
            mark_open(run, framework, place);
    }
}

/* Is there anybody to offer it to? */
static bool open_to_any(const struct run *run, uint32_t agent)
{
    const struct mesos_allocator *allocator = run->allocator;
    const struct id_list *wanting = &allocator->filters.wanting;
    bool plain = allocator->filters.shown[agent] == MESOS_PLAIN;
    if (allocator->marks[agent] || (plain && allocator->open.count <= MARKS_MAX))
        return allocator->marks[agent];
    for (uint32_t i = 0; i < wanting->count; i++)
        if (open_to(run, wanting->ids[i], agent))
            return true;
    return false;
}

/* Agents that are open to nobody are not left. Returns whether one of the others is loose. */
static bool keep_open(const struct run *run)
{
    struct mesos_allocator *allocator = run->allocator;
    struct id_list *agents = &allocator->agents_left;
    uint32_t kept = 0;
    bool loose = false;
    for (uint32_t i = 0; i < agents->count; i++) {
        uint32_t agent = agents->ids[i];
        if (!open_to_any(run, agent))
            continue;
        agents->ids[kept++] = agent;
        loose = loose || allocator->filters.shown[agent] == MESOS_LOOSE;
    }
    agents->count = kept;
    return loose;
}

static void shuffle(struct mesos_allocator *allocator)
{
    uint32_t *ids = allocator->agents_left.ids;
    uint32_t count = allocator->agents_left.count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t other = i + (uint32_t)random_below(&allocator->order, count - i);
        uint32_t id = ids[i];
        ids[i] = ids[other];
        ids[other] = id;
    }
}

static void begin_order(struct mesos_allocator *allocator)
{
    if (allocator->agents_left.count)
        random_init(&allocator->order, random_bits(&allocator->random));
}

static void offer_all_whole(const struct run *run)
{
    struct mesos_allocator *allocator = run->allocator;
    const struct id_list *agents = &allocator->agents_left;
    find_open(run);
    bool loose = keep_open(run);
    begin_order(allocator);
    allocator->drawn_count = 0;
    if (allocator->open.count == 1 && !loose) {
        offer_to_one(run);
        return;
    }
    shuffle(allocator);
    for (uint32_t i = 0; i < agents->count; i++) {
        if (i + AHEAD < agents->count) /* they are far from each other in memory */
            __builtin_prefetch(&allocator->available[agents->ids[i + AHEAD]]);
        offer_whole(run, agents->ids[i]);
    }
    allocator->drawn_count = allocator->offer_count;
}

static void offer_all_parts(struct run *run)
{
    struct mesos_allocator *allocator = run->allocator;
    const struct id_list *agents = &allocator->agents_left;
    begin_order(allocator);
    begin_headroom(run);
    for (int guaranteed = 1; guaranteed >= 0; guaranteed--) {
        shuffle(allocator);
        for (uint32_t i = 0; i < agents->count; i++)
            offer_parts(run, agents->ids[i], guaranteed);
    }
    allocator->drawn_count = allocator->offer_count;
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
#ifdef DEEP_CHECKS
    for (uint32_t a = 0; a < allocator->agent_count; a++)
        ASSERT(mesos_filters_agree(&allocator->filters, a, &allocator->available[a]));
#endif
    forget_offers(allocator);
    allocator->runs++;
    spread_totals(allocator);
    allocator->filters.now_us = now_us;
    allocator->parted = allocator->quota_count > 0;
    gather(allocator, all);
    if (allocator->filters.wanting.count && allocator->parted)
        offer_all_parts(&run);
    else if (allocator->filters.wanting.count)
        offer_all_whole(&run);
    tell_of_drained(allocator, now_us);
}
