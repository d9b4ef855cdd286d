/* list.c - flowsched list: the names that options take, a row for each kind. */
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "bench/family.h"
#include "cli/command.h"
#include "cli/options.h"
#include "costmodels/cost_model.h"
#include "policies/policies.h"
#include "solver/solver.h"
#include "traces/generator.h"
#include "traces/trace.h"

/* One kind of names; `row` gives the name and its help. */
struct section {
    const char *title;
    uint32_t (*count)(void);
    void (*row)(uint32_t index, const char **name, const char **help);
    void (*print_more)(uint32_t index); /* below the row; NULL: nothing */
};

static void solver_row(uint32_t index, const char **name, const char **help)
{
    *name = solver_kind_at(index)->name;
    *help = solver_kind_at(index)->help;
}

static void cost_model_row(uint32_t index, const char **name, const char **help)
{
    *name = cost_model_at(index)->name;
    *help = cost_model_at(index)->help;
}

static void policy_row(uint32_t index, const char **name, const char **help)
{
    *name = policy_kind_at(index)->name;
    *help = policy_kind_at(index)->help;
}

/* Its options, as NAME:OPTION=VALUE takes them, with their standard values. */
static void print_policy_options(uint32_t index)
{
    const struct policy_kind *kind = policy_kind_at(index);
    for (uint32_t i = 0; i < kind->option_count; i++) {
        char value[32], word[64];
        number_print_fixed(kind->options[i].standard, POLICY_DIGITS, value);
        snprintf(word, sizeof word, "%s=%s", kind->options[i].name, value);
        printf("    :%-20s %s\n", word, kind->options[i].help);
    }
}

static void format_row(uint32_t index, const char **name, const char **help)
{
    *name = trace_format_at(index)->name;
    *help = trace_format_at(index)->help;
}

static void preset_row(uint32_t index, const char **name, const char **help)
{
    *name = generator_preset_at(index)->name;
    *help = generator_preset_at(index)->help;
}

static void family_row(uint32_t index, const char **name, const char **help)
{
    *name = family_at(index)->name;
    *help = family_at(index)->help;
}

static const struct section SECTIONS[] = {
    {"solvers", solver_kind_count, solver_row, NULL},
    {"cost models", cost_model_count, cost_model_row, NULL},
    {"policies", policy_kind_count, policy_row, print_policy_options},
    {"trace formats", trace_format_count, format_row, NULL},
    {"presets of generate trace", generator_preset_count, preset_row, NULL},
    {"families of generate network", family_count, family_row, NULL},
};

static void print_section(const struct section *section)
{
    printf("%s\n", section->title);
    for (uint32_t i = 0; i < section->count(); i++) {
        const char *name;
        const char *help;
        section->row(i, &name, &help);
        printf("  %-23s %s\n", name, help);
        if (section->print_more)
            section->print_more(i);
    }
}

int command_list(int argc, char **argv)
{
    if (command_help(command_find("list"), NULL, 0, argc, argv))
        return EXIT_DONE;
    struct options options;
    struct problem problem;
    enum status status = options_parse(&options, NULL, 0, argc, argv, &problem);
    if (status == STATUS_OK && options.argument_count > 0)
        status = problem_set(&problem, STATUS_USAGE, NULL, 0, 0, "list takes no arguments");
    options_free(&options);
    if (status != STATUS_OK)
        return command_fail(status, &problem);
    for (uint32_t i = 0; i < COUNT_OF(SECTIONS); i++)
        print_section(&SECTIONS[i]);
    return EXIT_DONE;
}
