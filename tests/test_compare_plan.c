/* test_compare_plan.c - what a comparison is asked for, and what of it makes runs alike. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "cli/compare_folder.h"
#include "cli/compare_settings.h"
#include "tests/temp_file.h"

#define WORDS_MAX 32

/* The words, split at blanks; the trace is "trace". */
static enum status read_plan(struct compare_plan *plan, const char *words, struct problem *problem)
{
    static char copy[1024];
    char *argv[WORDS_MAX];
    int argc = 0;
    snprintf(copy, sizeof copy, "%s trace", words);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
        cr_assert_lt(argc, WORDS_MAX);
        argv[argc++] = word;
    }
    compare_plan_init(plan);
    return compare_plan_read(plan, argc, argv, problem);
}

Test(compare_plan, entries_are_split_at_commas_and_mixes_kept_whole)
{
    struct compare_plan plan;
    struct problem problem = {0};
    cr_assert_eq(read_plan(&plan,
                           "--policies flow=slo:100+drf:10,flow,noop --seeds 3 --seed 8 "
                           "--against noop --jobs 4 --table md",
                           &problem),
                 STATUS_OK, "%s", problem.reason);
    cr_assert_eq(plan.row_count, 3);
    cr_assert_str_eq(plan.names[0], "flow=slo:100+drf:10");
    cr_assert_str_eq(plan.names[1], "flow");
    cr_assert_str_eq(plan.names[2], "noop");
    cr_assert_eq(plan.against, 2);
    cr_assert_eq(plan.seed_first, 8);
    cr_assert_eq(plan.seed_count, 3);
    cr_assert_eq(plan.jobs, 4);
    cr_assert_str_eq(plan.table->name, "md");
    struct replay_options replay;
    cr_assert_eq(compare_plan_replay(&plan, 0, 9, &replay, &problem), STATUS_OK);
    cr_assert_str_eq(replay.policy_options.cost_model, "slo:100+drf:10");
    cr_assert_eq(replay.policy_options.seed, 9);
    cr_assert_eq(replay.feed.seed, 9);
    cr_assert_eq(compare_plan_replay(&plan, 1, 9, &replay, &problem), STATUS_OK);
    cr_assert_str_eq(replay.policy_options.cost_model, "quincy", "what replay takes");
    compare_plan_free(&plan);
}

