/* metered.h - an engine that metrics watch, driven by short words, shared by tests. */
#ifndef TESTS_METERED_H
#define TESTS_METERED_H

#include "replay/metrics.h"
#include "tests/engine_fixture.h"

#define SECOND INT64_C(1000000)

struct metered {
    struct engine engine;
    struct metrics *metrics;
    int64_t now_us;
};

void metered_init(struct metered *metered);
void metered_free(struct metered *metered);

/* Virtual time goes on. */
void metered_at(struct metered *metered, int64_t now_us);

/* Machines with whole units of CPU and memory, in racks. */
void metered_machine(struct metered *metered, const char *name, const char *rack, int64_t cpu,
                     int64_t memory);
void metered_change_machine(struct metered *metered, enum event_kind kind, const char *name);

/* Tasks job/""/0.. of a tenant (or NULL) with a demand in whole units. */
void metered_submit(struct metered *metered, const char *job, const char *tenant, uint32_t count,
                    int64_t cpu, int64_t memory);

/* Place, preempt or migrate one of them; tell what became of it. */
void metered_decide(struct metered *metered, enum decision_kind kind, const char *job,
                    uint32_t index, uint32_t machine);
void metered_place(struct metered *metered, const char *job, uint32_t index, uint32_t machine);
void metered_tell(struct metered *metered, enum event_kind kind, const char *job, uint32_t index);
void metered_finish(struct metered *metered, const char *job, uint32_t index);

/* The report as of now, of a replay that has ended. */
struct metrics_report metered_report(struct metered *metered);

/* Are two numbers equal but for rounding? False for NaN. */
bool near(double a, double b);

#endif
