/* kube_queue.c - see kube_queue.h. */
#include "policies/kube_queue.h"

#include <stdlib.h>

#include "base/assert.h"

/* How often the queue looks for back-offs that are over, and for tasks to flush. */
#define BACKOFF_TICK_US INT64_C(1000000)
#define FLUSH_TICK_US INT64_C(30000000)

static int64_t tick_after(int64_t time_us, int64_t tick_us)
{
    return (time_us + tick_us - 1) / tick_us * tick_us;
}

void kube_queue_init(struct kube_queue *queue, const struct kube_delays *delays)
{
    *queue = (struct kube_queue){.flush_us = delays->flush_us, .list_count = 1};
    int64_t backoff_us = delays->first_us < delays->max_us ? delays->first_us : delays->max_us;
    for (bool last = false; !last;) {
        last = backoff_us == delays->max_us || backoff_us == 0;
        ASSERT(queue->list_count < KUBE_LISTS_MAX);
        queue->lists[queue->list_count++].backoff_us = backoff_us;
        backoff_us = backoff_us > delays->max_us - backoff_us ? delays->max_us : 2 * backoff_us;
    }
    for (uint32_t i = 0; i < queue->list_count; i++)
        queue->lists[i].first = queue->lists[i].last = NONE;
}

void kube_queue_free(struct kube_queue *queue)
{
    memory_free(queue->tasks);
    memory_free(queue->due);
    id_list_free(&queue->placed);
}

static void append(struct kube_queue *queue, uint32_t task, uint32_t list)
{
    struct kube_queue_list *l = &queue->lists[list];
    struct kube_queue_task *t = &queue->tasks[task];
    t->list = list;
    t->next = NONE;
    t->previous = l->last;
    if (l->last == NONE)
        l->first = task;
    else
        queue->tasks[l->last].next = task;
    l->last = task;
}

static void take_out(struct kube_queue *queue, uint32_t task)
{
    struct kube_queue_task *t = &queue->tasks[task];
    struct kube_queue_list *l = &queue->lists[t->list];
    if (t->previous == NONE)
        l->first = t->next;
    else
        queue->tasks[t->previous].next = t->next;
    if (t->next == NONE)
        l->last = t->previous;
    else
        queue->tasks[t->next].previous = t->previous;
    t->list = NONE;
}

void kube_queue_see(struct kube_queue *queue, const struct cluster *cluster,
                    const struct change *change)
{
    uint32_t task = change->task;
    array_reserve(queue->tasks, queue->task_room, cluster->task_limit);
    for (; queue->task_limit < cluster->task_limit; queue->task_limit++)
        queue->tasks[queue->task_limit].list = NONE;
    queue->changes++;
    if (task == NONE)
        return;
    if (queue->tasks[task].list != NONE)
        take_out(queue, task);
    if (cluster->tasks[task].state != TASK_WAITING)
        return;
    queue->tasks[task].failures = 0;
    queue->tasks[task].queued_us = cluster->tasks[task].since_us;
    queue->tasks[task].order = queue->order_count++;
    append(queue, task, 0);
}

void kube_queue_see_room(struct kube_queue *queue, int64_t now_us)
{
    queue->room_events++;
    queue->room_us = now_us;
}

static bool is_due(const struct kube_queue *queue, uint32_t task, int64_t now_us)
{
    const struct kube_queue_task *t = &queue->tasks[task];
    if (t->list == 0 || now_us >= tick_after(t->queued_us + queue->flush_us, FLUSH_TICK_US))
        return true;
    if (t->room_events == queue->room_events)
        return false;
    int64_t end_us = t->queued_us + queue->lists[t->list].backoff_us;
    return queue->room_us >= end_us || now_us >= tick_after(end_us, BACKOFF_TICK_US);
}

static void add_due(struct kube_queue *queue, const struct cluster *cluster, uint32_t task)
{
    array_reserve(queue->due, queue->due_room, queue->due_count + 1);
    queue->due[queue->due_count++] =
        (struct kube_attempt){.priority = cluster->task_facts[task].priority,
                              .task = task,
                              .queued_us = queue->tasks[task].queued_us,
                              .order = queue->tasks[task].order};
}

void kube_queue_take(struct kube_queue *queue, const struct cluster *cluster, int64_t now_us)
{
    queue->due_count = 0;
    for (uint32_t i = 0; i < queue->placed.count; i++) {
        uint32_t task = queue->placed.ids[i];
        if (cluster->tasks[task].state == TASK_WAITING && queue->tasks[task].list == NONE)
            add_due(queue, cluster, task);
    }
    queue->placed.count = 0;
    for (uint32_t list = 0; list < queue->list_count; list++) {
        uint32_t task;
        while ((task = queue->lists[list].first) != NONE && is_due(queue, task, now_us)) {
            take_out(queue, task);
            add_due(queue, cluster, task);
        }
    }
}

static int compare(const void *a, const void *b)
{
    const struct kube_attempt *x = a, *y = b;
    if (x->priority != y->priority)
        return x->priority > y->priority ? -1 : 1;
    if (x->queued_us != y->queued_us)
        return x->queued_us < y->queued_us ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

void kube_queue_sort(struct kube_queue *queue)
{
    if (queue->due_count > 1)
        qsort(queue->due, queue->due_count, sizeof *queue->due, compare);
}

void kube_queue_place(struct kube_queue *queue, uint32_t task)
{
    id_list_add(&queue->placed, task);
}

void kube_queue_fail(struct kube_queue *queue, uint32_t task, int64_t now_us)
{
    struct kube_queue_task *t = &queue->tasks[task];
    uint32_t last = queue->list_count - 1;
    t->failures++;
    t->queued_us = now_us;
    t->room_events = queue->room_events;
    t->changes = queue->changes;
    append(queue, task, t->failures < last ? t->failures : last);
}

int64_t kube_queue_wake(const struct kube_queue *queue)
{
    int64_t wake_us = 0;
    for (uint32_t list = 1; list < queue->list_count; list++) {
        uint32_t task = queue->lists[list].first;
        if (task == NONE)
            continue;
        const struct kube_queue_task *t = &queue->tasks[task];
        int64_t due_us = 0;
        if (t->room_events != queue->room_events)
            due_us = tick_after(t->queued_us + queue->lists[list].backoff_us, BACKOFF_TICK_US);
        else if (t->changes != queue->changes)
            due_us = tick_after(t->queued_us + queue->flush_us, FLUSH_TICK_US);
        if (due_us && (!wake_us || due_us < wake_us))
            wake_us = due_us;
    }
    return wake_us;
}
