/* quincy.c - see quincy.h. */
#include "bench/quincy.h"

#include <math.h>

#include "base/assert.h"
#include "base/memory.h"

/* The costs: Quincy's have this shape, the numbers are ours. */
#define DATA_LOG_MEDIAN 4.5
#define DATA_LOG_SIGMA 1.2
#define DATA_MAX 5000
#define CLUSTER_RACK_COST_MAX 5
#define RACK_MACHINE_COST_MAX 10
#define CLUSTER_COST 100
#define RACK_COST 50
#define WAITING_COST 600
#define JOB_WAITING_MAX 300

static cost_t draw_cost(struct quincy *quincy, cost_t most)
{
    return (cost_t)random_below(&quincy->random, (uint64_t)most + 1);
}

/* Between the shares `low` and `high` of the data. */
static cost_t draw_part(struct quincy *quincy, cost_t data, double low, double high)
{
    return (cost_t)((double)data * (low + (high - low) * random_unit(&quincy->random)));
}

static cost_t draw_data(struct quincy *quincy)
{
    double data = random_log_normal(&quincy->random, exp(DATA_LOG_MEDIAN), DATA_LOG_SIGMA);
    return data < DATA_MAX ? (cost_t)data : DATA_MAX;
}

/* Hot machines are spread over the racks. */
static uint32_t draw_machine(struct quincy *quincy)
{
    uint32_t count = quincy->options.machines;
    double hot = quincy->options.hot;
    if (hot > 0 && random_unit(&quincy->random) < hot)
        return QUINCY_HOT * (uint32_t)random_below(&quincy->random, (count - 1) / QUINCY_HOT + 1);
    return (uint32_t)random_below(&quincy->random, count);
}

/* A node that is no task's. */
static uint32_t add_inner(struct quincy *quincy)
{
    uint32_t node = network_add_node(&quincy->network, 0);
    array_reserve(quincy->task_at, quincy->task_at_room, quincy->network.node_limit);
    quincy->task_at[node] = NONE;
    return node;
}

static void start_machine(struct quincy *quincy, uint32_t m)
{
    struct network *network = &quincy->network;
    struct quincy_machine *machine = &quincy->machines[m];
    flow_t slots = quincy->options.slots;
    machine->node = add_inner(quincy);
    machine->rack_arc = network_add_arc(network, quincy->racks[m / QUINCY_RACK], machine->node, 0,
                                        slots, machine->rack_cost);
    network_add_arc(network, machine->node, quincy->sink, 0, slots, 0);
}

static void build_cluster(struct quincy *quincy)
{
    struct network *network = &quincy->network;
    const struct quincy_options *options = &quincy->options;
    quincy->sink = add_inner(quincy);
    quincy->cluster = add_inner(quincy);
    for (uint32_t r = 0; r < quincy->rack_count; r++) {
        quincy->racks[r] = add_inner(quincy);
        network_add_arc(network, quincy->cluster, quincy->racks[r], 0,
                        (flow_t)QUINCY_RACK * options->slots,
                        draw_cost(quincy, CLUSTER_RACK_COST_MAX));
    }
    for (uint32_t m = 0; m < options->machines; m++) {
        quincy->machines[m].rack_cost = draw_cost(quincy, RACK_MACHINE_COST_MAX);
        start_machine(quincy, m);
    }
}

static void reserve(struct quincy *quincy)
{
    struct network *network = &quincy->network;
    const struct quincy_options *options = &quincy->options;
    size_t jobs = (size_t)options->tasks / QUINCY_JOB + 1;
    size_t inner = 2 + (size_t)quincy->rack_count + options->machines;
    array_reserve(network->nodes, network->node_room, inner + jobs + options->tasks);
    array_reserve(network->arcs, network->arc_room,
                  2 * inner + jobs + (size_t)options->tasks * (QUINCY_PREFERENCES + 3));
}

void quincy_init(struct quincy *quincy, const struct quincy_options *options)
{
    ASSERT(options->machines > 0 && options->machines <= QUINCY_MACHINES_MAX);
    ASSERT(options->slots > 0 && options->slots <= QUINCY_SLOTS_MAX);
    ASSERT(options->tasks <= QUINCY_TASKS_MAX);
    *quincy = (struct quincy){.options = *options};
    random_init(&quincy->random, options->seed);
    network_init(&quincy->network);
    quincy->rack_count = (options->machines - 1) / QUINCY_RACK + 1;
    quincy->racks = memory_alloc(quincy->rack_count * sizeof *quincy->racks);
    quincy->machines = memory_alloc(options->machines * sizeof *quincy->machines);
    reserve(quincy);
    build_cluster(quincy);
    for (uint32_t t = 0; t < options->tasks; t++) {
        quincy_add_task(quincy);
        /* As it grows, so that the deltas of the whole network take no memory. */
        network_clear_deltas(&quincy->network, NULL);
    }
    network_clear_deltas(&quincy->network, NULL);
}

