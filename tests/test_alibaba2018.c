/* test_alibaba2018.c - what each quirk of Alibaba's tables becomes. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
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

TestSuite(alibaba2018, .init = make_folder, .fini = remove_folder);

/* Read the folder with all options at their defaults, and expect it to be good. */
static void read_all(void)
{
    enum status status = fixture_read(&fixture, "", "alibaba2018", &trace_options_all);
    cr_assert_eq(status, STATUS_OK, "%s", fixture.problem.reason);
}

static void read_with(const struct trace_options *options)
{
    enum status status = fixture_read(&fixture, "", "alibaba2018", options);
    cr_assert_eq(status, STATUS_OK, "%s", fixture.problem.reason);
}

static uint64_t refused(const char *reason)
{
    return row_counts_refused(&fixture.rows, reason);
}

static uint64_t repaired(const char *reason)
{
    return row_counts_repaired(&fixture.rows, reason);
}

Test(alibaba2018, every_column_goes_where_it_belongs)
{
    fixture_write(&fixture, "machine_meta.csv", "m_1,3,219,17,64,87.5,USING\n");
    fixture_write(&fixture, "batch_task.csv",
                  "R2_1,3,j_7,1,Terminated,100,117,50,0.39\n"
                  "M1,2,j_7,1,Terminated,100,105,800,2.74");
    read_all();
    cr_assert_str_eq(fixture.text,
                     "3000000 machine_added m_1 rack=fd1-219 cpu=64 mem=87.5\n"
                     "100000000 task_submitted j_7/M1/0 cpu=8 mem=2.74 count=2 run=5000000\n"
                     "100000000 task_submitted j_7/R2_1/0 cpu=0.5 mem=0.39 count=3 run=17000000"
                     " after=M1\n");
    cr_assert_eq(fixture.rows.used, 3);
    cr_assert_eq(fixture.rows.repaired_count, 0);
}

Test(alibaba2018, stages_that_start_together_come_after_those_they_wait_for)
{
    fixture_write(&fixture, "batch_task.csv",
                  "J4_2_3,1,j_7,1,Terminated,100,117,50,0.3\n"
                  "R2_1,1,j_7,1,Terminated,100,117,50,0.3\n"
                  "R5_4,1,j_7,1,Terminated,99,117,50,0.3\n"
                  "M3,1,j_7,1,Terminated,100,117,50,0.3\n"
                  "M1,1,j_7,1,Terminated,100,117,50,0.3\n"
                  "M1,1,j_6,1,Terminated,100,117,50,0.3\n");
    read_all();
    cr_assert_str_eq(
        fixture.text,
        "99000000 task_submitted j_7/R5_4/0 cpu=0.5 mem=0.3 run=18000000 after=J4_2_3\n"
        "100000000 task_submitted j_7/M1/0 cpu=0.5 mem=0.3 run=17000000\n"
        "100000000 task_submitted j_7/R2_1/0 cpu=0.5 mem=0.3 run=17000000 after=M1\n"
        "100000000 task_submitted j_7/M3/0 cpu=0.5 mem=0.3 run=17000000\n"
        "100000000 task_submitted j_7/J4_2_3/0 cpu=0.5 mem=0.3 run=17000000"
        " after=R2_1 after=M3\n"
        "100000000 task_submitted j_6/M1/0 cpu=0.5 mem=0.3 run=17000000\n");
}

