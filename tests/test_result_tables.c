/* test_result_tables.c - tasks.csv and rounds.csv, byte by byte, and on a full disk. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "replay/rounds_csv.h"
#include "replay/tasks_csv.h"
#include "tests/engine_fixture.h"
#include "tests/temp_file.h"

#define TASKS_HEADER                                                               \
    "job,stage,index,tenant,priority,cpu,memory,gpu,disk,submit_us,eligible_us,"   \
    "first_start_us,last_start_us,end_us,state,machine,starts,failures,evictions," \
    "preemptions,suspensions,migrations,waited_us,suspended_us,deadline_us,latency_us\n"
#define ROUNDS_HEADER                                                                 \
    "time_us,waiting,running,suspended,placed,preempted,migrated,suspensions,"        \
    "resumptions,nodes,arcs,work,cost,bound,gap,misfits,solves,certified,latency_us," \
    "update_us,solve_us,certify_us,commit_us\n"

static void read_text(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "r");
    cr_assert(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

static void assert_file(const char *path, const char *wanted)
{
    char text[4096];
    read_text(path, text, sizeof text);
    cr_assert_str_eq(text, wanted, "%s", text);
    unlink(path);
}

struct table {
    char path[TEMP_PATH_SIZE];
    struct engine engine;
    struct tasks_csv csv;
};

static void open_table(struct table *table)
{
    temp_path(table->path, ".csv");
    engine_init(&table->engine, &engine_options_default);
    cr_assert_eq(tasks_csv_open(&table->csv, table->path, NULL), STATUS_OK);
    engine_observe(&table->engine, (struct observer){&table->csv, tasks_csv_on_change});
}

static void tell(struct table *table, enum event_kind kind, const char *job, int64_t now_us)
{
    struct event event = {.kind = kind, .time_us = now_us, .job = job, .stage = "", .count = 1};
    cr_assert_eq(engine_apply(&table->engine, &event, NULL), STATUS_OK);
}

static void place(struct table *table, const char *job, uint32_t machine, int64_t now_us)
{
    decide_one(&table->engine, DECISION_PLACE, task_of(&table->engine, job, 0), machine, now_us);
}

static void assert_tasks(struct table *table, int64_t now_us, const char *wanted)
{
    cr_assert_eq(tasks_csv_commit(&table->csv, table->engine.cluster, now_us, NULL), STATUS_OK);
    assert_file(table->path, wanted);
    engine_free(&table->engine);
}

Test(tasks_csv, a_row_when_a_task_ends_and_for_live_ones_at_the_end)
{
    struct table table;
    open_table(&table);
    add_machine(&table.engine, "m", 2, 2);
    add_machine(&table.engine, "n", 2, 2);
    submit(&table.engine, "waits", 1, 5);
    submit(&table.engine, "ends", 1, 10);
    submit(&table.engine, "runs", 1, 10);
    submit_stage(&table.engine, "blocked", "second", (const char *[]){"first", NULL}, 11);
    place(&table, "ends", 0, 20);
    tell(&table, EVENT_TASK_EVICTED, "ends", 30);
    place(&table, "ends", 1, 50);
    place(&table, "runs", 1, 60);
    tell(&table, EVENT_TASK_FINISHED, "ends", 70);
    assert_tasks(&table, 100,
                 TASKS_HEADER "ends,,0,,0,1,1,0,0,10,10,20,50,70,finished,n,2,0,1,0,0,0,30,0,,\n"
                              "waits,,0,,0,1,1,0,0,5,5,,,,waiting,,0,0,0,0,0,0,95,0,,\n"
                              "runs,,0,,0,1,1,0,0,10,10,60,60,,running,n,1,0,0,0,0,0,50,0,,\n"
                              "blocked,second,0,,0,1,1,0,0,11,,,,,blocked,,0,0,0,0,0,0,0,0,,\n");
}

Test(tasks_csv, suspensions_are_counted_and_summed_up)
{
    struct table table;
    open_table(&table);
    add_machine(&table.engine, "m", 2, 2);
    submit(&table.engine, "ends", 1, 0);
    submit(&table.engine, "held", 1, 0);
    place(&table, "ends", 0, 10);
    place(&table, "held", 0, 10);
    for (int64_t at_us = 20; at_us < 60; at_us += 20) {
        uint32_t task = task_of(&table.engine, "ends", 0);
        decide_one(&table.engine, DECISION_SUSPEND, task, NONE, at_us);
        decide_one(&table.engine, DECISION_RESUME, task, 0, at_us + 5);
    }
    decide_one(&table.engine, DECISION_SUSPEND, task_of(&table.engine, "held", 0), NONE, 60);
    tell(&table, EVENT_TASK_FINISHED, "ends", 70);
    assert_tasks(&table, 100,
                 TASKS_HEADER "ends,,0,,0,1,1,0,0,0,0,10,10,70,finished,m,1,0,0,0,2,0,10,10,,\n"
                              "held,,0,,0,1,1,0,0,0,0,10,10,,suspended,m,1,0,0,0,1,0,10,40,,\n");
}

Test(tasks_csv, hostile_names_are_quoted)
{
    struct table table;
    open_table(&table);
    struct event machine = {
        .kind = EVENT_MACHINE_ADDED, .machine = "m,\"1\"", .resources = units(1, 1), .count = 1};
    engine_apply(&table.engine, &machine, NULL);
    struct event event = {.kind = EVENT_TASK_SUBMITTED,
                          .job = "a,b\nc",
                          .stage = "x/\"y\"",
                          .tenant = "=1+1;, ",
                          .index = 4294967294,
                          .count = 1,
                          .priority = -7,
                          .machine = "m,\"1\"",
                          .resources = {.amount = {12500000, 0, 0, 0}}};
    cr_assert_eq(engine_apply(&table.engine, &event, NULL), STATUS_OK);
    assert_tasks(&table, 9,
                 TASKS_HEADER "\"a,b\nc\",\"x/\"\"y\"\"\",4294967294,\"=1+1;, \",-7,0.0125,0,0,0,"
                              "0,0,0,0,,running,\"m,\"\"1\"\"\",1,0,0,0,0,0,0,0,,\n");
}

Test(tasks_csv, an_id_given_out_again_has_no_machine_of_its_predecessor)
{
    struct table table;
    open_table(&table);
    add_machine(&table.engine, "m", 2, 2);
    submit(&table.engine, "j", 1, 0);
    place(&table, "j", 0, 1);
    tell(&table, EVENT_TASK_FINISHED, "j", 2);
    submit(&table.engine, "k", 1, 3);
    tell(&table, EVENT_TASK_KILLED, "k", 4);
    assert_tasks(&table, 5,
                 TASKS_HEADER "j,,0,,0,1,1,0,0,0,0,1,1,2,finished,m,1,0,0,0,0,0,1,0,,\n"
                              "k,,0,,0,1,1,0,0,3,3,,,4,killed,,0,0,0,0,0,0,1,0,,\n");
}

Test(tasks_csv, abandoned_leaves_nothing)
{
    struct table table;
    open_table(&table);
    submit(&table.engine, "j", 1, 0);
    tasks_csv_abandon(&table.csv);
    cr_assert_neq(access(table.path, F_OK), 0);
    engine_free(&table.engine);
}

Test(rounds_csv, one_row_a_round_wall_time_last)
{
    char path[TEMP_PATH_SIZE];
    temp_path(path, ".csv");
    struct output *output;
    cr_assert_eq(rounds_csv_open(&output, path, NULL), STATUS_OK);
    struct round_record rows[] = {
        {.time_us = 7, .latency_ns = 1250, .placed = 3, .waiting = 5, .running = 1},
        {.time_us = 9,
         .latency_ns = 2000000,
         .preempted = 1,
         .migrated = 2,
         .suspended = 7,
         .suspensions = 8,
         .resumptions = 9,
         .report = {.update_ns = 300,
                    .solve_ns = 1000,
                    .certify_ns = 2000,
                    .commit_ns = 1996700,
                    .solves = 2,
                    .work = 12,
                    .nodes = 4,
                    .arcs = 6,
                    .bound = 90,
                    .cost = 100,
                    .has_cost = true,
                    .has_bound = true,
                    .misfits = 1,
                    .certified = true}},
        {.time_us = 11,
         .report = {.bound = -4,
                    .cost = -4,
                    .has_cost = true,
                    .has_bound = true,
                    .certificate_failed = true}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        rounds_csv_on_round(output, NULL, &rows[i]);
    cr_assert_eq(output_commit(output, NULL), STATUS_OK);
    assert_file(path, ROUNDS_HEADER
                "7,5,1,0,3,0,0,0,0,0,0,0,,,,0,0,,1.2,0.0,0.0,0.0,0.0\n"
                "9,0,0,7,0,1,2,8,9,4,6,12,100,90,0.1,1,2,1,2000.0,0.3,1.0,2.0,1996.7\n"
                "11,0,0,0,0,0,0,0,0,0,0,0,-4,-4,0,0,0,0,0.0,0.0,0.0,0.0,0.0\n");
}

/* A folder in which a file of that name is written to a full disk: the hidden file that it
 * would first be is the device that is always full. */
