/* test_google2019.c - what the rows of the sample of Google's trace of 2019, and of the table
 * of its machines, become. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/trace_fixture.h"

#define SAMPLE "borg_traces_data.csv"
#define HEADER                                                                            \
    ",time,instance_events_type,collection_id,scheduling_class,collection_type,priority," \
    "alloc_collection_id,instance_index,machine_id,resource_request,constraint,"          \
    "collections_events_type,user,collection_name,collection_logical_name,"               \
    "start_after_collection_ids,vertical_scaling,scheduler,start_time,end_time,average_usage\n"
#define REQUEST "\"{'cpus': 0.5, 'memory': 0.25}\""
#define TAIL "[],2,fn8Ve=,name,name,[],1,0,"

static struct fixture fixture;

static void make_folder(void)
{
    fixture_init(&fixture);
}

static void remove_folder(void)
{
    fixture_free(&fixture);
}

TestSuite(google2019, .init = make_folder, .fini = remove_folder);

static void read_with(const struct trace_options *options)
{
    enum status status = fixture_read(&fixture, "", NULL, options);
    cr_assert_eq(status, STATUS_OK, "%s", fixture.problem.reason);
}

static void write_sample(const char *rows)
{
    char text[4096];
    snprintf(text, sizeof text, HEADER "%s", rows);
    fixture_write(&fixture, SAMPLE, text);
}

Test(google2019, every_column_goes_where_it_belongs)
{
    fixture_write(&fixture, "machine_events-000000000000.json",
                  "{\"time\":\"7000000\",\"machine_id\":\"6\",\"type\":\"2\"}\n"
                  "{\"time\":\"0\",\"machine_id\":\"5\",\"type\":\"1\",\"switch_id\":\"x\","
                  "\"capacity\":{\"cpus\":0.591796875,\"memory\":0.33349609375}}\n"
                  "{\"time\":0,\"machine_id\":9007199254740993,\"type\":1,"
                  "\"capacity\":{\"cpus\":0.2,\"memory\":1}}\n"
                  "{\"time\":\"0\",\"machine_id\":\"9007199254740993\",\"type\":\"1\","
                  "\"capacity\":{\"cpus\":0.2,\"memory\":1}}\n"
                  "{\"time\":\"3\",\"machine_id\":\"6\",\"type\":\"1\","
                  "\"capacity\":{\"cpus\":1,\"memory\":0.5}}\n");
    write_sample("0,9000000,2,276227177776,2,0,103,0,376,169321752432," REQUEST "," TAIL
                 "81300000000,81600000000,{}\n"
                 "1,0,3,9,2,0,450,0,0,5,\"{'memory': 1e-09, 'cpus': 0.020660400390625}\","
                 "[],2,,n,l,[],1,0,5000000,6000000,{}");
    read_with(&trace_options_all);
    cr_assert_str_eq(fixture.text,
                     "0 machine_added 5 cpu=0.591796875 mem=0.333496094\n"
                     "0 machine_added 9007199254740993 cpu=0.2 mem=1\n"
                     "0 task_submitted 9//0 cpu=0.020660401 mem=0.000000001 priority=450"
                     " run=1000000\n"
                     "3 machine_added 6 cpu=1 mem=0.5\n"
                     "7000000 machine_removed 6\n"
                     "9000000 task_submitted 276227177776//376 cpu=0.5 mem=0.25 priority=103"
                     " tenant=fn8Ve= run=300000000\n");
    /* A number above 2^31 is no exact integer in JSON: the publisher writes a text. */
    cr_assert_eq(row_counts_refused(&fixture.rows, "bad_number"), 1);
    cr_assert_eq(fixture.rows.read, 7);
    cr_assert_eq(fixture.rows.used, 6);
}

