/* tenant_steps.c - see tenant_steps.h.
 *
 * 1. Cut the queue into groups: boundaries at distances from the first task that waits.
 * 2. Walk the queue once, with the sum of the demands so far, and price the middle unit of
 *    each group; groups of equal price become one.
 * 3. Turn the order round: the last tasks wait first. */
#include "costmodels/tenant_steps.h"

#include "base/assert.h"

#define FINE 16        /* a group is 1/16 of the distance */
#define COARSE 4       /* or 1/4: among those that run, and */
#define FAR (1u << 14) /* beyond */

/* Where groups begin, by position in the queue, and where the last one ends. */
struct cuts {
    uint32_t at[TENANT_STEPS_MAX + 1];
    uint32_t count;
};

/* The queue before a run of equal tasks. Sums of demands can leave 64 bits. */
struct walk {
    const struct tenant_queue *queue;
    uint32_t run;
    uint32_t position; /* of the run's first task */
    wide_t sum[RESOURCE_COUNT];
};

static struct walk walk_start(const struct tenant_queue *queue)
{
    struct walk walk = {.queue = queue};
    for (int r = 0; r < RESOURCE_COUNT; r++)
        walk.sum[r] = queue->outside.amount[r];
    return walk;
}

/* Behind the `count` next tasks, all of this run. */
static void walk_over(struct walk *walk, uint32_t count)
{
    const struct tenant_run *run = &walk->queue->runs[walk->run];
    for (int r = 0; r < RESOURCE_COUNT; r++)
        walk->sum[r] += (wide_t)run->demand.amount[r] * count;
}

static void walk_next(struct walk *walk)
{
    uint32_t count = walk->queue->runs[walk->run].count;
    walk_over(walk, count);
    walk->position += count;
    walk->run++;
}

/* The dominant share before the task at `position`, which is not before the walk's. */
static int64_t share_before(struct walk *walk, uint32_t position, const struct resources *capacity)
{
    while (position - walk->position >= walk->queue->runs[walk->run].count)
        walk_next(walk);
    const struct tenant_run *run = &walk->queue->runs[walk->run];
    wide_t dominant = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        wide_t used = walk->sum[r] + (wide_t)run->demand.amount[r] * (position - walk->position);
        if (capacity->amount[r] <= 0 || used == 0)
            continue;
        wide_t share = used * RESOURCE_UNIT / capacity->amount[r];
        dominant = share > dominant ? share : dominant;
    }
    return dominant < INT64_MAX ? (int64_t)dominant : INT64_MAX;
}

static uint32_t queue_size(const struct tenant_queue *queue)
{
    uint64_t size = 0;
    for (uint32_t i = 0; i < queue->run_count; i++)
        size += queue->runs[i].count;
    ASSERT(size < UINT32_MAX);
    return (uint32_t)size;
}

/* How many of a run fit into what bounds leave, by the resources that are bounded. */
static uint32_t fit_count(const struct tenant_run *run, const wide_t *sum,
                          const struct resources *bound, const bool *bounded)
{
    wide_t count = run->count;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        if (!bounded[r] || run->demand.amount[r] <= 0)
            continue;
        wide_t room = bound->amount[r] - sum[r];
        wide_t fit = room < 0 ? 0 : room / run->demand.amount[r];
        count = fit < count ? fit : count;
    }
    return (uint32_t)count;
}

/* The first tasks that are within the guarantee, of which each demands something. */
static uint32_t guaranteed(const struct tenant_facts *tenant, const struct tenant_queue *queue)
{
    bool named[RESOURCE_COUNT];
    for (int r = 0; r < RESOURCE_COUNT; r++)
        named[r] = tenant->guarantee.amount[r] > 0;
    struct walk walk = walk_start(queue);
    for (; walk.run < queue->run_count; walk_next(&walk)) {
        const struct tenant_run *run = &queue->runs[walk.run];
        bool demands = false;
        for (int r = 0; r < RESOURCE_COUNT; r++)
            demands |= named[r] && run->demand.amount[r] > 0;
        uint32_t fit = demands ? fit_count(run, walk.sum, &tenant->guarantee, named) : 0;
        if (fit < run->count)
            return walk.position + fit;
    }
    return walk.position;
}

