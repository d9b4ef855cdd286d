/* quincy.c - the cost model of Quincy: data to move against time to wait.
 *
 * Isard et al., "Quincy: fair scheduling for distributed computing clusters", SOSP 2009,
 * section 4.2; the factors are the defaults of Firmament's quincy_cost_model.cc. One unit of
 * cost is one MiB pulled through a rack's switch:
 *
 *   gamma  running on a machine    PSI x MiB on other machines of its rack only
 *                                  + XI x MiB in other racks only, or nowhere
 *   rho    running in a rack       gamma of the worst machine of it that takes tasks
 *   alpha  running anywhere        rho of the worst rack that has such a machine
 *   upsilon, waiting               WAITING_MIB a second of all waits
 *   keeping                        gamma of its machine - RUNNING_MIB a second of the run
 *   preempting                     what waiting costs it, its time to the end of its step
 *
 * The paper counts data in GB and time in seconds and adds the two up, so a second of run is
 * worth a GB. Firmament also cuts to whole GB and whole seconds; in MiB and microseconds
 * neither is lost.
 *
 * A block counts once however many copies a rack or machine holds. Copies on machines that
 * are away do not count, and a block without any other is far from everywhere. Worst cases
 * are found anew whenever asked, so they are right after the worst machine has left
 * (Firmament then keeps its cost).
 *
 * Keeping costs no more than the place anew, and less the longer the task has run. Of a waiting
 * task the cost rises by WAITING_MIB a second, of a running one the saving by RUNNING_MIB:
 * whoever did not stop it at first will not because time has passed. So what is gained by
 * stopping a task grows only before that task starts; two never stop each other in turn.
 *
 * Waits and runs count in the steps of waiting_steps.h, and up to 2^33 MiB: half a
 * year of waiting, a quarter of running. So large can an input be, too (facts.h). */
#include <stdlib.h>

#include "base/checked.h"
#include "costmodels/cost_model.h"
#include "costmodels/waiting_steps.h"

#define PSI 1
#define XI 2
#define WAITING_MIB 512
#define RUNNING_MIB 1024
#define SECOND_US 1000000

#define TIME_COST_MAX (INT64_C(1) << 33)
#define RANGE (2 * TIME_COST_MAX)
_Static_assert(XI *BLOCKS_MAX *BLOCK_MIB_MAX <= TIME_COST_MAX, "an input costs too much");

/* A machine or rack is preferred if it has at least 1 / PREFERRED_PART of the input. A
 * block is on BLOCK_COPIES_MAX machines at most, so this many of each kind can be. */
#define PREFERRED_PART 10
_Static_assert(2 * BLOCK_COPIES_MAX * PREFERRED_PART <= PREFERENCES_MAX, "too many preferences");

/* What a machine or a rack has of the input. */
struct holding {
    uint32_t id;
    int64_t mib;
};

struct input {
    int64_t mib;                                            /* of all blocks */
    struct holding machines[BLOCKS_MAX * BLOCK_COPIES_MAX]; /* those that hold some, by id */
    struct holding racks[BLOCKS_MAX * BLOCK_COPIES_MAX];
    uint32_t machine_count, rack_count;
};

static cost_t time_cost(int64_t time_us, int64_t mib_per_second)
{
    int64_t product;
    if (!checked_mul(time_us, mib_per_second, &product))
        return TIME_COST_MAX;
    int64_t cost = product / SECOND_US;
    return cost < TIME_COST_MAX ? cost : TIME_COST_MAX;
}

static cost_t waiting(const struct task_facts *task, const struct cluster_facts *cluster)
{
    (void)cluster;
    return time_cost(waiting_step(task->waited_us), WAITING_MIB);
}

static cost_t transfer_cost(int64_t total, int64_t in_rack, int64_t on_machine)
{
    return PSI * (in_rack - on_machine) + XI * (total - in_rack);
}

/* gamma. */
static cost_t machine_cost(const struct task_facts *task, const struct cluster_facts *cluster,
                           uint32_t machine)
{
    int64_t total = 0, in_rack = 0, on_machine = 0;
    for (uint32_t b = 0; b < task->block_count; b++) {
        const struct block_facts *block = &task->blocks[b];
        bool here = false, near = false;
        for (uint32_t c = 0; c < block->copy_count; c++) {
            const struct machine_facts *holder = &cluster->machines[block->machines[c]];
            here |= holder->present && block->machines[c] == machine;
            near |= holder->present && holder->rack == cluster->machines[machine].rack;
        }
        total += block->mib;
        in_rack += near ? block->mib : 0;
        on_machine += here ? block->mib : 0;
    }
    return transfer_cost(total, in_rack, on_machine);
}

static int by_id(const void *a, const void *b)
{
    uint32_t x = ((const struct holding *)a)->id;
    uint32_t y = ((const struct holding *)b)->id;
    return x < y ? -1 : x > y;
}

/* Sort by id and make one of those with equal ids; returns how many are left. */
static uint32_t merge(struct holding *holdings, uint32_t count)
{
    if (count == 0)
        return 0;
    qsort(holdings, count, sizeof *holdings, by_id);
    uint32_t last = 0;
    for (uint32_t i = 1; i < count; i++) {
        if (holdings[i].id == holdings[last].id)
            holdings[last].mib += holdings[i].mib;
        else
            holdings[++last] = holdings[i];
    }
    return last + 1;
}

static void add_block(struct input *input, const struct block_facts *block,
                      const struct cluster_facts *cluster)
{
    uint32_t first_rack = input->rack_count;
    input->mib += block->mib;
    for (uint32_t c = 0; c < block->copy_count; c++) {
        const struct machine_facts *holder = &cluster->machines[block->machines[c]];
        if (!holder->present)
            continue;
        input->machines[input->machine_count++] = (struct holding){block->machines[c], block->mib};
        uint32_t r = first_rack;
        while (r < input->rack_count && input->racks[r].id != holder->rack)
            r++;
        if (r == input->rack_count)
            input->racks[input->rack_count++] = (struct holding){holder->rack, block->mib};
    }
}

