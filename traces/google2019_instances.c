/* google2019_instances.c - see google2019_instances.h. */
#include "traces/google2019_instances.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "traces/rows.h"

enum column {
    COLUMN_TIME = 1,
    COLUMN_EVENT,
    COLUMN_COLLECTION,
    COLUMN_COLLECTION_TYPE = 5,
    COLUMN_PRIORITY,
    COLUMN_ALLOC_SET,
    COLUMN_INDEX,
    COLUMN_REQUEST = 10,
    COLUMN_CONSTRAINT,
    COLUMN_USER = 13,
    COLUMN_START_AFTER = 16,
    COLUMN_USAGE_START = 19,
    COLUMN_USAGE_END,
    COLUMNS_MIN
};

enum event_type { FAIL = 5, FINISH, KILL, LOST, UPDATE_RUNNING = 10 };
enum collection_type { JOB, ALLOC_SET };

enum repair {
    REQUEST_UNKNOWN,
    REQUEST_CHANGES,
    RUN_UNKNOWN,
    KILLED,
    INSIDE_ALLOC_SET,
    CONSTRAINT,
    START_AFTER,
    REPAIR_COUNT
};

static const char *const repair_names[REPAIR_COUNT] = {
    [REQUEST_UNKNOWN] = "request_unknown",   [REQUEST_CHANGES] = "request_change_ignored",
    [RUN_UNKNOWN] = "run_time_unknown",      [KILLED] = "killed_as_finished",
    [INSIDE_ALLOC_SET] = "inside_alloc_set", [CONSTRAINT] = "constraint_ignored",
    [START_AFTER] = "start_after_ignored",
};

/* A row, and what an instance's rows have told so far. */
struct instance {
    int64_t request_us; /* of the row with the request that counts; TIME_NEVER: none yet */
    int64_t usage_us;   /* the longest window; 0: none yet */
    int64_t end_us;     /* the last end; -1: none yet */
    uint8_t end_event;
};

struct instances {
    struct task_list *tasks;
    struct instance *items; /* by the task's place in the list, until that is put in order */
    uint32_t room;
};

static void repair(struct listed_task *task, enum repair what)
{
    task->repairs |= (uint16_t)(1u << what);
}

/* Copies of the sample have passed the end of the trace, 2^63-1, through a double. */
static bool take_time(struct rows *rows, int64_t *time_us)
{
    if (strcmp(rows_text(rows, COLUMN_TIME), "9223372036854776000") != 0)
        return rows_int(rows, COLUMN_TIME, 0, INT64_MAX, time_us);
    *time_us = TIME_NEVER;
    return true;
}

/* The number behind 'name': in a dictionary; -1 if it is not there, or None. False: there is
 * something else. */
static bool take_member(const char *text, const char *name, int64_t *amount)
{
    *amount = -1;
    const char *at = strstr(text, name);
    if (!at)
        return true;
    at += strlen(name);
    at += strspn(at, ": ");
    size_t size = strcspn(at, ",} ");
    if (size == 4 && strncmp(at, "None", 4) == 0)
        return true;
    return number_parse_fixed(at, size, RESOURCE_DIGITS, amount) == STATUS_OK && *amount >= 0 &&
           *amount <= RESOURCE_MAX;
}

static bool take_request(struct rows *rows, struct listed_task *task, struct instance *instance)
{
    const char *text = rows_text(rows, COLUMN_REQUEST);
    instance->request_us = TIME_NEVER;
    int64_t cpu, memory;
    if (*text && *text != '{')
        return rows_bad(rows, COLUMN_REQUEST, "bad_request");
    if (!take_member(text, "'cpus'", &cpu) || !take_member(text, "'memory'", &memory))
        return rows_bad(rows, COLUMN_REQUEST, "bad_request");
    if (cpu < 0 || memory < 0)
        return true;
    instance->request_us = task->submit_us;
    task->demand = (struct resources){{[RESOURCE_CPU] = cpu, [RESOURCE_MEMORY] = memory}};
    return true;
}

static bool take_usage(struct rows *rows, struct instance *instance)
{
    int64_t start_us = 0;
    int64_t end_us = 0;
    if (rows_empty(rows, COLUMN_USAGE_START) || rows_empty(rows, COLUMN_USAGE_END))
        return true;
    if (!rows_int(rows, COLUMN_USAGE_START, 0, INT64_MAX, &start_us) ||
        !rows_int(rows, COLUMN_USAGE_END, 0, INT64_MAX, &end_us))
        return false;
    if (end_us == TIME_NEVER || end_us < start_us)
        return rows_bad(rows, COLUMN_USAGE_END, "end_before_start");
    instance->usage_us = end_us - start_us;
    return true;
}

static bool take_event(struct rows *rows, const struct listed_task *task, struct instance *instance)
{
    int64_t event = 0;
    if (!rows_int(rows, COLUMN_EVENT, INT64_MIN, INT64_MAX, &event))
        return false;
    if (event < 0 || event > UPDATE_RUNNING)
        return rows_bad(rows, COLUMN_EVENT, "unknown_event");
    instance->end_us = event >= FAIL && event <= LOST ? task->submit_us : -1;
    instance->end_event = (uint8_t)event;
    return true;
}

