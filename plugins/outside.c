/* outside.c - see outside.h. */
#include "plugins/outside.h"

#include <stdio.h>
#include <string.h>

#include "base/id_list.h"
#include "base/memory.h"

struct outside {
    struct outside_partner partner;
    const struct event *current; /* that the engine is applying, or has applied last */
    struct id_list submitted;    /* tasks of `current`, until it is told */
    struct outside_answer answer;
    bool *done; /* by decision of the last answer: it was carried out */
    uint32_t done_room;
    uint32_t *decided; /* by task: 1 + its decision in the last answer, or 0 */
    uint32_t decided_room;
    int64_t asked_us; /* when the last answer was asked for */
    char trouble[256];
};

static enum status create(void **state, const struct policy_options *options,
                          struct problem *problem)
{
    (void)options;
    (void)problem;
    *state = memory_alloc(sizeof(struct outside));
    return STATUS_OK;
}

static void destroy(void *state)
{
    struct outside *outside = state;
    if (outside->partner.destroy)
        outside->partner.destroy(outside->partner.state);
    id_list_free(&outside->submitted);
    memory_free(outside->answer.decisions);
    memory_free(outside->done);
    memory_free(outside->decided);
    memory_free(outside);
}

/* Events. */

static void tell(struct outside *outside, const struct cluster *cluster,
                 const struct flowsched_event *event, const uint32_t *tasks, uint32_t count)
{
    outside->partner.tell(outside->partner.state, cluster, event, tasks, count);
}

static void tell_task(struct outside *outside, const struct cluster *cluster,
                      enum flowsched_event_kind kind, const struct change *change)
{
    struct flowsched_event event = {
        .kind = kind, .time_us = change->time_us, .final = change->to == TASK_FAILED};
    tell(outside, cluster, &event, &change->task, 1);
}

static struct flowsched_resources amounts(const struct resources *resources)
{
    const double unit = (double)RESOURCE_UNIT;
    return (struct flowsched_resources){(double)resources->amount[RESOURCE_CPU] / unit,
                                        (double)resources->amount[RESOURCE_MEMORY] / unit,
                                        (double)resources->amount[RESOURCE_GPU] / unit,
                                        (double)resources->amount[RESOURCE_DISK] / unit};
}

static void tell_machine(struct outside *outside, const struct cluster *cluster)
{
    static const enum flowsched_event_kind kinds[] = {
        [EVENT_MACHINE_ADDED] = FLOWSCHED_MACHINE_ADDED,
        [EVENT_MACHINE_UPDATED] = FLOWSCHED_MACHINE_UPDATED,
        [EVENT_MACHINE_DRAINED] = FLOWSCHED_MACHINE_DRAINED,
        [EVENT_MACHINE_REMOVED] = FLOWSCHED_MACHINE_REMOVED,
    };
    const struct event *current = outside->current;
    struct flowsched_event event = {.kind = kinds[current->kind],
                                    .time_us = current->time_us,
                                    .machine = current->machine,
                                    .resources = amounts(&current->resources),
                                    .rack = current->rack,
                                    .labels = current->labels,
                                    .unschedulable = current->unschedulable};
    tell(outside, cluster, &event, NULL, 0);
}

static int64_t run_time(const struct event *event)
{
    return event->attempt_count ? event->attempts[event->attempt_count - 1].run_us : 0;
}

