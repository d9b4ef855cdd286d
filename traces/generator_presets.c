/* generator_presets.c - synthetic traces by name, after the quantiles of published ones.
 *
 * Sources: `alibaba2018`, the tables batch_task and machine_meta of cluster-trace-v2018;
 * `google2011`, the first of 500 parts of ClusterData2011_2's task_events and its
 * machine_events. Ours, because the tables do not say: how tenants are skewed, the stages
 * of jobs, and how long machines are away. `demo` is all ours. */
#include <string.h>

#include "base/status.h"
#include "traces/generator.h"

#define SECOND INT64_C(1000000)
#define UNITS(x) ((int64_t)((x)*1e9 + 0.5))
#define SHAPE(cpu, memory, weight)            \
    {                                         \
        {{UNITS(cpu), UNITS(memory)}}, weight \
    }

/* clang-format off */
static const struct generator_options presets[] = {
    /* A thousand small machines with a bit of everything: for a first look. */
    {
        .name = "demo",
        .help = "1,000 machines, 20,000 tasks: stages, input blocks, tenants, a few failures",
        .cpu_unit = "core", .memory_unit = "GiB", .seed = 1,
        .machines = 1000, .machines_per_rack = 40,
        .shapes = {SHAPE(8, 32, 3), SHAPE(16, 64, 1)}, .shape_count = 2,
        .failures_per_day = 0.1, .drains_per_day = 0.05,
        .away_us = {{{0, 60 * SECOND}, {500, 600 * SECOND}, {1000, 3600 * SECOND}}, 3},
        .tasks = 20000, .tenants = 20, .tenant_skew = 1,
        .priorities = {{0, 7}, {5, 2}, {10, 1}}, .priority_count = 3,
        .dag_share = 0.3, .dag_stages = {{{0, 2}, {500, 3}, {1000, 8}}, 3},
        .stage_tasks = {{{0, 1}, {400, 1}, {400, 2}, {750, 10}, {950, 60}, {1000, 200}}, 6},
        .cpu = {{{0, UNITS(0.5)}, {100, UNITS(0.5)}, {100, UNITS(1)}, {400, UNITS(1)},
                 {400, UNITS(2)}, {700, UNITS(2)}, {700, UNITS(4)}, {900, UNITS(4)},
                 {900, UNITS(8)}, {1000, UNITS(8)}}, 10},
        .memory = {{{0, UNITS(0.25)}, {250, UNITS(1.5)}, {500, UNITS(4)}, {750, UNITS(10)},
                    {900, UNITS(20)}, {1000, UNITS(32)}}, 6},
        .demand_step = UNITS(0.125),
        .run_us = {{{0, 5 * SECOND}, {250, 120 * SECOND}, {500, 400 * SECOND},
                    {750, 1000 * SECOND}, {900, 2200 * SECOND}, {990, 3600 * SECOND},
                    {1000, 4500 * SECOND}}, 7},
        .run_spread = 0.3, .input_share = 0.5, .failure_share = 0.01,
        .load = 0.8, .burst_share = 0.1,
    },

    /* Offered as densely as the windows of 20,000 instances that the samples of the trace hold
     * for 249 machines: 2.5 tasks a second. */
    {
        .name = "alibaba2018",
        .help = "like Alibaba's batch jobs of 2018: short tasks, many alike, stages",
        .cpu_unit = "core", .memory_unit = "1/100 of a machine", .seed = 1,
        .machines = 249, .machines_per_rack = 14,
        .shapes = {SHAPE(96, 100, 1)}, .shape_count = 1,
        .away_us = {{{0, 300 * SECOND}, {500, 1800 * SECOND}, {1000, 86400 * SECOND}}, 3},
        .tasks = 20000, .tenants = 50, .tenant_skew = 1,
        .priorities = {{0, 1}}, .priority_count = 1,
        .dag_share = 0.6, .dag_stages = {{{0, 2}, {500, 4}, {900, 10}, {1000, 72}}, 4},
        .stage_tasks = {{{0, 1}, {500, 1}, {900, 123}, {990, 1511}, {1000, 2000}}, 5},
        .cpu = {{{0, UNITS(0.5)}, {430, UNITS(0.5)}, {430, UNITS(1)}, {990, UNITS(1)},
                 {990, UNITS(2)}, {1000, UNITS(8)}}, 6},
        .memory = {{{0, UNITS(0.1)}, {10, UNITS(0.2)}, {500, UNITS(0.3)}, {900, UNITS(0.49)},
                    {990, UNITS(0.59)}, {1000, UNITS(2.74)}}, 6},
        .demand_step = UNITS(0.01),
        .run_us = {{{0, SECOND}, {250, 2 * SECOND}, {500, 7 * SECOND}, {750, 33 * SECOND},
                    {900, 147 * SECOND}, {990, 1062 * SECOND}, {999, 7200 * SECOND},
                    {1000, 59708 * SECOND}}, 8},
        .tasks_per_s = 10.1, .wave = 0.3,
    },

    {
        .name = "google2011",
        .help = "like Google's cell of 2011: 12,500 machines of five shapes, services, priorities",
        .cpu_unit = "the largest machine", .memory_unit = "the largest machine", .seed = 1,
        .machines = 12500, .machines_per_rack = 30,
        .shapes = {SHAPE(0.5, 0.4995, 6672), SHAPE(0.5, 0.2493, 3835), SHAPE(0.5, 0.749, 992),
                   SHAPE(1, 1, 788), SHAPE(0.25, 0.2498, 123)}, .shape_count = 5,
        .failures_per_day = 0.025,
        .away_us = {{{0, 300 * SECOND}, {500, 1800 * SECOND}, {1000, 86400 * SECOND}}, 3},
        .tasks = 50000, .tenants = 200, .tenant_skew = 1,
        .priorities = {{0, 490}, {1, 180}, {2, 530}, {8, 32}, {9, 490}, {10, 8}, {11, 65}},
        .priority_count = 7,
        .stage_tasks = {{{0, 1}, {750, 1}, {900, 20}, {990, 400}, {1000, 2000}}, 5},
        .cpu = {{{0, UNITS(0.0001)}, {10, UNITS(0.0006)}, {500, UNITS(0.031)},
                 {900, UNITS(0.085)}, {990, UNITS(0.25)}, {1000, UNITS(0.5)}}, 6},
        .memory = {{{0, UNITS(0.0001)}, {10, UNITS(0.001)}, {500, UNITS(0.0255)},
                    {900, UNITS(0.095)}, {990, UNITS(0.16)}, {1000, UNITS(0.955)}}, 6},
        .demand_step = UNITS(0.0001),
        .run_us = {{{0, SECOND}, {250, 169 * SECOND}, {500, 353 * SECOND}, {900, 689 * SECOND},
                    {990, 1281 * SECOND}, {1000, 7200 * SECOND}}, 6},
        .service_share = 0.25, .tasks_per_s = 1.192, .burst_share = 0.2,
    },
};
/* clang-format on */

uint32_t generator_preset_count(void)
{
    return COUNT_OF(presets);
}

const struct generator_options *generator_preset_at(uint32_t index)
{
    return &presets[index];
}

const struct generator_options *generator_preset_find(const char *name)
{
    for (uint32_t i = 0; i < COUNT_OF(presets); i++)
        if (strcmp(presets[i].name, name) == 0)
            return &presets[i];
    return NULL;
}
