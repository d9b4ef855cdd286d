/* stranding.c - see stranding.h. */
#include "replay/stranding.h"

#include "base/memory.h"

void stranding_free(struct stranding *stranding)
{
    memory_free(stranding->machines);
    *stranding = (struct stranding){0};
}

void stranding_advance(struct stranding *stranding, int64_t duration_us)
{
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        stranding->stranded[r] += (wide_t)stranding->all.stranded.amount[r] * duration_us;
        stranding->beside[r] += (wide_t)stranding->all.beside.amount[r] * duration_us;
    }
}

/* The resource of which the smallest part is free; RESOURCE_COUNT: there is nothing at all. */
static int bottleneck_of(const struct resources *free, const struct resources *capacity)
{
    int least = RESOURCE_COUNT;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        if (!capacity->amount[r])
            continue;
        if (least == RESOURCE_COUNT || (wide_t)free->amount[r] * capacity->amount[least] <
                                           (wide_t)free->amount[least] * capacity->amount[r])
            least = r;
    }
    return least;
}

struct stranded stranded_of(const struct resources *free, const struct resources *capacity)
{
    struct stranded result = {0};
    int b = bottleneck_of(free, capacity);
    for (int r = 0; r < RESOURCE_COUNT && b < RESOURCE_COUNT; r++) {
        wide_t usable = (wide_t)free->amount[b] * capacity->amount[r]; /* x capacity of b */
        if ((wide_t)free->amount[r] * capacity->amount[b] == usable)
            continue;
        result.beside.amount[r] = free->amount[r];
        result.stranded.amount[r] = free->amount[r] - (int64_t)(usable / capacity->amount[b]);
    }
    return result;
}

void stranding_machine(struct stranding *stranding, const struct cluster *cluster, uint32_t machine)
{
    array_reserve(stranding->machines, stranding->room, machine + 1);
    struct stranded *known = &stranding->machines[machine];
    struct resources free = cluster_machine_free(cluster, machine);
    struct stranded now = stranded_of(&free, &cluster->machine_facts[machine].capacity);
    resources_subtract(&stranding->all.stranded, &known->stranded);
    resources_subtract(&stranding->all.beside, &known->beside);
    resources_add(&stranding->all.stranded, &now.stranded);
    resources_add(&stranding->all.beside, &now.beside);
    *known = now;
}
