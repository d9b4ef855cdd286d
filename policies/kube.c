/* kube.c - kube-scheduler, as it comes: its default plugins that mean anything in a trace.
 *
 * One task after the other, by priority and then by the time in the queue (kube_queue.h). For
 * each:
 *
 * 1. Filter: machines that are up, have room for the demand in every resource, and labels that
 *    the constraint allows (NodeResourcesFit, NodeUnschedulable, required NodeAffinity).
 * 2. Score (kube_score.h): NodeResourcesFit, by standard what is least allocated, and
 *    NodeResourcesBalancedAllocation, each over cpu and memory; weighted and added.
 * 3. One of the machines of the largest score, each as likely.
 * 4. If there is none, and the replay allows it, preemption (kube_preemption.h).
 *
 * Without meaning here, because traces have no such thing, are taints and tolerations, preferred
 * node affinity, affinity between pods, the spreading of services and replica sets, images on
 * nodes, volumes, ports, disruption budgets, times to end, gates and extenders. Each of these
 * plugins would score all machines alike, or is left out by kube-scheduler itself.
 *
 * A resource that a pod does not ask for counts for NodeResourcesFit's score as 100 m of cpu and
 * 200 MiB of memory. Traces tell amounts in units of their own, often as parts of the largest
 * machine, and do not tell what is not asked for from what is asked for with zero. So a demand of
 * zero counts as that part of the machine which those amounts are of one with 32 cores and 128
 * GiB. Tasks that ask for neither are best effort, which BalancedAllocation skips.
 *
 * kube-scheduler scores as many feasible nodes as percentageOfNodesToScore wants, from where the
 * last search ended on; by default ever fewer as clusters grow. Here all of them by standard, so
 * that it is compared at its best; nodes=0 is its own default. */
#include "base/memory.h"
#include "base/random.h"
#include "policies/kube_preemption.h"
#include "policies/kube_queue.h"
#include "policies/kube_score.h"
#include "policies/ranking.h"

enum {
    OPTION_STRATEGY,
    OPTION_FIT,
    OPTION_BALANCED,
    OPTION_CPU,
    OPTION_MEMORY,
    OPTION_GPU,
    OPTION_RATIO_0,
    OPTION_RATIO_50,
    OPTION_RATIO_100,
    OPTION_NODES,
    OPTION_CANDIDATES,
    OPTION_WHOLE_COUNT, /* those before are whole numbers */
    OPTION_BACKOFF = OPTION_WHOLE_COUNT,
    OPTION_BACKOFF_MAX,
    OPTION_FLUSH,
    OPTION_COUNT
};

enum { STRATEGY_LEAST, STRATEGY_MOST, STRATEGY_RATIO, STRATEGY_COUNT };

#define US_PER_S INT64_C(1000000)
#define SHAPE_POINTS 3

/* 100 m of 32 cores and 200 MiB of 128 GiB. */
#define ZERO_CPU_OF(capacity) ((capacity) / 320)
#define ZERO_MEMORY_OF(capacity) ((capacity) / 16384 * 25)

/* Tasks on a machine that ask for no cpu, and for no memory. */
struct zeros {
    uint32_t cpu, memory;
};

/* Where a task is counted so. */
struct zero_task {
    uint32_t machine; /* NONE: nowhere */
    bool cpu, memory;
};

struct kube {
    int64_t values[OPTION_COUNT]; /* whole ones as they are, the others in microseconds */
    bool preempting;
    struct kube_shape_point shape[SHAPE_POINTS];
    struct plan plan;
    struct waiting waiting;
    struct rankings rankings;
    struct random random;
    struct kube_queue queue;
    struct kube_preemption preemption;
    uint32_t next_machine; /* where the next search of some of the nodes begins */
    uint64_t round;
    uint64_t *hopeless; /* by kind: the last round in which preemption did not help it */
    uint32_t hopeless_room;
    struct zeros *zeros; /* by machine */
    uint32_t zeros_room;
    struct zero_task *zero_tasks; /* by task id */
    uint32_t zero_task_limit, zero_task_room;
    struct id_list moved; /* tasks placed or stopped by the last round */
};

/* Scores. */

static int64_t fit_score(const struct kube *kube, const struct kube_amount *amounts, uint32_t count)
{
    switch (kube->values[OPTION_STRATEGY]) {
    case STRATEGY_LEAST:
        return kube_least_allocated(amounts, count);
    case STRATEGY_MOST:
        return kube_most_allocated(amounts, count);
    default:
        return kube_requested_to_capacity_ratio(amounts, count, kube->shape, SHAPE_POINTS);
    }
}

