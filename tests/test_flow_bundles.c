/* test_flow_bundles.c - tasks that are alike share a node, and only those; who of them goes
 * first; and what time alone does to the network. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "costmodels/waiting_steps.h"
#include "tests/engine_fixture.h"
#include "tests/flow_world.h"

#define SECOND_US INT64_C(1000000)
#define DAY_S 86400

static const struct policy_options quincy = {.cost_model = "quincy", .solver = "paths"};

static struct flow_world world;
static struct flow_graph graph;

static void set_up(const struct policy_options *options)
{
    flow_world_init(&world, options, 0);
    flow_world_watch(&world, &graph, options);
    world.now_us = SECOND_US;
}

static void tear_down(void)
{
    flow_graph_free(&graph);
    flow_world_free(&world);
}

static void update(void)
{
    flow_graph_update(&graph, world.engine.cluster, world.now_us);
}

Test(flow_bundles, a_submission_of_any_size_is_one_node)
{
    enum { INSTANCES = 97890, MACHINES = 4 };
    set_up(&quincy);
    static const char *const names[MACHINES] = {"a", "b", "c", "d"};
    for (uint32_t m = 0; m < MACHINES; m++)
        flow_world_add_machine(&world, names[m], "r", 64, 64);
    flow_world_submit(&world, "j", INSTANCES, units(1, 1), NULL, 0);
    update();
    cr_assert_eq(graph.bundles_in.count, 1);
    const struct flow_bundle *bundle = &graph.bundles[graph.bundles_in.ids[0]];
    cr_assert_eq(bundle->task_count, INSTANCES);
    cr_assert_eq(graph.network.nodes[bundle->node].supply, INSTANCES);
    cr_assert_eq(graph.network.nodes[graph.sink].supply, -INSTANCES);
    cr_assert_eq(graph.network.node_count, 3 + MACHINES, "sink, bundle, class, machines");
    cr_assert_eq(graph.network.arc_count, 2 + 2 * MACHINES, "waiting, anywhere, machines");
    flow_world_round(&world);
    update();
    cr_assert_eq(world.decisions.count, 64 * MACHINES);
    cr_assert_eq(bundle->task_count, INSTANCES - 64 * MACHINES);
    cr_assert_eq(bundle->node, NONE, "no machine has room");
    cr_assert_eq(graph.network.node_count, 1 + 1, "sink, class");
    tear_down();
}

static const struct block here = {.mib = 4096, .copy_count = 1, .machines = {"m"}};
static const struct block there = {.mib = 4096, .copy_count = 1, .machines = {"n"}};

static struct event base_event(void)
{
    return (struct event){.kind = EVENT_TASK_SUBMITTED,
                          .job = "j",
                          .index = 7,
                          .tenant = "u",
                          .priority = 2,
                          .resources = units(1, 1),
                          .constraint = "zone=a",
                          .blocks = &here,
                          .block_count = 1,
                          .deadline_us = 900 * SECOND_US,
                          .latency_us = 120000};
}

static uint32_t count_bundles(const struct event *first, int64_t earlier_us, const char *model)
{
    struct policy_options options = quincy;
    options.cost_model = model;
    set_up(&options);
    world.now_us = 10 * SECOND_US - earlier_us;
    static const char *const names[] = {"m", "n"}, *const labels[] = {"zone=a", "zone=b"};
    for (uint32_t m = 0; m < COUNT_OF(names); m++)
        flow_world_apply(&world, (struct event){.kind = EVENT_MACHINE_ADDED,
                                                .machine = names[m],
                                                .labels = labels[m],
                                                .resources = units(8, 8)});
    flow_world_apply(&world, *first);
    world.now_us = 10 * SECOND_US;
    struct event second = base_event();
    flow_world_apply(&world, second);
    update();
    uint32_t count = graph.bundles_in.count;
    tear_down();
    return count;
}

Test(flow_bundles, tasks_that_may_differ_in_cost_do_not_share)
{
    struct event events[11];
    for (uint32_t i = 0; i < COUNT_OF(events); i++) {
        events[i] = base_event();
        events[i].index = 3;
    }
    events[1].job = "k";
    events[2].stage = "later";
    events[3].priority = 3;
    events[4].resources = units(1, 2);
    events[5].constraint = "zone=b";
    events[6].constraint = NULL;
    events[7].blocks = &there;
    events[8].deadline_us++;
    events[9].latency_us = 0;
    events[10].job = "k", events[10].tenant = "v";
    for (uint32_t i = 0; i < COUNT_OF(events); i++) {
        /* Where nobody asks for the input, only the others may differ. */
        uint32_t count = count_bundles(&events[i], 0, "slo,latency,drf");
        cr_assert_eq(count, i == 0 || i == 7 ? 1 : 2, "row %u: %u", i, count);
        /* Otherwise tasks share that were submitted together. */
        count = count_bundles(&events[i], 0, "quincy");
        cr_assert_eq(count, 2, "row %u with input: %u", i, count);
    }
}

