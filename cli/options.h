/* options.h - the options of a subcommand: one row each, parsed, checked, explained.
 *
 * An option is --name VALUE or --name=VALUE; a flag is --name. `--` ends the options. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/status.h"

enum option_kind {
    OPTION_FLAG,  /* absent or present */
    OPTION_INT,   /* an integer from min to max */
    OPTION_FIXED, /* a decimal; value, min and max in billionths */
    OPTION_TEXT,
    OPTION_SWITCH, /* on or off; value 1 or 0 */
};

struct option {
    const char *name;
    enum option_kind kind;
    const char *value_name;   /* in the help: "N", "FILE" */
    const char *default_text; /* NULL: not given unless the user does */
    int64_t min, max;
    const char *help;
};

struct option_value {
    bool given; /* by the user or by default */
    int64_t number;
    const char *text; /* borrowed from argv or from the row */
};

#define OPTION_ARGUMENT_MAX 8

struct options {
    const struct option *rows;
    uint32_t row_count;
    struct option_value *values; /* by row */
    const char *arguments[OPTION_ARGUMENT_MAX];
    uint32_t argument_count;
};

/* Parse the words after the subcommand. STATUS_USAGE with a reason that says what to do
 * if an option is unknown, misses its value or is out of range. The caller frees. */
enum status options_parse(struct options *options, const struct option *rows, uint32_t row_count,
                          int argc, char **argv, struct problem *problem);
void options_free(struct options *options);

/* The value of an option by its name, which must be in the table. */
const struct option_value *options_get(const struct options *options, const char *name);
bool options_flag(const struct options *options, const char *name);
int64_t options_number(const struct options *options, const char *name);
const char *options_text(const struct options *options, const char *name);

/* The rows as help, one line each, wrapped to 80 columns. */
void options_print_help(const struct option *rows, uint32_t row_count);

#endif
