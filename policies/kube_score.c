/* kube_score.c - see kube_score.h. */
#include "policies/kube_score.h"

#include <math.h>

#include "base/resources.h"

/* Feasible nodes that are always wanted, and the least percentage. */
#define NODES_MIN 100
#define PERCENTAGE_MIN 5

static int64_t percent_free(const struct kube_amount *amount)
{
    if (amount->requested > amount->capacity)
        return 0;
    return (amount->capacity - amount->requested) * KUBE_SCORE_MAX / amount->capacity;
}

static int64_t percent_requested(const struct kube_amount *amount)
{
    if (amount->requested > amount->capacity)
        return KUBE_SCORE_MAX;
    return amount->requested * KUBE_SCORE_MAX / amount->capacity;
}

static int64_t weigh(const struct kube_amount *amounts, uint32_t count,
                     int64_t (*score)(const struct kube_amount *amount))
{
    int64_t sum = 0, weights = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!amounts[i].capacity)
            continue;
        sum += score(&amounts[i]) * amounts[i].weight;
        weights += amounts[i].weight;
    }
    return weights ? sum / weights : 0;
}

int64_t kube_least_allocated(const struct kube_amount *amounts, uint32_t count)
{
    return weigh(amounts, count, percent_free);
}

int64_t kube_most_allocated(const struct kube_amount *amounts, uint32_t count)
{
    return weigh(amounts, count, percent_requested);
}

/* The value of the shape, from 0 to 100. */
static int64_t shape_value(const struct kube_shape_point *points, uint32_t count,
                           int64_t utilization)
{
    const int64_t scale = KUBE_SCORE_MAX / 10;
    if (utilization <= points[0].utilization)
        return points[0].score * scale;
    for (uint32_t i = 1; i < count; i++) {
        const struct kube_shape_point *low = &points[i - 1], *high = &points[i];
        if (utilization <= high->utilization)
            return low->score * scale + (high->score - low->score) * scale *
                                            (utilization - low->utilization) /
                                            (high->utilization - low->utilization);
    }
    return points[count - 1].score * scale;
}

int64_t kube_requested_to_capacity_ratio(const struct kube_amount *amounts, uint32_t count,
                                         const struct kube_shape_point *points,
                                         uint32_t point_count)
{
    int64_t sum = 0, weights = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!amounts[i].capacity)
            continue;
        int64_t score = shape_value(points, point_count, percent_requested(&amounts[i]));
        if (score <= 0)
            continue; /* nor does its weight count */
        sum += score * amounts[i].weight;
        weights += amounts[i].weight;
    }
    return weights ? llround((double)sum / (double)weights) : 0;
}

int64_t kube_balanced_allocation(const struct kube_amount *amounts, uint32_t count)
{
    double parts[RESOURCE_COUNT];
    double sum = 0, deviation = 0;
    uint32_t part_count = 0;
    for (uint32_t i = 0; i < count && part_count < RESOURCE_COUNT; i++) {
        if (!amounts[i].capacity)
            continue;
        double part = (double)amounts[i].requested / (double)amounts[i].capacity;
        parts[part_count] = part > 1 ? 1 : part;
        sum += parts[part_count++];
    }
    if (part_count == 2)
        deviation = fabs((parts[0] - parts[1]) / 2);
    if (part_count > 2) {
        double mean = sum / part_count;
        for (uint32_t i = 0; i < part_count; i++)
            deviation += (parts[i] - mean) * (parts[i] - mean);
        deviation = sqrt(deviation / part_count);
    }
    return (int64_t)((1 - deviation) * KUBE_SCORE_MAX);
}

uint32_t kube_nodes_to_score(uint32_t nodes, uint32_t percentage)
{
    if (nodes < NODES_MIN || percentage >= 100)
        return nodes;
    if (!percentage) {
        uint32_t less = nodes / 125;
        percentage = less + PERCENTAGE_MIN < 50 ? 50 - less : PERCENTAGE_MIN;
    }
    uint32_t count = (uint32_t)((uint64_t)nodes * percentage / 100);
    return count < NODES_MIN ? NODES_MIN : count;
}
