/* attempts.h - CPU time by what came of it: work done for good, or wasted.
 *
 * An attempt is charged with what the task demands while it runs; when a demand changes on
 * the way, the work until then is kept. Sums are exact, in amount x microseconds. */
#ifndef REPLAY_ATTEMPTS_H
#define REPLAY_ATTEMPTS_H

#include "base/resources.h"

/* The present attempt of a task. */
struct attempt_record {
    uint32_t tenant; /* the task's when it was submitted; later ones do not count */
    struct resources charged;
    int64_t since_us;  /* charged with that since then */
    __int128 cpu_work; /* of this attempt before that */
};

struct attempts {
    struct attempt_record *records; /* by task id */
    uint32_t room;
    bool cpu_demanded; /* by any task ever */
    __int128 useful, wasted;
};

void attempts_free(struct attempts *attempts);

/* A task was submitted: a new record for its id. */
void attempts_add(struct attempts *attempts, uint32_t task, uint32_t tenant,
                  const struct resources *demand);

/* The attempt begins, changes its demand, or ends: well, or not. */
void attempts_start(struct attempts *attempts, uint32_t task, const struct resources *demand,
                    int64_t now_us);
void attempts_update(struct attempts *attempts, uint32_t task, const struct resources *demand,
                     int64_t now_us);
void attempts_end(struct attempts *attempts, uint32_t task, bool well, int64_t now_us);

#endif
