/* tetris.c - machines choose tasks that go with what is free on them, of jobs that end soon.
 *
 * Grandl, Ananthanarayanan, Kandula, Rao and Akella, "Multi-Resource Packing for Cluster
 * Schedulers", SIGCOMM 2014. A machine with room takes the best of the tasks that fit, again and
 * again, until none fits (tetris_choice.h has the rules). A round:
 *
 * 1. Kinds of tasks that fitted nowhere fit at most on machines that have grown since. Tasks of
 *    other kinds, which came since, may fit anywhere. All others wait, and cost nothing.
 * 2. Machines that have grown, and those with room for a kind that came, are asked in order of how
 *    much of them is free, as the round began, the most free first: of two machines where a task
 *    fits, its alignment is larger on the one that is emptier. By ids, tasks would be heaped on
 *    the machines that the trace happens to name first.
 * 3. What waits still fits nowhere, and is idle; unless a reservation has ended meanwhile, whose
 *    machine is asked again (reservations.h).
 *
 * What differs from the paper: there are no demands of disk and network bandwidth in the traces,
 * and so nothing to be had at the machines that input is read from; who reads from elsewhere only
 * pays the penalty. Queues for fairness are tenants. Run times that nobody knows are the means
 * learned so far (remaining_work.h). A stage whose name says nothing has no known barrier behind
 * it; any other has, be it the stages that wait for it or the end of its job. */
#include <stdlib.h>

#include "base/memory.h"
#include "policies/free_order.h"
#include "policies/local_inputs.h"
#include "policies/remaining_work.h"
#include "policies/reservations.h"
#include "policies/tetris_choice.h"

enum option { WORK, REMOTE, FAIRNESS, BARRIER, RESERVE, OPTION_COUNT };

static const struct policy_option options[OPTION_COUNT] = {
    [WORK] = {"work", "weight of a job's remaining work against alignment; 0: without run times",
              POLICY_ONE, 0, 1000 * POLICY_ONE},
    [REMOTE] = {"remote", "part of the alignment that reading input from elsewhere costs",
                POLICY_ONE / 10, 0, POLICY_ONE},
    [FAIRNESS] = {"fairness", "part of the tenants that wait for the needier ones", POLICY_ONE / 4,
                  0, POLICY_ONE},
    [BARRIER] = {"barrier", "part of a stage to have ended before the rest goes first; 1: never",
                 POLICY_ONE / 10 * 9, 0, POLICY_ONE},
    [RESERVE] = {"reserve", "times to be passed before a machine is reserved; 0: none ever is", 0,
                 0, 1000000 * POLICY_ONE},
};

struct job_work {
    double work;
    uint64_t round; /* that it was counted in */
};

struct tetris {
    struct plan plan;
    struct waiting waiting;
    struct remaining_work work;
    struct local_inputs inputs;
    struct free_order order;
    struct reservations reservations;
    struct tetris_choice choice;
    struct tetris_rules rules;
    double barrier;
    uint64_t rounds;
    struct job_work *jobs; /* by job id */
    uint32_t job_count, job_room;
    struct id_list fresh; /* kinds that may fit anywhere, of this round */
    struct free_machine *grown;
    uint32_t grown_count, grown_room;
};

/* A machine to be asked, where it stands in the order. */
struct free_machine {
    int64_t key;
    uint32_t machine;
};

static double fraction(int64_t value)
{
    return (double)value / (double)POLICY_ONE;
}

static enum status create(void **state, const struct policy_options *policy_options,
                          struct problem *problem)
{
    (void)problem;
    const int64_t *values = policy_options->values;
    struct tetris *tetris = memory_alloc(sizeof *tetris);
    *tetris = (struct tetris){.rules = {.work_weight = fraction(values[WORK]),
                                        .remote_penalty = fraction(values[REMOTE]),
                                        .fairness = values[FAIRNESS]},
                              .barrier = fraction(values[BARRIER])};
    plan_init(&tetris->plan);
    waiting_init(&tetris->waiting, WAITING_BY_STAGE | WAITING_BY_PRIORITY | WAITING_BY_RUN_TIME);
    remaining_work_init(&tetris->work);
    local_inputs_init(&tetris->inputs);
    free_order_init(&tetris->order);
    reservations_init(&tetris->reservations, (uint32_t)(values[RESERVE] / POLICY_ONE));
    tetris_choice_init(&tetris->choice);
    *state = tetris;
    return STATUS_OK;
}

