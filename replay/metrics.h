/* metrics.h - what a replay measures, as it goes: exact integrals over virtual time.
 *
 * Everything observed is piecewise constant between events, so integrals are sums of
 * value x duration in 128-bit integers, never samples. What is undefined stays undefined
 * (metrics_... return false or NaN) and becomes null in the summary, never 0 or 1. */
#ifndef REPLAY_METRICS_H
#define REPLAY_METRICS_H

#include "scheduler/change.h"

struct metrics;

struct metrics *metrics_create(void);
void metrics_destroy(struct metrics *metrics);

/* Time goes on to `now_us`: add what held since the last call to the integrals. Called
 * before every event of a later time. */
void metrics_advance(struct metrics *metrics, const struct cluster *cluster, int64_t now_us);

/* An observer (scheduler/engine.h): a change at the time of the last advance. */
void metrics_on_change(void *metrics, const struct cluster *cluster, const struct change *change);

#endif
