/* test_openb.c - what each quirk of Alibaba's lists of GPU nodes and pods becomes. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/trace_fixture.h"

#define NODE_HEADER "sn,cpu_milli,memory_mib,gpu,model\n"
#define POD_HEADER                                                        \
    "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase," \
    "creation_time,deletion_time,scheduled_time\n"

static struct fixture fixture;

static void make_folder(void)
{
    fixture_init(&fixture);
}

static void remove_folder(void)
{
    fixture_free(&fixture);
}

TestSuite(openb, .init = make_folder, .fini = remove_folder);

static void read_with(const char *name, const struct trace_options *options)
{
    enum status status = fixture_read(&fixture, name, NULL, options);
    cr_assert_eq(status, STATUS_OK, "%s", fixture.problem.reason);
}

static void write_pods(const char *rows)
{
    char text[2048];
    snprintf(text, sizeof text, POD_HEADER "%s", rows);
    fixture_write(&fixture, "openb_pod_list_default.csv", text);
}

Test(openb, every_column_goes_where_it_belongs)
{
    fixture_write(&fixture, "openb_node_list_all_node.csv",
                  NODE_HEADER "node-0,32000,262144,0,\n"
                              "node-1,96500,1048576,8,G2\n");
    write_pods("pod-0,12000,16384,1,460,,LS,Running,3,20,5\n"
               "pod-1,500,512.5,2,1000,V100M16|V100M32,BE,Succeeded,3,9,4\n"
               "pod-2,8000,4096,0,0,,Burstable,Failed,4,9,6");
    read_with("", &trace_options_all);
    cr_assert_str_eq(
        fixture.text,
        "0 machine_added node-0 cpu=32 mem=262144\n"
        "0 machine_added node-1 labels=gpu=G2 cpu=96.5 mem=1048576 gpu=8\n"
        "3000000 task_submitted pod-0//0 cpu=12 mem=16384 gpu=0.46 priority=3 run=15000000\n"
        "3000000 task_submitted pod-1//0 cpu=0.5 mem=512.5 gpu=2 run=5000000"
        " needs=gpu=V100M16|V100M32\n"
        "4000000 task_submitted pod-2//0 cpu=8 mem=4096 priority=1 fail=3000000\n");
    cr_assert_eq(fixture.rows.read, 5);
    cr_assert_eq(fixture.rows.used, 5);
    cr_assert_eq(fixture.rows.repaired_count, 0);
}

Test(openb, quirks_of_a_pod_row_are_put_right_or_refused_by_reason)
{
    static const struct row_case cases[] = {
        {"p,1000,1,1,1000,,LS,Running,3,9,4", NULL, NULL, "gpu=1 priority=3 run=5000000\n", 0},
        {"p,1000,1,1.0,1000.0,,LS,Running,3.0,9.0,4.0", NULL, NULL, "gpu=1 priority=3 run=5", 0},
        {"p,1000,1,0,0,,Guaranteed,Running,3.25,9,4.5", NULL, NULL, "3250000 task", 0},
        {"p,1000,1,0,0,,BE,Running,3,9,4,more,columns", NULL, NULL, "run=5000000\n", 0},
        {"p,1000,1,0,0,,BE,Pending,3,9,", "never_scheduled", NULL, "run=6000000\n", 0},
        {"p,1000,1,0,0,,BE,Running,3,,4", "never_ends", NULL, "run=never\n", 0},
        {"p,1000,1,0,0,,BE,Running,3", "never_ends", NULL, "run=never\n", 0},
        {"p,1000,1,0,0,,BE,Running,3,4,4", "run_below_second", NULL, "run=1000000\n", 0},
        {"p,1000,1,0,0,,BE,Failed,3,3,", "run_below_second", NULL, "fail=1000000\n", 0},
        {"p,1000,1,0,0,,,Running,3,9,4", "qos_unknown", NULL, "mem=1 run=5000000\n", 0},
        {"p,1000,1,0,0,,SYSTEM,Running,3,9,4", "qos_unknown", NULL, "mem=1 run=5000000\n", 0},
        {"p,1000,1,0,0", "no_times", NULL, "0 task_submitted p//0 cpu=1 mem=1 run=never\n", 0},
        {"p,1000,1,0,0,,BE,Running,3,3.5,4", NULL, "end_before_start", NULL, 0},
        {"p,1000,1,0,0,,BE,Running,,9,4", NULL, "no_creation_time", NULL, 0},
        {"p,1000,1,0,0,,BE,Lost,3,9,4", NULL, "unknown_status", NULL, 8},
        {"p,1000,1,0,0,,BE", NULL, "unknown_status", NULL, 8},
        {",1000,1,0,0,,BE,Running,3,9,4", NULL, "job_without_name", NULL, 1},
        {"p,,1,0,0,,BE,Running,3,9,4", NULL, "bad_number", NULL, 2},
        {"p,1000,-1,0,0,,BE,Running,3,9,4", NULL, "number_out_of_range", NULL, 3},
        {"p,1000,1,1,1500,,BE,Running,3,9,4", NULL, "number_out_of_range", NULL, 5},
        {"p,1000,1,2,500,,BE,Running,3,9,4", NULL, "share_of_many_gpus", NULL, 5},
        {"p,1000,1,0,500,,BE,Running,3,9,4", NULL, "gpu_milli_without_gpu", NULL, 5},
        {"p,1000,1,1,0,,BE,Running,3,9,4", NULL, "gpu_milli_without_gpu", NULL, 5},
        {"p,1000,1,1,500,T4||P100,BE,Running,3,9,4", NULL, "bad_gpu_spec", NULL, 6},
        {"p,1000,1,1,500,T4;zone=a,BE,Running,3,9,4", NULL, "bad_gpu_spec", NULL, 6},
        {"p,1000,1,0,0,,BE,Running,3,soon,4", NULL, "bad_number", NULL, 10},
        {"p,1000,1,0", NULL, "missing_column", NULL, 5},
    };
    fixture_check_rows(&fixture, "openb_pod_list_default.csv", "openb",
                       POD_HEADER "good,1000,1,0,0,,BE,Running,90,92,90\n", cases, COUNT_OF(cases));
}

Test(openb, quirks_of_a_node_row_are_refused_by_reason)
{
    static const struct {
        const char *row;
        const char *refused;
    } cases[] = {
        {",1000,1,0,", "machine_without_id"},          {"n,x,1,0,", "bad_number"},
        {"n,1000,1,17,T4", "number_out_of_range"},     {"n,1000,1,0.5,T4", "bad_number"},
        {"n,1000,1,2,T4|P100", "bad_gpu_model"},       {"m,1000,1,2,T4", "duplicate_row"},
        {"m,1000,1,2,P100", "duplicate_node_differs"}, {"n,1000,1,2", "missing_column"},
    };
    write_pods("p,1000,1,0,0,,BE,Running,3,9,4\n");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[256];
        snprintf(text, sizeof text, "m,1000,1,2,T4\n%s\n", cases[i].row);
        fixture_write(&fixture, "openb_node_list_gpu_node.csv", text);
        read_with("", &trace_options_all);
        cr_assert_eq(row_counts_refused(&fixture.rows, cases[i].refused), 1, "%s", cases[i].row);
        cr_assert_eq(fixture_count(&fixture, "machine_added"), 1, "%s", cases[i].row);
    }
}

Test(openb, pods_are_sorted_by_creation_and_a_second_row_of_a_name_is_refused)
{
    write_pods("late,1000,1,0,0,,BE,Running,30,31,30\n"
               "b,1000,1,0,0,,BE,Running,3,9,4\n"
               "a,1000,1,0,0,,BE,Running,3,9,4\n"
               "b,1000,1,0,0,,BE,Running,3,9,4\n"
               "a,1000,1,0,0,,LS,Running,3,9,4\n");
    read_with("", &trace_options_all);
    cr_assert_str_eq(fixture.text, "3000000 task_submitted b//0 cpu=1 mem=1 run=5000000\n"
                                   "3000000 task_submitted a//0 cpu=1 mem=1 run=5000000\n"
                                   "30000000 task_submitted late//0 cpu=1 mem=1 run=1000000\n");
    cr_assert_eq(row_counts_refused(&fixture.rows, "duplicate_row"), 1);
    cr_assert_eq(row_counts_refused(&fixture.rows, "duplicate_pod_differs"), 1);
}

Test(openb, the_window_and_the_limits_decide_who_takes_part)
{
    fixture_write(&fixture, "openb_node_list_all_node.csv",
                  NODE_HEADER "n0,1000,1,1,T4\nn1,1000,1,1,T4\nn2,1000,1,1,T4\n");
    write_pods("before,1000,1,0,0,,BE,Running,4,9,4\n"
               "first,1000,1,0,0,,BE,Running,5,9,5\n"
               "second,1000,1,0,0,,BE,Running,6,9,6\n"
               "third,1000,1,0,0,,BE,Running,7,9,7\n"
               "after,1000,1,0,0,,BE,Running,8,9,8\n");
    struct trace_options options = trace_options_all;
    options.from_us = 5000000;
    options.until_us = 8000000;
    options.tasks_max = 2;
    options.machines_max = 2;
    read_with("", &options);
    cr_assert_str_eq(fixture.text, "5000000 machine_added n0 labels=gpu=T4 cpu=1 mem=1 gpu=1\n"
                                   "5000000 machine_added n1 labels=gpu=T4 cpu=1 mem=1 gpu=1\n"
                                   "5000000 task_submitted first//0 cpu=1 mem=1 run=4000000\n"
                                   "6000000 task_submitted second//0 cpu=1 mem=1 run=3000000\n");
    static const char *const reasons[] = {"before_window", "after_window", "over_tasks_max",
                                          "over_machines_max"};
    for (size_t i = 0; i < COUNT_OF(reasons); i++)
        cr_assert_eq(row_counts_refused(&fixture.rows, reasons[i]), 1, "%s", reasons[i]);
    options.until_us = 5000000;
    read_with("", &options);
    cr_assert_eq(fixture.events, 0);
}

Test(openb, a_folder_is_its_default_list_and_a_file_that_list_with_the_nodes_beside_it)
{
    fixture_write(&fixture, "openb_node_list_all_node.csv", NODE_HEADER "all,1000,1,0,\n");
    fixture_write(&fixture, "openb_node_list_gpu_node.csv", NODE_HEADER "gpu,1000,1,1,T4\n");
    fixture_write(&fixture, "openb_pod_list_multigpu20.csv",
                  "name,cpu_milli,memory_mib,num_gpu,gpu_milli\nmany,1000,1,1,1000\n");
    fixture_write(&fixture, "openb_pod_list_cpu100.csv",
                  POD_HEADER "cpu,1000,1,0,0,,BE,Running,3,9,4\n");
    write_pods("default,1000,1,0,0,,BE,Running,3,9,4\n");
    read_with("", &trace_options_all);
    cr_assert_eq(fixture_count(&fixture, "task_submitted default"), 1);
    cr_assert_eq(fixture_count(&fixture, "machine_added all"), 1);
    cr_assert_eq(fixture.events, 2);
    read_with("openb_pod_list_multigpu20.csv", &trace_options_all);
    cr_assert_eq(fixture_count(&fixture, "task_submitted many"), 1);
    cr_assert_eq(fixture_count(&fixture, "machine_added all"), 1);
    cr_assert_eq(fixture.events, 2);
}

Test(openb, a_folder_of_several_lists_without_the_default_one_is_refused)
{
    fixture_write(&fixture, "openb_node_list_gpu_node.csv", NODE_HEADER "gpu,1000,1,1,T4\n");
    cr_assert_eq(fixture_read(&fixture, "", NULL, &trace_options_all), STATUS_BAD_INPUT);
    cr_assert_not_null(strstr(fixture.problem.reason, "is missing"));
    fixture_write(&fixture, "openb_pod_list_cpu100.csv",
                  POD_HEADER "cpu,1000,1,0,0,,BE,Running,3,9,4\n");
    read_with("", &trace_options_all);
    cr_assert_eq(fixture.events, 2);
    fixture_write(&fixture, "openb_pod_list_cpu200.csv",
                  POD_HEADER "cpu,1000,1,0,0,,BE,Running,3,9,4\n");
    cr_assert_eq(fixture_read(&fixture, "", NULL, &trace_options_all), STATUS_BAD_INPUT);
    cr_assert_not_null(strstr(fixture.problem.reason, "several"));
    cr_assert_eq(fixture_read(&fixture, "openb_node_list_gpu_node.csv", NULL, &trace_options_all),
                 STATUS_BAD_INPUT);
    cr_assert_not_null(strstr(fixture.problem.reason, "list of nodes"));
}