Test(alibaba2018, quirks_of_a_task_row_are_put_right_or_refused_by_reason)
{
    static const struct {
        const char *row;
        const char *repaired;
        const char *refused;
        const char *event; /* a part of it */
    } cases[] = {
        {"M1,1,j_1,,Terminated,100,117,100,0.3", NULL, NULL, "cpu=1 mem=0.3 run=17000000\n"},
        {"M1,1.0,j_1,,Terminated,100.0,117.0,100.0,0.3", NULL, NULL, "run=17000000\n"},
        {"M1,1,j_1,,Terminated,100,117,100,0.3,more,columns", NULL, NULL, "run=17000000\n"},
        {"M1,1,j_1,,Terminated,100,100,100,0.3", "run_below_second", NULL, "run=1000000\n"},
        {"M1,1,j_1,,Terminated,100,117,,", "plan_missing", NULL, "cpu=1 mem=0 run"},
        {"M1,1,j_1,,Terminated,100,117,,0.3", "plan_missing", NULL, "cpu=1 mem=0.3 run"},
        {"M1,1,j_1,,Terminated,100,117,-1,101", "plan_invalid", NULL, "cpu=1 mem=0 run"},
        {"M1,1,j_1,,Running,100,0,100,0.3", "never_ends", NULL, "run=never\n"},
        {"M1,1,j_1,,Running,100,,100,0.3", "never_ends", NULL, "run=never\n"},
        {"M1,1,j_1,,Running,100,99,100,0.3", "never_ends", NULL, "run=never\n"},
        {"M1,1,j_1,,Running,100,117,100,0.3", "end_of_running", NULL, "run=17000000\n"},
        {"M1,1,j_1,,Failed,100,117,100,0.3", NULL, NULL, "fail=17000000\n"},
        {"M1,1,j_1,,Interrupted,100,117,100,0.3", NULL, NULL, "fail=17000000\n"},
        {"M1,1,j_1,,Waiting,0,0,,", NULL, "waiting", NULL},
        {"M1,,j_1,,Waiting,0,0,,", NULL, "waiting", NULL},
        {"M1,,j_1,,Terminated,100,117,100,0.3", NULL, "no_instance_count", NULL},
        {"M1,1,j_1,,Terminated,0,117,100,0.3", NULL, "no_start", NULL},
        {"M1,1,j_1,,Terminated,,117,100,0.3", NULL, "no_start", NULL},
        {"M1,1,j_1,,Terminated,100,99,100,0.3", NULL, "end_before_start", NULL},
        {"M1,1,j_1,,Terminated,100,0,100,0.3", NULL, "end_before_start", NULL},
        {"M1,1,j_1,,Terminated,100,x,100,0.3", NULL, "bad_number", NULL},
        {"M1,1,j_1,,Terminated,100,117,lots,0.3", NULL, "bad_number", NULL},
        {"M1,0,j_1,,Terminated,100,117,100,0.3", NULL, "number_out_of_range", NULL},
        {"M1,1,j_1,,Terminated,-5,117,100,0.3", NULL, "number_out_of_range", NULL},
        {"M1,99999999,j_1,,Terminated,100,117,100,0.3", NULL, "number_out_of_range", NULL},
        {"M1,1,j_1,,Terminated,9223372036854775808,117,100,0", NULL, "number_out_of_range", NULL},
        {"M1,1,j_1,,Sleeping,100,117,100,0.3", NULL, "unknown_status", NULL},
        {",1,j_1,,Terminated,100,117,100,0.3", NULL, "task_without_name", NULL},
        {"M1,1,,,Terminated,100,117,100,0.3", NULL, "job_without_name", NULL},
        {"M1,1,j_1", NULL, "missing_column", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[256];
        snprintf(text, sizeof text, "M1,1,j_0,,Terminated,50,60,100,0.1\r\n%s\r\n", cases[i].row);
        fixture_write(&fixture, "batch_task.csv", text);
        read_all();
        const char *row = cases[i].row;
        cr_assert_eq(fixture.rows.read, 2);
        cr_assert_eq(fixture.rows.used, cases[i].refused ? 1 : 2, "%s", row);
        cr_assert_eq(fixture.rows.repaired_count, cases[i].repaired ? 1 : 0, "%s", row);
        if (cases[i].repaired)
            cr_assert_eq(repaired(cases[i].repaired), 1, "%s", row);
        if (cases[i].refused)
            cr_assert_eq(refused(cases[i].refused), 1, "%s", row);
        if (cases[i].event)
            cr_assert_eq(fixture_count(&fixture, cases[i].event), 1, "%s: %s", row, fixture.text);
    }
}

Test(alibaba2018, strict_stops_at_a_bad_row_but_not_at_one_that_is_left_out)
{
    struct trace_options options = trace_options_all;
    options.strict = true;
    fixture_write(&fixture, "batch_task.csv",
                  "M1,1,j_1,,Terminated,100,117,100,0.3\n"
                  "M1,,j_2,,Waiting,0,0,,\n");
    read_with(&options);
    fixture_write(&fixture, "batch_task.csv",
                  "M1,1,j_1,,Terminated,100,117,100,0.3\n"
                  "M1,1,j_2,,Terminated,100,soon,100,0.3\n");
    cr_assert_eq(fixture_read(&fixture, "", NULL, &options), STATUS_BAD_INPUT);
    cr_assert_eq(fixture.problem.line, 2);
    cr_assert_eq(fixture.problem.column, 7);
    cr_assert_str_eq(fixture.problem.reason, "bad_number");
}

Test(alibaba2018, a_job_in_two_parts_counts_once)
{
    fixture_write(&fixture, "batch_task.a.csv",
                  "M1,1,j_1,,Terminated,100,117,100,0.3\n"
                  "R2_1,1,j_1,,Terminated,100,120,100,0.3\n");
    fixture_write(&fixture, "batch_task.b.csv",
                  "M1,1,j_1,,Terminated,100,117,100,0.3\n"
                  "R2_1,5,j_1,,Terminated,100,120,100,0.3\n"
                  "M1,1,j_2,,Terminated,100,117,100,0.3\n");
    read_all();
    cr_assert_eq(refused("duplicate_row"), 1);
    cr_assert_eq(refused("duplicate_task_differs"), 1);
    cr_assert_eq(fixture.events, 3);
    cr_assert_eq(fixture_count(&fixture, "count="), 0);
}

Test(alibaba2018, a_name_tells_what_its_stage_waits_for)
{
    static const struct {
        const char *name;
        const char *after; /* the end of its event */
    } cases[] = {
        {"J3_1_2", " after=M1 after=R2_1\n"},
        {"R4_1_Stg8", " after=M1\n"},
        {"R4_Stg8_1", "run=1000000\n"},
        {"R4_1_1", " after=M1\n"},
        {"M4", "run=1000000\n"},
        {"task_Mzg4MTQ3", "run=1000000\n"},
        {"task_1", "run=1000000\n"},
        {"MergeTask", "run=1000000\n"},
        {"4_1", "run=1000000\n"},
        {"R4_", "run=1000000\n"},
        {"R4__1", "run=1000000\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "M1,1,j_1,,Terminated,10,12,100,0.1\nR2_1,1,j_1,,Terminated,10,12,100,0.1\n"
                 "%s,1,j_1,,Terminated,20,21,100,0.1\nM1,1,j_2,,Terminated,10,12,100,0.1\n",
                 cases[i].name);
        fixture_write(&fixture, "batch_task.csv", text);
        read_all();
        char event[128];
        const char *last = strstr(fixture.text, "20000000 task_submitted");
        snprintf(event, sizeof event, "/%s/0 ", cases[i].name);
        cr_assert(strstr(last, event));
        cr_assert(strstr(last, cases[i].after), "%s: %s", cases[i].name, last);
        cr_assert_eq(fixture.rows.repaired_count, 0);
    }
}

Test(alibaba2018, absent_own_and_cyclic_dependencies_are_dropped_and_counted)
{
    fixture_write(&fixture, "batch_task.csv",
                  "R2_1,1,j_1,,Terminated,10,12,100,0.1\n"
                  "M1_1,1,j_2,,Terminated,10,12,100,0.1\n"
                  "A1_2,1,j_3,,Terminated,10,12,100,0.1\n"
                  "B2_3,1,j_3,,Terminated,10,12,100,0.1\n"
                  "C3_1,1,j_3,,Terminated,10,12,100,0.1\n");
    read_all();
    cr_assert_eq(repaired("dependency_absent"), 1);
    cr_assert_eq(repaired("dependency_cycle"), 2);
    cr_assert_eq(fixture_count(&fixture, "after="), 2);
    cr_assert_eq(fixture_count(&fixture, "C3_1/0 cpu=1 mem=0.1 run=2000000\n"), 1);
}

Test(alibaba2018, a_chain_of_many_stages_is_searched_without_recursion)
{
    enum { STAGES = 20000 };
    char *text = calloc(STAGES, 64);
    size_t size = 0;
    for (int i = 1; i <= STAGES; i++)
        size += (size_t)sprintf(text + size, "M%d_%d,1,j_1,,Terminated,10,12,100,0.1\n", i,
                                i == STAGES ? 1 : i + 1);
    fixture_write(&fixture, "batch_task.csv", text);
    free(text);
    read_all();
    cr_assert_eq(repaired("dependency_cycle"), 1);
    cr_assert_eq(fixture_count(&fixture, "after="), STAGES - 1);
}

Test(alibaba2018, dependencies_can_be_switched_off)
{
    struct trace_options options = trace_options_all;
    options.deps = false;
    fixture_write(&fixture, "batch_task.csv",
                  "M1,1,j_1,,Terminated,10,12,100,0.1\n"
                  "R2_1,1,j_1,,Terminated,10,12,100,0.1\n");
    read_with(&options);
    cr_assert_eq(fixture_count(&fixture, "after="), 0);
}

Test(alibaba2018, rows_come_out_by_start_then_job_then_row)
{
    fixture_write(&fixture, "batch_task.csv",
                  "R2,1,j_9,,Terminated,20,22,100,0.1\n"
                  "M1,1,j_2,,Terminated,20,22,100,0.1\n"
                  "M1,1,j_9,,Terminated,20,22,100,0.1\n"
                  "M1,1,j_5,,Terminated,10,12,100,0.1\n");
    read_all();
    static const char *const order[] = {"j_5/M1", "j_9/R2", "j_9/M1", "j_2/M1"};
    const char *at = fixture.text;
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        at = strstr(at, order[i]);
        cr_assert_not_null(at, "%s in %s", order[i], fixture.text);
    }
}

