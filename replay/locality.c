/* locality.c - see locality.h. */
#include "replay/locality.h"

#include "replay/integral.h"

void locality_start(struct locality *locality, const struct machine_facts *machines,
                    const struct task_facts *task)
{
    for (uint32_t b = 0; b < task->block_count; b++) {
        const struct block_facts *block = &task->blocks[b];
        bool on_machine = false;
        bool in_rack = false;
        for (uint32_t c = 0; c < block->copy_count; c++) {
            const struct machine_facts *holder = &machines[block->machines[c]];
            on_machine |= block->machines[c] == task->machine;
            in_rack |= holder->present && holder->rack == machines[task->machine].rack;
        }
        if (on_machine)
            locality->machine_mib += block->mib;
        else if (in_rack)
            locality->rack_mib += block->mib;
        else
            locality->remote_mib += block->mib;
    }
}

struct locality_ratios locality_ratios(const struct locality *locality)
{
    double all = (double)(locality->machine_mib + locality->rack_mib + locality->remote_mib);
    return (struct locality_ratios){.machine = ratio_of((double)locality->machine_mib, all),
                                    .rack = ratio_of((double)locality->rack_mib, all),
                                    .remote = ratio_of((double)locality->remote_mib, all)};
}
