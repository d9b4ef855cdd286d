/* test_google2011.c - what each history of a task and a machine becomes. */
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

TestSuite(google2011, .init = make_folder, .fini = remove_folder);

static void read_with(const struct trace_options *options)
{
    enum status status = fixture_read(&fixture, "", "google2011", options);
    cr_assert_eq(status, STATUS_OK, "%s", fixture.problem.reason);
}

static void read_all(void)
{
    read_with(&trace_options_all);
}

static uint64_t refused(const char *reason)
{
    return row_counts_refused(&fixture.rows, reason);
}

static uint64_t repaired(const char *reason)
{
    return row_counts_repaired(&fixture.rows, reason);
}

/* Rows of one task 17/0 from a history like "100 0;200 1": time and event type, and behind
 * them, if wanted, the request "100 0 0.5,0.25". Every row names machine 5. */
static void write_history(const char *history)
{
    char text[2048];
    size_t size = 0;
    while (*history) {
        long long time;
        int event;
        char request[32] = "0.5,0.25";
        int used = 0;
        cr_assert_geq(sscanf(history, "%lld %d%n", &time, &event, &used), 2);
        history += used;
        if (*history == ' ') {
            cr_assert_eq(sscanf(history, " %31[^;]%n", request, &used), 1);
            history += used;
        }
        history += *history == ';';
        size += (size_t)snprintf(text + size, sizeof text - size,
                                 "%lld,,17,0,5,%d,user,0,9,%s,0.001,0\n", time, event, request);
    }
    fixture_write(&fixture, "task_events/part-00000-of-00500.csv", text);
}

#define MACHINE "0,5,0,platform,0.5,0.2493\n"
#define SUBMITTED "task_submitted 17//0 cpu=0.5 mem=0.25 priority=9"

Test(google2011, every_column_goes_where_it_belongs)
{
    fixture_write(&fixture, "machine_events/part-00000-of-00001.csv", MACHINE);
    fixture_write(&fixture, "task_events/part-00000-of-00500.csv",
                  "0,2,6221861800,3,5,1,uSeR=,2,11,0.125,0.07446,0.0004244,0\n"
                  "0,,6221861800,3,,0,uSeR=,2,11,0.125,0.07446,0.0004244,0\n"
                  "700,,6221861800,3,5,4,uSeR=,2,11,0.125,0.07446,0.0004244,0");
    read_all();
    cr_assert_str_eq(fixture.text,
                     "0 machine_added 5 cpu=0.5 mem=0.2493\n"
                     "0 task_submitted 6221861800//3 cpu=0.125 mem=0.07446 priority=11 on=5"
                     " tenant=uSeR= run=700\n");
    cr_assert_eq(fixture.rows.used, 4);
    cr_assert_eq(fixture.rows.repaired_count, 0);
}

/* A history of a task, its events, and the reasons that it is counted under, each with
 * "+" (repaired) or "-" (refused) before it. */
