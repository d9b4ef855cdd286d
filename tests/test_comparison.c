/* test_comparison.c - rows over seeds, and the tables that people and programs read. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "replay/comparison_cells.h"
#include "replay/comparison_tables.h"
#include "tests/temp_file.h"

#define ROWS 3
#define SEEDS 3

static const char *const names[ROWS] = {"flow=quincy", "flow=load_spreading", "noop"};

/* success_rate, bounded_slowdown.mean and tasks.retries of each run; slowdown -1 is null. */
static const double numbers[ROWS][SEEDS][3] = {
    {{0.90, 100, 16}, {0.91, 500, 16}, {0.92, 900, 16}},
    {{0.80, 101, 16}, {0.91, 502, 17}, {0.93, 903, 18}},
    {{0.10, -1, 0}, {0.10, -1, 0}, {0.10, -1, 0}},
};

static cJSON *make_summary(const double run[3])
{
    char text[256];
    char slowdown[32] = "null";
    if (run[1] >= 0)
        snprintf(slowdown, sizeof slowdown, "%g", run[1]);
    snprintf(text, sizeof text,
             "{\"success_rate\":%g,\"bounded_slowdown\":{\"mean\":%s},\"tasks\":{\"retries\":%g},"
             "\"machines\":\"no number\"}",
             run[0], slowdown, run[2]);
    return cJSON_Parse(text);
}

/* `runs_only`: the rows and seeds that are there; the others failed. */
static struct comparison *make(uint32_t rows, uint32_t seeds, int failed_row)
{
    struct comparison *comparison = malloc(sizeof *comparison);
    *comparison = (struct comparison){.title = "a_trace.csv, 50 %",
                                      .settings = cJSON_Parse("{\"round-ms\":\"500\"}"),
                                      .names = names,
                                      .row_count = rows,
                                      .seed_first = 7,
                                      .seed_count = seeds};
    comparison_init(comparison);
    for (uint32_t row = 0; row < rows; row++) {
        for (uint32_t seed = 0; seed < seeds; seed++) {
            if ((int)row == failed_row && seed != 1) {
                comparison_fail(comparison, row, seed, "out of luck, as \"they\" say");
                continue;
            }
            cJSON *summary = make_summary(numbers[row][seed]);
            comparison_add(comparison, row, seed, summary);
            cJSON_Delete(summary);
        }
    }
    return comparison;
}

static void destroy(struct comparison *comparison)
{
    cJSON_Delete((cJSON *)comparison->settings);
    comparison_free(comparison);
    free(comparison);
}

static uint32_t column_of(const char *path)
{
    for (uint32_t i = 0; i < comparison_column_count(); i++)
        if (strcmp(comparison_column_at(i)->path, path) == 0)
            return i;
    cr_assert_fail("there is no column %s", path);
    return 0;
}

static char *printed(const struct comparison *comparison, const char *format)
{
    char path[TEMP_PATH_SIZE];
    struct output *output;
    struct problem problem;
    temp_path(path, "");
    cr_assert_eq(output_open(&output, path, &problem), STATUS_OK);
    comparison_table_find(format)->print(comparison, output);
    cr_assert_eq(output_commit(output, &problem), STATUS_OK);
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 1 << 20);
    cr_assert_gt(fread(text, 1, (1 << 20) - 1, file), 0);
    fclose(file);
    unlink(path);
    return text;
}

static void says(const char *text, const char *part)
{
    cr_assert(strstr(text, part), "it does not say '%s':\n%s", part, text);
}

