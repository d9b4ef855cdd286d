/* sparrow.c - Sparrow: a few machines at random, and the first of them that has room.
 *
 * Ousterhout et al., "Sparrow: distributed, low latency scheduling", SOSP 2013. A scheduler
 * without a view of the cluster:
 *
 * 1. Batch sampling (section 3.3): for a job of m tasks, d x m machines are drawn at random, and
 *    each gets one reservation for the job at the end of its queue.
 * 2. Late binding (3.4): a machine that has room for the reservation at the head of its queue
 *    asks for the job's next task. So the m machines that have room first get the tasks.
 * 3. Proactive cancellation (3.5): when the job has no task left, its other reservations are
 *    void. Messages take no time here, so they are dropped when their machine comes to them.
 * 4. Constraints (4.1): only machines are drawn that may take the tasks.
 *
 * What the paper leaves open, and is ours:
 *
 * - A job is here a line (policies/waiting.h): tasks of a stage that are alike. Tasks that come to
 *   it later bring d reservations each, but do not reserve a task of their own.
 * - Workers there have equal slots. Here, tasks need room in several resources, and machines
 *   differ: one that could not hold the task if it were empty is taken for one that may not. So a
 *   reservation is never hopeless when it is made. When its machine goes, shrinks or is drained,
 *   another one is made elsewhere; when there is none that could, the task waits until one comes.
 *   A machine that comes is in no draw made before.
 * - A task that does not fit yet does not hold up those behind it in the queue; with in-order=1
 *   it does, as in the paper's queue.
 * - When d x m is more than there are machines, they are drawn again from the start. So a line has
 *   at least as many reservations as tasks.
 *
 * Strict priorities (4.2), each machine serving those of the highest first, are an option. There is
 * one scheduler, and it fails with the replay; the paper's fair shares by user are left out. */
#include "base/memory.h"
#include "policies/plan.h"
#include "policies/probes.h"
#include "policies/waiting.h"

enum { OPTION_PROBES, OPTION_IN_ORDER, OPTION_PRIORITIES, OPTION_COUNT };

struct reservation {
    uint32_t line;
    int32_t priority;
    uint64_t birth; /* the line's; void if that has another one */
};

/* First come, first served. */
struct worker {
    struct reservation *queue;
    uint32_t count, room;
};

/* What a line is owed. */
struct debt {
    uint64_t birth;   /* the line's; all else is void if that has another one */
    uint32_t arrived; /* tasks that came and have no reservations yet */
    uint32_t lost;    /* reservations on machines that can no longer take them */
    bool listed;      /* in sparrow.owed or .stuck */
};

struct sparrow {
    int64_t probes_each; /* for a task, in billionths */
    bool in_order, priorities;
    struct plan plan;
    struct waiting waiting;
    struct probes probes;
    struct worker *workers; /* by machine */
    uint32_t worker_count, worker_room;
    struct debt *debts; /* by line */
    uint32_t debt_room;
    struct id_list owed;    /* lines */
    struct id_list stuck;   /* likewise, of tasks that no machine can take */
    struct id_list changed; /* machines */
    struct id_list drawn;   /* scratch: machines */
    struct id_list undone;  /* scratch: tasks */
};

static enum status create(void **state, const struct policy_options *options,
                          struct problem *problem)
{
    (void)problem;
    struct sparrow *sparrow = memory_alloc(sizeof *sparrow);
    sparrow->probes_each = options->values[OPTION_PROBES];
    sparrow->in_order = options->values[OPTION_IN_ORDER] > 0;
    sparrow->priorities = options->values[OPTION_PRIORITIES] > 0;
    plan_init(&sparrow->plan);
    waiting_init(&sparrow->waiting, WAITING_BY_STAGE | WAITING_BY_PRIORITY);
    probes_init(&sparrow->probes, options->seed);
    *state = sparrow;
    return STATUS_OK;
}

