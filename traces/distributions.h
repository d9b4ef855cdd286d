/* distributions.h - what a synthetic trace draws from: quantile tables, weights, Zipf.
 *
 * Published traces are described by quantiles ("p50 7 s, p90 147 s"), so those are what a
 * distribution is made of here: what is drawn has them by construction. */
#ifndef TRACES_DISTRIBUTIONS_H
#define TRACES_DISTRIBUTIONS_H

#include "base/random.h"

/* `permille` thousandths of what is drawn are at most `value`. */
struct quantile {
    uint32_t permille;
    int64_t value;
};

#define QUANTILES_MAX 10

/* The first permille is 0 and the last, which ends the table, is 1000; neither falls. Two
 * points with the same value are a share of equal values, two with the same permille a
 * jump. `count` 0: nothing to draw from. */
struct quantiles {
    struct quantile points[QUANTILES_MAX];
    uint32_t count;
};

/* The value below which `share` (0 to 1) of all lie; between two points in proportion to
 * the logarithm, or linearly where one is not above 0. */
int64_t quantiles_at(const struct quantiles *quantiles, double share);
int64_t quantiles_draw(const struct quantiles *quantiles, struct random *random);

/* An index, as likely as its weight; the sum of the weights is above 0. O(count). */
uint32_t weights_draw(const uint32_t *weights, uint32_t count, struct random *random);

/* Ranks 0 .. count-1, rank r as likely as 1 / (r+1)^skew. */
struct zipf {
    double *cumulative;
    uint32_t count;
};

void zipf_init(struct zipf *zipf, uint32_t count, double skew); /* count > 0 */
void zipf_free(struct zipf *zipf);

/* O(log count). */
uint32_t zipf_draw(const struct zipf *zipf, struct random *random);

#endif
