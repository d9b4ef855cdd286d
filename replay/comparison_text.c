/* comparison_text.c - a comparison for a terminal (comparison_tables.h).
 *
 * A group of columns is a table of its own, and goes on in another where it would be wider than
 * WIDTH_MAX. A cell is a mean, a mark, and the margin of its interval; headings are broken into
 * lines as wide as the cells beneath. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "replay/comparison_cells.h"
#include "replay/comparison_tables.h"

#define WIDTH_MAX 120
#define GAP 2
#define DIFFERENCE "  difference"

/* One column as it is laid out. */
struct lane {
    uint32_t column;
    int mean_width, margin_width;
    int width; /* of the whole cell */
};

/* Some columns, beside each other. */
struct panel {
    struct lane *lanes;
    uint32_t count, room;
    int name_width, width;
};

static int larger(int a, size_t b)
{
    return a > (int)b ? a : (int)b;
}

static int longest_word(const char *text)
{
    int longest = 0;
    while (*text) {
        size_t size = strcspn(text, " ");
        longest = larger(longest, size);
        text += size;
        text += *text == ' ';
    }
    return longest;
}

static void make_room_for(struct lane *lane, const struct comparison_cell *cell)
{
    lane->mean_width = larger(lane->mean_width, strlen(cell->mean));
    lane->margin_width = larger(lane->margin_width, strlen(cell->margin));
}

static struct lane lay_out(const struct comparison *comparison, uint32_t column)
{
    const struct comparison_column *facts = comparison_column_at(column);
    struct lane lane = {.column = column};
    struct comparison_cell cell;
    for (uint32_t row = 0; row < comparison->row_count; row++) {
        comparison_value_cell(comparison, row, column, &cell);
        make_room_for(&lane, &cell);
        comparison_difference_cell(comparison, row, column, &cell);
        make_room_for(&lane, &cell);
    }
    lane.width = lane.mean_width + 1 + (lane.margin_width ? lane.margin_width + 2 : 0);
    int least = larger(longest_word(facts->heading), strlen(facts->unit->shown));
    if (least > lane.width) {
        lane.mean_width += least - lane.width;
        lane.width = least;
    }
    return lane;
}

/* The words that go on one line of a heading, from *text, which moves behind them. */
static int next_words(const char **text, int width)
{
    const char *start = *text;
    const char *at = start;
    while (*at) {
        const char *word_end = at + strcspn(at, " ");
        if (at > start && word_end - start > width)
            break;
        *text = word_end + (*word_end == ' ');
        at = *text;
        if (!*at)
            return (int)(word_end - start);
    }
    return (int)(at - start) - (at > start);
}

static uint32_t line_count(const struct lane *lane)
{
    uint32_t count = 0;
    for (const char *text = comparison_column_at(lane->column)->heading; *text; count++)
        next_words(&text, lane->width);
    return count;
}

/* Lines have no blanks at their ends: those that are owed are written before the next text. */
struct writer {
    struct output *output;
    int owed;
};

/* The text, to the right or to the left in a field of `width`. */
static void put_right(struct writer *writer, int width, int size, const char *text)
{
    writer->owed += width > size ? width - size : 0;
    if (size == 0)
        return;
    output_print(writer->output, "%*s%.*s", writer->owed, "", size, text);
    writer->owed = 0;
}

static void put_left(struct writer *writer, int width, const char *text)
{
    int size = (int)strlen(text);
    put_right(writer, 0, size, text);
    writer->owed += width > size ? width - size : 0;
}

static void end_line(struct writer *writer)
{
    output_print(writer->output, "\n");
    writer->owed = 0;
}

static void put_heading_line(const struct lane *lane, uint32_t line, struct writer *writer)
{
    const char *text = comparison_column_at(lane->column)->heading;
    const char *start = text;
    int size = next_words(&text, lane->width);
    while (line-- > 0) {
        start = text;
        size = next_words(&text, lane->width);
    }
    put_right(writer, GAP + lane->width, size, start);
}

