/* google2011_tasks.h - the tables task_events and job_events, as compact sorted rows.
 *
 * Columns of task_events: time (us), missing info, job ID, task index, machine ID, event
 * type, user, scheduling class, priority, CPU request, memory request (shares of the largest
 * machine), disk request, different-machines restriction. What the rows of a task mean
 * together, google2011_lives.h says.
 *
 * Memory while reading: 48 bytes per row, and 40 to 72 per task and job for the indexes. */
#ifndef TRACES_GOOGLE2011_TASKS_H
#define TRACES_GOOGLE2011_TASKS_H

#include "base/id_map.h"
#include "base/names.h"
#include "traces/google2011_machines.h"

enum google_event {
    GOOGLE_SUBMIT,
    GOOGLE_SCHEDULE,
    GOOGLE_EVICT,
    GOOGLE_FAIL,
    GOOGLE_FINISH,
    GOOGLE_KILL,
    GOOGLE_LOST,
    GOOGLE_UPDATE_PENDING,
    GOOGLE_UPDATE_RUNNING,
    GOOGLE_EVENT_COUNT
};

struct google_row {
    int64_t time_us;
    int64_t cpu; /* -1: the request is not told */
    int64_t memory;
    uint32_t task;    /* in tasks */
    uint32_t machine; /* by its number in the table machine_events; NONE: not in it */
    uint32_t user;    /* in users; NONE: not told */
    uint32_t sequence;
    uint8_t event;
    uint8_t priority;
    bool different_machines;
};

struct google_task {
    uint32_t job; /* in job_ids */
    uint32_t index;
};

struct google_tasks {
    struct google_row *rows; /* in order of task, time, event_rank, row */
    uint32_t row_count;
    uint32_t row_room;
    struct google_task *tasks;
    uint32_t task_count;
    uint32_t task_room;
    int64_t *job_ids;
    uint32_t job_count;
    uint32_t job_room;
    int64_t end_us; /* when the records end, within the window */
    struct names users;
    struct id_map jobs;  /* job ID -> job */
    struct id_map index; /* job and task index -> task */
};

/* Where an event of a living task belongs among others of the same microsecond, in which
 * the published order means nothing: updates 0, ends 1, submissions 2, schedulings 3. */
int google_event_rank(uint8_t event);

/* Read task_events; `machines` has been read. The caller frees, also after an error. */
enum status google_tasks_read(struct google_tasks *tasks, const struct table_files *files,
                              const struct machine_table *machines,
                              const struct trace_options *options, struct row_counts *counts,
                              struct problem *problem);
void google_tasks_free(struct google_tasks *tasks);

/* Free the rows and the indexes; the tasks, jobs and users stay. */
void google_tasks_trim(struct google_tasks *tasks);

/* Read job_events, which adds nothing to task_events, to account for its rows. */
enum status google_jobs_read(const struct google_tasks *tasks, const struct table_files *files,
                             const struct trace_options *options, struct row_counts *counts,
                             struct problem *problem);

#endif
