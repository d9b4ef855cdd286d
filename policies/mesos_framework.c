/* mesos_framework.c - see mesos_framework.h. */
#include "policies/mesos_framework.h"

#include <string.h>

#include "base/assert.h"

void mesos_frameworks_init(struct mesos_frameworks *frameworks,
                           const struct mesos_patience *patience)
{
    *frameworks = (struct mesos_frameworks){.patience = *patience};
}

void mesos_frameworks_free(struct mesos_frameworks *frameworks)
{
    memory_free(frameworks->links);
    memory_free(frameworks->waiting);
    memory_free(frameworks->running);
    memory_free(frameworks->passed_over_us);
    memory_free(frameworks->input_in);
    id_list_free(&frameworks->seats);
    memory_free(frameworks->window.entries);
    memory_free(frameworks->window.groups);
    id_list_free(&frameworks->window.order);
}

void mesos_frameworks_reserve(struct mesos_frameworks *frameworks, const struct cluster *cluster,
                              uint32_t framework_count)
{
    array_reserve(frameworks->links, frameworks->link_room, cluster->task_limit);
    while (frameworks->task_limit < cluster->task_limit)
        frameworks->links[frameworks->task_limit++].framework = NONE;
    array_reserve(frameworks->waiting, frameworks->waiting_room, framework_count);
    array_reserve(frameworks->running, frameworks->running_room, framework_count);
    for (; frameworks->framework_count < framework_count; frameworks->framework_count++) {
        struct mesos_queue nobody = {NONE, NONE, 0};
        frameworks->waiting[frameworks->framework_count] = nobody;
        frameworks->running[frameworks->framework_count] = nobody;
    }
    array_reserve(frameworks->input_in, frameworks->input_room, cluster->machine_count);
    frameworks->machine_count = cluster->machine_count;
    array_reserve(frameworks->passed_over_us, frameworks->job_room, cluster->job_count);
    while (frameworks->job_count < cluster->job_count)
        frameworks->passed_over_us[frameworks->job_count++] = TIME_NEVER;
}

/* Queues. */

static struct mesos_queue *queue_of(struct mesos_frameworks *frameworks,
                                    const struct mesos_link *link)
{
    return link->runs ? &frameworks->running[link->framework]
                      : &frameworks->waiting[link->framework];
}

void mesos_frameworks_enter(struct mesos_frameworks *frameworks, uint32_t framework, uint32_t task,
                            bool runs)
{
    struct mesos_link *link = &frameworks->links[task];
    ASSERT(link->framework == NONE);
    *link = (struct mesos_link){.framework = framework, .runs = runs, .next = NONE};
    struct mesos_queue *queue = queue_of(frameworks, link);
    link->previous = queue->last;
    if (queue->last == NONE)
        queue->first = task;
    else
        frameworks->links[queue->last].next = task;
    queue->last = task;
    queue->count++;
}

void mesos_frameworks_leave(struct mesos_frameworks *frameworks, uint32_t task)
{
    struct mesos_link *link = &frameworks->links[task];
    struct mesos_queue *queue = queue_of(frameworks, link);
    if (link->previous == NONE)
        queue->first = link->next;
    else
        frameworks->links[link->previous].next = link->next;
    if (link->next == NONE)
        queue->last = link->previous;
    else
        frameworks->links[link->next].previous = link->previous;
    queue->count--;
    link->framework = NONE;
}

/* Windows. */

static bool delays(const struct mesos_frameworks *frameworks)
{
    return frameworks->patience.node_wait_us > 0 || frameworks->patience.rack_wait_us > 0;
}

static bool alike(const struct mesos_frameworks *frameworks, const struct task_facts *a,
                  const struct task_facts *b)
{
    if (a->constraint != b->constraint || !resources_equal(&a->demand, &b->demand))
        return false;
    return !delays(frameworks) || (a->job == b->job && a->blocks == b->blocks);
}

/* Is there a machine that takes tasks and holds a copy of a block? */
static bool has_input(const struct task_facts *facts, const struct cluster *cluster)
{
    for (uint32_t b = 0; b < facts->block_count; b++)
        for (uint32_t c = 0; c < facts->blocks[b].copy_count; c++) {
            uint32_t holder = facts->blocks[b].machines[c];
            if (holder < cluster->machine_count && cluster->machine_facts[holder].up)
                return true;
        }
    return false;
}

/* Does a task that waits fit on any machine? Most kinds of a long queue are idle, and where one of
 * another kind did fit, the next one does as a rule: to search the index for it each time a window
 * was opened took a fifth of a replay of google2011. */
