/* test_library.c - the library as its callers have it: through include/flowsched.h alone. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "include/flowsched.h"

static struct flowsched_engine *open_engine(const char *policy)
{
    struct flowsched_engine *engine;
    char reason[200];
    struct flowsched_option options[] = {{"policy", policy}, {"cost-model", "load_spreading"}};
    enum flowsched_status status = flowsched_create(&engine, options, 2, reason, sizeof reason);
    cr_assert_eq(status, FLOWSCHED_OK, "%s", reason);
    return engine;
}

static enum flowsched_status apply(struct flowsched_engine *engine,
                                   const struct flowsched_event *event)
{
    return flowsched_apply(engine, event, 1, NULL);
}

static void add_machine(struct flowsched_engine *engine, const char *name, double cpu)
{
    struct flowsched_event event = {
        .kind = FLOWSCHED_MACHINE_ADDED, .machine = name, .resources = {.cpu = cpu}};
    cr_assert_eq(apply(engine, &event), FLOWSCHED_OK, "%s", flowsched_reason(engine));
}

static uint64_t submit(struct flowsched_engine *engine, const char *job, double cpu)
{
    struct flowsched_event event = {
        .kind = FLOWSCHED_TASK_SUBMITTED, .job = job, .resources = {.cpu = cpu}, .user = 77};
    cr_assert_eq(apply(engine, &event), FLOWSCHED_OK, "%s", flowsched_reason(engine));
    size_t count;
    const uint64_t *tasks = flowsched_submitted(engine, &count);
    cr_assert_eq(count, 1);
    return tasks[0];
}

static enum flowsched_status tell(struct flowsched_engine *engine, enum flowsched_event_kind kind,
                                  uint64_t task)
{
    struct flowsched_event event = {.kind = kind, .task = task};
    return apply(engine, &event);
}

static size_t decide(struct flowsched_engine *engine, int64_t now_us,
                     const struct flowsched_decision **decisions)
{
    size_t count;
    enum flowsched_status status = flowsched_decide(engine, now_us, decisions, &count, NULL);
    cr_assert_eq(status, FLOWSCHED_OK, "%s", flowsched_reason(engine));
    cr_assert_eq(flowsched_check(engine), FLOWSCHED_OK, "%s", flowsched_reason(engine));
    return count;
}

static enum flowsched_task_state state_of(struct flowsched_engine *engine, uint64_t task)
{
    struct flowsched_task state;
    if (flowsched_get_task(engine, task, &state) != FLOWSCHED_OK)
        return FLOWSCHED_TASK_STATE_COUNT;
    return state.state;
}

Test(library, a_task_is_placed_runs_and_ends)
{
    struct flowsched_engine *engine = open_engine("flow");
    const struct flowsched_decision *decisions;
    add_machine(engine, "m", 2);
    uint64_t task = submit(engine, "j", 1);
    cr_assert_eq(state_of(engine, task), FLOWSCHED_WAITING);
    cr_assert_eq(decide(engine, 1000, &decisions), 1);
    cr_assert_eq(decisions[0].kind, FLOWSCHED_PLACE);
    cr_assert_eq(decisions[0].task, task);
    cr_assert_eq(decisions[0].user, 77);
    cr_assert_str_eq(flowsched_machine_name(engine, decisions[0].machine), "m");
    cr_assert_eq(state_of(engine, task), FLOWSCHED_RUNNING);
    cr_assert_eq(tell(engine, FLOWSCHED_TASK_FINISHED, task), FLOWSCHED_OK);
    cr_assert_eq(state_of(engine, task), FLOWSCHED_TASK_STATE_COUNT, "it is no live task");
    struct flowsched_summary summary;
    flowsched_summarise(engine, &summary);
    cr_assert_eq(summary.finished, 1);
    cr_assert_eq(summary.used.cpu, 0);
    cr_assert_eq(summary.capacity.cpu, 2);
    cr_assert_eq(summary.certificates, 1);
    flowsched_destroy(engine);
}

Test(library, a_handle_is_of_one_task_for_ever)
{
    struct flowsched_engine *engine = open_engine("fifo");
    add_machine(engine, "m", 2);
    uint64_t first = submit(engine, "j", 1);
    cr_assert_eq(tell(engine, FLOWSCHED_TASK_KILLED, first), FLOWSCHED_OK);
    uint64_t second = submit(engine, "j", 1); /* with the id of the first */
    cr_assert_neq(first, second);
    cr_assert_eq((uint32_t)first, (uint32_t)second, "or this test shows nothing");
    cr_assert_eq(tell(engine, FLOWSCHED_TASK_KILLED, first), FLOWSCHED_NOT_FOUND);
    cr_assert_eq(state_of(engine, second), FLOWSCHED_WAITING);
    cr_assert_eq(flowsched_find_task(engine, "j", NULL, 0), second);
    cr_assert_eq(flowsched_find_task(engine, "j", NULL, 1), 0);
    flowsched_destroy(engine);
}

