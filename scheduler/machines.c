/* machines.c - see machines.h. */
#include "scheduler/machines.h"

#include "base/assert.h"
#include "base/checked.h"
#include "base/memory.h"
#include "costmodels/room.h"

uint32_t machines_add(struct cluster *cluster, const char *name)
{
    uint32_t machine = names_intern(&cluster->machine_names, name);
    ASSERT(machine == cluster->machine_count);
    array_reserve(cluster->machines, cluster->machine_room, machine + 1);
    array_reserve(cluster->machine_facts, cluster->machine_facts_room, machine + 1);
    cluster->machines[machine] =
        (struct machine){.state = MACHINE_AWAY, .first_task = NONE, .first_suspended = NONE};
    cluster->machine_facts[machine] = (struct machine_facts){.rack = NONE, .labels = NONE};
    cluster->machine_count++;
    return machine;
}

/* Devices that go must be free: who holds one is taken off the machine first. */
static void set_devices(struct machine_facts *facts, int64_t gpus)
{
    if (gpus > 0) {
        if (!facts->devices)
            facts->devices = memory_alloc(sizeof *facts->devices);
        devices_resize(facts->devices, gpus);
        return;
    }
    memory_free(facts->devices);
    facts->devices = NULL;
}

static void leave_rack(struct cluster *cluster, uint32_t machine)
{
    struct machine_facts *facts = &cluster->machine_facts[machine];
    if (facts->rack == NONE)
        return;
    struct rack_facts *rack = &cluster->racks[facts->rack];
    rack->present_count -= facts->present;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < rack->machine_count; i++)
        if (rack->machines[i] != machine)
            rack->machines[kept++] = rack->machines[i];
    rack->machine_count = kept;
}

void machines_set_rack(struct cluster *cluster, uint32_t machine, const char *name)
{
    uint32_t id = names_intern(&cluster->rack_names, name);
    if (id == cluster->rack_count) {
        array_reserve(cluster->racks, cluster->rack_room, id + 1);
        cluster->racks[cluster->rack_count++] = (struct rack_facts){0};
    }
    struct machine_facts *facts = &cluster->machine_facts[machine];
    if (facts->rack == id)
        return;
    leave_rack(cluster, machine);
    struct rack_facts *rack = &cluster->racks[id];
    array_reserve(rack->machines, rack->machine_room, rack->machine_count + 1);
    rack->machines[rack->machine_count++] = machine;
    rack->present_count += facts->present;
    facts->rack = id;
}

bool machines_capacity_fits(const struct cluster *cluster, uint32_t machine,
                            const struct resources *capacity)
{
    struct resources rest = cluster->capacity;
    if (machine != NONE && cluster->machines[machine].state != MACHINE_AWAY)
        resources_subtract(&rest, &cluster->machine_facts[machine].capacity);
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (!checked_add(rest.amount[r], capacity->amount[r], &rest.amount[r]))
            return false;
    return true;
}

static bool of_shape(const struct machine_facts *machine, const struct machine_shape *shape)
{
    return machine->labels == shape->labels &&
           resources_equal(&machine->capacity, &shape->capacity);
}

/* Does all that fits the machine fit one of the shapes, too? One with labels will do for one
 * without, for no constraint demands that a label be absent. */
static bool covered(const struct cluster *cluster, const struct machine_facts *machine)
{
    for (uint32_t i = 0; i < cluster->shape_count; i++) {
        const struct machine_shape *shape = &cluster->shapes[i];
        if ((machine->labels == NONE || machine->labels == shape->labels) &&
            resources_fit(&machine->capacity, &shape->capacity))
            return true;
    }
    return false;
}

/* Returns whether something fits now that fitted nowhere. */
static bool shape_add(struct cluster *cluster, const struct machine_facts *machine)
{
    for (uint32_t i = 0; i < cluster->shape_count; i++) {
        if (of_shape(machine, &cluster->shapes[i])) {
            cluster->shapes[i].count++;
            return false;
        }
    }
    bool is_covered = covered(cluster, machine);
    array_reserve(cluster->shapes, cluster->shape_room, cluster->shape_count + 1);
    cluster->shapes[cluster->shape_count++] = (struct machine_shape){
        .capacity = machine->capacity, .labels = machine->labels, .count = 1};
    return !is_covered;
}

/* Returns whether something fits nowhere now that did. */
static bool shape_remove(struct cluster *cluster, const struct machine_facts *machine)
{
    for (uint32_t i = 0; i < cluster->shape_count; i++) {
        struct machine_shape *shape = &cluster->shapes[i];
        if (!of_shape(machine, shape))
            continue;
        if (--shape->count)
            return false;
        *shape = cluster->shapes[--cluster->shape_count];
        return !covered(cluster, machine);
    }
    ASSERT(false);
}

bool machines_set(struct cluster *cluster, uint32_t machine, const struct machine_plan *plan)
{
    struct machine *m = &cluster->machines[machine];
    struct machine_facts *facts = &cluster->machine_facts[machine];
    bool changed = false;
    if (m->state != MACHINE_AWAY) {
        changed |= shape_remove(cluster, facts);
        resources_subtract(&cluster->capacity, &facts->capacity);
        cluster->racks[facts->rack].present_count--;
    }
    m->state = plan->state;
    m->generation++;
    facts->capacity = plan->capacity;
    facts->labels = plan->labels;
    set_devices(facts, plan->capacity.amount[RESOURCE_GPU]);
    facts->up = plan->state == MACHINE_UP;
    facts->present = plan->state != MACHINE_AWAY;
    if (facts->present) {
        changed |= shape_add(cluster, facts);
        resources_add(&cluster->capacity, &plan->capacity);
        cluster->racks[facts->rack].present_count++;
    }
    return changed;
}

bool machines_feasible(const struct cluster *cluster, const struct resources *demand,
                       uint32_t constraint)
{
    for (uint32_t i = 0; i < cluster->shape_count; i++) {
        struct room room;
        if (!constraint_allows(&cluster->labels, constraint, cluster->shapes[i].labels))
            continue;
        room_of_capacity(&room, &cluster->shapes[i].capacity);
        if (room_fits(&room, demand))
            return true;
    }
    return false;
}