static int64_t score(const void *state, const struct task_facts *task,
                     const struct cluster *cluster, const struct plan *plan, uint32_t machine)
{
    static const enum resource scored[] = {RESOURCE_CPU, RESOURCE_MEMORY, RESOURCE_GPU};
    const struct kube *kube = state;
    const struct resources *capacity = &cluster->machine_facts[machine].capacity;
    struct kube_amount amounts[COUNT_OF(scored)];
    uint32_t count = 0;
    bool best_effort = true;
    for (uint32_t i = 0; i < COUNT_OF(scored); i++) {
        enum resource r = scored[i];
        int64_t weight = kube->values[OPTION_CPU + i];
        if (!weight || (r == RESOURCE_GPU && !task->demand.amount[r]))
            continue; /* an extended resource counts for those who ask for it */
        int64_t used = capacity->amount[r] - plan->rooms[machine].free.amount[r];
        amounts[count++] = (struct kube_amount){.requested = used + task->demand.amount[r],
                                                .capacity = capacity->amount[r],
                                                .weight = weight};
        best_effort &= !task->demand.amount[r];
    }
    int64_t balanced = best_effort ? 0 : kube_balanced_allocation(amounts, count);
    const struct zeros *zeros = &kube->zeros[machine];
    int64_t cpu_zeros = zeros->cpu + !task->demand.amount[RESOURCE_CPU];
    int64_t memory_zeros = zeros->memory + !task->demand.amount[RESOURCE_MEMORY];
    uint32_t at = 0;
    if (kube->values[OPTION_CPU])
        amounts[at++].requested += cpu_zeros * ZERO_CPU_OF(capacity->amount[RESOURCE_CPU]);
    if (kube->values[OPTION_MEMORY])
        amounts[at].requested += memory_zeros * ZERO_MEMORY_OF(capacity->amount[RESOURCE_MEMORY]);
    return kube->values[OPTION_FIT] * fit_score(kube, amounts, count) +
           kube->values[OPTION_BALANCED] * balanced;
}

/* Count a task where it runs or is going to run; `machine` NONE: nowhere. */
static void count_zeros(struct kube *kube, const struct cluster *cluster, uint32_t task,
                        uint32_t machine)
{
    struct zero_task *t = &kube->zero_tasks[task];
    if (t->machine != NONE) {
        kube->zeros[t->machine].cpu -= t->cpu;
        kube->zeros[t->machine].memory -= t->memory;
    }
    const struct resources *demand = &cluster->task_facts[task].demand;
    *t = (struct zero_task){.machine = machine,
                            .cpu = !demand->amount[RESOURCE_CPU],
                            .memory = !demand->amount[RESOURCE_MEMORY]};
    if (machine != NONE) {
        kube->zeros[machine].cpu += t->cpu;
        kube->zeros[machine].memory += t->memory;
    }
}

/* The policy. */

static enum status create(void **state, const struct policy_options *options,
                          struct problem *problem)
{
    *state = NULL;
    for (uint32_t i = 0; i < OPTION_WHOLE_COUNT; i++)
        if (options->values[i] % POLICY_ONE)
            return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                               "--policy kube: all options are whole numbers but for the times");
    struct kube *kube = memory_alloc(sizeof *kube);
    for (uint32_t i = 0; i < OPTION_COUNT; i++)
        kube->values[i] = i < OPTION_WHOLE_COUNT ? options->values[i] / POLICY_ONE
                                                 : options->values[i] / (POLICY_ONE / US_PER_S);
    kube->preempting = options->preemption;
    for (uint32_t i = 0; i < SHAPE_POINTS; i++)
        kube->shape[i] = (struct kube_shape_point){50 * i, kube->values[OPTION_RATIO_0 + i]};
    plan_init(&kube->plan);
    waiting_init(&kube->waiting, 0);
    random_init(&kube->random, options->seed);
    rankings_init(&kube->rankings, score, kube, &kube->random);
    kube_queue_init(&kube->queue, &(struct kube_delays){kube->values[OPTION_BACKOFF],
                                                        kube->values[OPTION_BACKOFF_MAX],
                                                        kube->values[OPTION_FLUSH]});
    kube_preemption_init(&kube->preemption, (uint32_t)kube->values[OPTION_CANDIDATES],
                         random_mix(options->seed, 1));
    *state = kube;
    return STATUS_OK;
}

