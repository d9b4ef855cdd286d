/* local_inputs.c - see local_inputs.h. */
#include "policies/local_inputs.h"

#include "base/memory.h"

void local_inputs_init(struct local_inputs *inputs)
{
    *inputs = (struct local_inputs){0};
}

void local_inputs_free(struct local_inputs *inputs)
{
    memory_free(inputs->copies);
    memory_free(inputs->first);
    local_inputs_init(inputs);
}

static void reserve(struct local_inputs *inputs, const struct cluster *cluster)
{
    uint32_t copies = cluster->task_limit * BLOCK_COPIES_MAX;
    array_reserve(inputs->copies, inputs->copy_room, copies);
    for (; inputs->copy_count < copies; inputs->copy_count++)
        inputs->copies[inputs->copy_count].machine = NONE;
    array_reserve(inputs->first, inputs->machine_room, cluster->machine_count);
    for (; inputs->machine_count < cluster->machine_count; inputs->machine_count++)
        inputs->first[inputs->machine_count] = NONE;
}

static void remove_copy(struct local_inputs *inputs, uint32_t copy)
{
    struct local_copy *c = &inputs->copies[copy];
    if (c->machine == NONE)
        return;
    if (c->previous == NONE)
        inputs->first[c->machine] = c->next;
    else
        inputs->copies[c->previous].next = c->next;
    if (c->next != NONE)
        inputs->copies[c->next].previous = c->previous;
    c->machine = NONE;
}

static void add_copy(struct local_inputs *inputs, uint32_t copy, uint32_t machine)
{
    uint32_t next = inputs->first[machine];
    inputs->copies[copy] = (struct local_copy){machine, next, NONE};
    inputs->first[machine] = copy;
    if (next != NONE)
        inputs->copies[next].previous = copy;
}

static bool holds(const struct block_facts *block, uint32_t machine)
{
    for (uint32_t c = 0; c < block->copy_count; c++)
        if (block->machines[c] == machine)
            return true;
    return false;
}

static bool holds_all(const struct task_facts *task, uint32_t machine)
{
    for (uint32_t b = 0; b < task->block_count; b++)
        if (!holds(&task->blocks[b], machine))
            return false;
    return true;
}

void local_inputs_see(struct local_inputs *inputs, const struct cluster *cluster,
                      const struct change *change)
{
    reserve(inputs, cluster);
    if (change->task == NONE)
        return;
    const struct task_facts *task = &cluster->task_facts[change->task];
    uint32_t copy = change->task * BLOCK_COPIES_MAX;
    for (uint32_t c = 0; c < BLOCK_COPIES_MAX; c++)
        remove_copy(inputs, copy + c);
    if (cluster->tasks[change->task].state != TASK_WAITING || task->block_count == 0)
        return;
    for (uint32_t c = 0; c < task->blocks[0].copy_count; c++)
        if (holds_all(task, task->blocks[0].machines[c]))
            add_copy(inputs, copy + c, task->blocks[0].machines[c]);
}

bool local_inputs_at(const struct local_inputs *inputs, uint32_t task, uint32_t machine)
{
    for (uint32_t c = 0; c < BLOCK_COPIES_MAX; c++)
        if (inputs->copies[task * BLOCK_COPIES_MAX + c].machine == machine)
            return true;
    return false;
}

uint32_t local_inputs_first(const struct local_inputs *inputs, uint32_t machine)
{
    return machine < inputs->machine_count ? inputs->first[machine] : NONE;
}

uint32_t local_inputs_next(const struct local_inputs *inputs, uint32_t copy)
{
    return inputs->copies[copy].next;
}

uint32_t local_inputs_task(uint32_t copy)
{
    return copy / BLOCK_COPIES_MAX;
}
