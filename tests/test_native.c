/* test_native.c - the native format: what is written is read back, and what is bad is told. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/input.h"
#include "base/memory.h"
#include "tests/random_event.h"
#include "traces/native.h"
#include "traces/native_columns.h"

static const struct trace_format *const native = &trace_format_native;

/* The options of a whole trace. */
static struct trace_options everything(void)
{
    return (struct trace_options){
        .until_us = TIME_NEVER, .tasks_max = UINT64_MAX, .machines_max = NONE, .deps = true};
}

static void temporary_path(char *path)
{
    strcpy(path, "/tmp/flowsched-native-XXXXXX");
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    close(fd);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    cr_assert(file);
    fputs(text, file);
    fclose(file);
}

/* Read the whole file and write what was read to `copy`. */
static enum status copy_trace(const char *path, const char *copy,
                              const struct trace_options *options, struct row_counts *counts,
                              struct problem *problem)
{
    void *state;
    enum status status = native->open(&state, path, options, counts, problem);
    if (status != STATUS_OK)
        return status;
    struct native_writer *writer;
    cr_assert_eq(native_writer_open(&writer, copy, NULL, problem), STATUS_OK);
    struct event event;
    while ((status = native->next(state, &event, problem)) == STATUS_OK)
        cr_assert_eq(native_writer_event(writer, &event), STATUS_OK);
    native->close(state);
    cr_assert_eq(native_writer_commit(writer, NULL), STATUS_OK);
    return status == STATUS_END ? STATUS_OK : status;
}

/* The rows of a file, without the two lines before them; to be freed. */
static char *rows_of(const char *path)
{
    FILE *file = fopen(path, "r");
    cr_assert(file);
    char *text = memory_alloc(1 << 16);
    size_t size = fread(text, 1, (1 << 16) - 1, file);
    text[size] = '\0';
    fclose(file);
    const char *rows = strchr(strchr(text, '\n') + 1, '\n') + 1;
    memmove(text, rows, strlen(rows) + 1);
    return text;
}

#define HEAD                                                                               \
    "# flowsched trace 1\n"                                                                \
    "time_us,event,machine,rack,resources,job,stage,index,count,tenant,priority,attempts," \
    "predecessors,blocks,flags,labels,constraint,deadline_us,latency_us\n"

/* Read `rows`, expect `wanted` when they are written again. */
static void expect_rows(const char *rows, const struct trace_options *options, const char *wanted,
                        struct row_counts *counts)
{
    char path[32];
    char copy[32];
    temporary_path(path);
    temporary_path(copy);
    char *text = memory_alloc(strlen(HEAD) + strlen(rows) + 1);
    strcat(strcpy(text, HEAD), rows);
    write_text(path, text);
    struct problem problem = {0};
    enum status status = copy_trace(path, copy, options, counts, &problem);
    cr_assert_eq(status, STATUS_OK, "%s", problem.reason);
    char *got = rows_of(copy);
    cr_assert_str_eq(got, wanted);
    memory_free(got);
    memory_free(text);
    unlink(path);
    unlink(copy);
}

Test(native, random_events_are_read_back_as_they_were_written)
{
    enum { EVENTS = 3000 };
    char path[32];
    temporary_path(path);
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct problem problem = {0};
        struct native_writer *writer;
        cr_assert_eq(native_writer_open(&writer, path, NULL, &problem), STATUS_OK);
        struct random_event made;
        for (uint32_t i = 0; i < EVENTS; i++) {
            random_event_make(&made, seed, i);
            cr_assert_eq(native_writer_event(writer, &made.event), STATUS_OK);
        }
        cr_assert_eq(native_writer_commit(writer, &problem), STATUS_OK);

        struct trace_options options = everything();
        options.strict = true;
        struct row_counts counts = {0};
        void *state;
        cr_assert_eq(native->open(&state, path, &options, &counts, &problem), STATUS_OK);
        struct event event;
        for (uint32_t i = 0; i < EVENTS; i++) {
            enum status status = native->next(state, &event, &problem);
            cr_assert_eq(status, STATUS_OK, "seed %d line %d: %s", (int)seed, (int)problem.line,
                         problem.reason);
            random_event_make(&made, seed, i);
            cr_assert(random_event_same(&event, &made.event), "seed %d, event %u differs",
                      (int)seed, i);
        }
        cr_assert_eq(native->next(state, &event, &problem), STATUS_END);
        cr_assert_eq(counts.used, EVENTS);
        native->close(state);
    }
    unlink(path);
}

