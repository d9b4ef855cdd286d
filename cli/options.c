/* options.c - see options.h. */
#include "cli/options.h"

#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/memory.h"
#include "base/number.h"

#define HELP_WIDTH 80
#define HELP_COLUMN 26

static enum status wrong(struct problem *problem, const char *option, const char *reason)
{
    return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "--%s %s", option, reason);
}

static enum status parse_number(const struct option *row, const char *text, int64_t *number,
                                struct problem *problem)
{
    bool fixed = row->kind == OPTION_FIXED;
    enum status status = fixed ? number_parse_fixed(text, strlen(text), 9, number)
                               : number_parse_int(text, strlen(text), number);
    if (status == STATUS_BAD_INPUT)
        return wrong(problem, row->name, fixed ? "takes a number" : "takes an integer");
    if (status == STATUS_OK && *number >= row->min && *number <= row->max)
        return STATUS_OK;
    char low[32];
    char high[32];
    number_print_fixed(row->min, fixed ? 9 : 0, low);
    number_print_fixed(row->max, fixed ? 9 : 0, high);
    return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "--%s takes a number from %s to %s",
                       row->name, low, high);
}

static enum status set_value(const struct option *row, const char *text, struct option_value *value,
                             struct problem *problem)
{
    struct option_value set = {.given = true, .text = text};
    enum status status = STATUS_OK;
    if (row->kind == OPTION_INT || row->kind == OPTION_FIXED) {
        status = parse_number(row, text, &set.number, problem);
    } else if (row->kind == OPTION_SWITCH) {
        set.number = strcmp(text, "on") == 0;
        if (!set.number && strcmp(text, "off") != 0)
            status = wrong(problem, row->name, "takes on or off");
    } else if (!*text) {
        status = wrong(problem, row->name, "needs a value that is not empty");
    }
    if (status == STATUS_OK)
        *value = set;
    return status;
}

static uint32_t find_row(const struct option *rows, uint32_t row_count, const char *name,
                         size_t size)
{
    for (uint32_t i = 0; i < row_count; i++)
        if (strlen(rows[i].name) == size && memcmp(rows[i].name, name, size) == 0)
            return i;
    return NONE;
}

/* One option at argv[*at], which starts with "--"; moves *at to the last word used. */
static enum status parse_option(struct options *options, int argc, char **argv, int *at,
                                struct problem *problem)
{
    const char *name = argv[*at] + 2;
    size_t size = strcspn(name, "=");
    uint32_t i = find_row(options->rows, options->row_count, name, size);
    if (i == NONE)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "there is no option --%.*s; --help lists them", (int)size, name);
    const struct option *row = &options->rows[i];
    const char *text = name[size] == '=' ? name + size + 1 : NULL;
    if (row->kind == OPTION_FLAG) {
        if (text)
            return wrong(problem, row->name, "takes no value");
        options->values[i] = (struct option_value){.given = true, .number = 1};
        return STATUS_OK;
    }
    if (!text && *at + 1 < argc)
        text = argv[++*at];
    if (!text)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "--%s needs a value: --%s %s",
                           row->name, row->name, row->value_name);
    return set_value(row, text, &options->values[i], problem);
}

static enum status parse_argument(struct options *options, const char *word,
                                  struct problem *problem)
{
    if (!*word)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "an argument is empty");
    if (options->argument_count == OPTION_ARGUMENT_MAX)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "too many arguments: '%s'", word);
    options->arguments[options->argument_count++] = word;
    return STATUS_OK;
}

static enum status parse_words(struct options *options, int argc, char **argv,
                               struct problem *problem)
{
    bool ended = false;
    enum status status = STATUS_OK;
    for (int at = 0; at < argc && status == STATUS_OK; at++) {
        const char *word = argv[at];
        if (ended || word[0] != '-' || word[1] == '\0')
            status = parse_argument(options, word, problem);
        else if (strcmp(word, "--") == 0)
            ended = true;
        else if (word[1] == '-')
            status = parse_option(options, argc, argv, &at, problem);
        else
            status = problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                                 "there is no option %s; --help lists them", word);
    }
    return status;
}

enum status options_parse(struct options *options, const struct option *rows, uint32_t row_count,
                          int argc, char **argv, struct problem *problem)
{
    *options = (struct options){.rows = rows, .row_count = row_count};
    options->values = memory_alloc(row_count * sizeof *options->values);
    for (uint32_t i = 0; i < row_count; i++) {
        if (!rows[i].default_text)
            continue;
        enum status status =
            set_value(&rows[i], rows[i].default_text, &options->values[i], problem);
        ASSERT(status == STATUS_OK);
    }
    return parse_words(options, argc, argv, problem);
}

void options_free(struct options *options)
{
    memory_free(options->values);
    *options = (struct options){0};
}

const struct option_value *options_get(const struct options *options, const char *name)
{
    uint32_t i = find_row(options->rows, options->row_count, name, strlen(name));
    ASSERT(i != NONE);
    return &options->values[i];
}

bool options_flag(const struct options *options, const char *name)
{
    return options_get(options, name)->number != 0;
}

int64_t options_number(const struct options *options, const char *name)
{
    return options_get(options, name)->number;
}

const char *options_text(const struct options *options, const char *name)
{
    return options_get(options, name)->text;
}

/* The text from `column` on, broken at spaces, the next lines indented to HELP_COLUMN. */
static void print_wrapped(const char *text, int column)
{
    while (*text) {
        size_t word = strcspn(text, " ");
        if (column + 1 + (int)word > HELP_WIDTH) {
            printf("\n%*s", HELP_COLUMN, "");
            column = HELP_COLUMN;
        }
        printf(" %.*s", (int)word, text);
        column += 1 + (int)word;
        text += word;
        text += strspn(text, " ");
    }
}

void options_print_help(const struct option *rows, uint32_t row_count)
{
    for (uint32_t i = 0; i < row_count; i++) {
        const struct option *row = &rows[i];
        const char *value = row->kind == OPTION_SWITCH ? "on|off" : row->value_name;
        int column = printf("  --%s%s%s", row->name, value ? " " : "", value ? value : "");
        if (column < HELP_COLUMN)
            column += printf("%*s", HELP_COLUMN - column, "");
        print_wrapped(row->help, column);
        if (row->default_text)
            printf(" [%s]", row->default_text);
        putchar('\n');
    }
}
