/* slo_score.c - the machine that agents report best of: least used, quickest, most even.
 *
 * An extender of kube-scheduler, as slo_score_terms.h names it: who waits is served by priority
 * class, and of each class first come, first served, on the machine of the highest score where it
 * fits; of equal scores on one by chance (the seed), as kube-scheduler chooses. What scores know is
 * what agents said last (agents.h): what has been placed since does not count, so that one machine
 * fills until it reports.
 *
 * To fit is a matter of two things. Requests: the ledger, for no policy can place what does not
 * fit; kube-scheduler too asks its own filter of requests before an extender. And usage, by
 * option: what the last report has as unused must suffice too, if there is a report to be believed
 * and it can be (slo_report_admits). Without one the published filter compares with the whole
 * machine; here requests decide. So a filter by usage alone would be this one.
 *
 * A replay knows of usage what tasks have claimed, so that usage lags behind requests and keeps
 * tasks from room that was given back since the last report. Whoever waits for that alone has a
 * hope, and the policy asks to be called when the report is due. */
#include "base/assert.h"
#include "base/memory.h"
#include "base/random.h"
#include "policies/agents.h"
#include "policies/greedy.h"
#include "policies/ranking.h"

enum option { VERSION, CLAMP, INTERVAL, TTL, USAGE, PROBE };

static const struct policy_option options_of[] = {
    [VERSION] = {"version", "of the score: 1 as it was described, 2 as it was programmed",
                 POLICY_ONE, POLICY_ONE, 2 * POLICY_ONE},
    [CLAMP] = {"clamp", "1: scores are whole numbers from 0 to 100; 0: as they are", POLICY_ONE, 0,
               POLICY_ONE},
    [INTERVAL] = {"interval", "seconds from a machine's report to its next", 30 * POLICY_ONE,
                  POLICY_ONE / 1000, 86400 * POLICY_ONE},
    [TTL] = {"ttl", "seconds that a report is believed", 120 * POLICY_ONE, 0, 86400 * POLICY_ONE},
    [USAGE] = {"usage", "1: the reported usage, too, must leave room; 0: requests alone",
               POLICY_ONE, 0, POLICY_ONE},
    [PROBE] = {"probe", "1: agents know a p99 of every machine; 0: only where services run",
               POLICY_ONE, 0, POLICY_ONE},
};

#define UNITS_PER_US (POLICY_ONE / 1000000) /* of an option in seconds */

struct slo_score;

/* For tasks of one priority class. */
struct scorer {
    const struct slo_score *policy;
    double base;
    struct rankings rankings;
};

struct slo_score {
    struct greedy greedy;
    struct agents agents;
    struct scorer scorers[SLO_SCORE_CLASS_COUNT];
    struct heap hopes; /* (time, kind, kind); some no longer in hope_us */
    int64_t *hope_us;  /* by kind: when a report may let it in; TIME_NEVER: none */
    uint32_t hope_count, hope_room;
    struct random random;
    uint32_t version;
    bool clamp, usage;
};

/* Where the task fits but for the report, the score is this less the time when the next is due: it
 * is below all others, and the report that is due first is nearest the top. */
#define REFUSED (-(INT64_C(1) << 62))

static bool admits(const struct slo_score *policy, const struct task_facts *task, uint32_t machine)
{
    const struct machine_report *report = agents_report(&policy->agents, machine);
    return !policy->usage || !report || slo_report_admits(report, &task->demand);
}

static int64_t score(const void *state, const struct task_facts *task,
                     const struct cluster *cluster, const struct plan *plan, uint32_t machine)
{
    (void)cluster;
    (void)plan;
    const struct scorer *scorer = state;
    const struct slo_score *policy = scorer->policy;
    if (!admits(policy, task, machine)) {
        int64_t due_us = agents_due(&policy->agents, machine);
        ASSERT(due_us < -REFUSED); /* it has more room than it said */
        return REFUSED - due_us;
    }
    double raw =
        slo_score_raw(policy->version, scorer->base, agents_report(&policy->agents, machine));
    if (policy->clamp)
        return slo_score_whole(policy->version, raw);
    return (int64_t)(raw * 1e9);
}

static bool read_whole(const struct policy_options *options, enum option option)
{
    return options->values[option] % POLICY_ONE == 0;
}