Test(native, a_row_is_short_and_says_only_what_belongs_to_its_event)
{
    const char *rows = "0,machine_added,m1,rack 1,cpu=96;memory=100\n"
                       "0,machine_added,m2,,,,,,,,,,,,unschedulable\n"
                       "0,task_submitted,,,cpu=0.5;memory=0.3,j_1,M1,,20,user,,33000000\n"
                       "0,task_submitted,m1,,cpu=1,j_1,R2,,,,-3,5:fails;never,M1,512@m1|m2;100\n"
                       "0,task_submitted,,,gpu=0.5,j_2,,,,,,,,,,,gpu=T4|P100;zone=a%2Cb\n"
                       "0,task_submitted,,,cpu=1,j_2,,1,,,,,,,,,,9000000,20000\n"
                       "7,task_finished,,,,j_1,M1,19\n"
                       "8,machine_added,m1,,gpu=4,,,,,,,,,,,gpu=T4;zone=a\n"
                       "9,machine_added,m1,,,,,,,,,,,,,%\n";
    struct trace_options options = everything();
    struct row_counts counts = {0};
    expect_rows(rows, &options, rows, &counts);
    cr_assert_eq(counts.read, 9);
    cr_assert_eq(counts.used, 9);
}

Test(native, columns_may_come_in_any_order_and_be_left_out)
{
    char path[32];
    char copy[32];
    temporary_path(path);
    temporary_path(copy);
    write_text(path, "# flowsched trace 1\n# a remark\n\njob,event,resources,time_us,stage\r\n"
                     "\"a,\"\"b\",task_submitted,mem=1.0;cpu=5e-1,3,\r\n"
                     "# another\nj,task_killed,,4.0,s");
    struct trace_options options = everything();
    struct row_counts counts = {0};
    cr_assert_eq(copy_trace(path, copy, &options, &counts, NULL), STATUS_OK);
    char *rows = rows_of(copy);
    cr_assert_str_eq(rows, "3,task_submitted,,,cpu=0.5;memory=1,a%2C%22b\n"
                           "4,task_killed,,,,j,s\n");
    memory_free(rows);
    unlink(path);
    unlink(copy);
}

Test(native, a_window_begins_with_the_labels_that_machines_have_then)
{
    const char *rows = "0,machine_added,m,,cpu=1,,,,,,,,,,,gpu=T4\n"
                       "0,machine_added,n,,cpu=1,,,,,,,,,,,gpu=T4\n"
                       "1,machine_removed,m\n"
                       "2,machine_added,m,,cpu=2\n"
                       "2,machine_added,n,,cpu=2,,,,,,,,,,,gpu=P100\n";
    struct trace_options options = everything();
    options.from_us = 5;
    struct row_counts counts = {0};
    expect_rows(rows, &options,
                "5,machine_added,m,,cpu=2,,,,,,,,,,,gpu=T4\n"
                "5,machine_added,n,,cpu=2,,,,,,,,,,,gpu=P100\n",
                &counts);
}

