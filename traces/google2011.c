/* google2011.c - Google's ClusterData2011_2: 29 days of a cell of 12,500 machines.
 *
 * Tables: task_events (needed), machine_events (without it there are no machine events) and
 * job_events (only accounted for). Times stay as published: microseconds, 0 for what was
 * there before the trace, whose first moment is at 600 seconds. Everything is read by open;
 * next only merges machines, lives and their changes. The last event is the end of the
 * records, at the last row of task_events or at --until.
 *
 * Disk requests are dropped: the trace does not tell what disk the machines have.
 *
 * Source: Reiss, Wilkes, Hellerstein, "Google cluster-usage traces: format + schema",
 * version 2.1, 2014. */
#include "traces/google2011.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "traces/google2011_lives.h"
#include "traces/google2011_machines.h"
#include "traces/google2011_tasks.h"

struct google {
    struct machine_table machines;
    struct google_tasks tasks;
    struct google_lives lives;
    struct attempt *attempts; /* of the event given out last */
    uint32_t attempt_room;
    char job_text[24];
    uint32_t next_machine;
    uint32_t next_change;
    uint32_t next_life; /* in the order of submission */
    int64_t last_us;    /* of the event given out last */
    bool ended;         /* EVENT_RECORDS_END was given out */
};

struct google_files {
    struct table_files tasks;
    struct table_files machines;
    struct table_files jobs;
};

static const char *const stems[] = {"task_events", "machine_events", "job_events", NULL};

/* Thirteen fields, the first a time, the sixth an event type of one digit. */
static bool recognise(const char *line)
{
    uint32_t field = 1;
    for (const char *at = line; *at; at++) {
        bool digit = *at >= '0' && *at <= '9';
        if (field == 1 && *at != ',' && !digit)
            return false;
        if (*at == ',' && ++field == 6 && (at[1] < '0' || at[1] > '8' || at[2] != ','))
            return false;
    }
    return field == 13;
}

static enum status find_files(struct google_files *files, const char *path, struct problem *problem)
{
    enum status status = table_files_find(&files->machines, path, "machine_events", false, problem);
    if (status == STATUS_OK)
        status = table_files_find(&files->jobs, path, "job_events", false, problem);
    bool named = files->machines.count > 0 || files->jobs.count > 0;
    if (status == STATUS_OK)
        status = table_files_find(&files->tasks, path, "task_events", !named, problem);
    if (status != STATUS_OK || files->tasks.count > 0)
        return status;
    return problem_set(problem, STATUS_BAD_INPUT, path, 0, 0,
                       "google2011: the table task_events is missing: put its parts into a "
                       "folder task_events/, or call its file task_events.csv.gz");
}

static enum status read_tables(struct google *google, const struct google_files *files,
                               const struct trace_options *options, struct row_counts *counts,
                               struct problem *problem)
{
    enum status status =
        google_machines_read(&google->machines, &files->machines, options, counts, problem);
    if (status == STATUS_OK)
        status = google_tasks_read(&google->tasks, &files->tasks, &google->machines, options,
                                   counts, problem);
    if (status == STATUS_OK)
        status = google_jobs_read(&google->tasks, &files->jobs, options, counts, problem);
    if (status != STATUS_OK)
        return status;
    machine_table_use(&google->machines, options, google->tasks.end_us, counts);
    google_lives_init(&google->lives, &google->tasks, &google->machines, options, counts);
    google_tasks_trim(&google->tasks);
    return STATUS_OK;
}

static void close_google(void *state)
{
    struct google *google = state;
    machine_table_free(&google->machines);
    google_tasks_free(&google->tasks);
    google_lives_free(&google->lives);
    memory_free(google->attempts);
    memory_free(google);
}

static enum status open_google(void **state, const char *path, const struct trace_options *options,
                               struct row_counts *counts, struct problem *problem)
{
    struct google *google = memory_alloc(sizeof *google);
    struct google_files files = {0};
    enum status status = find_files(&files, path, problem);
    if (status == STATUS_OK)
        status = read_tables(google, &files, options, counts, problem);
    table_files_free(&files.tasks);
    table_files_free(&files.machines);
    table_files_free(&files.jobs);
    if (status != STATUS_OK) {
        close_google(google);
        google = NULL;
    }
    *state = google;
    return status;
}

/* An event of the life's task, with the parts that all kinds have. */
static struct event task_event(struct google *google, const struct google_life *life,
                               enum event_kind kind, int64_t time_us)
{
    const struct google_task *task = &google->tasks.tasks[life->task];
    snprintf(google->job_text, sizeof google->job_text, "%" PRId64,
             google->tasks.job_ids[task->job]);
    return (struct event){
        .kind = kind,
        .time_us = time_us,
        .job = google->job_text,
        .stage = "",
        .index = task->index,
        .count = 1,
    };
}