Test(comparison, rows_have_means_and_paired_differences)
{
    struct comparison *comparison = make(ROWS, SEEDS, -1);
    uint32_t slowdown = column_of("bounded_slowdown.mean");
    struct estimate mean = comparison_estimate(comparison, 1, slowdown);
    cr_assert_eq(mean.count, 3);
    cr_assert_float_eq(mean.mean, 502, 1e-9);
    /* Differences 1, 2, 3: the interval of test_estimate.c's worked example. */
    struct estimate difference = comparison_difference(comparison, 1, slowdown);
    cr_assert_float_eq(difference.mean, 2, 1e-9);
    cr_assert_float_eq(difference.margin, 2.484138, 1e-6);
    cr_assert_eq(comparison_difference(comparison, 0, slowdown).count, 0, "none to itself");
    cr_assert_eq(comparison_difference(comparison, 2, slowdown).count, 0, "null is no number");
    comparison->against = 1;
    difference = comparison_difference(comparison, 0, slowdown);
    cr_assert_float_eq(difference.mean, -2, 1e-9);
    cr_assert_not(comparison_defined(comparison, column_of("machines")), "a text is no number");
    cr_assert_not(comparison_defined(comparison, column_of("rounds.gap.p99")), "not there");
    destroy(comparison);
}

Test(comparison, the_best_is_by_what_the_column_says_and_no_best_if_all_are_equal)
{
    static const struct {
        const char *path;
        bool best[ROWS];
    } rows[] = {
        {"success_rate", {true, false, false}},
        {"bounded_slowdown.mean", {true, false, false}}, /* lower; noop has none */
        {"tasks.retries", {false, false, false}},        /* neither is better */
        {"fragmentation", {false, false, false}},        /* not there */
    };
    struct comparison *comparison = make(ROWS, SEEDS, -1);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (uint32_t row = 0; row < ROWS; row++)
            cr_assert_eq(comparison_best(comparison, row, column_of(rows[i].path)),
                         rows[i].best[row], "%s of row %u", rows[i].path, row);
    destroy(comparison);
    comparison = make(1, SEEDS, -1);
    cr_assert_not(comparison_best(comparison, 0, column_of("success_rate")), "of one row");
    destroy(comparison);
}

Test(comparison, a_cell_has_the_digits_that_its_interval_leaves)
{
    static const struct {
        uint32_t row;
        const char *path;
        bool difference;
        const char *mean, *margin;
        bool marked;
    } rows[] = {
        {0, "success_rate", false, "91.0", "2.5", true}, /* per cent; t s / sqrt(n) = 2.484 */
        {0, "bounded_slowdown.mean", false, "500", "994", true},
        {0, "tasks.retries", false, "16", "0", false}, /* no 16.00 */
        {1, "bounded_slowdown.mean", true, "+2.0", "2.5", false},
        {1, "success_rate", true, "-3", "15", false},
        {2, "success_rate", true, "-81.0", "2.5", true},
        {2, "bounded_slowdown.mean", false, "", "", false}, /* undefined is empty, not 0 */
        {2, "bounded_slowdown.mean", true, "", "", false},
        {2, "tasks.retries", true, "-16", "0", true},
    };
    struct comparison *comparison = make(ROWS, SEEDS, -1);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct comparison_cell cell;
        uint32_t column = column_of(rows[i].path);
        if (rows[i].difference)
            comparison_difference_cell(comparison, rows[i].row, column, &cell);
        else
            comparison_value_cell(comparison, rows[i].row, column, &cell);
        cr_assert_str_eq(cell.mean, rows[i].mean, "row %zu: %s", i, cell.mean);
        cr_assert_str_eq(cell.margin, rows[i].margin, "row %zu: %s", i, cell.margin);
        cr_assert_eq(cell.marked, rows[i].marked, "row %zu", i);
    }
    destroy(comparison);
}

Test(comparison, the_text_is_what_a_reader_of_a_terminal_sees)
{
    struct comparison *comparison = make(ROWS, SEEDS, -1);
    char *text = printed(comparison, "text");
    says(text, "a_trace.csv, 50 %\n"
               "\n"
               "Outcome\n"
               "                                        mean\n"
               "policy                   success    slowdown\n"
               "                               %\n"
               "flow=quincy           91.0* ±2.5   500* ±994\n"
               "flow=load_spreading     88  ±17    502  ±996\n"
               "  difference            -3  ±15   +2.0  ±2.5\n"
               "noop                    10  ±0\n"
               "  difference         -81.0! ±2.5\n"
               "\n"
               "Work\n"
               "policy                  retries\n"
               "\n"
               "flow=quincy            16  ±0\n"
               "flow=load_spreading  17.0  ±2.5\n"
               "  difference         +1.0  ±2.5\n"
               "noop                    0  ±0\n"
               "  difference          -16! ±0\n"
               "\n"
               "* the best of its column   ! an interval that excludes 0\n");
    free(text);
    destroy(comparison);
}