uint32_t tenant_may_run(const struct tenant_facts *tenant, const struct tenant_queue *queue)
{
    uint32_t count = 0;
    struct walk walk = walk_start(queue);
    for (; walk.run < queue->run_count; walk.run++) {
        uint32_t fit = fit_count(&queue->runs[walk.run], walk.sum, &tenant->limit, tenant->limited);
        walk_over(&walk, fit);
        count += fit;
    }
    return count;
}

static uint32_t group_size(uint32_t distance, uint32_t part)
{
    return distance < TENANT_STEPS_EXACT ? 1 : distance / part;
}

static void cut(struct cuts *cuts, uint32_t position)
{
    ASSERT(cuts->count < COUNT_OF(cuts->at));
    cuts->at[cuts->count++] = position;
}

/* From the boundary down to the queue's start, then in order. */
static void cut_running(struct cuts *cuts, uint32_t running)
{
    for (uint32_t distance = 0; distance < running;) {
        uint32_t size = group_size(distance, COARSE);
        distance = size < running - distance ? distance + size : running;
        cut(cuts, running - distance);
    }
    for (uint32_t i = 0; i < cuts->count / 2; i++) {
        uint32_t swapped = cuts->at[i];
        cuts->at[i] = cuts->at[cuts->count - 1 - i];
        cuts->at[cuts->count - 1 - i] = swapped;
    }
}

static void cut_waiting(struct cuts *cuts, uint32_t running, uint32_t size)
{
    uint32_t waiting = size - running;
    for (uint32_t distance = 0; distance < waiting;) {
        cut(cuts, running + distance);
        uint32_t group = group_size(distance, distance < FAR ? FINE : COARSE);
        distance = group < waiting - distance ? distance + group : waiting;
    }
    cut(cuts, size);
}

static void append(struct tenant_steps *steps, uint32_t count, cost_t cost)
{
    if (count == 0)
        return;
    if (steps->count && steps->steps[steps->count - 1].cost == cost) {
        steps->steps[steps->count - 1].count += count;
        return;
    }
    ASSERT(steps->count < TENANT_STEPS_MAX);
    steps->steps[steps->count++] = (struct tenant_step){count, cost};
}

static void reverse(struct tenant_steps *steps)
{
    for (uint32_t i = 0; i < steps->count / 2; i++) {
        struct tenant_step swapped = steps->steps[i];
        steps->steps[i] = steps->steps[steps->count - 1 - i];
        steps->steps[steps->count - 1 - i] = swapped;
    }
}

void tenant_steps_make(struct tenant_steps *steps, const struct cost_mix *mix,
                       const struct tenant_facts *tenant, const struct resources *capacity,
                       const struct tenant_queue *queue)
{
    uint32_t size = queue_size(queue);
    uint32_t covered = guaranteed(tenant, queue);
    struct cuts cuts = {.count = 0};
    ASSERT(queue->running <= size);
    cut_running(&cuts, queue->running);
    cut_waiting(&cuts, queue->running, size);
    struct walk walk = walk_start(queue);
    steps->count = 0;
    append(steps, covered, cost_mix_tenant_worth(mix, tenant, SHARE_GUARANTEED));
    for (uint32_t i = 0; i + 1 < cuts.count; i++) {
        uint32_t first = cuts.at[i] > covered ? cuts.at[i] : covered;
        uint32_t end = cuts.at[i + 1];
        if (end <= first)
            continue;
        int64_t share = share_before(&walk, first + (end - first - 1) / 2, capacity);
        append(steps, end - first, cost_mix_tenant_worth(mix, tenant, share));
    }
    reverse(steps);
}

struct tenant_facts tenant_own_tasks(const struct cluster_facts *cluster, uint32_t tenant)
{
    const struct tenant_facts *inner = &cluster->tenants[tenant];
    ASSERT(inner->levels_below > 0);
    return (struct tenant_facts){.used = inner->used,
                                 .weight = TENANT_WEIGHT_ONE,
                                 .parent = tenant,
                                 .level = inner->level + 1,
                                 .levels_below = inner->levels_below - 1};
}
