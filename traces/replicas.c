/* replicas.c - see replicas.h. */
#include "traces/replicas.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"

/* Machines tried until one is of another rack; then the copies stay in one. */
#define OTHER_RACK_TRIES 64

void replicas_init(struct replicas *replicas, uint64_t seed)
{
    *replicas = (struct replicas){.seed = seed};
    names_init(&replicas->machine_names);
    names_init(&replicas->rack_names);
}

void replicas_free(struct replicas *replicas)
{
    for (uint32_t r = 0; r < replicas->rack_names.count; r++)
        memory_free(replicas->racks[r].machines);
    memory_free(replicas->racks);
    memory_free(replicas->machines);
    memory_free(replicas->present);
    names_free(&replicas->machine_names);
    names_free(&replicas->rack_names);
}

static void leave(struct replicas *replicas, uint32_t m)
{
    struct replica_machine *machine = &replicas->machines[m];
    if (machine->at == NONE)
        return;
    uint32_t last = replicas->present[--replicas->present_count];
    replicas->present[machine->at] = last;
    replicas->machines[last].at = machine->at;
    struct replica_rack *rack = &replicas->racks[machine->rack];
    last = rack->machines[--rack->count];
    rack->machines[machine->rack_at] = last;
    replicas->machines[last].rack_at = machine->rack_at;
    machine->at = NONE;
}

static uint32_t intern_rack(struct replicas *replicas, uint32_t m, const char *name)
{
    char made[32];
    snprintf(made, sizeof made, "rack-%u", m / REPLICAS_RACK_MACHINES);
    uint32_t rack = names_intern(&replicas->rack_names, name ? name : made);
    array_reserve(replicas->racks, replicas->rack_room, rack + 1);
    return rack;
}

static void enter(struct replicas *replicas, uint32_t m, const char *rack_name)
{
    struct replica_machine *machine = &replicas->machines[m];
    machine->rack = intern_rack(replicas, m, rack_name);
    machine->at = replicas->present_count;
    array_reserve(replicas->present, replicas->present_room, replicas->present_count + 1);
    replicas->present[replicas->present_count++] = m;
    struct replica_rack *rack = &replicas->racks[machine->rack];
    machine->rack_at = rack->count;
    array_reserve(rack->machines, rack->room, rack->count + 1);
    rack->machines[rack->count++] = m;
}

void replicas_see(struct replicas *replicas, const struct event *event)
{
    bool added = event->kind == EVENT_MACHINE_ADDED;
    if (!added && event->kind != EVENT_MACHINE_REMOVED)
        return;
    uint32_t known = replicas->machine_names.count;
    uint32_t m = names_intern(&replicas->machine_names, event->machine);
    array_reserve(replicas->machines, replicas->machine_room, m + 1);
    if (m == known)
        replicas->machines[m].at = NONE;
    leave(replicas, m);
    if (added && !event->unschedulable)
        enter(replicas, m, event->rack);
}

uint32_t replicas_block_count(int64_t run_us)
{
    if (run_us == TIME_NEVER)
        return REPLICAS_BLOCKS_MAX;
    if (run_us <= 1000000)
        return 1;
    /* The factor 0.298 cancels: of the tasks over one second, so many are shorter. */
    double shorter = 1 - pow((double)run_us / 1e6, -0.2627);
    uint32_t count = 1 + (uint32_t)(shorter * REPLICAS_BLOCKS_MAX);
    return count < REPLICAS_BLOCKS_MAX ? count : REPLICAS_BLOCKS_MAX;
}

static uint32_t any_of(struct random *random, const uint32_t *machines, uint32_t count)
{
    return machines[random_below(random, count)];
}

/* A rack that is not the machine's, as likely as it has machines; or its own. */
static uint32_t other_rack(const struct replicas *replicas, struct random *random, uint32_t machine)
{
    uint32_t own = replicas->machines[machine].rack;
    for (int i = 0; i < OTHER_RACK_TRIES; i++) {
        uint32_t m = any_of(random, replicas->present, replicas->present_count);
        if (replicas->machines[m].rack != own)
            return replicas->machines[m].rack;
    }
    return own;
}

static void add_copy(const struct replicas *replicas, struct block *block, uint32_t machine)
{
    block->machines[block->copy_count++] = names_text(&replicas->machine_names, machine);
}

/* HDFS's default placement (BlockPlacementPolicyDefault), without the writer's own machine.
 * Fewer than three copies where the racks have not enough machines. */
static void place_copies(const struct replicas *replicas, struct random *random,
                         struct block *block)
{
    block->copy_count = 0;
    if (!replicas->present_count)
        return;
    uint32_t first = any_of(random, replicas->present, replicas->present_count);
    add_copy(replicas, block, first);
    const struct replica_rack *rack = &replicas->racks[other_rack(replicas, random, first)];
    bool same = rack == &replicas->racks[replicas->machines[first].rack];
    uint32_t other = rack->count - same; /* machines to choose from, without the first */
    if (other == 0)
        return;
    /* The k-th machine of the rack, the first one and the second one skipped. */
    uint32_t skip = same ? replicas->machines[first].rack_at : NONE;
    uint32_t second = (uint32_t)random_below(random, other);
    second += skip != NONE && second >= skip;
    add_copy(replicas, block, rack->machines[second]);
    if (other == 1)
        return;
    uint32_t third = (uint32_t)random_below(random, other - 1);
    uint32_t low = skip < second ? skip : second;
    uint32_t high = skip < second ? second : skip;
    third += third >= low;
    third += high != NONE && third >= high;
    add_copy(replicas, block, rack->machines[third]);
}

void replicas_split(struct replicas *replicas, const struct event *submitted)
{
    replicas->whole = *submitted;
    replicas->given = 0;
}

static uint64_t part_seed(const struct replicas *replicas, const struct event *part)
{
    uint64_t seed = random_mix(replicas->seed, names_hash(part->job));
    return random_mix(random_mix(seed, names_hash(part->stage)), part->index);
}

/* The last run is the one that reads all of the input. */
static void make_input(struct replicas *replicas, struct event *part)
{
    struct random random;
    random_init(&random, part_seed(replicas, part));
    int64_t run_us = part->attempt_count ? part->attempts[part->attempt_count - 1].run_us : 0;
    part->block_count = replicas_block_count(run_us);
    part->blocks = replicas->blocks;
    for (uint32_t b = 0; b < part->block_count; b++) {
        bool last = b + 1 == part->block_count;
        replicas->blocks[b].mib =
            last ? 1 + (int64_t)random_below(&random, REPLICAS_BLOCK_MIB) : REPLICAS_BLOCK_MIB;
        place_copies(replicas, &random, &replicas->blocks[b]);
    }
}

bool replicas_next(struct replicas *replicas, struct event *part)
{
    const struct event *whole = &replicas->whole;
    uint32_t left = whole->count - replicas->given;
    if (left == 0)
        return false;
    *part = *whole;
    if (whole->block_count) {
        replicas->given = whole->count;
        return true;
    }
    uint32_t share = (whole->count - 1) / REPLICAS_INPUTS_MAX + 1;
    part->index = whole->index + replicas->given;
    part->count = left < share ? left : share;
    replicas->given += part->count;
    make_input(replicas, part);
    return true;
}