static void destroy(void *state)
{
    struct sparrow *sparrow = state;
    for (uint32_t i = 0; i < sparrow->worker_count; i++)
        memory_free(sparrow->workers[i].queue);
    memory_free(sparrow->workers);
    memory_free(sparrow->debts);
    plan_free(&sparrow->plan);
    waiting_free(&sparrow->waiting);
    probes_free(&sparrow->probes);
    id_list_free(&sparrow->owed);
    id_list_free(&sparrow->stuck);
    id_list_free(&sparrow->changed);
    id_list_free(&sparrow->drawn);
    id_list_free(&sparrow->undone);
    memory_free(sparrow);
}

/* What the line is owed, so that more can be added. */
static struct debt *owe(struct sparrow *sparrow, uint32_t line)
{
    array_reserve(sparrow->debts, sparrow->debt_room, line + 1);
    struct debt *debt = &sparrow->debts[line];
    uint64_t birth = sparrow->waiting.lines[line].birth;
    if (debt->birth != birth)
        *debt = (struct debt){.birth = birth, .listed = debt->listed};
    if (!debt->listed)
        id_list_add(&sparrow->owed, line);
    debt->listed = true;
    return debt;
}

/* A task that is updated while it waits counts as one that comes. */
static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    struct sparrow *sparrow = state;
    struct waiting *waiting = &sparrow->waiting;
    plan_mark(&sparrow->plan, cluster, change);
    waiting_see(waiting, cluster, change);
    if (change->cause == CAUSE_MACHINE)
        id_list_add(&sparrow->changed, change->machine);
    if (change->task != NONE && waiting->tasks[change->task].line != NONE)
        owe(sparrow, waiting->tasks[change->task].line)->arrived++;
}

static bool is_void(const struct sparrow *sparrow, const struct reservation *reservation)
{
    const struct waiting_line *line = &sparrow->waiting.lines[reservation->line];
    return line->count == 0 || line->birth != reservation->birth;
}

/* Reservations that a machine can no longer keep are owed again. */
static void give_up(struct sparrow *sparrow, const struct cluster *cluster, uint32_t machine)
{
    if (machine >= sparrow->worker_count)
        return;
    struct worker *worker = &sparrow->workers[machine];
    uint32_t count = worker->count;
    worker->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct reservation reservation = worker->queue[i];
        if (is_void(sparrow, &reservation))
            continue;
        uint32_t line = reservation.line;
        if (probes_may_take(cluster, &sparrow->waiting.lines[line].facts, machine))
            worker->queue[worker->count++] = reservation;
        else
            owe(sparrow, line)->lost++;
    }
}

/* The machine takes tasks as long as it has room for them. */
static void serve(struct sparrow *sparrow, const struct cluster *cluster, uint32_t machine,
                  struct decision_list *decisions)
{
    struct worker *worker = &sparrow->workers[machine];
    uint32_t count = worker->count;
    bool blocked = false;
    worker->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct reservation reservation = worker->queue[i];
        if (is_void(sparrow, &reservation))
            continue;
        const struct waiting_line *line = &sparrow->waiting.lines[reservation.line];
        if (!blocked && plan_fits(&sparrow->plan, cluster, &line->facts, machine)) {
            uint32_t task = waiting_take(&sparrow->waiting, reservation.line);
            plan_place(&sparrow->plan, cluster, decisions, task, machine);
            continue;
        }
        blocked = sparrow->in_order;
        worker->queue[worker->count++] = reservation;
    }
}

static void enqueue(struct sparrow *sparrow, uint32_t machine, struct reservation reservation)
{
    struct worker *worker = &sparrow->workers[machine];
    array_reserve(worker->queue, worker->room, worker->count + 1);
    uint32_t at = worker->count++;
    for (; sparrow->priorities && at > 0; at--) {
        if (worker->queue[at - 1].priority >= reservation.priority)
            break;
        worker->queue[at] = worker->queue[at - 1];
    }
    worker->queue[at] = reservation;
}

/* d x m, rounded up; in two parts, for 64 bits are too few for the product in billionths. */
static uint32_t probe_count(int64_t each, uint32_t tasks)
{
    int64_t part = each % POLICY_ONE * tasks;
    return (uint32_t)(each / POLICY_ONE * tasks + (part + POLICY_ONE - 1) / POLICY_ONE);
}

/* Reserve what the line is owed, and let the machines take what they can. False: no machine could
 * ever take its tasks. */
