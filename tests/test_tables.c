/* test_tables.c - which files are parts of a table, and how their lines become rows. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/trace_fixture.h"
#include "traces/rows.h"

static struct fixture fixture;

static void make_folder(void)
{
    fixture_init(&fixture);
}

static void remove_folder(void)
{
    fixture_free(&fixture);
}

TestSuite(tables, .init = make_folder, .fini = remove_folder);

/* The names of the parts of `stem` in the order they are read, with spaces between. */
static const char *list_parts(const char *name, const char *stem, bool any_name)
{
    static char list[512];
    char path[256];
    snprintf(path, sizeof path, "%s%s%s", fixture.folder, name[0] ? "/" : "", name);
    struct table_files files;
    cr_assert_eq(table_files_find(&files, path, stem, any_name, NULL), STATUS_OK);
    list[0] = '\0';
    for (uint32_t i = 0; i < files.count; i++) {
        strcat(list, i ? " " : "");
        strcat(list, files.paths[i] + strlen(fixture.folder) + 1);
    }
    table_files_free(&files);
    return list;
}

Test(tables, a_part_begins_with_the_stem_and_ends_it)
{
    static const struct {
        const char *name;
        bool part;
    } names[] = {
        {"batch_task", true},          {"batch_task.csv", true},
        {"batch_task-1.csv.gz", true}, {"batch_task_00.csv", true},
        {"batch_task.a.csv.gz", true}, {"batch_task_usage.medium.csv.gz", false},
        {"batch_tasks.csv", false},    {"batch_task2.csv", false},
        {"my_batch_task.csv", false},  {".batch_task.csv", false},
        {"batch_task_", false},        {"batch_task (copy).csv", true},
    };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        fixture_write(&fixture, names[i].name, "");
        const char *list = list_parts(names[i].name, "batch_task", false);
        cr_assert_str_eq(list, names[i].part ? names[i].name : "");
    }
}

Test(tables, a_folder_gives_its_parts_in_order_of_their_numbers)
{
    fixture_write(&fixture, "t_10.csv", "");
    fixture_write(&fixture, "t_9.csv", "");
    fixture_write(&fixture, "t_usage.csv", "");
    fixture_write(&fixture, "t/part-00010-of-00500.to-3000s.csv.gz", "");
    fixture_write(&fixture, "t/part-00002-of-00500.csv.gz", "");
    fixture_write(&fixture, "t/.hidden", "");
    fixture_write(&fixture, "t.old/part-1.csv", "");
    cr_assert_str_eq(list_parts("", "t", true),
                     "t/part-00002-of-00500.csv.gz t/part-00010-of-00500.to-3000s.csv.gz "
                     "t_9.csv t_10.csv");
}

Test(tables, a_single_file_of_any_name_is_a_part_if_that_is_allowed)
{
    fixture_write(&fixture, "mine.csv", "");
    cr_assert_str_eq(list_parts("mine.csv", "t", false), "");
    cr_assert_str_eq(list_parts("mine.csv", "t", true), "mine.csv");
}

Test(tables, a_path_that_does_not_exist_is_an_io_problem)
{
    struct table_files files;
    struct problem problem;
    cr_assert_eq(table_files_find(&files, "/nowhere/at/all", "t", true, &problem), STATUS_IO);
    cr_assert_str_eq(problem.file, "/nowhere/at/all");
}

static uint32_t comments;

static void count_comment(void *context, const char *line)
{
    cr_assert_eq(line[0], '#');
    ++*(uint32_t *)context;
}

/* All rows of the parts of "t": fields in brackets, a "/" after each row. With
 * blanks between the fields, "#" begins a comment. */
static const char *list_rows(enum table_layout layout)
{
    static char list[2048];
    struct table_files files;
    cr_assert_eq(table_files_find(&files, fixture.folder, "t", true, NULL), STATUS_OK);
    struct table_reader reader;
    table_reader_init(&reader, &files);
    reader.layout = layout;
    reader.comment = layout == TABLE_BLANKS ? '#' : '\0';
    reader.take_comment = count_comment;
    reader.comment_context = &comments;
    size_t size = 0;
    list[0] = '\0';
    while (table_reader_next(&reader, &fixture.problem) == STATUS_OK) {
        for (uint32_t i = 0; i < reader.field_count; i++)
            size += (size_t)sprintf(list + size, "[%s]", reader.fields[i]);
        size += (size_t)sprintf(list + size, "/");
    }
    table_reader_free(&reader);
    table_files_free(&files);
    return list;
}

