/* meter.c - see meter.h. */
#include "bench/meter.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"

#define OVERHEAD_SAMPLES 1001

static uint64_t read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

struct meter meter_start(void)
{
    struct meter meter;
    meter.wall_ns = read_clock(CLOCK_MONOTONIC);
    meter.process_ns = read_clock(CLOCK_PROCESS_CPUTIME_ID);
    meter.thread_ns = read_clock(CLOCK_THREAD_CPUTIME_ID);
    return meter;
}

struct meter_times meter_stop(const struct meter *meter)
{
    struct meter_times times;
    times.thread_ns = (int64_t)(read_clock(CLOCK_THREAD_CPUTIME_ID) - meter->thread_ns);
    times.process_ns = (int64_t)(read_clock(CLOCK_PROCESS_CPUTIME_ID) - meter->process_ns);
    times.wall_ns = (int64_t)(read_clock(CLOCK_MONOTONIC) - meter->wall_ns);
    return times;
}

void meter_samples_add(struct meter_samples *samples, const struct meter_times *times)
{
    samples_add(&samples->thread_ns, times->thread_ns);
    samples_add(&samples->process_ns, times->process_ns);
    samples_add(&samples->wall_ns, times->wall_ns);
}

void meter_samples_free(struct meter_samples *samples)
{
    samples_free(&samples->thread_ns);
    samples_free(&samples->process_ns);
    samples_free(&samples->wall_ns);
}

static int64_t median(struct samples *samples)
{
    return (int64_t)samples_percentiles(samples, 1).p50;
}

struct meter_times meter_overhead(void)
{
    struct meter_samples samples = {0};
    for (size_t i = 0; i < OVERHEAD_SAMPLES; i++) {
        struct meter meter = meter_start();
        struct meter_times times = meter_stop(&meter);
        meter_samples_add(&samples, &times);
    }
    struct meter_times overhead = {median(&samples.thread_ns), median(&samples.process_ns),
                                   median(&samples.wall_ns)};
    meter_samples_free(&samples);
    return overhead;
}

/* A line of Linux's /proc/self/status, "VmHWM:     1234 kB", in bytes; -1: not told. */
static int64_t read_status(const char *key)
{
    FILE *file = fopen("/proc/self/status", "re");
    char line[256];
    long long kibibytes = -1;
    size_t size = strlen(key);
    while (file && kibibytes < 0 && fgets(line, sizeof line, file))
        if (strncmp(line, key, size) == 0)
            kibibytes = strtoll(line + size, NULL, 10);
    if (file)
        fclose(file);
    return kibibytes < 0 ? -1 : (int64_t)kibibytes * 1024;
}

/* Writing 5 there makes the peak of resident memory what is resident (proc(5)). */
static bool restart_resident_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "we");
    if (!file)
        return false;
    bool written = fputs("5", file) >= 0;
    return fclose(file) == 0 && written;
}

struct meter_memory meter_memory_start(void)
{
    malloc_trim(0);
    memory_restart_peak();
    bool told = restart_resident_peak();
    return (struct meter_memory){(int64_t)memory_live(), told ? read_status("VmRSS:") : -1};
}

void meter_memory_stop(struct meter_memory *start)
{
    int64_t resident_peak = read_status("VmHWM:");
    start->heap = (int64_t)memory_peak() - start->heap;
    start->resident =
        start->resident < 0 || resident_peak < 0 ? -1 : resident_peak - start->resident;
}