static enum status create(void **state, const struct policy_options *options,
                          struct problem *problem)
{
    static const enum option whole[] = {VERSION, CLAMP, USAGE, PROBE};
    *state = NULL;
    for (size_t i = 0; i < COUNT_OF(whole); i++)
        if (!read_whole(options, whole[i]))
            return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                               "--policy slo-score: %s= wants a whole number",
                               options_of[whole[i]].name);
    struct slo_score *policy = memory_alloc(sizeof *policy);
    struct agent_options agent_options = {
        .interval_us = options->values[INTERVAL] / UNITS_PER_US,
        .ttl_us = options->values[TTL] / UNITS_PER_US,
        .probe = options->values[PROBE] != 0,
        .seed = options->seed,
    };
    greedy_init(&policy->greedy, WAITING_BY_PRIORITY);
    agents_init(&policy->agents, &agent_options);
    heap_init(&policy->hopes);
    random_init(&policy->random, options->seed);
    policy->version = (uint32_t)(options->values[VERSION] / POLICY_ONE);
    policy->clamp = options->values[CLAMP] != 0;
    policy->usage = options->values[USAGE] != 0;
    for (uint32_t i = 0; i < SLO_SCORE_CLASS_COUNT; i++) {
        struct scorer *scorer = &policy->scorers[i];
        scorer->policy = policy;
        scorer->base = slo_score_base((enum slo_score_class)i);
        rankings_init(&scorer->rankings, score, scorer, &policy->random);
    }
    *state = policy;
    return STATUS_OK;
}

static void destroy(void *state)
{
    struct slo_score *policy = state;
    for (uint32_t i = 0; i < SLO_SCORE_CLASS_COUNT; i++)
        rankings_free(&policy->scorers[i].rankings);
    agents_free(&policy->agents);
    greedy_free(&policy->greedy);
    heap_free(&policy->hopes);
    memory_free(policy->hope_us);
    memory_free(policy);
}

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    struct slo_score *policy = state;
    greedy_see(&policy->greedy, cluster, change);
    agents_see(&policy->agents, cluster, change);
}

static int64_t by_class(const struct waiting_line *line)
{
    return -(int64_t)slo_score_class(line->facts.priority);
}

static void add_hope(struct slo_score *policy, uint32_t kind, int64_t time_us)
{
    array_reserve(policy->hope_us, policy->hope_room, policy->greedy.waiting.kind_count);
    while (policy->hope_count < policy->greedy.waiting.kind_count)
        policy->hope_us[policy->hope_count++] = TIME_NEVER;
    if (time_us >= policy->hope_us[kind])
        return;
    policy->hope_us[kind] = time_us;
    heap_push(&policy->hopes, time_us, kind, kind);
}

/* The earliest hope, or NULL. */
static const struct heap_entry *first_hope(struct slo_score *policy)
{
    const struct heap_entry *top;
    while ((top = heap_top(&policy->hopes)) && policy->hope_us[top->item] != top->key)
        heap_pop(&policy->hopes);
    return top;
}

/* The base tells classes apart only where scores have limits: one ranking does for all where they
 * have none. */
static uint32_t best(struct greedy *greedy, void *state, const struct cluster *cluster,
                     const struct waiting_line *line)
{
    struct slo_score *policy = state;
    enum slo_score_class class =
        policy->clamp ? slo_score_class(line->facts.priority) : SLO_SCORE_LOW;
    uint32_t machine = rankings_best_of_all(&policy->scorers[class].rankings, cluster,
                                            &greedy->plan, &greedy->waiting, line->kind);
    if (machine == NONE || admits(policy, &line->facts, machine))
        return machine;
    add_hope(policy, line->kind, agents_due(&policy->agents, machine));
    return NONE;
}

/* Hopes whose time has come have been fulfilled, or are others now: the room may be gone, and a
 * kind is asked about again only where room grows. */
static void renew_hopes(struct slo_score *policy, const struct cluster *cluster, int64_t now_us)
{
    const struct waiting *waiting = &policy->greedy.waiting;
    const struct heap_entry *top;
    while ((top = first_hope(policy)) && top->key <= now_us) {
        uint32_t kind = heap_pop(&policy->hopes).item;
        policy->hope_us[kind] = TIME_NEVER;
        uint32_t line = waiting->kinds[kind].first_line;
        if (line != NONE && waiting->kinds[kind].idle_at != NONE)
            best(&policy->greedy, policy, cluster, &waiting->lines[line]);
    }
}

/* Reports that came or went stale change scores, and what fits by usage. */
static void take_reports(struct slo_score *policy, int64_t now_us)
{
    agents_advance(&policy->agents, now_us);
    struct id_list *different = &policy->agents.different;
    for (uint32_t i = 0; i < different->count; i++)
        if (policy->usage)
            plan_reopen(&policy->greedy.plan, different->ids[i]);
        else
            plan_touch(&policy->greedy.plan, different->ids[i]);
    different->count = 0;
}

static void decide(void *state, const struct cluster *cluster, int64_t now_us,
                   struct decision_list *decisions, struct round_report *report)
{
    struct slo_score *policy = state;
    take_reports(policy, now_us);
    greedy_decide(&policy->greedy, cluster, by_class, best, policy, decisions);
    renew_hopes(policy, cluster, now_us);
    const struct heap_entry *hope = first_hope(policy);
    if (hope)
        report->wake_us = hope->key;
}

const struct policy_kind policy_slo_score = {
    .name = "slo-score",
    .help = "by priority class, on the machine that its agent reported best of",
    .options = options_of,
    .option_count = COUNT_OF(options_of),
    .create = create,
    .destroy = destroy,
    .on_change = on_change,
    .decide = decide,
};
