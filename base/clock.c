/* clock.c - see clock.h. */
#include "base/clock.h"

#include <time.h>

uint64_t clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t clock_lap(uint64_t *from_ns)
{
    uint64_t start_ns = *from_ns;
    *from_ns = clock_ns();
    return *from_ns - start_ns;
}