void quincy_free(struct quincy *quincy)
{
    network_free(&quincy->network);
    memory_free(quincy->racks);
    memory_free(quincy->machines);
    memory_free(quincy->jobs);
    memory_free(quincy->tasks);
    memory_free(quincy->live);
    memory_free(quincy->free);
    memory_free(quincy->task_at);
    memory_free(quincy->failed);
    memory_free(quincy->lost);
    *quincy = (struct quincy){0};
}

/* A job gets another task or, if `more` is negative, loses one. Its aggregator lets so many
 * wait as it has tasks. */
static void change_job(struct quincy *quincy, struct quincy_job *job, int more)
{
    struct network *network = &quincy->network;
    job->tasks += (uint32_t)more;
    if (job->tasks == 0) {
        network_remove_node(network, job->node);
        job->node = NONE;
    } else if (job->node == NONE) {
        job->node = add_inner(quincy);
        job->arc = network_add_arc(network, job->node, quincy->sink, 0, 1, 0);
        job->waiting = 2 * draw_cost(quincy, JOB_WAITING_MAX);
    } else {
        network_change_arc(network, job->arc, 0, job->tasks, 0);
    }
}

/* A free id, at random, or a new one. */
static uint32_t take_task(struct quincy *quincy)
{
    if (quincy->free_count > 0) {
        uint32_t at = (uint32_t)random_below(&quincy->random, quincy->free_count);
        uint32_t t = quincy->free[at];
        quincy->free[at] = quincy->free[--quincy->free_count];
        return t;
    }
    uint32_t t = quincy->task_limit++;
    array_reserve(quincy->tasks, quincy->task_room, quincy->task_limit);
    array_reserve(quincy->jobs, quincy->job_room, t / QUINCY_JOB + 1);
    quincy->tasks[t] = (struct quincy_task){.node = NONE};
    if (t % QUINCY_JOB == 0)
        quincy->jobs[t / QUINCY_JOB] = (struct quincy_job){.node = NONE};
    return t;
}

/* The network's supplies sum to 0. */
static void balance(struct quincy *quincy)
{
    network_set_supply(&quincy->network, quincy->sink, -(flow_t)quincy->live_count);
}

static void add_preferences(struct quincy *quincy, uint32_t node, cost_t data)
{
    uint32_t seen[QUINCY_PREFERENCES];
    for (uint32_t i = 0; i < QUINCY_PREFERENCES; i++) {
        uint32_t m = draw_machine(quincy);
        bool again = false;
        for (uint32_t j = 0; j < i; j++)
            again |= seen[j] == m;
        seen[i] = m;
        if (!again && quincy->machines[m].node != NONE)
            network_add_arc(&quincy->network, node, quincy->machines[m].node, 0, 1,
                            draw_part(quincy, data, 0, 0.5));
    }
}

/* A new task's node, as yet without arcs. */
static uint32_t start_task(struct quincy *quincy)
{
    uint32_t t = take_task(quincy);
    change_job(quincy, &quincy->jobs[t / QUINCY_JOB], 1);
    uint32_t node = network_add_node(&quincy->network, 1);
    array_reserve(quincy->task_at, quincy->task_at_room, quincy->network.node_limit);
    quincy->task_at[node] = t;
    struct quincy_task *task = &quincy->tasks[t];
    task->node = node;
    task->life++;
    array_reserve(quincy->live, quincy->live_room, quincy->live_count + 1);
    task->place = quincy->live_count;
    quincy->live[quincy->live_count++] = t;
    balance(quincy);
    return t;
}

uint32_t quincy_add_task(struct quincy *quincy)
{
    struct network *network = &quincy->network;
    uint32_t t = start_task(quincy);
    uint32_t node = quincy->tasks[t].node;
    const struct quincy_job *job = &quincy->jobs[t / QUINCY_JOB];
    cost_t data = draw_data(quincy);
    network_add_arc(network, node, job->node, 0, 1, WAITING_COST + job->waiting + data / 2);
    network_add_arc(network, node, quincy->cluster, 0, 1, CLUSTER_COST + data);
    add_preferences(quincy, node, data);
    uint32_t r = (uint32_t)random_below(&quincy->random, quincy->rack_count);
    network_add_arc(network, node, quincy->racks[r], 0, 1,
                    RACK_COST + draw_part(quincy, data, 0.4, 0.9));
    return t;
}

