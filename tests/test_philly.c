/* test_philly.c - what each quirk of the table derived from the Philly trace becomes. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/trace_fixture.h"

#define HEADER "timestamp,duration,num_gpus,gpu_time,cluster\n"

static struct fixture fixture;

static void make_folder(void)
{
    fixture_init(&fixture);
}

static void remove_folder(void)
{
    fixture_free(&fixture);
}

TestSuite(philly, .init = make_folder, .fini = remove_folder);

static void read_with(const char *name, const struct trace_options *options)
{
    enum status status = fixture_read(&fixture, name, NULL, options);
    cr_assert_eq(status, STATUS_OK, "%s", fixture.problem.reason);
}

Test(philly, every_column_goes_where_it_belongs)
{
    fixture_write(&fixture, "cluster_machine_list.csv",
                  "machineId,number of GPUs, single GPU mem\nm31,8, 24GB\nm1,2, 12GB\n");
    fixture_write(&fixture, "philly.csv",
                  HEADER "2017-10-09 07:01:55,66.0,1,66.0,11cb48\n"
                         "2017-10-08 07:01:54,2.5,8,20.0,6214e9");
    read_with("", &trace_options_all);
    cr_assert_str_eq(
        fixture.text,
        "0 machine_added m31 cpu=0 mem=0 gpu=8\n"
        "0 machine_added m1 cpu=0 mem=0 gpu=2\n"
        "0 task_submitted job-2//0 cpu=0 mem=0 gpu=8 tenant=6214e9 run=2500000\n"
        "86401000000 task_submitted job-1//0 cpu=0 mem=0 gpu=1 tenant=11cb48 run=66000000\n");
    cr_assert_eq(fixture.rows.read, 4);
    cr_assert_eq(fixture.rows.used, 4);
    cr_assert_eq(fixture.rows.repaired_count, 0);
}

Test(philly, a_job_asks_for_its_gpus_in_as_few_equal_tasks_as_servers_can_take)
{
    static const struct {
        uint32_t gpus;
        uint32_t tasks;
    } cases[] = {
        {1, 1}, {2, 1}, {7, 1}, {8, 1}, {9, 3}, {12, 2}, {13, 13}, {16, 2}, {32, 4}, {128, 16},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[256];
        snprintf(text, sizeof text, "2017-10-09 07:00:01,2,%u,%u,vc\n", cases[i].gpus,
                 2 * cases[i].gpus);
        fixture_write(&fixture, "philly.csv", text);
        read_with("", &trace_options_all);
        char count[32] = "";
        if (cases[i].tasks > 1)
            snprintf(count, sizeof count, " count=%u", cases[i].tasks);
        snprintf(text, sizeof text,
                 "0 task_submitted job-1//0 cpu=0 mem=0 gpu=%u%s tenant=vc run=2000000\n",
                 cases[i].gpus / cases[i].tasks, count);
        cr_assert_eq(fixture_count(&fixture, text), 1, "%s%s", text, fixture.text);
        cr_assert_eq(fixture.rows.repaired_count, 0);
    }
}

Test(philly, the_calendar_counts_every_second_once)
{
    static const struct {
        const char *first, *second;
        int64_t between_s;
    } cases[] = {
        {"2017-10-31 23:59:59", "2017-11-01 00:00:00", 1},
        {"2017-11-05 00:30:00", "2017-11-05 02:30:00", 7200}, /* summertime ends: not seen */
        {"2016-02-28 12:00:00", "2016-03-01 12:00:00", 2 * 86400},
        {"2017-02-28 12:00:00", "2017-03-01 12:00:00", 86400},
        {"2017-12-31 23:59:59", "2018-01-01 00:00:01", 2},
        {"1970-01-01 00:00:00", "2017-08-07 00:00:00", 17385 * INT64_C(86400)},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[256];
        snprintf(text, sizeof text, HEADER "%s,1,1,1,a\n%s,1,1,1,b\n", cases[i].second,
                 cases[i].first);
        fixture_write(&fixture, "philly.csv", text);
        read_with("", &trace_options_all);
        cr_assert_eq(fixture_count(&fixture, "\n"), 2);
        snprintf(text, sizeof text, "\n%" PRId64 "000000 task_submitted job-1//0",
                 cases[i].between_s);
        cr_assert_not_null(strstr(fixture.text, text), "%s", fixture.text);
    }
}

