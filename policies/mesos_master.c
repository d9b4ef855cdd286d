/* mesos_master.c - see mesos_master.h. */
#include "policies/mesos_master.h"

#include "base/assert.h"

void mesos_master_init(struct mesos_master *master, const struct mesos_options *options,
                       const struct mesos_patience *patience, uint64_t seed)
{
    *master = (struct mesos_master){.removable_us = INT64_MIN, .recovered_us = TIME_NEVER};
    mesos_allocator_init(&master->allocator, options, seed);
    mesos_frameworks_init(&master->frameworks, patience);
}

void mesos_master_free(struct mesos_master *master)
{
    mesos_allocator_free(&master->allocator);
    mesos_frameworks_free(&master->frameworks);
    id_list_free(&master->framework_of);
    id_list_free(&master->role_of);
    memory_free(master->charges);
    memory_free(master->unknown);
    memory_free(master->machines);
    id_list_free(&master->launched);
    id_list_free(&master->leaving);
    id_list_free(&master->lost);
}

static void reserve(struct mesos_master *master, const struct cluster *cluster)
{
    while (master->role_of.count < cluster->tenant_count) {
        id_list_add(&master->role_of, NONE);
        id_list_add(&master->framework_of, NONE);
    }
    array_reserve(master->charges, master->charge_room, cluster->task_limit);
    array_reserve(master->unknown, master->unknown_room, cluster->task_limit);
    while (master->task_limit < cluster->task_limit)
        master->charges[master->task_limit++].framework = NONE;
    array_reserve(master->machines, master->machine_room, cluster->machine_count);
    for (; master->machine_count < cluster->machine_count; master->machine_count++)
        master->machines[master->machine_count].labels = NONE;
    mesos_frameworks_reserve(&master->frameworks, cluster, master->allocator.framework_count);
}

/* Tenants. */

static uint32_t role_of(struct mesos_master *master, const struct cluster *cluster, uint32_t tenant)
{
    if (master->role_of.ids[tenant] != NONE)
        return master->role_of.ids[tenant];
    const struct tenant_facts *facts = &cluster->tenant_facts[tenant];
    uint32_t parent = facts->parent == NONE ? NONE : role_of(master, cluster, facts->parent);
    const char *name = tenant ? names_text(&cluster->tenant_names, tenant - 1) : "*";
    uint32_t role = mesos_allocator_add_role(&master->allocator, parent, name, facts->weight);
    if (parent == NONE)
        mesos_allocator_set_quota(&master->allocator, role, &facts->guarantee, &facts->limit,
                                  facts->limited);
    master->role_of.ids[tenant] = role;
    return role;
}

static uint32_t framework_of(struct mesos_master *master, const struct cluster *cluster,
                             uint32_t task)
{
    uint32_t tenant = cluster->task_facts[task].tenant;
    uint32_t framework = master->framework_of.ids[tenant];
    if (framework != NONE)
        return framework;
    uint32_t role = role_of(master, cluster, tenant);
    framework = mesos_allocator_add_framework(&master->allocator, role, "");
    master->framework_of.ids[tenant] = framework;
    mesos_frameworks_reserve(&master->frameworks, cluster, framework + 1);
    return framework;
}

/* Tasks. */

static void drop_charge(struct mesos_master *master, const struct cluster *cluster, uint32_t task)
{
    struct mesos_charge *charge = &master->charges[task];
    int64_t since_us = cluster->tasks[task].since_us;
    if (charge->framework == NONE)
        return;
    if (charge->life == master->machines[charge->agent].life) {
        mesos_allocator_recover(&master->allocator, charge->framework, charge->agent,
                                &charge->resources);
        if (master->recovered_us > since_us)
            master->recovered_us = since_us;
    }
    charge->framework = NONE;
}

static void set_charge(struct mesos_master *master, const struct cluster *cluster, uint32_t task,
                       uint32_t agent)
{
    master->charges[task] =
        (struct mesos_charge){.framework = framework_of(master, cluster, task),
                              .agent = agent,
                              .life = master->machines[agent].life,
                              .resources = task_facts_charge(&cluster->task_facts[task])};
}