/* Headings stand on the line of units. */
static void print_headings(const struct panel *panel, struct writer *writer)
{
    uint32_t lines = 0;
    for (uint32_t i = 0; i < panel->count; i++) {
        uint32_t count = line_count(&panel->lanes[i]);
        lines = count > lines ? count : lines;
    }
    for (uint32_t line = 0; line < lines; line++) {
        put_left(writer, panel->name_width, line + 1 == lines ? "policy" : "");
        for (uint32_t i = 0; i < panel->count; i++) {
            uint32_t empty = lines - line_count(&panel->lanes[i]);
            if (line < empty)
                put_left(writer, GAP + panel->lanes[i].width, "");
            else
                put_heading_line(&panel->lanes[i], line - empty, writer);
        }
        end_line(writer);
    }
    put_left(writer, panel->name_width, "");
    for (uint32_t i = 0; i < panel->count; i++) {
        const char *unit = comparison_column_at(panel->lanes[i].column)->unit->shown;
        put_right(writer, GAP + panel->lanes[i].width, (int)strlen(unit), unit);
    }
    end_line(writer);
}

static void put_cell(const struct lane *lane, const struct comparison_cell *cell, const char *mark,
                     struct writer *writer)
{
    put_right(writer, GAP + lane->mean_width, (int)strlen(cell->mean), cell->mean);
    put_left(writer, 1, cell->marked ? mark : "");
    if (cell->margin[0])
        put_left(writer, 0, " ±");
    else if (lane->margin_width)
        put_left(writer, 2, "");
    put_left(writer, lane->margin_width, cell->margin);
}

static void print_panel(const struct comparison *comparison, const struct panel *panel,
                        enum column_group group, struct output *output)
{
    struct writer writer = {.output = output};
    struct comparison_cell cell;
    output_print(output, "\n%s\n", column_group_title(group));
    print_headings(panel, &writer);
    for (uint32_t row = 0; row < comparison->row_count; row++) {
        put_left(&writer, panel->name_width, comparison->names[row]);
        for (uint32_t i = 0; i < panel->count; i++) {
            comparison_value_cell(comparison, row, panel->lanes[i].column, &cell);
            put_cell(&panel->lanes[i], &cell, "*", &writer);
        }
        end_line(&writer);
        if (!comparison_differs(comparison, group, row))
            continue;
        put_left(&writer, panel->name_width, DIFFERENCE);
        for (uint32_t i = 0; i < panel->count; i++) {
            comparison_difference_cell(comparison, row, panel->lanes[i].column, &cell);
            put_cell(&panel->lanes[i], &cell, "!", &writer);
        }
        end_line(&writer);
    }
}

static void start_panel(const struct comparison *comparison, struct panel *panel)
{
    panel->count = 0;
    panel->name_width = larger((int)strlen(DIFFERENCE), strlen("policy"));
    for (uint32_t row = 0; row < comparison->row_count; row++)
        panel->name_width = larger(panel->name_width, strlen(comparison->names[row]));
    panel->width = panel->name_width;
}

static void print_group(const struct comparison *comparison, enum column_group group,
                        struct output *output)
{
    struct panel panel = {0};
    start_panel(comparison, &panel);
    for (uint32_t column = 0; column < comparison_column_count(); column++) {
        if (!comparison_shows(comparison, group, column))
            continue;
        struct lane lane = lay_out(comparison, column);
        if (panel.count > 0 && panel.width + GAP + lane.width > WIDTH_MAX) {
            print_panel(comparison, &panel, group, output);
            start_panel(comparison, &panel);
        }
        array_reserve(panel.lanes, panel.room, panel.count + 1);
        panel.lanes[panel.count++] = lane;
        panel.width += GAP + lane.width;
    }
    if (panel.count > 0)
        print_panel(comparison, &panel, group, output);
    memory_free(panel.lanes);
}

void comparison_print_text(const struct comparison *comparison, struct output *output)
{
    struct comparison_notes notes;
    output_print(output, "%s\n", comparison->title);
    for (int group = 0; group < GROUP_COUNT; group++)
        print_group(comparison, (enum column_group)group, output);
    output_print(output, "\n");
    if (comparison->row_count > 1)
        output_print(output, "* the best of its column   ! an interval that excludes 0\n");
    comparison_notes_make(&notes, comparison);
    for (uint32_t i = 0; i < notes.count; i++)
        output_print(output, "%s\n", notes.lines[i]);
    comparison_notes_free(&notes);
}