static bool fits_somewhere(struct mesos_frameworks *frameworks, const struct mesos_launch *launch,
                           uint32_t task)
{
    const struct task_facts *facts = &launch->cluster->task_facts[task];
    uint32_t kind = waiting_kind_of(launch->waiting, task);
    while (frameworks->seats.count <= kind)
        id_list_add(&frameworks->seats, NONE);
    uint32_t *seat = &frameworks->seats.ids[kind];
    if (launch->waiting->kinds[kind].idle_at != NONE) {
#ifdef DEEP_CHECKS
        ASSERT(plan_next(launch->plan, launch->cluster, facts, 0) == NONE);
#endif
        return false;
    }
    if (*seat == NONE || !plan_fits(launch->plan, launch->cluster, facts, *seat))
        *seat = plan_next(launch->plan, launch->cluster, facts, 0);
    if (*seat == NONE)
        waiting_set_idle(launch->waiting, kind);
    return *seat != NONE;
}

/* Machines with input of a group are known from now on. */
static void mark_input(struct mesos_frameworks *frameworks, const struct task_facts *facts)
{
    for (uint32_t b = 0; b < facts->block_count; b++)
        for (uint32_t c = 0; c < facts->blocks[b].copy_count; c++)
            if (facts->blocks[b].machines[c] < frameworks->machine_count)
                frameworks->input_in[facts->blocks[b].machines[c]] = frameworks->window.opened;
}

/* The group of tasks like this one. Those of a queue are mostly like the one before. */
static uint32_t group_for(struct mesos_frameworks *frameworks, const struct mesos_launch *launch,
                          uint32_t task)
{
    const struct task_facts *facts = &launch->cluster->task_facts[task];
    struct mesos_window *window = &frameworks->window;
    for (uint32_t g = window->group_count; g-- > 0;)
        if (alike(frameworks, window->groups[g].facts, facts))
            return g;
    array_reserve(window->groups, window->group_room, window->group_count + 1);
    window->groups[window->group_count] =
        (struct mesos_group){.facts = facts,
                             .has_input = delays(frameworks) && has_input(facts, launch->cluster),
                             .somewhere = fits_somewhere(frameworks, launch, task),
                             .first = NONE,
                             .last = NONE};
    if (window->groups[window->group_count].has_input)
        mark_input(frameworks, facts);
    return window->group_count++;
}

/* Tasks of the queue come into the window, until it is as deep as it may be. */
static void fill(struct mesos_frameworks *frameworks, const struct mesos_launch *launch)
{
    struct mesos_window *window = &frameworks->window;
    while (window->live_count < frameworks->patience.depth && window->next_task != NONE) {
        uint32_t task = window->next_task;
        const struct task_facts *facts = &launch->cluster->task_facts[task];
        uint32_t g = group_for(frameworks, launch, task);
        struct mesos_group *group = &window->groups[g];
        uint32_t entry = window->entry_count++;
        array_reserve(window->entries, window->entry_room, window->entry_count);
        window->entries[entry].task = task;
        window->entries[entry].next = NONE;
        if (group->first == NONE) {
            group->first = entry;
            if (group->somewhere)
                id_list_add(&window->order, g);
        } else {
            window->entries[group->last].next = entry;
        }
        group->last = entry;
        if (group->somewhere)
            resources_lower(&window->least, &facts->demand);
        window->live_count++;
        window->next_task = frameworks->links[task].next;
    }
}

static void open_window(struct mesos_frameworks *frameworks, uint32_t framework,
                        const struct mesos_launch *launch)
{
    struct mesos_window *window = &frameworks->window;
    window->entry_count = window->live_count = window->group_count = window->order.count = 0;
    window->next_task = frameworks->waiting[framework].first;
    window->opened++;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        window->least.amount[r] = INT64_MAX;
    fill(frameworks, launch);
}

/* The first task of the group at `at` in the order has left: the group moves back to where its
 * next one stands. */
static void pop(struct mesos_window *window, uint32_t at)
{
    uint32_t *order = window->order.ids;
    struct mesos_group *group = &window->groups[order[at]];
    uint32_t g = order[at];
    group->first = window->entries[group->first].next;
    window->live_count--;
    for (; at + 1 < window->order.count; at++) {
        if (group->first < window->groups[order[at + 1]].first) /* NONE is behind all */
            break;
        order[at] = order[at + 1];
    }
    order[at] = g;
    if (group->first == NONE)
        window->order.count--;
}

/* Delay scheduling. */

/* Does the machine, or one in its rack, hold a copy of a block? */
static bool holds_block(const struct task_facts *facts, uint32_t machine)
{
    for (uint32_t b = 0; b < facts->block_count; b++)
        for (uint32_t c = 0; c < facts->blocks[b].copy_count; c++)
            if (facts->blocks[b].machines[c] == machine)
                return true;
    return false;
}