static bool take_flags(struct rows *rows, struct listed_task *task)
{
    int64_t alloc_set = 0;
    if (!rows_empty(rows, COLUMN_ALLOC_SET) &&
        !rows_int(rows, COLUMN_ALLOC_SET, INT64_MIN, INT64_MAX, &alloc_set))
        return false;
    if (alloc_set != 0)
        repair(task, INSIDE_ALLOC_SET);
    if (!rows_empty(rows, COLUMN_CONSTRAINT) &&
        strcmp(rows_text(rows, COLUMN_CONSTRAINT), "[]") != 0)
        repair(task, CONSTRAINT);
    if (!rows_empty(rows, COLUMN_START_AFTER) &&
        strcmp(rows_text(rows, COLUMN_START_AFTER), "[]") != 0)
        repair(task, START_AFTER);
    return true;
}

/* Parse the row into a task of its own, its names left out. */
static bool take_row(struct rows *rows, struct listed_task *task, struct instance *instance,
                     const char **left_out)
{
    int64_t collection = 0;
    int64_t type = 0;
    int64_t index = 0;
    int64_t priority = 0;
    if (!take_time(rows, &task->submit_us) ||
        !rows_int(rows, COLUMN_COLLECTION, INT64_MIN, INT64_MAX, &collection) ||
        !rows_int(rows, COLUMN_COLLECTION_TYPE, JOB, ALLOC_SET, &type) ||
        !rows_int(rows, COLUMN_INDEX, 0, NONE - 1, &index) ||
        !rows_int(rows, COLUMN_PRIORITY, 0, INT32_MAX, &priority) ||
        !take_event(rows, task, instance) || !take_request(rows, task, instance) ||
        !take_usage(rows, instance) || !take_flags(rows, task))
        return false;
    task->index = (uint32_t)index;
    task->priority = (int32_t)priority;
    if (type == ALLOC_SET)
        *left_out = "alloc_set";
    else if (task->submit_us == TIME_NEVER)
        *left_out = "after_the_end";
    return *left_out == NULL;
}

/* Put what the row tells to what is known of its instance. */
static void merge(struct listed_task *known, struct instance *instance,
                  const struct listed_task *row, const struct instance *told)
{
    known->rows++;
    known->repairs |= row->repairs;
    if (instance->request_us != TIME_NEVER && told->request_us != TIME_NEVER &&
        !resources_equal(&known->demand, &row->demand))
        repair(known, REQUEST_CHANGES);
    if (told->request_us < instance->request_us) {
        instance->request_us = told->request_us;
        known->demand = row->demand;
    }
    if (row->submit_us < known->submit_us) {
        known->submit_us = row->submit_us;
        known->priority = row->priority;
        known->tenant = row->tenant;
    }
    if (told->usage_us > instance->usage_us)
        instance->usage_us = told->usage_us;
    if (told->end_us > instance->end_us) {
        instance->end_us = told->end_us;
        instance->end_event = told->end_event;
    }
}

static bool use_row(void *context, struct rows *rows, const char **left_out)
{
    struct instances *instances = context;
    struct task_list *tasks = instances->tasks;
    struct listed_task row = listed_task_none;
    struct instance told = {0};
    if (!take_row(rows, &row, &told, left_out))
        return false;
    row.job = names_intern(&tasks->jobs, rows_text(rows, COLUMN_COLLECTION));
    if (!rows_empty(rows, COLUMN_USER))
        row.tenant = names_intern(&tasks->tenants, rows_text(rows, COLUMN_USER));
    struct listed_task *known = task_list_find(tasks, &row);
    if (known) {
        merge(known, &instances->items[known - tasks->items], &row, &told);
        return true;
    }
    task_list_add(tasks, &row);
    array_reserve(instances->items, instances->room, tasks->count);
    instances->items[tasks->count - 1] = told;
    return true;
}

static int compare_times(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The median of the windows there are; a second if there are none. */
static int64_t median_usage(const struct instances *instances)
{
    uint32_t count = 0;
    int64_t median_us = 1000000;
    int64_t *windows = memory_alloc(instances->tasks->count * sizeof *windows);
    for (uint32_t i = 0; i < instances->tasks->count; i++)
        if (instances->items[i].usage_us > 0)
            windows[count++] = instances->items[i].usage_us;
    if (count > 0) {
        qsort(windows, count, sizeof *windows, compare_times);
        median_us = windows[(count - 1) / 2];
    }
    memory_free(windows);
    return median_us;
}

/* All rows are read: what each instance's run is. */
static void conclude(const struct instances *instances)
{
    int64_t median_us = median_usage(instances);
    for (uint32_t i = 0; i < instances->tasks->count; i++) {
        const struct instance *instance = &instances->items[i];
        struct listed_task *task = &instances->tasks->items[i];
        bool ended = instance->end_us >= 0;
        task->fails = ended && instance->end_event == FAIL;
        task->run_us = instance->usage_us ? instance->usage_us : median_us;
        if (ended && instance->end_event >= KILL)
            repair(task, KILLED);
        if (instance->usage_us == 0)
            repair(task, RUN_UNKNOWN);
        if (instance->request_us == TIME_NEVER)
            repair(task, REQUEST_UNKNOWN);
    }
}

enum status google2019_instances_read(struct task_list *tasks, const struct table_files *files,
                                      const struct trace_options *options,
                                      struct row_counts *counts, struct problem *problem)
{
    task_list_init(tasks, repair_names, REPAIR_COUNT);
    struct instances instances = {.tasks = tasks};
    struct rows rows;
    rows_init(&rows, files, counts, options->strict);
    rows.columns_min = COLUMNS_MIN;
    rows.number_column = COLUMN_TIME;
    enum status status = rows_read(&rows, use_row, &instances, "the sample", problem);
    rows_free(&rows);
    if (status == STATUS_OK) {
        conclude(&instances);
        task_list_finish(tasks, options, counts);
    }
    memory_free(instances.items);
    return status;
}