Test(alibaba2018, a_window_leaves_out_what_lies_outside_and_says_so)
{
    fixture_write(&fixture, "batch_task.csv",
                  "M1,4,j_1,,Terminated,10,12,100,0.1\n"
                  "R2_1,4,j_1,,Terminated,20,22,100,0.1\n"
                  "J3_2,4,j_1,,Terminated,30,32,100,0.1\n"
                  "J4_2,4,j_1,,Terminated,30,32,100,0.1\n"
                  "M1,4,j_2,,Terminated,40,42,100,0.1\n");
    struct trace_options options = trace_options_all;
    options.from_us = 20000000;
    options.until_us = 40000000;
    options.tasks_max = 6;
    read_with(&options);
    cr_assert_str_eq(fixture.text,
                     "20000000 task_submitted j_1/R2_1/0 cpu=1 mem=0.1 count=4 run=2000000\n"
                     "30000000 task_submitted j_1/J3_2/0 cpu=1 mem=0.1 count=2 run=2000000"
                     " after=R2_1\n");
    cr_assert_eq(repaired("dependency_outside_window"), 1);
    cr_assert_eq(repaired("cut_to_tasks_max"), 1);
    cr_assert_eq(refused("before_window"), 1);
    cr_assert_eq(refused("over_tasks_max"), 1);
    cr_assert_eq(refused("after_window"), 1);
}

