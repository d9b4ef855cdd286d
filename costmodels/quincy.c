/* quincy.c - see quincy.h.
 *
 * Isard et al., Quincy: fair scheduling for distributed computing clusters, SOSP 2009,
 * section 4.2, with the constants of the paper as Firmament's flags have them. Costs are in
 * MiB moved through a rack's switch:
 *
 *   gamma  running on a machine    PSI x MiB on other machines of its rack
 *                                  + XI x MiB in other racks only, or nowhere
 *   rho    running in a rack       gamma of the worst machine of it that takes tasks
 *   alpha  running anywhere        rho of the worst rack that has such a machine
 *   upsilon, waiting               WAITING_MIB per second of all waits
 *   keeping                        gamma of its machine - RUNNING_MIB per second of the run
 *   preempting                     what waiting costs it
 *
 * The paper counts data in GB and time in seconds and adds the two up, so a second run is
 * worth a GB. Firmament also cuts to whole GB and to whole seconds; in MiB and microseconds
 * neither is lost.
 *
 * Each block counts once, however many copies a rack or machine holds; copies on machines
 * that are away do not count, and a block without any is far from everywhere. Worst cases
 * are found anew whenever asked, so they are right after the worst machine has left
 * (Firmament keeps its cost then).
 *
 * Limits: an input over INPUT_MIB_MAX (256 PiB) counts as one of that size, the blocks
 * first met first; waits and runs count up to COST_MODEL_MAX - 1 (34 years of running). */
#include "costmodels/quincy.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/memory.h"

#define PSI 1
#define XI 2
#define WAITING_MIB 512
#define RUNNING_MIB 1024
#define SECOND_US 1000000

/* XI times it stays below COST_MODEL_MAX. */
#define INPUT_MIB_MAX (INT64_C(1) << 38)

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
    int64_t mib;                      /* of all blocks */
    struct holding *machines, *racks; /* those that hold some of it, by id */
    uint32_t machine_count, rack_count;
};

static int64_t rate_cost(int64_t time_us, int64_t mib_per_second)
{
    int64_t product;
    if (!checked_mul(time_us, mib_per_second, &product))
        return COST_MODEL_MAX - 1;
    int64_t cost = product / SECOND_US;
    return cost < COST_MODEL_MAX ? cost : COST_MODEL_MAX - 1;
}

static cost_t waiting(const struct task_facts *task)
{
    return rate_cost(task->waited_us, WAITING_MIB);
}

/* What still counts of a block after `sum` MiB of others. */
static int64_t count_mib(const struct block_facts *block, int64_t sum)
{
    int64_t left = INPUT_MIB_MAX - sum;
    return block->mib < left ? block->mib : left;
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
        int64_t mib = count_mib(block, total);
        total += mib;
        in_rack += near ? mib : 0;
        on_machine += here ? mib : 0;
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
    int64_t mib = count_mib(block, input->mib);
    input->mib += mib;
    for (uint32_t c = 0; c < block->copy_count; c++) {
        const struct machine_facts *holder = &cluster->machines[block->machines[c]];
        if (!holder->present)
            continue;
        input->machines[input->machine_count++] = (struct holding){block->machines[c], mib};
        uint32_t r = first_rack;
        while (r < input->rack_count && input->racks[r].id != holder->rack)
            r++;
        if (r == input->rack_count)
            input->racks[input->rack_count++] = (struct holding){holder->rack, mib};
    }
}

static void input_init(struct input *input, const struct task_facts *task,
                       const struct cluster_facts *cluster)
{
    size_t room = (size_t)task->block_count * BLOCK_COPIES_MAX;
    *input = (struct input){.machines = memory_alloc(room * sizeof *input->machines),
                            .racks = memory_alloc(room * sizeof *input->racks)};
    for (uint32_t b = 0; b < task->block_count; b++)
        add_block(input, &task->blocks[b], cluster);
    input->machine_count = merge(input->machines, input->machine_count);
    input->rack_count = merge(input->racks, input->rack_count);
}

static void input_free(struct input *input)
{
    memory_free(input->machines);
    memory_free(input->racks);
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

/* alpha. Ends at the first rack that has to fetch all: none is worse. */
static cost_t anywhere(const struct task_facts *task, const struct cluster_facts *cluster)
{
    if (!task->block_count)
        return 0;
    struct input input;
    input_init(&input, task, cluster);
    cost_t worst = -1;
    for (uint32_t r = 0; r < cluster->rack_count && worst < XI * input.mib; r++) {
        cost_t cost = rack_cost(&input, cluster, r);
        worst = cost > worst ? cost : worst;
    }
    if (worst < 0)
        worst = XI * input.mib;
    input_free(&input);
    return worst;
}

static bool preferred(const struct input *input, const struct holding *holding)
{
    return holding->mib > 0 &&
           holding->mib >= input->mib / PREFERRED_PART + (input->mib % PREFERRED_PART != 0);
}

static uint32_t preferences(const struct task_facts *task, const struct cluster_facts *cluster,
                            struct preference *preferences)
{
    if (!task->block_count)
        return 0;
    struct input input;
    uint32_t count = 0;
    input_init(&input, task, cluster);
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
    input_free(&input);
    return count;
}

static cost_t keeping(const struct task_facts *task, const struct cluster_facts *cluster)
{
    return machine_cost(task, cluster, task->machine) - rate_cost(task->ran_us, RUNNING_MIB);
}

const struct cost_model cost_model_quincy = {
    .name = "quincy",
    .help = "data moved, against time waited (Isard et al. 2009)",
    .waiting = waiting,
    .anywhere = anywhere,
    .preferences = preferences,
    .keeping = keeping,
    .preempting = waiting,
};