static bool reserve(struct sparrow *sparrow, const struct cluster *cluster, uint32_t line,
                    struct decision_list *decisions)
{
    const struct waiting_line *l = &sparrow->waiting.lines[line];
    struct debt *debt = &sparrow->debts[line];
    if (l->count == 0 || l->birth != debt->birth)
        return true; /* its tasks are gone */
    struct reservation reservation = {line, l->facts.priority, l->birth};
    probes_draw(&sparrow->probes, cluster, &l->facts,
                probe_count(sparrow->probes_each, debt->arrived) + debt->lost, &sparrow->drawn);
    for (uint32_t i = 0; i < sparrow->drawn.count; i++)
        enqueue(sparrow, sparrow->drawn.ids[i], reservation);
    for (uint32_t i = 0; i < sparrow->drawn.count; i++)
        serve(sparrow, cluster, sparrow->drawn.ids[i], decisions);
    return sparrow->drawn.count > 0;
}

static void reserve_all(struct sparrow *sparrow, const struct cluster *cluster,
                        struct decision_list *decisions)
{
    for (uint32_t i = 0; i < sparrow->owed.count; i++) {
        uint32_t line = sparrow->owed.ids[i];
        if (reserve(sparrow, cluster, line, decisions))
            sparrow->debts[line] = (struct debt){0};
        else
            id_list_add(&sparrow->stuck, line);
    }
    sparrow->owed.count = 0;
}

static void retry_stuck(struct sparrow *sparrow)
{
    for (uint32_t i = 0; i < sparrow->stuck.count; i++)
        id_list_add(&sparrow->owed, sparrow->stuck.ids[i]);
    sparrow->stuck.count = 0;
}

/* Tasks whose placement came too late wait again in their lines. */
static void begin(struct sparrow *sparrow, const struct cluster *cluster)
{
    struct waiting *waiting = &sparrow->waiting;
    sparrow->undone.count = 0;
    for (uint32_t i = 0; i < waiting->taken.count; i++)
        if (waiting->tasks[waiting->taken.ids[i]].line == NONE)
            id_list_add(&sparrow->undone, waiting->taken.ids[i]);
    plan_begin(&sparrow->plan, cluster);
    waiting_begin(waiting, cluster, &sparrow->plan);
    for (uint32_t i = 0; i < sparrow->undone.count; i++) {
        uint32_t line = waiting->tasks[sparrow->undone.ids[i]].line;
        if (line != NONE)
            owe(sparrow, line)->arrived++;
    }
    array_reserve(sparrow->workers, sparrow->worker_room, cluster->machine_count);
    sparrow->worker_count = cluster->machine_count;
    if (sparrow->changed.count)
        retry_stuck(sparrow);
    for (uint32_t i = 0; i < sparrow->changed.count; i++)
        give_up(sparrow, cluster, sparrow->changed.ids[i]);
    sparrow->changed.count = 0;
}

static void decide(void *state, const struct cluster *cluster, int64_t now_us,
                   struct decision_list *decisions, struct round_report *report)
{
    (void)now_us;
    (void)report;
    struct sparrow *sparrow = state;
    begin(sparrow, cluster);
    for (uint32_t i = 0; i < sparrow->plan.grown.count; i++)
        serve(sparrow, cluster, sparrow->plan.grown.ids[i], decisions);
    reserve_all(sparrow, cluster, decisions);
}

static const struct policy_option sparrow_options[OPTION_COUNT] = {
    [OPTION_PROBES] = {"probes", "machines asked for each task", 2 * POLICY_ONE, POLICY_ONE,
                       100 * POLICY_ONE},
    [OPTION_IN_ORDER] = {"in-order", "1: what does not fit holds up what is behind it", 0, 0,
                         POLICY_ONE},
    [OPTION_PRIORITIES] = {"priorities", "1: machines serve the highest priority first", 0, 0,
                           POLICY_ONE},
};

const struct policy_kind policy_sparrow = {
    .name = "sparrow",
    .help = "on the first of a few random machines that has room (Ousterhout et al., SOSP 2013)",
    .options = sparrow_options,
    .option_count = OPTION_COUNT,
    .create = create,
    .destroy = destroy,
    .on_change = on_change,
    .decide = decide,
};