Test(comparison, a_line_of_text_is_no_wider_than_120_columns)
{
    struct comparison comparison = {
        .title = "wide", .names = names, .row_count = 2, .seed_count = 2};
    comparison_init(&comparison);
    for (uint32_t row = 0; row < 2; row++)
        for (uint32_t column = 0; column < comparison_column_count(); column++)
            for (uint32_t seed = 0; seed < 2; seed++)
                comparison.values[(row * comparison_column_count() + column) * 2 + seed] =
                    123456.789 * (row + 1) + seed;
    char *text = printed(&comparison, "text");
    uint32_t headings = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        size_t width = 0;
        for (const char *at = line; *at; at++)
            width += ((unsigned char)*at & 0xC0) != 0x80; /* characters, not bytes */
        cr_assert_leq(width, 120, "%zu columns: %s", width, line);
        headings += strncmp(line, "policy", 6) == 0;
    }
    cr_assert_geq(headings, 4, "what is too wide goes on below: %u", headings);
    free(text);
    comparison_free(&comparison);
}

Test(comparison, what_is_missing_is_told_with_its_reason)
{
    struct comparison *comparison = make(ROWS, SEEDS, 1);
    char *text = printed(comparison, "text");
    says(text, "Means over 3 seeds with 95 % confidence intervals (Student's t over seeds).\n");
    says(text, "Differences are to flow=quincy, seed by seed (paired).\n");
    says(text, "flow=load_spreading has no numbers of seed 7, 9: out of luck, as \"they\" say\n");
    says(text, "Undefined in every row: deadlines missed, late requests,");
    cr_assert_not(strstr(text, "All seeds gave the same"));
    free(text);
    text = printed(comparison, "csv");
    says(text, "\"seed 7: out of luck, as \"\"they\"\" say; seed 9: out of luck");
    free(text);
    destroy(comparison);
    comparison = make(1, 1, -1);
    text = printed(comparison, "text");
    says(text, "One seed: there are no confidence intervals.\n");
    cr_assert_not(strstr(text, "±"));
    cr_assert_not(strstr(text, "Differences"));
    free(text);
    destroy(comparison);
}

Test(comparison, seeds_that_change_nothing_are_told)
{
    struct comparison *comparison = make(1, SEEDS, -1);
    for (uint32_t seed = 1; seed < SEEDS; seed++) {
        cJSON *summary = make_summary(numbers[0][0]);
        comparison_add(comparison, 0, seed, summary);
        cJSON_Delete(summary);
    }
    char *text = printed(comparison, "text");
    says(text, "All seeds gave the same run");
    free(text);
    destroy(comparison);
}

Test(comparison, json_has_every_seed_and_null_for_what_is_undefined)
{
    struct comparison *comparison = make(ROWS, SEEDS, -1);
    char *text = printed(comparison, "json");
    cJSON *json = cJSON_Parse(text);
    cr_assert(json);
    const cJSON *rows = cJSON_GetObjectItem(json, "rows");
    cr_assert_eq(cJSON_GetArraySize(rows), ROWS);
    cr_assert_eq(cJSON_GetArrayItem(cJSON_GetObjectItem(json, "seeds"), 2)->valueint, 9);
    const cJSON *values = cJSON_GetObjectItem(cJSON_GetArrayItem(rows, 1), "values");
    cr_assert_eq(cJSON_GetArraySize(values), (int)comparison_column_count());
    const cJSON *slowdown = cJSON_GetObjectItem(values, "bounded_slowdown.mean");
    const cJSON *difference = cJSON_GetObjectItem(slowdown, "difference");
    cr_assert_eq(cJSON_GetArrayItem(cJSON_GetObjectItem(slowdown, "seeds"), 2)->valueint, 903);
    cr_assert_float_eq(cJSON_GetArrayItem(cJSON_GetObjectItem(difference, "ci95"), 0)->valuedouble,
                       2 - 2.484138, 1e-6);
    cr_assert(cJSON_IsFalse(cJSON_GetObjectItem(difference, "excludes_0")));
    values = cJSON_GetObjectItem(cJSON_GetArrayItem(rows, 2), "values");
    slowdown = cJSON_GetObjectItem(values, "bounded_slowdown.mean");
    cr_assert(cJSON_IsNull(cJSON_GetObjectItem(slowdown, "mean")));
    cr_assert(cJSON_IsNull(cJSON_GetObjectItem(slowdown, "ci95")));
    cr_assert(cJSON_IsNull(cJSON_GetObjectItem(slowdown, "difference")));
    cr_assert(cJSON_IsNull(cJSON_GetArrayItem(cJSON_GetObjectItem(slowdown, "seeds"), 0)));
    cJSON_Delete(json);
    free(text);
    destroy(comparison);
}

