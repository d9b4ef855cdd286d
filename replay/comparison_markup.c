/* comparison_markup.c - a comparison as Markdown and as LaTeX (comparison_tables.h): the same
 * tables, one for each group of columns, in two languages. */
#include <string.h>

#include "replay/comparison_cells.h"
#include "replay/comparison_tables.h"

/* How a language writes what a table is made of. */
struct markup {
    const char *special;                   /* characters that it takes for its own, */
    const char *(*escape)(char character); /* and what to write for one */
    const char *hyphen;                    /* before another, with which it might be one dash */
    const char *row_start, *between, *row_end;
    const char *name_start, *name_end; /* of a policy */
    const char *mean_start, *mean_end;
    const char *best_start, *best_end; /* of the best mean */
    const char *margin_start, *margin_end;
    const char *mark; /* of a difference whose interval excludes 0 */
    const char *difference;
};

static const char *escape_markdown(char character)
{
    static const char *const escaped[] = {"\\|", "\\*", "\\_", "\\`", "\\<", "\\\\"};
    size_t i = 0;
    while (escaped[i][1] != character)
        i++;
    return escaped[i];
}

static const char *escape_latex(char character)
{
    static const char *const escaped[] = {"\\\\textbackslash{}",
                                          "~\\textasciitilde{}",
                                          "^\\textasciicircum{}",
                                          "<\\textless{}",
                                          ">\\textgreater{}",
                                          "|\\textbar{}",
                                          "#\\#",
                                          "$\\$",
                                          "%\\%",
                                          "&\\&",
                                          "_\\_",
                                          "{\\{",
                                          "}\\}"};
    size_t i = 0;
    while (escaped[i][0] != character)
        i++;
    return escaped[i] + 1;
}

static const struct markup markdown = {.special = "|*_`<\\",
                                       .escape = escape_markdown,
                                       .hyphen = "-",
                                       .row_start = "| ",
                                       .between = " | ",
                                       .row_end = " |\n",
                                       .name_start = "",
                                       .name_end = "",
                                       .mean_start = "",
                                       .mean_end = "",
                                       .best_start = "**",
                                       .best_end = "**",
                                       .margin_start = " ± ",
                                       .margin_end = "",
                                       .mark = " †",
                                       .difference = "difference"};

static const struct markup latex = {.special = "\\~^<>|#$%&_{}",
                                    .escape = escape_latex,
                                    .hyphen = "-{}",
                                    .row_start = "",
                                    .between = " & ",
                                    .row_end = " \\\\\n",
                                    .name_start = "\\texttt{",
                                    .name_end = "}",
                                    .mean_start = "$",
                                    .mean_end = "$",
                                    .best_start = "$\\mathbf{",
                                    .best_end = "}$",
                                    .margin_start = " $\\pm\\,",
                                    .margin_end = "$",
                                    .mark = "$^{\\dagger}$",
                                    .difference = "\\quad difference"};

static void write_text(const struct markup *markup, const char *text, struct output *output)
{
    for (; *text; text++) {
        if (strchr(markup->special, *text))
            output_print(output, "%s", markup->escape(*text));
        else if (text[0] == '-' && text[1] == '-')
            output_print(output, "%s", markup->hyphen);
        else
            output_write(output, text, 1);
    }
}

static void write_cell(const struct markup *markup, const struct comparison_cell *cell, bool value,
                       struct output *output)
{
    bool best = value && cell->marked;
    output_print(output, "%s", markup->between);
    if (!cell->mean[0])
        return;
    output_print(output, "%s%s%s", best ? markup->best_start : markup->mean_start, cell->mean,
                 best ? markup->best_end : markup->mean_end);
    if (cell->margin[0])
        output_print(output, "%s%s%s", markup->margin_start, cell->margin, markup->margin_end);
    if (!value && cell->marked)
        output_print(output, "%s", markup->mark);
}

static void write_headings(const struct comparison *comparison, enum column_group group,
                           const struct markup *markup, struct output *output)
{
    output_print(output, "%spolicy", markup->row_start);
    for (uint32_t i = 0; i < comparison_column_count(); i++) {
        const struct comparison_column *column = comparison_column_at(i);
        if (!comparison_shows(comparison, group, i))
            continue;
        output_print(output, "%s", markup->between);
        write_text(markup, column->heading, output);
        if (column->unit->shown[0])
            output_print(output, ", ");
        write_text(markup, column->unit->shown, output);
    }
    output_print(output, "%s", markup->row_end);
}

