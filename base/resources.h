/* resources.h - vectors of exact integer amounts: what machines have and tasks demand.
 *
 * An amount is in billionths of the trace's own unit (a core, the memory of the largest
 * machine, a GPU), because the published decimals are exact in billionths and in nothing
 * coarser: Google's smallest requests are written like 1.907e-06. Another resource is one
 * more row here and in resources.c. */
#ifndef BASE_RESOURCES_H
#define BASE_RESOURCES_H

#include "base/types.h"

enum resource { RESOURCE_CPU, RESOURCE_MEMORY, RESOURCE_GPU, RESOURCE_DISK, RESOURCE_COUNT };

#define RESOURCE_DIGITS 9
#define RESOURCE_UNIT INT64_C(1000000000)

/* No machine may have more of a resource (4.5 million units); the cluster checks the sum. */
#define RESOURCE_MAX (INT64_C(1) << 52)

struct resources {
    int64_t amount[RESOURCE_COUNT];
};

/* "cpu", "memory", "gpu", "disk". */
const char *resource_name(enum resource resource);

/* The resource of a name ("mem" is memory too), or RESOURCE_COUNT. */
enum resource resource_find(const char *name, size_t size);

bool resources_equal(const struct resources *a, const struct resources *b);
bool resources_zero(const struct resources *a);

/* Is every amount of `demand` at most that of `room`? Exact fits fit. */
bool resources_fit(const struct resources *demand, const struct resources *room);

void resources_add(struct resources *sum, const struct resources *more);
void resources_subtract(struct resources *rest, const struct resources *less);

/* Make each amount of `least` no more than that of `other`, or of `most` no less; false if
 * all were so already. */
bool resources_lower(struct resources *least, const struct resources *other);
bool resources_raise(struct resources *most, const struct resources *other);

/* How many times `demand` fits into `room` by the tightest resource, at most `limit`;
 * `limit` for a demand of nothing. */
uint32_t resources_fit_count(const struct resources *demand, const struct resources *room,
                             uint32_t limit);

/* The largest share that `part` has of `whole` in any resource, in billionths (1e9 is
 * all); resources of which `whole` has none do not count. */
int64_t resources_dominant_share(const struct resources *part, const struct resources *whole);

#endif
