/* meter.h - what a call costs: time of the processor, wall time, and memory.
 *
 * Only what is between start and stop counts. The thread's clock is read innermost, so that
 * the reading of the others is not in it. */
#ifndef BENCH_METER_H
#define BENCH_METER_H

#include "replay/samples.h"

struct meter {
    uint64_t thread_ns, process_ns, wall_ns; /* at the start */
};

/* Nanoseconds: of the processor by this thread, and by all of them; and of the wall. */
struct meter_times {
    int64_t thread_ns, process_ns, wall_ns;
};

struct meter meter_start(void);
struct meter_times meter_stop(const struct meter *meter);

/* Of many calls, each clock for itself. */
struct meter_samples {
    struct samples thread_ns, process_ns, wall_ns;
};

void meter_samples_add(struct meter_samples *samples, const struct meter_times *times);
void meter_samples_free(struct meter_samples *samples);

/* What meter_stop tells of nothing between it and meter_start: the median of many. */
struct meter_times meter_overhead(void);

/* The most memory that a call needs beyond what there is before it. */
struct meter_memory {
    int64_t heap;     /* bytes given out by base/memory.h: of code in C */
    int64_t resident; /* bytes of the process in memory, everybody's; -1 where the system does */
                      /* not tell */
};

/* Gives free memory back to the system first, so that what is needed shows. Slow: not while
 * times are measured. */
struct meter_memory meter_memory_start(void);

/* `start` becomes the growth of the peak over it. */
void meter_memory_stop(struct meter_memory *start);

#endif
