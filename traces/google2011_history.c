/* google2011_history.c - see google2011_history.h. */
#include "traces/google2011_history.h"

#include <stdlib.h>

#include "base/memory.h"

static struct google_life *life_of(const struct google_history *history)
{
    return &history->lives->items[history->lives->count - 1];
}

static void repair(struct google_history *history, enum google_repair what)
{
    life_of(history)->repairs |= (uint16_t)(1u << what);
}

static void use(struct google_history *history)
{
    life_of(history)->rows++;
}

static void refuse(struct google_history *history, const char *reason)
{
    row_counts_refuse(history->counts, reason);
}

static void enter(struct google_history *history, enum google_state state)
{
    history->state = state;
    history->since_us = history->row->time_us;
}

/* The request of the row or, where it tells none, of the next row that does. */
static void take_demand(struct google_history *history)
{
    const struct google_row *row = history->row;
    while (row < history->rows_end && row->cpu < 0)
        row++;
    history->demand = (struct resources){0};
    if (row == history->rows_end) {
        repair(history, GOOGLE_REQUEST_UNKNOWN);
        return;
    }
    history->demand.amount[RESOURCE_CPU] = row->cpu;
    history->demand.amount[RESOURCE_MEMORY] = row->memory;
    if (row != history->row)
        repair(history, GOOGLE_REQUEST_FROM_LATER);
}

static void begin_life(struct google_history *history, int64_t submit_us)
{
    struct google_lives *lives = history->lives;
    const struct google_row *row = history->row;
    array_reserve(lives->items, lives->room, lives->count + 1);
    lives->items[lives->count++] = (struct google_life){
        .submit_us = submit_us,
        .run_us = GOOGLE_NO_RUN,
        .task = row->task,
        .machine = NONE,
        .user = row->user,
        .sequence = row->sequence,
        .first_failure = lives->failure_count,
        .priority = row->priority,
    };
    take_demand(history);
    life_of(history)->cpu = history->demand.amount[RESOURCE_CPU];
    life_of(history)->memory = history->demand.amount[RESOURCE_MEMORY];
    history->priority = row->priority;
    history->state = STATE_WAITING;
    history->since_us = submit_us;
    history->schedule_open = false;
}

/* The life of a task whose submission is not in the records. If it `runs` already, it did
 * so before they began. */
static void begin_implicit(struct google_history *history, bool runs)
{
    begin_life(history, runs ? history->records_begin_us : history->row->time_us);
    repair(history, GOOGLE_IMPLICIT_SUBMIT);
    if (!runs)
        return;
    history->state = STATE_RUNNING;
    life_of(history)->machine = history->row->machine;
    if (history->row->machine == NONE)
        repair(history, GOOGLE_MACHINE_NOT_USABLE);
}

/* The running attempt came to nothing that is replayed. */
static void forget_schedule(struct google_history *history)
{
    if (history->schedule_open)
        refuse(history, "schedule_not_replayed");
    history->schedule_open = false;
}

static void use_schedule(struct google_history *history)
{
    if (history->schedule_open)
        use(history);
    history->schedule_open = false;
}

static void on_submit(struct google_history *history)
{
    switch (history->state) {
    case STATE_NONE:
        begin_life(history, history->row->time_us);
        use(history);
        return;
    case STATE_FAILED:
        use(history);
        break;
    case STATE_EVICTED:
        refuse(history, "resubmit_not_replayed");
        break;
    case STATE_WAITING:
    case STATE_RUNNING:
        forget_schedule(history);
        refuse(history, "submit_repeated");
        break;
    }
    enter(history, STATE_WAITING);
}

static void on_schedule(struct google_history *history)
{
    if (history->state == STATE_NONE)
        begin_implicit(history, false);
    forget_schedule(history);
    enter(history, STATE_RUNNING);
    history->schedule_open = true;
    if (history->row->time_us > 0)
        return;
    /* Before the trace: this is the initial placement. */
    use_schedule(history);
    life_of(history)->machine = history->row->machine;
    if (history->row->machine == NONE)
        repair(history, GOOGLE_MACHINE_NOT_USABLE);
}

/* Note a kill or an update of the life. */
static void add_change(struct google_history *history, enum event_kind kind, int64_t time_us)
{
    struct google_lives *lives = history->lives;
    array_reserve(lives->changes, lives->change_room, lives->change_count + 1);
    lives->changes[lives->change_count++] = (struct google_change){
        .time_us = time_us,
        .cpu = history->demand.amount[RESOURCE_CPU],
        .memory = history->demand.amount[RESOURCE_MEMORY],
        .life = lives->count - 1,
        .sequence = history->row->sequence,
        .kind = (uint8_t)kind,
        .priority = history->priority,
    };
}

/* How long the attempt ran that ends now; a task that was never seen to start counts from
 * when it began to wait. */
static int64_t run_time(struct google_history *history)
{
    if (history->state != STATE_RUNNING)
        repair(history, GOOGLE_END_WITHOUT_SCHEDULE);
    return history->row->time_us - history->since_us;
}

static void on_finish(struct google_history *history)
{
    int64_t run_us = run_time(history);
    life_of(history)->run_us = run_us;
    if (history->schedule_open) {
        array_reserve(history->whole_runs, history->whole_run_room, history->whole_run_count + 1);
        history->whole_runs[history->whole_run_count++] = run_us;
    }
    use_schedule(history);
    use(history);
    enter(history, STATE_NONE);
}