Test(philly, quirks_of_a_row_are_put_right_or_refused_by_reason)
{
    static const struct row_case cases[] = {
        {"2017-10-09 07:00:01,0,1,0,vc", "run_below_second", NULL, "tenant=vc run=1000000", 0},
        {"2017-10-09 07:00:01,2,1,3,vc", "gpu_time_differs", NULL, "tenant=vc run=2000000", 0},
        {"2017-10-09 07:00:01,2,1,2,", "no_cluster", NULL, "gpu=1 run=2000000", 0},
        {"2017-10-09 07:00:01,2,1,,vc", NULL, NULL, "tenant=vc run=2000000", 0},
        {"2017-10-09 07:00:01,2.5,2.0,5,vc,more", NULL, NULL, "gpu=2 tenant=vc run=2500000", 0},
        {"2017-10-09 07:00:00,9,1,9,first", NULL, NULL, "job-2//0 cpu=0 mem=0 gpu=1", 0},
        {"2017-10-09 07:00:01,2,0,0,vc", NULL, "no_gpus", NULL, 0},
        {"2017-02-29 07:00:01,2,1,2,vc", NULL, "bad_time", NULL, 1},
        {"2017-10-09 07:00:60,2,1,2,vc", NULL, "bad_time", NULL, 1},
        {"2017-10-09 24:00:00,2,1,2,vc", NULL, "bad_time", NULL, 1},
        {"2017-10-09 07:00:01 PDT,2,1,2,vc", NULL, "bad_time", NULL, 1},
        {"1969-12-31 07:00:01,2,1,2,vc", NULL, "bad_time", NULL, 1},
        {"2017-10-09,2,1,2,vc", NULL, "bad_time", NULL, 1},
        {",2,1,2,vc", NULL, "bad_time", NULL, 1},
        {"2017-10-09 07:00:01,-2,1,2,vc", NULL, "number_out_of_range", NULL, 2},
        {"2017-10-09 07:00:01,,1,2,vc", NULL, "bad_number", NULL, 2},
        {"2017-10-09 07:00:01,2,1.5,3,vc", NULL, "bad_number", NULL, 3},
        {"2017-10-09 07:00:01,2,100001,2,vc", NULL, "number_out_of_range", NULL, 3},
        {"2017-10-09 07:00:01,2,1,two,vc", NULL, "bad_number", NULL, 4},
        {"2017-10-09 07:00:01,2,1,2", NULL, "missing_column", NULL, 5},
    };
    fixture_check_rows(&fixture, "philly.csv", "philly", HEADER "2017-10-09 07:00:00,9,1,9,first\n",
                       cases, COUNT_OF(cases));
}

Test(philly, quirks_of_the_list_of_servers_are_refused_by_reason)
{
    static const struct {
        const char *row;
        const char *refused;
    } cases[] = {
        {"m1,2, 12GB", "duplicate_row"},    {"m1,8, 12GB", "duplicate_node_differs"},
        {",2, 12GB", "machine_without_id"}, {"m2,17, 12GB", "number_out_of_range"},
        {"m2,two, 12GB", "bad_number"},     {"m2", "missing_column"},
    };
    fixture_write(&fixture, "philly.csv", "2017-10-09 07:00:00,9,1,9,first\n");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[256];
        snprintf(text, sizeof text, "m1,2, 24GB\n%s\n", cases[i].row);
        fixture_write(&fixture, "cluster_machine_list.csv", text);
        read_with("", &trace_options_all);
        cr_assert_eq(row_counts_refused(&fixture.rows, cases[i].refused), 1, "%s", cases[i].row);
        cr_assert_eq(fixture_count(&fixture, "machine_added"), 1, "%s", cases[i].row);
    }
}

Test(philly, the_window_and_the_limits_decide_who_takes_part)
{
    fixture_write(&fixture, "cluster_machine_list.csv", "m1,2,12GB\nm2,2,12GB\n");
    fixture_write(&fixture, "philly.csv",
                  "2017-10-09 07:00:08,9,1,9,after\n2017-10-09 07:00:07,9,1,9,over\n"
                  "2017-10-09 07:00:06,9,64,576,cut\n2017-10-09 07:00:05,9,1,9,in\n"
                  "2017-10-09 07:00:00,9,1,9,before\n");
    struct trace_options options = trace_options_all;
    options.from_us = 5000000;
    options.until_us = 8000000;
    options.tasks_max = 5;
    options.machines_max = 1;
    read_with("", &options);
    cr_assert_str_eq(
        fixture.text,
        "5000000 machine_added m1 cpu=0 mem=0 gpu=2\n"
        "5000000 task_submitted job-4//0 cpu=0 mem=0 gpu=1 tenant=in run=9000000\n"
        "6000000 task_submitted job-3//0 cpu=0 mem=0 gpu=8 count=4 tenant=cut run=9000000\n");
    static const char *const reasons[] = {"before_window", "after_window", "over_tasks_max",
                                          "over_machines_max"};
    for (size_t i = 0; i < COUNT_OF(reasons); i++)
        cr_assert_eq(row_counts_refused(&fixture.rows, reasons[i]), 1, "%s", reasons[i]);
    cr_assert_eq(row_counts_repaired(&fixture.rows, "cut_to_tasks_max"), 1);
}

Test(philly, a_table_is_recognised_by_its_header_or_its_first_row)
{
    static const struct {
        const char *text;
        bool jobs;
    } cases[] = {
        {HEADER "2017-10-09 07:01:55,66.0,1,66.0,vc\n", true},
        {"2017-10-09 07:01:55,66.0,1,66.0,vc\n", true},
        {"2017-10-09 07:01:55,66.0,1,66.0\n", false},
        {"2017-10-09 07:01,66.0,1,66.0,vc\n", false},
        {"1507532515,66.0,1,66.0,vc\n", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        fixture_write(&fixture, "mine.csv", cases[i].text);
        enum status status = fixture_read(&fixture, "mine.csv", NULL, &trace_options_all);
        cr_assert_eq(status, cases[i].jobs ? STATUS_OK : STATUS_BAD_INPUT, "%s", cases[i].text);
    }
    fixture_write(&fixture, "cluster_machine_list.csv", "m1,2,12GB\n");
    cr_assert_eq(fixture_read(&fixture, "", NULL, &trace_options_all), STATUS_BAD_INPUT);
    cr_assert_not_null(strstr(fixture.problem.reason, "jobs is missing"));
}
