/* kube_queue.h - kube-scheduler's queue: who is tried, and when again.
 *
 * As kubernetes/kubernetes has it in pkg/scheduler/backend/queue:
 *
 * - Tasks are tried by priority, then by the time since when they are in the queue: since they
 *   came, or were tried last.
 * - A task that could not be placed waits until something happens that may help it, here: until
 *   some machine has more room than it had. And it is backed off: for one second after its first
 *   failure, twice as long after each further one, ten seconds at most. When the event comes
 *   later than that, it is tried at once; when it comes before, at the next full second of time
 *   after the back-off, for that is when the queue looks.
 * - If no such event comes, it is tried again after five minutes, at the next half minute of
 *   time; here only if something happened at all, for else nothing can have become different.
 *
 * A task that is updated is as one that has just come. Tasks of one list, by the number of their
 * failures, are backed off for equally long, so each list is in the order in which its tasks are
 * due. */
#ifndef POLICIES_KUBE_QUEUE_H
#define POLICIES_KUBE_QUEUE_H

#include "base/id_list.h"
#include "scheduler/change.h"

#define KUBE_LISTS_MAX 48

struct kube_delays {
    int64_t first_us, max_us; /* of back-offs */
    int64_t flush_us;
};

struct kube_queue_task {
    uint32_t list; /* 0: it has just come; the others by failures; NONE: it is in none */
    uint32_t next, previous;
    uint32_t failures;
    int64_t queued_us;             /* since when it is in the queue */
    uint64_t order;                /* in which they came */
    uint64_t room_events, changes; /* of the queue, when it failed */
};

struct kube_queue_list {
    int64_t backoff_us;
    uint32_t first, last;
};

/* One that is due. */
struct kube_attempt {
    int32_t priority;
    uint32_t task;
    int64_t queued_us;
    uint64_t order;
};

struct kube_queue {
    int64_t flush_us;
    struct kube_queue_list lists[KUBE_LISTS_MAX];
    uint32_t list_count;
    struct kube_queue_task *tasks; /* by task id */
    uint32_t task_limit, task_room;
    uint64_t order_count;
    uint64_t room_events; /* when a machine had more room; the last one at ... */
    int64_t room_us;
    uint64_t changes;      /* of any sort */
    struct id_list placed; /* tasks, as decided when the queue was asked last */
    struct kube_attempt *due;
    uint32_t due_count, due_room;
};

/* `first_us` may be 0: no back-off. */
void kube_queue_init(struct kube_queue *queue, const struct kube_delays *delays);
void kube_queue_free(struct kube_queue *queue);

/* Follow a change. O(1). */
void kube_queue_see(struct kube_queue *queue, const struct cluster *cluster,
                    const struct change *change);

/* Some machine has more room than it had. O(1). */
void kube_queue_see_room(struct kube_queue *queue, int64_t now_us);

/* Take out all that are due, among them those whose placement was not carried out, into
 * queue->due, in no meaningful order. Each is then either placed or fails. O(those). */
void kube_queue_take(struct kube_queue *queue, const struct cluster *cluster, int64_t now_us);

/* Sort the first queue->due_count that are due. O(n log n). */
void kube_queue_sort(struct kube_queue *queue);

/* A task that was taken out is going to run, or could not be placed. O(1). */
void kube_queue_place(struct kube_queue *queue, uint32_t task);
void kube_queue_fail(struct kube_queue *queue, uint32_t task, int64_t now_us);

/* When a task is due next if nothing happens before, or 0: never. O(lists). */
int64_t kube_queue_wake(const struct kube_queue *queue);

#endif
