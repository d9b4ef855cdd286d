/* engine_fixture.h - a small engine to drive by short words, shared by tests. */
#ifndef TESTS_ENGINE_FIXTURE_H
#define TESTS_ENGINE_FIXTURE_H

#include "scheduler/engine.h"

/* Amounts in whole units. */
struct resources units(int64_t cpu, int64_t memory);

enum status add_machine(struct engine *engine, const char *name, int64_t cpu, int64_t memory);
enum status change_machine(struct engine *engine, enum event_kind kind, const char *name,
                           int64_t now_us);

/* Submit `count` tasks job/""/0.. of 1 cpu and 1 memory each. */
enum status submit(struct engine *engine, const char *job, uint32_t count, int64_t now_us);

/* The same with a stage and the stages it waits for (NULL-ended, or NULL). */
enum status submit_stage(struct engine *engine, const char *job, const char *stage,
                         const char *const *predecessors, int64_t now_us);

uint32_t task_of(const struct engine *engine, const char *job, uint32_t index);
enum task_state state_of(const struct engine *engine, uint32_t task);

/* One decision, applied. */
void decide_one(struct engine *engine, enum decision_kind kind, uint32_t task, uint32_t machine,
                int64_t now_us);

/* Fail the test if an invariant is broken. */
void check_invariants(const struct engine *engine);

#endif
