/* handles.c - see handles.h. */
#include "plugins/handles.h"

#include "base/memory.h"

void handles_free(struct handles *handles)
{
    memory_free(handles->uses);
    memory_free(handles->users);
    *handles = (struct handles){0};
}

void handles_reserve(struct handles *handles, const struct cluster *cluster, uint32_t more)
{
    uint32_t need = cluster->task_limit + more;
    array_reserve(handles->uses, handles->use_room, need);
    array_reserve(handles->users, handles->user_room, need);
}

uint64_t handles_of(const struct handles *handles, uint32_t task)
{
    return (uint64_t)handles->uses[task] << 32 | (task + 1);
}

uint64_t handles_add(struct handles *handles, uint32_t task, uint64_t user)
{
    handles->uses[task]++;
    handles->users[task] = user;
    return handles_of(handles, task);
}

uint32_t handles_find(const struct handles *handles, const struct cluster *cluster, uint64_t handle)
{
    uint32_t task = (uint32_t)handle - 1;
    bool live = task < cluster->task_limit && task < handles->use_room &&
                handles->uses[task] == handle >> 32 && cluster->tasks[task].state < TASK_LIVE_COUNT;
    return live ? task : NONE;
}
