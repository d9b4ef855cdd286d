/* estimate.h - the mean of a few samples, and the interval that the true mean lies in.
 *
 * The interval is Student's (1908): mean +- t s / sqrt(n), where s is the standard deviation with
 * n - 1 degrees of freedom, and t the quantile of Student's distribution with as many. It takes
 * the samples for independent and about normal; of one sample there is none. */
#ifndef REPLAY_ESTIMATE_H
#define REPLAY_ESTIMATE_H

#include "base/types.h"

#define ESTIMATE_COVERAGE 0.95 /* of the intervals */

struct estimate {
    uint32_t count; /* samples that are defined */
    double mean;    /* NaN: none is */
    double margin;  /* the interval is mean - margin to mean + margin; NaN: fewer than two are */
};

/* Of those values that are not NaN. O(count). */
struct estimate estimate_of(const double *values, uint32_t count);

/* Of values[i] - others[i], wherever both are defined: two treatments of the same cases. */
struct estimate estimate_of_differences(const double *values, const double *others, uint32_t count);

/* Is there an interval, without 0 in it? */
bool estimate_excludes_zero(const struct estimate *estimate);

/* The t of which Student's variable of `degrees` >= 1 degrees of freedom is within -t .. t with
 * the probability `coverage`, 0 < coverage < 1: for 0.95, the quantile 0.975. To about 12 digits,
 * as far as those of 1 - coverage go. O(degrees). Abramowitz and Stegun, Handbook of Mathematical
 * Functions (1964), 26.7.3 and 26.7.4. */
double student_quantile(double coverage, uint32_t degrees);

#endif
