/* srtf.c - who runs shortest comes first, by run times that nobody else knows.
 *
 * The clairvoyant anchor of a comparison: with run times known, shortest first gives the least mean
 * wait on one machine. An attempt that was cut short begins anew, so that what remains of a task
 * that waits is its whole run. Tasks of which the trace has no run time come last. It never
 * preempts, and learned run times do not do: the policy that is fair to learn is tetris. */
#include "base/memory.h"
#include "policies/greedy.h"
#include "policies/ranking.h"
#include "policies/tetris_score.h"

enum option { ALIGN, OPTION_COUNT };

static const struct policy_option options[OPTION_COUNT] = {
    [ALIGN] = {"align", "1: on the machine of the best alignment; 0: on the first that fits",
               POLICY_ONE, 0, POLICY_ONE},
};

struct srtf {
    struct greedy greedy;
    struct rankings rankings;
    bool align;
};

/* In billionths. */
static int64_t score(const void *state, const struct task_facts *task,
                     const struct cluster *cluster, const struct plan *plan, uint32_t machine)
{
    (void)state;
    return (int64_t)(tetris_alignment(&task->demand, &plan->rooms[machine].free,
                                      &cluster->machine_facts[machine].capacity) *
                     1e9);
}

static enum status create(void **state, const struct policy_options *policy_options,
                          struct problem *problem)
{
    (void)problem;
    struct srtf *srtf = memory_alloc(sizeof *srtf);
    greedy_init(&srtf->greedy, WAITING_BY_RUN_TIME);
    rankings_init(&srtf->rankings, score, NULL, NULL);
    srtf->align = policy_options->values[ALIGN] >= POLICY_ONE / 2;
    *state = srtf;
    return STATUS_OK;
}

static void destroy(void *state)
{
    struct srtf *srtf = state;
    greedy_free(&srtf->greedy);
    rankings_free(&srtf->rankings);
    memory_free(srtf);
}

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    struct srtf *srtf = state;
    greedy_see(&srtf->greedy, cluster, change);
}

static int64_t run_time(const struct waiting_line *line)
{
    return line->facts.true_run_us ? line->facts.true_run_us : INT64_MAX;
}

static uint32_t choose(struct greedy *greedy, void *state, const struct cluster *cluster,
                       const struct waiting_line *line)
{
    struct srtf *srtf = state;
    if (!srtf->align)
        return waiting_next(&greedy->waiting, cluster, &greedy->plan, line->kind, 0);
    return rankings_best(&srtf->rankings, cluster, &greedy->plan, &greedy->waiting, line->kind);
}

static void decide(void *state, const struct cluster *cluster, int64_t now_us,
                   struct decision_list *decisions, struct round_report *report)
{
    (void)now_us;
    (void)report;
    struct srtf *srtf = state;
    greedy_decide(&srtf->greedy, cluster, run_time, choose, srtf, decisions);
}

const struct policy_kind policy_srtf = {
    .name = "srtf",
    .help = "shortest run time first; clairvoyant: wants --clairvoyant on",
    .clairvoyant = true,
    .options = options,
    .option_count = OPTION_COUNT,
    .create = create,
    .destroy = destroy,
    .on_change = on_change,
    .decide = decide,
};
