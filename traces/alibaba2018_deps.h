/* alibaba2018_deps.h - which stages of a job wait for which, as their names say.
 *
 * A name is letters, the stage's own number, and "_" with a number for each stage that it
 * waits for: J3_1_2 waits for the stages 1 and 2 of its job. The first part that is no
 * number ends the list (R2_1_Stg8 waits for 1 alone); names without a number after their
 * letters (task_Mzg4..., MergeTask) wait for nothing. If two rows of a job have the same
 * number, the first row is meant.
 *
 * Waiting for itself, or around a cycle, would be for ever: the arc that closes a cycle,
 * seen from the cycle's first task in order, is dropped. */
#ifndef TRACES_ALIBABA2018_DEPS_H
#define TRACES_ALIBABA2018_DEPS_H

#include "traces/alibaba2018_tasks.h"

struct alibaba_deps {
    uint32_t first;   /* task of starts[0] */
    uint32_t *starts; /* arcs of task t: arcs[starts[t-first]] .. arcs[starts[t-first+1]-1] */
    uint32_t *arcs;   /* the task that is waited for; NONE: dropped */
    uint32_t arc_room;
    uint32_t count_max; /* the most arcs that a task has */
    uint32_t *order;    /* of the window: tasks, those of a job that start together after those */
                        /* that they wait for, so that whoever reads them in turn knows these */
};

/* The dependencies among the tasks of the window; what is left out is noted in the tasks'
 * repairs. O(length of all names). */
void alibaba_deps_init(struct alibaba_deps *deps, struct alibaba_tasks *tasks);
void alibaba_deps_free(struct alibaba_deps *deps);

/* The task at that place of the window's order, counted from the window's first. */
uint32_t alibaba_deps_task(const struct alibaba_deps *deps, const struct alibaba_tasks *tasks,
                           uint32_t place);

/* The stages that task `t` waits for, into `stages`, which has room for count_max; returns
 * how many. */
uint32_t alibaba_deps_stages(const struct alibaba_deps *deps, const struct alibaba_tasks *tasks,
                             uint32_t t, const char **stages);

#endif
