/* agents.c - see agents.h. */
#include "policies/agents.h"

#include "base/memory.h"
#include "base/names.h"
#include "base/random.h"
#include "costmodels/fixed.h"
#include "costmodels/response_time.h"

#define MS_US 1000.0

void agents_init(struct agents *agents, const struct agent_options *options)
{
    *agents = (struct agents){.options = *options};
    tenant_shares_init(&agents->shares);
    heap_init(&agents->due);
}

void agents_free(struct agents *agents)
{
    memory_free(agents->agents);
    tenant_shares_free(&agents->shares);
    heap_free(&agents->due);
    id_list_free(&agents->different);
}

static void reserve(struct agents *agents, const struct cluster *cluster)
{
    uint64_t seed = random_mix(agents->options.seed, names_hash("agents"));
    array_reserve(agents->agents, agents->room, cluster->machine_count);
    for (; agents->count < cluster->machine_count; agents->count++)
        agents->agents[agents->count] = (struct agent){
            .phase_us =
                (int64_t)(random_mix(seed, agents->count) % (uint64_t)agents->options.interval_us),
            .came_us = TIME_NEVER,
            .report_us = INT64_MIN,
            .due_us = TIME_NEVER,
        };
}

/* When did the agent last have to report, up to and with `time_us`? */
static int64_t tick_before(const struct agents *agents, const struct agent *agent, int64_t time_us)
{
    int64_t since_us = (time_us - agent->phase_us) % agents->options.interval_us;
    return time_us - (since_us < 0 ? since_us + agents->options.interval_us : since_us);
}

static bool is_there(const struct agent *agent)
{
    return agent->came_us != TIME_NEVER;
}

/* What does the policy know at that time? */
static void look(struct agents *agents, uint32_t machine, int64_t now_us)
{
    struct agent *agent = &agents->agents[machine];
    int64_t tick_us = tick_before(agents, agent, now_us);
    bool different = false;
    if (is_there(agent) && tick_us > agent->came_us && tick_us > agent->report_us) {
        agent->report_us = tick_us;
        if (agent->news)
            agent->report = agent->state;
        different = agent->news;
        agent->news = false;
    }
    bool fresh = agent->report_us != INT64_MIN &&
                 slo_report_fresh(now_us - agent->report_us, agents->options.ttl_us);
    different = (different && fresh) || fresh != agent->fresh;
    agent->fresh = fresh;
    if (different)
        id_list_add(&agents->different, machine);
}

/* When must it be looked at again, if nothing changes? */
static int64_t next_look(const struct agents *agents, const struct agent *agent, int64_t now_us)
{
    const struct agent_options *options = &agents->options;
    int64_t due_us = TIME_NEVER;
    bool gap = options->interval_us > options->ttl_us; /* between reports they are not believed */
    bool silent = !is_there(agent) || agent->report_us <= agent->came_us;
    if (is_there(agent) && (agent->news || gap))
        due_us = tick_before(agents, agent, now_us) + options->interval_us;
    if (agent->fresh && (silent || gap) && agent->report_us + options->ttl_us + 1 < due_us)
        due_us = agent->report_us + options->ttl_us + 1;
    return due_us;
}

static void schedule(struct agents *agents, uint32_t machine, int64_t now_us)
{
    struct agent *agent = &agents->agents[machine];
    int64_t due_us = next_look(agents, agent, now_us);
    if (due_us == agent->due_us)
        return;
    agent->due_us = due_us;
    if (due_us != TIME_NEVER)
        heap_push(&agents->due, due_us, machine, machine);
}

/* The part of the requests to services on the machine that is answered too late. */
static double slow_part(const struct cluster *cluster, uint32_t machine, int64_t load)
{
    int64_t slow = 0, services = 0;
    uint32_t task = cluster->machines[machine].first_task;
    for (; task != NONE; task = cluster->tasks[task].machine_next) {
        int64_t latency_us = cluster->task_facts[task].latency_us;
        if (!latency_us)
            continue;
        slow += response_slow(load, latency_us);
        services++;
    }
    return services ? (double)slow / ((double)services * FIXED_ONE) : 0;
}

static double part(double amount, double whole)
{
    return whole > 0 ? amount / whole : 0;
}

static struct machine_report state_of(const struct agents *agents, const struct cluster *cluster,
                                      uint32_t machine)
{
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    int64_t load = resources_dominant_share(&facts->used, &facts->capacity);
    struct machine_report state = {
        .cpu_capacity = (double)facts->capacity.amount[RESOURCE_CPU],
        .cpu_used = (double)facts->used.amount[RESOURCE_CPU],
        .memory_capacity = (double)facts->capacity.amount[RESOURCE_MEMORY],
        .memory_used = (double)facts->used.amount[RESOURCE_MEMORY],
        .fairness = tenant_shares_fairness(&agents->shares, machine),
    };
    double cpu = part(state.cpu_used, state.cpu_capacity);
    double memory = part(state.memory_used, state.memory_capacity);
    state.dominant_share = cpu > memory ? cpu : memory;
    if (facts->services_weight)
        state.violation_rate = slow_part(cluster, machine, load);
    if (facts->services_weight || agents->options.probe)
        state.p99_ms = (double)response_p99_us(load) / MS_US;
    return state;
}

/* Draw up what fell due before, then take in what has changed. */
static void see_machine(struct agents *agents, const struct cluster *cluster, uint32_t machine,
                        int64_t now_us)
{
    look(agents, machine, now_us);
    struct agent *agent = &agents->agents[machine];
    agent->state = state_of(agents, cluster, machine);
    agent->news = true;
    if (!cluster->machine_facts[machine].present)
        agent->came_us = TIME_NEVER;
    else if (!is_there(agent))
        agent->came_us = now_us;
    schedule(agents, machine, now_us);
}

void agents_see(struct agents *agents, const struct cluster *cluster, const struct change *change)
{
    reserve(agents, cluster);
    tenant_shares_see(&agents->shares, cluster, change);
    if (change->machine != NONE)
        see_machine(agents, cluster, change->machine, change->time_us);
    if (change->task == NONE)
        return;
    uint32_t machine = cluster->task_facts[change->task].machine;
    if (machine != NONE && machine != change->machine)
        see_machine(agents, cluster, machine, change->time_us);
}

void agents_advance(struct agents *agents, int64_t now_us)
{
    const struct heap_entry *top;
    while ((top = heap_top(&agents->due)) && top->key <= now_us) {
        struct heap_entry entry = heap_pop(&agents->due);
        if (agents->agents[entry.item].due_us != entry.key)
            continue;
        look(agents, entry.item, now_us);
        schedule(agents, entry.item, now_us);
    }
}

const struct machine_report *agents_report(const struct agents *agents, uint32_t machine)
{
    const struct agent *agent = &agents->agents[machine];
    return agent->fresh ? &agent->report : NULL;
}

int64_t agents_due(const struct agents *agents, uint32_t machine)
{
    return agents->agents[machine].due_us;
}