#define TASK "M1,1,j_1,,Terminated,900,910,100,0.1\n"

Test(alibaba2018, machine_rows_are_samples_of_a_state)
{
    fixture_write(&fixture, "batch_task.csv", TASK);
    fixture_write(&fixture, "machine_meta.csv",
                  "m_1,50,3,1,96,100,USING\n"
                  "m_1,0,3,1,96,100,USING\n"
                  "m_1,70,3,1,64,100,USING\n"
                  "m_2,60,4,,96,100,USING\n"
                  "m_1,80,3,1,64,100,IMPORT_INSTALLING\n"
                  "m_1,90,5,1,64,100,USING\n"
                  "m_3,0,4,,96,100,IMPORT_INSTALLING\n"
                  "m_4,0,,,,101,USING\n");
    read_all();
    cr_assert_str_eq(fixture.text,
                     "0 machine_added m_1 rack=fd1-3 cpu=96 mem=100\n"
                     "0 machine_added m_3 rack=fd1-4 unschedulable cpu=96 mem=100\n"
                     "0 machine_added m_4 unschedulable cpu=0 mem=0\n"
                     "60000000 machine_added m_2 rack=fd1-4 cpu=96 mem=100\n"
                     "70000000 machine_updated m_1 cpu=64 mem=100\n"
                     "80000000 machine_drained m_1\n"
                     "90000000 machine_added m_1 rack=fd1-3 cpu=64 mem=100\n"
                     "900000000 task_submitted j_1/M1/0 cpu=1 mem=0.1 run=10000000\n");
    cr_assert_eq(repaired("machine_unchanged"), 1);
    cr_assert_eq(repaired("machine_not_in_use"), 2);
    cr_assert_eq(repaired("capacity_unknown"), 1);
    cr_assert_eq(repaired("rack_change_ignored"), 1);
}

Test(alibaba2018, the_first_machines_are_those_with_the_smallest_numbers)
{
    fixture_write(&fixture, "batch_task.csv", TASK);
    fixture_write(&fixture, "machine_meta.csv",
                  "m_10,0,3,1,96,100,USING\n"
                  "m_9,0,3,1,96,100,USING\n"
                  "spare,0,3,1,96,100,USING\n"
                  "m_2,500,3,1,96,100,USING\n"
                  "m_x,later,3,1,96,100,USING\n");
    struct trace_options options = trace_options_all;
    options.machines_max = 2;
    read_with(&options);
    cr_assert_eq(fixture_count(&fixture, "machine_added"), 2);
    cr_assert_eq(fixture_count(&fixture, "0 machine_added m_9 "), 1);
    cr_assert_eq(fixture_count(&fixture, "500000000 machine_added m_2 "), 1);
    cr_assert_eq(refused("over_machines_max"), 2);
    cr_assert_eq(refused("bad_number"), 1);
}

