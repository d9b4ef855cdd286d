/* task_names.c - see task_names.h. */
#include "plugins/task_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/names.h"

void task_names_init(struct task_names *names)
{
    *names = (struct task_names){.first_free = NONE};
    id_chains_init(&names->by_hash);
}

void task_names_free(struct task_names *names)
{
    for (uint32_t slot = 0; slot < names->slot_count; slot++)
        memory_free(names->slots[slot].text);
    memory_free(names->slots);
    id_chains_free(&names->by_hash);
}

uint32_t task_names_find(const struct task_names *names, const char *text)
{
    uint32_t slot = id_chains_first(&names->by_hash, names_hash(text));
    while (slot != NONE && strcmp(names->slots[slot].text, text) != 0)
        slot = id_chains_next(&names->by_hash, slot);
    return slot;
}

uint32_t task_names_add(struct task_names *names, const char *text, uint64_t value)
{
    uint32_t slot = names->first_free;
    if (slot != NONE) {
        names->first_free = names->slots[slot].next_free;
    } else {
        array_reserve(names->slots, names->slot_room, names->slot_count + 1);
        slot = names->slot_count++;
    }
    names->slots[slot] = (struct task_name){.text = memory_copy_text(text), .value = value};
    id_chains_add(&names->by_hash, names_hash(text), slot);
    return slot;
}

void task_names_remove(struct task_names *names, uint32_t slot)
{
    struct task_name *name = &names->slots[slot];
    id_chains_remove(&names->by_hash, names_hash(name->text), slot);
    memory_free(name->text);
    *name = (struct task_name){.next_free = names->first_free};
    names->first_free = slot;
}

static char *escape(char *end, const char *text)
{
    for (; *text; text++) {
        if (*text == '%' || *text == '/' || *text == ',')
            end += sprintf(end, "%%%02X", (unsigned)*text);
        else
            *end++ = *text;
    }
    return end;
}

char *task_names_make(const char *job, const char *stage, uint32_t index)
{
    char *name = memory_alloc(3 * strlen(job) + 3 * strlen(stage) + 16);
    char *end = escape(name, job);
    *end++ = '/';
    end = escape(end, stage);
    sprintf(end, "/%" PRIu32, index);
    return name;
}
