/* bestfit_l2.c - best fit by the growth of the machine's squared utilisation.
 *
 * The sum over resources of (u + d)^2 - u^2, where u is the machine's utilisation and d the
 * demand as a part of its capacity: the fullest machine that fits. It has been called Tetris,
 * which aligns with what is free instead (Grandl et al., SIGCOMM 2014) and is another policy. */
#include "base/memory.h"
#include "policies/greedy.h"
#include "policies/ranking.h"

struct bestfit {
    struct greedy greedy;
    struct rankings rankings;
};

/* In billionths; capacities of nothing do not count. */
static int64_t score(const void *state, const struct task_facts *task,
                     const struct cluster *cluster, const struct plan *plan, uint32_t machine)
{
    (void)state;
    const struct resources *capacity = &cluster->machine_facts[machine].capacity;
    double sum = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        double whole = (double)capacity->amount[r];
        if (whole <= 0)
            continue;
        double used = (whole - (double)plan->rooms[machine].free.amount[r]) / whole;
        double demand = (double)task->demand.amount[r] / whole;
        sum += (used + demand) * (used + demand) - used * used;
    }
    return (int64_t)(sum * 1e9);
}

static enum status create(void **state, const struct policy_options *options,
                          struct problem *problem)
{
    (void)options;
    (void)problem;
    struct bestfit *bestfit = memory_alloc(sizeof *bestfit);
    greedy_init(&bestfit->greedy, 0);
    rankings_init(&bestfit->rankings, score, NULL, NULL);
    *state = bestfit;
    return STATUS_OK;
}

static void destroy(void *state)
{
    struct bestfit *bestfit = state;
    greedy_free(&bestfit->greedy);
    rankings_free(&bestfit->rankings);
    memory_free(bestfit);
}

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    struct bestfit *bestfit = state;
    greedy_see(&bestfit->greedy, cluster, change);
}

static void decide(void *state, const struct cluster *cluster, int64_t now_us,
                   struct decision_list *decisions, struct round_report *report)
{
    (void)now_us;
    (void)report;
    struct bestfit *bestfit = state;
    greedy_decide(&bestfit->greedy, cluster, NULL, rankings_choose, &bestfit->rankings, decisions);
}

const struct policy_kind policy_bestfit_l2 = {
    .name = "bestfit-l2",
    .help = "first come, first served, on the machine whose squared utilisation grows most",
    .create = create,
    .destroy = destroy,
    .on_change = on_change,
    .decide = decide,
};