static bool rack_holds_block(const struct task_facts *facts, const struct cluster *cluster,
                             uint32_t rack)
{
    for (uint32_t b = 0; b < facts->block_count; b++)
        for (uint32_t c = 0; c < facts->blocks[b].copy_count; c++) {
            uint32_t holder = facts->blocks[b].machines[c];
            if (holder < cluster->machine_count && cluster->machine_facts[holder].up &&
                cluster->machine_facts[holder].rack == rack)
                return true;
        }
    return false;
}

/* May a task of the group go there, where it fits, as far as its input goes? If not, its job is
 * passed over. */
static bool near_enough(struct mesos_frameworks *frameworks, const struct mesos_group *group,
                        const struct mesos_launch *launch, uint32_t machine)
{
    const struct mesos_patience *patience = &frameworks->patience;
    const struct task_facts *facts = group->facts;
    if (!group->has_input)
        return true;
    int64_t *since_us = &frameworks->passed_over_us[facts->job];
    int64_t waited_us = *since_us == TIME_NEVER ? 0 : launch->now_us - *since_us;
    if (holds_block(facts, machine)) {
        *since_us = TIME_NEVER;
        return true;
    }
    if (waited_us >= patience->node_wait_us + patience->rack_wait_us)
        return true;
    if (waited_us >= patience->node_wait_us &&
        rack_holds_block(facts, launch->cluster, launch->cluster->machine_facts[machine].rack))
        return true;
    if (*since_us == TIME_NEVER)
        *since_us = launch->now_us;
    return false;
}

/* Does the group wait for machines with its input, from when on is known? Then no other one is near
 * enough, and nothing comes of asking. */
static bool waits_for_input(const struct mesos_frameworks *frameworks,
                            const struct mesos_group *group, const struct mesos_launch *launch)
{
    if (!group->has_input)
        return false;
    int64_t since_us = frameworks->passed_over_us[group->facts->job];
    return since_us != TIME_NEVER && launch->now_us - since_us < frameworks->patience.node_wait_us;
}

static bool all_wait_for_input(const struct mesos_frameworks *frameworks,
                               const struct mesos_launch *launch)
{
    const struct mesos_window *window = &frameworks->window;
    for (uint32_t i = 0; i < window->order.count; i++)
        if (!waits_for_input(frameworks, &window->groups[window->order.ids[i]], launch))
            return false;
    return true;
}

static bool has_marked_input(const struct mesos_frameworks *frameworks, uint32_t machine)
{
    return frameworks->input_in[machine] == frameworks->window.opened;
}

/* Answers. */

/* Returns what it takes. */
static struct resources take_of(struct mesos_frameworks *frameworks, uint32_t machine,
                                const struct resources *offered, const struct mesos_launch *launch)
{
    struct mesos_window *window = &frameworks->window;
    const struct cluster *cluster = launch->cluster;
    struct resources used = {0}, left = *offered;
    bool beside = has_marked_input(frameworks, machine);
    uint32_t at = 0;
    while (at < window->order.count) {
        const struct mesos_group *group = &window->groups[window->order.ids[at]];
        const struct task_facts *facts = group->facts;
        if ((!beside && waits_for_input(frameworks, group, launch)) ||
            !resources_fit(&facts->demand, &left) ||
            !plan_fits(launch->plan, cluster, facts, machine) ||
            !near_enough(frameworks, group, launch, machine)) {
            at++;
            continue;
        }
        uint32_t task = window->entries[group->first].task;
        resources_add(&used, &facts->demand);
        resources_subtract(&left, &facts->demand);
        plan_place(launch->plan, cluster, launch->decisions, task, machine);
        pop(window, at);
        mesos_frameworks_leave(frameworks, task);
        fill(frameworks, launch);
    }
    return used;
}

void mesos_frameworks_answer(struct mesos_frameworks *frameworks, uint32_t framework,
                             struct mesos_allocator *allocator, const struct mesos_launch *launch)
{
    const struct mesos_window *window = &frameworks->window;
    open_window(frameworks, framework, launch);
    bool only_beside = all_wait_for_input(frameworks, launch);
    uint32_t offer = allocator->frameworks[framework].first_offer;
    for (; offer != NONE && window->order.count; offer = allocator->offers[offer].next) {
        mesos_allocator_draw(allocator, offer);
        uint32_t machine = allocator->offers[offer].agent;
        const struct resources *offered = mesos_offer_resources(allocator, offer);
        if ((only_beside && !has_marked_input(frameworks, machine)) ||
            !resources_fit(&window->least, offered))
            continue;
        struct resources used = take_of(frameworks, machine, offered, launch);
        if (!resources_zero(&used))
            mesos_allocator_answer(allocator, offer, &used, launch->now_us, launch->refuse_us);
        only_beside = all_wait_for_input(frameworks, launch);
    }
}
