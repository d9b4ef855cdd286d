/* comparison_notes.c - the lines beneath a table (comparison_cells.h). */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "replay/comparison_cells.h"

#define NOTE_SIZE 1024

/* A line that grows; what does not fit is cut. */
struct line {
    char text[NOTE_SIZE];
    size_t length;
};

__attribute__((format(printf, 2, 3))) static void add(struct line *line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line->text + line->length, NOTE_SIZE - line->length, format, arguments);
    va_end(arguments);
    line->length = strlen(line->text);
}

static void finish(struct comparison_notes *notes, struct line *line)
{
    array_reserve(notes->lines, notes->room, notes->count + 1);
    notes->lines[notes->count++] = memory_copy_text(line->text);
    *line = (struct line){0};
}

static void note_statistics(struct comparison_notes *notes, const struct comparison *comparison)
{
    struct line line = {0};
    if (comparison->seed_count < 2)
        add(&line, "One seed: there are no confidence intervals.");
    else
        add(&line,
            "Means over %" PRIu32
            " seeds with 95 %% confidence intervals (Student's t over seeds).",
            comparison->seed_count);
    finish(notes, &line);
    if (comparison->row_count < 2)
        return;
    add(&line, "Differences are to %s, seed by seed (paired).",
        comparison->names[comparison->against]);
    finish(notes, &line);
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* Are there runs, and did none depend on its seed in anything but wall time? */
static bool chance_plays_no_part(const struct comparison *comparison)
{
    bool any = false;
    for (uint32_t row = 0; row < comparison->row_count; row++) {
        for (uint32_t column = 0; column < comparison_column_count(); column++) {
            const double *values = comparison_values(comparison, row, column);
            for (uint32_t seed = 1; seed < comparison->seed_count; seed++)
                if (!comparison_column_at(column)->wall && !same(values[0], values[seed]))
                    return false;
            any |= !isnan(values[0]);
        }
    }
    return any;
}

static void note_chance(struct comparison_notes *notes, const struct comparison *comparison)
{
    struct line line = {0};
    if (comparison->seed_count < 2 || !chance_plays_no_part(comparison))
        return;
    add(&line, "All seeds gave the same run: nothing here is left to chance, and intervals of "
               "width 0 tell nothing of other traces.");
    finish(notes, &line);
}

static void note_undefined(struct comparison_notes *notes, const struct comparison *comparison)
{
    struct line line = {0};
    for (uint32_t i = 0; i < comparison_column_count(); i++) {
        const struct comparison_column *column = comparison_column_at(i);
        if (column->group != GROUP_NONE && !comparison_defined(comparison, i))
            add(&line, "%s %s", line.length ? "," : "Undefined in every row:", column->heading);
    }
    if (!line.length)
        return;
    add(&line, ".");
    finish(notes, &line);
}

static uint32_t runs_with_numbers(const struct comparison *comparison, uint32_t row)
{
    uint32_t count = 0;
    for (uint32_t seed = 0; seed < comparison->seed_count; seed++)
        count += !comparison_trouble(comparison, row, seed);
    return count;
}

/* A mean over fewer seeds than its neighbours is told. */
static void note_partly_defined(struct comparison_notes *notes, const struct comparison *comparison,
                                uint32_t row)
{
    struct line line = {0};
    uint32_t runs = runs_with_numbers(comparison, row);
    for (uint32_t i = 0; i < comparison_column_count(); i++) {
        const struct comparison_column *column = comparison_column_at(i);
        uint32_t defined = comparison_estimate(comparison, row, i).count;
        if (column->group == GROUP_NONE || defined == 0 || defined == runs)
            continue;
        add(&line, "%s, %s: defined for %" PRIu32 " of %" PRIu32 " seeds.", comparison->names[row],
            column->heading, defined, comparison->seed_count);
        finish(notes, &line);
    }
}

/* Seeds that failed for the same reason are told together. */
static void note_troubles(struct comparison_notes *notes, const struct comparison *comparison,
                          uint32_t row)
{
    struct line line = {0};
    for (uint32_t seed = 0; seed < comparison->seed_count; seed++) {
        const char *trouble = comparison_trouble(comparison, row, seed);
        bool told = !trouble;
        for (uint32_t earlier = 0; earlier < seed && !told; earlier++) {
            const char *other = comparison_trouble(comparison, row, earlier);
            told = other && strcmp(other, trouble) == 0;
        }
        if (told)
            continue;
        add(&line, "%s has no numbers of seed %" PRIu64, comparison->names[row],
            comparison->seed_first + seed);
        for (uint32_t later = seed + 1; later < comparison->seed_count; later++) {
            const char *other = comparison_trouble(comparison, row, later);
            if (other && strcmp(other, trouble) == 0)
                add(&line, ", %" PRIu64, comparison->seed_first + later);
        }
        add(&line, ": %s", trouble);
        finish(notes, &line);
    }
}

void comparison_notes_make(struct comparison_notes *notes, const struct comparison *comparison)
{
    *notes = (struct comparison_notes){0};
    note_statistics(notes, comparison);
    note_chance(notes, comparison);
    note_undefined(notes, comparison);
    for (uint32_t row = 0; row < comparison->row_count; row++) {
        note_partly_defined(notes, comparison, row);
        note_troubles(notes, comparison, row);
    }
}

void comparison_notes_free(struct comparison_notes *notes)
{
    for (uint32_t i = 0; i < notes->count; i++)
        memory_free(notes->lines[i]);
    memory_free(notes->lines);
}
