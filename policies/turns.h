/* turns.h - whose turn is it? The tenants' forest with what each has, and the lines that wait.
 *
 * Progressive filling (Ghodsi et al., NSDI 2011, section 4.1) over a forest: of the tenants at the
 * top with something to place the one with the smallest dominant share over its weight, of its
 * children again, and so on; a tenant's own tasks count among its children as one of weight one.
 * Who has less than is guaranteed to it, of something that its next task demands, comes before
 * its siblings. Of equals the tenant that was known first.
 *
 * What a tenant has follows the cluster when a round begins and what is planned as it goes on.
 * Shares are exact to 2^-50. It does not know where tasks fit. */
#ifndef POLICIES_TURNS_H
#define POLICIES_TURNS_H

#include "base/heap.h"
#include "base/id_heap.h"
#include "base/id_list.h"
#include "policies/waiting.h"

/* Tenant t is node 2t, its own tasks are node 2t + 1. */
struct turn {
    struct resources used; /* of a tenant: with those below it */
    struct heap lines;     /* of own tasks: lines to place, by arrival */
    struct id_heap below;  /* of a tenant: nodes with something to place, by key */
};

struct turns {
    struct turn *nodes;
    uint32_t *places; /* by node: in the heap it is in, or NONE */
    bool *stale;      /* by tenant: what it uses itself may have changed */
    uint32_t tenant_count, node_room, place_room, stale_room;
    struct id_list stale_tenants;
    struct id_heap top; /* tenants without a parent, with something to place */
};

void turns_free(struct turns *turns); /* all zero is one without tenants */

/* A task of the tenant started, stopped or changed, or was planned. O(1) amortised. */
void turns_mark(struct turns *turns, const struct cluster *cluster, uint32_t tenant);

/* A round begins: see what the tenants marked use now. Nothing has a line. O(tenants marked). */
void turns_begin(struct turns *turns, const struct cluster *cluster);

/* The line has something to place. O(levels x log tenants + log lines). */
void turns_add(struct turns *turns, const struct cluster *cluster, const struct waiting *waiting,
               uint32_t line);

/* The line whose turn it is: the one of its tenant that came first; NONE: there is none.
 * O(levels). */
uint32_t turns_next(const struct turns *turns);

/* That line has its turn and leaves; what was placed of it, if anything, is charged to its tenant
 * and those above. O(levels x log tenants + log lines). */
void turns_take(struct turns *turns, const struct cluster *cluster, const struct waiting *waiting,
                const struct resources *placed, uint32_t tenant);

/* Would the demand keep the limits of the tenant and those above it? O(levels). */
bool turns_within_limits(const struct turns *turns, const struct cluster *cluster, uint32_t tenant,
                         const struct resources *demand);

#endif