Test(library, a_refused_event_says_why_and_changes_nothing)
{
    struct flowsched_engine *engine = open_engine("fifo");
    add_machine(engine, "m", 2);
    uint64_t task = submit(engine, "j", 1);
    const struct {
        struct flowsched_event event;
        enum flowsched_status status;
    } rows[] = {
        {{.kind = FLOWSCHED_EVENT_KIND_COUNT}, FLOWSCHED_USAGE},
        {{.kind = FLOWSCHED_MACHINE_ADDED}, FLOWSCHED_BAD_INPUT},
        {{.kind = FLOWSCHED_MACHINE_ADDED, .machine = "m"}, FLOWSCHED_EXISTS},
        {{.kind = FLOWSCHED_MACHINE_ADDED, .machine = "n", .resources = {.cpu = -1}},
         FLOWSCHED_BAD_INPUT},
        {{.kind = FLOWSCHED_MACHINE_ADDED, .machine = "n", .resources = {.cpu = 0.0 / 0.0}},
         FLOWSCHED_BAD_INPUT},
        {{.kind = FLOWSCHED_MACHINE_ADDED, .machine = "n", .resources = {.memory = 1e300}},
         FLOWSCHED_BAD_INPUT},
        {{.kind = FLOWSCHED_MACHINE_ADDED, .machine = "n", .resources = {.gpu = 0.5}},
         FLOWSCHED_BAD_INPUT},
        {{.kind = FLOWSCHED_MACHINE_ADDED, .machine = "n", .labels = "x"}, FLOWSCHED_BAD_INPUT},
        {{.kind = FLOWSCHED_MACHINE_REMOVED, .machine = "n"}, FLOWSCHED_NOT_FOUND},
        {{.kind = FLOWSCHED_TASK_SUBMITTED}, FLOWSCHED_BAD_INPUT},
        {{.kind = FLOWSCHED_TASK_SUBMITTED, .job = "j"}, FLOWSCHED_EXISTS},
        {{.kind = FLOWSCHED_TASK_SUBMITTED, .job = "k", .deadline_us = -1}, FLOWSCHED_BAD_INPUT},
        {{.kind = FLOWSCHED_TASK_SUBMITTED, .job = "k", .resources = {.gpu = 1.5}},
         FLOWSCHED_BAD_INPUT},
        {{.kind = FLOWSCHED_TASK_SUBMITTED, .job = "k", .constraint = "="}, FLOWSCHED_BAD_INPUT},
        {{.kind = FLOWSCHED_TASK_FINISHED, .task = task}, FLOWSCHED_ILLEGAL},
        {{.kind = FLOWSCHED_TASK_FINISHED, .task = task + 1}, FLOWSCHED_NOT_FOUND},
        {{.kind = FLOWSCHED_TASK_FINISHED, .task = 0}, FLOWSCHED_NOT_FOUND},
        {{.kind = FLOWSCHED_TASK_FINISHED, .task = UINT64_MAX}, FLOWSCHED_NOT_FOUND},
        {{.kind = FLOWSCHED_DECISION_REFUSED, .task = task}, FLOWSCHED_ILLEGAL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct flowsched_summary before, after;
        flowsched_summarise(engine, &before);
        cr_assert_eq(apply(engine, &rows[i].event), rows[i].status, "row %zu: %s", i,
                     flowsched_status_name(apply(engine, &rows[i].event)));
        cr_assert_neq(flowsched_reason(engine)[0], '\0', "row %zu", i);
        flowsched_summarise(engine, &after);
        after.refused_events = before.refused_events;
        cr_assert_eq(memcmp(&before, &after, sizeof before), 0, "row %zu", i);
    }
    cr_assert_eq(flowsched_check(engine), FLOWSCHED_OK);
    flowsched_destroy(engine);
}

Test(library, one_bad_event_of_many_stops_nothing)
{
    struct flowsched_engine *engine = open_engine("fifo");
    struct flowsched_event events[] = {
        {.kind = FLOWSCHED_MACHINE_ADDED, .machine = "m", .resources = {.cpu = 4}},
        {.kind = FLOWSCHED_MACHINE_REMOVED, .machine = "n"},
        {.kind = FLOWSCHED_TASK_SUBMITTED, .job = "j", .count = 3, .resources = {.cpu = 1}},
        {.kind = FLOWSCHED_TASK_SUBMITTED, .job = "j", .first_index = 2},
        {.kind = FLOWSCHED_TASK_SUBMITTED, .job = "j", .first_index = 3, .user = 9},
    };
    enum flowsched_status statuses[5];
    cr_assert_eq(flowsched_apply(engine, events, 5, statuses), FLOWSCHED_NOT_FOUND);
    cr_assert(strstr(flowsched_reason(engine), "machine n"), "%s", flowsched_reason(engine));
    const enum flowsched_status expected[] = {FLOWSCHED_OK, FLOWSCHED_NOT_FOUND, FLOWSCHED_OK,
                                              FLOWSCHED_EXISTS, FLOWSCHED_OK};
    for (int i = 0; i < 5; i++)
        cr_assert_eq(statuses[i], expected[i], "event %d", i);
    size_t count;
    const uint64_t *tasks = flowsched_submitted(engine, &count);
    cr_assert_eq(count, 4);
    struct flowsched_task task;
    cr_assert_eq(flowsched_get_task(engine, tasks[3], &task), FLOWSCHED_OK);
    cr_assert_eq(task.index, 3);
    cr_assert_eq(task.user, 9);
    flowsched_destroy(engine);
}

Test(library, a_refused_placement_waits_and_is_placed_again)
{
    struct flowsched_engine *engine = open_engine("fifo");
    const struct flowsched_decision *decisions;
    add_machine(engine, "m", 1);
    uint64_t task = submit(engine, "j", 1);
    cr_assert_eq(decide(engine, 10, &decisions), 1);
    cr_assert_eq(tell(engine, FLOWSCHED_DECISION_REFUSED, task), FLOWSCHED_OK);
    cr_assert_eq(state_of(engine, task), FLOWSCHED_WAITING);
    struct flowsched_task state;
    flowsched_get_task(engine, task, &state);
    cr_assert_eq(state.starts, 0, "it has not been started");
    cr_assert_eq(state.evictions, 0);
    cr_assert_eq(tell(engine, FLOWSCHED_DECISION_REFUSED, task), FLOWSCHED_ILLEGAL, "only once");
    cr_assert_eq(decide(engine, 20, &decisions), 1);
    cr_assert_eq(decisions[0].task, task);
    flowsched_destroy(engine);
}

/* The machine has one place: what has come to it is in the way of who was to leave it. */
Test(library, a_refused_preemption_runs_on_if_what_took_its_place_is_refused_first)
{
    struct flowsched_engine *engine;
    struct flowsched_option options[] = {{"policy", "kube"}, {"preemption", "on"}};
    cr_assert_eq(flowsched_create(&engine, options, 2, NULL, 0), FLOWSCHED_OK);
    const struct flowsched_decision *decisions;
    add_machine(engine, "m", 1);
    uint64_t low = submit(engine, "low", 1);
    cr_assert_eq(decide(engine, 10, &decisions), 1);
    struct flowsched_event high = {.kind = FLOWSCHED_TASK_SUBMITTED,
                                   .time_us = 1000000,
                                   .job = "high",
                                   .priority = 10,
                                   .resources = {.cpu = 1}};
    cr_assert_eq(apply(engine, &high), FLOWSCHED_OK);
    size_t count;
    uint64_t winner = flowsched_submitted(engine, &count)[0];
    int64_t now_us = 1000000;
    while (state_of(engine, winner) != FLOWSCHED_RUNNING && now_us < 100000000)
        decide(engine, now_us += 1000000, &decisions);
    cr_assert_eq(state_of(engine, winner), FLOWSCHED_RUNNING);
    cr_assert_eq(state_of(engine, low), FLOWSCHED_WAITING);
    struct flowsched_task before;
    cr_assert_eq(tell(engine, FLOWSCHED_DECISION_REFUSED, low), FLOWSCHED_ILLEGAL);
    cr_assert(strstr(flowsched_reason(engine), "no room"), "%s", flowsched_reason(engine));
    cr_assert_eq(tell(engine, FLOWSCHED_DECISION_REFUSED, winner), FLOWSCHED_OK);
    cr_assert_eq(tell(engine, FLOWSCHED_DECISION_REFUSED, low), FLOWSCHED_OK, "%s",
                 flowsched_reason(engine));
    flowsched_get_task(engine, low, &before);
    cr_assert_eq(before.state, FLOWSCHED_RUNNING);
    cr_assert_eq(before.starts, 1);
    cr_assert_eq(before.preemptions, 0);
    cr_assert_eq(flowsched_check(engine), FLOWSCHED_OK, "%s", flowsched_reason(engine));
    flowsched_destroy(engine);
}

Test(library, what_is_removed_while_decisions_are_on_their_way_is_answered)
{
    struct flowsched_engine *engine = open_engine("flow");
    const struct flowsched_decision *decisions;
    add_machine(engine, "m", 1);
    uint64_t task = submit(engine, "j", 1);
    cr_assert_eq(decide(engine, 10, &decisions), 1);
    struct flowsched_event gone = {.kind = FLOWSCHED_MACHINE_REMOVED, .machine = "m"};
    cr_assert_eq(apply(engine, &gone), FLOWSCHED_OK);
    cr_assert_eq(tell(engine, FLOWSCHED_DECISION_REFUSED, task), FLOWSCHED_ILLEGAL);
    cr_assert_eq(state_of(engine, task), FLOWSCHED_INFEASIBLE, "there is no machine at all");
    cr_assert_eq(tell(engine, FLOWSCHED_TASK_FINISHED, task), FLOWSCHED_ILLEGAL);
    cr_assert_eq(tell(engine, FLOWSCHED_TASK_KILLED, task), FLOWSCHED_OK);
    cr_assert_eq(tell(engine, FLOWSCHED_DECISION_REFUSED, task), FLOWSCHED_NOT_FOUND);
    cr_assert_eq(flowsched_check(engine), FLOWSCHED_OK);
    flowsched_destroy(engine);
}

Test(library, backoffs_end_by_the_callers_clock_or_its_word)
{
    struct flowsched_engine *engine = open_engine("fifo");
    const struct flowsched_decision *decisions;
    add_machine(engine, "m", 1);
    uint64_t task = submit(engine, "j", 1);
    for (int failures = 1; failures <= 6; failures++) {
        cr_assert_eq(decide(engine, INT64_C(1000000000) * failures, &decisions), 1);
        cr_assert_eq(tell(engine, FLOWSCHED_TASK_FAILED, task), FLOWSCHED_OK);
        cr_assert_eq(state_of(engine, task), FLOWSCHED_BACKOFF, "without a limit");
        cr_assert_eq(decide(engine, INT64_C(1000000000) * failures + 999999, &decisions), 0);
    }
    struct flowsched_explanation why;
    cr_assert_eq(flowsched_explain(engine, task, &why), FLOWSCHED_OK);
    cr_assert_eq(why.ready_us, INT64_C(6032000000));
    cr_assert_eq(tell(engine, FLOWSCHED_TASK_READY, task), FLOWSCHED_OK);
    cr_assert_eq(state_of(engine, task), FLOWSCHED_WAITING);
    cr_assert_eq(decide(engine, INT64_C(6001000000), &decisions), 1);
    struct flowsched_event last = {.kind = FLOWSCHED_TASK_FAILED, .task = task, .final = true};
    cr_assert_eq(apply(engine, &last), FLOWSCHED_OK);
    cr_assert_eq(state_of(engine, task), FLOWSCHED_TASK_STATE_COUNT);
    flowsched_destroy(engine);
}

Test(library, a_stage_waits_for_its_predecessors_or_the_callers_word)
{
    struct flowsched_engine *engine = open_engine("fifo");
    const struct flowsched_decision *decisions;
    static const char *const after[] = {"map", "never"};
    add_machine(engine, "m", 4);
    struct flowsched_event map = {
        .kind = FLOWSCHED_TASK_SUBMITTED, .job = "j", .stage = "map", .resources = {.cpu = 1}};
    struct flowsched_event reduce = {.kind = FLOWSCHED_TASK_SUBMITTED,
                                     .job = "j",
                                     .stage = "reduce",
                                     .count = 2,
                                     .predecessors = after,
                                     .predecessor_count = 2,
                                     .resources = {.cpu = 1}};
    size_t count;
    apply(engine, &map);
    uint64_t mapper = flowsched_submitted(engine, &count)[0];
    apply(engine, &reduce);
    uint64_t reducers[2];
    memcpy(reducers, flowsched_submitted(engine, &count), sizeof reducers);
    cr_assert_eq(decide(engine, 1, &decisions), 1);
    cr_assert_eq(tell(engine, FLOWSCHED_TASK_FINISHED, mapper), FLOWSCHED_OK);
    cr_assert_eq(decide(engine, 2, &decisions), 0);
    struct flowsched_explanation why;
    flowsched_explain(engine, reducers[1], &why);
    cr_assert_eq(why.open_predecessors, 1);
    cr_assert_eq(tell(engine, FLOWSCHED_TASK_READY, reducers[0]), FLOWSCHED_OK);
    cr_assert_eq(flowsched_check(engine), FLOWSCHED_OK, "%s", flowsched_reason(engine));
    cr_assert_eq(decide(engine, 3, &decisions), 2, "and its stage with it");
    cr_assert_eq(tell(engine, FLOWSCHED_TASK_READY, reducers[1]), FLOWSCHED_OK, "it runs: nothing");
    flowsched_destroy(engine);
}

Test(library, explanations_tell_labels_size_and_room_apart)
{
    struct flowsched_engine *engine = open_engine("noop");
    struct flowsched_event machine = {.kind = FLOWSCHED_MACHINE_ADDED,
                                      .machine = "ssd",
                                      .labels = "disk=ssd",
                                      .resources = {.cpu = 4}};
    apply(engine, &machine);
    add_machine(engine, "plain", 8);
    const struct {
        const char *constraint;
        double cpu;
        uint32_t allowed, large_enough, fitting;
        const char *text;
    } rows[] = {
        {NULL, 2, 2, 2, 2, "policy noop has kept it waiting"},
        {NULL, 6, 2, 1, 1, "1 machines have room"},
        {"disk=ssd", 2, 1, 1, 1, "policy noop"},
        {"disk=ssd", 6, 1, 0, 0, "too large"},
        {"disk=tape", 2, 0, 0, 0, "labels"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char job[24];
        snprintf(job, sizeof job, "j%zu", i);
        struct flowsched_event event = {.kind = FLOWSCHED_TASK_SUBMITTED,
                                        .job = job,
                                        .constraint = rows[i].constraint,
                                        .resources = {.cpu = rows[i].cpu}};
        size_t count;
        apply(engine, &event);
        struct flowsched_explanation why;
        cr_assert_eq(flowsched_explain(engine, flowsched_submitted(engine, &count)[0], &why),
                     FLOWSCHED_OK);
        cr_assert_eq(why.allowed, rows[i].allowed, "row %zu", i);
        cr_assert_eq(why.large_enough, rows[i].large_enough, "row %zu", i);
        cr_assert_eq(why.fitting, rows[i].fitting, "row %zu", i);
        cr_assert(strstr(why.text, rows[i].text), "row %zu: %s", i, why.text);
    }
    flowsched_destroy(engine);
}

Test(library, options_are_those_of_the_command_line_and_wrong_ones_are_told)
{
    static const struct {
        const char *name, *value, *reason;
    } rows[] = {
        {"policy", "nobody", "nobody"},
        {"policy", "tetris:nothing=1", "nothing"},
        {"policy", "srtf", "clairvoyant"},
        {"cost-model", "quincy:x", "quincy"},
        {"solver", "none", "none"},
        {"preemption", "yes", "on or off"},
        {"seed", "-1", "whole number"},
        {"moves", "9999999999999", "whole number"},
        {"tenants", "/nonexistent", "nonexistent"},
        {"round-ms", "5", "unknown"},
        {NULL, "5", "name"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct flowsched_engine *engine = (struct flowsched_engine *)&rows;
        char reason[300] = "";
        struct flowsched_option option = {rows[i].name, rows[i].value};
        enum flowsched_status status = flowsched_create(&engine, &option, 1, reason, sizeof reason);
        cr_assert_neq(status, FLOWSCHED_OK, "row %zu", i);
        cr_assert_null(engine, "row %zu", i);
        cr_assert(strstr(reason, rows[i].reason), "row %zu: %s", i, reason);
    }
}

Test(library, amounts_of_nine_decimals_are_exact)
{
    struct flowsched_engine *engine = open_engine("fifo");
    const struct flowsched_decision *decisions;
    add_machine(engine, "m", 0.3);
    for (int i = 0; i < 3; i++) {
        char job[24];
        snprintf(job, sizeof job, "j%d", i);
        submit(engine, job, 0.1); /* 0.1 + 0.1 + 0.1 > 0.3, of doubles */
    }
    cr_assert_eq(decide(engine, 1, &decisions), 3);
    flowsched_destroy(engine);
}

/* Networks. */

Test(library_network, is_solved_changed_and_certified)
{
    struct flowsched_network *network;
    struct flowsched_solution solution;
    cr_assert_eq(flowsched_network_create(&network, NULL, NULL, 0), FLOWSCHED_OK);
    uint32_t s, a, t;
    flowsched_network_add_node(network, 2, &s);
    flowsched_network_add_node(network, 0, &a);
    flowsched_network_add_node(network, -2, &t);
    const struct flowsched_arc arcs[] = {{s, a, 0, 2, 1}, {a, t, 0, 1, 1}, {s, t, 0, 2, 5}};
    uint32_t ids[3];
    cr_assert_eq(flowsched_network_add_arcs(network, arcs, 3, ids), FLOWSCHED_OK);
    cr_assert_eq(flowsched_network_solve(network, 0, &solution), FLOWSCHED_OK);
    cr_assert_eq(solution.outcome, FLOWSCHED_OPTIMAL);
    cr_assert_eq(solution.cost, 7);
    cr_assert(solution.certified, "%s", solution.reason);
    cr_assert_eq(solution.flow[ids[0]], 1);
    cr_assert_eq(solution.flow[ids[2]], 1);
    cr_assert_eq(flowsched_network_change_arc(network, ids[1], 0, 2, 1), FLOWSCHED_OK);
    cr_assert_eq(flowsched_network_solve(network, 0, &solution), FLOWSCHED_OK);
    cr_assert_eq(solution.cost, 4);
    cr_assert_eq(flowsched_network_remove_arc(network, ids[0]), FLOWSCHED_OK);
    flowsched_network_change_arc(network, ids[2], 0, 1, 5);
    cr_assert_eq(flowsched_network_solve(network, 0, &solution), FLOWSCHED_OK);
    cr_assert_eq(solution.outcome, FLOWSCHED_INFEASIBLE_FLOW);
    cr_assert(solution.certified);
    cr_assert_null(solution.flow);
    flowsched_network_set_supply(network, s, 1);
    flowsched_network_set_supply(network, t, -1);
    cr_assert_eq(flowsched_network_remove_node(network, a), FLOWSCHED_OK);
    cr_assert_eq(flowsched_network_solve(network, 0, &solution), FLOWSCHED_OK);
    cr_assert_eq(solution.cost, 5);
    flowsched_network_destroy(network);
}

Test(library_network, what_cannot_be_is_refused_and_changes_nothing)
{
    struct flowsched_network *network;
    char reason[100];
    cr_assert_eq(flowsched_network_create(&network, "magic", reason, sizeof reason),
                 FLOWSCHED_USAGE);
    cr_assert_null(network);
    cr_assert(strstr(reason, "magic"));
    cr_assert_eq(flowsched_network_create(&network, "scaling", NULL, 0), FLOWSCHED_OK);
    uint32_t v, w, arc;
    flowsched_network_add_node(network, 0, &v);
    flowsched_network_add_node(network, 0, &w);
    const struct flowsched_arc good = {v, w, 0, 1, 1};
    const struct {
        struct flowsched_arc arc;
        enum flowsched_status status;
    } rows[] = {
        {{v, 9, 0, 1, 1}, FLOWSCHED_NOT_FOUND},
        {{9, w, 0, 1, 1}, FLOWSCHED_NOT_FOUND},
        {{v, w, -1, 1, 1}, FLOWSCHED_BAD_INPUT},
        {{v, w, 2, 1, 1}, FLOWSCHED_BAD_INPUT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct flowsched_arc both[] = {good, rows[i].arc};
        cr_assert_eq(flowsched_network_add_arcs(network, both, 2, NULL), rows[i].status, "row %zu",
                     i);
        cr_assert_neq(flowsched_network_reason(network)[0], '\0');
    }
    cr_assert_eq(flowsched_network_add_arcs(network, &good, 1, &arc), FLOWSCHED_OK);
    cr_assert_eq(arc, 0, "none was added before");
    cr_assert_eq(flowsched_network_change_arc(network, 1, 0, 1, 1), FLOWSCHED_NOT_FOUND);
    cr_assert_eq(flowsched_network_change_arc(network, arc, 3, 1, 1), FLOWSCHED_BAD_INPUT);
    cr_assert_eq(flowsched_network_remove_arc(network, 7), FLOWSCHED_NOT_FOUND);
    cr_assert_eq(flowsched_network_remove_node(network, 7), FLOWSCHED_NOT_FOUND);
    cr_assert_eq(flowsched_network_set_supply(network, 7, 1), FLOWSCHED_NOT_FOUND);
    struct flowsched_solution solution;
    flowsched_network_change_arc(network, arc, 0, INT64_MAX, INT64_MAX);
    flowsched_network_set_supply(network, v, INT64_MAX);
    flowsched_network_set_supply(network, w, -INT64_MAX);
    cr_assert_eq(flowsched_network_solve(network, 0, &solution), FLOWSCHED_OK);
    cr_assert_eq(solution.outcome, FLOWSCHED_REFUSED);
    cr_assert_neq(solution.reason[0], '\0');
    flowsched_network_destroy(network);
}
