/* task_list.h - tasks whose run is known when they are submitted: listed in any order, given
 * out in order of submission.
 *
 * For formats whose rows tell all of a task at once: when it came, what it asked for, how
 * long it ran. The list knows a task by its job and by its stage, or, where the format has no
 * stages, by its index. It chooses the wanted window and accounts for the rows there; a
 * reader accounts for those that never come into the list.
 *
 * Memory: 104 bytes per item, its names, and while reading 32 to 64 for the index. */
#ifndef TRACES_TASK_LIST_H
#define TRACES_TASK_LIST_H

#include "base/id_map.h"
#include "base/names.h"
#include "traces/trace.h"

struct listed_task {
    int64_t submit_us;
    int64_t run_us;          /* TIME_NEVER: it does not end by itself */
    struct resources demand; /* of one task */
    uint32_t job;            /* in jobs */
    uint32_t stage;          /* in stages; NONE: the job has one, without a name */
    uint32_t index;          /* of the first task */
    uint32_t count;          /* of tasks; cut where tasks_max is crossed */
    uint32_t tenant;         /* in tenants, or NONE */
    uint32_t constraint;     /* in constraints, or NONE */
    uint32_t rows;           /* that it stands for */
    uint32_t sequence;       /* set by the list */
    int32_t priority;
    uint16_t repairs; /* bits, in the order of repair_names */
    bool fails;       /* the run ends badly */
};

/* One task that asks for nothing, of a job without stages, from one row. */
extern const struct listed_task listed_task_none;

struct task_list {
    struct listed_task *items; /* after task_list_finish: in order of submission, then as added */
    uint32_t count;
    uint32_t room;
    uint32_t next, last; /* items next .. last-1 are still to be given out */
    struct names jobs, stages, tenants, constraints;
    struct id_map index; /* until task_list_finish */
    const char *const *repair_names;
    uint32_t repair_count;
    struct attempt attempt; /* of the event given out last */
};

/* The names of repairs stay the caller's: at most 16. */
void task_list_init(struct task_list *list, const char *const *repair_names, uint32_t repair_count);
void task_list_free(struct task_list *list);

/* The listed task with the same job and stage (or index), or NULL; borrowed until the next
 * addition. O(1) expected. */
struct listed_task *task_list_find(const struct task_list *list, const struct listed_task *task);

/* Add a task that is not in the list. O(1) amortised. */
void task_list_add(struct task_list *list, const struct listed_task *task);

/* Add a task, or refuse its row if the task is in the list already: as "duplicate_row" if all
 * is the same, else as `differs`. */
void task_list_add_once(struct task_list *list, const struct listed_task *task,
                        struct row_counts *counts, const char *differs);

/* After the last addition: put the list in order, choose the window, and count every row of
 * it. O(n log n). */
void task_list_finish(struct task_list *list, const struct trace_options *options,
                      struct row_counts *counts);

/* When the next submission comes; TIME_NEVER after the last. */
int64_t task_list_next_us(const struct task_list *list);

/* The next submission. Its attempt is borrowed until the next call, its texts as long as the
 * list. False after the last. */
bool task_list_next(struct task_list *list, struct event *event);

#endif
