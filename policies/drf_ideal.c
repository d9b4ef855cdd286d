/* drf_ideal.c - dominant resource fairness as it is meant: progressive filling, at once.
 *
 * Ghodsi et al., "Dominant Resource Fairness", NSDI 2011, algorithm 1, over the tenants' forest
 * (policies/turns.h): the tenant whose turn it is places its first task, on the first machine where
 * it fits. The paper stops when that task fits nowhere; here those of the tenant that came later
 * have a try, and then other tenants, so that nothing waits that fits. Limits are kept; a guarantee
 * is a matter of who comes first, nothing is held back for it.
 *
 * What Mesos makes of the same rule, by offers of whole machines, is policies/mesos_drf.c. */
#include "base/memory.h"
#include "policies/turns.h"

struct ideal {
    struct plan plan;
    struct waiting waiting;
    struct turns turns;
};

static enum status create(void **state, const struct policy_options *options,
                          struct problem *problem)
{
    (void)options;
    (void)problem;
    struct ideal *ideal = memory_alloc(sizeof *ideal);
    plan_init(&ideal->plan);
    waiting_init(&ideal->waiting, WAITING_BY_TENANT);
    *state = ideal;
    return STATUS_OK;
}

static void destroy(void *state)
{
    struct ideal *ideal = state;
    plan_free(&ideal->plan);
    waiting_free(&ideal->waiting);
    turns_free(&ideal->turns);
    memory_free(ideal);
}

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    struct ideal *ideal = state;
    plan_mark(&ideal->plan, cluster, change);
    waiting_see(&ideal->waiting, cluster, change);
    if (change->task != NONE)
        turns_mark(&ideal->turns, cluster, cluster->task_facts[change->task].tenant);
}

static void add_active_lines(struct ideal *ideal, const struct cluster *cluster)
{
    const struct waiting *waiting = &ideal->waiting;
    for (uint32_t i = 0; i < waiting->active.count; i++) {
        uint32_t line = waiting->kinds[waiting->active.ids[i]].first_line;
        for (; line != NONE; line = waiting->lines[line].next)
            turns_add(&ideal->turns, cluster, waiting, line);
    }
}

/* The line has its turn: its first task is placed, or the line can have no other turn in this
 * round. */
static void give_turn(struct ideal *ideal, const struct cluster *cluster, uint32_t line,
                      struct decision_list *decisions)
{
    struct waiting *waiting = &ideal->waiting;
    const struct waiting_line *l = &waiting->lines[line];
    struct resources demand = l->facts.demand;
    uint32_t tenant = l->facts.tenant, machine = NONE;
    bool active = waiting->kinds[l->kind].active_at != NONE;
    if (active && turns_within_limits(&ideal->turns, cluster, tenant, &demand)) {
        machine = waiting_next(waiting, cluster, &ideal->plan, l->kind, 0);
        if (machine == NONE)
            waiting_set_idle(waiting, l->kind);
    }
    bool more = machine != NONE && l->count > 1;
    turns_take(&ideal->turns, cluster, waiting, machine == NONE ? NULL : &demand, tenant);
    if (machine == NONE)
        return;
    plan_place(&ideal->plan, cluster, decisions, waiting_take(waiting, line), machine);
    if (more)
        turns_add(&ideal->turns, cluster, waiting, line);
}

/* O(active lines x log), and O(levels x log tenants + log machines) for each placement. Lines that
 * a limit holds back stay active and are looked at in every round. */
static void decide(void *state, const struct cluster *cluster, int64_t now_us,
                   struct decision_list *decisions, struct round_report *report)
{
    (void)now_us;
    (void)report;
    struct ideal *ideal = state;
    plan_begin(&ideal->plan, cluster);
    waiting_begin(&ideal->waiting, cluster, &ideal->plan);
    turns_begin(&ideal->turns, cluster);
    add_active_lines(ideal, cluster);
    for (uint32_t line = turns_next(&ideal->turns); line != NONE; line = turns_next(&ideal->turns))
        give_turn(ideal, cluster, line, decisions);
}

const struct policy_kind policy_drf_ideal = {
    .name = "drf-ideal",
    .help = "the tenant with the smallest dominant share first (Ghodsi et al., NSDI 2011)",
    .create = create,
    .destroy = destroy,
    .on_change = on_change,
    .decide = decide,
};