static void destroy(void *state)
{
    struct kube *kube = state;
    plan_free(&kube->plan);
    waiting_free(&kube->waiting);
    rankings_free(&kube->rankings);
    kube_queue_free(&kube->queue);
    kube_preemption_free(&kube->preemption);
    memory_free(kube->hopeless);
    memory_free(kube->zeros);
    memory_free(kube->zero_tasks);
    id_list_free(&kube->moved);
    memory_free(kube);
}

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    struct kube *kube = state;
    plan_mark(&kube->plan, cluster, change);
    waiting_see(&kube->waiting, cluster, change);
    kube_queue_see(&kube->queue, cluster, change);
    array_reserve(kube->zeros, kube->zeros_room, cluster->machine_count);
    array_reserve(kube->zero_tasks, kube->zero_task_room, cluster->task_limit);
    for (; kube->zero_task_limit < cluster->task_limit; kube->zero_task_limit++)
        kube->zero_tasks[kube->zero_task_limit].machine = NONE;
    if (change->task != NONE)
        count_zeros(kube, cluster, change->task, cluster->task_facts[change->task].machine);
}

static uint32_t present_machines(const struct cluster *cluster)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < cluster->shape_count; i++)
        count += cluster->shapes[i].count;
    return count;
}

/* The best of the first `wanted` machines that fit, from where the last search ended. */
static uint32_t best_of_some(struct kube *kube, const struct cluster *cluster,
                             const struct task_facts *task, uint32_t wanted)
{
    const struct plan *plan = &kube->plan;
    uint32_t start = kube->next_machine < plan->machine_count ? kube->next_machine : 0;
    uint32_t chosen = NONE, equals = 0;
    int64_t best = 0;
    for (int half = 0; half < 2; half++) {
        uint32_t end = half ? start : plan->machine_count;
        uint32_t machine = plan_next(plan, cluster, task, half ? 0 : start);
        for (; wanted && machine < end; machine = plan_next(plan, cluster, task, machine + 1)) {
            int64_t value = score(kube, task, cluster, plan, machine);
            wanted--;
            kube->next_machine = machine + 1;
            equals = chosen != NONE && value == best ? equals + 1 : 1;
            if (chosen != NONE && value < best)
                continue;
            if (chosen == NONE || value > best || random_below(&kube->random, equals) == 0)
                chosen = machine;
            best = value;
        }
    }
    return chosen;
}

static uint32_t choose(struct kube *kube, const struct cluster *cluster, uint32_t kind)
{
    uint32_t nodes = present_machines(cluster);
    uint32_t wanted = kube_nodes_to_score(nodes, (uint32_t)kube->values[OPTION_NODES]);
    if (wanted < nodes)
        return best_of_some(kube, cluster, &kube->waiting.kinds[kind].facts, wanted);
    return rankings_best(&kube->rankings, cluster, &kube->plan, &kube->waiting, kind);
}

/* Make room for a task of the kind that fits nowhere: the machine, or NONE. In a round tasks come
 * by priority, so what does not help one does not help those of its kind that follow. */
static uint32_t preempt(struct kube *kube, const struct cluster *cluster, uint32_t task,
                        uint32_t kind, struct decision_list *decisions)
{
    array_reserve(kube->hopeless, kube->hopeless_room, kind + 1);
    if (!kube->preempting || kube->hopeless[kind] == kube->round)
        return NONE;
    struct kube_preemption *preemption = &kube->preemption;
    uint32_t machine = kube_preemption_find(preemption, &kube->plan, cluster, task);
    if (machine == NONE) {
        kube->hopeless[kind] = kube->round;
        return NONE;
    }
    kube_preemption_take(preemption);
    for (uint32_t i = 0; i < preemption->victims.count; i++) {
        plan_stop(&kube->plan, cluster, decisions, preemption->victims.ids[i]);
        count_zeros(kube, cluster, preemption->victims.ids[i], NONE);
        id_list_add(&kube->moved, preemption->victims.ids[i]);
    }
    return machine;
}

static uint32_t kind_of(const struct kube *kube, uint32_t task)
{
    return kube->waiting.lines[kube->waiting.tasks[task].line].kind;
}

static void try(struct kube *kube, const struct cluster *cluster, uint32_t task, int64_t now_us,
                struct decision_list *decisions)
{
    uint32_t kind = kind_of(kube, task);
    bool idle = kube->waiting.kinds[kind].active_at == NONE;
    uint32_t machine = idle ? NONE : choose(kube, cluster, kind);
    if (machine == NONE && !idle)
        waiting_set_idle(&kube->waiting, kind);
    if (machine == NONE)
        machine = preempt(kube, cluster, task, kind, decisions);
    if (machine == NONE) {
        kube_queue_fail(&kube->queue, task, now_us);
        return;
    }
    waiting_take_task(&kube->waiting, task);
    plan_place(&kube->plan, cluster, decisions, task, machine);
    kube_queue_place(&kube->queue, task);
    count_zeros(kube, cluster, task, machine);
    id_list_add(&kube->moved, task);
}

