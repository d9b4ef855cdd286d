/* test_trace.c - recognising a trace, and what is said if it is none. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/trace_fixture.h"

#define TASK "M1,1,j_1,1,Terminated,100,110,100,0.5\n"
#define GOOGLE_TASK "0,,17,0,,0,user,0,2,0.5,0.25,0,0\n"

static struct fixture fixture;

static void make_folder(void)
{
    fixture_init(&fixture);
}

static void remove_folder(void)
{
    fixture_free(&fixture);
}

TestSuite(trace, .init = make_folder, .fini = remove_folder);

static const char *format_of(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", fixture.folder, name);
    struct trace *trace;
    enum status status = trace_open(&trace, path, NULL, &trace_options_all, &fixture.problem);
    if (status != STATUS_OK)
        return NULL;
    const char *format = trace_format_of(trace)->name;
    trace_close(trace);
    return format;
}

Test(trace, a_folder_is_recognised_by_its_tables)
{
    fixture_write(&fixture, "a/batch_task.csv", TASK);
    fixture_write(&fixture, "b/task_events.csv", GOOGLE_TASK);
    fixture_write(&fixture, "b/schema.csv", "file pattern,field number,content,format\n");
    cr_assert_str_eq(format_of("a"), "alibaba2018");
    cr_assert_str_eq(format_of("b"), "google2011");
}

Test(trace, a_file_is_recognised_by_its_name_or_its_first_line)
{
    static const struct {
        const char *name;
        const char *text;
        const char *format;
    } cases[] = {
        {"batch_task.csv", TASK, "alibaba2018"},
        {"mine.csv", TASK, "alibaba2018"},
        {"headed.csv", "task_name,instance_num,job_name,x,status,s,e,c,m\n" TASK, "alibaba2018"},
        {"part-00000-of-00500.csv", GOOGLE_TASK, "google2011"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        fixture_write(&fixture, cases[i].name, cases[i].text);
        const char *format = format_of(cases[i].name);
        cr_assert_not_null(format, "%s: %s", cases[i].name, fixture.problem.reason);
        cr_assert_str_eq(format, cases[i].format);
    }
}

Test(trace, what_is_not_recognised_names_the_formats)
{
    fixture_write(&fixture, "notes.txt", "dear diary\n");
    cr_assert_eq(fixture_read(&fixture, "notes.txt", NULL, &trace_options_all), STATUS_BAD_INPUT);
    for (uint32_t i = 0; i < trace_format_count(); i++)
        cr_assert(strstr(fixture.problem.reason, trace_format_at(i)->name));
    cr_assert_eq(fixture_read(&fixture, "", NULL, &trace_options_all), STATUS_BAD_INPUT);
    fixture_write(&fixture, "empty.csv", "");
    cr_assert_eq(fixture_read(&fixture, "empty.csv", NULL, &trace_options_all), STATUS_BAD_INPUT);
}

Test(trace, an_empty_folder_and_a_missing_path_are_io_problems)
{
    cr_assert_eq(fixture_read(&fixture, "", NULL, &trace_options_all), STATUS_IO);
    cr_assert_str_eq(fixture.problem.reason, "the folder is empty");
    cr_assert_eq(fixture_read(&fixture, "nothing", NULL, &trace_options_all), STATUS_IO);
}

Test(trace, a_missing_table_is_named_with_the_names_its_file_may_have)
{
    static const struct {
        const char *name;
        const char *text;
        const char *format;
        const char *table;
    } cases[] = {
        {"a/machine_meta.csv", "m_1,0,1,1,96,100,USING\n", "alibaba2018", "batch_task.csv"},
        {"b/machine_events.csv", "0,5,0,p,0.5,0.25\n", "google2011", "task_events.csv"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char folder[2] = {cases[i].name[0], '\0'};
        fixture_write(&fixture, cases[i].name, cases[i].text);
        cr_assert_eq(fixture_read(&fixture, folder, NULL, &trace_options_all), STATUS_BAD_INPUT);
        cr_assert(strstr(fixture.problem.reason, cases[i].table), "%s", fixture.problem.reason);
        cr_assert(strstr(fixture.problem.reason, cases[i].format));
    }
}

Test(trace, the_format_of_standard_input_must_be_named)
{
    struct trace *trace;
    cr_assert_eq(trace_open(&trace, "-", NULL, &trace_options_all, &fixture.problem), STATUS_USAGE);
    cr_assert_null(trace);
}

Test(trace, formats_are_found_by_name)
{
    for (uint32_t i = 0; i < trace_format_count(); i++)
        cr_assert_eq(trace_format_find(trace_format_at(i)->name), trace_format_at(i));
    cr_assert_null(trace_format_find("nonesuch"));
}

Test(trace, at_equal_times_ends_come_before_machines_before_submissions)
{
    static const enum event_kind order[] = {
        EVENT_TASK_FINISHED, EVENT_MACHINE_REMOVED, EVENT_MACHINE_ADDED,
        EVENT_TASK_UPDATED,  EVENT_TASK_SUBMITTED,
    };
    for (size_t i = 1; i < COUNT_OF(order); i++)
        cr_assert_lt(event_phase(order[i - 1]), event_phase(order[i]));
    cr_assert_eq(event_phase(EVENT_TASK_KILLED), event_phase(EVENT_TASK_FINISHED));
    cr_assert_eq(event_phase(EVENT_MACHINE_DRAINED), event_phase(EVENT_MACHINE_ADDED));
}
