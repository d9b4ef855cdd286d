/* waiting.h - what waits, in lines of tasks that are alike, for policies that decide one task
 * after the other.
 *
 * A kind is the tasks of equal demand and constraint: when a task of it fits nowhere, none of them
 * does, and the kind is idle until a machine takes more than it did. A line is the tasks of a kind
 * that are alike in what else the policy tells apart; those who came first stand in front. So the
 * work of a round follows what changed and not what waits. */
#ifndef POLICIES_WAITING_H
#define POLICIES_WAITING_H

#include "base/id_chains.h"
#include "base/id_list.h"
#include "policies/plan.h"

/* What makes two tasks of a kind stand in two lines. */
enum {
    WAITING_BY_TENANT = 1,
    WAITING_BY_PRIORITY = 2,
    WAITING_BY_RUN_TIME = 4, /* as far as it is known */
    WAITING_BY_STAGE = 8,    /* with the tenant and what a service level asks for */
};

struct waiting_task {
    uint32_t line; /* NONE: in none */
    uint32_t next, previous;
};

struct waiting_line {
    struct task_facts facts; /* of its tasks, as far as it is told apart: all else is 0 */
    uint32_t kind;
    uint32_t first, last, count; /* of its tasks; a count of 0: a free id */
    uint32_t next, previous;     /* of the same kind */
    uint64_t arrival;            /* of its first task: who began to wait before has a lower one */
    uint64_t birth;              /* of no other line before or after it, from 1 on */
};

struct waiting_kind {
    struct task_facts facts; /* of a task of it: demand and constraint */
    uint32_t first_line;     /* NONE: a free id */
    uint32_t active_at;      /* in waiting.active; NONE: idle */
    uint32_t idle_at;        /* in waiting.idle; NONE: active */
    uint64_t woken_in;       /* of waiting.rounds: it was idle when that one began, and fits at */
                             /* most on machines that had grown */
};

struct waiting {
    unsigned by;
    struct waiting_task *tasks; /* by task id */
    uint64_t *arrivals;         /* by task id */
    uint32_t task_limit, task_room, arrival_room;
    uint64_t arrival_count;
    struct waiting_line *lines;
    uint32_t line_count, line_room, free_line;
    uint64_t birth_count;
    struct id_chains line_ids; /* by hash of the facts */
    struct waiting_kind *kinds;
    uint32_t kind_count, kind_room, free_kind;
    struct id_chains kind_ids;
    struct id_list active, idle; /* kinds */
    uint64_t rounds;
    uint32_t fresh_count; /* when a round begins, the first so many active kinds may fit */
                          /* anywhere, and those after them only where a machine has grown */
    struct id_list taken; /* tasks, in this round */
};

/* `by`: a sum of WAITING_BY_*. */
void waiting_init(struct waiting *waiting, unsigned by);
void waiting_free(struct waiting *waiting);

/* Follow a change: its task joins the end of a line or leaves one. O(1) expected. */
void waiting_see(struct waiting *waiting, const struct cluster *cluster,
                 const struct change *change);

/* A round begins, after that of the plan: tasks that were taken and still wait stand at the end of
 * their lines, and idle kinds that fit on a machine that has grown are active. O(tasks taken +
 * machines that grew x idle kinds). */
void waiting_begin(struct waiting *waiting, const struct cluster *cluster, const struct plan *plan);

/* Idle kinds that fit on the machine are active. O(idle kinds). */
void waiting_wake(struct waiting *waiting, const struct cluster *cluster, const struct plan *plan,
                  uint32_t machine);

/* The kind of a task that waits. O(1). */
uint32_t waiting_kind_of(const struct waiting *waiting, uint32_t task);

/* Does the kind fit at most on the few machines that have grown, so that to look at each of them is
 * the short way? O(1). */
bool waiting_wants_grown(const struct waiting *waiting, const struct cluster *cluster,
                         const struct plan *plan, uint32_t kind);

/* The first machine from `from` on where a task of the kind fits, or NONE, as plan_next finds it;
 * only machines that have grown are looked at where that is enough. O(machines that grew, if few;
 * log M as a rule otherwise). */
uint32_t waiting_next(const struct waiting *waiting, const struct cluster *cluster,
                      const struct plan *plan, uint32_t kind, uint32_t from);

/* A task of the kind fits nowhere. O(1). */
void waiting_set_idle(struct waiting *waiting, uint32_t kind);

/* Take the first task out of a line, to be placed; a line without tasks is free. O(1). */
uint32_t waiting_take(struct waiting *waiting, uint32_t line);

/* Likewise a task from wherever in its line it stands. O(1). */
void waiting_take_task(struct waiting *waiting, uint32_t task);

#endif
