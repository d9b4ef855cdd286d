/* tetris_score.h - the numbers that Tetris compares tasks and queues by (Grandl et al.,
 * "Multi-Resource Packing for Cluster Schedulers", SIGCOMM 2014, section 3). */
#ifndef POLICIES_TETRIS_SCORE_H
#define POLICIES_TETRIS_SCORE_H

#include "base/resources.h"

/* How well a demand goes with what is free on a machine: the product of both vectors, as parts of
 * its capacity. Resources of which it has none do not count. */
double tetris_alignment(const struct resources *demand, const struct resources *free,
                        const struct resources *capacity);

/* What a unit of remaining work takes from the alignment: `weight` times the mean alignment over
 * the mean work of the candidates, whose sums these are; 0 if they have no work. */
double tetris_epsilon(double weight, double alignment_sum, double work_sum);

/* Of so many queues, how many may be served next: (1 - fairness) of them, rounded up, one at least.
 * `fairness` is in billionths. */
uint32_t tetris_queue_limit(int64_t fairness, uint32_t queue_count);

#endif