static bool charge_holds(const struct mesos_master *master, const struct cluster *cluster,
                         uint32_t task)
{
    const struct mesos_charge *charge = &master->charges[task];
    const struct task_facts *facts = &cluster->task_facts[task];
    struct resources resources = task_facts_charge(facts);
    return charge->framework != NONE && charge->agent == facts->machine &&
           charge->life == master->machines[charge->agent].life &&
           resources_equal(&charge->resources, &resources);
}

static void join(struct mesos_master *master, const struct cluster *cluster, uint32_t task,
                 bool runs)
{
    const struct mesos_link *link = &master->frameworks.links[task];
    if (link->framework != NONE && link->runs == runs)
        return;
    uint32_t framework = framework_of(master, cluster, task);
    if (link->framework != NONE)
        mesos_frameworks_leave(&master->frameworks, task);
    mesos_frameworks_enter(&master->frameworks, framework, task, runs);
    if (!runs)
        mesos_allocator_revive(&master->allocator, framework);
}

static void quit(struct mesos_master *master, uint32_t task)
{
    if (master->frameworks.links[task].framework != NONE)
        mesos_frameworks_leave(&master->frameworks, task);
}

static void suppress_idle(struct mesos_master *master, uint32_t framework)
{
    if (framework != NONE && !master->frameworks.waiting[framework].count)
        mesos_allocator_suppress(&master->allocator, framework);
}

/* Charge and queue are as the task's state has them. */
static void follow_task(struct mesos_master *master, const struct cluster *cluster, uint32_t task)
{
    enum task_state state = cluster->tasks[task].state;
    uint32_t machine = cluster->task_facts[task].machine;
    if (state != TASK_WAITING)
        master->unknown[task] = false;
    if (master->unknown[task])
        return;
    if (machine == NONE) {
        drop_charge(master, cluster, task);
    } else if (!charge_holds(master, cluster, task)) {
        drop_charge(master, cluster, task);
        set_charge(master, cluster, task, machine);
        mesos_allocator_charge(&master->allocator, master->charges[task].framework, machine,
                               &master->charges[task].resources);
    }
    if (state == TASK_RUNNING || state == TASK_WAITING)
        join(master, cluster, task, state == TASK_RUNNING);
    else
        quit(master, task);
    suppress_idle(master, master->framework_of.ids[cluster->task_facts[task].tenant]);
}

/* Machines. */

static void remove_agent(struct mesos_master *master, uint32_t machine)
{
    mesos_allocator_remove_agent(&master->allocator, machine);
    master->machines[machine].life++;
    master->machines[machine].leaving = false;
}

/* The tasks of machines that are removed are known to be lost. */
static void tell_lost(struct mesos_master *master, const struct cluster *cluster)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < master->lost.count; i++) {
        uint32_t task = master->lost.ids[i];
        const struct mesos_charge *charge = &master->charges[task];
        if (!master->unknown[task])
            continue;
        if (charge->framework != NONE && charge->life == master->machines[charge->agent].life) {
            master->lost.ids[kept++] = task;
            continue;
        }
        master->unknown[task] = false;
        follow_task(master, cluster, task);
    }
    master->lost.count = kept;
}

static bool agent_known(const struct mesos_master *master, uint32_t machine)
{
    return machine < master->allocator.agent_count && master->allocator.agents[machine].present;
}

static void lose_agent(struct mesos_master *master, uint32_t machine)
{
    if (!master->removal_us) {
        remove_agent(master, machine);
        return;
    }
    mesos_allocator_deactivate_agent(&master->allocator, machine);
    master->machines[machine].leaving = true;
    id_list_add(&master->leaving, machine);
}

static void forget_leaving(struct mesos_master *master, uint32_t machine)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < master->leaving.count; i++)
        if (master->leaving.ids[i] != machine)
            master->leaving.ids[kept++] = master->leaving.ids[i];
    master->leaving.count = kept;
}

