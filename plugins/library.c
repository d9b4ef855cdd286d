/* library.c - see library.h: engines made and destroyed, statuses, names, the clock. */
#include "plugins/library.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "replay/tenants_file.h"

static const char *const status_names[FLOWSCHED_STATUS_COUNT] = {
    [FLOWSCHED_OK] = "ok",
    [FLOWSCHED_USAGE] = "usage",
    [FLOWSCHED_BAD_INPUT] = "bad_input",
    [FLOWSCHED_NOT_FOUND] = "not_found",
    [FLOWSCHED_EXISTS] = "exists",
    [FLOWSCHED_ILLEGAL] = "illegal",
    [FLOWSCHED_TOO_LARGE] = "too_large",
    [FLOWSCHED_IO] = "io",
};

const char *flowsched_version(void)
{
    return FLOWSCHED_VERSION;
}

const char *flowsched_status_name(enum flowsched_status status)
{
    return status < FLOWSCHED_STATUS_COUNT ? status_names[status] : "unknown";
}

enum flowsched_status library_status(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return FLOWSCHED_OK;
    case STATUS_BAD_INPUT:
        return FLOWSCHED_BAD_INPUT;
    case STATUS_NOT_FOUND:
        return FLOWSCHED_NOT_FOUND;
    case STATUS_EXISTS:
        return FLOWSCHED_EXISTS;
    case STATUS_ILLEGAL:
        return FLOWSCHED_ILLEGAL;
    case STATUS_TOO_LARGE:
        return FLOWSCHED_TOO_LARGE;
    case STATUS_IO:
        return FLOWSCHED_IO;
    default:
        return FLOWSCHED_USAGE;
    }
}

struct flowsched_resources library_resources(const struct resources *resources)
{
    const double unit = (double)RESOURCE_UNIT;
    return (struct flowsched_resources){
        .cpu = (double)resources->amount[RESOURCE_CPU] / unit,
        .memory = (double)resources->amount[RESOURCE_MEMORY] / unit,
        .gpu = (double)resources->amount[RESOURCE_GPU] / unit,
        .disk = (double)resources->amount[RESOURCE_DISK] / unit,
    };
}

/* The nearest billionth: exact for every decimal of nine digits, since an amount has fewer than 53
 * bits. What lies between two is rounded up, so that a demand is never understated. */
static bool set_amount(double given, int64_t *amount)
{
    if (!(given >= 0 && given <= (double)RESOURCE_MAX / (double)RESOURCE_UNIT))
        return false;
    double nearest = nearbyint(given * (double)RESOURCE_UNIT);
    *amount = (int64_t)nearest;
    if (nearest / (double)RESOURCE_UNIT < given && *amount < RESOURCE_MAX)
        (*amount)++;
    return true;
}

enum status library_amounts(const struct flowsched_resources *given, struct resources *resources,
                            struct problem *problem)
{
    bool good = set_amount(given->cpu, &resources->amount[RESOURCE_CPU]) &&
                set_amount(given->memory, &resources->amount[RESOURCE_MEMORY]) &&
                set_amount(given->gpu, &resources->amount[RESOURCE_GPU]) &&
                set_amount(given->disk, &resources->amount[RESOURCE_DISK]);
    return good ? STATUS_OK
                : problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0,
                              "an amount is a number from 0 to 4503599.627370496");
}

enum flowsched_status library_end(struct flowsched_engine *engine, enum status status)
{
    if (status == STATUS_OK)
        engine->problem.reason[0] = '\0';
    return library_status(status);
}

void library_advance(struct flowsched_engine *engine, int64_t now_us, bool at_it)
{
    int64_t due_us;
    while ((due_us = engine_next_backoff(&engine->engine)) < now_us ||
           (at_it && due_us == now_us && due_us != TIME_NEVER))
        engine_end_backoffs(&engine->engine, due_us);
    if (engine->now_us < now_us)
        engine->now_us = now_us;
}

static void on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    struct flowsched_engine *engine = state;
    engine->options.policy->on_change(engine->policy, cluster, change);
}

static enum status create(struct flowsched_engine *engine, const struct flowsched_option *options,
                          size_t option_count, struct problem *problem)
{
    struct library_options *read = &engine->options;
    enum status status = library_options_read(read, options, option_count, problem);
    if (status != STATUS_OK)
        return status;
    status = read->policy->create(&engine->policy, &read->policy_options, problem);
    if (status != STATUS_OK) {
        library_options_free(read);
        return status;
    }
    engine_init(&engine->engine, &read->engine);
    engine_observe(&engine->engine, (struct observer){engine, on_change});
    engine->now_us = INT64_MIN;
    if (read->tenants)
        status = tenants_file_read(read->tenants, engine->engine.cluster, problem);
    return status;
}

enum flowsched_status flowsched_create(struct flowsched_engine **engine,
                                       const struct flowsched_option *options, size_t option_count,
                                       char *reason, size_t reason_size)
{
    struct problem problem = {0};
    *engine = memory_alloc(sizeof **engine);
    enum status status = create(*engine, options, option_count, &problem);
    if (status != STATUS_OK) {
        if (reason && reason_size)
            problem_print(&problem, reason, reason_size);
        flowsched_destroy(*engine);
        *engine = NULL;
    }
    return library_status(status);
}

void flowsched_destroy(struct flowsched_engine *engine)
{
    if (!engine)
        return;
    if (engine->policy) {
        engine->options.policy->destroy(engine->policy);
        engine_free(&engine->engine);
        library_options_free(&engine->options);
    }
    handles_free(&engine->handles);
    memory_free(engine->submitted);
    memory_free(engine->decided.decisions);
    memory_free(engine->decisions);
    memory_free(engine->last);
    memory_free(engine);
}

const char *flowsched_reason(const struct flowsched_engine *engine)
{
    return engine->problem.reason;
}

const char *flowsched_machine_name(const struct flowsched_engine *engine, uint32_t machine)
{
    const struct cluster *cluster = engine->engine.cluster;
    return machine < cluster->machine_count ? names_text(&cluster->machine_names, machine) : "";
}

uint32_t flowsched_find_machine(const struct flowsched_engine *engine, const char *name)
{
    return names_find(&engine->engine.cluster->machine_names, name);
}

uint32_t flowsched_machine_count(const struct flowsched_engine *engine)
{
    return engine->engine.cluster->machine_count;
}

enum flowsched_status flowsched_check(struct flowsched_engine *engine)
{
    return library_end(engine, cluster_check(engine->engine.cluster, &engine->problem));
}
