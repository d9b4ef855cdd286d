/* mesos_sorter.c - see mesos_sorter.h. */
#include "policies/mesos_sorter.h"

#include <string.h>

#include "base/assert.h"
#include "costmodels/facts.h"

#define SHARE_BITS 52

static uint32_t own_leaf(uint32_t node)
{
    return 2 * node + 1;
}

static bool is_leaf(uint32_t entry)
{
    return entry & 1;
}

void mesos_sorter_free(struct mesos_sorter *sorter)
{
    for (uint32_t e = 0; e < 2 * sorter->node_count; e++)
        id_list_free(&sorter->entries[e].entries);
    memory_free(sorter->entries);
    id_list_free(&sorter->top);
    id_list_free(&sorter->moved);
    *sorter = (struct mesos_sorter){0};
}

uint32_t mesos_sorter_add(struct mesos_sorter *sorter, uint32_t parent, const char *name,
                          uint32_t weight)
{
    ASSERT(weight > 0);
    uint32_t node = sorter->node_count++;
    array_reserve(sorter->entries, sorter->entry_room, 2 * sorter->node_count);
    sorter->entries[2 * node] = (struct mesos_entry){
        .name = name, .weight = weight, .parent = parent == NONE ? NONE : 2 * parent};
    sorter->entries[own_leaf(node)] =
        (struct mesos_entry){.name = ".", .weight = TENANT_WEIGHT_ONE, .parent = 2 * node};
    return node;
}

/* The order. */

static int64_t compute_share(const struct mesos_sorter *sorter, const struct mesos_entry *entry)
{
    int64_t share = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        if (sorter->total.amount[r] <= 0 || entry->allocation.amount[r] <= 0)
            continue;
        wide_t part = ((wide_t)entry->allocation.amount[r] << SHARE_BITS) * TENANT_WEIGHT_ONE /
                      ((wide_t)sorter->total.amount[r] * entry->weight);
        if (part > share)
            share = part > INT64_MAX ? INT64_MAX : (int64_t)part;
    }
    return share;
}

static int64_t share_of(struct mesos_sorter *sorter, struct mesos_entry *entry)
{
    if (!entry->known)
        entry->share = compute_share(sorter, entry);
    entry->known = true;
    return entry->share;
}

static bool before(struct mesos_sorter *sorter, uint32_t a, uint32_t b)
{
    struct mesos_entry *x = &sorter->entries[a], *y = &sorter->entries[b];
    int64_t share_x = share_of(sorter, x), share_y = share_of(sorter, y);
    if (share_x != share_y)
        return share_x < share_y;
    if (x->count != y->count)
        return x->count < y->count;
    return strcmp(x->name, y->name) < 0;
}

static struct id_list *siblings(struct mesos_sorter *sorter, uint32_t entry)
{
    uint32_t parent = sorter->entries[entry].parent;
    return parent == NONE ? &sorter->top : &sorter->entries[parent].entries;
}