void quincy_stop_task(struct quincy *quincy, uint32_t t, struct quincy_wishes *wishes)
{
    const struct network *network = &quincy->network;
    uint32_t a = network->nodes[quincy->tasks[t].node].first_out;
    wishes->count = 0;
    for (; a != NONE; a = network->arcs[a].next_out) {
        const struct network_arc *arc = &network->arcs[a];
        if (arc->head == quincy->jobs[t / QUINCY_JOB].node) {
            wishes->waiting = arc->cost;
            continue;
        }
        ASSERT(wishes->count < COUNT_OF(wishes->heads));
        wishes->heads[wishes->count] = arc->head;
        wishes->costs[wishes->count++] = arc->cost;
    }
    quincy_remove_task(quincy, t);
}

uint32_t quincy_restart_task(struct quincy *quincy, const struct quincy_wishes *wishes)
{
    struct network *network = &quincy->network;
    uint32_t t = start_task(quincy);
    uint32_t node = quincy->tasks[t].node;
    network_add_arc(network, node, quincy->jobs[t / QUINCY_JOB].node, 0, 1, wishes->waiting);
    for (uint32_t i = 0; i < wishes->count; i++)
        network_add_arc(network, node, wishes->heads[i], 0, 1, wishes->costs[i]);
    return t;
}

void quincy_remove_task(struct quincy *quincy, uint32_t t)
{
    struct quincy_task *task = &quincy->tasks[t];
    ASSERT(task->node != NONE);
    network_remove_node(&quincy->network, task->node);
    quincy->task_at[task->node] = NONE;
    task->node = NONE;

    uint32_t last = quincy->live[--quincy->live_count];
    quincy->live[task->place] = last;
    quincy->tasks[last].place = task->place;
    array_reserve(quincy->free, quincy->free_room, quincy->free_count + 1);
    quincy->free[quincy->free_count++] = t;
    change_job(quincy, &quincy->jobs[t / QUINCY_JOB], -1);
    balance(quincy);
}

void quincy_fail_machine(struct quincy *quincy, uint32_t m)
{
    struct network *network = &quincy->network;
    struct quincy_machine *machine = &quincy->machines[m];
    ASSERT(machine->node != NONE);
    for (uint32_t a = network->nodes[machine->node].first_in; a != NONE;
         a = network->arcs[a].next_in) {
        const struct network_arc *arc = &network->arcs[a];
        uint32_t t = quincy->task_at[arc->tail];
        if (t == NONE)
            continue; /* from the rack */
        array_reserve(quincy->lost, quincy->lost_room, quincy->lost_count + 1);
        quincy->lost[quincy->lost_count++] =
            (struct quincy_preference){m, t, quincy->tasks[t].life, arc->cost};
    }
    network_remove_node(network, machine->node);
    machine->node = NONE;
    array_reserve(quincy->failed, quincy->failed_room, quincy->failed_count + 1);
    quincy->failed[quincy->failed_count++] = m;
}

void quincy_return_machine(struct quincy *quincy)
{
    ASSERT(quincy->failed_count > 0);
    uint32_t m = quincy->failed[--quincy->failed_count];
    start_machine(quincy, m);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < quincy->lost_count; i++) {
        struct quincy_preference lost = quincy->lost[i];
        const struct quincy_task *task = &quincy->tasks[lost.task];
        if (lost.machine != m)
            quincy->lost[kept++] = lost;
        else if (task->node != NONE && task->life == lost.life)
            network_add_arc(&quincy->network, task->node, quincy->machines[m].node, 0, 1,
                            lost.cost);
    }
    quincy->lost_count = kept;
}

void quincy_reprice_machine(struct quincy *quincy, uint32_t m)
{
    struct quincy_machine *machine = &quincy->machines[m];
    ASSERT(machine->node != NONE);
    machine->rack_cost = draw_cost(quincy, RACK_MACHINE_COST_MAX);
    network_change_arc(&quincy->network, machine->rack_arc, 0, quincy->options.slots,
                       machine->rack_cost);
}

/* The arc from a task's node to `head`, or NONE. */
static uint32_t find_arc(const struct network *network, uint32_t tail, uint32_t head)
{
    uint32_t a = network->nodes[tail].first_out;
    while (a != NONE && network->arcs[a].head != head)
        a = network->arcs[a].next_out;
    return a;
}

void quincy_raise_waiting(struct quincy *quincy, uint32_t t, cost_t more)
{
    struct network *network = &quincy->network;
    uint32_t a = find_arc(network, quincy->tasks[t].node, quincy->jobs[t / QUINCY_JOB].node);
    ASSERT(a != NONE);
    network_change_arc(network, a, 0, 1, network->arcs[a].cost + more);
}

