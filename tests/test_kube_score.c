/* test_kube_score.c - kube-scheduler's scores, to the digit. */
#include <criterion/criterion.h>

#include "policies/kube_score.h"

#define GIB (INT64_C(1) << 30)

/* Cpu in thousandths and memory in bytes, as requested with the pod, and as the node has. */
struct node {
    int64_t cpu, cpu_capacity, memory, memory_capacity;
};

static void amounts_of(const struct node *node, struct kube_amount *amounts)
{
    amounts[0] = (struct kube_amount){node->cpu, node->cpu_capacity, 1};
    amounts[1] = (struct kube_amount){node->memory, node->memory_capacity, 1};
}

/* Worked by hand from the formulas of the plugins. */
Test(kube_score, k1_k2_k3_k4_scores_of_worked_nodes)
{
    static const struct {
        const char *name;
        struct node node;
        int64_t least, most, balanced;
    } rows[] = {
        /* 5/8 and 24/32 are free: 62 and 75. Parts .375 and .25 deviate by .0625. */
        {"k1", {3000, 8000, 8 * GIB, 32 * GIB}, 68, 31, 93},
        {"k2", {6000, 8000, 16 * GIB, 32 * GIB}, 37, 62, 87},
        {"k3", {1000, 4000, 4 * GIB, 8 * GIB}, 62, 37, 87},
        {"k4, too much cpu", {9000, 8000, 16 * GIB, 32 * GIB}, 25, 75, 75},
        {"k4, too much of both", {9000, 8000, 33 * GIB, 32 * GIB}, 0, 100, 100},
        {"empty", {0, 8000, 0, 32 * GIB}, 100, 0, 100},
        {"full", {8000, 8000, 32 * GIB, 32 * GIB}, 0, 100, 100},
        {"one resource full", {8000, 8000, 0, 32 * GIB}, 50, 50, 50},
        {"a node without memory", {2000, 8000, 0, 0}, 75, 25, 100},
        {"a node of nothing", {0, 0, 0, 0}, 0, 0, 100},
        /* 2/3 and 1/3 are free: 66 and 33, and 49.5 is 49. */
        {"each division rounds down", {1, 3, 2, 3}, 49, 49, 83},
    };
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        struct kube_amount amounts[2];
        amounts_of(&rows[i].node, amounts);
        cr_assert_eq(kube_least_allocated(amounts, 2), rows[i].least, "%s: %" PRId64, rows[i].name,
                     kube_least_allocated(amounts, 2));
        cr_assert_eq(kube_most_allocated(amounts, 2), rows[i].most, "%s: %" PRId64, rows[i].name,
                     kube_most_allocated(amounts, 2));
        cr_assert_eq(kube_balanced_allocation(amounts, 2), rows[i].balanced, "%s: %" PRId64,
                     rows[i].name, kube_balanced_allocation(amounts, 2));
    }
}

Test(kube_score, weights_make_a_weighted_mean_rounded_down)
{
    struct kube_amount amounts[] = {{1, 4, 3}, {3, 4, 1}};
    cr_assert_eq(kube_least_allocated(amounts, 2), (75 * 3 + 25) / 4);
    cr_assert_eq(kube_most_allocated(amounts, 2), (25 * 3 + 75) / 4);
    amounts[0].weight = amounts[1].weight = 0;
    cr_assert_eq(kube_least_allocated(amounts, 2), 0);
}

/* Parts 0, .5 and 1 deviate from their mean by the root of 1/6, .408. */
Test(kube_score, three_resources_are_balanced_by_their_standard_deviation)
{
    static const struct kube_amount amounts[] = {{0, 10, 0}, {5, 10, 0}, {10, 10, 0}};
    cr_assert_eq(kube_balanced_allocation(amounts, 3), 59);
}

/* Bin packing as the documentation has it, a peak in the middle, and one that ignores what
 * scores nothing. */
Test(kube_score, a_ratio_follows_its_shape_and_is_rounded_to_the_nearest)
{
    static const struct kube_shape_point packing[] = {{0, 0}, {100, 10}};
    static const struct kube_shape_point peak[] = {{0, 0}, {50, 10}, {100, 2}};
    static const struct kube_shape_point falling[] = {{20, 10}, {70, 0}};
    static const struct {
        const struct kube_shape_point *points;
        uint32_t count;
        struct node node;
        int64_t score;
    } rows[] = {
        {packing, 2, {3, 8, 8, 32}, 31},  /* 37 and 25 */
        {packing, 2, {6, 8, 16, 32}, 63}, /* 75 and 50: 62.5 */
        {packing, 2, {9, 8, 16, 32}, 75}, /* all of it and 50 */
        {packing, 2, {0, 8, 16, 32}, 50}, /* nothing does not count */
        {packing, 2, {0, 8, 0, 32}, 0},     {peak, 3, {4, 8, 16, 32}, 100},
        {peak, 3, {2, 8, 24, 32}, 55},      /* 50 and 100 - 80 x 25 / 50 = 60 */
        {falling, 2, {1, 10, 1, 10}, 100},  /* before the first point */
        {falling, 2, {45, 100, 9, 10}, 50}, /* after the last one it is nothing */
    };
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        struct kube_amount amounts[2];
        amounts_of(&rows[i].node, amounts);
        int64_t score = kube_requested_to_capacity_ratio(amounts, 2, rows[i].points, rows[i].count);
        cr_assert_eq(score, rows[i].score, "row %u: %" PRId64, i, score);
    }
}

Test(kube_score, fewer_nodes_are_scored_as_clusters_grow)
{
    static const struct {
        uint32_t nodes, percentage, count;
    } rows[] = {
        {50, 0, 50},      {99, 30, 99},        {100, 0, 100},   {200, 0, 100},   {1000, 0, 420},
        {5000, 0, 500},   {6000, 0, 300},      {12477, 0, 623}, {1000, 50, 500}, {1000, 1, 100},
        {5000, 30, 1500}, {12477, 100, 12477}, {5625, 0, 281},  {5500, 0, 330},
    };
    for (uint32_t i = 0; i < COUNT_OF(rows); i++)
        cr_assert_eq(kube_nodes_to_score(rows[i].nodes, rows[i].percentage), rows[i].count,
                     "row %u: %u", i, kube_nodes_to_score(rows[i].nodes, rows[i].percentage));
}