static void on_fail(struct google_history *history)
{
    struct google_lives *lives = history->lives;
    array_reserve(lives->failures, lives->failure_room, lives->failure_count + 1);
    lives->failures[lives->failure_count++] = run_time(history);
    life_of(history)->failure_count++;
    use_schedule(history);
    use(history);
    enter(history, STATE_FAILED);
}

static void on_kill(struct google_history *history)
{
    struct google_life *life = life_of(history);
    int64_t time_us = history->row->time_us;
    if (time_us == life->submit_us) {
        /* An end comes before a submission of the same time: see event_phase. */
        time_us++;
        repair(history, GOOGLE_KILLED_AT_SUBMISSION);
    }
    life->run_us = TIME_NEVER;
    forget_schedule(history);
    use(history);
    add_change(history, EVENT_TASK_KILLED, time_us);
    enter(history, STATE_NONE);
}

static void on_evict(struct google_history *history)
{
    forget_schedule(history);
    refuse(history, "evict_not_replayed");
    enter(history, STATE_EVICTED);
}

static void on_update(struct google_history *history)
{
    const struct google_row *row = history->row;
    struct google_life *life = life_of(history);
    struct resources demand = history->demand;
    if (row->cpu >= 0)
        demand = (struct resources){{[RESOURCE_CPU] = row->cpu, [RESOURCE_MEMORY] = row->memory}};
    use(history);
    if (resources_equal(&demand, &history->demand) && row->priority == history->priority) {
        life->unchanged_rows++;
        return;
    }
    history->demand = demand;
    history->priority = row->priority;
    if (row->time_us > life->submit_us) {
        add_change(history, EVENT_TASK_UPDATED, row->time_us);
        return;
    }
    life->cpu = row->cpu >= 0 ? row->cpu : life->cpu;
    life->memory = row->cpu >= 0 ? row->memory : life->memory;
    life->priority = row->priority;
}

/* An end or an update, of a task that must be alive for it. */
static void on_living(struct google_history *history)
{
    uint8_t event = history->row->event;
    if (history->state == STATE_FAILED || (history->state == STATE_NONE && history->lived_before)) {
        refuse(history, "already_ended");
        return;
    }
    if (history->state == STATE_NONE)
        begin_implicit(history, event != GOOGLE_UPDATE_PENDING);
    if (event == GOOGLE_FINISH)
        on_finish(history);
    else if (event == GOOGLE_FAIL)
        on_fail(history);
    else if (event == GOOGLE_EVICT)
        on_evict(history);
    else if (event == GOOGLE_KILL || event == GOOGLE_LOST)
        on_kill(history);
    else
        on_update(history);
}

static void apply(struct google_history *history, const struct google_row *row)
{
    history->row = row;
    if (row->event == GOOGLE_SUBMIT)
        on_submit(history);
    else if (row->event == GOOGLE_SCHEDULE)
        on_schedule(history);
    else
        on_living(history);
    history->lived_before = true;
    if (row->different_machines)
        repair(history, GOOGLE_DIFFERENT_MACHINES);
}

/* The order of ranks (google_event_rank) for rows of the same time. What ends a running
 * task was there before its new life; a task without a life needs one first; one that waits
 * and is not submitted again must run before it can end. */
static const int *choose_order(const struct google_history *history, const struct google_row *rows,
                               const struct google_row *end)
{
    static const int end_first[] = {0, 1, 2, 3};
    static const int submit_first[] = {2, 3, 0, 1};
    static const int schedule_first[] = {0, 3, 1, 2};
    if (history->state == STATE_NONE || history->state == STATE_FAILED)
        return submit_first;
    if (history->state == STATE_RUNNING)
        return end_first;
    for (const struct google_row *row = rows; row < end; row++)
        if (row->event == GOOGLE_SUBMIT)
            return end_first;
    return schedule_first;
}

static void apply_group(struct google_history *history, const struct google_row *rows,
                        const struct google_row *end)
{
    const int *order = choose_order(history, rows, end);
    for (int i = 0; i < 4; i++)
        for (const struct google_row *row = rows; row < end; row++)
            if (google_event_rank(row->event) == order[i])
                apply(history, row);
}

/* The records end: what becomes of a life that has not. */
static void leave_open(struct google_history *history)
{
    if (history->state == STATE_RUNNING) {
        life_of(history)->run_us = TIME_NEVER;
        use_schedule(history);
        repair(history, GOOGLE_NEVER_ENDS);
    } else if (history->state == STATE_WAITING || history->state == STATE_EVICTED) {
        life_of(history)->run_us = GOOGLE_RUN_UNKNOWN_YET;
        repair(history, GOOGLE_RUN_UNKNOWN);
    }
}

void google_history_follow(struct google_history *history, const struct google_row *rows,
                           uint32_t count)
{
    history->rows_end = rows + count;
    history->state = STATE_NONE;
    history->lived_before = false;
    history->schedule_open = false;
    while (rows < history->rows_end) {
        const struct google_row *end = rows + 1;
        while (end < history->rows_end && end->time_us == rows->time_us)
            end++;
        apply_group(history, rows, end);
        rows = end;
    }
    leave_open(history);
}

static int compare_times(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return *x < *y ? -1 : *x > *y;
}

int64_t google_history_median_run(struct google_history *history)
{
    if (history->whole_run_count == 0)
        return TIME_NEVER;
    qsort(history->whole_runs, history->whole_run_count, sizeof *history->whole_runs,
          compare_times);
    return history->whole_runs[(history->whole_run_count - 1) / 2];
}