static const struct {
    const char *history;
    const char *events;
    const char *reasons;
} histories[] = {
    /* Ends. */
    {"100 0;150 1;400 4", "100 " SUBMITTED " run=250", ""},
    {"100 0;150 1;150 4", "100 " SUBMITTED " run=0", ""},
    {"100 0;150 1;400 3", "100 " SUBMITTED " fail=250", ""},
    {"100 0;150 1;400 5", "100 " SUBMITTED " run=never\n400 task_killed 17//0",
     "-schedule_not_replayed"},
    {"100 0;150 1;400 6", "100 " SUBMITTED " run=never\n400 task_killed 17//0",
     "-schedule_not_replayed"},
    {"100 0;400 5", "100 " SUBMITTED " run=never\n400 task_killed 17//0", ""},
    {"100 0;100 5", "100 " SUBMITTED " run=never\n101 task_killed 17//0", "+killed_at_submission"},
    {"100 0;150 1", "100 " SUBMITTED " run=never", "+never_ends"},
    {"100 0", "100 " SUBMITTED " run=never", "+run_time_unknown"},
    {"100 0;400 4", "100 " SUBMITTED " run=300", "+end_without_schedule"},
    /* Several lives and attempts. */
    {"100 0;150 1;400 3;410 0;420 1;430 4", "100 " SUBMITTED " fail=250 run=10", ""},
    {"100 0;150 1;400 3;410 0;420 1;430 3", "100 " SUBMITTED " fail=250 fail=10", ""},
    {"100 0;150 1;400 3;410 0;420 1;430 5",
     "100 " SUBMITTED " fail=250 run=never\n430 task_killed 17//0", "-schedule_not_replayed"},
    {"100 0;150 1;400 3;410 0", "100 " SUBMITTED " fail=250 run=never", "+run_time_unknown"},
    {"100 0;150 1;400 4;500 0;510 1;530 4", "100 " SUBMITTED " run=250\n500 " SUBMITTED " run=20",
     ""},
    {"100 0;400 5;400 0;410 1;430 4",
     "100 " SUBMITTED " run=never\n400 task_killed 17//0\n400 " SUBMITTED " run=20", ""},
    {"100 0;150 1;400 4;450 5", "100 " SUBMITTED " run=250", "-already_ended"},
    {"100 0;150 1;400 3;450 5", "100 " SUBMITTED " fail=250", "-already_ended"},
    /* What Google's scheduler decided. */
    {"100 0;150 1;400 2;400 0;450 1;460 4", "100 " SUBMITTED " run=10",
     "-evict_not_replayed-resubmit_not_replayed-schedule_not_replayed"},
    {"100 0;200 2;200 0;250 1;260 4", "100 " SUBMITTED " run=10",
     "-evict_not_replayed-resubmit_not_replayed"},
    {"100 0;150 1;400 2", "100 " SUBMITTED " run=never",
     "-evict_not_replayed-schedule_not_replayed+run_time_unknown"},
    {"100 0;150 1;200 1;260 4", "100 " SUBMITTED " run=60", "-schedule_not_replayed"},
    {"100 0;150 0;200 1;260 4", "100 " SUBMITTED " run=60", "-submit_repeated"},
    /* The order within a microsecond means nothing. */
    {"100 1;100 0;120 4", "100 " SUBMITTED " run=20", ""},
    {"100 4;100 1;100 0", "100 " SUBMITTED " run=0", ""},
    {"100 0;150 1;400 0;400 2;450 1;460 4", "100 " SUBMITTED " run=10",
     "-evict_not_replayed-resubmit_not_replayed-schedule_not_replayed"},
    {"400 4;150 1;100 0", "100 " SUBMITTED " run=250", ""},
    /* Updates. */
    {"100 0;120 7 0.4,0.25;150 1;400 4",
     "100 " SUBMITTED " run=250\n120 task_updated 17//0 cpu=0.4 mem=0.25 priority=9", ""},
    {"100 0;150 1;160 8 0.5,0.3;400 4",
     "100 " SUBMITTED " run=250\n160 task_updated 17//0 cpu=0.5 mem=0.3 priority=9", ""},
    {"100 0;150 1;160 8;400 4", "100 " SUBMITTED " run=250", "+update_without_change"},
    {"100 0;150 1;160 8 ,;400 4", "100 " SUBMITTED " run=250", "+update_without_change"},
    {"100 0 0.1,0.1;100 7;150 1;400 4", "100 " SUBMITTED " run=250", ""},
    {"100 0;150 1;400 4;450 8", "100 " SUBMITTED " run=250", "-already_ended"},
    /* A task of which the records do not have the beginning. */
    {"100 1;400 4", "100 " SUBMITTED " run=300", "+implicit_submit"},
    {"100 7;150 1;400 4", "100 " SUBMITTED " run=250", NULL},
    {"100 4", "100 " SUBMITTED " on=5 run=0", "+implicit_submit"},
    {"100 8 0.5,0.25;400 4", "100 " SUBMITTED " on=5 run=300", NULL},
    {"100 2;100 0;200 1;300 4", "100 " SUBMITTED " run=100", NULL},
    /* Before the trace. */
    {"0 0;0 1;400 4", "0 " SUBMITTED " on=5 run=400", ""},
    {"0 0;0 1", "0 " SUBMITTED " on=5 run=never", "+never_ends"},
    {"0 0;0 1;400 2;400 0;500 1;530 4", "0 " SUBMITTED " on=5 run=30",
     "-evict_not_replayed-resubmit_not_replayed"},
    {"0 0;650 1;700 4", "0 " SUBMITTED " run=50", ""},
    /* Requests. */
    {"0 0 ,;0 1 ,;90 8;400 4", "0 " SUBMITTED " on=5 run=400",
     "+request_from_later_row+update_without_change"},
    {"100 0 ,;150 1 ,;400 4 ,", "task_submitted 17//0 cpu=0 mem=0", "+request_unknown"},
    {"100 0 0,0;150 1 0,0;400 4 0,0", "task_submitted 17//0 cpu=0 mem=0", ""},
};

