/* slo_score_terms.h - what an agent reports of its machine, whether a task may go there by it,
 * and its score.
 *
 * After an extender of kube-scheduler with an agent on each machine, the repository qiyan111/QY-
 * on GitHub: version 1 of the score as its description has it, version 2 as its code has it
 * (scheduler-extender/main.go at commit 8b50a9f). With the free parts c of the cpu and m of the
 * memory, p the p99 in ms, v the violation rate, d the dominant share and f the fairness, all but p
 * within 0 and 1:
 *
 *   version 1   base + 40 (c + m) / 2 + 15 f - 15 d + 20 (1 - min(p / 120, 1.5)) - 20 v
 *   version 2   base + 30 (c + m) / 2 + 15 f - 15 d + 25 (1 - min(p / 100, 1.5)) - 30 v
 *               - 50 (u - 0.8), if u, the mean used part of cpu and memory, is above 0.8
 *               a p that is not known: 12.5 instead; a v of nothing: -5
 *
 * In version 1 a p that is not known counts as 0, the best there is, and the cap of p / 120 is
 * that of version 2: without it a full machine's p99 would outweigh all else. Of a missing report
 * either knows the base alone. Published scores are whole numbers from 0 to 100: version 1 cuts
 * off, version 2 rounds.
 *
 * The base is by the task's priority, so that it changes the order of machines by those limits
 * alone: of a high priority, all that is worth more than 65 of version 1 comes to 100, and is
 * alike.
 *
 * Left out: the least capacity of 0.1 cores and GiB that a free part is of, and the request of
 * 0.1 cores and 0.2 GiB for those of nothing. Traces have other units. */
#ifndef POLICIES_SLO_SCORE_TERMS_H
#define POLICIES_SLO_SCORE_TERMS_H

#include "base/resources.h"

/* Amounts in billionths, as all amounts: whole numbers below 2^53 are exact. */
struct machine_report {
    double cpu_capacity, cpu_used;
    double memory_capacity, memory_used;
    double p99_ms;         /* 0: not known */
    double violation_rate; /* 0 .. 1 */
    double dominant_share; /* of cpu and memory, 0 .. 1.5 */
    double fairness;       /* Jain's index over tenants, 0 .. 1 */
};

/* What a priority is worth: 35 high (9 and above: production, monitoring, infrastructure), 25
 * medium (2 to 8: batch), 15 low (below 2: free, and traces without priorities). The bands are
 * those of Google's trace of 2011 (Reiss et al., SoCC 2012). */
enum slo_score_class { SLO_SCORE_LOW, SLO_SCORE_MEDIUM, SLO_SCORE_HIGH, SLO_SCORE_CLASS_COUNT };

enum slo_score_class slo_score_class(int32_t priority);
double slo_score_base(enum slo_score_class class);

/* Is a report of that age to be believed? One from the future no longer than one from the past:
 * clocks differ. */
bool slo_report_fresh(int64_t age_us, int64_t ttl_us);

/* Does the report say that there is room for the demand of cpu and memory? A report that cannot
 * be, of more used than there is or of what is no number, says nothing against it. */
bool slo_report_admits(const struct machine_report *report, const struct resources *demand);

/* The score as it is, of version 1 or 2. `report` NULL: missing. What is no number counts as
 * nothing. */
double slo_score_raw(uint32_t version, double base, const struct machine_report *report);

/* The score as published, from 0 to 100. */
int64_t slo_score_whole(uint32_t version, double raw);

#endif