static struct event change_event(struct google *google)
{
    const struct google_change *change = &google->lives.changes[google->next_change++];
    const struct google_life *life = &google->lives.items[change->life];
    struct event event = task_event(google, life, (enum event_kind)change->kind, change->time_us);
    if (event.kind == EVENT_TASK_UPDATED) {
        event.resources.amount[RESOURCE_CPU] = change->cpu;
        event.resources.amount[RESOURCE_MEMORY] = change->memory;
        event.priority = change->priority;
    }
    return event;
}

static void list_attempts(struct google *google, const struct google_life *life,
                          struct event *event)
{
    uint32_t count = life->failure_count;
    array_reserve(google->attempts, google->attempt_room, (size_t)count + 1);
    for (uint32_t i = 0; i < count; i++)
        google->attempts[i] = (struct attempt){
            .run_us = google->lives.failures[life->first_failure + i],
            .fails = true,
        };
    if (life->run_us != GOOGLE_NO_RUN)
        google->attempts[count++] = (struct attempt){.run_us = life->run_us};
    event->attempts = google->attempts;
    event->attempt_count = count;
}

static struct event submission(struct google *google)
{
    const struct google_life *life = &google->lives.items[google->lives.order[google->next_life++]];
    struct event event = task_event(google, life, EVENT_TASK_SUBMITTED, life->submit_us);
    event.resources.amount[RESOURCE_CPU] = life->cpu;
    event.resources.amount[RESOURCE_MEMORY] = life->memory;
    event.priority = life->priority;
    if (life->machine != NONE)
        event.machine = machine_table_name(&google->machines, life->machine);
    if (life->user != NONE)
        event.tenant = names_text(&google->tasks.users, life->user);
    list_attempts(google, life, &event);
    return event;
}

/* The first of an ordered list: where it belongs among those of the others. */
struct head {
    int64_t time_us;
    int phase; /* INT_MAX: the list is at its end */
};

static bool before(const struct head *a, const struct head *b)
{
    if (a->phase == INT_MAX || b->phase == INT_MAX)
        return a->phase != INT_MAX;
    return a->time_us != b->time_us ? a->time_us < b->time_us : a->phase < b->phase;
}

/* Most tasks have no recorded end: what they do after the last row is not known. */
static enum status end_records(struct google *google, struct event *event)
{
    if (google->ended)
        return STATUS_END;
    google->ended = true;
    /* A kill that was put a microsecond after its submission may be later than the last row. */
    int64_t end_us = google->tasks.end_us;
    if (end_us < google->last_us)
        end_us = google->last_us;
    *event = (struct event){.kind = EVENT_RECORDS_END, .time_us = end_us, .count = 1};
    return STATUS_OK;
}

static enum status next_google(void *state, struct event *event, struct problem *problem)
{
    (void)problem;
    struct google *google = state;
    const struct google_lives *lives = &google->lives;
    const struct machine_log *log = &google->machines.log;
    struct head machine = {0, INT_MAX};
    struct head change = {0, INT_MAX};
    struct head life = {0, INT_MAX};
    if (google->next_machine < log->change_count) {
        const struct machine_change *next = &log->changes[google->next_machine];
        machine = (struct head){next->time_us, event_phase(next->kind)};
    }
    if (google->next_change < lives->change_count) {
        const struct google_change *next = &lives->changes[google->next_change];
        change = (struct head){next->time_us, event_phase((enum event_kind)next->kind)};
    }
    if (google->next_life < lives->order_count) {
        const struct google_life *next = &lives->items[lives->order[google->next_life]];
        life = (struct head){next->submit_us, event_phase(EVENT_TASK_SUBMITTED)};
    }
    if (before(&machine, &change) && before(&machine, &life))
        *event = machine_table_event(&google->machines, &log->changes[google->next_machine++]);
    else if (before(&change, &life))
        *event = change_event(google);
    else if (life.phase != INT_MAX)
        *event = submission(google);
    else
        return end_records(google, event);
    google->last_us = event->time_us;
    return STATUS_OK;
}

const struct trace_format trace_format_google2011 = {
    .name = "google2011",
    .help = "Google ClusterData2011_2: task_events, machine_events, job_events",
    .cpu_unit = "cpu of the largest machine",
    .memory_unit = "memory of the largest machine",
    .stems = stems,
    .recognise = recognise,
    .open = open_google,
    .next = next_google,
    .close = close_google,
};