Test(google2019, all_rows_of_an_instance_are_one_task)
{
    write_sample("0,9,5,7,2,0,103,0,1,5,\"{'cpus': 0.5, 'memory': 0.25}\",[],2,late,,,[],1,0,"
                 "0,300,{}\n"
                 "1,4,0,7,2,0,101,0,1,5,,[],2,early,,,[],1,0,,,{}\n"
                 "2,6,2,7,2,0,102,0,1,5,\"{'cpus': 0.125, 'memory': 0.5}\",[],2,mid,,,[],1,0,"
                 "10,500,{}\n"
                 "3,8,6,7,2,0,102,0,1,5,\"{'cpus': 0.125, 'memory': 0.5}\",[],2,mid,,,[],1,0,"
                 "10,20,{}\n"
                 "4,8,6,7,2,0,102,0,2,5,\"{'cpus': 0.125, 'memory': 0.5}\",[],2,mid,,,[],1,0,"
                 "10,20,{}\n");
    read_with(&trace_options_all);
    cr_assert_str_eq(fixture.text,
                     "4 task_submitted 7//1 cpu=0.125 mem=0.5 priority=101 tenant=early fail=490\n"
                     "8 task_submitted 7//2 cpu=0.125 mem=0.5 priority=102 tenant=mid run=10\n");
    cr_assert_eq(fixture.rows.used, 5);
    cr_assert_eq(row_counts_repaired(&fixture.rows, "request_change_ignored"), 1);
    cr_assert_eq(fixture.rows.repaired_count, 1);
}

Test(google2019, quirks_of_a_row_are_put_right_or_refused_by_reason)
{
    static const struct row_case cases[] = {
        {"1,5,3,7,2,0,0,0,1,5,," TAIL "0,9,", "request_unknown", NULL, "cpu=0 mem=0 tenant", 0},
        {"1,5,3,7,2,0,0,0,1,5,\"{'cpus': None, 'memory': 0.5}\"," TAIL "0,9,", "request_unknown",
         NULL, "cpu=0 mem=0 tenant", 0},
        {"1,5,3,7,2,0,0,0,1,5," REQUEST "," TAIL ",,", "run_time_unknown", NULL,
         "7//1 cpu=0.5 mem=0.25 tenant=fn8Ve= run=77", 0},
        {"1,5,3,7,2,0,0,0,1,5," REQUEST "," TAIL "8,8,", "run_time_unknown", NULL,
         "7//1 cpu=0.5 mem=0.25 tenant=fn8Ve= run=77", 0},
        {"1,5,7,7,2,0,0,0,1,5," REQUEST "," TAIL "0,9,", "killed_as_finished", NULL, "run=9\n", 0},
        {"1,5,8,7,2,0,0,0,1,5," REQUEST "," TAIL "0,9,", "killed_as_finished", NULL, "run=9\n", 0},
        {"1,5,4,7,2,0,0,0,1,5," REQUEST "," TAIL "0,9,", NULL, NULL, "run=9\n", 0},
        {"1,5,5,7,2,0,0,0,1,5," REQUEST "," TAIL "0,9,", NULL, NULL, "fail=9\n", 0},
        {"1,5,3,7,2,0,0,44,1,5," REQUEST "," TAIL "0,9,", "inside_alloc_set", NULL, "run=9\n", 0},
        {"1,5,3,7,2,0,0,0,1,5," REQUEST ",\"[{'name': 'a', 'relation': 1}]\",2,u,,,[],1,0,0,9,",
         "constraint_ignored", NULL, "run=9\n", 0},
        {"1,5,3,7,2,0,0,0,1,5," REQUEST ",[],2,u,,,\"[12, 13]\",1,0,0,9,", "start_after_ignored",
         NULL, "run=9\n", 0},
        {"1,5,3,7,2,1,0,0,1,5," REQUEST "," TAIL "0,9,", NULL, "alloc_set", NULL, 0},
        {"1,9223372036854775807,3,7,2,0,0,0,1,5," REQUEST "," TAIL "0,9,", NULL, "after_the_end",
         NULL, 0},
        {"1,9223372036854776000,3,7,2,0,0,0,1,5," REQUEST "," TAIL "0,9,", NULL, "after_the_end",
         NULL, 0},
        {"1,-5,3,7,2,0,0,0,1,5," REQUEST "," TAIL "0,9,", NULL, "number_out_of_range", NULL, 2},
        {"1,5,11,7,2,0,0,0,1,5," REQUEST "," TAIL "0,9,", NULL, "unknown_event", NULL, 3},
        {"1,5,3,,2,0,0,0,1,5," REQUEST "," TAIL "0,9,", NULL, "bad_number", NULL, 4},
        {"1,5,3,7,2,2,0,0,1,5," REQUEST "," TAIL "0,9,", NULL, "number_out_of_range", NULL, 6},
        {"1,5,3,7,2,0,free,0,1,5," REQUEST "," TAIL "0,9,", NULL, "bad_number", NULL, 7},
        {"1,5,3,7,2,0,0,0,4294967295,5," REQUEST "," TAIL "0,9,", NULL, "number_out_of_range", NULL,
         9},
        {"1,5,3,7,2,0,0,0,1,5,0.5," TAIL "0,9,", NULL, "bad_request", NULL, 11},
        {"1,5,3,7,2,0,0,0,1,5,\"{'cpus': much, 'memory': 0.5}\"," TAIL "0,9,", NULL, "bad_request",
         NULL, 11},
        {"1,5,3,7,2,0,0,0,1,5,\"{'cpus': -1, 'memory': 0.5}\"," TAIL "0,9,", NULL, "bad_request",
         NULL, 11},
        {"1,5,3,7,2,0,0,0,1,5," REQUEST "," TAIL "9,8,", NULL, "end_before_start", NULL, 21},
        {"1,5,3,7,2,0,0,0,1,5," REQUEST, NULL, "missing_column", NULL, 12},
    };
    fixture_check_rows(&fixture, SAMPLE, "google2019",
                       HEADER "0,90,3,9,2,0,0,0,0,5," REQUEST "," TAIL "0,77,\n", cases,
                       COUNT_OF(cases));
}

