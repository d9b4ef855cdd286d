/* users.c - see users.h. */
#include "replay/users.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/names.h"
#include "base/random.h"

void users_init(struct users *users, const struct users_options *options, uint64_t seed)
{
    *users = (struct users){.seed = seed, .count = options->count};
    users->chances = memory_alloc(options->count * sizeof *users->chances);
    double sum = 0;
    for (uint32_t u = 0; u < users->count; u++)
        users->chances[u] = sum += pow(u + 1, -options->skew);
    for (uint32_t u = 0; u < users->count; u++)
        users->chances[u] /= sum;
}

void users_free(struct users *users)
{
    memory_free(users->chances);
}

/* The first user whose chances reach that far. */
static uint32_t find(const struct users *users, double at)
{
    uint32_t first = 0, end = users->count - 1;
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (users->chances[middle] > at)
            end = middle;
        else
            first = middle + 1;
    }
    return first;
}

void users_apply(struct users *users, struct event *event)
{
    bool has_one = event->tenant && *event->tenant;
    if (!users->count || event->kind != EVENT_TASK_SUBMITTED || has_one)
        return;
    struct random random;
    random_init(&random, random_mix(users->seed, names_hash(event->job)));
    snprintf(users->name, sizeof users->name, "user-%u", find(users, random_unit(&random)) + 1);
    event->tenant = users->name;
}