Test(native, a_bad_row_is_counted_by_reason_or_stops_a_strict_reader)
{
    static const struct {
        const char *row;
        const char *reason;
        uint32_t field;
    } table[] = {
        {",task_killed,,,,j", "missing_time", 1},
        {"x,task_killed,,,,j", "bad_number", 1},
        {"-1,task_killed,,,,j", "number_out_of_range", 1},
        {"4611686018427387904,task_killed,,,,j", "number_out_of_range", 1},
        {"99999999999999999999,task_killed,,,,j", "number_out_of_range", 1},
        {"1,task_gone,,,,j", "unknown_event", 2},
        {"1", "unknown_event", 2},
        {"1,machine_removed", "missing_name", 3},
        {"1,machine_removed,a%0", "bad_escape", 3},
        {"1,machine_removed,a%00", "bad_escape", 3},
        {"1,machine_removed,\"a", "bad_quotes", 3},
        {"1,machine_removed,\"a\"b", "bad_quotes", 3},
        {"1,machine_added,m,,cpu", "bad_resources", 5},
        {"1,machine_added,m,,apu=1", "bad_resources", 5},
        {"1,machine_added,m,,cpu=1;cpu=1", "bad_resources", 5},
        {"1,machine_added,m,,cpu=1;", "bad_resources", 5},
        {"1,machine_added,m,,cpu=one", "bad_number", 5},
        {"1,machine_added,m,,cpu=-1", "number_out_of_range", 5},
        {"1,machine_added,m,,cpu=4503600", "number_out_of_range", 5},
        {"1,machine_added,m,,,,,,,,,,,,broken", "unknown_flag", 15},
        {"1,machine_added,m,,,,,,,,,,,,,,,,,", "too_many_fields", 20},
        {"1,machine_added,m,,,,,,,,,,,,,gpu", "bad_labels", 16},
        {"1,machine_added,m,,,,,,,,,,,,,gpu=A|B", "bad_labels", 16},
        {"1,machine_added,m,,,,,,,,,,,,,gpu=A;gpu=B", "bad_labels", 16},
        {"1,machine_added,m,,,,,,,,,,,,,gpu%3DA%3Bzone=%C3%A9", NULL, 0},
        {"1,task_submitted,,,,j,,,,,,,,,,,gpu=", "bad_constraint", 17},
        {"1,task_submitted,,,,j,,,,,,,,,,,gpu=A|", "bad_constraint", 17},
        {"1,task_submitted,,,,j,,,,,,,,,,,gpu=A;;", "bad_constraint", 17},
        {"1,task_submitted,,,,j,,,,,,,,,,,%2", "bad_escape", 17},
        {"1,task_submitted,,,,", "missing_name", 6},
        {"1,task_submitted,,,,j,,-1", "number_out_of_range", 8},
        {"1,task_submitted,,,,j,,,0", "number_out_of_range", 9},
        {"1,task_submitted,,,,j,,1,2147483648", "number_out_of_range", 9},
        {"1,task_submitted,,,,j,,2,2147483647", "number_out_of_range", 9},
        {"1,task_submitted,,,,j,,,,,2147483648", "number_out_of_range", 11},
        {"1,task_submitted,,,,j,,,,,,soon", "bad_attempt", 12},
        {"1,task_submitted,,,,j,,,,,,5:works", "bad_attempt", 12},
        {"1,task_submitted,,,,j,,,,,,5;", "bad_attempt", 12},
        {"1,task_submitted,,,,j,,,,,,,a;;b", "missing_name", 13},
        {"1,task_submitted,,,,j,,,,,,,a;%", NULL, 0},
        {"1,task_submitted,,,,j,,,,,,,,x@m", "bad_block_size", 14},
        {"1,task_submitted,,,,j,,,,,,,,5@", "missing_name", 14},
        {"1,task_submitted,,,,j,,,,,,,,5@a|b|c|d", "too_many_copies", 14},
        {"1,task_submitted,,,,j,,,,,,,,,,,,soon", "bad_number", 18},
        {"1,task_submitted,,,,j,,,,,,,,,,,,-1", "number_out_of_range", 18},
        {"1,task_submitted,,,,j,,,,,,,,,,,,1,4611686018427387904", "number_out_of_range", 19},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        char text[512];
        snprintf(text, sizeof text, HEAD "%s\n", table[i].row);
        char path[32];
        temporary_path(path);
        write_text(path, text);
        for (int strict = 0; strict <= 1; strict++) {
            struct trace_options options = everything();
            options.strict = strict;
            struct row_counts counts = {0};
            struct problem problem = {0};
            void *state;
            cr_assert_eq(native->open(&state, path, &options, &counts, &problem), STATUS_OK);
            struct event event;
            enum status status = native->next(state, &event, &problem);
            if (!table[i].reason) {
                cr_assert_eq(status, STATUS_OK, "%s", table[i].row);
            } else if (strict) {
                cr_assert_eq(status, STATUS_BAD_INPUT, "%s", table[i].row);
                cr_assert_str_eq(problem.reason, table[i].reason, "%s", table[i].row);
                cr_assert_eq(problem.line, 3, "%s", table[i].row);
                cr_assert_eq(problem.column, table[i].field, "%s: column %u", table[i].row,
                             problem.column);
            } else {
                cr_assert_eq(status, STATUS_END, "%s", table[i].row);
                cr_assert_eq(row_counts_refused(&counts, table[i].reason), 1, "%s", table[i].row);
            }
            native->close(state);
        }
        unlink(path);
    }
}

