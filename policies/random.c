/* random.c - first come, first served, each on a random one of the machines where it fits. */
#include "base/random.h"

#include "base/memory.h"
#include "policies/greedy.h"

/* Machines tried before all that fit are counted: where many do, one of them is soon found. */
#define TRIES 32

struct chance {
    struct greedy greedy;
    struct random random;
};

static enum status create(void **state, const struct policy_options *options,
                          struct problem *problem)
{
    (void)problem;
    struct chance *chance = memory_alloc(sizeof *chance);
    greedy_init(&chance->greedy, 0);
    random_init(&chance->random, options->seed);
    *state = chance;
    return STATUS_OK;
}

static void destroy(void *state)
{
    struct chance *chance = state;
    greedy_free(&chance->greedy);
    memory_free(chance);
}

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    struct chance *chance = state;
    greedy_see(&chance->greedy, cluster, change);
}

/* Each machine that fits is as likely: whether found by trying or by counting. */
static uint32_t any_fit(struct greedy *greedy, void *state, const struct cluster *cluster,
                        const struct waiting_line *line)
{
    struct random *random = state;
    const struct plan *plan = &greedy->plan;
    for (uint32_t i = 0; i < TRIES; i++) {
        uint32_t machine = (uint32_t)random_below(random, plan->machine_count);
        if (plan_fits(plan, cluster, &line->facts, machine))
            return machine;
    }
    uint32_t chosen = NONE, count = 0;
    uint32_t machine = waiting_next(&greedy->waiting, cluster, plan, line->kind, 0);
    while (machine != NONE) {
        if (random_below(random, ++count) == 0)
            chosen = machine;
        machine = waiting_next(&greedy->waiting, cluster, plan, line->kind, machine + 1);
    }
    return chosen;
}

static void decide(void *state, const struct cluster *cluster, int64_t now_us,
                   struct decision_list *decisions, struct round_report *report)
{
    (void)now_us;
    (void)report;
    struct chance *chance = state;
    greedy_decide(&chance->greedy, cluster, NULL, any_fit, &chance->random, decisions);
}

const struct policy_kind policy_random = {
    .name = "random",
    .help = "first come, first served, on a random machine that fits",
    .create = create,
    .destroy = destroy,
    .on_change = on_change,
    .decide = decide,
};
