/* kinds.h - tasks that are thought to run alike, by what they are called.
 *
 * The same job comes again and again under names that differ in their numbers: j_17/M1, j_18/M1.
 * A kind is a tenant, a job's and a stage's name, with every run of digits taken for the same.
 * Where names are no more than random letters every stage is a kind; after KINDS_MAX there are
 * no new ones, and the tasks of others have none. */
#ifndef SCHEDULER_KINDS_H
#define SCHEDULER_KINDS_H

#include "scheduler/cluster.h"

#define KINDS_MAX 65536

/* The kind of a stage of the job, made now if it is new; or NONE. O(length of the names). */
uint32_t kinds_intern(struct cluster *cluster, uint32_t job, const char *stage);

#endif