Test(native, a_file_that_is_something_else_is_refused_where_it_differs)
{
    static const struct {
        const char *text;
        uint64_t line;
    } table[] = {
        {"", 0},
        {"# flowsched trace 2\ntime_us,event\n", 1},
        {"time_us,event\n", 1},
        {"# flowsched trace 1\n", 1},
        {"# flowsched trace 1\n# note\ntime_us,event,colour\n", 3},
        {"# flowsched trace 1\ntime_us,event,job,job\n", 2},
        {"# flowsched trace 1\nevent,job\n", 2},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        char path[32];
        temporary_path(path);
        write_text(path, table[i].text);
        struct trace_options options = everything();
        struct row_counts counts = {0};
        struct problem problem = {0};
        void *state;
        cr_expect_eq(native->open(&state, path, &options, &counts, &problem), STATUS_BAD_INPUT,
                     "row %zu", i);
        cr_expect_null(state);
        cr_expect_eq(problem.line, table[i].line, "row %zu: line %d", i, (int)problem.line);
        unlink(path);
    }
}

Test(native, time_that_falls_ends_the_trace_even_if_not_strict)
{
    char path[32];
    temporary_path(path);
    write_text(path, HEAD "5,machine_removed,a\n4,machine_removed,b\n");
    struct trace_options options = everything();
    struct row_counts counts = {0};
    struct problem problem = {0};
    void *state;
    struct event event;
    cr_assert_eq(native->open(&state, path, &options, &counts, &problem), STATUS_OK);
    cr_assert_eq(native->next(state, &event, &problem), STATUS_OK);
    cr_assert_eq(native->next(state, &event, &problem), STATUS_BAD_INPUT);
    cr_assert_eq(problem.line, 4);
    native->close(state);
    unlink(path);
}

static const char window_rows[] = "0,machine_added,m1,r1,cpu=1\n"
                                  "0,machine_added,m2,r1,cpu=1\n"
                                  "0,machine_added,m3,r2,cpu=1\n"
                                  "1,machine_updated,m2,,cpu=2\n"
                                  "1,task_submitted,,,,j,a\n"
                                  "2,machine_removed,m1\n"
                                  "2,machine_drained,m3\n"
                                  "5,task_submitted,m3,,,j,b,,4,,,,a;c\n"
                                  "6,machine_added,m1,r1,cpu=3\n"
                                  "7,task_submitted,,,,k\n"
                                  "9,machine_removed,m2\n";

Test(native, a_window_begins_with_the_machines_that_stand_and_ends_in_time)
{
    struct trace_options options = everything();
    options.from_us = 5;
    options.until_us = 9;
    struct row_counts counts = {0};
    expect_rows(window_rows, &options,
                "5,machine_added,m2,r1,cpu=2\n"
                "5,machine_added,m3,r2,cpu=1\n"
                "5,machine_drained,m3\n"
                "5,task_submitted,m3,,,j,b,,4,,,,c\n"
                "6,machine_added,m1,r1,cpu=3\n"
                "7,task_submitted,,,,k\n",
                &counts);
    cr_assert_eq(row_counts_refused(&counts, "before_window"), 1);
    cr_assert_eq(row_counts_refused(&counts, "after_window"), 1);
    cr_assert_eq(row_counts_repaired(&counts, "dependency_outside_window"), 1);
    cr_assert_eq(counts.read, counts.used + 2);
}

