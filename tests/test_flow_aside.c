/* test_flow_aside.c - what is set aside makes no difference: long queues of tasks whose inputs are
 * all different, on machines that come, go and fill up. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "costmodels/waiting_steps.h"
#include "tests/engine_fixture.h"
#include "tests/flow_optimum.h"
#include "tests/flow_world.h"

/* ROOMY: what waits does so because its data are where there is no room. CROWDED: more comes than
 * ends. SLOW: likewise, on many small machines, and many updates pass between rounds. */
enum mode { ROOMY, CROWDED, SLOW, MODES };

#define MACHINES_MAX 24

static const struct {
    uint32_t machines, racks;
    int64_t room_max;
} shapes[MODES] = {{6, 3, 50}, {6, 3, 50}, {MACHINES_MAX, 4, 2}};

static uint32_t chance(struct flow_world *world, uint32_t limit)
{
    return (uint32_t)random_below(&world->random, limit);
}

/* A machine comes with room for many or few, or goes. */
static void toggle_machine(struct flow_world *world, enum mode mode, bool *present)
{
    char name[16], rack[16];
    uint32_t m = chance(world, shapes[mode].machines);
    snprintf(name, sizeof name, "m%u", m);
    snprintf(rack, sizeof rack, "r%u", m % shapes[mode].racks);
    int64_t most = chance(world, 3) ? 4 : shapes[mode].room_max;
    int64_t room =
        1 + chance(world, (uint32_t)(most < shapes[mode].room_max ? most : shapes[mode].room_max));
    if (present[m])
        flow_world_remove_machine(world, name);
    else
        flow_world_add_machine(world, name, rack, room, room);
    present[m] = !present[m];
}