/* Is the history's event text, with the tenant put in, what was read? */
static void check_events(size_t i)
{
    char expected[512];
    snprintf(expected, sizeof expected, "%s", histories[i].events);
    for (char *line = strtok(expected, "\n"); line; line = strtok(NULL, "\n")) {
        char wanted[256];
        char *run = strstr(line, " run=");
        char *fail = strstr(line, " fail=");
        if (fail && (!run || fail < run))
            run = fail;
        snprintf(wanted, sizeof wanted, "%.*s%s%s", (int)(run ? run - line : 250), line,
                 run ? " tenant=user" : "", run ? run : "");
        cr_assert(strstr(fixture.text, wanted), "%s: \"%s\" not in \"%s\"", histories[i].history,
                  wanted, fixture.text);
    }
}

static void check_reasons(size_t i)
{
    const char *reasons = histories[i].reasons;
    if (!reasons)
        return;
    size_t count = 0;
    char list[256];
    snprintf(list, sizeof list, "%s", reasons);
    for (char *reason = strtok(list, "+-"); reason; reason = strtok(NULL, "+-"), count++)
        cr_assert_geq(reasons[reason - list - 1] == '+' ? repaired(reason) : refused(reason), 1,
                      "%s: %s", histories[i].history, reason);
    cr_assert_eq(count, fixture.rows.repaired_count + fixture.rows.refused_count, "%s",
                 histories[i].history);
}

Test(google2011, a_history_of_rows_becomes_lives)
{
    fixture_write(&fixture, "machine_events/part-00000-of-00001.csv", MACHINE);
    for (size_t i = 0; i < COUNT_OF(histories); i++) {
        write_history(histories[i].history);
        read_all();
        check_events(i);
        check_reasons(i);
        uint32_t lines = 1;
        for (const char *c = histories[i].events; *c; c++)
            lines += *c == '\n';
        cr_assert_eq(fixture.events, 1 + lines, "%s: %s", histories[i].history, fixture.text);
    }
}

Test(google2011, a_task_left_waiting_runs_as_long_as_the_median_of_the_others)
{
    fixture_write(&fixture, "task_events.csv",
                  "100,,1,0,,0,u,0,0,0.1,0.1,0,0\n"
                  "100,,1,1,,0,u,0,0,0.1,0.1,0,0\n"
                  "100,,1,2,,0,u,0,0,0.1,0.1,0,0\n"
                  "100,,1,3,,0,u,0,0,0.1,0.1,0,0\n"
                  "200,,1,1,5,1,u,0,0,0.1,0.1,0,0\n"
                  "200,,1,2,5,1,u,0,0,0.1,0.1,0,0\n"
                  "200,,1,3,5,1,u,0,0,0.1,0.1,0,0\n"
                  "210,,1,1,5,4,u,0,0,0.1,0.1,0,0\n"
                  "230,,1,2,5,4,u,0,0,0.1,0.1,0,0\n"
                  "900,,1,3,5,4,u,0,0,0.1,0.1,0,0\n");
    read_all();
    cr_assert_eq(fixture_count(&fixture, "1//0 cpu=0.1 mem=0.1 tenant=u run=30\n"), 1);
}

Test(google2011, a_task_cannot_start_on_a_machine_that_is_not_there)
{
    write_history("0 0;0 1;400 4");
    static const char *const tables[] = {
        "0,6,0,p,1,1\n",                  /* not in the table */
        "0,5,0,p,,\n",                    /* takes no task */
        "100,5,0,p,1,1\n",                /* comes later */
        "0,6,0,p,1,1\n0,5,0,p,0.5,0.5\n", /* not among the first so many */
    };
    struct trace_options options = trace_options_all;
    options.machines_max = 1;
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        fixture_write(&fixture, "machine_events.csv", tables[i]);
        read_with(&options);
        cr_assert_eq(fixture_count(&fixture, "on="), 0, "%s", tables[i]);
        cr_assert_eq(repaired("machine_not_usable"), 1, "%s", tables[i]);
    }
}

