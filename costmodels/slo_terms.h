/* slo_terms.h - what the cost models of service levels have in common: weights and units.
 *
 * One unit of cost is a SLO_LOSS-th of a certain violation by a task of weight 1. A priority
 * says what a violation weighs, in the ratios of TetriSched's job classes (Tumanov et al.,
 * EuroSys 2016) and the bands of Google's trace of 2011 (Reiss et al., SoCC 2012):
 *
 *   critical     10 and above (monitoring, infrastructure)   1000
 *   production   9                                            100
 *   batch        2 to 8                                        10
 *   best effort  below 2 (free)                                 1
 *
 * Traces without priorities have 0 everywhere: all tasks weigh the same.
 *
 * Patience, so that no task waits for ever: each second of waiting adds SLO_PATIENCE units for
 * each unit of weight, an 18th of a certain violation in an hour. To run a task costs as much
 * for the seconds that it has run already, if they are lost. Both together go up to
 * SLO_PATIENCE_MAX.
 *
 * Ranges: a loss is at most SLO_WEIGHT_MAX x SLO_LOSS < 2^28, patience 2^28, so that no answer
 * is above SLO_RANGE. With weights as in slo:1000,quincy:10 there is room for others up to 2^40
 * (COST_MODEL_MAX). */
#ifndef COSTMODELS_SLO_TERMS_H
#define COSTMODELS_SLO_TERMS_H

#include "costmodels/facts.h"

#define SLO_WEIGHT_MAX 1000
#define SLO_LOSS (INT64_C(1) << 18)
#define SLO_PATIENCE 4
#define SLO_PATIENCE_MAX (INT64_C(1) << 28)
#define SLO_RANGE (INT64_C(1) << 29)

/* To stop or move a running task must save more than this for each unit of its weight, a 32nd
 * of a violation: small gains are no reason (Ferguson et al., Jockey, EuroSys 2012, have
 * hysteresis and a dead zone for the same reason). */
#define SLO_STAY (SLO_LOSS / 32)

int64_t slo_weight(int32_t priority);

/* The machine has the task, of a service, too; nothing, if it is of none. */
void slo_add_service(struct machine_facts *machine, const struct task_facts *task);

/* What so much waiting costs a task of that weight, at most SLO_PATIENCE_MAX. */
int64_t slo_patience(int64_t weight, int64_t time_us);

/* What a running task has waited for, and done: what it is to lose if it is stopped. Both times
 * count to the end of their steps, those of waiting tasks from the beginning, so that steps
 * do not let a task overtake another that is ahead. */
int64_t slo_run_patience(int64_t weight, const struct task_facts *task);

#endif
