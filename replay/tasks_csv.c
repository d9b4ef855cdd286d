/* tasks_csv.c - see tasks_csv.h. */
#include "replay/tasks_csv.h"

#include "base/memory.h"
#include "base/number.h"
#include "scheduler/event.h"

static void write_header(struct output *output)
{
    output_print(output, "job,stage,index,tenant,priority");
    for (int r = 0; r < RESOURCE_COUNT; r++)
        output_print(output, ",%s", resource_name((enum resource)r));
    output_print(
        output,
        ",submit_us,eligible_us,first_start_us,last_start_us,end_us,state,machine,"
        "starts,failures,evictions,preemptions,suspensions,migrations,waited_us,suspended_us,"
        "deadline_us,latency_us\n");
}

enum status tasks_csv_open(struct tasks_csv *csv, const char *path, struct problem *problem)
{
    *csv = (struct tasks_csv){0};
    enum status status = output_open(&csv->output, path, problem);
    if (status == STATUS_OK)
        write_header(csv->output);
    return status;
}

/* A name as a field behind a comma; nothing for NONE. */
static void write_name(struct output *output, const struct names *names, uint32_t id)
{
    output_write(output, ",", 1);
    if (id != NONE)
        output_csv_text(output, names_text(names, id));
}

static void write_time(struct output *output, int64_t time_us)
{
    if (time_us == TIME_NEVER)
        output_write(output, ",", 1);
    else
        output_print(output, ",%" PRId64, time_us);
}

static void write_name_of_task(struct output *output, const struct cluster *cluster, uint32_t task)
{
    const struct task *t = &cluster->tasks[task];
    output_csv_text(output, names_text(&cluster->job_names, cluster_task_job(cluster, task)));
    output_write(output, ",", 1);
    output_csv_text(output, cluster_stage_name(cluster, t->stage));
    output_print(output, ",%" PRIu32, t->index);
    write_name(output, &cluster->tenant_names, cluster_task_tenant(cluster, task));
}

static void write_demand(struct output *output, const struct task_facts *facts)
{
    output_print(output, ",%" PRId32, facts->priority);
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        char amount[32];
        number_print_fixed(facts->demand.amount[r], RESOURCE_DIGITS, amount);
        output_print(output, ",%s", amount);
    }
}

static void write_times(struct output *output, const struct task *t)
{
    write_time(output, t->submit_us);
    write_time(output, t->eligible_us);
    write_time(output, t->first_start_us);
    write_time(output, t->start_us);
    write_time(output, t->state < TASK_LIVE_COUNT ? TIME_NEVER : t->since_us);
}

static void write_task(struct tasks_csv *csv, const struct cluster *cluster, uint32_t task,
                       int64_t now_us)
{
    const struct task *t = &cluster->tasks[task];
    struct task_facts facts = cluster_task_facts(cluster, task, now_us);
    struct output *output = csv->output;
    write_name_of_task(output, cluster, task);
    write_demand(output, &facts);
    write_times(output, t);
    output_print(output, ",%s", task_state_name(t->state));
    write_name(output, &cluster->machine_names, csv->machines[task]);
    const uint32_t counts[] = {t->starts,      t->failures,    t->evictions,
                               t->preemptions, t->suspensions, t->migrations};
    for (size_t i = 0; i < COUNT_OF(counts); i++)
        output_print(output, ",%" PRIu32, counts[i]);
    bool suspended = t->state == TASK_SUSPENDED;
    output_print(output, ",%" PRId64 ",%" PRId64, facts.waited_us,
                 t->suspended_us + (suspended ? now_us - t->since_us : 0));
    write_time(output, facts.deadline_us ? facts.deadline_us : TIME_NEVER);
    write_time(output, facts.latency_us ? facts.latency_us : TIME_NEVER);
    output_write(output, "\n", 1);
}

void tasks_csv_on_change(void *state, const struct cluster *cluster, const struct change *change)
{
    struct tasks_csv *csv = state;
    uint32_t task = change->task;
    if (task == NONE)
        return;
    if (change->cause == CAUSE_SUBMITTED) {
        array_reserve(csv->machines, csv->room, task + 1);
        csv->machines[task] = NONE;
    }
    if (change->to == TASK_RUNNING)
        csv->machines[task] = cluster->task_facts[task].machine;
    if (change->to >= TASK_LIVE_COUNT)
        write_task(csv, cluster, task, cluster->tasks[task].since_us);
}

enum status tasks_csv_commit(struct tasks_csv *csv, const struct cluster *cluster, int64_t now_us,
                             struct problem *problem)
{
    for (uint32_t task = 0; task < cluster->task_limit; task++)
        if (cluster->tasks[task].state < TASK_LIVE_COUNT)
            write_task(csv, cluster, task, now_us);
    enum status status = output_commit(csv->output, problem);
    memory_free(csv->machines);
    *csv = (struct tasks_csv){0};
    return status;
}

void tasks_csv_abandon(struct tasks_csv *csv)
{
    output_abandon(csv->output);
    memory_free(csv->machines);
    *csv = (struct tasks_csv){0};
}