static void begin(struct kube *kube, const struct cluster *cluster, int64_t now_us)
{
    kube->round++;
    plan_begin(&kube->plan, cluster);
    waiting_begin(&kube->waiting, cluster, &kube->plan);
    kube_preemption_begin(&kube->preemption, cluster);
    for (uint32_t i = 0; i < kube->moved.count; i++) /* if they were moved, after all */
        count_zeros(kube, cluster, kube->moved.ids[i],
                    cluster->task_facts[kube->moved.ids[i]].machine);
    kube->moved.count = 0;
    if (kube->plan.grown.count)
        kube_queue_see_room(&kube->queue, now_us);
    kube_queue_take(&kube->queue, cluster, now_us);
}

/* Of those that are due, fail all whose kind fits nowhere: most tasks, at most times. It makes no
 * difference to any of the others when in the round that is. */
static void fail_hopeless(struct kube *kube, int64_t now_us)
{
    struct kube_queue *queue = &kube->queue;
    uint32_t count = queue->due_count;
    queue->due_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t kind = kind_of(kube, queue->due[i].task);
        if (kube->preempting || kube->waiting.kinds[kind].active_at != NONE)
            queue->due[queue->due_count++] = queue->due[i];
        else
            kube_queue_fail(queue, queue->due[i].task, now_us);
    }
}

static void decide(void *state, const struct cluster *cluster, int64_t now_us,
                   struct decision_list *decisions, struct round_report *report)
{
    struct kube *kube = state;
    begin(kube, cluster, now_us);
    fail_hopeless(kube, now_us);
    kube_queue_sort(&kube->queue);
    for (uint32_t i = 0; i < kube->queue.due_count; i++)
        try(kube, cluster, kube->queue.due[i].task, now_us, decisions);
    /* Those that had to leave are tried at once. */
    report->wake_us = kube->plan.reopened.count ? now_us + 1 : kube_queue_wake(&kube->queue);
}

#define PERCENT (100 * POLICY_ONE)
#define HOUR (3600 * POLICY_ONE)

static const struct policy_option kube_options[OPTION_COUNT] = {
    [OPTION_STRATEGY] = {"strategy", "0: LeastAllocated; 1: MostAllocated; 2: a ratio's shape", 0,
                         0, (STRATEGY_COUNT - 1) * POLICY_ONE},
    [OPTION_FIT] = {"fit", "weight of that score", POLICY_ONE, 0, PERCENT},
    [OPTION_BALANCED] = {"balanced", "weight of BalancedAllocation", POLICY_ONE, 0, PERCENT},
    [OPTION_CPU] = {"cpu", "weight of cpu in the scores", POLICY_ONE, 0, PERCENT},
    [OPTION_MEMORY] = {"memory", "weight of memory in the scores", POLICY_ONE, 0, PERCENT},
    [OPTION_GPU] = {"gpu", "weight of GPUs in the scores, for tasks with some", 0, 0, PERCENT},
    [OPTION_RATIO_0] = {"ratio-0", "strategy 2: score of an empty machine, of 10", 0, 0,
                        10 * POLICY_ONE},
    [OPTION_RATIO_50] = {"ratio-50", "strategy 2: score of a half full machine", 5 * POLICY_ONE, 0,
                         10 * POLICY_ONE},
    [OPTION_RATIO_100] = {"ratio-100", "strategy 2: score of a full machine", 10 * POLICY_ONE, 0,
                          10 * POLICY_ONE},
    [OPTION_NODES] = {"nodes", "percentage of machines to score; 0: fewer as clusters grow",
                      PERCENT, 0, PERCENT},
    [OPTION_CANDIDATES] = {"candidates", "percentage of machines to compare for preemption",
                           10 * POLICY_ONE, 0, PERCENT},
    [OPTION_BACKOFF] = {"backoff", "seconds, of a task that fitted nowhere, doubling", POLICY_ONE,
                        0, HOUR},
    [OPTION_BACKOFF_MAX] = {"backoff-max", "seconds, at most", 10 * POLICY_ONE, 0, HOUR},
    [OPTION_FLUSH] = {"flush", "seconds until it is tried again though no machine has more room",
                      300 * POLICY_ONE, POLICY_ONE, 24 * HOUR},
};

const struct policy_kind policy_kube = {
    .name = "kube",
    .help = "priority first, on the least and most evenly requested machine (kube-scheduler)",
    .options = kube_options,
    .option_count = OPTION_COUNT,
    .create = create,
    .destroy = destroy,
    .on_change = on_change,
    .decide = decide,
};
