/* random.c - see random.h. */
#include "base/random.h"

#include <math.h>

#include "base/assert.h"

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void random_init(struct random *random, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        random->state[i] = splitmix(&seed);
}

static uint64_t rotate_left(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

uint64_t random_bits(struct random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

uint64_t random_below(struct random *random, uint64_t limit)
{
    ASSERT(limit > 0);
    uint64_t unfair = -limit % limit; /* 2^64 mod limit */
    for (;;) {
        uint64_t bits = random_bits(random);
        if (bits >= unfair)
            return bits % limit;
    }
}

double random_unit(struct random *random)
{
    return (double)(random_bits(random) >> 11) * 0x1.0p-53;
}

double random_exponential(struct random *random, double mean)
{
    return -mean * log1p(-random_unit(random));
}

double random_log_normal(struct random *random, double median, double sigma)
{
    /* Box and Muller 1958; the second variate is not kept, so that the state is all. */
    double radius = sqrt(-2.0 * log1p(-random_unit(random)));
    double angle = 6.283185307179586 * random_unit(random);
    return median * exp(sigma * radius * cos(angle));
}

uint64_t random_mix(uint64_t seed, uint64_t value)
{
    uint64_t state = seed ^ (value * 0xd1342543de82ef95u);
    return splitmix(&state);
}
