/* reservations.h - machines that are kept for tasks which smaller ones pass again and again.
 *
 * A kind of tasks (policies/waiting.h) is passed each time when a machine on which it could run,
 * were that empty, takes other tasks and has no room for it. Passed so many times in a row, it has
 * that machine reserved, which takes nothing else from then on, until a task of the kind has been
 * placed, there or elsewhere. A kind has one machine reserved at most. (Grandl et al., SIGCOMM
 * 2014, leave it at the remark that a scheduler may reserve; YARN reserves a machine whose turn it
 * is.) */
#ifndef POLICIES_RESERVATIONS_H
#define POLICIES_RESERVATIONS_H

#include "policies/waiting.h"

struct reservation {
    struct task_facts facts; /* whose tasks it is of, for ids of kinds are given out again */
    uint32_t passed;         /* since a task of the kind was placed */
    uint32_t machine;        /* or NONE */
    uint64_t placed;         /* the turn in which one last was */
};

struct reservations {
    uint32_t patience;         /* times to be passed; 0: nothing is ever reserved */
    uint64_t turns;            /* of machines that took tasks */
    struct reservation *kinds; /* by kind */
    uint32_t kind_count, kind_room;
    uint32_t *holders; /* by machine: kind, or NONE */
    uint32_t machine_count, machine_room;
    struct id_list ended; /* machines that are free for all again, and have not been asked since */
};

void reservations_init(struct reservations *reservations, uint32_t patience);
void reservations_free(struct reservations *reservations);

/* A round begins, after that of the waiting tasks: those end whose kind does not wait any more or
 * cannot run on the machine. O(kinds + machines), or O(1) without patience. */
void reservations_begin(struct reservations *reservations, const struct cluster *cluster,
                        const struct waiting *waiting);

/* May the machine take tasks of the kind? O(1). */
bool reservations_allow(const struct reservations *reservations, uint32_t machine, uint32_t kind);

/* A task of the kind was placed on the machine whose turn it is. O(1). */
void reservations_placed(struct reservations *reservations, uint32_t kind);

/* The turn of a machine that has taken tasks is over: whose tasks were not among them are passed.
 * O(kinds that wait). */
void reservations_pass(struct reservations *reservations, const struct cluster *cluster,
                       const struct waiting *waiting, uint32_t machine);

#endif