uint32_t quincy_place(const struct quincy *quincy, uint32_t t, const flow_t *flow)
{
    const struct network *network = &quincy->network;
    uint32_t a = network->nodes[quincy->tasks[t].node].first_out;
    while (a != NONE && flow[a] == 0)
        a = network->arcs[a].next_out;
    return a == NONE ? NONE : network->arcs[a].head;
}

bool quincy_waits(const struct quincy *quincy, uint32_t t, const flow_t *flow)
{
    return quincy_place(quincy, t, flow) == quincy->jobs[t / QUINCY_JOB].node;
}

static enum status broken(struct problem *problem, const char *what, uint32_t id, const char *rule)
{
    return problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0, "%s %u: %s", what, id, rule);
}

static enum status check_task(const struct quincy *quincy, uint32_t t, struct problem *problem)
{
    const struct network *network = &quincy->network;
    const struct quincy_task *task = &quincy->tasks[t];
    if (task->node == NONE)
        return STATUS_OK;
    if (!network_node_live(network, task->node) || network->nodes[task->node].supply != 1)
        return broken(problem, "task", t, "its node is no source of one unit");
    if (quincy->task_at[task->node] != t)
        return broken(problem, "task", t, "its node is not known as its own");
    if (task->place >= quincy->live_count || quincy->live[task->place] != t)
        return broken(problem, "task", t, "it is not among the live ones");
    if (find_arc(network, task->node, quincy->jobs[t / QUINCY_JOB].node) == NONE)
        return broken(problem, "task", t, "it cannot wait");
    return STATUS_OK;
}

static enum status check_job(const struct quincy *quincy, uint32_t j, struct problem *problem)
{
    const struct quincy_job *job = &quincy->jobs[j];
    uint32_t tasks = 0;
    for (uint32_t t = j * QUINCY_JOB; t < (j + 1) * QUINCY_JOB && t < quincy->task_limit; t++)
        tasks += quincy->tasks[t].node != NONE;
    if (tasks != job->tasks)
        return broken(problem, "job", j, "its tasks are miscounted");
    if ((tasks == 0) != (job->node == NONE))
        return broken(problem, "job", j, "it has an aggregator without tasks, or none with");
    if (tasks > 0 && quincy->network.arcs[job->arc].capacity != (flow_t)tasks)
        return broken(problem, "job", j, "not just its tasks can wait");
    return STATUS_OK;
}

static enum status check_machine(const struct quincy *quincy, uint32_t m, struct problem *problem)
{
    const struct network *network = &quincy->network;
    const struct quincy_machine *machine = &quincy->machines[m];
    if (quincy->task_at[quincy->racks[m / QUINCY_RACK]] != NONE)
        return broken(problem, "machine", m, "its rack is taken for a task");
    if (machine->node == NONE)
        return STATUS_OK;
    if (!network_node_live(network, machine->node) || !network_arc_live(network, machine->rack_arc))
        return broken(problem, "machine", m, "its node or its rack's arc is gone");
    const struct network_arc *arc = &network->arcs[machine->rack_arc];
    if (arc->tail != quincy->racks[m / QUINCY_RACK] || arc->head != machine->node ||
        arc->cost != machine->rack_cost)
        return broken(problem, "machine", m, "its rack's arc is another");
    return STATUS_OK;
}

enum status quincy_check(const struct quincy *quincy, struct problem *problem)
{
    enum status status = network_check(&quincy->network, problem);
    uint32_t nodes = 2 + quincy->rack_count + quincy->live_count;
    for (uint32_t t = 0; t < quincy->task_limit && status == STATUS_OK; t++)
        status = check_task(quincy, t, problem);
    for (uint32_t j = 0; j * QUINCY_JOB < quincy->task_limit && status == STATUS_OK; j++) {
        status = check_job(quincy, j, problem);
        nodes += quincy->jobs[j].node != NONE;
    }
    for (uint32_t m = 0; m < quincy->options.machines && status == STATUS_OK; m++) {
        status = check_machine(quincy, m, problem);
        nodes += quincy->machines[m].node != NONE;
    }
    if (status != STATUS_OK)
        return status;
    if (nodes != quincy->network.node_count)
        return broken(problem, "network", nodes, "so many nodes should there be");
    if (quincy->live_count + quincy->free_count != quincy->task_limit)
        return broken(problem, "tasks", quincy->live_count, "live and free ones are not all");
    if (quincy->network.sums.supply != 0)
        return broken(problem, "sink", quincy->sink, "it does not take all that is supplied");
    return STATUS_OK;
}