static void destroy(void *state)
{
    struct tetris *tetris = state;
    plan_free(&tetris->plan);
    waiting_free(&tetris->waiting);
    remaining_work_free(&tetris->work);
    local_inputs_free(&tetris->inputs);
    free_order_free(&tetris->order);
    reservations_free(&tetris->reservations);
    tetris_choice_free(&tetris->choice);
    memory_free(tetris->jobs);
    id_list_free(&tetris->fresh);
    memory_free(tetris->grown);
    memory_free(tetris);
}

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    struct tetris *tetris = state;
    plan_mark(&tetris->plan, cluster, change);
    waiting_see(&tetris->waiting, cluster, change);
    remaining_work_see(&tetris->work, cluster, change);
    local_inputs_see(&tetris->inputs, cluster, change);
}

/* One machine. */

/* Counted once a round: placing does not change it. */
static double work_of(struct tetris *tetris, const struct cluster *cluster, uint32_t job)
{
    struct job_work *known = &tetris->jobs[job];
    if (known->round != tetris->rounds)
        *known =
            (struct job_work){remaining_work_of_job(&tetris->work, cluster, job), tetris->rounds};
    return known->work;
}

static bool near_barrier(const struct tetris *tetris, const struct cluster *cluster, uint32_t stage)
{
    return remaining_work_ended(&tetris->work, cluster, stage) >= tetris->barrier &&
           *cluster_stage_name(cluster, stage);
}

/* What the first task of the candidate's line makes of it. */
static void see_first(const struct tetris *tetris, const struct cluster *cluster, uint32_t machine,
                      struct tetris_candidate *candidate)
{
    const struct waiting_line *line = &tetris->waiting.lines[candidate->line];
    candidate->arrival = line->arrival;
    candidate->remote = cluster->task_facts[line->first].block_count > 0 &&
                        !local_inputs_at(&tetris->inputs, line->first, machine);
}

static struct tetris_candidate candidate_of(struct tetris *tetris, const struct cluster *cluster,
                                            uint32_t line, uint32_t kind)
{
    const struct task_facts *facts = &tetris->waiting.lines[line].facts;
    return (struct tetris_candidate){.line = line,
                                     .task = NONE,
                                     .kind = kind,
                                     .job = facts->job,
                                     .tenant = facts->tenant,
                                     .work = work_of(tetris, cluster, facts->job),
                                     .near_barrier = near_barrier(tetris, cluster, facts->stage)};
}

static void add_lines(struct tetris *tetris, const struct cluster *cluster, uint32_t machine,
                      uint32_t waiting_kind)
{
    const struct waiting_kind *k = &tetris->waiting.kinds[waiting_kind];
    uint32_t kind = tetris_choice_add_kind(&tetris->choice, &k->facts.demand);
    for (uint32_t line = k->first_line; line != NONE; line = tetris->waiting.lines[line].next) {
        struct tetris_candidate candidate = candidate_of(tetris, cluster, line, kind);
        see_first(tetris, cluster, machine, &candidate);
        tetris_choice_add(&tetris->choice, cluster, &candidate);
    }
}

/* Tasks whose input is on the machine, further back in their lines. */
static void add_local_tasks(struct tetris *tetris, const struct cluster *cluster, uint32_t machine)
{
    const struct waiting *waiting = &tetris->waiting;
    uint32_t copy = local_inputs_first(&tetris->inputs, machine);
    for (; copy != NONE; copy = local_inputs_next(&tetris->inputs, copy)) {
        uint32_t task = local_inputs_task(copy);
        uint32_t line = waiting->tasks[task].line;
        if (line == NONE || waiting->lines[line].first == task)
            continue;
        const struct task_facts *facts = &waiting->lines[line].facts;
        if (!plan_fits(&tetris->plan, cluster, facts, machine) ||
            !reservations_allow(&tetris->reservations, machine, waiting->lines[line].kind))
            continue;
        uint32_t kind = tetris_choice_add_kind(&tetris->choice, &facts->demand);
        struct tetris_candidate candidate = candidate_of(tetris, cluster, line, kind);
        candidate.task = task;
        candidate.arrival = waiting->arrivals[task];
        tetris_choice_add(&tetris->choice, cluster, &candidate);
    }
}

