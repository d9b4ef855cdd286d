/* fragmentation.c - see fragmentation.h. */
#include "replay/fragmentation.h"

#include "base/memory.h"
#include "costmodels/room.h"

void fragmentation_free(struct fragmentation *fragmentation)
{
    memory_free(fragmentation->shares);
    *fragmentation = (struct fragmentation){0};
}

static double measure(const struct fragmentation *f)
{
    double sum = 0;
    int resources = 0;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        if (f->free.amount[r] <= 0)
            continue;
        double lost = 0;
        for (uint32_t h = 0; h < f->class_count; h++)
            lost += (double)f->classes[h].submitted * (double)f->classes[h].lost.amount[r];
        sum += lost / (double)f->submitted / (double)f->free.amount[r];
        resources++;
    }
    return resources && f->submitted ? sum / resources : NAN;
}

void fragmentation_advance(struct fragmentation *fragmentation, int64_t duration_us)
{
    if (fragmentation->stale)
        fragmentation->value = measure(fragmentation);
    fragmentation->stale = false;
    if (fragmentation->submitted && !isnan(fragmentation->value))
        average_add(&fragmentation->average, fragmentation->value, duration_us);
}

/* Does the demand fit a machine of which so much is free? A new class asks this of all of
 * them, so those without GPUs are not asked for more than their sums. */
static bool fits(const struct cluster *cluster, uint32_t machine, const struct resources *demand,
                 const struct resources *free)
{
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    if (!facts->devices)
        return resources_fit(demand, free);
    struct room room;
    room_of_machine(&room, facts);
    return room_fits(&room, demand);
}

static void add_class(struct fragmentation *f, const struct cluster *cluster,
                      const struct resources *demand)
{
    uint32_t h = f->class_count++;
    struct fragmentation_class *added = &f->classes[h];
    added->demand = *demand;
    for (uint32_t m = 0; m < f->share_count; m++) {
        struct fragmentation_share *share = &f->shares[m];
        if (fits(cluster, m, demand, &share->free))
            continue;
        share->misfits |= 1u << h;
        resources_add(&added->lost, &share->free);
    }
}

void fragmentation_submitted(struct fragmentation *fragmentation, const struct cluster *cluster,
                             const struct resources *demand)
{
    uint32_t h = 0;
    while (h < fragmentation->class_count &&
           !resources_equal(&fragmentation->classes[h].demand, demand))
        h++;
    if (h == FRAGMENTATION_CLASSES)
        return;
    if (h == fragmentation->class_count)
        add_class(fragmentation, cluster, demand);
    fragmentation->classes[h].submitted++;
    fragmentation->submitted++;
    fragmentation->stale = true;
}

void fragmentation_machine(struct fragmentation *fragmentation, const struct cluster *cluster,
                           uint32_t machine)
{
    array_reserve(fragmentation->shares, fragmentation->share_room, machine + 1);
    if (fragmentation->share_count <= machine)
        fragmentation->share_count = machine + 1; /* free: nothing */
    struct fragmentation_share *share = &fragmentation->shares[machine];
    struct resources now = cluster_machine_free(cluster, machine);
    if (resources_equal(&share->free, &now) && !cluster->machine_facts[machine].devices)
        return; /* else other devices may be free */
    resources_subtract(&fragmentation->free, &share->free);
    resources_add(&fragmentation->free, &now);
    uint32_t misfits = 0;
    for (uint32_t h = 0; h < fragmentation->class_count; h++) {
        struct fragmentation_class *class = &fragmentation->classes[h];
        if (share->misfits >> h & 1)
            resources_subtract(&class->lost, &share->free);
        if (fits(cluster, machine, &class->demand, &now))
            continue;
        resources_add(&class->lost, &now);
        misfits |= 1u << h;
    }
    *share = (struct fragmentation_share){now, misfits};
    fragmentation->stale = true;
}

double fragmentation_average(const struct fragmentation *fragmentation)
{
    return average_value(&fragmentation->average);
}