Test(flow_bundles, those_that_came_within_a_second_share)
{
    static const struct {
        int64_t earlier_us;
        uint32_t bundles;
    } rows[] = {{0, 1}, {1, 2}, {SECOND_US, 2}, {SECOND_US + 1, 2}};
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        struct event event = base_event();
        event.index = 3;
        cr_assert_eq(count_bundles(&event, rows[i].earlier_us, "slo"), rows[i].bundles, "row %u",
                     i);
    }
    set_up(&quincy);
    flow_world_add_machine(&world, "m", "r", 1, 1);
    static const int64_t times_us[] = {5000000, 5000001, 5500000, 5999999};
    char job[16];
    for (uint32_t i = 0; i < COUNT_OF(times_us); i++) {
        world.now_us = times_us[i];
        struct event event = {
            .kind = EVENT_TASK_SUBMITTED, .job = "j", .index = i, .resources = units(1, 1)};
        flow_world_apply(&world, event);
        if (i % 2)
            update(); /* whether the network saw them one by one or not */
    }
    cr_assert_eq(graph.bundles_in.count, 1);
    for (uint32_t i = 0; i < 3; i++) {
        snprintf(job, sizeof job, "k%u", i);
        flow_world_submit(&world, job, 2, units(1, 1), NULL, 0);
    }
    update();
    cr_assert_eq(graph.bundles_in.count, 4);
    tear_down();
}

/* The order in which tasks began to wait, by task id, kept beside the policy. */
struct arrivals {
    uint64_t next;
    uint64_t numbers[4096];
    int64_t second[4096]; /* as if it has waited all the time since */
};

static void arrive(void *state, const struct cluster *cluster, const struct change *change)
{
    struct arrivals *arrivals = state;
    uint32_t task = change->task;
    if (task == NONE || cluster->tasks[task].state != TASK_WAITING)
        return;
    cr_assert_lt(task, COUNT_OF(arrivals->numbers));
    arrivals->numbers[task] = arrivals->next++;
    struct task_facts facts = cluster_task_facts(cluster, task, world.now_us);
    arrivals->second[task] = (world.now_us - facts.waited_us) / SECOND_US;
}

static bool share(const struct cluster *cluster, const struct arrivals *arrivals, uint32_t a,
                  uint32_t b)
{
    const struct task_facts *x = &cluster->task_facts[a], *y = &cluster->task_facts[b];
    return x->job == y->job && arrivals->second[a] == arrivals->second[b] && x->stops == y->stops;
}

/* No task that still waits came before one like it that was just placed. */
static void check_order(const struct arrivals *arrivals)
{
    const struct cluster *cluster = world.engine.cluster;
    const struct task_list *waiting = &cluster->lists[TASK_WAITING];
    for (uint32_t i = 0; i < world.decisions.count; i++) {
        uint32_t placed = world.decisions.decisions[i].task;
        if (world.decisions.decisions[i].kind != DECISION_PLACE)
            continue;
        for (uint32_t w = 0; w < waiting->count; w++) {
            uint32_t waits = waiting->tasks[w];
            cr_assert(!share(cluster, arrivals, waits, placed) ||
                          arrivals->numbers[waits] > arrivals->numbers[placed],
                      "%u waits, %u was placed", waits, placed);
        }
        for (uint32_t k = 0; k < i; k++) {
            uint32_t before = world.decisions.decisions[k].task;
            cr_assert(!share(cluster, arrivals, before, placed) ||
                      arrivals->numbers[before] < arrivals->numbers[placed]);
        }
    }
}