static void gather(struct tetris *tetris, const struct cluster *cluster, uint32_t machine)
{
    tetris_choice_begin(&tetris->choice);
    for (uint32_t i = 0; i < tetris->waiting.active.count; i++) {
        uint32_t kind = tetris->waiting.active.ids[i];
        if (plan_fits(&tetris->plan, cluster, &tetris->waiting.kinds[kind].facts, machine) &&
            reservations_allow(&tetris->reservations, machine, kind))
            add_lines(tetris, cluster, machine, kind);
    }
    if (tetris->choice.count > 0)
        add_local_tasks(tetris, cluster, machine);
    tetris_choice_ready(&tetris->choice);
}

/* A task of this line was taken: the other candidates of it are as they were, or gone. */
static void renew_candidates(struct tetris *tetris, const struct cluster *cluster, uint32_t machine,
                             uint32_t line)
{
    const struct waiting *waiting = &tetris->waiting;
    for (uint32_t i = tetris->choice.count; i-- > 0;) {
        struct tetris_candidate *candidate = &tetris->choice.candidates[i];
        if (candidate->line != line)
            continue;
        bool gone = candidate->task == NONE ? waiting->lines[line].count == 0
                                            : waiting->tasks[candidate->task].line != line;
        if (gone)
            tetris_choice_remove(&tetris->choice, candidate);
        else if (candidate->task == NONE)
            see_first(tetris, cluster, machine, candidate);
    }
}

/* The machine takes one task after the other, as long as one fits. */
static void ask(struct tetris *tetris, const struct cluster *cluster, uint32_t machine,
                struct decision_list *decisions)
{
    const struct room *room = &tetris->plan.rooms[machine];
    const struct resources *capacity = &cluster->machine_facts[machine].capacity;
    bool took = false, free_for_all = true;
    gather(tetris, cluster, machine);
    while (free_for_all) {
        const struct tetris_candidate *best =
            tetris_choice_best(&tetris->choice, &tetris->rules, room, capacity);
        if (!best)
            break;
        uint32_t line = best->line;
        uint32_t kind = tetris->waiting.lines[line].kind;
        uint32_t task = best->task == NONE ? tetris->waiting.lines[line].first : best->task;
        queues_charge(&tetris->choice.queues, cluster, best->tenant,
                      &cluster->task_facts[task].demand);
        waiting_take_task(&tetris->waiting, task);
        plan_place(&tetris->plan, cluster, decisions, task, machine);
        renew_candidates(tetris, cluster, machine, line);
        /* If it was reserved for the kind, it is asked again, for all. */
        free_for_all = reservations_allow(&tetris->reservations, machine, NONE);
        reservations_placed(&tetris->reservations, kind);
        took = true;
    }
    if (took)
        reservations_pass(&tetris->reservations, cluster, &tetris->waiting, machine);
}

/* The order of machines. */

static bool precedes(int64_t a_key, uint32_t a, int64_t b_key, uint32_t b)
{
    return a_key > b_key || (a_key == b_key && a < b);
}

static int compare(const void *a, const void *b)
{
    const struct free_machine *x = a, *y = b;
    return precedes(x->key, x->machine, y->key, y->machine) ? -1 : 1;
}

static void order_grown(struct tetris *tetris, const struct cluster *cluster)
{
    const struct id_list *grown = &tetris->plan.grown;
    array_reserve(tetris->grown, tetris->grown_room, grown->count);
    for (uint32_t i = 0; i < grown->count; i++)
        tetris->grown[i] = (struct free_machine){
            free_order_key(cluster, &tetris->plan, grown->ids[i]), grown->ids[i]};
    tetris->grown_count = grown->count;
    if (grown->count > 1)
        qsort(tetris->grown, grown->count, sizeof *tetris->grown, compare);
}