static void full_folder(char folder[TEMP_PATH_SIZE], const char *name, char *path, char *hidden)
{
    temp_path(folder, "");
    cr_assert_eq(mkdir(folder, 0700), 0);
    snprintf(path, 2 * (size_t)TEMP_PATH_SIZE, "%s/%s", folder, name);
    snprintf(hidden, 2 * (size_t)TEMP_PATH_SIZE, "%s/.%s.part", folder, name);
    cr_assert_eq(symlink("/dev/full", hidden), 0);
}

Test(tasks_csv, a_full_disk_is_told_and_leaves_nothing)
{
    char folder[TEMP_PATH_SIZE];
    char path[2 * TEMP_PATH_SIZE];
    char hidden[2 * TEMP_PATH_SIZE];
    full_folder(folder, "tasks.csv", path, hidden);
    struct engine engine;
    engine_init(&engine, &engine_options_default);
    struct tasks_csv csv;
    cr_assert_eq(tasks_csv_open(&csv, path, NULL), STATUS_OK);
    engine_observe(&engine, (struct observer){&csv, tasks_csv_on_change});
    submit(&engine, "j", 1000, 0);
    struct problem problem = {0};
    cr_assert_eq(tasks_csv_commit(&csv, engine.cluster, 1, &problem), STATUS_IO);
    cr_assert(strstr(problem.reason, "No space left"), "%s", problem.reason);
    cr_assert_eq(rmdir(folder), 0, "something was left behind");
    engine_free(&engine);
}

Test(rounds_csv, a_full_disk_is_told_and_leaves_nothing)
{
    char folder[TEMP_PATH_SIZE];
    char path[2 * TEMP_PATH_SIZE];
    char hidden[2 * TEMP_PATH_SIZE];
    full_folder(folder, "rounds.csv", path, hidden);
    struct output *output;
    cr_assert_eq(rounds_csv_open(&output, path, NULL), STATUS_OK);
    rounds_csv_on_round(output, NULL, &(struct round_record){0});
    cr_assert_eq(output_commit(output, NULL), STATUS_IO);
    cr_assert_eq(rmdir(folder), 0, "something was left behind");
}
