/* id_list.h - a list of ids that grows. All zero is an empty one. */
#ifndef BASE_ID_LIST_H
#define BASE_ID_LIST_H

#include "base/memory.h"
#include "base/types.h"

struct id_list {
    uint32_t *ids;
    uint32_t count, room;
};

static inline void id_list_add(struct id_list *list, uint32_t id)
{
    array_reserve(list->ids, list->room, list->count + 1);
    list->ids[list->count++] = id;
}

static inline void id_list_free(struct id_list *list)
{
    memory_free(list->ids);
    *list = (struct id_list){0};
}

#endif
