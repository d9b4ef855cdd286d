/* test_swf.c - what the lines and the header of a parallel computer's log become. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/trace_fixture.h"

static struct fixture fixture;

static void make_folder(void)
{
    fixture_init(&fixture);
}

static void remove_folder(void)
{
    fixture_free(&fixture);
}

TestSuite(swf, .init = make_folder, .fini = remove_folder);

static void read_log(const char *text, const struct trace_options *options)
{
    fixture_write(&fixture, "log.swf", text);
    enum status status = fixture_read(&fixture, "log.swf", NULL, options);
    cr_assert_eq(status, STATUS_OK, "%s", fixture.problem.reason);
}

Test(swf, a_job_becomes_as_many_tasks_as_it_has_processors)
{
    read_log("; Version: 2.2\n"
             "; MaxNodes: 2 (all alike)\n"
             ";MaxProcs:16\n"
             ";\n"
             "    7        5  30  12.5  3 -1 -1    4  60 2500  1  8 1 -1 -1 -1 -1 -1\n"
             "\t8\t6\t0\t3\t1\t2.75\t1000\t-1\t60\t-1\t0\t-1\t1\t-1\t-1\t-1\t-1\t-1 \r\n"
             "9 6 0 3 1 -1 -1 -1 60 -1 5 8 1 -1 -1 -1 -1 -1",
             &trace_options_all);
    cr_assert_str_eq(fixture.text,
                     "0 machine_added node-0 cpu=8 mem=20\n"
                     "0 machine_added node-1 cpu=8 mem=20\n"
                     "5000000 task_submitted 7//0 cpu=1 mem=2.5 count=4 tenant=8 run=12500000\n"
                     "6000000 task_submitted 8//0 cpu=1 mem=1 fail=3000000\n"
                     "6000000 task_submitted 9//0 cpu=1 mem=0 tenant=8 fail=3000000\n");
    cr_assert_eq(fixture.rows.read, 3);
    cr_assert_eq(fixture.rows.used, 3);
    cr_assert_eq(row_counts_repaired(&fixture.rows, "processors_as_allocated"), 2);
    cr_assert_eq(row_counts_repaired(&fixture.rows, "memory_as_used"), 1);
    cr_assert_eq(row_counts_repaired(&fixture.rows, "memory_unknown"), 1);
}

Test(swf, the_header_says_what_machines_there_are)
{
    static const struct {
        const char *header;
        uint32_t machines;
        const char *last; /* of them */
    } cases[] = {
        {"; MaxNodes: 3\n; MaxProcs: 8\n", 3, "node-2 cpu=2 mem=4\n"},
        {"; MaxProcs: 8\n; MaxNodes: 3\n", 3, "node-0 cpu=3 mem=6\n"},
        {"; MaxProcs: 4\n", 4, "node-3 cpu=1 mem=2\n"},
        {"; MaxNodes: 4\n", 4, "node-3 cpu=1 mem=2\n"},
        {"; MaxNodes: 4\n; MaxProcs: 2\n", 2, "node-1 cpu=1 mem=2\n"},
        {"; MaxNodes: -1\n; MaxProcs: many\n", 0, ""},
        {"; MaxProcs: 1000001\n; Note: MaxProcs: 4\n", 0, ""},
        {"; Computer: none\n", 0, ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[256];
        snprintf(text, sizeof text, "%s1 5 0 3 1 -1 -1 1 -1 2000 1 1 1 -1 -1 -1 -1 -1\n",
                 cases[i].header);
        read_log(text, &trace_options_all);
        cr_assert_eq(fixture_count(&fixture, "machine_added"), cases[i].machines, "%s\n%s", text,
                     fixture.text);
        cr_assert_not_null(strstr(fixture.text, cases[i].last), "%s\n%s", text, fixture.text);
    }
}

