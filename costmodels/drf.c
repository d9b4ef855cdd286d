/* drf.c - dominant resource fairness: the tenant with the smallest share comes first.
 *
 * Ghodsi et al., "Dominant Resource Fairness", NSDI 2011: a tenant's share is the largest it
 * has of any resource, and the next task is that of the tenant with the smallest share,
 * divided by its weight. Here each task costs its tenant's share before it. Where tasks fill
 * slots, the places that tenants can have together are an integral polymatroid, and over
 * those the cheapest flow chooses as that greedy does (Federgruen and Groenevelt 1986). Only
 * the order of the costs matters for that, not their size.
 *
 * Units: ONE for a share of all the cluster at a weight of one, in proportion up to there.
 * What is beyond, which only tenants of a smaller weight reach, rises by ONE / 8 with each
 * doubling. What is guaranteed costs nothing and everything else ONE / 4 more.
 *
 * In a mix, other models may overrule shares, within bounds: if no choice of a place or of
 * waiting differs by more than D in them, and drf has weight w, a tenant is not given a task
 * while one that could take its place has a share smaller by more than D / (w * ONE). A mix
 * is strictly fair, to within one task, if no task is a smaller share than that. With drf:100
 * and tasks of a 10^-5th of the cluster, D is 10^6.
 *
 * Of tenants within tenants, those at the top are compared first, then their children, as in
 * Mesos: a level's costs are multiples of a quantum, and all levels below cost less than that
 * together. The more levels, the coarser: shares are told apart to within
 *
 *     levels   at the top   second   third       more levels do not fit the range:
 *       1        2^-30                           TENANT_LEVELS_MAX
 *       2        2^-14       2^-14
 *       3        2^-8        2^-9     2^-9
 *
 * Stopping or moving a running task must even out more than STAY, a 1/32 of the cluster, and
 * twice that each time that it was done already. Keeping costs nothing else, as a place does
 * not: a tenant's share is the same wherever its tasks run. And levels never cost so much, so that
 * in a tenant its children are evened out only as tasks end. Among the tasks of one tenant nothing
 * is preferred: other models of a mix do that, such as quincy by how long they have waited. */
#include "base/assert.h"
#include "costmodels/cost_model.h"
#include "costmodels/staying.h"

#define ONE_BITS 30
#define ONE (INT64_C(1) << ONE_BITS)
#define DOUBLINGS \
    11 /* of ONE; a weight of 1/1000 brings a share to 1000, or 2^10 and less than 2^11 */
#define GUARANTEE (ONE / 4)
#define STAY (ONE / 32)
#define UNIT_MAX (GUARANTEE + ONE + DOUBLINGS * ONE / 8)
#define RANGE (11 * ONE / 4)
#define SHARE_MAX (2 * RESOURCE_UNIT)
_Static_assert(UNIT_MAX <= RANGE, "a unit costs too much");

/* How a level's costs share the range with those above and below it, in bits. */
struct scale {
    int one;     /* a share of one costs 2^one */
    int quantum; /* costs are multiples of 2^quantum; what is below costs less */
    int room;    /* and all is at most 2^room; 0: the range */
};

/* By level, and by how many are below. 11/4 of 2^one is less than 2^room. */
static const struct scale scales[TENANT_LEVELS_MAX][TENANT_LEVELS_MAX] = {
    {{ONE_BITS, 0, 0}, {ONE_BITS, 16, 0}, {ONE_BITS, 22, 0}},
    {{14, 0, 16}, {20, 11, 22}, {0, 0, 0}},
    {{9, 0, 11}, {0, 0, 0}, {0, 0, 0}},
};

static cost_t nothing(const struct task_facts *task, const struct cluster_facts *cluster)
{
    (void)task;
    (void)cluster;
    return 0;
}

static cost_t keeping(const struct task_facts *task, const struct cluster_facts *cluster)
{
    (void)cluster;
    return -staying(STAY, task->stops, RANGE);
}

/* What a share costs a tenant of that weight; never falls as the share rises. */
static cost_t share_cost(int64_t share, uint32_t weight)
{
    if (share > SHARE_MAX)
        share = SHARE_MAX;
    wide_t cost = (wide_t)share * TENANT_WEIGHT_ONE * ONE / ((wide_t)weight * RESOURCE_UNIT);
    int doublings = 0;
    while (cost >> doublings >= 2 * ONE)
        doublings++;
    if (doublings >= DOUBLINGS)
        return ONE + DOUBLINGS * ONE / 8;
    if (cost <= ONE)
        return (cost_t)cost;
    return ONE + doublings * ONE / 8 + ((cost_t)(cost >> doublings) - ONE) / 8;
}

static cost_t tenant_unit(const struct tenant_facts *tenant, int64_t share)
{
    ASSERT(tenant->weight > 0);
    ASSERT(tenant->level + tenant->levels_below < TENANT_LEVELS_MAX);
    const struct scale *scale = &scales[tenant->level][tenant->levels_below];
    cost_t room = scale->room ? INT64_C(1) << scale->room : RANGE;
    cost_t cost = share < 0 ? 0 : GUARANTEE + share_cost(share, tenant->weight);
    cost >>= ONE_BITS - scale->one;
    return RANGE - room + (cost >> scale->quantum << scale->quantum);
}

const struct cost_model cost_model_drf = {
    .name = "drf",
    .help = "tenants with the smallest dominant share first (Ghodsi et al., NSDI 2011)",
    .range = RANGE,
    .waiting = nothing,
    .keeping = keeping,
    .preempting = nothing,
    .tenant_unit = tenant_unit,
};
