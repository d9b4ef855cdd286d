/* threads.c - engines in several threads have nothing in common: under the thread sanitizer.
 *
 * A program of its own, with what a library would contain and nothing else, as the test library
 * does not run under that sanitizer. What is wrong fails an ASSERT, or the sanitizer's own checks.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/assert.h"
#include "base/memory.h"
#include "base/memory_guard.h"
#include "base/random.h"
#include "policies/policies.h"
#include "scheduler/engine.h"

#define THREADS 2
#define ROUNDS 30

/* malloc for so many calls. */
static void *allocate(void *state, size_t size, size_t alignment)
{
    uint64_t *left = state;
    void *block = NULL;
    if (*left == 0 || posix_memalign(&block, alignment, size) != 0)
        return NULL;
    --*left;
    return block;
}

static void release(void *state, void *block, size_t size)
{
    (void)state;
    (void)size;
    free(block);
}

/* What one thread does: an engine of its own lives in a context of its own. */
struct worker {
    struct memory_context context;
    uint64_t left; /* allocations until there is no memory */
    uint64_t seed, digest;
    uint32_t failed_times;
    struct engine engine;
    struct decision_list decisions;
};

static void start(struct worker *worker, uint64_t seed)
{
    *worker = (struct worker){.left = UINT64_MAX, .seed = seed};
    memory_context_init(&worker->context,
                        &(struct memory_allocator){&worker->left, allocate, release});
}

static void apply(struct worker *worker, struct event event)
{
    enum status status = engine_apply(&worker->engine, &event, NULL);
    ASSERT(status == STATUS_OK);
}

static void submit(struct worker *worker, struct random *random, uint32_t round)
{
    char job[16];
    snprintf(job, sizeof job, "j%u", round);
    struct resources demand = {
        .amount = {[RESOURCE_CPU] = RESOURCE_UNIT, [RESOURCE_MEMORY] = RESOURCE_UNIT}};
    apply(worker, (struct event){.kind = EVENT_TASK_SUBMITTED,
                                 .time_us = round,
                                 .job = job,
                                 .stage = "",
                                 .count = 1 + (uint32_t)random_below(random, 5),
                                 .resources = demand});
}

/* A deed; nothing is freed after it but its context. */
static void live(void *argument)
{
    struct worker *worker = argument;
    struct policy_options options = {.cost_model = "quincy", .solver = "auto"};
    const struct policy_kind *kind = policy_kind_find("flow");
    struct random random;
    void *policy;
    random_init(&random, worker->seed);
    worker->decisions = (struct decision_list){0};
    worker->digest = 0;
    engine_init(&worker->engine, &engine_options_default);
    enum status status = kind->create(&policy, &options, NULL);
    ASSERT(status == STATUS_OK);
    engine_observe(&worker->engine, (struct observer){policy, kind->on_change});
    for (uint32_t m = 0; m < 8; m++) {
        char name[16];
        snprintf(name, sizeof name, "m%u", m);
        struct resources room = {
            .amount = {[RESOURCE_CPU] = 8 * RESOURCE_UNIT, [RESOURCE_MEMORY] = 8 * RESOURCE_UNIT}};
        apply(worker,
              (struct event){
                  .kind = EVENT_MACHINE_ADDED, .machine = name, .resources = room, .count = 1});
    }
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct round_report report = {0};
        submit(worker, &random, round);
        worker->decisions.count = 0;
        kind->decide(policy, worker->engine.cluster, round, &worker->decisions, &report);
        engine_decide(&worker->engine, &worker->decisions, round);
        for (uint32_t d = 0; d < worker->decisions.count; d++)
            worker->digest = random_mix(worker->digest, worker->decisions.decisions[d].machine);
        worker->digest = random_mix(worker->digest, (uint64_t)report.cost);
    }
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    ASSERT(memory_current() == NULL);
    uint64_t first = worker->seed; /* each fails elsewhere */
    for (worker->left = first; memory_try(&worker->context, live, worker) != STATUS_OK;
         worker->left = ++worker->failed_times * 97 + first)
        memory_context_drop(&worker->context);
    ASSERT(memory_current() == NULL);
    return NULL;
}

/* Do the same in all threads at once; item t of what is `size` bytes each is thread t's. */
static void do_together(void *(*deed)(void *argument), void *items, size_t size)
{
    pthread_t threads[THREADS];
    for (uint32_t t = 0; t < THREADS; t++) {
        int trouble = pthread_create(&threads[t], NULL, deed, (char *)items + t * size);
        ASSERT(trouble == 0);
    }
    for (uint32_t t = 0; t < THREADS; t++) {
        int trouble = pthread_join(threads[t], NULL);
        ASSERT(trouble == 0);
    }
}

static void engines_decide_as_they_do_alone(void)
{
    struct worker alone[THREADS], together[THREADS];
    for (uint32_t t = 0; t < THREADS; t++) {
        start(&alone[t], 20 + t);
        start(&together[t], 20 + t);
        work(&alone[t]);
    }
    ASSERT(alone[0].digest != alone[1].digest);
    do_together(work, together, sizeof *together);
    for (uint32_t t = 0; t < THREADS; t++) {
        ASSERT(together[t].digest == alone[t].digest);
        ASSERT(together[t].failed_times == alone[t].failed_times);
        ASSERT(together[t].failed_times > 1); /* memory has run out on its way */
        memory_context_drop(&alone[t].context);
        memory_context_drop(&together[t].context); /* in another thread than it was filled in */
    }
}

/* Blocks of no context are counted by all. */
static void *allocate_and_free(void *argument)
{
    struct random random;
    char *blocks[16] = {0};
    random_init(&random, *(const uint64_t *)argument);
    for (uint32_t step = 0; step < 50000; step++) {
        char **block = &blocks[random_below(&random, COUNT_OF(blocks))];
        *block = memory_resize(*block, 1 + random_below(&random, 1000));
        **block = 1;
    }
    for (uint32_t i = 0; i < COUNT_OF(blocks); i++)
        memory_free(blocks[i]);
    return NULL;
}

static void blocks_without_a_context_are_counted_by_all(void)
{
    uint64_t seeds[THREADS] = {1, 2};
    size_t before = memory_live();
    do_together(allocate_and_free, seeds, sizeof *seeds);
    ASSERT(memory_live() == before);
}

int main(void)
{
    engines_decide_as_they_do_alone();
    blocks_without_a_context_are_counted_by_all();
    puts("Threads have nothing in common.");
    return 0;
}