/* All tasks of the submission are there. */
static void tell_submission(struct outside *outside, const struct cluster *cluster)
{
    const struct event *current = outside->current;
    bool known = cluster->task_facts[outside->submitted.ids[0]].true_run_us > 0;
    struct flowsched_event event = {.kind = FLOWSCHED_TASK_SUBMITTED,
                                    .time_us = current->time_us,
                                    .machine = current->machine,
                                    .resources = amounts(&current->resources),
                                    .job = current->job,
                                    .stage = current->stage,
                                    .first_index = current->index,
                                    .count = current->count,
                                    .tenant = current->tenant,
                                    .priority = current->priority,
                                    .runtime_us = known ? run_time(current) : 0,
                                    .deadline_us = current->deadline_us,
                                    .latency_us = current->latency_us,
                                    .constraint = current->constraint,
                                    .predecessors = current->predecessors,
                                    .predecessor_count = current->predecessor_count,
                                    .block_count = current->block_count};
    struct flowsched_block *blocks = memory_alloc(current->block_count * sizeof *blocks);
    for (uint32_t b = 0; b < current->block_count; b++) {
        blocks[b].mib = current->blocks[b].mib;
        blocks[b].machine_count = current->blocks[b].copy_count;
        memcpy(blocks[b].machines, current->blocks[b].machines, sizeof blocks[b].machines);
    }
    event.blocks = blocks;
    tell(outside, cluster, &event, outside->submitted.ids, outside->submitted.count);
    bool told_ready = current->predecessor_count > 0 &&
                      cluster->tasks[outside->submitted.ids[0]].state != TASK_BLOCKED;
    struct flowsched_event ready = {.kind = FLOWSCHED_TASK_READY, .time_us = current->time_us};
    for (uint32_t i = 0; told_ready && i < outside->submitted.count; i++)
        tell(outside, cluster, &ready, &outside->submitted.ids[i], 1);
    memory_free(blocks);
    outside->submitted.count = 0;
}

static void tell_update(struct outside *outside, const struct cluster *cluster, uint32_t task,
                        int64_t time_us)
{
    const struct task_facts *facts = &cluster->task_facts[task];
    struct flowsched_event event = {.kind = FLOWSCHED_TASK_UPDATED,
                                    .time_us = time_us,
                                    .resources = amounts(&facts->demand),
                                    .priority = facts->priority};
    tell(outside, cluster, &event, &task, 1);
}

/* Is the change what the event of the trace says, and not what follows from another one? */
static bool is_current(const struct outside *outside, const struct cluster *cluster,
                       enum event_kind kind, uint32_t task)
{
    const struct event *current = outside->current;
    const struct task *t = &cluster->tasks[task];
    return current && current->kind == kind && current->index == t->index &&
           strcmp(current->stage, cluster_stage_name(cluster, t->stage)) == 0 &&
           strcmp(current->job, names_text(&cluster->job_names, cluster_task_job(cluster, task))) ==
               0;
}

/* It was carried out, if it is what was decided. */
static void mark_done(struct outside *outside, uint32_t task)
{
    if (task < outside->decided_room && outside->decided[task])
        outside->done[outside->decided[task] - 1] = true;
}

static void see_submitted(struct outside *outside, const struct cluster *cluster, uint32_t task)
{
    id_list_add(&outside->submitted, task);
    if (outside->submitted.count == outside->current->count)
        tell_submission(outside, cluster);
}

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    struct outside *outside = state;
    switch (change->cause) {
    case CAUSE_SUBMITTED:
        see_submitted(outside, cluster, change->task);
        break;
    case CAUSE_MACHINE:
        tell_machine(outside, cluster);
        break;
    case CAUSE_UPDATED:
        tell_update(outside, cluster, change->task, change->time_us);
        break;
    case CAUSE_FINISHED:
        tell_task(outside, cluster, FLOWSCHED_TASK_FINISHED, change);
        break;
    case CAUSE_ATTEMPT_FAILED:
        tell_task(outside, cluster, FLOWSCHED_TASK_FAILED, change);
        break;
    case CAUSE_KILLED:
        tell_task(outside, cluster, FLOWSCHED_TASK_KILLED, change);
        break;
    case CAUSE_EVICTED:
        if (is_current(outside, cluster, EVENT_TASK_EVICTED, change->task))
            tell_task(outside, cluster, FLOWSCHED_TASK_EVICTED, change);
        break;
    case CAUSE_RETRIED:
    case CAUSE_UNBLOCKED:
        tell_task(outside, cluster, FLOWSCHED_TASK_READY, change);
        break;
    case CAUSE_PLACED:
    case CAUSE_PREEMPTED:
    case CAUSE_MIGRATED:
    case CAUSE_SUSPENDED:
    case CAUSE_RESUMED:
        mark_done(outside, change->task);
        break;
    default:
        break;
    }
    if (change->task != NONE && change->to >= TASK_LIVE_COUNT && change->to < TASK_STATE_COUNT)
        outside->partner.forget(outside->partner.state, change->task);
}