Test(tables, lines_become_fields)
{
    static const struct {
        const char *text;
        const char *rows;
    } cases[] = {
        {"a,b,c\n", "[a][b][c]/"},
        {"a,b,c", "[a][b][c]/"},
        {"a,,c\r\n,\r\n", "[a][][c]/[][]/"},
        {"\n  \na\n\n", "[a]/"},
        {"\"a,b\",\"say \"\"hi\"\"\",\"\"\n", "[a,b][say \"hi\"][]/"},
        {"\"never closed,b\nc\n", "[never closed,b]/[c]/"},
        {"\"a\"b,c\n", "[ab][c]/"},
        {"\xef\xbb\xbf"
         "a,b\n",
         "[a][b]/"},
        {"a b\tc,d\n", "[a b\tc][d]/"},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        fixture_write(&fixture, "t.csv", cases[i].text);
        cr_assert_str_eq(list_rows(TABLE_CSV), cases[i].rows);
    }
}

Test(tables, fields_between_blanks_and_comments)
{
    static const struct {
        const char *text;
        const char *rows;
        uint32_t comments;
    } cases[] = {
        {"a b c\n", "[a][b][c]/", 0},
        {"  a \t b\r\n\n   \nc", "[a][b]/[c]/", 0},
        {"a,b \"c d\"\n", "[a,b][\"c][d\"]/", 0},
        {"# head\n  # more\na #b\n#", "[a][#b]/", 3},
        {"\xef\xbb\xbf"
         "# a\nb\n",
         "[b]/", 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        fixture_write(&fixture, "t.csv", cases[i].text);
        comments = 0;
        cr_assert_str_eq(list_rows(TABLE_BLANKS), cases[i].rows);
        cr_assert_eq(comments, cases[i].comments, "%s", cases[i].text);
    }
    fixture_write(&fixture, "t.csv", "#a, \"b\"\n\n c\r\n");
    cr_assert_str_eq(list_rows(TABLE_CSV), "[#a][ \"b\"]/[ c]/");
    cr_assert_str_eq(list_rows(TABLE_LINES), "[#a, \"b\"]/[ c]/");
}

Test(tables, parts_are_one_sequence_of_rows_plain_or_compressed)
{
    fixture_write(&fixture, "t_1.csv", "a,1");
    fixture_write_gzip(&fixture, "t_2.csv.gz", "b,2\nc,3\nd,4\n");
    fixture_write(&fixture, "t_3.csv", "");
    fixture_write(&fixture, "t_4.csv", "e,5\n");
    cr_assert_str_eq(list_rows(TABLE_CSV), "[a][1]/[b][2]/[c][3]/[d][4]/[e][5]/");
}

Test(tables, fields_beyond_the_limit_are_cut)
{
    char line[200] = "";
    for (int i = 0; i < TABLE_FIELD_MAX + 5; i++)
        strcat(line, "x,");
    fixture_write(&fixture, "t.csv", line);
    const char *rows = list_rows(TABLE_CSV);
    cr_assert_eq(strlen(rows), 3 * TABLE_FIELD_MAX + 1);
}

/* Read "t" as a table of at least two columns whose second is a number; returns how it
 * ended. *sum: of the numbers. */
static enum status sum_rows(bool strict, int64_t *sum, struct row_counts *counts)
{
    struct table_files files;
    cr_assert_eq(table_files_find(&files, fixture.folder, "t", true, NULL), STATUS_OK);
    struct rows rows;
    *counts = (struct row_counts){0};
    rows_init(&rows, &files, counts, strict);
    rows.columns_min = 2;
    rows.number_column = 1;
    *sum = 0;
    enum status status;
    while ((status = rows_next(&rows, &fixture.problem)) == STATUS_OK) {
        int64_t number = 0;
        if (!rows_int(&rows, 1, 0, INT64_MAX, &number))
            status = rows_refuse_bad(&rows, &fixture.problem);
        else
            counts->used++;
        if (status != STATUS_OK)
            break;
        *sum += number;
    }
    rows_free(&rows);
    table_files_free(&files);
    return status;
}

Test(tables, a_header_is_skipped_in_every_part_and_not_counted)
{
    struct row_counts counts;
    int64_t sum;
    fixture_write(&fixture, "t_1.csv", "name,number\na,1\nb,2.0\n");
    fixture_write(&fixture, "t_2.csv", "name, number,more\nc,3,x,y\n");
    cr_assert_eq(sum_rows(true, &sum, &counts), STATUS_END);
    cr_assert_eq(sum, 6);
    cr_assert_eq(counts.read, 3);
}

Test(tables, a_bad_row_is_refused_by_reason_and_stops_a_strict_reader_at_its_place)
{
    static const struct {
        const char *row;
        const char *reason;
        uint32_t column;
    } cases[] = {
        {"b,two", "bad_number", 2},
        {"b,", "bad_number", 2},
        {"b,1.5", "bad_number", 2},
        {"b,-1", "number_out_of_range", 2},
        {"b,9223372036854775808", "number_out_of_range", 2},
        {"b,99999999999999999999999999", "number_out_of_range", 2},
        {"b", "missing_column", 2},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[128];
        snprintf(text, sizeof text, "a,1\n%s\nc,3\n", cases[i].row);
        fixture_write(&fixture, "t.csv", text);
        struct row_counts counts;
        int64_t sum;
        cr_assert_eq(sum_rows(false, &sum, &counts), STATUS_END);
        cr_assert_eq(sum, 4, "%s", cases[i].row);
        cr_assert_eq(row_counts_refused(&counts, cases[i].reason), 1, "%s", cases[i].row);
        cr_assert_eq(sum_rows(true, &sum, &counts), STATUS_BAD_INPUT);
        cr_assert_eq(fixture.problem.line, 2);
        cr_assert_eq(fixture.problem.column, cases[i].column);
        cr_assert_str_eq(fixture.problem.reason, cases[i].reason);
    }
}

Test(tables, a_table_whose_first_row_is_too_short_is_an_error)
{
    struct row_counts counts;
    int64_t sum;
    fixture_write(&fixture, "t.csv", "a\nb,1\n");
    cr_assert_eq(sum_rows(false, &sum, &counts), STATUS_BAD_INPUT);
    cr_assert_eq(fixture.problem.line, 1);
    cr_assert_eq(fixture.problem.column, 2);
    cr_assert(strstr(fixture.problem.reason, "missing column"));
}

Test(tables, numbers_up_to_the_end_of_int64_are_exact)
{
    struct row_counts counts;
    int64_t sum;
    fixture_write(&fixture, "t.csv", "a,9223372036854775807\n");
    cr_assert_eq(sum_rows(true, &sum, &counts), STATUS_END);
    cr_assert_eq(sum, INT64_MAX);
    fixture_write(&fixture, "t.csv", "a,9007199254740993\n");
    cr_assert_eq(sum_rows(true, &sum, &counts), STATUS_END);
    cr_assert_eq(sum, INT64_C(9007199254740993));
}

Test(tables, cut_off_or_binary_data_is_bad_input_with_its_place)
{
    struct row_counts counts;
    int64_t sum;
    size_t size = fixture_write_gzip(&fixture, "t.csv.gz", "a,1\nb,2\nc,3\nd,4\ne,5\nf,6\n");
    fixture_cut(&fixture, "t.csv.gz", size - 9);
    cr_assert_eq(sum_rows(false, &sum, &counts), STATUS_BAD_INPUT);
    cr_assert(strstr(fixture.problem.file, "t.csv.gz"));
    cr_assert_gt(fixture.problem.line, 1);
    cr_assert_str_eq(fixture.problem.reason, "compressed data is cut off");
    fixture_cut(&fixture, "t.csv.gz", 0);
    fixture_write_bytes(&fixture, "t.csv",
                        "a,1\n\x7f"
                        "ELF\0\0\1\2\n",
                        13);
    cr_assert_eq(sum_rows(false, &sum, &counts), STATUS_BAD_INPUT);
    cr_assert_eq(fixture.problem.line, 2);
}
