/* library_decide.c - flowsched_decide: the policy is asked, the engine acts, the caller is told. */
#include <string.h>

#include "base/memory.h"
#include "plugins/library.h"
#include "replay/round_statistics.h"

/* Waiting by choice costs more the longer it lasts: ask again after that. */
#define REFRESH_US INT64_C(1000000)

static const char *const decision_names[FLOWSCHED_DECISION_KIND_COUNT] = {
    [FLOWSCHED_PLACE] = "place",   [FLOWSCHED_PREEMPT] = "preempt", [FLOWSCHED_SUSPEND] = "suspend",
    [FLOWSCHED_RESUME] = "resume", [FLOWSCHED_MIGRATE] = "migrate",
};

static const enum flowsched_decision_kind kinds[] = {
    [DECISION_PLACE] = FLOWSCHED_PLACE,     [DECISION_PREEMPT] = FLOWSCHED_PREEMPT,
    [DECISION_MIGRATE] = FLOWSCHED_MIGRATE, [DECISION_SUSPEND] = FLOWSCHED_SUSPEND,
    [DECISION_RESUME] = FLOWSCHED_RESUME,
};

const char *flowsched_decision_name(enum flowsched_decision_kind kind)
{
    return kind < FLOWSCHED_DECISION_KIND_COUNT ? decision_names[kind] : "unknown";
}

enum flowsched_decision_kind flowsched_decision_find(const char *name)
{
    int kind = 0;
    while (kind < FLOWSCHED_DECISION_KIND_COUNT && strcmp(decision_names[kind], name) != 0)
        kind++;
    return (enum flowsched_decision_kind)kind;
}

/* Has the engine done it? What it rejected is as it was, or waits. */
static bool done(const struct cluster *cluster, const struct decision *decision)
{
    const struct task *task = &cluster->tasks[decision->task];
    if (task->generation == decision->task_generation)
        return false;
    if (decision->kind == DECISION_PREEMPT)
        return task->state == TASK_WAITING;
    if (decision->kind == DECISION_SUSPEND)
        return task->state == TASK_SUSPENDED;
    return task->state == TASK_RUNNING &&
           cluster->task_facts[decision->task].machine == decision->machine;
}

static void tell(struct flowsched_engine *engine, const struct decision *decision,
                 struct flowsched_round *round)
{
    const struct cluster *cluster = engine->engine.cluster;
    uint32_t task = decision->task;
    struct refusal_record *record = &engine->last[task];
    refusal_note_applied(record, cluster, task);
    const struct task_facts *facts = &cluster->task_facts[task];
    struct flowsched_decision *told = &engine->decisions[engine->decision_count++];
    *told = (struct flowsched_decision){
        .kind = kinds[decision->kind],
        .task = handles_of(&engine->handles, task),
        .user = engine->handles.users[task],
        .machine = facts->machine == NONE ? record->machine : facts->machine,
        .from = decision->kind == DECISION_MIGRATE ? record->machine : NONE,
        .devices = facts->devices,
    };
    round->placed += told->kind == FLOWSCHED_PLACE;
    round->preempted += told->kind == FLOWSCHED_PREEMPT;
    round->migrated += told->kind == FLOWSCHED_MIGRATE;
    round->suspended += told->kind == FLOWSCHED_SUSPEND;
    round->resumed += told->kind == FLOWSCHED_RESUME;
}

static void carry_out(struct flowsched_engine *engine, struct flowsched_round *round)
{
    struct cluster *cluster = engine->engine.cluster;
    const struct decision_list *decided = &engine->decided;
    array_reserve(engine->last, engine->last_room, cluster->task_limit);
    array_reserve(engine->decisions, engine->decision_room, decided->count);
    for (uint32_t i = 0; i < decided->count; i++)
        refusal_note(&engine->last[decided->decisions[i].task], cluster, &decided->decisions[i]);
    engine_decide(&engine->engine, decided, engine->now_us);
    for (uint32_t i = 0; i < decided->count; i++)
        if (done(cluster, &decided->decisions[i]))
            tell(engine, &decided->decisions[i], round);
}

static void tell_round(const struct flowsched_engine *engine, const struct round_report *report,
                       struct flowsched_round *round)
{
    const struct cluster *cluster = engine->engine.cluster;
    round->waiting = cluster->lists[TASK_WAITING].count;
    round->running = cluster->lists[TASK_RUNNING].count;
    round->certified = report->certified && !report->certificate_failed;
    round->has_bound = report->has_cost && report->has_bound;
    round->cost = report->cost;
    round->bound = report->bound;
    round->gap = round->has_bound ? round_gap(report) : 0;
    round->solves = report->solves;
    round->solve_ns = (int64_t)report->solve_ns;
    round->again = (report->misfits > 0 && engine->decided.count > 0) ||
                   engine->decision_count < engine->decided.count;
    round->wake_us = report->wake_us ? report->wake_us : FLOWSCHED_NEVER;
    if (report->undecided && round->wake_us > engine->now_us + REFRESH_US)
        round->wake_us = engine->now_us + REFRESH_US;
}

enum flowsched_status flowsched_decide(struct flowsched_engine *engine, int64_t now_us,
                                       const struct flowsched_decision **decisions, size_t *count,
                                       struct flowsched_round *round)
{
    struct round_report report = {0};
    struct flowsched_round told = {0};
    library_advance(engine, now_us, true);
    engine->decided.count = engine->decision_count = 0;
    engine->options.policy->decide(engine->policy, engine->engine.cluster, engine->now_us,
                                   &engine->decided, &report);
    carry_out(engine, &told);
    tell_round(engine, &report, &told);
    engine->rounds++;
    engine->decisions_made += engine->decision_count;
    engine->certificates += report.certified;
    engine->certificates_failed += report.certificate_failed;
    *decisions = engine->decisions;
    *count = engine->decision_count;
    if (round)
        *round = told;
    if (!report.trouble)
        return library_end(engine, STATUS_OK);
    return library_end(
        engine, problem_set(&engine->problem, STATUS_TOO_LARGE, NULL, 0, 0, "%s", report.trouble));
}

enum status library_refuse(struct flowsched_engine *engine, uint32_t task, struct problem *problem)
{
    const struct refusal_record never = {0};
    const struct refusal_record *record = task < engine->last_room ? &engine->last[task] : &never;
    enum status status = refusal_undo(&engine->engine, task, record, engine->now_us, problem);
    engine->decisions_refused += status == STATUS_OK;
    return status;
}
