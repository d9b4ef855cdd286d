/* proxies.h - numbers that published comparisons print under other names.
 *
 * They are here so that such tables can be read beside ours, and for nothing else:
 *
 * Mean and standard deviation of the machines' dominant utilisation, once, at the end, of a
 * workload that was placed but not run. The mean is the load offered, the same for all
 * policies that place everything; the deviation has been called fragmentation. It is
 * imbalance: filling machines one after the other, which leaves whole ones free for large
 * tasks, makes it largest.
 *
 * A step function of that utilisation has been called the rate of violations (the tools of
 * github.com/qiyan111/QY-, October 2025): 40 % on machines above 95 %, and so on down to 2 %,
 * in an earlier table; 35 % in a later one. It knows neither deadlines nor response times:
 * whoever uses machines well violates most, and a task that is never placed violates nothing.
 * Each task that runs counts with the step of its machine.
 *
 * `at_last_arrival` is what holds after all that happens at the time of the last arrival; the
 * averages are exact, over time or over the time of tasks that run. */
#ifndef REPLAY_PROXIES_H
#define REPLAY_PROXIES_H

#include "replay/utilisation.h"

enum step_table { STEPS_EARLIER, STEPS_LATER, STEP_TABLE_COUNT };

struct proxy_values {
    double utilisation_mean, utilisation_std;
    double step_risk[STEP_TABLE_COUNT];
};

/* What a machine adds to the sums: its tasks, and in percent their steps. */
struct proxy_share {
    uint32_t running;
    int64_t risk[STEP_TABLE_COUNT];
};

struct proxies {
    struct proxy_share *machines; /* by machine id */
    uint32_t room;
    int64_t running, risk[STEP_TABLE_COUNT];
    wide_t running_time, risk_time[STEP_TABLE_COUNT];
    bool arrived; /* at the present time */
    struct proxy_values at_last_arrival;
};

void proxies_free(struct proxies *proxies);

/* What holds now has held for so long. O(1). */
void proxies_advance(struct proxies *proxies, const struct utilisation *utilisation,
                     int64_t duration_us);

/* A task arrives now. O(1). */
void proxies_arrival(struct proxies *proxies);

/* The tasks or the use of a machine may have changed. O(1). */
void proxies_machine(struct proxies *proxies, const struct cluster *cluster, uint32_t machine);

/* The step, in percent, of a dominant utilisation in billionths. */
int64_t proxy_step(enum step_table table, int64_t share);

/* NaN where nothing arrived, ran or was there. */
struct proxy_values proxies_at_last_arrival(const struct proxies *proxies,
                                            const struct utilisation *utilisation);
struct proxy_values proxies_over_time(const struct proxies *proxies,
                                      const struct utilisation *utilisation);

#endif