Test(alibaba2018, machines_seen_before_the_window_are_added_at_its_start)
{
    fixture_write(&fixture, "batch_task.csv", TASK);
    fixture_write(&fixture, "machine_meta.csv",
                  "m_1,0,3,1,96,100,USING\n"
                  "m_2,700,3,1,96,100,USING\n"
                  "m_3,950,3,1,96,100,USING\n");
    struct trace_options options = trace_options_all;
    options.from_us = 600000000;
    options.until_us = 950000000;
    read_with(&options);
    cr_assert_eq(fixture_count(&fixture, "600000000 machine_added m_1 "), 1);
    cr_assert_eq(fixture_count(&fixture, "700000000 machine_added m_2 "), 1);
    cr_assert_eq(refused("after_window"), 1);
}

Test(alibaba2018, instances_with_rows_run_as_recorded_and_the_others_as_their_task)
{
    fixture_write(&fixture, "batch_task.csv",
                  "M1,4,j_1,,Terminated,10,30,100,0.1\n"
                  "M1,1,j_2,,Terminated,10,30,100,0.1\n"
                  "M1,1,j_3,,Terminated,99,99,100,0.1\n");
    fixture_write(&fixture, "batch_instance.csv",
                  "ins_7,M1,j_1,1,Terminated,12,15,m_1,2,2,50,60,0.1,0.2\n"
                  "ins_7,M1,j_1,1,Failed,10,12,m_1,1,2,50,60,0.1,0.2\n"
                  "ins_8,M1,j_1,1,Failed,10,14,m_1,1,1,,,,\n"
                  "ins_9,M1,j_1,1,Running,10,0,m_1,1,1,,,,\n"
                  "ins_5,M1,j_2,1,Terminated,10,10,m_1,1,1,,,,\n"
                  "ins_6,M1,j_2,1,Terminated,10,40,m_1,1,1,,,,\n"
                  "ins_4,M1,j_2,1,Waiting,0,0,,1,1,,,,\n"
                  "ins_3,M2,j_2,1,Terminated,10,12,m_1,1,1,,,,\n"
                  "ins_2,M1,j_3,1,Terminated,99,199,m_1,1,1,,,,\n");
    struct trace_options options = trace_options_all;
    options.until_us = 99000000;
    read_with(&options);
    cr_assert_str_eq(fixture.text, "10000000 task_submitted j_1/M1/0 cpu=1 mem=0.1 run=3000000\n"
                                   "10000000 task_submitted j_1/M1/1 cpu=1 mem=0.1 fail=4000000\n"
                                   "10000000 task_submitted j_1/M1/2 cpu=1 mem=0.1 run=never\n"
                                   "10000000 task_submitted j_1/M1/3 cpu=1 mem=0.1 run=20000000\n"
                                   "10000000 task_submitted j_2/M1/0 cpu=1 mem=0.1 run=1000000\n");
    cr_assert_eq(refused("attempt_superseded"), 1);
    cr_assert_eq(refused("instance_over_count"), 1);
    cr_assert_eq(refused("waiting"), 1);
    cr_assert_eq(refused("instance_without_task"), 1);
    cr_assert_eq(refused("after_window"), 2);
    cr_assert_eq(repaired("never_ends"), 1);
    cr_assert_eq(repaired("run_below_second"), 1);
}

Test(alibaba2018, a_table_of_another_layout_is_an_error)
{
    fixture_write(&fixture, "batch_task.csv",
                  "create,end,job,task,instances,status,cpu,mem\n"
                  "41562,41618,120,686,1,Terminated,50,0.009\n");
    cr_assert_eq(fixture_read(&fixture, "", NULL, &trace_options_all), STATUS_BAD_INPUT);
    cr_assert(strstr(fixture.problem.reason, "missing column"), "%s", fixture.problem.reason);
    fixture_write(&fixture, "batch_task.csv", "\n");
    cr_assert_eq(fixture_read(&fixture, "", NULL, &trace_options_all), STATUS_BAD_INPUT);
    cr_assert(strstr(fixture.problem.reason, "no rows"), "%s", fixture.problem.reason);
}

Test(alibaba2018, many_instances_cost_one_event)
{
    fixture_write(&fixture, "batch_task.csv", "M1,1000000,j_1,,Terminated,10,30,100,0.1\n");
    read_all();
    cr_assert_eq(fixture.events, 1);
}
