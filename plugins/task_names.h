/* task_names.h - live tasks by the texts that a conversation calls them.
 *
 * A name is of one live task; when that has ended it may be given again. Each has a slot, a number
 * that stands for it where numbers are wanted (flowsched_event.user), and a value of the caller's,
 * such as a handle. */
#ifndef PLUGINS_TASK_NAMES_H
#define PLUGINS_TASK_NAMES_H

#include "base/id_chains.h"

struct task_name {
    char *text; /* NULL: a free slot */
    uint64_t value;
    uint32_t next_free;
};

struct task_names {
    struct task_name *slots;
    uint32_t slot_count, slot_room, first_free;
    struct id_chains by_hash;
};

void task_names_init(struct task_names *names);
void task_names_free(struct task_names *names);

/* The slot of a name, or NONE. O(length) expected. */
uint32_t task_names_find(const struct task_names *names, const char *text);

/* A slot for a name that has none; the text is copied. O(length) expected. */
uint32_t task_names_add(struct task_names *names, const char *text, uint64_t value);

/* Forget the name of a slot. O(length) expected. */
void task_names_remove(struct task_names *names, uint32_t slot);

/* What the tasks of a submission are called that has no name of its own: JOB/STAGE/INDEX, with
 * "%", "/" and "," in job and stage written as "%25", "%2F" and "%2C". To be freed. */
char *task_names_make(const char *job, const char *stage, uint32_t index);

#endif