Test(google2019, quirks_of_a_machine_row_are_put_right_or_refused_by_reason)
{
    static const struct {
        const char *row;
        const char *repaired;
        const char *refused;
        const char *event; /* of the machine */
    } cases[] = {
        {"{\"time\":\"0\",\"machine_id\":\"7\",\"type\":\"1\"}", "capacity_unknown", NULL,
         "0 machine_added 7 unschedulable cpu=0 mem=0\n"},
        {"{\"time\":\"0\",\"machine_id\":\"7\",\"type\":\"1\",\"capacity\":{\"cpus\":1}}",
         "capacity_unknown", NULL, "0 machine_added 7 unschedulable cpu=0 mem=0\n"},
        {"{\"time\":\"5\",\"machine_id\":\"6\",\"type\":\"3\","
         "\"capacity\":{\"cpus\":0.5,\"memory\":0.5}}",
         NULL, NULL, "5 machine_updated 6 cpu=0.5 mem=0.5\n"},
        {"{\"time\":\"5\",\"machine_id\":\"6\",\"type\":\"1\","
         "\"capacity\":{\"cpus\":1,\"memory\":1}}",
         "machine_unchanged", NULL, ""},
        {"{\"time\":\"5\",\"machine_id\":\"7\",\"type\":\"2\"}", NULL, "machine_absent", ""},
        {"{\"time\":\"91\",\"machine_id\":\"6\",\"type\":\"2\"}", NULL, "after_the_records", ""},
        {"{\"time\":\"9223372036854775807\",\"machine_id\":\"6\",\"type\":\"2\"}", NULL,
         "after_the_end", ""},
        {"{\"time\":\"-1\",\"machine_id\":\"6\",\"type\":\"2\"}", NULL, "number_out_of_range", ""},
        {"{\"time\":\"5\",\"machine_id\":\"6\",\"type\":\"4\"}", NULL, "unknown_event", ""},
        {"{\"time\":\"5\",\"machine_id\":\"6\",\"type\":1.5}", NULL, "bad_number", ""},
        {"{\"time\":\"5\",\"type\":\"1\"}", NULL, "bad_number", ""},
        {"{\"time\":\"5\",\"machine_id\":\"6\",\"type\":\"1\",\"capacity\":{\"cpus\":-1}}", NULL,
         "number_out_of_range", ""},
        {"{\"time\":\"5\",\"machine_id\":\"6\",\"type\":\"1\",\"capacity\":{\"cpus\":\"1\"}}", NULL,
         "number_out_of_range", ""},
        {"{\"time\":\"5\",\"machine_id\":\"6\",", NULL, "bad_json", ""},
        {"[\"5\",\"6\",\"1\"]", NULL, "bad_json", ""},
    };
    write_sample("0,90,3,9,2,0,0,0,0,5," REQUEST "," TAIL "0,77,\n");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "{\"time\":\"0\",\"machine_id\":\"6\",\"type\":\"1\","
                 "\"capacity\":{\"cpus\":1,\"memory\":1}}\n%s\n",
                 cases[i].row);
        fixture_write(&fixture, "machine_events.json", text);
        read_with(&trace_options_all);
        snprintf(text, sizeof text,
                 "0 machine_added 6 cpu=1 mem=1\n%s"
                 "90 task_submitted 9//0 cpu=0.5 mem=0.25 tenant=fn8Ve= run=77\n",
                 cases[i].event);
        cr_assert_str_eq(fixture.text, text, "%s", cases[i].row);
        if (cases[i].repaired)
            cr_assert_eq(row_counts_repaired(&fixture.rows, cases[i].repaired), 1, "%s",
                         cases[i].row);
        if (cases[i].refused)
            cr_assert_eq(row_counts_refused(&fixture.rows, cases[i].refused), 1, "%s",
                         cases[i].row);
    }
}