/* Jobs of a task or two, whose data lie on up to three machines. */
static void submit_jobs(struct flow_world *world, enum mode mode, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        char job[16], names[2][BLOCK_COPIES_MAX][8];
        struct block blocks[2];
        uint32_t block_count = chance(world, 3);
        for (uint32_t b = 0; b < block_count; b++) {
            blocks[b] = (struct block){.mib = 1 + chance(world, 6000),
                                       .copy_count = 1 + chance(world, BLOCK_COPIES_MAX)};
            for (uint32_t c = 0; c < blocks[b].copy_count; c++) {
                snprintf(names[b][c], sizeof names[b][c], "m%u",
                         chance(world, shapes[mode].machines));
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

/* Some that wait, who may have been the next, are killed. */
static void kill_some(struct flow_world *world, uint32_t count)
{
    const struct cluster *cluster = world->engine.cluster;
    const struct task_list *waiting = &cluster->lists[TASK_WAITING];
    for (; count && waiting->count; count--) {
        uint32_t task = waiting->tasks[chance(world, waiting->count)];
        struct event event = {
            .kind = EVENT_TASK_KILLED,
            .job = names_text(&cluster->job_names, cluster_task_job(cluster, task)),
            .index = cluster->tasks[task].index};
        flow_world_apply(world, event);
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

static void compare(struct flow_graph *graph, const struct flow_world *world, uint32_t step)
{
    struct flow_graph all;
    flow_optimum_build(&all, graph, true, world->engine.cluster, world->now_us);
    cr_assert_eq(flow_optimum(graph), flow_optimum(&all), "step %u", step);
    flow_graph_free(&all);
}

static void drive(const char *model, enum mode mode, uint64_t seed, struct seen *seen)
{
    struct policy_options options = {.cost_model = model, .solver = "lemon-network-simplex"};
    struct flow_world world;
    struct flow_graph graph;
    bool present[MACHINES_MAX] = {false};
    fprintf(stderr, "%s, mode %d, seed %" PRIu64 "\n", model, mode, seed);
    flow_world_init(&world, &options, seed);
    flow_world_watch(&world, &graph, &options);
    cr_assert(graph.sets_aside);
    for (uint32_t step = 0; step < 250; step++) {
        uint32_t nodes_before = graph.network.node_count;
        world.now_us += chance(&world, mode == SLOW ? 40000000 : 2500000);
        if (chance(&world, 3) == 0)
            toggle_machine(&world, mode, present);
        bool comes = mode != SLOW || step % 80 < 20;
        bool burst = mode != ROOMY && chance(&world, 4) == 0;
        submit_jobs(&world, mode, comes ? burst ? chance(&world, 40) : chance(&world, 3) : 0);
        finish_some(&world, mode == ROOMY ? 2 : chance(&world, 4));
        kill_some(&world, mode == SLOW ? chance(&world, 6) : 0);
        flow_graph_update(&graph, world.engine.cluster, world.now_us);
        look(&graph, nodes_before, seen);
        compare(&graph, &world, step);
        if (mode == SLOW ? chance(&world, 8) == 0 : chance(&world, 3) > 0)
            flow_world_round(&world);
    }
    flow_graph_free(&graph);
    flow_world_free(&world);
}

Test(flow_aside, what_is_set_aside_waits_in_some_optimum)
{
    static const char *const models[] = {"quincy", "cpu_mem,quincy:3", "packing:2,quincy"};
    struct seen seen[COUNT_OF(models)] = {{0}};
    for (uint32_t i = 0; i < 18 * COUNT_OF(models); i++)
        drive(models[i / 18], i % MODES, 700 + i, &seen[i / 18]);
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

#define SECOND_US INT64_C(1000000)

static struct flow_world line;
static struct flow_graph graph;

static void step_to(int64_t now_us, uint32_t step)
{
    line.now_us = now_us;
    flow_graph_update(&graph, line.engine.cluster, now_us);
    compare(&graph, &line, step);
}

/* `count` jobs with data on full machines, of `mib` and a little more each. */
static void line_up(const char *prefix, uint32_t count, int64_t mib, const char *also_on)
{
    for (uint32_t i = 0; i < count; i++) {
        struct block block = {
            .mib = mib + i, .copy_count = also_on ? 2 : 1, .machines = {"h", also_on}};
        char job[16];
        snprintf(job, sizeof job, "%s%u", prefix, i);
        flow_world_submit(&line, job, 1, units(1, 1), &block, 1);
    }
}

static void kill_job(const char *prefix, uint32_t index)
{
    char job[16];
    snprintf(job, sizeof job, "%s%u", prefix, index);
    flow_world_apply(&line, (struct event){.kind = EVENT_TASK_KILLED, .job = job});
}

/* In rack r there is one place, on f; the data are beside it, on h, which is full, as is g in
 * another rack. Two hundred seconds ago the old ones came, a hundred ago the young ones; for the
 * place they are all but equal. More stand in line than have an arc to the rack. */
static int64_t set_up_line(void)
{
    enum { OLD = 8, YOUNG = 30 };
    const struct policy_options options = {.cost_model = "quincy", .solver = "paths"};
    flow_world_init(&line, &options, 0);
    flow_world_watch(&line, &graph, &options);
    flow_world_add_machine(&line, "h", "r", 1, 1);
    flow_world_add_machine(&line, "f", "r", 1, 1);
    flow_world_add_machine(&line, "g", "s", 10, 10);
    flow_world_submit_running(&line, "fills-h", units(1, 1), "h");
    flow_world_submit_running(&line, "fills-g", units(10, 10), "g");
    int64_t start_us = 1000 * SECOND_US;
    int64_t between =
        512 * (waiting_step(200 * SECOND_US) - waiting_step(100 * SECOND_US)) / SECOND_US;
    line.now_us = start_us;
    line_up("old", OLD, 30000 + between - 40, "g");
    line.now_us = start_us + 100 * SECOND_US;
    line_up("young", YOUNG, 30000, NULL);
    return start_us + 200 * SECOND_US;
}

static void tear_down_line(void)
{
    flow_graph_free(&graph);
    flow_world_free(&line);
}

static uint32_t count_own_arcs(void)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < graph.preference_count; i++)
        count += graph.preferences[i].arc != NONE;
    return count;
}

Test(flow_aside, who_is_first_in_line_for_a_rack_changes_with_time)
{
    int64_t now_us = set_up_line();
    for (uint32_t s = 0; s < 60; s++) {
        step_to(now_us + s * SECOND_US, s);
        cr_assert_eq(count_own_arcs(), 8, "%u", count_own_arcs());
    }
    tear_down_line();
}

Test(flow_aside, others_move_up_when_the_first_in_line_for_a_rack_leave)
{
    int64_t now_us = set_up_line();
    step_to(now_us, 0);
    for (uint32_t i = 0; i < 8; i++) {
        kill_job("old", i);
        step_to(now_us, i);
    }
    for (uint32_t i = 0; i < 30; i++) {
        kill_job("young", i);
        step_to(now_us, i);
    }
    cr_assert_eq(graph.network.node_count, 1);
    tear_down_line();
}

Test(flow_aside, others_move_up_when_the_first_in_line_for_a_rack_have_a_better_place)
{
    int64_t now_us = set_up_line();
    step_to(now_us, 0);
    flow_world_apply(&line, (struct event){.kind = EVENT_TASK_KILLED, .job = "fills-g"});
    step_to(now_us, 1);
    cr_assert_gt(count_own_arcs(), 16, "to g, and more than eight to the rack");
    tear_down_line();
}