static void locate(struct input *input, const struct task_facts *task,
                   const struct cluster_facts *cluster)
{
    input->mib = 0;
    input->machine_count = input->rack_count = 0;
    for (uint32_t b = 0; b < task->block_count; b++)
        add_block(input, &task->blocks[b], cluster);
    input->machine_count = merge(input->machines, input->machine_count);
    input->rack_count = merge(input->racks, input->rack_count);
}

static int64_t held(const struct holding *holdings, uint32_t count, uint32_t id)
{
    struct holding wanted = {.id = id};
    const struct holding *found =
        count ? bsearch(&wanted, holdings, count, sizeof wanted, by_id) : NULL;
    return found ? found->mib : 0;
}

/* rho; or -1 if no machine of the rack takes tasks. Ends at the first machine without any
 * of the input: none is worse. */
static cost_t rack_cost(const struct input *input, const struct cluster_facts *cluster,
                        uint32_t rack)
{
    const struct rack_facts *facts = &cluster->racks[rack];
    int64_t in_rack = held(input->racks, input->rack_count, rack);
    int64_t least = -1;
    for (uint32_t i = 0; i < facts->machine_count && least != 0; i++) {
        if (!cluster->machines[facts->machines[i]].up)
            continue;
        int64_t here = held(input->machines, input->machine_count, facts->machines[i]);
        least = least < 0 || here < least ? here : least;
    }
    return least < 0 ? -1 : transfer_cost(input->mib, in_rack, least);
}

static bool takes_tasks(const struct cluster_facts *cluster, uint32_t rack)
{
    const struct rack_facts *facts = &cluster->racks[rack];
    for (uint32_t i = 0; i < facts->machine_count; i++)
        if (cluster->machines[facts->machines[i]].up)
            return true;
    return false;
}

static bool holds_copy(const struct task_facts *task, const struct cluster_facts *cluster,
                       uint32_t rack)
{
    for (uint32_t b = 0; b < task->block_count; b++)
        for (uint32_t c = 0; c < task->blocks[b].copy_count; c++)
            if (cluster->machines[task->blocks[b].machines[c]].rack == rack)
                return true;
    return false;
}

static int64_t input_mib(const struct task_facts *task)
{
    int64_t mib = 0;
    for (uint32_t b = 0; b < task->block_count; b++)
        mib += task->blocks[b].mib;
    return mib;
}

/* alpha. In a large cluster one of the first racks has none of the input: none is worse. */
static cost_t anywhere(const struct task_facts *task, const struct cluster_facts *cluster)
{
    if (!task->block_count)
        return 0;
    for (uint32_t r = 0; r < cluster->rack_count && r < 4; r++)
        if (!holds_copy(task, cluster, r) && takes_tasks(cluster, r))
            return XI * input_mib(task);
    struct input input;
    locate(&input, task, cluster);
    cost_t worst = -1;
    for (uint32_t r = 0; r < cluster->rack_count && worst < XI * input.mib; r++) {
        cost_t cost = rack_cost(&input, cluster, r);
        worst = cost > worst ? cost : worst;
    }
    return worst < 0 ? XI * input.mib : worst;
}

static bool preferred(const struct input *input, const struct holding *holding)
{
    return holding->mib > 0 && holding->mib * PREFERRED_PART >= input->mib;
}

static uint32_t preferences(const struct task_facts *task, const struct cluster_facts *cluster,
                            struct preference *preferences)
{
    if (!task->block_count)
        return 0;
    struct input input;
    uint32_t count = 0;
    locate(&input, task, cluster);
    for (uint32_t i = 0; i < input.machine_count; i++) {
        const struct holding *here = &input.machines[i];
        const struct machine_facts *machine = &cluster->machines[here->id];
        if (!machine->up || !preferred(&input, here))
            continue;
        int64_t in_rack = held(input.racks, input.rack_count, machine->rack);
        preferences[count++] = (struct preference){PREFERENCE_MACHINE, here->id,
                                                   transfer_cost(input.mib, in_rack, here->mib)};
    }
    for (uint32_t i = 0; i < input.rack_count; i++) {
        cost_t cost = rack_cost(&input, cluster, input.racks[i].id);
        if (cost >= 0 && preferred(&input, &input.racks[i]))
            preferences[count++] = (struct preference){PREFERENCE_RACK, input.racks[i].id, cost};
    }
    return count;
}

static cost_t keeping(const struct task_facts *task, const struct cluster_facts *cluster)
{
    return machine_cost(task, cluster, task->machine) -
           time_cost(waiting_step(task->ran_us), RUNNING_MIB);
}

/* Waiting tasks count from the beginning of their step: steps let none overtake another. */
static cost_t preempting(const struct task_facts *task, const struct cluster_facts *cluster)
{
    (void)cluster;
    return time_cost(waiting_step_next(task->waited_us), WAITING_MIB);
}

/* Only one of the two times goes on. */
static int64_t holds_until(const struct task_facts *task, const struct cluster_facts *cluster)
{
    int64_t time_us = task->machine == NONE ? task->waited_us : task->ran_us;
    return cluster->now_us + waiting_step_next(time_us) - time_us;
}

const struct cost_model cost_model_quincy = {
    .name = "quincy",
    .help = "data to move against time to wait (Isard et al., SOSP 2009)",
    .range = RANGE,
    .waiting = waiting,
    .anywhere = anywhere,
    .preferences = preferences,
    .keeping = keeping,
    .preempting = preempting,
    .holds_until = holds_until,
};