static void follow_machine(struct mesos_master *master, const struct cluster *cluster,
                           uint32_t machine)
{
    struct mesos_machine *m = &master->machines[machine];
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    if (!facts->present) {
        if (agent_known(master, machine) && !m->leaving)
            lose_agent(master, machine);
        return;
    }
    if (m->leaving) {
        forget_leaving(master, machine);
        remove_agent(master, machine);
        tell_lost(master, cluster);
    }
    if (!agent_known(master, machine))
        mesos_allocator_add_agent(&master->allocator, machine, &facts->capacity);
    else
        mesos_allocator_update_agent(&master->allocator, machine, &facts->capacity);
    mesos_allocator_set_draining(&master->allocator, machine, !facts->up);
    if (m->labels != facts->labels)
        mesos_allocator_drop_filters(&master->allocator, machine);
    m->labels = facts->labels;
}

void mesos_master_see(struct mesos_master *master, const struct cluster *cluster,
                      const struct change *change)
{
    reserve(master, cluster);
    uint32_t task = change->task;
    if (change->machine != NONE && change->cause == CAUSE_MACHINE)
        follow_machine(master, cluster, change->machine);
    if (task == NONE)
        return;
    if (change->cause == CAUSE_MACHINE_LOST) {
        if (agent_known(master, change->machine) &&
            !cluster->machine_facts[change->machine].present &&
            !master->machines[change->machine].leaving)
            lose_agent(master, change->machine);
        if (master->machines[change->machine].leaving &&
            cluster->tasks[task].state == TASK_WAITING) {
            master->unknown[task] = true;
            quit(master, task);
            id_list_add(&master->lost, task);
        }
    }
    follow_task(master, cluster, task);
    const struct mesos_link *link = &master->frameworks.links[task];
    if (change->cause == CAUSE_UPDATED && link->framework != NONE && !link->runs) {
        mesos_allocator_revive(&master->allocator, link->framework);
    }
}

/* Rounds. */

void mesos_master_begin(struct mesos_master *master, const struct cluster *cluster, int64_t now_us)
{
    for (uint32_t i = 0; i < master->launched.count; i++)
        follow_task(master, cluster, master->launched.ids[i]);
    master->launched.count = 0;
    bool removed = false;
    while (master->leaving.count && master->removable_us <= now_us) {
        uint32_t machine = master->leaving.ids[0];
        forget_leaving(master, machine);
        remove_agent(master, machine);
        master->removable_us = now_us + master->removal_us;
        removed = true;
    }
    if (removed)
        tell_lost(master, cluster);
}

int64_t mesos_master_removal_us(const struct mesos_master *master)
{
    return master->leaving.count ? master->removable_us : TIME_NEVER;
}

void mesos_master_answer(struct mesos_master *master, uint32_t framework,
                         const struct mesos_launch *launch)
{
    struct mesos_allocator *allocator = &master->allocator;
    uint32_t first = launch->decisions->count;
    mesos_frameworks_answer(&master->frameworks, framework, allocator, launch);
    for (uint32_t i = first; i < launch->decisions->count; i++) {
        const struct decision *decision = &launch->decisions->decisions[i];
        set_charge(master, launch->cluster, decision->task, decision->machine);
        id_list_add(&master->launched, decision->task);
    }
    mesos_allocator_decline(allocator, framework, launch->now_us, launch->refuse_us);
    suppress_idle(master, framework);
}

bool mesos_master_agrees(const struct mesos_master *master, const struct cluster *cluster)
{
    for (uint32_t m = 0; m < cluster->machine_count; m++) {
        const struct machine_facts *facts = &cluster->machine_facts[m];
        struct resources room = facts->capacity;
        resources_subtract(&room, &facts->used);
        if (facts->present != agent_known(master, m) ||
            (facts->present && !resources_equal(&room, &master->allocator.available[m])))
            return false;
    }
    for (uint32_t t = 0; t < cluster->tenant_count; t++) {
        uint32_t role = t < master->role_of.count ? master->role_of.ids[t] : NONE;
        const struct resources nothing = {0};
        const struct resources *has =
            role == NONE ? &nothing
                         : &master->allocator.roles_order.entries[2 * role + 1].allocation;
        if (!resources_equal(has, &cluster->tenant_facts[t].used))
            return false;
    }
    return true;
}