static void write_rows(const struct comparison *comparison, enum column_group group,
                       const struct markup *markup, struct output *output)
{
    struct comparison_cell cell;
    for (uint32_t row = 0; row < comparison->row_count; row++) {
        output_print(output, "%s%s", markup->row_start, markup->name_start);
        write_text(markup, comparison->names[row], output);
        output_print(output, "%s", markup->name_end);
        for (uint32_t column = 0; column < comparison_column_count(); column++) {
            if (!comparison_shows(comparison, group, column))
                continue;
            comparison_value_cell(comparison, row, column, &cell);
            write_cell(markup, &cell, true, output);
        }
        output_print(output, "%s", markup->row_end);
        if (!comparison_differs(comparison, group, row))
            continue;
        output_print(output, "%s%s", markup->row_start, markup->difference);
        for (uint32_t column = 0; column < comparison_column_count(); column++) {
            if (!comparison_shows(comparison, group, column))
                continue;
            comparison_difference_cell(comparison, row, column, &cell);
            write_cell(markup, &cell, false, output);
        }
        output_print(output, "%s", markup->row_end);
    }
}

static uint32_t column_count(const struct comparison *comparison, enum column_group group)
{
    uint32_t count = 0;
    for (uint32_t column = 0; column < comparison_column_count(); column++)
        count += comparison_shows(comparison, group, column);
    return count;
}

void comparison_print_markdown(const struct comparison *comparison, struct output *output)
{
    write_text(&markdown, comparison->title, output);
    output_print(output, "\n");
    for (int i = 0; i < GROUP_COUNT; i++) {
        enum column_group group = (enum column_group)i;
        uint32_t count = column_count(comparison, group);
        if (!count)
            continue;
        output_print(output, "\n**%s**\n\n", column_group_title(group));
        write_headings(comparison, group, &markdown, output);
        output_print(output, "|---|");
        for (uint32_t column = 0; column < count; column++)
            output_print(output, "---:|");
        output_print(output, "\n");
        write_rows(comparison, group, &markdown, output);
    }
    output_print(output, "\n");
    if (comparison->row_count > 1)
        output_print(output, "- Bold: the best of its column. †: an interval that excludes 0.\n");
    struct comparison_notes notes;
    comparison_notes_make(&notes, comparison);
    for (uint32_t i = 0; i < notes.count; i++) {
        output_print(output, "- ");
        write_text(&markdown, notes.lines[i], output);
        output_print(output, "\n");
    }
    comparison_notes_free(&notes);
}

static void write_latex_table(const struct comparison *comparison, enum column_group group,
                              uint32_t count, struct output *output)
{
    output_print(output, "\\begin{table}\n\\centering\n\\caption{%s: ", column_group_title(group));
    write_text(&latex, comparison->title, output);
    output_print(output, ".}\n\\begin{tabular}{l");
    for (uint32_t column = 0; column < count; column++)
        output_print(output, "r");
    output_print(output, "}\n\\toprule\n");
    write_headings(comparison, group, &latex, output);
    output_print(output, "\\midrule\n");
    write_rows(comparison, group, &latex, output);
    output_print(output, "\\bottomrule\n\\end{tabular}\n\\end{table}\n\n");
}

void comparison_print_latex(const struct comparison *comparison, struct output *output)
{
    output_print(output, "%% These tables need \\usepackage{booktabs}.\n");
    for (int i = 0; i < GROUP_COUNT; i++) {
        enum column_group group = (enum column_group)i;
        uint32_t count = column_count(comparison, group);
        if (count)
            write_latex_table(comparison, group, count, output);
    }
    if (comparison->row_count > 1)
        output_print(output, "\\noindent Bold: the best of its column. $\\dagger$: an interval "
                             "that excludes 0.\n");
    struct comparison_notes notes;
    comparison_notes_make(&notes, comparison);
    for (uint32_t i = 0; i < notes.count; i++) {
        write_text(&latex, notes.lines[i], output);
        output_print(output, "\n");
    }
    comparison_notes_free(&notes);
}
