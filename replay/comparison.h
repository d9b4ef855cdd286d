/* comparison.h - the numbers of several policies over the same seeds, side by side.
 *
 * A row is a policy, a run is a row and a seed. Of every column (comparison_columns.h) a row has
 * the mean over its seeds with the interval of 95 % (estimate.h), and the paired difference to one
 * of the rows: seed by seed, so that what a seed does to all policies alike does not count. A run
 * that failed has no numbers; why it failed is kept. */
#ifndef REPLAY_COMPARISON_H
#define REPLAY_COMPARISON_H

#include "replay/comparison_columns.h"
#include "replay/estimate.h"

struct comparison {
    const char *title;        /* what was run, for a person */
    const cJSON *settings;    /* the same for files; an object */
    const char *const *names; /* of the rows */
    uint32_t row_count;
    uint32_t against; /* the row that others are compared with */
    uint64_t seed_first;
    uint32_t seed_count;
    double *values;  /* by row, column and seed; NaN: undefined */
    char **troubles; /* by row and seed: why a run has no numbers; NULL: it has */
};

/* Take room for the values of what `comparison` says already; texts are borrowed. All runs are
 * without numbers until they are added. */
void comparison_init(struct comparison *comparison);
void comparison_free(struct comparison *comparison);

/* A run's numbers, or why it has none. */
void comparison_add(struct comparison *comparison, uint32_t row, uint32_t seed,
                    const cJSON *summary);
void comparison_fail(struct comparison *comparison, uint32_t row, uint32_t seed,
                     const char *trouble);

/* The value of each seed, and why the run has none; borrowed. */
const double *comparison_values(const struct comparison *comparison, uint32_t row, uint32_t column);
const char *comparison_trouble(const struct comparison *comparison, uint32_t row, uint32_t seed);

/* Over the seeds; and of the differences to the row `against`, which has none to itself. */
struct estimate comparison_estimate(const struct comparison *comparison, uint32_t row,
                                    uint32_t column);
struct estimate comparison_difference(const struct comparison *comparison, uint32_t row,
                                      uint32_t column);

/* Is the row's mean the best, where one is better than another? Several may be equally good. */
bool comparison_best(const struct comparison *comparison, uint32_t row, uint32_t column);

/* Has any row a number there? */
bool comparison_defined(const struct comparison *comparison, uint32_t column);

#endif
