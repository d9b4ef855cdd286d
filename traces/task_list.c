/* task_list.c - see task_list.h. */
#include "traces/task_list.h"

#include <stdlib.h>

#include "base/assert.h"
#include "base/memory.h"

const struct listed_task listed_task_none = {
    .stage = NONE, .count = 1, .tenant = NONE, .constraint = NONE, .rows = 1};

void task_list_init(struct task_list *list, const char *const *repair_names, uint32_t repair_count)
{
    ASSERT(repair_count <= 16);
    *list = (struct task_list){.repair_names = repair_names, .repair_count = repair_count};
}

void task_list_free(struct task_list *list)
{
    memory_free(list->items);
    names_free(&list->jobs);
    names_free(&list->stages);
    names_free(&list->tenants);
    names_free(&list->constraints);
    id_map_free(&list->index);
}

static uint64_t key_of(const struct listed_task *task)
{
    uint32_t part = task->stage == NONE ? task->index : task->stage;
    return (uint64_t)task->job << 32 | part;
}

struct listed_task *task_list_find(const struct task_list *list, const struct listed_task *task)
{
    uint32_t item = id_map_get(&list->index, key_of(task));
    return item == NONE ? NULL : &list->items[item];
}

void task_list_add(struct task_list *list, const struct listed_task *task)
{
    id_map_put(&list->index, key_of(task), list->count);
    array_reserve(list->items, list->room, list->count + 1);
    list->items[list->count] = *task;
    list->items[list->count].sequence = list->count;
    list->count++;
}

static bool same_content(const struct listed_task *a, const struct listed_task *b)
{
    return a->submit_us == b->submit_us && a->run_us == b->run_us &&
           resources_equal(&a->demand, &b->demand) && a->count == b->count &&
           a->tenant == b->tenant && a->constraint == b->constraint && a->priority == b->priority &&
           a->fails == b->fails;
}

void task_list_add_once(struct task_list *list, const struct listed_task *task,
                        struct row_counts *counts, const char *differs)
{
    const struct listed_task *other = task_list_find(list, task);
    if (!other)
        task_list_add(list, task);
    else
        row_counts_refuse(counts, same_content(other, task) ? "duplicate_row" : differs);
}

static int compare_tasks(const void *a, const void *b)
{
    const struct listed_task *x = a;
    const struct listed_task *y = b;
    if (x->submit_us != y->submit_us)
        return x->submit_us < y->submit_us ? -1 : 1;
    return x->sequence < y->sequence ? -1 : 1;
}

/* The side of the window on which the task lies, or NULL if it is inside. */
static const char *outside(const struct listed_task *task, const struct trace_options *options,
                           uint64_t tasks_left)
{
    if (task->submit_us < options->from_us)
        return "before_window";
    if (task->submit_us >= options->until_us)
        return "after_window";
    return tasks_left == 0 ? "over_tasks_max" : NULL;
}

static void use(const struct task_list *list, const struct listed_task *task,
                struct row_counts *counts)
{
    counts->used += task->rows;
    for (uint32_t r = 0; r < list->repair_count; r++)
        row_counts_repair_many(counts, list->repair_names[r], task->repairs >> r & 1u);
}

void task_list_finish(struct task_list *list, const struct trace_options *options,
                      struct row_counts *counts)
{
    id_map_free(&list->index);
    if (list->count > 1)
        qsort(list->items, list->count, sizeof *list->items, compare_tasks);
    uint64_t left = options->tasks_max;
    for (uint32_t t = 0; t < list->count; t++) {
        struct listed_task *task = &list->items[t];
        const char *side = outside(task, options, left);
        if (side) {
            row_counts_refuse_many(counts, side, task->rows);
            continue;
        }
        if (list->last == 0)
            list->next = t;
        list->last = t + 1;
        use(list, task, counts);
        if (task->count > left) {
            task->count = (uint32_t)left;
            row_counts_repair(counts, "cut_to_tasks_max");
        }
        left -= task->count;
    }
}

int64_t task_list_next_us(const struct task_list *list)
{
    return list->next < list->last ? list->items[list->next].submit_us : TIME_NEVER;
}

static const char *text_of(const struct names *names, uint32_t id)
{
    return id == NONE ? NULL : names_text(names, id);
}

bool task_list_next(struct task_list *list, struct event *event)
{
    if (list->next >= list->last)
        return false;
    const struct listed_task *task = &list->items[list->next++];
    list->attempt = (struct attempt){.run_us = task->run_us, .fails = task->fails};
    *event = (struct event){
        .kind = EVENT_TASK_SUBMITTED,
        .time_us = task->submit_us,
        .resources = task->demand,
        .job = names_text(&list->jobs, task->job),
        .stage = task->stage == NONE ? "" : names_text(&list->stages, task->stage),
        .index = task->index,
        .count = task->count,
        .tenant = text_of(&list->tenants, task->tenant),
        .priority = task->priority,
        .attempts = &list->attempt,
        .attempt_count = 1,
        .constraint = text_of(&list->constraints, task->constraint),
    };
    return true;
}
