/* test_alibaba2017.c - what each quirk of Alibaba's tables of 2017 becomes. */
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

TestSuite(alibaba2017, .init = make_folder, .fini = remove_folder);

static void read_with(const char *name, const struct trace_options *options)
{
    enum status status = fixture_read(&fixture, name, NULL, options);
    cr_assert_eq(status, STATUS_OK, "%s", fixture.problem.reason);
}

static const char *format_of(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", fixture.folder, name);
    struct trace *trace;
    enum status status = trace_open(&trace, path, NULL, &trace_options_all, &fixture.problem);
    if (status != STATUS_OK)
        return "none";
    const char *format = trace_format_of(trace)->name;
    trace_close(trace);
    return format;
}

Test(alibaba2017, every_column_goes_where_it_belongs)
{
    fixture_write(&fixture, "server_event.csv",
                  "0,2,add,,64,0.69,1\n0,1,add,,64,0.6899999,1\n"
                  "11,2,softerror,agent_check,,,\n12,1,harderror,disk,64,0.5,1\n"
                  "15,1,add,,64,0.6899999,1\n");
    fixture_write(&fixture, "batch_task.csv",
                  "task_create_time,task_end_time,job_id,task_id,n,status,cpu,mem\n"
                  "11,17,3,4,157,Terminated,50,0.007956928\n"
                  "10,13,3,5,1,Failed,100,0.25");
    read_with("", &trace_options_all);
    cr_assert_str_eq(fixture.text,
                     "0 machine_added 2 cpu=64 mem=0.69\n"
                     "0 machine_added 1 cpu=64 mem=0.6899999\n"
                     "10000000 task_submitted 3/5/0 cpu=1 mem=0.25 fail=3000000\n"
                     "11000000 machine_drained 2\n"
                     "11000000 task_submitted 3/4/0 cpu=0.5 mem=0.007956928 count=157 run=6000000\n"
                     "12000000 machine_drained 1\n"
                     "15000000 machine_added 1 cpu=64 mem=0.6899999\n");
    cr_assert_eq(fixture.rows.read, 7);
    cr_assert_eq(fixture.rows.used, 7);
    cr_assert_eq(row_counts_repaired(&fixture.rows, "capacity_unknown"), 0);
}

Test(alibaba2017, quirks_of_a_task_row_are_put_right_or_refused_by_reason)
{
    static const struct row_case cases[] = {
        {"5,9,1,1,2,Terminated,,0.1", "plan_missing", NULL, "cpu=1 mem=0.1 count=2 run=4000000", 0},
        {"5,9,1,1,2,Terminated,50,", "plan_missing", NULL, "cpu=0.5 mem=0 count=2", 0},
        {"5,9,1,1,2,Terminated,-1,0.1", "plan_invalid", NULL, "cpu=1 mem=0.1", 0},
        {"5,9,1,1,2,Terminated,50,1.01", "plan_invalid", NULL, "cpu=0.5 mem=0 ", 0},
        {"5,5,1,1,2,Terminated,50,1", "run_below_second", NULL, "mem=1 count=2 run=1000000", 0},
        {"5,9,1,1,2,Running,50,0.1", "end_of_running", NULL, "run=4000000", 0},
        {"5,0,1,1,2,Running,50,0.1", "never_ends", NULL, "run=never", 0},
        {"5.0,9.0,1,1,2.0,Terminated,50.0,0.1,more", NULL, NULL, "run=4000000", 0},
        {"5,9,1,1,2,Cancelled,50,0.1", NULL, NULL, "fail=4000000", 0},
        {"5,9,1,1,2,Waiting,,", NULL, "waiting", NULL, 0},
        {"0,9,1,1,2,Terminated,50,0.1", NULL, "before_the_trace", NULL, 0},
        {"-1078,9,1,1,2,Running,50,0.1", NULL, "before_the_trace", NULL, 0},
        {"5,4,1,1,2,Terminated,50,0.1", NULL, "end_before_start", NULL, 0},
        {"5,0,1,1,2,Failed,50,0.1", NULL, "end_before_start", NULL, 0},
        {"90,92,9,9,1,Terminated,50,0.1", NULL, "duplicate_row", NULL, 0},
        {"90,92,9,9,1,Failed,50,0.1", NULL, "duplicate_task_differs", NULL, 0},
        {"5,9,,1,2,Terminated,50,0.1", NULL, "job_without_name", NULL, 3},
        {"5,9,1,,2,Terminated,50,0.1", NULL, "task_without_name", NULL, 4},
        {"5,9,1,1,0,Terminated,50,0.1", NULL, "number_out_of_range", NULL, 5},
        {"5,9,1,1,1000001,Terminated,50,0.1", NULL, "number_out_of_range", NULL, 5},
        {"5,9,1,1,2,Lost,50,0.1", NULL, "unknown_status", NULL, 6},
        {"soon,9,1,1,2,Terminated,50,0.1", NULL, "bad_number", NULL, 1},
        {"5,9,1,1,2,Terminated,half,0.1", NULL, "bad_number", NULL, 7},
        {"5,9,1,1,2,Terminated,50", NULL, "missing_column", NULL, 8},
    };
    fixture_check_rows(&fixture, "batch_task.csv", "alibaba2017", "90,92,9,9,1,Terminated,50,0.1\n",
                       cases, COUNT_OF(cases));
}

