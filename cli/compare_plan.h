/* compare_plan.h - what `flowsched compare` is asked for: which policies, seeds and table.
 *
 * Its options are those of replay, less what is replay's own, and some of its own; one that is in
 * both tables is as compare says. All that can be wrong with an entry of --policies is found
 * before anything runs. */
#ifndef CLI_COMPARE_PLAN_H
#define CLI_COMPARE_PLAN_H

#include "cli/replay_options.h"
#include "replay/comparison_tables.h"

#define COMPARE_OPTION_MAX 64

struct compare_plan {
    struct options options;
    struct option option_rows[COMPARE_OPTION_MAX];
    uint32_t option_row_count;
    char **names; /* the entries of --policies */
    uint32_t row_count, row_room;
    uint32_t against; /* the row that the others are compared with */
    uint64_t seed_first;
    uint32_t seed_count;
    uint32_t jobs; /* runs at a time */
    const struct comparison_table *table;
    const char *out; /* NULL: nothing is kept */
    bool quiet;
};

/* The table of options: plan->option_rows, for the help and for reading. */
void compare_plan_init(struct compare_plan *plan);

/* Read the words behind the subcommand. STATUS_USAGE, with what to say instead. */
enum status compare_plan_read(struct compare_plan *plan, int argc, char **argv,
                              struct problem *problem);
void compare_plan_free(struct compare_plan *plan);

/* Does the option change what a run does? Others say which runs there are, and what becomes of
 * their reports. */
bool compare_plan_is_setting(const char *option);

/* What a run needs, seed by seed; texts are borrowed from the plan. */
enum status compare_plan_replay(const struct compare_plan *plan, uint32_t row, uint64_t seed,
                                struct replay_options *replay, struct problem *problem);

#endif
