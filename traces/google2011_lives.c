/* google2011_lives.c - see google2011_lives.h. */
#include "traces/google2011_lives.h"

#include <stdlib.h>

#include "base/memory.h"
#include "traces/google2011_history.h"

static const char *const repair_names[GOOGLE_REPAIR_COUNT] = {
    [GOOGLE_IMPLICIT_SUBMIT] = "implicit_submit",
    [GOOGLE_NEVER_ENDS] = "never_ends",
    [GOOGLE_RUN_UNKNOWN] = "run_time_unknown",
    [GOOGLE_END_WITHOUT_SCHEDULE] = "end_without_schedule",
    [GOOGLE_REQUEST_FROM_LATER] = "request_from_later_row",
    [GOOGLE_REQUEST_UNKNOWN] = "request_unknown",
    [GOOGLE_DIFFERENT_MACHINES] = "different_machines_ignored",
    [GOOGLE_KILLED_AT_SUBMISSION] = "killed_at_submission",
    [GOOGLE_MACHINE_NOT_USABLE] = "machine_not_usable",
};

static int64_t first_time(const struct google_tasks *tasks)
{
    int64_t first_us = TIME_NEVER;
    for (uint32_t i = 0; i < tasks->row_count; i++)
        if (tasks->rows[i].time_us < first_us)
            first_us = tasks->rows[i].time_us;
    return first_us;
}

static void build(struct google_lives *lives, const struct google_tasks *tasks,
                  struct row_counts *counts)
{
    struct google_history history = {
        .lives = lives,
        .counts = counts,
        .records_begin_us = first_time(tasks),
    };
    uint32_t start = 0;
    while (start < tasks->row_count) {
        uint32_t end = start + 1;
        while (end < tasks->row_count && tasks->rows[end].task == tasks->rows[start].task)
            end++;
        google_history_follow(&history, tasks->rows + start, end - start);
        start = end;
    }
    int64_t median_us = google_history_median_run(&history);
    for (uint32_t i = 0; i < lives->count; i++)
        if (lives->items[i].run_us == GOOGLE_RUN_UNKNOWN_YET)
            lives->items[i].run_us = median_us;
    memory_free(history.whole_runs);
}

/* A task that runs when the records begin must do so on a machine that is there then, in
 * the part of the table that is wanted; else it starts by waiting. */
static void check_machines(struct google_lives *lives, const struct google_tasks *tasks,
                           const struct machine_table *machines)
{
    bool *usable = memory_alloc(machines->count * sizeof *usable);
    machine_log_usable_at(&machines->log, first_time(tasks), usable);
    for (uint32_t i = 0; i < lives->count; i++) {
        struct google_life *life = &lives->items[i];
        if (life->machine == NONE || usable[life->machine])
            continue;
        life->machine = NONE;
        life->repairs |= 1u << GOOGLE_MACHINE_NOT_USABLE;
    }
    memory_free(usable);
}

struct life_key {
    int64_t submit_us;
    uint32_t sequence;
    uint32_t life;
};

static int compare_keys(const void *a, const void *b)
{
    const struct life_key *x = a;
    const struct life_key *y = b;
    if (x->submit_us != y->submit_us)
        return x->submit_us < y->submit_us ? -1 : 1;
    return x->sequence < y->sequence ? -1 : 1;
}

/* All lives, by submission; the caller frees. */
static struct life_key *sort_lives(const struct google_lives *lives)
{
    struct life_key *keys = memory_alloc(lives->count * sizeof *keys);
    for (uint32_t i = 0; i < lives->count; i++)
        keys[i] = (struct life_key){lives->items[i].submit_us, lives->items[i].sequence, i};
    if (lives->count > 1)
        qsort(keys, lives->count, sizeof *keys, compare_keys);
    return keys;
}

static void use_life(const struct google_life *life, struct row_counts *counts)
{
    counts->used += life->rows;
    row_counts_repair_many(counts, "update_without_change", life->unchanged_rows);
    for (int r = 0; r < GOOGLE_REPAIR_COUNT; r++)
        row_counts_repair_many(counts, repair_names[r], life->repairs >> r & 1u);
}

/* Put the lives of the window in order, and count their rows as used, the others' not;
 * `wanted` becomes which lives are in it. */
static void choose_lives(struct google_lives *lives, const struct trace_options *options,
                         bool *wanted, struct row_counts *counts)
{
    struct life_key *keys = sort_lives(lives);
    lives->order = memory_alloc(lives->count * sizeof *lives->order);
    for (uint32_t i = 0; i < lives->count; i++) {
        const struct google_life *life = &lives->items[keys[i].life];
        const char *outside = NULL;
        if (life->submit_us < options->from_us)
            outside = "before_window";
        else if (life->submit_us >= options->until_us)
            outside = "after_window";
        else if (lives->order_count >= options->tasks_max)
            outside = "over_tasks_max";
        if (outside) {
            row_counts_refuse_many(counts, outside, life->rows);
            continue;
        }
        use_life(life, counts);
        wanted[keys[i].life] = true;
        lives->order[lives->order_count++] = keys[i].life;
    }
    memory_free(keys);
}

static int compare_changes(const void *a, const void *b)
{
    const struct google_change *x = a;
    const struct google_change *y = b;
    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    int phases = event_phase(x->kind) - event_phase(y->kind);
    return phases ? phases : x->sequence < y->sequence ? -1 : 1;
}

/* Keep the changes of wanted lives that happen before the window ends. */
static void choose_changes(struct google_lives *lives, const struct trace_options *options,
                           const bool *wanted, struct row_counts *counts)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < lives->change_count; i++) {
        const struct google_change *change = &lives->changes[i];
        if (!wanted[change->life])
            continue;
        if (change->time_us < options->until_us) {
            lives->changes[kept++] = *change;
            continue;
        }
        counts->used--;
        row_counts_refuse(counts, "after_window");
    }
    lives->change_count = kept;
    if (kept > 1)
        qsort(lives->changes, kept, sizeof *lives->changes, compare_changes);
}

void google_lives_init(struct google_lives *lives, const struct google_tasks *tasks,
                       const struct machine_table *machines, const struct trace_options *options,
                       struct row_counts *counts)
{
    *lives = (struct google_lives){0};
    build(lives, tasks, counts);
    check_machines(lives, tasks, machines);
    bool *wanted = memory_alloc(lives->count * sizeof *wanted);
    choose_lives(lives, options, wanted, counts);
    choose_changes(lives, options, wanted, counts);
    memory_free(wanted);
}

void google_lives_free(struct google_lives *lives)
{
    memory_free(lives->items);
    memory_free(lives->failures);
    memory_free(lives->changes);
    memory_free(lives->order);
}