Test(compare_plan, what_is_wrong_is_told_with_the_entry)
{
    static const struct {
        const char *words, *reason;
    } rows[] = {
        {"", "say who is compared: --policies"},
        {"--policies ,", "an entry is empty"},
        {"--policies noop,", "an entry is empty"},
        {"--policies ,noop", "an entry is empty"},
        {"--policies noop,nobody", "policy nobody: unknown"},
        {"--policies noop,flow=nothing", "policy flow=nothing: --cost-model nothing: unknown"},
        {"--policies noop,flow:x=1", "policy flow:x=1: flow has no option x"},
        {"--policies flow,noop,flow", "--policies: flow is named twice"},
        {"--policies flow,flow=quincy", "--policies: flow and flow=quincy are the same"},
        {"--policies noop --seeds 0", "--seeds takes a number from 1 to 1000"},
        {"--policies noop --seed 9223372036854775807", "leave the range"},
        {"--policies noop --against flow", "--against flow: it is not in --policies"},
        {"--policies noop --table pdf", "--table pdf: say text"},
        {"--policies noop --policy noop", "there is no option --policy"},
        {"--policies noop --cost-model drf", "there is no option --cost-model"},
        {"--policies noop --solver-time soon", "--solver-time"},
        {"--policies noop another", "name one trace"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct compare_plan plan;
        struct problem problem = {0};
        cr_assert_eq(read_plan(&plan, rows[i].words, &problem), STATUS_USAGE, "row %zu", i);
        cr_assert(strstr(problem.reason, rows[i].reason), "row %zu: %s", i, problem.reason);
        compare_plan_free(&plan);
    }
    char words[512] = "--policies flow=";
    for (size_t i = strlen(words); i < 300; i++)
        words[i] = 'x';
    struct compare_plan plan;
    struct problem problem = {0};
    cr_assert_eq(read_plan(&plan, words, &problem), STATUS_USAGE);
    cr_assert(strstr(problem.reason, "longer than 200"), "%s", problem.reason);
    compare_plan_free(&plan);
}

Test(compare_plan, every_option_of_replay_is_there_but_for_who_decides)
{
    struct compare_plan plan;
    compare_plan_init(&plan);
    for (uint32_t i = 0; i < replay_option_row_count; i++) {
        const char *name = replay_option_rows[i].name;
        uint32_t times = 0;
        for (uint32_t j = 0; j < plan.option_row_count; j++)
            times += strcmp(plan.option_rows[j].name, name) == 0;
        bool left_out = strcmp(name, "policy") == 0 || strcmp(name, "cost-model") == 0 ||
                        strcmp(name, "through") == 0 || strcmp(name, "json") == 0;
        cr_assert_eq(times, left_out ? 0 : 1, "--%s", name);
    }
}

Test(compare_plan, where_wall_time_decides_one_run_has_the_machine)
{
    struct compare_plan plan;
    struct problem problem = {0};
    cr_assert_eq(read_plan(&plan, "--policies noop --solver-time measured", &problem), STATUS_OK);
    cr_assert_eq(plan.jobs, 1);
    compare_plan_free(&plan);
}

/* The settings of a plan whose trace is this file. */
static cJSON *settings_of(const char *words, const char *trace)
{
    struct compare_plan plan;
    struct problem problem = {0};
    cJSON *settings;
    cr_assert_eq(read_plan(&plan, words, &problem), STATUS_OK, "%s", problem.reason);
    plan.options.arguments[0] = trace;
    cr_assert_eq(compare_settings_make(&plan, &settings, &problem), STATUS_OK, "%s",
                 problem.reason);
    compare_plan_free(&plan);
    return settings;
}

Test(compare_plan, settings_are_the_same_for_what_only_says_which_runs_there_are)
{
    static const struct {
        const char *words, *difference; /* "": none */
    } rows[] = {
        {"--policies flow --seeds 9 --seed 4 --jobs 7 --table csv --quiet --out x", ""},
        {"--policies noop --load 0.9", "--load was not given and is 0.9"},
        {"--policies noop --round-ms 500", "--round-ms was 0 and is 500"},
        {"--policies noop --strict", "--strict was not given and is on"},
    };
    char trace[TEMP_PATH_SIZE];
    char text[COMPARE_DIFFERENCE_SIZE];
    temp_text(trace, "# flowsched trace 1\n");
    cJSON *was = settings_of("--policies noop", trace);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        cJSON *is = settings_of(rows[i].words, trace);
        cr_assert_eq(compare_settings_differ(was, is, text), rows[i].difference[0] != '\0');
        if (rows[i].difference[0])
            cr_assert_str_eq(text, rows[i].difference);
        cJSON_Delete(is);
    }
    FILE *file = fopen(trace, "a");
    fputs("more\n", file);
    fclose(file);
    cJSON *is = settings_of("--policies noop", trace);
    cr_assert(compare_settings_differ(was, is, text));
    cr_assert_str_eq(text, "trace_bytes was 20 and is 25");
    cJSON_DeleteItemFromObject(is, "build");
    cJSON_DeleteItemFromObject(was, "trace_bytes");
    cr_assert(compare_settings_differ(is, was, text) && compare_settings_differ(was, is, text),
              "what only one has is found from either side");
    cJSON_Delete(is);
    cJSON_Delete(was);
    unlink(trace);
}

Test(compare_plan, a_title_has_the_options_that_are_not_as_by_default)
{
    struct compare_plan plan;
    struct problem problem = {0};
    char text[256];
    cr_assert_eq(
        read_plan(&plan, "--policies noop --round-ms 0 --load 1.1 --strict --seeds 2", &problem),
        STATUS_OK);
    compare_settings_words(&plan, text, sizeof text);
    cr_assert_str_eq(text, " --load 1.1 --strict");
    compare_settings_words(&plan, text, 10);
    cr_assert_str_eq(text, " --load 1", "what does not fit is cut");
    compare_plan_free(&plan);
}
