/* utilisation.c - see utilisation.h. */
#include "replay/utilisation.h"

#include "base/memory.h"

void utilisation_free(struct utilisation *utilisation)
{
    memory_free(utilisation->shares);
    *utilisation = (struct utilisation){0};
}

double utilisation_mean_now(const struct utilisation *utilisation)
{
    return ratio_of((double)utilisation->share_sum / (double)RESOURCE_UNIT,
                    utilisation->share_count);
}

/* n * sum of squares - square of the sum is n^2 times the variance, exactly. */
double utilisation_deviation_now(const struct utilisation *u)
{
    if (!u->share_count)
        return NAN;
    __int128 scaled = u->square_sum * u->share_count - (__int128)u->share_sum * u->share_sum;
    return sqrt((double)scaled) / u->share_count / (double)RESOURCE_UNIT;
}

void utilisation_advance(struct utilisation *utilisation, const struct cluster *cluster,
                         int64_t duration_us)
{
    struct usage *whole = &utilisation->whole;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        whole->used[r] += (__int128)cluster->used.amount[r] * duration_us;
        whole->capacity[r] += (__int128)cluster->capacity.amount[r] * duration_us;
    }
    if (!utilisation->share_count)
        return;
    double mean = utilisation_mean_now(utilisation);
    double deviation = utilisation_deviation_now(utilisation);
    average_add(&whole->dominant, mean, duration_us);
    average_add(&utilisation->deviation, deviation, duration_us);
    if (mean > 0)
        average_add(&utilisation->variation, deviation / mean, duration_us);
}

static void add_share(struct utilisation *utilisation, int64_t share, int sign)
{
    if (share < 0)
        return;
    utilisation->share_count += (uint32_t)sign;
    utilisation->share_sum += sign * share;
    utilisation->square_sum += sign * (__int128)share * share;
}

void utilisation_machine(struct utilisation *utilisation, const struct cluster *cluster,
                         uint32_t machine)
{
    array_reserve(utilisation->shares, utilisation->machine_room, machine + 1);
    while (utilisation->machine_count <= machine)
        utilisation->shares[utilisation->machine_count++] = -1;
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    bool counts = facts->present && !resources_zero(&facts->capacity);
    int64_t share = counts ? resources_dominant_share(&facts->used, &facts->capacity) : -1;
    if (share == utilisation->shares[machine])
        return;
    add_share(utilisation, utilisation->shares[machine], -1);
    add_share(utilisation, share, 1);
    utilisation->shares[machine] = share;
}

void utilisation_arrival(struct utilisation *utilisation)
{
    if (!utilisation->arrived)
        utilisation->first_arrival = utilisation->whole;
    utilisation->arrived = true;
    utilisation->last_arrival = utilisation->whole;
}

void utilisation_finish(struct utilisation *utilisation)
{
    utilisation->finished = true;
    utilisation->last_finish = utilisation->whole;
}

static struct utilisation_ratios ratios_between(const struct usage *from, const struct usage *to)
{
    struct utilisation_ratios ratios;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        ratios.resources[r] = ratio_of((double)(to->used[r] - from->used[r]),
                                       (double)(to->capacity[r] - from->capacity[r]));
    struct average dominant = {to->dominant.integral - from->dominant.integral,
                               to->dominant.duration_us - from->dominant.duration_us};
    ratios.dominant = average_value(&dominant);
    return ratios;
}

struct utilisation_ratios utilisation_whole(const struct utilisation *utilisation)
{
    return ratios_between(&(struct usage){0}, &utilisation->whole);
}

struct utilisation_ratios utilisation_steady(const struct utilisation *utilisation)
{
    return ratios_between(&utilisation->first_arrival, &utilisation->last_arrival);
}

struct utilisation_ratios utilisation_makespan(const struct utilisation *utilisation)
{
    const struct usage *first = &utilisation->first_arrival;
    return ratios_between(first, utilisation->finished ? &utilisation->last_finish : first);
}

double utilisation_imbalance(const struct utilisation *utilisation)
{
    return average_value(&utilisation->deviation);
}

double utilisation_variation(const struct utilisation *utilisation)
{
    return average_value(&utilisation->variation);
}
