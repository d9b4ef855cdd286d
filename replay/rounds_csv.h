/* rounds_csv.h - rounds.csv: one row a round, as it was decided.
 *
 * What a policy without costs cannot tell is empty. Only the last five columns hold wall
 * time; all else is the same whenever the run is the same. Columns:
 *
 *     time_us                       virtual
 *     waiting, running, suspended   tasks when the policy was asked
 *     placed, preempted, migrated   as decided; the engine may refuse or find one stale
 *     suspensions, resumptions      likewise
 *     nodes, arcs, work             of the network, and the solver's own count of work
 *     cost, bound, gap              reached; the relaxation's optimum; round_gap of both
 *     misfits                       placements of the last optimum that did not fit together
 *     solves                        of the network, until what it places fits
 *     certified                     1: the certificate holds, 0: it does not, empty: none
 *     latency_us                    the whole decision, and of it:
 *     update_us, solve_us           the network brought up to date; the solver alone
 *     certify_us, commit_us         its proofs and their check; what fits found and decided */
#ifndef REPLAY_ROUNDS_CSV_H
#define REPLAY_ROUNDS_CSV_H

#include "base/output.h"
#include "replay/replay.h"

/* STATUS_IO if the file cannot be made; *output is then NULL. The caller commits. */
enum status rounds_csv_open(struct output **output, const char *path, struct problem *problem);

/* on_round of a replay's watcher whose state is the output. */
void rounds_csv_on_round(void *output, const struct cluster *cluster,
                         const struct round_record *record);

#endif
