/* fair_shares.c - see fair_shares.h. */
#include "costmodels/fair_shares.h"

#include <stdlib.h>

#include "base/memory.h"

struct claim {
    uint32_t count;
    uint32_t job;
};

static int by_count(const void *a, const void *b)
{
    const struct claim *x = a;
    const struct claim *y = b;
    if (x->count != y->count)
        return x->count < y->count ? -1 : 1;
    return x->job < y->job ? -1 : x->job > y->job;
}

/* Fill the smallest claims first: each gets at most an equal part of what is left. */
void fair_shares(int64_t places, const uint32_t *task_counts, uint32_t job_count, uint32_t *shares)
{
    struct claim *claims = memory_alloc(job_count * sizeof *claims);
    for (uint32_t j = 0; j < job_count; j++)
        claims[j] = (struct claim){task_counts[j], j};
    qsort(claims, job_count, sizeof *claims, by_count);
    int64_t left = places > 0 ? places : 0;
    uint32_t first_unequal = job_count; /* claims from here on are cut to an equal part */
    for (uint32_t i = 0; i < job_count; i++) {
        int64_t equal = left / (job_count - i);
        if (claims[i].count > equal) {
            first_unequal = i;
            break;
        }
        shares[claims[i].job] = claims[i].count;
        left -= claims[i].count;
    }
    uint32_t cut = job_count - first_unequal;
    for (uint32_t i = first_unequal; i < job_count; i++)
        shares[claims[i].job] = (uint32_t)(left / cut);
    /* What does not divide evenly, one each to the first jobs that claim more. */
    int64_t rest = cut ? left % cut : 0;
    for (uint32_t j = 0; j < job_count && rest > 0; j++) {
        if (shares[j] < task_counts[j]) {
            shares[j]++;
            rest--;
        }
    }
    memory_free(claims);
}
