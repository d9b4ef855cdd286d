/* bench_round.c - flowsched bench round: whole rounds of the flow policy on a full cluster. */
#include <stdio.h>

#include "base/clock.h"
#include "bench/round_bench.h"
#include "cli/bench.h"

#define TASKS_PER_MACHINE 10

static const struct command command = {
    "bench round", "",
    "Times whole rounds of the flow policy on a generated cluster in its steady\n"
    "state: tasks end, new ones arrive, the network is updated and solved, the answer\n"
    "certified and committed, and the decisions applied.",
    bench_round};

static const struct option OPTIONS[] = {
    {"machines", OPTION_INT, "N", "10000", 1, WORKLOAD_MACHINES_MAX, "of the cluster"},
    {"tasks", OPTION_INT, "N", NULL, 1, WORKLOAD_TASKS_MAX, "that live; 10 for each machine"},
    {"load", OPTION_INT, "P", "80", 1, 1000, "percent of the scarcest resource they demand"},
    {"cost-model", OPTION_TEXT, "MIX", "quincy", 0, 0,
     "what placements cost: NAME[:WEIGHT],...; see `flowsched list`"},
    {"solver", OPTION_TEXT, "NAME", "auto", 0, 0, "see `flowsched list`"},
    {"preemption", OPTION_SWITCH, "on|off", "off", 0, 0, "may running tasks stop or move?"},
    {"events", OPTION_INT, "N", "20", 1, WORKLOAD_EVENTS_MAX,
     "before each round: half of them tasks that end, half new ones"},
    {"warmup", OPTION_INT, "N", "20", 0, ROUND_BENCH_ROUNDS_MAX,
     "rounds behind the first that are not measured"},
    {"rounds", OPTION_INT, "N", "200", 1, ROUND_BENCH_ROUNDS_MAX, "that are measured"},
    {"seed", OPTION_INT, "N", "1", 0, INT64_MAX, "of everything that is left to chance"},
    {"json", OPTION_FLAG, NULL, NULL, 0, 0, "print one JSON object"},
    {"quiet", OPTION_FLAG, NULL, NULL, 0, 0, "no progress on standard error"},
};

static enum status read_options(const struct options *options, struct round_bench_options *wanted,
                                struct problem *problem)
{
    if (options->argument_count > 0)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "bench round takes options only, not '%s'", options->arguments[0]);
    *wanted = (struct round_bench_options){
        .workload = {.machines = (uint32_t)options_number(options, "machines"),
                     .load_percent = (uint32_t)options_number(options, "load"),
                     .seed = (uint64_t)options_number(options, "seed")},
        .cost_model = options_text(options, "cost-model"),
        .solver = options_text(options, "solver"),
        .preemption = options_number(options, "preemption") != 0,
        .warmup = (uint32_t)options_number(options, "warmup"),
        .rounds = (uint32_t)options_number(options, "rounds"),
        .events = (uint32_t)options_number(options, "events"),
    };
    wanted->workload.tasks = options_get(options, "tasks")->given
                                 ? (uint32_t)options_number(options, "tasks")
                                 : TASKS_PER_MACHINE * wanted->workload.machines;
    return STATUS_OK;
}

static int run(const struct options *options)
{
    struct round_bench_options wanted;
    struct progress progress;
    struct problem problem;
    enum status status = read_options(options, &wanted, &problem);
    if (status != STATUS_OK)
        return command_fail(status, &problem);
    progress_init(&progress, stderr, progress_mode_for(stderr, options_flag(options, "quiet")),
                  clock_ns());
    status = round_bench_run(&wanted, options_flag(options, "json"), stdout, &progress, &problem);
    return bench_end(status, &problem);
}

int bench_round(int argc, char **argv)
{
    return bench_kind(&command, OPTIONS, COUNT_OF(OPTIONS), argc, argv, run);
}
