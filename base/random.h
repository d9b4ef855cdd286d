/* random.h - seeded chance: the same seed gives the same numbers on every machine.
 *
 * xoshiro256** by Blackman and Vigna (2018), seeded by splitmix64 as they advise. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include "base/types.h"

struct random {
    uint64_t state[4];
};

void random_init(struct random *random, uint64_t seed);

/* 64 uniform bits. */
uint64_t random_bits(struct random *random);

/* Uniform in 0 .. limit-1, without bias; limit > 0. */
uint64_t random_below(struct random *random, uint64_t limit);

/* Uniform in [0, 1), with 53 bits. */
double random_unit(struct random *random);

/* Exponential with the given mean. */
double random_exponential(struct random *random, double mean);

/* Log-normal with the given median and the standard deviation of its logarithm. */
double random_log_normal(struct random *random, double median, double sigma);

/* Mix `value` into `seed`: independent streams for independent things. */
uint64_t random_mix(uint64_t seed, uint64_t value);

#endif