Test(google2011, machines_come_change_and_go)
{
    write_history("100 0;150 1;775 4");
    fixture_write(&fixture, "machine_events/part-00000-of-00001.csv",
                  "0,5,0,p,0.5,0.25\n"
                  "0,6,0,p,,\n"
                  "0,9007199254740993,0,p,1,1\n"
                  "700,5,2,p,0.5,0.25\n"
                  "710,5,2,p,0.25,0.25\n"
                  "720,5,0,p,1,0.5\n"
                  "720,5,1,p,0.25,0.25\n"
                  "730,6,2,p,0.5,0.5\n"
                  "740,5,2,p,,\n"
                  "750,7,1,p,1,1\n"
                  "760,7,2,p,1,1\n"
                  "770,5,0,p,1,0.5\n"
                  "9223372036854775807,5,1,p,1,0.5\n"
                  "780,5,3,p,1,0.5\n"
                  "790,5,1,p,1,0.5\n");
    read_all();
    const char *after = strstr(fixture.text, "700 ");
    cr_assert_null(after, "%s", fixture.text);
    cr_assert(strstr(fixture.text, "0 machine_added 5 cpu=0.5 mem=0.25\n"
                                   "0 machine_added 6 unschedulable cpu=0 mem=0\n"
                                   "0 machine_added 9007199254740993 cpu=1 mem=1\n"));
    cr_assert(strstr(fixture.text, "710 machine_updated 5 cpu=0.25 mem=0.25\n"
                                   "720 machine_removed 5\n"
                                   "720 machine_added 5 cpu=1 mem=0.5\n"
                                   "730 machine_removed 6\n"
                                   "730 machine_added 6 cpu=0.5 mem=0.5\n"));
    cr_assert_eq(repaired("capacity_unknown"), 2);
    cr_assert_eq(repaired("machine_unchanged"), 3);
    cr_assert_eq(repaired("added_again"), 1);
    cr_assert_eq(refused("machine_absent"), 2);
    cr_assert_eq(refused("after_the_end"), 1);
    cr_assert_eq(refused("unknown_event"), 1);
    cr_assert_eq(refused("after_the_records"), 1);
    cr_assert(fixture.records_ended);
    cr_assert_eq(fixture.records_end_us, 775);
}

Test(google2011, a_window_starts_with_the_machines_of_its_time_and_no_tasks)
{
    fixture_write(&fixture, "machine_events.csv",
                  "0,5,0,p,0.5,0.25\n"
                  "100,6,0,p,1,1\n"
                  "200,5,1,p,,\n"
                  "900,7,0,p,1,1\n");
    fixture_write(&fixture, "task_events.csv",
                  "0,,1,0,5,1,u,0,0,0.1,0.1,0,0\n"
                  "0,,1,0,,0,u,0,0,0.1,0.1,0,0\n"
                  "300,,1,1,,0,u,0,0,0.1,0.1,0,0\n"
                  "300,,1,2,,0,u,0,0,0.1,0.1,0,0\n"
                  "310,,1,3,,0,u,0,0,0.1,0.1,0,0\n"
                  "350,,1,1,6,1,u,0,0,0.1,0.1,0,0\n"
                  "950,,1,1,6,4,u,0,0,0.1,0.1,0,0\n"
                  "950,,1,2,6,5,u,0,0,0.1,0.1,0,0\n"
                  "800,,1,4,,0,u,0,0,0.1,0.1,0,0\n");
    struct trace_options options = trace_options_all;
    options.from_us = 250;
    options.until_us = 800;
    options.tasks_max = 2;
    read_with(&options);
    cr_assert_str_eq(fixture.text, "250 machine_added 6 cpu=1 mem=1\n"
                                   "300 task_submitted 1//1 cpu=0.1 mem=0.1 tenant=u run=600\n"
                                   "300 task_submitted 1//2 cpu=0.1 mem=0.1 tenant=u run=never\n");
    cr_assert_eq(refused("before_window"), 2);
    cr_assert_eq(refused("over_tasks_max"), 1);
    cr_assert_eq(refused("after_window"), 3);
}

