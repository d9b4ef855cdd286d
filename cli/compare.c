/* compare.c - `flowsched compare`: one trace under several policies and seeds, and a table. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "cli/command.h"
#include "cli/compare_folder.h"
#include "cli/compare_plan.h"
#include "cli/compare_runs.h"
#include "cli/compare_settings.h"

static enum status print_table(const struct comparison *comparison,
                               const struct comparison_table *table, const char *path,
                               struct problem *problem)
{
    struct output *output;
    enum status status = output_open(&output, path, problem);
    if (status != STATUS_OK)
        return status;
    table->print(comparison, output);
    return output_commit(output, problem);
}

static enum status keep_tables(const struct comparison *comparison, const char *folder,
                               struct problem *problem)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < comparison_table_count() && status == STATUS_OK; i++) {
        char path[COMPARE_PATH_SIZE];
        snprintf(path, sizeof path, "%s/%s", folder, comparison_table_at(i)->file);
        status = print_table(comparison, comparison_table_at(i), path, problem);
    }
    return status;
}

/* How to go on, for whoever has interrupted. */
static int report_interrupt(const struct compare_plan *plan, const struct compare_outcome *outcome)
{
    uint32_t count = plan->row_count * plan->seed_count;
    fprintf(stderr, "flowsched: interrupted: %" PRIu32 " of %" PRIu32 " runs have finished",
            outcome->finished, count);
    if (plan->out)
        fprintf(stderr, " and stay in %s: the same command does the others\n", plan->out);
    else
        fprintf(stderr, "; with --out DIR they would stay, and the same command do the others\n");
    return EXIT_INTERRUPTED;
}

static int compare(const struct compare_plan *plan, const cJSON *settings,
                   struct comparison *comparison)
{
    struct problem problem = {0};
    struct compare_outcome outcome;
    enum status status = compare_runs(plan, settings, comparison, &outcome, &problem);
    if (status != STATUS_OK)
        return command_fail(status, &problem);
    if (outcome.interrupted)
        return report_interrupt(plan, &outcome);
    if (plan->out)
        status = keep_tables(comparison, plan->out, &problem);
    if (status == STATUS_OK)
        status = print_table(comparison, plan->table, "-", &problem);
    int exit_status = status == STATUS_OK ? EXIT_DONE : command_fail(status, &problem);
    return outcome.exit_status != EXIT_DONE ? outcome.exit_status : exit_status;
}

/* "trace.csv --load 0.9, seeds 1 to 5" */
static void make_title(const struct compare_plan *plan, char *title, size_t size)
{
    char words[1024];
    compare_settings_words(plan, words, sizeof words);
    uint64_t last = plan->seed_first + plan->seed_count - 1;
    if (plan->seed_count == 1)
        snprintf(title, size, "%.512s%s, seed %" PRIu64, plan->options.arguments[0], words, last);
    else
        snprintf(title, size, "%.512s%s, seeds %" PRIu64 " to %" PRIu64, plan->options.arguments[0],
                 words, plan->seed_first, last);
}

static int run(const struct compare_plan *plan)
{
    struct problem problem = {0};
    cJSON *settings;
    int lock = -1;
    enum status status = compare_settings_make(plan, &settings, &problem);
    if (status == STATUS_OK && plan->out)
        status = compare_folder_open(plan->out, settings, &lock, &problem);
    if (status != STATUS_OK) {
        cJSON_Delete(settings);
        return command_fail(status, &problem);
    }
    char title[2048];
    make_title(plan, title, sizeof title);
    struct comparison comparison = {.title = title,
                                    .settings = settings,
                                    .names = (const char *const *)plan->names,
                                    .row_count = plan->row_count,
                                    .against = plan->against,
                                    .seed_first = plan->seed_first,
                                    .seed_count = plan->seed_count};
    comparison_init(&comparison);
    int exit_status = compare(plan, settings, &comparison);
    comparison_free(&comparison);
    cJSON_Delete(settings);
    if (lock >= 0)
        close(lock);
    return exit_status;
}

int command_compare(int argc, char **argv)
{
    struct compare_plan plan;
    compare_plan_init(&plan);
    if (command_help(command_find("compare"), plan.option_rows, plan.option_row_count, argc, argv))
        return EXIT_DONE;
    struct problem problem = {0};
    enum status status = compare_plan_read(&plan, argc, argv, &problem);
    signal(SIGPIPE, SIG_IGN); /* a reader that left is an error of writing, told as such */
    int exit_status = status == STATUS_OK ? run(&plan) : command_fail(status, &problem);
    compare_plan_free(&plan);
    return exit_status;
}
