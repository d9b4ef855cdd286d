/* test_flow_aside.c - what is set aside makes no difference: long queues of tasks whose inputs are
 * all different, on machines that come, go and fill up. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/engine_fixture.h"
#include "tests/flow_optimum.h"
#include "tests/flow_world.h"

enum { MACHINES = 6, RACKS = 3 };

static uint32_t chance(struct flow_world *world, uint32_t limit)
{
    return (uint32_t)random_below(&world->random, limit);
}

/* A machine comes with room for many or few, or goes. */
static void toggle_machine(struct flow_world *world, bool *present)
{
    char name[8], rack[8];
    uint32_t m = chance(world, MACHINES);
    snprintf(name, sizeof name, "m%u", m);
    snprintf(rack, sizeof rack, "r%u", m % RACKS);
    int64_t room = chance(world, 3) ? 1 + chance(world, 4) : 10 + chance(world, 40);
    if (present[m])
        flow_world_remove_machine(world, name);
    else
        flow_world_add_machine(world, name, rack, room, room);
    present[m] = !present[m];
}

/* Jobs of a task or two, whose data lie on up to three machines. */
static void submit_jobs(struct flow_world *world, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        char job[16], names[2][BLOCK_COPIES_MAX][8];
        struct block blocks[2];
        uint32_t block_count = chance(world, 3);
        for (uint32_t b = 0; b < block_count; b++) {
            blocks[b] = (struct block){.mib = 1 + chance(world, 6000),
                                       .copy_count = 1 + chance(world, BLOCK_COPIES_MAX)};
            for (uint32_t c = 0; c < blocks[b].copy_count; c++) {
                snprintf(names[b][c], sizeof names[b][c], "m%u", chance(world, MACHINES));
                blocks[b].machines[c] = names[b][c];
            }
        }
        snprintf(job, sizeof job, "j%u", world->job_count++);
        flow_world_submit(world, job, 1 + chance(world, 2), units(1, 1), blocks, block_count);
    }
}

static void finish_some(struct flow_world *world, uint32_t count)
{
    const struct cluster *cluster = world->engine.cluster;
    const struct task_list *running = &cluster->lists[TASK_RUNNING];
    for (; count && running->count; count--) {
        uint32_t task = running->tasks[chance(world, running->count)];
        cr_assert_eq(engine_end_attempt(&world->engine, task, cluster->tasks[task].generation,
                                        false, false, world->now_us),
                     STATUS_OK);
    }
}

/* How often was there what? */
struct seen {
    uint32_t resting, queued, shown, both, hidden;
};

static void look(const struct flow_graph *graph, uint32_t nodes_before, struct seen *seen)
{
    uint64_t queued = 0, shown = 0;
    for (uint32_t i = 0; i < graph->classes_in.count; i++) {
        queued += graph->classes[graph->classes_in.ids[i]].queue.count;
        shown += graph->classes[graph->classes_in.ids[i]].shown.count;
    }
    seen->resting += graph->resting_count > 0;
    seen->queued += queued > 0;
    seen->shown += shown > 0;
    seen->both += queued && shown;
    seen->hidden += shown + 8 < nodes_before && queued;
}

/* Crowded: more comes than ends, and what waits does so for want of room. Otherwise it waits, for
 * a while, because its data are where there is no room. */
static void drive(const char *model, bool crowded, uint64_t seed, struct seen *seen)
{
    struct policy_options options = {.cost_model = model, .solver = "lemon-network-simplex"};
    struct flow_world world;
    struct flow_graph graph;
    bool present[MACHINES] = {false};
    fprintf(stderr, "%s, crowded %d, seed %" PRIu64 "\n", model, crowded, seed);
    flow_world_init(&world, &options, seed);
    flow_world_watch(&world, &graph, &options);
    cr_assert(graph.sets_aside);
    for (uint32_t step = 0; step < 250; step++) {
        uint32_t nodes_before = graph.network.node_count;
        world.now_us += chance(&world, 2500000);
        if (chance(&world, 3) == 0)
            toggle_machine(&world, present);
        bool burst = crowded && chance(&world, 4) == 0;
        submit_jobs(&world, burst ? chance(&world, 30) : chance(&world, 3));
        finish_some(&world, crowded ? chance(&world, 4) : 2);
        flow_graph_update(&graph, world.engine.cluster, world.now_us);
        look(&graph, nodes_before, seen);
        struct flow_graph all;
        flow_optimum_build(&all, &graph, true, world.engine.cluster, world.now_us);
        cr_assert_eq(flow_optimum(&graph), flow_optimum(&all), "step %u", step);
        flow_graph_free(&all);
        if (chance(&world, 3))
            flow_world_round(&world);
    }
    flow_graph_free(&graph);
    flow_world_free(&world);
}

Test(flow_aside, what_is_set_aside_waits_in_some_optimum)
{
    static const char *const models[] = {"quincy", "cpu_mem,quincy:3", "packing:2,quincy"};
    struct seen seen[COUNT_OF(models)] = {{0}};
    for (uint32_t i = 0; i < 16 * COUNT_OF(models); i++)
        drive(models[i / 16], i % 2, 700 + i, &seen[i / 16]);
    for (uint32_t i = 0; i < COUNT_OF(models); i++) {
        fprintf(stderr, "%s: rounds with resting %u, queued %u, shown %u, both %u, hidden %u\n",
                models[i], seen[i].resting, seen[i].queued, seen[i].shown, seen[i].both,
                seen[i].hidden);
        cr_assert(i == 0 ? seen[i].resting > 20 : seen[i].resting == 0);
        cr_assert_gt(seen[i].queued, 100);
        cr_assert_gt(seen[i].shown, 100);
        cr_assert_gt(seen[i].both, 100);
        cr_assert_gt(seen[i].hidden, 10);
    }
}