Test(google2019, the_first_machines_are_those_that_come_first)
{
    fixture_write(&fixture, "machine_events.json",
                  "{\"time\":\"50\",\"machine_id\":\"1\",\"type\":\"1\"}\n"
                  "{\"time\":\"0\",\"machine_id\":\"2\",\"type\":\"1\"}\n"
                  "{\"time\":\"0\",\"machine_id\":\"3\",\"type\":\"1\"}\n");
    write_sample("0,90,3,9,2,0,0,0,0,5," REQUEST "," TAIL "0,77,\n");
    struct trace_options options = trace_options_all;
    options.machines_max = 2;
    read_with(&options);
    cr_assert_eq(fixture_count(&fixture, "machine_added 2 "), 1);
    cr_assert_eq(fixture_count(&fixture, "machine_added 3 "), 1);
    cr_assert_eq(row_counts_refused(&fixture.rows, "over_machines_max"), 1);
}

Test(google2019, the_folder_of_a_year_is_told_by_its_tables_and_a_file_by_its_header)
{
    fixture_write(&fixture, "machine_events.json", "");
    cr_assert_eq(fixture_read(&fixture, "", "google2019", &trace_options_all), STATUS_BAD_INPUT);
    cr_assert_not_null(strstr(fixture.problem.reason, "the sample is missing"));
    write_sample("0,90,3,9,2,0,0,0,0,5," REQUEST "," TAIL "0,77,\n");
    read_with(&trace_options_all);
    cr_assert_eq(fixture.events, 1);
    fixture_write(&fixture, "mine.csv", HEADER "0,90,3,9,2,0,0,0,0,5," REQUEST "," TAIL "0,77,\n");
    cr_assert_eq(fixture_read(&fixture, "mine.csv", NULL, &trace_options_all), STATUS_OK);
    cr_assert_eq(fixture.events, 1);
}
