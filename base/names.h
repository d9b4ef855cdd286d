/* names.h - a table of distinct texts and their dense ids.
 *
 * Machines, jobs and tenants come with names of any kind; inside, everything is an
 * index. */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

#include "base/types.h"

struct names {
    char **texts;    /* by id */
    uint32_t *slots; /* open addressing over ids; NONE is free */
    uint32_t count;
    uint32_t text_room;
    uint32_t slot_room; /* a power of two, or 0 */
};

void names_init(struct names *names);
void names_free(struct names *names);

/* The id of the text, given out now if it is new. O(length) expected. */
uint32_t names_intern(struct names *names, const char *text);

/* The id of the text, or NONE. O(length) expected. */
uint32_t names_find(const struct names *names, const char *text);

/* The text of an id; borrowed as long as the table lives. O(1). */
const char *names_text(const struct names *names, uint32_t id);

/* A 64-bit hash of a text (FNV-1a, then mixed); the same on every machine. */
uint64_t names_hash(const char *text);

#endif