Test(native, a_window_behind_the_last_row_still_has_its_machines)
{
    struct trace_options options = everything();
    options.from_us = 100;
    struct row_counts counts = {0};
    expect_rows(window_rows, &options,
                "100,machine_added,m1,r1,cpu=3\n"
                "100,machine_added,m3,r2,cpu=1\n"
                "100,machine_drained,m3\n",
                &counts);
}

Test(native, limits_take_the_first_machines_and_the_first_tasks)
{
    struct trace_options options = everything();
    options.machines_max = 2;
    options.tasks_max = 3;
    options.deps = false;
    struct row_counts counts = {0};
    expect_rows(window_rows, &options,
                "0,machine_added,m1,r1,cpu=1\n"
                "0,machine_added,m2,r1,cpu=1\n"
                "1,machine_updated,m2,,cpu=2\n"
                "1,task_submitted,,,,j,a\n"
                "2,machine_removed,m1\n"
                "5,task_submitted,,,,j,b,,2\n"
                "6,machine_added,m1,r1,cpu=3\n"
                "9,machine_removed,m2\n",
                &counts);
    cr_assert_eq(row_counts_refused(&counts, "over_machines_max"), 2);
    cr_assert_eq(row_counts_refused(&counts, "over_tasks_max"), 1);
    cr_assert_eq(row_counts_repaired(&counts, "cut_at_tasks_max"), 1);
    cr_assert_eq(row_counts_repaired(&counts, "machine_left_out"), 1);
}

Test(native, a_machine_first_added_within_the_window_is_added_once)
{
    struct trace_options options = everything();
    options.from_us = 1;
    options.machines_max = 5;
    struct row_counts counts = {0};
    expect_rows("0,machine_added,a\n2,machine_added,b\n3,task_killed,,,,j\n", &options,
                "1,machine_added,a\n2,machine_added,b\n3,task_killed,,,,j\n", &counts);
}

Test(native, a_line_that_no_reader_would_take_is_not_written)
{
    char path[32];
    temporary_path(path);
    struct native_writer *writer;
    cr_assert_eq(native_writer_open(&writer, path, NULL, NULL), STATUS_OK);
    char *name = memory_alloc(INPUT_LINE_MAX + 1);
    memset(name, 'a', INPUT_LINE_MAX);
    struct event event = {.kind = EVENT_TASK_KILLED, .job = name, .stage = "", .count = 1};
    cr_assert_eq(native_writer_event(writer, &event), STATUS_TOO_LARGE);
    event.job = "short";
    cr_assert_eq(native_writer_event(writer, &event), STATUS_OK);
    cr_assert_eq(native_writer_commit(writer, NULL), STATUS_OK);
    char *rows = rows_of(path);
    cr_assert_str_eq(rows, "0,task_killed,,,,short\n");
    memory_free(rows);
    memory_free(name);
    unlink(path);
}

Test(native, the_example_of_its_documentation_is_read_strictly)
{
    FILE *page = fopen("docs/native-format.md", "r");
    cr_assert(page, "run from the root of the tree");
    char path[32];
    char copy[32];
    temporary_path(path);
    temporary_path(copy);
    FILE *file = fopen(path, "w");
    bool example = false;
    char line[1024];
    while (fgets(line, sizeof line, page)) {
        bool fence = strncmp(line, "```", 3) == 0;
        if (!example && strcmp(line, NATIVE_FIRST_LINE "\n") == 0)
            example = true;
        else if (example && fence)
            break;
        if (example)
            fputs(line, file);
    }
    fclose(page);
    fclose(file);
    struct trace_options options = everything();
    options.strict = true;
    struct row_counts counts = {0};
    struct problem problem = {0};
    enum status status = copy_trace(path, copy, &options, &counts, &problem);
    unlink(path);
    unlink(copy);
    cr_assert_eq(status, STATUS_OK, "line %d: %s", (int)problem.line, problem.reason);
    cr_assert_eq(counts.used, 10);
}