Test(google2011, bad_rows_are_refused_by_reason)
{
    static const struct {
        const char *row;
        const char *reason;
    } cases[] = {
        {"x,,1,0,,0,u,0,0,0.1,0.1,0,0", "bad_number"},
        {"-1,,1,0,,0,u,0,0,0.1,0.1,0,0", "number_out_of_range"},
        {"9,,,0,,0,u,0,0,0.1,0.1,0,0", "bad_number"},
        {"9,,1,-1,,0,u,0,0,0.1,0.1,0,0", "number_out_of_range"},
        {"9,,1,4294967295,,0,u,0,0,0.1,0.1,0,0", "number_out_of_range"},
        {"9,,9223372036854775808,0,,0,u,0,0,0.1,0.1,0,0", "number_out_of_range"},
        {"9,,1,0,,9,u,0,0,0.1,0.1,0,0", "unknown_event"},
        {"9,,1,0,,0,u,0,,0.1,0.1,0,0", "bad_number"},
        {"9,,1,0,,0,u,0,0,-0.1,0.1,0,0", "number_out_of_range"},
        {"9,,1,0,,0,u,0,0,0.1,much,0,0", "bad_number"},
        {"9,,1,0,here,0,u,0,0,0.1,0.1,0,0", "bad_number"},
        {"9,,1,0,,0,u,0,0", "missing_column"},
        {"9223372036854775807,,1,0,,0,u,0,0,0.1,0.1,0,0", "after_the_end"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[256];
        snprintf(text, sizeof text, "5,,1,7,,0,u,0,0,0.1,0.1,0,0\n%s\n", cases[i].row);
        fixture_write(&fixture, "task_events.csv", text);
        read_all();
        cr_assert_eq(refused(cases[i].reason), 1, "%s", cases[i].row);
        cr_assert_eq(fixture.events, 1);
    }
}

Test(google2011, a_spread_restriction_is_counted_once_per_life)
{
    fixture_write(&fixture, "task_events.csv",
                  "5,,1,7,,0,u,0,0,0.1,0.1,0,1\n"
                  "6,,1,7,3,1,u,0,0,0.1,0.1,0,1\n"
                  "7,,1,7,3,4,u,0,0,0.1,0.1,0,1\n");
    read_all();
    cr_assert_eq(repaired("different_machines_ignored"), 1);
}

Test(google2011, job_rows_add_nothing_and_are_accounted_for)
{
    fixture_write(&fixture, "task_events.csv", "5,,1,7,,0,u,0,0,0.1,0.1,0,0\n");
    fixture_write(&fixture, "job_events/part-00000-of-00500.csv",
                  "0,,1,0,u,0,name,logical\n"
                  "0,,2,0,u,0,name,logical\n"
                  "9,,1,1,u,0,name,logical\n");
    read_all();
    cr_assert_eq(fixture.events, 1);
    cr_assert_eq(fixture.rows.used, 3);
    cr_assert_eq(repaired("job_without_tasks"), 1);
    cr_assert_eq(refused("implied_by_task_rows"), 1);
}

Test(google2011, parts_are_read_compressed_in_order_of_their_numbers)
{
    fixture_write_gzip(&fixture, "task_events/part-00010-of-00500.csv.gz",
                       "150,,1,7,5,1,u,0,0,0.1,0.1,0,0\n400,,1,7,5,4,u,0,0,0.1,0.1,0,0\n");
    fixture_write(&fixture, "task_events/part-00009-of-00500.csv",
                  "100,,1,7,,0,u,0,0,0.1,0.1,0,0\n");
    read_all();
    cr_assert_str_eq(fixture.text, "100 task_submitted 1//7 cpu=0.1 mem=0.1 tenant=u run=250\n");
}

Test(google2011, a_cut_off_part_is_bad_input_with_its_place)
{
    size_t size = fixture_write_gzip(&fixture, "task_events/part-00000-of-00500.csv.gz",
                                     "150,,1,7,5,1,u,0,0,0.1,0.1,0,0\n"
                                     "400,,1,7,5,4,u,0,0,0.1,0.1,0,0\n");
    fixture_cut(&fixture, "task_events/part-00000-of-00500.csv.gz", size - 8);
    cr_assert_eq(fixture_read(&fixture, "", NULL, &trace_options_all), STATUS_BAD_INPUT);
    cr_assert(strstr(fixture.problem.file, "part-00000-of-00500.csv.gz"));
    cr_assert_gt(fixture.problem.line, 0);
}