Test(swf, quirks_of_a_line_are_put_right_or_refused_by_reason)
{
    static const struct row_case cases[] = {
        {"1 3 0 0 1 -1 -1 1 -1 9 1 1 1 -1 -1 -1 -1 -1", "run_below_second", NULL, "run=1000000", 0},
        {"1 3 0 5 1 -1 -1 1 -1 9 -1 1 1 -1 -1 -1 -1 -1", "status_unknown", NULL, "run=5000000", 0},
        {"1 3 0 5 1 -1 -1 1 -1 9 1 1 1 -1 -1 -1 4 60", "preceding_job_ignored", NULL, "run=5", 0},
        {"1 3 0 5 1 -1 -1 0 -1 9 1 1 1 -1 -1 -1 -1 -1", "processors_as_allocated", NULL, "1//0", 0},
        {"1 3 0 5 1 -1 0 1 -1 0 1 1 1 -1 -1 -1 -1 -1", "memory_unknown", NULL, "mem=0 ", 0},
        {"1.0 3 0 5.0 1 -1 -1 1 -1 9 1 1 1 -1 -1 -1 -1 -1 19 20", NULL, NULL, "run=5000000", 0},
        {"1 3 0 -1 1 -1 -1 1 -1 9 1 1 1 -1 -1 -1 -1 -1", NULL, "run_time_unknown", NULL, 0},
        {"1 3 0 0 1 -1 -1 1 -1 9 5 1 1 -1 -1 -1 -1 -1", NULL, "cancelled_before_start", NULL, 0},
        {"1 3 0 -1 1 -1 -1 1 -1 9 5 1 1 -1 -1 -1 -1 -1", NULL, "cancelled_before_start", NULL, 0},
        {"1 3 0 5 1 -1 -1 1 -1 9 2 1 1 -1 -1 -1 -1 -1", NULL, "partial_execution", NULL, 0},
        {"1 -1 9 5 1 -1 -1 1 -1 9 3 1 1 -1 -1 -1 -1 -1", NULL, "partial_execution", NULL, 0},
        {"1 -1 9 5 1 -1 -1 1 -1 9 4 1 1 -1 -1 -1 -1 -1", NULL, "partial_execution", NULL, 0},
        {"1 -1 0 5 1 -1 -1 1 -1 9 1 1 1 -1 -1 -1 -1 -1", NULL, "no_submit_time", NULL, 0},
        {"1 3 0 5 0 -1 -1 -1 -1 9 1 1 1 -1 -1 -1 -1 -1", NULL, "no_processors", NULL, 0},
        {"90 90 0 2 1 -1 -1 1 -1 9 1 1 1 -1 -1 -1 -1 -1", NULL, "duplicate_row", NULL, 0},
        {"90 90 0 2 2 -1 -1 2 -1 9 1 1 1 -1 -1 -1 -1 -1", NULL, "duplicate_job_differs", NULL, 0},
        {"x 3 0 5 1 -1 -1 1 -1 9 1 1 1 -1 -1 -1 -1 -1", NULL, "bad_number", NULL, 1},
        {"1 -0.5 0 5 1 -1 -1 1 -1 9 1 1 1 -1 -1 -1 -1 -1", NULL, "number_out_of_range", NULL, 2},
        {"1 3 0 -7 1 -1 -1 1 -1 9 1 1 1 -1 -1 -1 -1 -1", NULL, "number_out_of_range", NULL, 4},
        {"1 3 0 5 1.5 -1 -1 1 -1 9 1 1 1 -1 -1 -1 -1 -1", NULL, "bad_number", NULL, 5},
        {"1 3 0 5 1 -1 -1 1000001 -1 9 1 1 1 -1 -1 -1 -1 -1", NULL, "number_out_of_range", NULL, 8},
        {"1 3 0 5 1 -1 -1 1 -1 -2 1 1 1 -1 -1 -1 -1 -1", NULL, "number_out_of_range", NULL, 10},
        {"1 3 0 5 1 -1 -1 1 -1 9 6 1 1 -1 -1 -1 -1 -1", NULL, "unknown_status", NULL, 11},
        {"1 3 0 5 1 -1 -1 1 -1 9 1 1 1 -1 -1 -1 -1", NULL, "missing_column", NULL, 18},
    };
    fixture_check_rows(&fixture, "log.swf", "swf",
                       "90 90 0 2 1 -1 -1 1 -1 9 1 1 1 -1 -1 -1 -1 -1\n", cases, COUNT_OF(cases));
}

