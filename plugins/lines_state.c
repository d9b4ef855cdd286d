/* lines_state.c - see lines_state.h. */
#include "plugins/lines_state.h"

#include "base/memory.h"
#include "plugins/json_members.h"
#include "replay/summary_fields.h"

static const char *const machine_states[] = {
    [FLOWSCHED_UP] = "up", [FLOWSCHED_DRAINED] = "drained", [FLOWSCHED_AWAY] = "away"};

static cJSON *machine_json(const struct flowsched_machine *machine)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "machine", machine->name);
    cJSON_AddStringToObject(json, "state", machine_states[machine->state]);
    if (machine->rack[0])
        cJSON_AddStringToObject(json, "rack", machine->rack);
    json_add_resources(json, "capacity", &machine->capacity);
    json_add_resources(json, "used", &machine->used);
    field_count(json, "tasks", machine->task_count);
    return json;
}

static void add_machines(struct lines *lines, cJSON *answer)
{
    cJSON *array = cJSON_AddArrayToObject(answer, "machines");
    uint32_t count = flowsched_machine_count(lines->engine);
    for (uint32_t m = 0; m < count; m++) {
        struct flowsched_machine machine;
        if (flowsched_get_machine(lines->engine, m, &machine) == FLOWSCHED_OK)
            cJSON_AddItemToArray(array, machine_json(&machine));
    }
}

static cJSON *task_json(struct lines *lines, uint64_t handle)
{
    struct flowsched_task task;
    cJSON *json = cJSON_CreateObject();
    uint32_t slot = id_map_get(&lines->slots, handle);
    if (flowsched_get_task(lines->engine, handle, &task) != FLOWSCHED_OK)
        return json;
    cJSON_AddStringToObject(json, "task", lines->names.slots[slot].text);
    cJSON_AddStringToObject(json, "state", flowsched_task_state_name(task.state));
    cJSON_AddStringToObject(json, "job", task.job);
    cJSON_AddStringToObject(json, "stage", task.stage);
    field_count(json, "index", task.index);
    if (task.tenant[0])
        cJSON_AddStringToObject(json, "tenant", task.tenant);
    field_integer(json, "priority", task.priority);
    json_add_resources(json, "demand", &task.demand);
    if (task.machine != FLOWSCHED_NONE)
        cJSON_AddStringToObject(json, "machine",
                                flowsched_machine_name(lines->engine, task.machine));
    field_integer(json, "submit_us", task.submit_us);
    field_integer(json, "since_us", task.since_us);
    field_count(json, "starts", task.starts);
    field_count(json, "failures", task.failures);
    field_count(json, "evictions", task.evictions);
    field_count(json, "preemptions", task.preemptions);
    field_count(json, "suspensions", task.suspensions);
    field_count(json, "migrations", task.migrations);
    return json;
}

static void add_tasks(struct lines *lines, cJSON *answer)
{
    cJSON *array = cJSON_AddArrayToObject(answer, "tasks");
    for (int s = 0; s < FLOWSCHED_TASK_STATE_COUNT; s++) {
        size_t count;
        flowsched_list_tasks(lines->engine, s, NULL, 0, &count);
        uint64_t *tasks = memory_alloc(count * sizeof *tasks);
        flowsched_list_tasks(lines->engine, s, tasks, count, &count);
        for (size_t i = 0; i < count; i++)
            cJSON_AddItemToArray(array, task_json(lines, tasks[i]));
        memory_free(tasks);
    }
}

static void add_summary(struct lines *lines, cJSON *answer)
{
    struct flowsched_summary summary;
    flowsched_summarise(lines->engine, &summary);
    cJSON *json = cJSON_AddObjectToObject(answer, "summary");
    field_count(json, "machines", summary.machines);
    json_add_resources(json, "capacity", &summary.capacity);
    json_add_resources(json, "used", &summary.used);
    for (int s = 0; s < FLOWSCHED_TASK_STATE_COUNT; s++)
        field_count(json, flowsched_task_state_name(s), summary.tasks[s]);
    field_count(json, "submitted", summary.submitted);
    field_count(json, "finished", summary.finished);
    field_count(json, "failed", summary.failed);
    field_count(json, "killed", summary.killed);
    field_count(json, "events", summary.events);
    field_count(json, "refused_events", summary.refused_events);
    field_count(json, "rounds", summary.rounds);
    field_count(json, "decisions", summary.decisions);
    field_count(json, "refused_decisions", summary.refused_decisions);
    field_count(json, "certificates", summary.certificates);
    field_count(json, "failed_certificates", summary.failed_certificates);
}

void lines_state_add(struct lines *lines, cJSON *answer)
{
    field_integer(answer, "now_us", lines->now_us);
    add_machines(lines, answer);
    add_tasks(lines, answer);
    add_summary(lines, answer);
}

void lines_state_explain(struct lines *lines, uint32_t slot, cJSON *answer)
{
    struct flowsched_explanation why;
    const struct task_name *name = &lines->names.slots[slot];
    flowsched_explain(lines->engine, name->value, &why);
    cJSON_AddStringToObject(answer, "task", name->text);
    cJSON_AddStringToObject(answer, "state", flowsched_task_state_name(why.state));
    field_integer(answer, "waited_us", why.waited_us);
    field_count(answer, "allowed", why.allowed);
    field_count(answer, "large_enough", why.large_enough);
    field_count(answer, "fitting", why.fitting);
    field_count(answer, "open_predecessors", why.open_predecessors);
    if (why.ready_us != FLOWSCHED_NEVER)
        field_integer(answer, "ready_us", why.ready_us);
    cJSON_AddStringToObject(answer, "text", why.text);
}
