/* replay.h - a workload, a policy and a clock: the loop of virtual time.
 *
 * Virtual time jumps from event to event. At each time, in this order: attempts end, first
 * well, then badly; machines fail, return and change; back-offs end; the trace's other
 * events; decisions that were under way arrive; then, if one is due, a round. So capacity
 * freed at a time can be used at that time, and a task of no duration ends at the time it
 * starts.
 *
 * A round is due when something else than its own decisions changed since the last one, or
 * when not all of those fitted or arrived in time; not sooner after it than
 * round_us, and while tasks wait by choice at least every REPLAY_REFRESH_US, or when the policy
 * asked for it. No round is due while no task waits or is suspended, nor runs where policies may
 * stop it. The replay
 * ends when nothing can happen any more: what then runs, runs for ever, and what then
 * waits or is suspended, does so for ever; or with EVENT_RECORDS_END, after what happens at its
 * time. */
#ifndef REPLAY_REPLAY_H
#define REPLAY_REPLAY_H

#include <signal.h>

#include "replay/failures.h"
#include "replay/feed.h"
#include "replay/run_times.h"
#include "scheduler/audit.h"
#include "scheduler/engine.h"

#define REPLAY_REFRESH_US INT64_C(1000000)

/* How solver time enters virtual time. */
enum solver_time {
    SOLVER_TIME_ZERO,     /* not at all: decisions take effect at once */
    SOLVER_TIME_FIXED,    /* every round takes solver_time_us */
    SOLVER_TIME_MEASURED, /* every round takes its wall time: not deterministic */
};

struct replay_options {
    struct feed_options feed;
    const struct policy_kind *policy;
    struct policy_options policy_options;
    struct engine_options engine;
    const char *tenants; /* a file of tenants (tenants_file.h), or NULL */
    int64_t round_us;
    enum solver_time solver_time;
    int64_t solver_time_us;
    int64_t failure_rate;                     /* injected, per machine and day, in billionths */
    bool check_invariants;                    /* after every event, not only after rounds */
    const volatile sig_atomic_t *interrupted; /* stop when it becomes true; may be NULL */
};

/* What one round did, for rounds.csv and for statistics. */
struct round_record {
    int64_t time_us;
    uint64_t latency_ns;                  /* decide, whole */
    uint32_t placed, preempted, migrated; /* as decided */
    uint32_t suspensions, resumptions;    /* likewise */
    uint32_t waiting, running, suspended; /* when the policy was asked */
    struct round_report report;
};

/* Count the decisions of the list, each where its kind belongs. */
void round_record_count(struct round_record *record, const struct decision_list *list);

/* Who watches a replay; each may be NULL. */
struct replay_watcher {
    void *state;
    /* Virtual time goes on: called before anything of the later time. */
    void (*on_time)(void *state, const struct cluster *cluster, int64_t now_us);
    /* An event is about to reach the engine. */
    void (*on_event)(void *state, const struct event *event);
    void (*on_round)(void *state, const struct cluster *cluster, const struct round_record *record);
    /* Often: for a progress line. */
    void (*on_step)(void *state);
};

#define REPLAY_WATCHER_MAX 6

struct replay {
    struct replay_options options;
    struct engine engine;
    struct feed *feed;
    struct failures failures;
    struct run_times run_times;
    struct audit audit;
    void *policy;
    struct replay_watcher watchers[REPLAY_WATCHER_MAX];
    uint32_t watcher_count;

    int64_t now_us;
    int64_t start_us; /* the time of the first event */
    bool started;
    struct event next; /* of the feed, if it has not ended */
    bool feed_ended;
    bool records_ended; /* the trace said that nothing is known of what comes later */
    bool broken;        /* the policy cannot go on */
    bool changed;       /* since the last round */
    uint32_t misfits;   /* of the last round */
    bool undecided;     /* the last round left tasks waiting by choice */
    int64_t wake_us;    /* when its policy wants to be asked again; TIME_NEVER: need not be */
    int64_t last_round_us;
    uint32_t idle_rounds; /* rounds in a row that decided nothing while nothing happened */
    struct decision_list decisions;
    int64_t decisions_due_us; /* TIME_NEVER: none under way */

    uint64_t rounds, decisions_made;
    uint64_t unanswered_rounds; /* the solver had no answer */
    const char *trouble;        /* the first time; the policy's text, or NULL */
    uint64_t certificates_checked, certificates_failed;
    /* After rounds or events, where the cluster changed, and all of it at the end. */
    uint64_t invariants_checked, invariants_violated;
    uint64_t absent_dependencies;
    char violation[320]; /* the first one */
    bool stopped;        /* by `interrupted` */
};

/* Open the trace and make the policy. Errors as feed_open, policy_kind.create and
 * tenants_file_read; the replay is then empty. The caller frees. */
enum status replay_init(struct replay *replay, const struct replay_options *options,
                        struct problem *problem);
void replay_free(struct replay *replay);

void replay_watch(struct replay *replay, struct replay_watcher watcher);

/* Run to the end, or until interrupted. STATUS_BAD_INPUT or STATUS_IO: the trace broke off, or the
 * policy; the replay stands where it was then. */
enum status replay_run(struct replay *replay, struct problem *problem);

#endif