Test(swf, the_window_and_the_limits_decide_who_takes_part)
{
    struct trace_options options = trace_options_all;
    options.from_us = 5000000;
    options.until_us = 8000000;
    options.tasks_max = 5;
    options.machines_max = 1;
    read_log("; MaxNodes: 2\n; MaxProcs: 4\n"
             "5 8 0 1 3 -1 -1 3 -1 9 1 1 1 -1 -1 -1 -1 -1\n"
             "4 7 0 1 3 -1 -1 3 -1 9 1 1 1 -1 -1 -1 -1 -1\n"
             "3 6 0 1 3 -1 -1 3 -1 9 1 1 1 -1 -1 -1 -1 -1\n"
             "2 5 0 1 3 -1 -1 3 -1 9 1 1 1 -1 -1 -1 -1 -1\n"
             "1 4.9 0 1 3 -1 -1 3 -1 9 1 1 1 -1 -1 -1 -1 -1\n",
             &options);
    cr_assert_str_eq(fixture.text,
                     "5000000 machine_added node-0 cpu=2 mem=0.018\n"
                     "5000000 task_submitted 2//0 cpu=1 mem=0.009 count=3 tenant=1 run=1000000\n"
                     "6000000 task_submitted 3//0 cpu=1 mem=0.009 count=2 tenant=1 run=1000000\n");
    static const char *const reasons[] = {"before_window", "after_window", "over_tasks_max"};
    for (size_t i = 0; i < COUNT_OF(reasons); i++)
        cr_assert_eq(row_counts_refused(&fixture.rows, reasons[i]), 1, "%s", reasons[i]);
    cr_assert_eq(row_counts_repaired(&fixture.rows, "cut_to_tasks_max"), 1);
}

Test(swf, a_log_is_recognised_by_its_header_or_its_numbers_and_a_folder_is_none)
{
    static const struct {
        const char *text;
        bool log;
    } cases[] = {
        {"; Version: 2.2\n1 5 0 3 1 -1 -1 1 -1 2 1 1 1 -1 -1 -1 -1 -1\n", true},
        {"  1 5 0 3 1 4.5 -1 1 -1 2 1 1 1 -1 -1 -1 -1 -1 \n", true},
        {"1 5 0 3 1 -1 -1 1 -1 2 1 1 1 -1 -1 -1 -1\n", false},
        {"1 5 0 3 1 -1 -1 1 -1 2 1 1 1 -1 -1 -1 -1 one\n", false},
        {"1,5,0,3,1,-1,-1,1,-1,2,1,1,1,-1,-1,-1,-1,-1\n", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        fixture_write(&fixture, "log", cases[i].text);
        enum status status = fixture_read(&fixture, "log", NULL, &trace_options_all);
        cr_assert_eq(status, cases[i].log ? STATUS_OK : STATUS_BAD_INPUT, "%s", cases[i].text);
    }
    cr_assert_eq(fixture_read(&fixture, "", "swf", &trace_options_all), STATUS_BAD_INPUT);
    cr_assert_not_null(strstr(fixture.problem.reason, "one file"));
    fixture_write(&fixture, "log", "; Version: 2.2\n\n");
    cr_assert_eq(fixture_read(&fixture, "log", NULL, &trace_options_all), STATUS_BAD_INPUT);
    cr_assert_str_eq(fixture.problem.reason, "the log has no rows");
}