static void end_some(enum event_kind kind, enum task_state state, uint32_t most)
{
    const struct cluster *cluster = world.engine.cluster;
    const struct task_list *list = &cluster->lists[state];
    for (uint32_t i = 0; i < most && list->count; i++) {
        uint32_t task = list->tasks[random_below(&world.random, list->count)];
        char job[16];
        snprintf(job, sizeof job, "%s",
                 names_text(&cluster->job_names, cluster_task_job(cluster, task)));
        flow_world_apply(
            &world, (struct event){.kind = kind, .job = job, .index = cluster->tasks[task].index});
    }
}

Test(flow_bundles, who_came_first_is_placed_first_whoever_leaves_between)
{
    static struct arrivals arrivals;
    set_up(&quincy);
    engine_observe(&world.engine, (struct observer){&arrivals, arrive});
    flow_world_add_machine(&world, "m", "r", 6, 6);
    uint32_t index = 0, evicted = 0, placed = 0;
    for (uint32_t step = 0; step < 600; step++) {
        world.now_us += (int64_t)random_below(&world.random, 700000);
        struct event event = {.kind = EVENT_TASK_SUBMITTED,
                              .job = index % 3 ? "j" : "k",
                              .index = index,
                              .count = 1 + (uint32_t)random_below(&world.random, 3),
                              .resources = units(1, 1)};
        if (world.engine.cluster->lists[TASK_WAITING].count < 40)
            flow_world_apply(&world, event);
        index += event.count;
        end_some(EVENT_TASK_KILLED, TASK_WAITING, (uint32_t)random_below(&world.random, 2));
        if (random_below(&world.random, 2))
            end_some(EVENT_TASK_FINISHED, TASK_RUNNING, 2);
        flow_world_round(&world);
        check_order(&arrivals);
        placed += world.decisions.count;
        /* Pushed off again at once, a task waits behind those of its second. */
        if (random_below(&world.random, 2)) {
            end_some(EVENT_TASK_EVICTED, TASK_RUNNING, 2);
            evicted += 2;
        }
    }
    cr_assert_gt(placed, 300);
    cr_assert_gt(evicted, 300);
    tear_down();
}

/* How often a price by waiting_steps.h changes in that time. */
static uint32_t count_steps(int64_t time_us)
{
    uint32_t count = 0;
    for (int64_t at_us = waiting_step_next(0); at_us <= time_us; at_us = waiting_step_next(at_us))
        count++;
    return count;
}

Test(flow_bundles, a_day_of_waiting_changes_each_price_some_two_hundred_times_and_nothing_else)
{
    enum { BUNDLES = 3 };
    set_up(&quincy);
    graph.sets_aside = false; /* or nothing at all would change in the network */
    flow_world_add_machine(&world, "m", "r", 2, 2);
    flow_world_submit_running(&world, "fills", units(2, 2), "m");
    flow_world_submit(&world, "a", 1000, units(1, 1), NULL, 0);
    flow_world_submit(&world, "b", 1, units(1, 1), NULL, 0);
    flow_world_submit(&world, "c", 20, units(2, 1), NULL, 0);
    int64_t start_us = world.now_us;
    update();
    network_merge_deltas(&graph.network);
    network_clear_deltas(&graph.network, NULL);
    uint32_t changes = 0;
    for (int64_t s = 0; s <= DAY_S * 4; s++) {
        world.now_us = start_us + s * SECOND_US / 4;
        update();
        network_merge_deltas(&graph.network);
        cr_assert_eq(graph.network.node_delta_count, 0);
        for (uint32_t d = 0; d < graph.network.arc_delta_count; d++) {
            const struct arc_delta *delta = &graph.network.arc_deltas[d];
            const struct network_arc *arc = &graph.network.arcs[delta->arc];
            cr_assert_eq(graph.nodes[arc->tail].kind, FLOW_NODE_BUNDLE);
            cr_assert_eq(delta->arc, graph.bundles[graph.nodes[arc->tail].id].waiting_arc);
            cr_assert_eq(delta->capacity, arc->capacity);
            cr_assert_lt(delta->cost, arc->cost, "it only grows");
        }
        changes += graph.network.arc_delta_count;
        network_clear_deltas(&graph.network, NULL);
    }
    uint32_t steps = count_steps(DAY_S * SECOND_US);
    cr_assert_eq(changes, BUNDLES * steps, "%u", changes);
    cr_assert(steps > 190 && steps < 250, "%u", steps);
    tear_down();
}
