/* engine.h - the one place that changes the cluster: events in, decisions applied.
 *
 * Every policy goes through the same release, retry and failure here, so that a comparison
 * compares policies and nothing else. The engine knows no virtual clock: time is an
 * argument, and who calls makes it rise.
 *
 * Rules: unplaced is not failed, a waiting task waits. A failed attempt goes to BACKOFF for
 * backoff_us * 2^(failures-1), at most backoff_max_us, and then waits again; after
 * max_retries retries the task has failed. An eviction, a preemption or the loss of the
 * machine costs the work of the attempt and no retry: the task waits again at once. A suspension
 * costs nothing: the attempt goes on when it is resumed. What a smaller machine has no room for
 * leaves it: first those suspended that keep what lacks, then those that run, who came last first.
 * A stage whose predecessors have all ended, however they ended, is let go. */
#ifndef SCHEDULER_ENGINE_H
#define SCHEDULER_ENGINE_H

#include "base/heap.h"
#include "scheduler/event.h"
#include "scheduler/policy.h"

struct engine_options {
    uint32_t max_retries;
    int64_t backoff_us, backoff_max_us;
    bool clairvoyant; /* policies know how long runs take (task_facts.true_run_us) */
};

/* 3 retries, 1 s doubling up to 300 s. */
extern const struct engine_options engine_options_default;

/* Told of every change, after the event or decision that made it is complete. */
struct observer {
    void *state;
    void (*on_change)(void *state, const struct cluster *cluster, const struct change *change);
};

#define OBSERVER_MAX 6

struct engine {
    struct cluster *cluster;
    struct engine_options options;
    struct observer observers[OBSERVER_MAX];
    uint32_t observer_count;
    struct heap backoffs; /* (time, task, task) */
    struct change *changes;
    uint32_t change_count, change_room;
    uint32_t *submitted; /* ids that the last submission made */
    uint32_t submitted_count, submitted_room;
    uint64_t events;
    uint64_t refused_events[EVENT_KIND_COUNT];
    uint64_t rejected_decisions, stale_decisions;
    uint64_t queued_at_submission; /* said to run already, but without room there */
};

void engine_init(struct engine *engine, const struct engine_options *options);
void engine_free(struct engine *engine);

/* Observers are told in the order in which they were added. */
void engine_observe(struct engine *engine, struct observer observer);

/* Apply an event. Refused and counted, with the cluster unchanged: STATUS_NOT_FOUND (no
 * such machine or live task), STATUS_EXISTS (the live task or the machine is there already),
 * STATUS_ILLEGAL (the task or machine is not in a state that allows it), STATUS_TOO_LARGE
 * (a sum leaves int64), STATUS_BAD_INPUT (GPUs that no devices can be: costmodels/devices.h;
 * labels or a constraint that are none: costmodels/label_text.h).
 * O(what it changes). */
enum status engine_apply(struct engine *engine, const struct event *event, struct problem *problem);

/* The same for an event of a live task that the caller has the id of; its names are only for the
 * reason of a refusal. */
enum status engine_apply_to(struct engine *engine, uint32_t task, const struct event *event,
                            struct problem *problem);

/* The ids of the tasks that the last EVENT_TASK_SUBMITTED made, in order of index;
 * borrowed until the next event. Where event->machine was given and had room, the first
 * ones run there already. */
const uint32_t *engine_submitted(const struct engine *engine, uint32_t *count);

/* The running attempt of a task ends by itself. STATUS_ILLEGAL if `generation` is not the
 * task's any more: the end belongs to an attempt that was cut short. `final`: a failure is
 * not retried. */
enum status engine_end_attempt(struct engine *engine, uint32_t task, uint32_t generation,
                               bool fails, bool final, int64_t now_us);

/* When that of a task in BACKOFF ends. O(failures). */
int64_t engine_backoff_end(const struct engine *engine, uint32_t task);

/* When the next back-off ends, or TIME_NEVER; and let go all that have ended by `now`. */
int64_t engine_next_backoff(struct engine *engine);
void engine_end_backoffs(struct engine *engine, int64_t now_us);

/* A live task, and with it its stage, need not wait for predecessors any more, and itself not for
 * its back-off. Nothing, if it does not. O(stages of its job + their tasks). */
void engine_let_go(struct engine *engine, uint32_t task, int64_t now_us);

/* Let go every stage that still waits for a stage which was never submitted: no more
 * submissions will come. Returns how many such dependencies there were. */
uint64_t engine_release_absent(struct engine *engine, int64_t now_us);

/* Apply decisions together: first all stops and suspensions, then placements and resumptions in
 * order. A decision whose
 * generations are not the present ones is stale: dropped and counted. One that is not
 * possible is rejected and counted; its task stays as it was, or waits if it was to
 * migrate and its place is gone. O(decisions). */
void engine_decide(struct engine *engine, const struct decision_list *decisions, int64_t now_us);

#endif
