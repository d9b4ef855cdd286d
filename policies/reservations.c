/* reservations.c - see reservations.h. */
#include "policies/reservations.h"

#include "base/memory.h"

void reservations_init(struct reservations *reservations, uint32_t patience)
{
    *reservations = (struct reservations){.patience = patience, .turns = 1};
}

void reservations_free(struct reservations *reservations)
{
    memory_free(reservations->kinds);
    memory_free(reservations->holders);
    id_list_free(&reservations->ended);
}

static void reserve(struct reservations *reservations, const struct cluster *cluster,
                    const struct waiting *waiting)
{
    array_reserve(reservations->kinds, reservations->kind_room, waiting->kind_count);
    for (; reservations->kind_count < waiting->kind_count; reservations->kind_count++)
        reservations->kinds[reservations->kind_count] = (struct reservation){.machine = NONE};
    array_reserve(reservations->holders, reservations->machine_room, cluster->machine_count);
    for (; reservations->machine_count < cluster->machine_count; reservations->machine_count++)
        reservations->holders[reservations->machine_count] = NONE;
}

static void end(struct reservations *reservations, uint32_t kind)
{
    struct reservation *reservation = &reservations->kinds[kind];
    reservation->passed = 0;
    if (reservation->machine == NONE)
        return;
    reservations->holders[reservation->machine] = NONE;
    id_list_add(&reservations->ended, reservation->machine);
    reservation->machine = NONE;
}

/* Could the task run on the machine if nothing else did? */
static bool could_run(const struct cluster *cluster, const struct task_facts *task,
                      uint32_t machine)
{
    const struct machine_facts *facts = &cluster->machine_facts[machine];
    struct room empty;
    if (!facts->up || !resources_fit(&task->demand, &facts->capacity) ||
        !cluster_allows(cluster, task->constraint, machine))
        return false;
    room_of_capacity(&empty, &facts->capacity);
    return room_fits(&empty, &task->demand);
}

static bool same(const struct task_facts *a, const struct task_facts *b)
{
    return a->constraint == b->constraint && resources_equal(&a->demand, &b->demand);
}

void reservations_begin(struct reservations *reservations, const struct cluster *cluster,
                        const struct waiting *waiting)
{
    if (!reservations->patience)
        return;
    reserve(reservations, cluster, waiting);
    for (uint32_t k = 0; k < reservations->kind_count; k++) {
        struct reservation *reservation = &reservations->kinds[k];
        const struct waiting_kind *kind = &waiting->kinds[k];
        bool there = kind->first_line != NONE && same(&kind->facts, &reservation->facts);
        bool lost = reservation->machine != NONE &&
                    !could_run(cluster, &reservation->facts, reservation->machine);
        if (!there || lost)
            end(reservations, k);
        if (!there && kind->first_line != NONE)
            reservation->facts = kind->facts;
    }
}

bool reservations_allow(const struct reservations *reservations, uint32_t machine, uint32_t kind)
{
    if (!reservations->patience)
        return true;
    uint32_t holder = reservations->holders[machine];
    return holder == NONE || holder == kind;
}

void reservations_placed(struct reservations *reservations, uint32_t kind)
{
    if (!reservations->patience)
        return;
    end(reservations, kind);
    reservations->kinds[kind].placed = reservations->turns;
}

static void pass(struct reservations *reservations, const struct cluster *cluster, uint32_t machine,
                 const struct id_list *kinds)
{
    for (uint32_t i = 0; i < kinds->count; i++) {
        uint32_t kind = kinds->ids[i];
        struct reservation *reservation = &reservations->kinds[kind];
        if (reservation->machine != NONE || reservation->placed == reservations->turns ||
            !could_run(cluster, &reservation->facts, machine))
            continue;
        if (reservation->passed < reservations->patience)
            reservation->passed++;
        if (reservation->passed < reservations->patience || reservations->holders[machine] != NONE)
            continue;
        reservation->machine = machine;
        reservations->holders[machine] = kind;
    }
}

void reservations_pass(struct reservations *reservations, const struct cluster *cluster,
                       const struct waiting *waiting, uint32_t machine)
{
    if (!reservations->patience)
        return;
    pass(reservations, cluster, machine, &waiting->active);
    pass(reservations, cluster, machine, &waiting->idle);
    reservations->turns++;
}
