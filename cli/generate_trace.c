/* generate_trace.c - flowsched generate trace: a seeded synthetic trace, in the native format. */
#include <stdio.h>

#include "base/resources.h"
#include "cli/command.h"
#include "cli/generate.h"
#include "cli/options.h"
#include "traces/generator.h"
#include "traces/native.h"

#define UNIT RESOURCE_UNIT

static const struct command command = {
    "generate trace", "", "a synthetic trace by seed, in the native format", generate_trace};

static const struct option rows[] = {
    {"preset", OPTION_TEXT, "NAME", "demo", 0, 0,
     "what it is like: demo, alibaba2018, google2011; the options below change it"},
    {"out", OPTION_TEXT, "FILE", NULL, 0, 0, "where to; - is standard output"},
    {"seed", OPTION_INT, "N", "1", 0, INT64_MAX, "of everything that is left to chance"},
    {"machines", OPTION_INT, "N", NULL, 1, 1000000, "so many machines"},
    {"tasks", OPTION_INT, "N", NULL, 0, INT64_C(1000000000), "so many tasks"},
    {"load", OPTION_FIXED, "F", NULL, UNIT / 1000000, 1000 * UNIT,
     "offered by tasks that end, of the scarcest resource; sets how fast they come"},
    {"machines-per-rack", OPTION_INT, "N", NULL, 1, 1000000, "the last rack may have fewer"},
    {"failures", OPTION_FIXED, "RATE", NULL, 0, 1000 * UNIT, "of machines, per machine and day"},
    {"drains", OPTION_FIXED, "RATE", NULL, 0, 1000 * UNIT, "of machines, per machine and day"},
    {"task-failures", OPTION_FIXED, "SHARE", NULL, 0, UNIT, "of attempts that fail"},
    {"tenants", OPTION_INT, "N", NULL, 1, 1000000, "so many users, of unequal weight (Zipf)"},
    {"dags", OPTION_FIXED, "SHARE", NULL, 0, UNIT, "of jobs that have stages"},
    {"inputs", OPTION_FIXED, "SHARE", NULL, 0, UNIT, "of jobs whose tasks read input blocks"},
    {"services", OPTION_FIXED, "SHARE", NULL, 0, UNIT,
     "of tasks that never end; they come at time 0"},
    {"wave", OPTION_FIXED, "SHARE", NULL, 0, UNIT, "by which the rate rises and falls in a day"},
    {"bursts", OPTION_FIXED, "SHARE", NULL, 0, UNIT, "of jobs that come with the one before"},
};

/* What the user gives replaces what the preset has. */
static void take_integer(const struct options *options, const char *name, uint32_t *value)
{
    if (options_get(options, name)->given)
        *value = (uint32_t)options_number(options, name);
}

static void take_decimal(const struct options *options, const char *name, double *value)
{
    if (options_get(options, name)->given)
        *value = (double)options_number(options, name) / (double)UNIT;
}

static enum status read_options(const struct options *options, struct generator_options *wanted,
                                struct problem *problem)
{
    if (options->argument_count > 0)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "generate trace takes options only, not '%s'", options->arguments[0]);
    if (!options_get(options, "out")->given)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "say where the trace goes: --out FILE, or --out - for standard output");
    const char *name = options_text(options, "preset");
    const struct generator_options *preset = generator_preset_find(name);
    if (!preset)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "there is no preset '%s'; --help names those there are", name);
    *wanted = *preset;
    wanted->seed = (uint64_t)options_number(options, "seed");
    take_integer(options, "machines", &wanted->machines);
    take_integer(options, "machines-per-rack", &wanted->machines_per_rack);
    take_integer(options, "tenants", &wanted->tenants);
    if (options_get(options, "tasks")->given)
        wanted->tasks = (uint64_t)options_number(options, "tasks");
    take_decimal(options, "load", &wanted->load);
    take_decimal(options, "failures", &wanted->failures_per_day);
    take_decimal(options, "drains", &wanted->drains_per_day);
    take_decimal(options, "task-failures", &wanted->failure_share);
    take_decimal(options, "dags", &wanted->dag_share);
    take_decimal(options, "inputs", &wanted->input_share);
    take_decimal(options, "services", &wanted->service_share);
    take_decimal(options, "wave", &wanted->wave);
    take_decimal(options, "bursts", &wanted->burst_share);
    return STATUS_OK;
}

static enum status write_trace(struct generator *generator, const struct generator_options *wanted,
                               const char *path, struct problem *problem)
{
    char note[120];
    snprintf(note, sizeof note, "synthetic, preset %s, seed %" PRIu64, wanted->name, wanted->seed);
    struct native_header header = {
        .cpu_unit = wanted->cpu_unit, .memory_unit = wanted->memory_unit, .note = note};
    struct native_writer *writer;
    enum status status = native_writer_open(&writer, path, &header, problem);
    if (status != STATUS_OK)
        return status;
    struct event event;
    while (status == STATUS_OK && generator_next(generator, &event))
        status = native_writer_event(writer, &event);
    return native_writer_commit(writer, problem);
}

static enum status generate(const struct options *options, struct problem *problem)
{
    struct generator_options wanted = {0};
    struct generator *generator = NULL;
    enum status status = read_options(options, &wanted, problem);
    if (status == STATUS_OK)
        status = generator_create(&generator, &wanted, problem);
    if (status == STATUS_OK)
        status = write_trace(generator, &wanted, options_text(options, "out"), problem);
    if (status == STATUS_OK)
        fprintf(stderr, "%u machines, %" PRIu64 " tasks submitted over %.1f s\n", wanted.machines,
                generator_tasks(generator), (double)generator_span_us(generator) / 1e6);
    generator_destroy(generator);
    return status;
}

int generate_trace(int argc, char **argv)
{
    if (command_help(&command, rows, COUNT_OF(rows), argc, argv))
        return EXIT_DONE;
    struct options options;
    struct problem problem;
    enum status status = options_parse(&options, rows, COUNT_OF(rows), argc, argv, &problem);
    if (status == STATUS_OK)
        status = generate(&options, &problem);
    options_free(&options);
    return status == STATUS_OK ? EXIT_DONE : command_fail(status, &problem);
}
