/* random_event.h - random events with hostile names, made again from their number. */
#ifndef TESTS_RANDOM_EVENT_H
#define TESTS_RANDOM_EVENT_H

#include "scheduler/event.h"

#define RANDOM_NAME_MAX 12
#define RANDOM_LIST_MAX 5
#define RANDOM_TERMS_SIZE (RANDOM_LIST_MAX * (RANDOM_LIST_MAX + 1) * (RANDOM_NAME_MAX + 2))

struct random_event {
    struct event event;
    char names[9 + RANDOM_LIST_MAX + RANDOM_LIST_MAX * BLOCK_COPIES_MAX][RANDOM_NAME_MAX + 1];
    uint32_t name_count;
    struct attempt attempts[RANDOM_LIST_MAX];
    const char *predecessors[RANDOM_LIST_MAX];
    struct block blocks[RANDOM_LIST_MAX];
    char labels[RANDOM_TERMS_SIZE], constraint[RANDOM_TERMS_SIZE];
};

/* Event `number` of the sequence of a seed; its texts live in `made`. All fields are
 * filled, those too that do not belong to its kind. Times do not fall. */
void random_event_make(struct random_event *made, uint64_t seed, uint32_t number);

/* Are two events equal in everything that scheduler/event.h says belongs to the kind? */
bool random_event_same(const struct event *a, const struct event *b);

#endif