static void on_event(void *state, const struct event *event)
{
    struct outside *outside = state;
    outside->current = event;
}

/* Decisions. */

/* What was decided last and has not come about. */
static void tell_refused(struct outside *outside, const struct cluster *cluster)
{
    struct flowsched_event event = {.kind = FLOWSCHED_DECISION_REFUSED,
                                    .time_us = outside->asked_us};
    for (uint32_t i = 0; i < outside->answer.count; i++) {
        uint32_t task = outside->answer.decisions[i].task;
        if (outside->decided[task] == i + 1 && !outside->done[i])
            tell(outside, cluster, &event, &task, 1);
        outside->decided[task] = 0;
    }
    outside->answer.count = 0;
}

static const enum decision_kind kinds[FLOWSCHED_DECISION_KIND_COUNT] = {
    [FLOWSCHED_PLACE] = DECISION_PLACE,     [FLOWSCHED_PREEMPT] = DECISION_PREEMPT,
    [FLOWSCHED_MIGRATE] = DECISION_MIGRATE, [FLOWSCHED_SUSPEND] = DECISION_SUSPEND,
    [FLOWSCHED_RESUME] = DECISION_RESUME,
};

static void take(struct outside *outside, const struct cluster *cluster,
                 struct decision_list *decisions)
{
    const struct outside_answer *answer = &outside->answer;
    array_reserve(outside->done, outside->done_room, answer->count);
    array_reserve(outside->decided, outside->decided_room, cluster->task_limit);
    for (uint32_t i = 0; i < answer->count; i++) {
        const struct outside_decision *decision = &answer->decisions[i];
        bool stops = decision->kind == FLOWSCHED_PREEMPT || decision->kind == FLOWSCHED_SUSPEND;
        outside->done[i] = false;
        outside->decided[decision->task] = i + 1;
        decision_add_on(decisions, cluster, kinds[decision->kind], decision->task,
                        stops ? NONE : decision->machine, stops ? 0 : decision->devices);
    }
}

static void tell_report(const struct flowsched_round *round, struct round_report *report)
{
    report->certified = round->certified;
    report->has_cost = report->has_bound = round->has_bound;
    report->cost = round->cost;
    report->bound = round->bound;
    report->solves = round->solves;
    report->solve_ns = (uint64_t)round->solve_ns;
    report->misfits = round->again;
    report->wake_us = round->wake_us == FLOWSCHED_NEVER ? 0 : round->wake_us;
}

static void decide(void *state, const struct cluster *cluster, int64_t now_us,
                   struct decision_list *decisions, struct round_report *report)
{
    struct outside *outside = state;
    struct problem problem = {0};
    tell_refused(outside, cluster);
    outside->asked_us = now_us;
    enum status status = outside->partner.decide(outside->partner.state, cluster, now_us,
                                                 &outside->answer, &problem);
    if (status == STATUS_OK) {
        take(outside, cluster, decisions);
        tell_report(&outside->answer.round, report);
        return;
    }
    outside->answer.count = 0;
    snprintf(outside->trouble, sizeof outside->trouble, "%s", problem.reason);
    report->trouble = outside->trouble;
    report->broken = true;
}

const struct policy_kind policy_outside = {
    .name = "outside",
    .help = "decides in another program",
    .create = create,
    .destroy = destroy,
    .on_change = on_change,
    .decide = decide,
};

void outside_start(struct replay *replay, const struct outside_partner *partner)
{
    struct outside *outside = replay->policy;
    outside->partner = *partner;
    replay_watch(replay, (struct replay_watcher){.state = outside, .on_event = on_event});
}