/* The first place from `from` to `to` whose entry does not come before this one. */
static uint32_t find_place(struct mesos_sorter *sorter, const struct id_list *list, uint32_t entry,
                           uint32_t from, uint32_t to)
{
    while (from < to) {
        uint32_t middle = (from + to) / 2;
        if (before(sorter, list->ids[middle], entry))
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static void insert(struct mesos_sorter *sorter, struct id_list *list, uint32_t entry)
{
    uint32_t at = find_place(sorter, list, entry, 0, list->count);
    id_list_add(list, entry);
    memmove(&list->ids[at + 1], &list->ids[at], (list->count - 1 - at) * sizeof *list->ids);
    list->ids[at] = entry;
}

static uint32_t position_of(const struct id_list *list, uint32_t entry)
{
    uint32_t at = 0;
    while (list->ids[at] != entry)
        at++;
    return at;
}

static void take_out(struct id_list *list, uint32_t entry)
{
    uint32_t at = position_of(list, entry);
    list->count--;
    memmove(&list->ids[at], &list->ids[at + 1], (list->count - at) * sizeof *list->ids);
}

/* Of a list in order, the one entry whose share or count rose goes back. */
static void go_back(struct mesos_sorter *sorter, struct id_list *list, uint32_t entry)
{
    uint32_t at = position_of(list, entry);
    uint32_t to = find_place(sorter, list, entry, at + 1, list->count) - 1;
    memmove(&list->ids[at], &list->ids[at + 1], (to - at) * sizeof *list->ids);
    list->ids[to] = entry;
}

static bool in_order(const struct mesos_sorter *sorter)
{
    return !sorter->stirred && !sorter->moved.count;
}

static void set_moved(struct mesos_sorter *sorter, uint32_t entry)
{
    struct mesos_entry *e = &sorter->entries[entry];
    e->known = false;
    if (e->moved || !e->active)
        return;
    e->moved = true;
    id_list_add(&sorter->moved, entry);
}

static void sort_again(struct mesos_sorter *sorter, struct id_list *list)
{
    uint32_t count = list->count;
    list->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t entry = list->ids[i]; /* those inserted so far are before it */
        insert(sorter, list, entry);
    }
}

static void put_in_order(struct mesos_sorter *sorter)
{
    if (sorter->stirred) {
        for (uint32_t e = 0; e < 2 * sorter->node_count; e++)
            sorter->entries[e].known = false;
        sort_again(sorter, &sorter->top);
        for (uint32_t e = 0; e < 2 * sorter->node_count; e += 2)
            sort_again(sorter, &sorter->entries[e].entries);
    } else {
        for (uint32_t i = 0; i < sorter->moved.count; i++)
            if (sorter->entries[sorter->moved.ids[i]].active)
                take_out(siblings(sorter, sorter->moved.ids[i]), sorter->moved.ids[i]);
        for (uint32_t i = 0; i < sorter->moved.count; i++)
            if (sorter->entries[sorter->moved.ids[i]].active)
                insert(sorter, siblings(sorter, sorter->moved.ids[i]), sorter->moved.ids[i]);
    }
    for (uint32_t i = 0; i < sorter->moved.count; i++)
        sorter->entries[sorter->moved.ids[i]].moved = false;
    sorter->moved.count = 0;
    sorter->stirred = false;
}

/* Changes. */

void mesos_sorter_activate(struct mesos_sorter *sorter, uint32_t node)
{
    put_in_order(sorter);
    uint32_t entry = own_leaf(node);
    while (entry != NONE && !sorter->entries[entry].active) {
        sorter->entries[entry].active = true;
        insert(sorter, siblings(sorter, entry), entry);
        entry = sorter->entries[entry].parent;
    }
}

void mesos_sorter_deactivate(struct mesos_sorter *sorter, uint32_t node)
{
    uint32_t entry = own_leaf(node);
    if (!sorter->entries[entry].active)
        return;
    while (entry != NONE && (is_leaf(entry) || !sorter->entries[entry].entries.count)) {
        sorter->entries[entry].active = false;
        take_out(siblings(sorter, entry), entry);
        entry = sorter->entries[entry].parent;
    }
}

void mesos_sorter_allocated(struct mesos_sorter *sorter, uint32_t node,
                            const struct resources *more)
{
    mesos_sorter_allocated_often(sorter, node, more, 1);
}

void mesos_sorter_allocated_often(struct mesos_sorter *sorter, uint32_t node,
                                  const struct resources *more, uint32_t times)
{
    resources_add(&sorter->allocation, more);
    for (uint32_t e = own_leaf(node); e != NONE; e = sorter->entries[e].parent) {
        struct mesos_entry *entry = &sorter->entries[e];
        resources_add(&entry->allocation, more);
        entry->count += times;
        entry->known = false;
        if (!in_order(sorter))
            set_moved(sorter, e);
        else if (entry->active)
            go_back(sorter, siblings(sorter, e), e);
    }
}

void mesos_sorter_unallocated(struct mesos_sorter *sorter, uint32_t node,
                              const struct resources *less)
{
    resources_subtract(&sorter->allocation, less);
    for (uint32_t e = own_leaf(node); e != NONE; e = sorter->entries[e].parent) {
        resources_subtract(&sorter->entries[e].allocation, less);
        set_moved(sorter, e);
    }
}

void mesos_sorter_set_total(struct mesos_sorter *sorter, const struct resources *total)
{
    sorter->total = *total;
    sorter->stirred = true;
}

const struct resources *mesos_sorter_allocation(const struct mesos_sorter *sorter, uint32_t node)
{
    return &sorter->entries[2 * node].allocation;
}

/* Walks. */

void mesos_walk_begin(struct mesos_walk *walk, struct mesos_sorter *sorter)
{
    if (!in_order(sorter))
        put_in_order(sorter);
    walk->depth = 1;
    walk->levels[0].list = &sorter->top;
    walk->levels[0].next = 0;
}

uint32_t mesos_walk_next(struct mesos_walk *walk, const struct mesos_sorter *sorter)
{
    while (walk->depth) {
        uint32_t level = walk->depth - 1;
        const struct id_list *list = walk->levels[level].list;
        if (walk->levels[level].next == list->count) {
            walk->depth--;
            continue;
        }
        uint32_t entry = list->ids[walk->levels[level].next++];
        if (is_leaf(entry))
            return entry / 2;
        ASSERT(walk->depth < MESOS_LEVELS_MAX);
        walk->levels[walk->depth].list = &sorter->entries[entry].entries;
        walk->levels[walk->depth++].next = 0;
    }
    return NONE;
}
