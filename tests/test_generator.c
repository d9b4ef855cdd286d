/* test_generator.c - synthetic traces: what was asked for is what comes out. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "replay/offered_load.h"
#include "traces/generator.h"
#include "traces/native.h"

static struct generator_options preset(const char *name)
{
    const struct generator_options *options = generator_preset_find(name);
    cr_assert(options, "%s", name);
    return *options;
}

static struct generator *start(const struct generator_options *options)
{
    struct generator *generator;
    struct problem problem = {0};
    enum status status = generator_create(&generator, options, &problem);
    cr_assert_eq(status, STATUS_OK, "%s", problem.reason);
    return generator;
}

/* Numbers of which quantiles are asked. */
struct sample {
    int64_t *values;
    uint32_t count;
    uint32_t room;
};

static void sample_add(struct sample *sample, int64_t value)
{
    array_reserve(sample->values, sample->room, sample->count + 1);
    sample->values[sample->count++] = value;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Is the quantile within `slack` of the value, as a share of it? */
static bool quantile_near(struct sample *sample, uint32_t permille, double value, double slack)
{
    qsort(sample->values, sample->count, sizeof *sample->values, compare);
    double got = (double)sample->values[(uint64_t)(sample->count - 1) * permille / 1000];
    if (got >= value * (1 - slack) && got <= value * (1 + slack))
        return true;
    printf("p%.1f is %.9g, not %.9g\n", permille / 10.0, got, value);
    return false;
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
    return random_mix(hash, text ? names_hash(text) : 0);
}

/* Integers only, and times in milliseconds: what rounds otherwise elsewhere is left out. */
static uint64_t event_hash(uint64_t hash, const struct event *event)
{
    hash = random_mix(hash, event->kind);
    hash = random_mix(hash, (uint64_t)event->time_us / 1000);
    hash = mix_text(mix_text(mix_text(hash, event->machine), event->job), event->stage);
    hash = random_mix(random_mix(hash, event->index), event->count);
    for (int r = 0; r < RESOURCE_COUNT; r++)
        hash = random_mix(hash, (uint64_t)event->resources.amount[r]);
    for (uint32_t i = 0; i < event->attempt_count; i++)
        hash = random_mix(hash, (uint64_t)event->attempts[i].run_us / 1000);
    for (uint32_t b = 0; b < event->block_count; b++)
        for (uint32_t c = 0; c < event->blocks[b].copy_count; c++)
            hash = mix_text(hash, event->blocks[b].machines[c]);
    return hash;
}

static uint64_t trace_hash(const struct generator_options *options)
{
    struct generator *generator = start(options);
    struct event event;
    uint64_t hash = 0;
    while (generator_next(generator, &event))
        hash = event_hash(hash, &event);
    generator_destroy(generator);
    return hash;
}

Test(generator, a_seed_gives_the_same_trace_and_another_seed_another)
{
    struct generator_options options = preset("demo");
    options.machines = 50;
    options.tasks = 500;
    uint64_t hash = trace_hash(&options);
    cr_assert_eq(trace_hash(&options), hash);
    cr_assert_eq(hash, UINT64_C(0x41acb262dd6d106a), "the trace of seed 1 has changed: 0x%" PRIx64,
                 hash);
    options.seed = 2;
    cr_assert_neq(trace_hash(&options), hash);
}

Test(generator, every_preset_offers_the_load_that_is_asked_for)
{
    static const struct {
        const char *name;
        uint32_t machines;
        uint64_t tasks;
        double load;
    } table[] = {
        {"demo", 1000, 20000, 0.8},      {"demo", 10, 2000, 0.3},         {"demo", 100, 5000, 2},
        {"alibaba2018", 20, 30000, 0.5}, {"google2011", 100, 20000, 0.9},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        struct generator_options options = preset(table[i].name);
        options.machines = table[i].machines;
        options.tasks = table[i].tasks;
        options.load = table[i].load;
        struct offered_load load;
        offered_load_init(&load);
        struct generator *generator = start(&options);
        struct event event;
        while (generator_next(generator, &event))
            offered_load_add(&load, &event);
        cr_expect_eq(generator_tasks(generator), table[i].tasks, "row %zu", i);
        generator_destroy(generator);
        double got = (double)offered_load_scarcest(&load) / 1e9;
        offered_load_free(&load);
        cr_expect(got > table[i].load * 0.999 && got < table[i].load * 1.001, "row %zu: load %g", i,
                  got);
    }
}

Test(generator, machines_come_back_after_every_failure_and_drain)
{
    struct generator_options options = preset("demo");
    options.failures_per_day = 20;
    options.drains_per_day = 20;
    struct names names;
    names_init(&names);
    int state[2000] = {0}; /* 0 away, 1 there, 2 drained */
    uint32_t count[EVENT_KIND_COUNT] = {0};
    struct generator *generator = start(&options);
    struct event event;
    int64_t last_us = 0;
    while (generator_next(generator, &event)) {
        cr_assert(event.time_us >= last_us);
        last_us = event.time_us;
        count[event.kind]++;
        if (event.kind == EVENT_TASK_SUBMITTED)
            continue;
        uint32_t m = names_intern(&names, event.machine);
        bool added = event.kind == EVENT_MACHINE_ADDED;
        cr_assert_eq(state[m] != 1, added, "%s at %d", event.machine, (int)event.time_us);
        state[m] = added ? 1 : event.kind == EVENT_MACHINE_DRAINED ? 2 : 0;
        cr_assert(added || event.time_us <= generator_span_us(generator));
    }
    double days = (double)generator_span_us(generator) / 86400e6;
    generator_destroy(generator);
    for (uint32_t m = 0; m < 1000; m++)
        cr_assert_eq(state[m], 1, "machine %u stays away", m);
    names_free(&names);
    double expected = 20 * 1000 * days; /* a little less: who is away does not fail */
    cr_expect(count[EVENT_MACHINE_REMOVED] > 0.6 * expected &&
                  count[EVENT_MACHINE_REMOVED] < 1.1 * expected,
              "%u failures, not %g", count[EVENT_MACHINE_REMOVED], expected);
    cr_expect(count[EVENT_MACHINE_DRAINED] > 0.6 * expected &&
                  count[EVENT_MACHINE_DRAINED] < 1.1 * expected,
              "%u drains, not %g", count[EVENT_MACHINE_DRAINED], expected);
}

Test(generator, the_demo_has_racks_tenants_stages_blocks_and_retries)
{
    struct generator_options options = preset("demo");
    struct names racks;
    struct names tenants;
    struct names stages;
    names_init(&racks);
    names_init(&tenants);
    names_init(&stages);
    uint32_t with_blocks = 0;
    uint32_t with_predecessors = 0;
    uint32_t failing = 0;
    uint32_t of_first_tenant = 0;
    struct generator *generator = start(&options);
    struct event event;
    while (generator_next(generator, &event)) {
        if (event.kind == EVENT_MACHINE_ADDED)
            names_intern(&racks, event.rack);
        if (event.kind != EVENT_TASK_SUBMITTED)
            continue;
        names_intern(&tenants, event.tenant);
        of_first_tenant += strcmp(event.tenant, "u1") == 0;
        with_blocks += event.block_count > 0;
        failing += event.attempts[0].fails;
        cr_assert(!event.attempts[event.attempt_count - 1].fails);
        char text[64];
        for (uint32_t i = 0; i < event.predecessor_count; i++) {
            snprintf(text, sizeof text, "%s/%s", event.job, event.predecessors[i]);
            cr_assert(names_find(&stages, text) != NONE, "%s is not submitted before", text);
        }
        with_predecessors += event.predecessor_count > 0;
        snprintf(text, sizeof text, "%s/%s", event.job, event.stage);
        names_intern(&stages, text);
    }
    int64_t span_s = generator_span_us(generator) / 1000000;
    generator_destroy(generator);
    cr_expect_eq(racks.count, 25);
    cr_expect(tenants.count >= 15 && tenants.count <= 20, "%u tenants", tenants.count);
    cr_expect(of_first_tenant > 20000 / 8, "the first tenant has %u tasks", of_first_tenant);
    cr_expect(with_blocks > 6000 && with_blocks < 14000, "%u with blocks", with_blocks);
    cr_expect(with_predecessors > 4000, "%u with predecessors", with_predecessors);
    cr_expect(failing > 140 && failing < 270, "%u fail", failing);
    cr_expect(span_s > 3600 && span_s < 7200, "%d s", (int)span_s);
    names_free(&racks);
    names_free(&tenants);
    names_free(&stages);
}

Test(generator, alibaba2018_has_the_quantiles_of_the_published_table)
{
    struct generator_options options = preset("alibaba2018");
    options.tasks = 1500000;
    struct sample run = {0};
    struct sample count = {0};
    struct sample memory = {0};
    uint32_t half = 0;
    uint32_t one = 0;
    struct generator *generator = start(&options);
    struct event event;
    while (generator_next(generator, &event)) {
        if (event.kind != EVENT_TASK_SUBMITTED)
            continue;
        sample_add(&run, event.attempts[0].run_us);
        sample_add(&count, event.count);
        sample_add(&memory, event.resources.amount[RESOURCE_MEMORY]);
        half += event.resources.amount[RESOURCE_CPU] == RESOURCE_UNIT / 2;
        one += event.resources.amount[RESOURCE_CPU] == RESOURCE_UNIT;
    }
    generator_destroy(generator);
    static const struct {
        uint32_t permille;
        double seconds;
    } runs[] = {{250, 2}, {500, 7}, {750, 33}, {900, 147}, {990, 1062}};
    for (size_t i = 0; i < COUNT_OF(runs); i++)
        cr_expect(quantile_near(&run, runs[i].permille, runs[i].seconds * 1e6, 0.15));
    cr_expect(quantile_near(&count, 450, 1, 0));
    cr_expect(quantile_near(&count, 900, 123, 0.15));
    cr_expect(quantile_near(&count, 990, 1511, 0.1));
    cr_expect(quantile_near(&memory, 500, 0.3e9, 0.05));
    cr_expect(quantile_near(&memory, 900, 0.49e9, 0.05));
    double halves = (double)half / run.count;
    double ones = (double)one / run.count;
    cr_expect(halves > 0.41 && halves < 0.45, "%g have half a core", halves);
    cr_expect(ones > 0.54 && ones < 0.58, "%g have one core", ones);
    memory_free(run.values);
    memory_free(count.values);
    memory_free(memory.values);
}

Test(generator, google2011_has_the_shapes_rate_services_and_demands_of_the_cell)
{
    struct generator_options options = preset("google2011");
    options.tasks = 400000;
    struct sample cpu = {0};
    struct sample memory = {0};
    struct sample run = {0};
    uint64_t services = 0;
    uint32_t common_shape = 0;
    struct generator *generator = start(&options);
    struct event event;
    while (generator_next(generator, &event)) {
        common_shape += event.kind == EVENT_MACHINE_ADDED && event.time_us == 0 &&
                        event.resources.amount[RESOURCE_MEMORY] == 499500000;
        if (event.kind != EVENT_TASK_SUBMITTED)
            continue;
        bool never = event.attempts[0].run_us == TIME_NEVER;
        services += never ? event.count : 0;
        cr_assert(!never || event.time_us == 0);
        if (!never)
            sample_add(&run, event.attempts[0].run_us);
        sample_add(&cpu, event.resources.amount[RESOURCE_CPU]);
        sample_add(&memory, event.resources.amount[RESOURCE_MEMORY]);
    }
    double per_s = 300000 / ((double)generator_span_us(generator) / 1e6);
    generator_destroy(generator);
    cr_expect_eq(services, 100000);
    cr_expect(per_s > 14.8 && per_s < 15.0, "%g tasks a second", per_s);
    cr_expect(common_shape > 6500 && common_shape < 6900, "%u of 12500", common_shape);
    cr_expect(quantile_near(&cpu, 500, 0.031e9, 0.05));
    cr_expect(quantile_near(&cpu, 900, 0.085e9, 0.05));
    cr_expect(quantile_near(&cpu, 990, 0.25e9, 0.1));
    cr_expect(quantile_near(&memory, 500, 0.0255e9, 0.05));
    cr_expect(quantile_near(&memory, 900, 0.095e9, 0.05));
    cr_expect(quantile_near(&run, 500, 353e6, 0.05));
    cr_expect(quantile_near(&run, 900, 689e6, 0.05));
    memory_free(cpu.values);
    memory_free(memory.values);
    memory_free(run.values);
}

Test(generator, the_wave_of_the_day_moves_submissions_into_its_first_half)
{
    struct generator_options options = preset("alibaba2018");
    options.wave = 0.8;
    options.tasks = 300000;
    options.load = 0;
    options.tasks_per_s = 300000 / 86400.0 / 249 * 1000; /* one day */
    uint32_t first = 0;
    uint32_t all = 0;
    struct generator *generator = start(&options);
    struct event event;
    while (generator_next(generator, &event)) {
        if (event.kind != EVENT_TASK_SUBMITTED)
            continue;
        all++;
        first += event.time_us < generator_span_us(generator) / 2;
    }
    generator_destroy(generator);
    /* 1/2 + 0.8/pi = 0.755 of them */
    double share = (double)first / all;
    cr_expect(share > 0.70 && share < 0.81, "%g in the first half", share);
}

Test(generator, what_it_makes_the_native_reader_takes_strictly)
{
    char path[] = "/tmp/flowsched-generator-XXXXXX";
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    close(fd);
    for (uint32_t i = 0; i < generator_preset_count(); i++) {
        struct generator_options options = *generator_preset_at(i);
        options.failures_per_day = 30;
        options.machines = 40;
        options.tasks = 2000;
        struct generator *generator = start(&options);
        struct native_writer *writer;
        cr_assert_eq(native_writer_open(&writer, path, NULL, NULL), STATUS_OK);
        struct event event;
        uint64_t written = 0;
        while (generator_next(generator, &event)) {
            written = event_hash(written, &event);
            cr_assert_eq(native_writer_event(writer, &event), STATUS_OK);
        }
        cr_assert_eq(native_writer_commit(writer, NULL), STATUS_OK);
        generator_destroy(generator);

        struct trace_options all = trace_options_all;
        all.strict = true;
        struct trace *trace;
        struct problem problem = {0};
        cr_assert_eq(trace_open(&trace, path, NULL, &all, &problem), STATUS_OK, "%s",
                     problem.reason);
        uint64_t read = 0;
        while (trace_next(trace, &event, &problem) == STATUS_OK)
            read = event_hash(read, &event);
        trace_close(trace);
        cr_expect_eq(read, written, "%s: %s", options.name, problem.reason);
    }
    unlink(path);
}

Test(generator, a_trace_of_more_than_a_hundred_years_is_refused)
{
    struct generator_options options = preset("demo");
    options.machines = 1;
    options.load = 1e-6;
    struct generator *generator;
    struct problem problem;
    cr_assert_eq(generator_create(&generator, &options, &problem), STATUS_TOO_LARGE);
    cr_assert_null(generator);
}

Test(generator, few_tasks_and_few_machines_are_traces_too)
{
    static const struct {
        uint32_t machines;
        uint64_t tasks;
    } table[] = {{1, 0}, {1, 1}, {2, 3}, {5, 10}};
    for (uint32_t p = 0; p < generator_preset_count(); p++) {
        for (size_t i = 0; i < COUNT_OF(table); i++) {
            struct generator_options options = *generator_preset_at(p);
            options.machines = table[i].machines;
            options.tasks = table[i].tasks;
            uint64_t tasks = 0;
            struct generator *generator = start(&options);
            struct event event;
            while (generator_next(generator, &event))
                tasks += event.kind == EVENT_TASK_SUBMITTED ? event.count : 0;
            generator_destroy(generator);
            cr_expect_eq(tasks, table[i].tasks, "%s, row %zu", options.name, i);
        }
    }
}

Test(distributions, a_quantile_table_gives_its_points_and_what_lies_between)
{
    static const struct quantiles table = {
        {{0, 1}, {500, 100}, {600, 100}, {600, 1000}, {1000, 1000}}, 5};
    static const struct {
        double share;
        int64_t value;
    } rows[] = {{0, 1},        {0.25, 10},  {0.5, 100},   {0.55, 100},
                {0.5999, 100}, {0.6, 1000}, {0.99, 1000}, {1, 1000}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        cr_expect_eq(quantiles_at(&table, rows[i].share), rows[i].value, "at %g: %d", rows[i].share,
                     (int)quantiles_at(&table, rows[i].share));
    static const struct quantiles from_zero = {{{0, 0}, {1000, 10}}, 2};
    cr_expect_eq(quantiles_at(&from_zero, 0.5), 5);
}

Test(distributions, zipf_ranks_and_weights_come_as_often_as_they_should)
{
    struct random random;
    random_init(&random, 7);
    struct zipf zipf;
    zipf_init(&zipf, 10, 1);
    uint32_t ranks[10] = {0};
    uint32_t choices[3] = {0};
    static const uint32_t weights[3] = {1, 0, 3};
    for (int i = 0; i < 30000; i++) {
        ranks[zipf_draw(&zipf, &random)]++;
        choices[weights_draw(weights, 3, &random)]++;
    }
    zipf_free(&zipf);
    double harmonic = 2.9289682539682538; /* 1 + 1/2 + ... + 1/10 */
    for (int r = 0; r < 10; r++) {
        double expected = 30000 / (harmonic * (r + 1));
        cr_expect(ranks[r] > 0.9 * expected && ranks[r] < 1.1 * expected, "rank %d: %u", r,
                  ranks[r]);
    }
    cr_expect(choices[0] > 7100 && choices[0] < 7900);
    cr_expect_eq(choices[1], 0);
}
