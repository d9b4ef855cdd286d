/* compare_progress.h - how far the runs of a comparison are, for a person who waits for them.
 *
 * On a terminal a line for each run that is under way, rewritten five times a second and erased at
 * the end; elsewhere a line for each run that has ended. */
#ifndef CLI_COMPARE_PROGRESS_H
#define CLI_COMPARE_PROGRESS_H

#include <stdatomic.h>

#include "replay/progress.h"

/* What a run tells of itself from its own process, in memory that both share. */
struct run_board {
    atomic_uint_least32_t permille; /* of the trace read */
    atomic_uint_least64_t events;
};

/* A run that is under way. */
struct run_line {
    const char *policy; /* NULL: there is none here */
    uint64_t seed;
    uint64_t start_ns;
    const struct run_board *board;
};

struct compare_progress {
    FILE *stream; /* borrowed */
    enum progress_mode mode;
    uint32_t run_count, ended; /* of all runs */
    uint64_t next_ns;          /* when to tell next */
    uint32_t shown;            /* lines to erase */
};

void compare_progress_init(struct compare_progress *progress, FILE *stream, enum progress_mode mode,
                           uint32_t run_count);

/* The runs under way, if it is time to tell. */
void compare_progress_tell(struct compare_progress *progress, const struct run_line *lines,
                           uint32_t count, uint64_t now_ns);

/* One more has ended: how, in words, or NULL if it is done. Words of trouble are told even where
 * there is no progress to tell. */
void compare_progress_end_run(struct compare_progress *progress, const struct run_line *line,
                              const char *trouble, uint64_t now_ns);

/* Erase the lines. */
void compare_progress_end(struct compare_progress *progress);

#endif
