/* fifo.c - first come, first served, each on the first machine where it fits.
 *
 * The trivial anchor of a comparison. Machines are looked at in the order of their ids. */
#include "base/memory.h"
#include "policies/greedy.h"

static enum status create(void **state, const struct policy_options *options,
                          struct problem *problem)
{
    (void)options;
    (void)problem;
    struct greedy *greedy = memory_alloc(sizeof *greedy);
    greedy_init(greedy, 0);
    *state = greedy;
    return STATUS_OK;
}

static void destroy(void *state)
{
    greedy_free(state);
    memory_free(state);
}

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    greedy_see(state, cluster, change);
}

static uint32_t first_fit(struct greedy *greedy, void *state, const struct cluster *cluster,
                          const struct waiting_line *line)
{
    (void)state;
    return waiting_next(&greedy->waiting, cluster, &greedy->plan, line->kind, 0);
}

static void decide(void *state, const struct cluster *cluster, int64_t now_us,
                   struct decision_list *decisions, struct round_report *report)
{
    (void)now_us;
    (void)report;
    greedy_decide(state, cluster, NULL, first_fit, NULL, decisions);
}

const struct policy_kind policy_fifo = {
    .name = "fifo",
    .help = "first come, first served, on the first machine that fits",
    .create = create,
    .destroy = destroy,
    .on_change = on_change,
    .decide = decide,
};
