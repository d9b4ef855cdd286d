/* fair_shares.h - Quincy's bounds on how many tasks of a job may and must run.
 *
 * With M places and K jobs of N_j tasks, job j's share is A_j = min(M/K, N_j), where what
 * small jobs leave over is shared out again among the others (max-min fairness; Isard et
 * al., SOSP 2009, section 4.3). */
#ifndef COSTMODELS_FAIR_SHARES_H
#define COSTMODELS_FAIR_SHARES_H

#include "base/types.h"

/* shares[j] for jobs with task_counts[j] tasks each: whole numbers, the places that do not
 * divide evenly go to the first jobs. sum(shares) = min(places, sum of tasks).
 * O(K log K). */
void fair_shares(int64_t places, const uint32_t *task_counts, uint32_t job_count, uint32_t *shares);

#endif
