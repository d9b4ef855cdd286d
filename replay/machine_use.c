/* machine_use.c - see machine_use.h. */
#include "replay/machine_use.h"

#include "base/memory.h"

void machine_use_free(struct machine_use *use)
{
    memory_free(use->machines);
    *use = (struct machine_use){0};
}

void machine_use_advance(struct machine_use *use, int64_t duration_us)
{
    average_add(&use->average, use->running_count, duration_us);
    if (use->running_most < use->running_count)
        use->running_most = use->running_count;
}

void machine_use_machine(struct machine_use *use, const struct cluster *cluster, uint32_t machine)
{
    array_reserve(use->machines, use->room, machine + 1);
    struct machine_work *work = &use->machines[machine];
    bool running = cluster->machine_facts[machine].running > 0;
    use->running_count += running;
    use->running_count -= work->running;
    use->ever_count += running && !work->ever;
    work->running = running;
    work->ever |= running;
}