Test(alibaba2017, quirks_of_a_server_row_are_put_right_or_refused_by_reason)
{
    static const struct {
        const char *row;
        const char *repaired;
        const char *refused;
        const char *text; /* the events of the machine */
    } cases[] = {
        {"0,7,add,,,,", "capacity_unknown", NULL, "0 machine_added 7 unschedulable cpu=0 mem=0\n"},
        {"0,7,ADD,,32,0.5", NULL, NULL, "0 machine_added 7 cpu=32 mem=0.5\n"},
        {"0,6,add,,64,1,1", "added_again", NULL, ""},
        {"3,6,add,,32,1,1", "added_again", NULL, "3000000 machine_updated 6 cpu=32 mem=1\n"},
        {"3,6,harderror", NULL, NULL, "3000000 machine_drained 6\n"},
        {"3,7,softerror,,,,", NULL, "machine_absent", ""},
        {"3,7,removed,,,,", NULL, "unknown_event", ""},
        {"3,m_7,add,,64,1,1", NULL, "bad_number", ""},
        {"0,7,add,,-64,1,1", NULL, "number_out_of_range", ""},
    };
    fixture_write(&fixture, "batch_task.csv", "90,92,9,9,1,Terminated,50,0.1\n");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[256];
        snprintf(text, sizeof text, "0,6,add,,64,1,1\n%s\n", cases[i].row);
        fixture_write(&fixture, "server_event.csv", text);
        read_with("", &trace_options_all);
        snprintf(text, sizeof text,
                 "0 machine_added 6 cpu=64 mem=1\n%s"
                 "90000000 task_submitted 9/9/0 cpu=0.5 mem=0.1 run=2000000\n",
                 cases[i].text);
        cr_assert_str_eq(fixture.text, text, "%s", cases[i].row);
        if (cases[i].repaired)
            cr_assert_eq(row_counts_repaired(&fixture.rows, cases[i].repaired), 1, "%s",
                         cases[i].row);
        if (cases[i].refused)
            cr_assert_eq(row_counts_refused(&fixture.rows, cases[i].refused), 1, "%s",
                         cases[i].row);
    }
}

Test(alibaba2017, the_window_and_the_limits_decide_who_takes_part)
{
    fixture_write(&fixture, "server_event.csv",
                  "0,8,add,,64,1,1\n0,9,add,,64,1,1\n3,8,softerror,,,,\n9,8,add,,64,1,1\n");
    fixture_write(&fixture, "batch_task.csv",
                  "8,9,5,1,3,Terminated,50,0.1\n7,9,4,1,3,Terminated,50,0.1\n"
                  "6,9,3,1,3,Terminated,50,0.1\n5,9,2,1,3,Terminated,50,0.1\n"
                  "4,9,1,1,3,Terminated,50,0.1\n");
    struct trace_options options = trace_options_all;
    options.from_us = 5000000;
    options.until_us = 8000000;
    options.tasks_max = 5;
    options.machines_max = 1;
    read_with("", &options);
    cr_assert_str_eq(fixture.text,
                     "5000000 machine_added 8 unschedulable cpu=64 mem=1\n"
                     "5000000 task_submitted 2/1/0 cpu=0.5 mem=0.1 count=3 run=4000000\n"
                     "6000000 task_submitted 3/1/0 cpu=0.5 mem=0.1 count=2 run=3000000\n");
    cr_assert_eq(row_counts_refused(&fixture.rows, "before_window"), 1);
    cr_assert_eq(row_counts_refused(&fixture.rows, "after_window"), 2);
    cr_assert_eq(row_counts_refused(&fixture.rows, "over_tasks_max"), 1);
    cr_assert_eq(row_counts_refused(&fixture.rows, "over_machines_max"), 1);
    cr_assert_eq(row_counts_repaired(&fixture.rows, "cut_to_tasks_max"), 1);
}

/* Both years have a table batch_task. */
Test(alibaba2017, what_is_in_a_shared_table_tells_the_two_years_apart)
{
    static const char *const rows_2017[] = {
        "5,9,1,1,2,Terminated,50,0.1\n",
        "-5,9,1,1,2,Terminated,50,0.1\n5,9,1,1,2,Terminated,50,0.1\n",
        "task_create_time,task_end_time,a,b,c,d,e,f\n5,9,1,1,2,Terminated,50,0.1\n",
    };
    for (size_t i = 0; i < COUNT_OF(rows_2017); i++) {
        fixture_write(&fixture, "a/batch_task.csv", rows_2017[i]);
        cr_assert_str_eq(format_of("a"), "alibaba2017", "%s", rows_2017[i]);
        cr_assert_str_eq(format_of("a/batch_task.csv"), "alibaba2017", "%s", rows_2017[i]);
        fixture_write(&fixture, "mine.csv", rows_2017[i]);
        cr_assert_str_eq(format_of("mine.csv"), "alibaba2017", "%s", rows_2017[i]);
    }
    fixture_write(&fixture, "a/batch_instance.csv", "10,20,1,1,5,Terminated,1,1,,,,\n");
    cr_assert_str_eq(format_of("a"), "alibaba2017");
    fixture_write(&fixture, "b/batch_task.csv", "M1,1,j_1,1,Terminated,100,110,100,0.5\n");
    cr_assert_str_eq(format_of("b"), "alibaba2018");
    cr_assert_str_eq(format_of("b/batch_task.csv"), "alibaba2018");
    fixture_write(&fixture, "c/batch_task.csv", "");
    cr_assert_str_eq(format_of("c"), "none");
}

Test(alibaba2017, a_trace_without_tasks_is_refused)
{
    fixture_write(&fixture, "server_event.csv", "0,8,add,,64,1,1\n");
    cr_assert_eq(fixture_read(&fixture, "", NULL, &trace_options_all), STATUS_BAD_INPUT);
    cr_assert_not_null(strstr(fixture.problem.reason, "batch_task is missing"));
}
