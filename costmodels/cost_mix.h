/* cost_mix.h - several cost models as one: the weighted sum of their answers.
 *
 * "slo:1000,drf:100" is a mix of two. A sum of convex costs is convex, and one of costs that
 * never fall never falls, so what cost_model.h promises of a model holds for a mix. The
 * ranges are checked when it is made: weights times ranges add up to COST_MODEL_MAX at most. */
#ifndef COSTMODELS_COST_MIX_H
#define COSTMODELS_COST_MIX_H

#include "base/status.h"
#include "costmodels/cost_model.h"

#define COST_MIX_MAX 8
#define COST_WEIGHT_MAX 1000000

struct cost_mix {
    struct {
        const struct cost_model *model;
        int64_t weight;
    } parts[COST_MIX_MAX];
    uint32_t count;
    /* Does any part have such costs? */
    bool prefers, has_class_units, has_machine_units, has_tenant_units;
};

/* Read "NAME[:WEIGHT],...", or with + in place of the commas; a weight is 1 if it is not given.
 * STATUS_USAGE, with what is wrong: a name unknown or named twice, a weight that is no whole number
 * from 1 to COST_WEIGHT_MAX, ranges too large together. */
enum status cost_mix_read(struct cost_mix *mix, const char *text, struct problem *problem);

/* A mix of one. */
struct cost_mix cost_mix_of(const struct cost_model *model);

/* The answers of cost_model.h, mixed. */
cost_t cost_mix_waiting(const struct cost_mix *mix, const struct task_facts *task,
                        const struct cluster_facts *cluster);
cost_t cost_mix_anywhere(const struct cost_mix *mix, const struct task_facts *task,
                         const struct cluster_facts *cluster);
cost_t cost_mix_keeping(const struct cost_mix *mix, const struct task_facts *task,
                        const struct cluster_facts *cluster);
cost_t cost_mix_preempting(const struct cost_mix *mix, const struct task_facts *task,
                           const struct cluster_facts *cluster);
int64_t cost_mix_holds_until(const struct cost_mix *mix, const struct task_facts *task,
                             const struct cluster_facts *cluster);
uint64_t cost_mix_class_key(const struct cost_mix *mix, const struct task_facts *task,
                            const struct cluster_facts *cluster);
cost_t cost_mix_class_unit(const struct cost_mix *mix, const struct task_facts *task,
                           const struct machine_facts *machine, uint32_t k);
cost_t cost_mix_machine_unit(const struct cost_mix *mix, const struct machine_facts *machine,
                             uint32_t running);

/* What one more task of the tenant is worth at that share, from its tenant_unit: the less
 * the larger the share. */
cost_t cost_mix_tenant_worth(const struct cost_mix *mix, const struct tenant_facts *tenant,
                             int64_t share);

/* At most PREFERENCES_MAX: what any part prefers, at what all parts say of it. Where there
 * are too many, those of the first parts are taken. */
uint32_t cost_mix_preferences(const struct cost_mix *mix, const struct task_facts *task,
                              const struct cluster_facts *cluster, struct preference *preferences);

#endif
