/* slo_score_terms.c - see slo_score_terms.h. */
#include "policies/slo_score_terms.h"

#include <math.h>

#include "base/assert.h"

/* Weights of the two versions. */
struct weights {
    double free, latency, latency_target_ms, violation;
    double latency_unknown;   /* instead of a term of the p99 */
    double violation_unknown; /* taken off if there is none */
    double crowding;          /* taken off for each part used beyond CROWDED */
};

static const struct weights weights_of[] = {
    {.free = 40, .latency = 20, .latency_target_ms = 120, .violation = 20, .latency_unknown = 20},
    {.free = 30,
     .latency = 25,
     .latency_target_ms = 100,
     .violation = 30,
     .latency_unknown = 12.5,
     .violation_unknown = 5,
     .crowding = 50},
};

#define FAIRNESS 15
#define DOMINANCE 15
#define LATENCY_RATIO_MAX 1.5
#define CROWDED 0.8
#define SCORE_MAX 100

enum slo_score_class slo_score_class(int32_t priority)
{
    if (priority >= 9)
        return SLO_SCORE_HIGH;
    return priority >= 2 ? SLO_SCORE_MEDIUM : SLO_SCORE_LOW;
}

double slo_score_base(enum slo_score_class class)
{
    static const double bases[SLO_SCORE_CLASS_COUNT] = {15, 25, 35};
    return bases[class];
}

bool slo_report_fresh(int64_t age_us, int64_t ttl_us)
{
    return age_us <= ttl_us && age_us >= -ttl_us;
}

bool slo_report_admits(const struct machine_report *report, const struct resources *demand)
{
    double cpu = report->cpu_capacity - report->cpu_used;
    double memory = report->memory_capacity - report->memory_used;
    if (cpu >= (double)demand->amount[RESOURCE_CPU] &&
        memory >= (double)demand->amount[RESOURCE_MEMORY])
        return true;
    bool possible = isfinite(cpu) && isfinite(memory) && cpu >= 0 && memory >= 0;
    return !possible;
}

static double within_one(double x)
{
    if (!(x > 0))
        return 0;
    return x < 1 ? x : 1;
}

static double part(double amount, double whole)
{
    return whole > 0 ? within_one(amount / whole) : 0;
}

static double latency(const struct weights *weights, double p99_ms)
{
    if (!(p99_ms > 0))
        return weights->latency_unknown;
    double ratio = p99_ms / weights->latency_target_ms;
    return weights->latency * (1 - (ratio < LATENCY_RATIO_MAX ? ratio : LATENCY_RATIO_MAX));
}

static double violation(const struct weights *weights, double rate)
{
    return rate > 0 ? weights->violation * within_one(rate) : weights->violation_unknown;
}

double slo_score_raw(uint32_t version, double base, const struct machine_report *report)
{
    ASSERT(version >= 1 && version <= COUNT_OF(weights_of));
    if (!report)
        return base;
    const struct weights *weights = &weights_of[version - 1];
    double cpu_free = part(report->cpu_capacity - report->cpu_used, report->cpu_capacity);
    double memory_free =
        part(report->memory_capacity - report->memory_used, report->memory_capacity);
    double used = (part(report->cpu_used, report->cpu_capacity) +
                   part(report->memory_used, report->memory_capacity)) /
                  2;
    double crowding = used > CROWDED ? weights->crowding * (used - CROWDED) : 0;
    return base + weights->free * (cpu_free + memory_free) / 2 +
           FAIRNESS * within_one(report->fairness) + latency(weights, report->p99_ms) -
           DOMINANCE * within_one(report->dominant_share) -
           violation(weights, report->violation_rate) - crowding;
}

int64_t slo_score_whole(uint32_t version, double raw)
{
    double whole = version == 1 ? trunc(raw) : round(raw);
    if (whole < 0)
        return 0;
    return whole < SCORE_MAX ? (int64_t)whole : SCORE_MAX;
}
