/* progress.h - how far a replay, or another long run, is, for a person who waits for it.
 *
 * On a terminal one line, rewritten at most five times a second and erased at the end;
 * elsewhere a line every ten seconds, so that a long run can be watched in its log and a
 * short one says nothing. Wall time is an argument. */
#ifndef REPLAY_PROGRESS_H
#define REPLAY_PROGRESS_H

#include <stdio.h>

#include "base/types.h"

enum progress_mode { PROGRESS_NONE, PROGRESS_LINES, PROGRESS_TERMINAL };

struct progress {
    FILE *stream; /* borrowed */
    enum progress_mode mode;
    uint64_t start_ns;
    uint64_t next_ns; /* when to tell next */
    bool shown;       /* there is a line to erase */
};

/* Where the replay stands. */
struct progress_state {
    int64_t virtual_us;  /* since the start */
    uint32_t permille;   /* of the trace read */
    uint64_t tasks_done; /* ended in any way */
    uint64_t tasks_waiting, tasks_running;
    uint64_t rounds;
    uint64_t events;
};

/* How to tell on a stream: not at all if `quiet`. */
enum progress_mode progress_mode_for(FILE *stream, bool quiet);

void progress_init(struct progress *progress, FILE *stream, enum progress_mode mode,
                   uint64_t now_ns);

/* Is it time to tell? Ask often: O(1), without a system call. */
bool progress_due(const struct progress *progress, uint64_t now_ns);

/* Tell. The time left assumes that the rest of the trace is like the part read; once all is
 * read nobody knows. */
void progress_tell(struct progress *progress, const struct progress_state *state, uint64_t now_ns);

/* Likewise in words of the caller's: what begins now and may last. On a terminal it is told
 * at once, elsewhere only if it is time to. */
void progress_step(struct progress *progress, uint64_t now_ns, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "1d 02:03:04", without the days if there are none. */
#define PROGRESS_DURATION_SIZE 32
void progress_duration(char text[PROGRESS_DURATION_SIZE], uint64_t seconds);

/* How long a line on the terminal may be: one that wraps could not be erased. */
int progress_columns(FILE *stream);

/* Erase the line; another may follow. */
void progress_end(struct progress *progress);

#endif