Test(comparison, csv_has_a_row_for_each_policy_and_column)
{
    struct comparison *comparison = make(ROWS, SEEDS, -1);
    char *text = printed(comparison, "csv");
    says(text, "policy,metric,unit,n,mean,ci95_low,ci95_high,best,difference,difference_ci95_low,"
               "difference_ci95_high,difference_excludes_0,seed_7,seed_8,seed_9,failures\n");
    says(text, "\nflow=load_spreading,bounded_slowdown.mean,,3,502,-494.1");
    says(text, ",0,2,-0.4841377118,4.484137712,0,101,502,903,\n");
    says(text, "\nnoop,bounded_slowdown.mean,,0,,,,0,,,,,,,,\n");
    uint32_t lines = 0;
    for (const char *at = text; *at; at++)
        lines += *at == '\n';
    cr_assert_eq(lines, 1 + ROWS * comparison_column_count());
    free(text);
    destroy(comparison);
}

Test(comparison, markup_is_escaped_and_ready_to_paste)
{
    struct comparison *comparison = make(ROWS, SEEDS, -1);
    char *text = printed(comparison, "md");
    says(text, "a\\_trace.csv, 50 %\n\n**Outcome**\n\n"
               "| policy | success, % | mean slowdown |\n|---|---:|---:|\n"
               "| flow=quincy | **91.0** ± 2.5 | **500** ± 994 |\n"
               "| flow=load\\_spreading | 88 ± 17 | 502 ± 996 |\n"
               "| difference | -3 ± 15 | +2.0 ± 2.5 |\n"
               "| noop | 10 ± 0 |  |\n"
               "| difference | -81.0 ± 2.5 † |  |\n");
    free(text);
    text = printed(comparison, "latex");
    says(text, "\\caption{Outcome: a\\_trace.csv, 50 \\%.}\n\\begin{tabular}{lrr}\n\\toprule\n"
               "policy & success, \\% & mean slowdown \\\\\n\\midrule\n"
               "\\texttt{flow=quincy} & $\\mathbf{91.0}$ $\\pm\\,2.5$ & $\\mathbf{500}$ "
               "$\\pm\\,994$ \\\\\n"
               "\\texttt{flow=load\\_spreading} & $88$ $\\pm\\,17$ & $502$ $\\pm\\,996$ \\\\\n");
    says(text, "\\quad difference & $-81.0$ $\\pm\\,2.5$$^{\\dagger}$ &  \\\\\n\\bottomrule\n");
    free(text);
    destroy(comparison);
}

Test(comparison, columns_have_paths_of_their_own_that_a_summary_may_have)
{
    for (uint32_t i = 0; i < comparison_column_count(); i++) {
        const struct comparison_column *column = comparison_column_at(i);
        for (uint32_t j = 0; j < i; j++)
            cr_assert_str_neq(column->path, comparison_column_at(j)->path);
        /* A heading is how a table for people tells columns apart. */
        for (uint32_t j = 0; j < i && column->group != GROUP_NONE; j++)
            cr_assert_str_neq(column->heading, comparison_column_at(j)->heading);
    }
}
