/* borg.c - Borg: priority first, on the machine where least is stranded.
 *
 * Verma et al., "Large-scale cluster management at Google with Borg", EuroSys 2015, section 3.2:
 * the pending queue is scanned from high to low priority; a machine where the task is feasible is
 * chosen by a score. The first one was a variant of E-PVM, which minimises the change of a cost
 * over all resources and ends up spreading load; best fit is the other extreme; the present one
 * is a hybrid that reduces stranded resources: those that cannot be used because another resource
 * of the machine is fully allocated. The paper gives no formula, so this one is ours:
 *
 *   Let f_r be the part of resource r that is free on the machine, of those that it has, and
 *   least the smallest of them. Whatever is free beyond that part is stranded as soon as the
 *   scarcest resource is used up:
 *
 *       stranded = sum over r of (f_r - least)
 *
 *   The cost of a placement is what it adds to that, which may be less than nothing, and a tenth
 *   of what it leaves free, as best fit has it:
 *
 *       cost = stranded after - stranded before + 0.1 x sum over r of (f_r after)
 *
 *   so the machine whose scarcest resource the task asks for least is taken, and of those that
 *   are alike, the fullest. The tenth is ours, too; option `fill`.
 *
 * With score=1 it is E-PVM as Amir et al. have it ("An opportunity cost approach for job
 * assignment in a scalable computing cluster", IEEE TPDS 11(7), 2000): the cost of a machine is
 * the sum over its resources of n^(part used), and the placement that adds least is taken. n is
 * the number of machines there; here always 1000, so that scores do not change with a machine
 * that comes or goes.
 *
 * Left out: rounds over the users within a priority (here: who came first), preemption, copies of
 * packages and failure domains, which traces do not have. All feasible machines are scored, not
 * a random sample of them. */
#include <math.h>

#include "base/memory.h"
#include "policies/greedy.h"
#include "policies/ranking.h"

enum { OPTION_SCORE, OPTION_FILL, OPTION_COUNT };
enum { SCORE_STRANDED, SCORE_EPVM };

#define EPVM_BASE 1000.0

struct borg {
    struct greedy greedy;
    struct rankings rankings;
    double fill;
};

/* Parts of a machine that are free, of the resources that it has. */
struct parts {
    double before[RESOURCE_COUNT], after[RESOURCE_COUNT];
    int count;
};

static struct parts parts_free(const struct task_facts *task, const struct resources *capacity,
                               const struct resources *room)
{
    struct parts parts = {.count = 0};
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        double whole = (double)capacity->amount[r];
        if (whole <= 0)
            continue;
        parts.before[parts.count] = (double)room->amount[r] / whole;
        parts.after[parts.count++] = (double)(room->amount[r] - task->demand.amount[r]) / whole;
    }
    return parts;
}

static double sum_of(const double *parts, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += parts[i];
    return sum;
}

static double stranded(const double *parts, int count)
{
    double least = count ? parts[0] : 0;
    for (int i = 1; i < count; i++)
        least = parts[i] < least ? parts[i] : least;
    return sum_of(parts, count) - least * count;
}

/* Scores are costs below nothing, in billionths. */
static int64_t score_stranded(const void *state, const struct task_facts *task,
                              const struct cluster *cluster, const struct plan *plan,
                              uint32_t machine)
{
    const struct borg *borg = state;
    struct parts parts =
        parts_free(task, &cluster->machine_facts[machine].capacity, &plan->rooms[machine].free);
    double cost = stranded(parts.after, parts.count) - stranded(parts.before, parts.count) +
                  borg->fill * sum_of(parts.after, parts.count);
    return -(int64_t)(cost * 1e9);
}

static int64_t score_epvm(const void *state, const struct task_facts *task,
                          const struct cluster *cluster, const struct plan *plan, uint32_t machine)
{
    (void)state;
    struct parts parts =
        parts_free(task, &cluster->machine_facts[machine].capacity, &plan->rooms[machine].free);
    double cost = 0;
    for (int i = 0; i < parts.count; i++)
        cost += pow(EPVM_BASE, 1 - parts.after[i]) - pow(EPVM_BASE, 1 - parts.before[i]);
    return -(int64_t)(cost * 1e9);
}

static enum status create(void **state, const struct policy_options *options,
                          struct problem *problem)
{
    static ranking_score *const scores[] = {score_stranded, score_epvm};
    int64_t score = options->values[OPTION_SCORE];
    *state = NULL;
    if (score % POLICY_ONE)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "--policy borg: score= is 0 or 1");
    struct borg *borg = memory_alloc(sizeof *borg);
    borg->fill = (double)options->values[OPTION_FILL] / POLICY_ONE;
    greedy_init(&borg->greedy, WAITING_BY_PRIORITY);
    rankings_init(&borg->rankings, scores[score / POLICY_ONE], borg, NULL);
    *state = borg;
    return STATUS_OK;
}

static void destroy(void *state)
{
    struct borg *borg = state;
    greedy_free(&borg->greedy);
    rankings_free(&borg->rankings);
    memory_free(borg);
}

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    struct borg *borg = state;
    greedy_see(&borg->greedy, cluster, change);
}

static int64_t by_priority(const struct waiting_line *line)
{
    return -(int64_t)line->facts.priority;
}

static void decide(void *state, const struct cluster *cluster, int64_t now_us,
                   struct decision_list *decisions, struct round_report *report)
{
    (void)now_us;
    (void)report;
    struct borg *borg = state;
    greedy_decide(&borg->greedy, cluster, by_priority, rankings_choose, &borg->rankings, decisions);
}

static const struct policy_option borg_options[OPTION_COUNT] = {
    [OPTION_SCORE] = {"score", "0: least stranded; 1: E-PVM, which spreads", 0, 0,
                      SCORE_EPVM *POLICY_ONE},
    [OPTION_FILL] = {"fill", "weight of what is left free beside what is stranded", POLICY_ONE / 10,
                     0, 1000 * POLICY_ONE},
};

const struct policy_kind policy_borg = {
    .name = "borg",
    .help = "priority first, where least is stranded (Borg: Verma et al., EuroSys 2015)",
    .options = borg_options,
    .option_count = OPTION_COUNT,
    .create = create,
    .destroy = destroy,
    .on_change = on_change,
    .decide = decide,
};
