/* tetris_score.c - see tetris_score.h. */
#include "policies/tetris_score.h"

double tetris_alignment(const struct resources *demand, const struct resources *free,
                        const struct resources *capacity)
{
    double sum = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        double whole = (double)capacity->amount[r];
        if (whole > 0)
            sum += (double)demand->amount[r] / whole * ((double)free->amount[r] / whole);
    }
    return sum;
}

double tetris_epsilon(double weight, double alignment_sum, double work_sum)
{
    return work_sum > 0 ? weight * alignment_sum / work_sum : 0;
}

uint32_t tetris_queue_limit(int64_t fairness, uint32_t queue_count)
{
    int64_t part = RESOURCE_UNIT - fairness;
    int64_t limit = ((int64_t)queue_count * part + RESOURCE_UNIT - 1) / RESOURCE_UNIT;
    return limit > 0 ? (uint32_t)limit : 1;
}
