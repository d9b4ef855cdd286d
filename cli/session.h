/* session.h - one replay from its options to its report: what `replay` does, and `compare` for
 * each of its runs. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "plugins/outside.h"
#include "replay/progress.h"
#include "replay/replay.h"

/* Who is told how far the replay is. */
struct session_listener {
    void *state;
    bool (*due)(void *state, uint64_t now_ns); /* tell now? Asked often */
    void (*tell)(void *state, const struct progress_state *at, uint64_t now_ns);
    void (*end)(void *state); /* before the report is printed */
};

struct session_options {
    struct replay_options replay; /* `interrupted` is the session's own */
    const char *out;              /* the folder of the report's files, or NULL: none */
    bool json;                    /* the report printed is the summary as JSON */
    bool child;                   /* of a process that gets Ctrl-C itself: SIGTERM alone stops it */
    struct session_listener listener;
    const struct outside_partner *partner; /* of policy_outside, owned by the session; or NULL */
};

/* Run it: the report goes to standard output and, with `out`, to its files; messages go to
 * standard error. Returns the exit status. Once the trace is open, an interrupt ends the replay
 * with a complete report of what was done until then; a second one ends the process at once. */
int session_run(const struct session_options *options);

#endif
