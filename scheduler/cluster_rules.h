/* cluster_rules.h - what must hold of one machine, task, stage, job or tenant alone.
 *
 * Each answers STATUS_OK, or STATUS_ILLEGAL and which rule is broken where. They trust no
 * index that they follow. The sums over the whole cluster are the audit's
 * (scheduler/audit.h). */
#ifndef SCHEDULER_CLUSTER_RULES_H
#define SCHEDULER_CLUSTER_RULES_H

#include "scheduler/cluster.h"

enum status rule_broken(struct problem *problem, const char *rule, const char *what, uint32_t id);

/* Is the count of all runs that of the buckets, and are those in order? */
bool rule_past_adds_up(const struct run_histogram *past);

/* used = sum of the demands of the tasks that run on it and of what those suspended keep, within
 * 0 .. capacity, and so on each device; their constraints allow its labels; those suspended could
 * be resumed, were it empty; services weigh what they should. O(tasks on it). */
enum status rules_of_machine(const struct cluster *cluster, uint32_t machine,
                             struct problem *problem);

/* A live task: in the list of its state, next to its neighbours in that of its stage, with a
 * machine if it runs or is suspended, found by its name, of its stage's job and that job's tenant,
 * and blocked as long as its stage is. O(1). */
enum status rules_of_task(const struct cluster *cluster, uint32_t task, struct problem *problem);

/* A stage of which `live` tasks are live: their count, the head of their list, and what was
 * learned of runs in the stage and of its kind. O(different run times). */
enum status rules_of_stage(const struct cluster *cluster, uint32_t stage, uint32_t live,
                           struct problem *problem);

/* The whole list of a stage's live tasks. O(its live tasks). */
enum status rules_of_stage_list(const struct cluster *cluster, uint32_t stage,
                                struct problem *problem);

/* What waits for what among a job's stages. `waits` is scratch, by stage id. Returns by
 * `stages` how many the job has. O(its stages and their dependencies). */
enum status rules_of_job(const struct cluster *cluster, uint32_t job, uint32_t *waits,
                         uint32_t *stages, struct problem *problem);

/* A tenant whose tasks are charged for `used` together: that, its place in the forest, and what
 * was learned of its runs. O(different run times). */
enum status rules_of_tenant(const struct cluster *cluster, uint32_t tenant,
                            const struct resources *used, struct problem *problem);

#endif