/* The least that a task of a fresh kind demands of each resource; false: there is none. */
static bool least_demand(const struct tetris *tetris, struct resources *least)
{
    bool any = false;
    for (uint32_t i = 0; i < tetris->fresh.count; i++) {
        const struct waiting_kind *kind = &tetris->waiting.kinds[tetris->fresh.ids[i]];
        if (kind->first_line == NONE)
            continue;
        if (any)
            resources_lower(least, &kind->facts.demand);
        else
            *least = kind->facts.demand;
        any = true;
    }
    return any;
}

/* The first machine in order that might have room for a fresh kind. */
static struct free_machine first_for_fresh(const struct tetris *tetris,
                                           const struct cluster *cluster)
{
    struct resources least;
    struct free_machine first = {-1, NONE};
    if (least_demand(tetris, &least))
        first.machine = free_order_first(&tetris->order, &least);
    if (first.machine != NONE)
        first.key = free_order_key(cluster, &tetris->plan, first.machine);
    return first;
}

static void ask_in_order(struct tetris *tetris, const struct cluster *cluster,
                         struct decision_list *decisions)
{
    bool walk = tetris->fresh.count > 0;
    if (walk)
        free_order_begin(&tetris->order, cluster, &tetris->plan);
    order_grown(tetris, cluster);
    for (uint32_t g = 0; tetris->waiting.active.count > 0;) {
        struct free_machine next = first_for_fresh(tetris, cluster);
        const struct free_machine *grown = g < tetris->grown_count ? &tetris->grown[g] : NULL;
        if (grown && !precedes(next.key, next.machine, grown->key, grown->machine)) {
            next = *grown;
            g++;
        }
        if (next.machine == NONE)
            break;
        ask(tetris, cluster, next.machine, decisions);
        if (walk)
            free_order_pass(&tetris->order, next.machine);
    }
}

static void all_idle(struct waiting *waiting)
{
    while (waiting->active.count > 0)
        waiting_set_idle(waiting, waiting->active.ids[waiting->active.count - 1]);
}

/* Machines whose reservation has ended have not grown: whoever fits there is idle. */
static void ask_ended(struct tetris *tetris, const struct cluster *cluster,
                      struct decision_list *decisions)
{
    struct id_list *ended = &tetris->reservations.ended;
    while (ended->count > 0) {
        uint32_t machine = ended->ids[--ended->count];
        waiting_wake(&tetris->waiting, cluster, &tetris->plan, machine);
        ask(tetris, cluster, machine, decisions);
        all_idle(&tetris->waiting);
    }
}

static void begin(struct tetris *tetris, const struct cluster *cluster)
{
    tetris->rounds++;
    array_reserve(tetris->jobs, tetris->job_room, cluster->job_count);
    for (; tetris->job_count < cluster->job_count; tetris->job_count++)
        tetris->jobs[tetris->job_count] = (struct job_work){0};
    plan_begin(&tetris->plan, cluster);
    waiting_begin(&tetris->waiting, cluster, &tetris->plan);
    reservations_begin(&tetris->reservations, cluster, &tetris->waiting);
    queues_begin(&tetris->choice.queues);
    tetris->fresh.count = 0;
    for (uint32_t i = 0; i < tetris->waiting.fresh_count; i++)
        id_list_add(&tetris->fresh, tetris->waiting.active.ids[i]);
}

static void decide(void *state, const struct cluster *cluster, int64_t now_us,
                   struct decision_list *decisions, struct round_report *report)
{
    (void)now_us;
    (void)report;
    struct tetris *tetris = state;
    begin(tetris, cluster);
    ask_in_order(tetris, cluster, decisions);
    all_idle(&tetris->waiting);
    ask_ended(tetris, cluster, decisions);
}

const struct policy_kind policy_tetris = {
    .name = "tetris",
    .help = "machines take the tasks that go best with what is free, of jobs that end soon first "
            "(Grandl et al., SIGCOMM 2014)",
    .options = options,
    .option_count = OPTION_COUNT,
    .create = create,
    .destroy = destroy,
    .on_change = on_change,
    .decide = decide,
};
