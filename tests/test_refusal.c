/* test_refusal.c - decisions that were applied and are undone. */
#include <criterion/criterion.h>

#include "base/memory.h"
#include "scheduler/refusal.h"
#include "tests/engine_fixture.h"

/* Apply a decision about the task, and note what it changed. */
static void decide(struct engine *engine, enum decision_kind kind, uint32_t task, uint32_t machine,
                   struct refusal_record *record, int64_t now_us)
{
    struct decision_list list = {0};
    decision_add(&list, engine->cluster, kind, task, machine);
    refusal_note(record, engine->cluster, &list.decisions[0]);
    uint64_t rejected = engine->rejected_decisions;
    engine_decide(engine, &list, now_us);
    cr_assert_eq(engine->rejected_decisions, rejected);
    refusal_note_applied(record, engine->cluster, task);
    memory_free(list.decisions);
}

static enum status undo(struct engine *engine, uint32_t task, const struct refusal_record *record)
{
    struct problem problem = {0};
    enum status status = refusal_undo(engine, task, record, 500, &problem);
    check_invariants(engine);
    return status;
}

/* What a refused decision must leave as it was. */
static void same_counts(const struct task *before, const struct task *after)
{
    cr_assert_eq(after->state, before->state);
    cr_assert_eq(after->starts, before->starts);
    cr_assert_eq(after->preemptions, before->preemptions);
    cr_assert_eq(after->suspensions, before->suspensions);
    cr_assert_eq(after->migrations, before->migrations);
    cr_assert_eq(after->evictions, before->evictions);
    cr_assert_eq(after->first_start_us, before->first_start_us);
}

Test(refusal, every_decision_can_be_undone)
{
    static const struct {
        enum decision_kind before[2]; /* that lead to it; DECISION_KIND_COUNT: none */
        enum decision_kind kind;
    } rows[] = {
        {{DECISION_KIND_COUNT, DECISION_KIND_COUNT}, DECISION_PLACE},
        {{DECISION_PLACE, DECISION_KIND_COUNT}, DECISION_PREEMPT},
        {{DECISION_PLACE, DECISION_KIND_COUNT}, DECISION_MIGRATE},
        {{DECISION_PLACE, DECISION_KIND_COUNT}, DECISION_SUSPEND},
        {{DECISION_PLACE, DECISION_SUSPEND}, DECISION_RESUME},
        {{DECISION_PLACE, DECISION_SUSPEND}, DECISION_PREEMPT},
    };
    for (uint32_t r = 0; r < COUNT_OF(rows); r++) {
        struct engine engine;
        struct refusal_record record;
        engine_init(&engine, &engine_options_default);
        add_machine(&engine, "m", 2, 2);
        add_machine(&engine, "n", 2, 2);
        submit(&engine, "j", 1, 0);
        uint32_t task = task_of(&engine, "j", 0);
        for (uint32_t i = 0; i < 2; i++)
            if (rows[r].before[i] != DECISION_KIND_COUNT)
                decide(&engine, rows[r].before[i], task,
                       rows[r].before[i] == DECISION_SUSPEND ? NONE : 0, &record, 100 * (i + 1));
        struct task before = engine.cluster->tasks[task];
        struct resources used = engine.cluster->used;
        uint32_t machine = rows[r].kind == DECISION_MIGRATE ? 1
                           : rows[r].kind == DECISION_PREEMPT || rows[r].kind == DECISION_SUSPEND
                               ? NONE
                               : 0;
        decide(&engine, rows[r].kind, task, machine, &record, 300);
        cr_assert_eq(undo(&engine, task, &record), STATUS_OK, "row %u", r);
        same_counts(&before, &engine.cluster->tasks[task]);
        cr_assert(resources_equal(&used, &engine.cluster->used), "row %u", r);
        cr_assert_eq(undo(&engine, task, &record), STATUS_ILLEGAL, "row %u: only once", r);
        engine_free(&engine);
    }
}

Test(refusal, what_happened_since_is_not_undone)
{
    struct engine engine;
    struct refusal_record record, never = {0};
    engine_init(&engine, &engine_options_default);
    add_machine(&engine, "m", 1, 1);
    submit(&engine, "j", 2, 0);
    uint32_t first = task_of(&engine, "j", 0), second = task_of(&engine, "j", 1);
    cr_assert_eq(undo(&engine, first, &never), STATUS_ILLEGAL);
    decide(&engine, DECISION_PLACE, first, 0, &record, 100);
    decide(&engine, DECISION_PREEMPT, first, NONE, &record, 200);
    struct refusal_record other;
    decide(&engine, DECISION_PLACE, second, 0, &other, 200);
    cr_assert_eq(undo(&engine, first, &record), STATUS_ILLEGAL, "its place is taken");
    cr_assert_eq(undo(&engine, second, &other), STATUS_OK);
    cr_assert_eq(undo(&engine, first, &record), STATUS_OK);
    cr_assert_eq(engine.cluster->tasks[first].start_us, 100, "it has run all the time");
    decide(&engine, DECISION_PREEMPT, first, NONE, &record, 300);
    decide(&engine, DECISION_PLACE, first, 0, &other, 400);
    cr_assert_eq(undo(&engine, first, &record), STATUS_ILLEGAL, "that was before");
    engine_free(&engine);
}
