/* mesos_revocation.c - see mesos_revocation.h. */
#include "policies/mesos_revocation.h"

#include "base/assert.h"

#define CHOSEN_MAX 100 /* in a run */

void mesos_revocation_free(struct mesos_revocation *revocation)
{
    memory_free(revocation->condemned);
    memory_free(revocation->parts);
    memory_free(revocation->own_parts);
    memory_free(revocation->shares);
    memory_free(revocation->weight_sums);
}

/* A view of the master for a run. */
struct view {
    struct mesos_revocation *revocation;
    const struct mesos_master *master;
    const struct mesos_allocator *allocator;
    const struct cluster *cluster;
};

/* The framework of a role; here each has one at most. */
static uint32_t framework_of(const struct view *view, uint32_t role)
{
    const struct id_list *ids = &view->allocator->roles[role].ids;
    return ids->count ? ids->ids[0] : NONE;
}

static uint32_t tasks_of(const struct view *view, uint32_t role, bool running)
{
    uint32_t framework = framework_of(view, role);
    if (framework == NONE)
        return 0;
    const struct mesos_frameworks *frameworks = &view->master->frameworks;
    return running ? frameworks->running[framework].count : frameworks->waiting[framework].count;
}

static bool has_tasks(const struct view *view, uint32_t role)
{
    return tasks_of(view, role, false) || tasks_of(view, role, true);
}

static uint32_t weight_of(const struct view *view, uint32_t role)
{
    return view->allocator->roles_order.entries[2 * role].weight;
}

/* The weights below each role with tasks, its own tasks included; returns those at the top. Parents
 * have smaller ids than their children. */
static int64_t sum_weights(const struct view *view)
{
    int64_t *sums = view->revocation->weight_sums;
    uint32_t count = view->allocator->roles_order.node_count;
    int64_t top_sum = 0;
    for (uint32_t r = 0; r < count; r++)
        sums[r] = has_tasks(view, r) ? TENANT_WEIGHT_ONE : 0;
    for (uint32_t r = count; r-- > 0;) {
        uint32_t parent = view->allocator->roles[r].parent;
        int64_t *sum = parent == NONE ? &top_sum : &sums[parent];
        *sum += sums[r] ? weight_of(view, r) : 0;
    }
    return top_sum;
}

static void find_parts(const struct view *view)
{
    struct mesos_revocation *revocation = view->revocation;
    int64_t top_sum = sum_weights(view);
    for (uint32_t r = 0; r < view->allocator->roles_order.node_count; r++) {
        uint32_t parent = view->allocator->roles[r].parent;
        int64_t own_sum = revocation->weight_sums[r];
        revocation->parts[r] = revocation->own_parts[r] = 0;
        if (!own_sum)
            continue;
        wide_t whole = parent == NONE ? RESOURCE_UNIT : revocation->parts[parent];
        int64_t sum = parent == NONE ? top_sum : revocation->weight_sums[parent];
        ASSERT(sum > 0);
        revocation->parts[r] = (int64_t)(whole * weight_of(view, r) / sum);
        if (has_tasks(view, r))
            revocation->own_parts[r] =
                (int64_t)((wide_t)revocation->parts[r] * TENANT_WEIGHT_ONE / own_sum);
    }
}

static int64_t share_of_task(const struct view *view, uint32_t task)
{
    return resources_dominant_share(&view->cluster->task_facts[task].demand,
                                    &view->allocator->total);
}

static uint32_t role_of_task(const struct view *view, uint32_t task)
{
    return view->allocator->frameworks[view->master->frameworks.links[task].framework].role;
}

static void find_shares(const struct view *view)
{
    struct mesos_revocation *revocation = view->revocation;
    for (uint32_t r = 0; r < view->allocator->roles_order.node_count; r++)
        revocation->shares[r] = resources_dominant_share(
            &view->allocator->roles_order.entries[2 * r + 1].allocation, &view->allocator->total);
    for (uint32_t i = 0; i < revocation->count; i++)
        revocation->shares[role_of_task(view, revocation->condemned[i].task)] -=
            share_of_task(view, revocation->condemned[i].task);
}

static void prepare(const struct view *view)
{
    struct mesos_revocation *revocation = view->revocation;
    uint32_t count = view->allocator->roles_order.node_count;
    array_reserve(revocation->parts, revocation->part_room, count);
    array_reserve(revocation->own_parts, revocation->own_room, count);
    array_reserve(revocation->shares, revocation->share_room, count);
    array_reserve(revocation->weight_sums, revocation->sum_room, count);
    find_parts(view);
    find_shares(view);
}

/* What those that starve lack of their parts, all together. */
static int64_t lacking(const struct view *view)
{
    const struct mesos_revocation *revocation = view->revocation;
    int64_t lack = 0;
    for (uint32_t r = 0; r < view->allocator->roles_order.node_count; r++) {
        int64_t part = revocation->own_parts[r], share = revocation->shares[r];
        int64_t enough = (int64_t)((wide_t)part * revocation->threshold / RESOURCE_UNIT);
        if (tasks_of(view, r, false) && share < enough)
            lack += part - share;
    }
    return lack;
}

/* Those that are to end. */

static bool still_runs(const struct view *view, const struct mesos_condemned *condemned)
{
    const struct task *task = &view->cluster->tasks[condemned->task];
    return task->state == TASK_RUNNING && task->generation == condemned->generation;
}

static void forget_ended(const struct view *view)
{
    struct mesos_revocation *revocation = view->revocation;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < revocation->count; i++)
        if (still_runs(view, &revocation->condemned[i]))
            revocation->condemned[kept++] = revocation->condemned[i];
    revocation->count = kept;
}

static bool is_condemned(const struct mesos_revocation *revocation, uint32_t task)
{
    for (uint32_t i = 0; i < revocation->count; i++)
        if (revocation->condemned[i].task == task)
            return true;
    return false;
}

/* Those whose grace is over are stopped, or spared. The stopped are listed until they are seen to
 * have ended. */
static void end_graces(const struct view *view, const struct mesos_launch *launch, bool starving)
{
    struct mesos_revocation *revocation = view->revocation;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < revocation->count; i++) {
        struct mesos_condemned condemned = revocation->condemned[i];
        bool over = condemned.due_us <= launch->now_us;
        if (over && !starving)
            continue;
        if (over) {
            plan_stop(launch->plan, view->cluster, launch->decisions, condemned.task);
            condemned.due_us = TIME_NEVER;
        }
        revocation->condemned[kept++] = condemned;
    }
    revocation->count = kept;
}

static uint32_t top_of(const struct view *view, uint32_t role)
{
    return view->allocator->roles[role].top;
}

/* Would the role have its part and what is guaranteed to it without the task, too? */
static bool can_spare(const struct view *view, uint32_t role, uint32_t task)
{
    const struct mesos_revocation *revocation = view->revocation;
    if (revocation->shares[role] - share_of_task(view, task) < revocation->own_parts[role])
        return false;
    const struct mesos_role *top = &view->allocator->roles[top_of(view, role)];
    if (!top->has_guarantee)
        return true;
    struct resources rest = view->allocator->roles_order.entries[2 * top_of(view, role)].allocation;
    resources_subtract(&rest, &view->cluster->task_facts[task].demand);
    for (uint32_t i = 0; i < revocation->count; i++)
        if (top_of(view, role_of_task(view, revocation->condemned[i].task)) == top_of(view, role))
            resources_subtract(&rest,
                               &view->cluster->task_facts[revocation->condemned[i].task].demand);
    return resources_fit(&top->guarantee, &rest);
}

/* The youngest task that a role can spare and that is not to end yet, or NONE. */
static uint32_t youngest(const struct view *view, uint32_t role)
{
    uint32_t framework = framework_of(view, role);
    if (framework == NONE)
        return NONE;
    uint32_t task = view->master->frameworks.running[framework].last;
    while (task != NONE && (is_condemned(view->revocation, task) || !can_spare(view, role, task)))
        task = view->master->frameworks.links[task].previous;
    return task;
}

/* A task of the role furthest beyond its part that can spare one, or NONE. */
static uint32_t choose(const struct view *view)
{
    const struct mesos_revocation *revocation = view->revocation;
    uint32_t chosen = NONE;
    int64_t most = 0;
    for (uint32_t r = 0; r < view->allocator->roles_order.node_count; r++) {
        int64_t beyond = revocation->shares[r] - revocation->own_parts[r];
        uint32_t task = beyond > most ? youngest(view, r) : NONE;
        if (task == NONE)
            continue;
        most = beyond;
        chosen = task;
    }
    return chosen;
}

static void condemn(const struct view *view, uint32_t task, int64_t now_us)
{
    struct mesos_revocation *revocation = view->revocation;
    array_reserve(revocation->condemned, revocation->room, revocation->count + 1);
    revocation->condemned[revocation->count++] = (struct mesos_condemned){
        task, view->cluster->tasks[task].generation, now_us + revocation->grace_us};
    revocation->shares[role_of_task(view, task)] -= share_of_task(view, task);
}

void mesos_revoke(struct mesos_revocation *revocation, const struct mesos_master *master,
                  const struct mesos_launch *launch)
{
    struct view view = {revocation, master, &master->allocator, launch->cluster};
    forget_ended(&view);
    prepare(&view);
    int64_t lack = lacking(&view);
    end_graces(&view, launch, lack > 0);
    for (uint32_t i = 0; i < revocation->count; i++)
        lack -= share_of_task(&view, revocation->condemned[i].task);
    for (uint32_t i = 0; lack > 0 && i < CHOSEN_MAX; i++) {
        uint32_t task = choose(&view);
        if (task == NONE)
            break;
        lack -= share_of_task(&view, task);
        condemn(&view, task, launch->now_us);
    }
}

int64_t mesos_revocation_due_us(const struct mesos_revocation *revocation)
{
    int64_t due_us = TIME_NEVER;
    for (uint32_t i = 0; i < revocation->count; i++)
        if (revocation->condemned[i].due_us < due_us)
            due_us = revocation->condemned[i].due_us;
    return due_us;
}
