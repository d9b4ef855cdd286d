/* queues.h - tenants as queues, those furthest below their fair share first.
 *
 * A tenant's share is its dominant one, of what its tasks run with and what the round has planned
 * for it, divided by its weight (Ghodsi et al., NSDI 2011); whose quotient is the smallest is
 * furthest below what is fair, whoever else asks. Tenants above it in the forest do not count. */
#ifndef POLICIES_QUEUES_H
#define POLICIES_QUEUES_H

#include "scheduler/cluster.h"

struct queue {
    uint32_t tenant;
    double share;
    bool asks, served;
};

/* What is kept of a tenant. */
struct queue_tenant {
    struct resources planned; /* in `round`; in others nothing */
    uint64_t round;
    uint32_t at; /* in the order, if that is this tenant's queue */
};

struct queues {
    struct queue *order;
    uint32_t count, room;
    struct queue_tenant *tenants; /* by tenant */
    uint32_t tenant_count, tenant_room;
    uint64_t round;
};

void queues_init(struct queues *queues);
void queues_free(struct queues *queues);

/* A round begins: nothing is planned. O(1). */
void queues_begin(struct queues *queues);

/* Begin anew, without queues. O(1). */
void queues_clear(struct queues *queues);

/* The tenant has a queue, if it had none. O(resources). */
void queues_enter(struct queues *queues, const struct cluster *cluster, uint32_t tenant);

/* All have entered: put them in order. O(queues log queues). */
void queues_sort(struct queues *queues);

/* Something is planned for a tenant, whose queue moves back. O(queues). */
void queues_charge(struct queues *queues, const struct cluster *cluster, uint32_t tenant,
                   const struct resources *demand);

/* Nobody asks; a tenant that has a queue asks; serve the first of those that ask, by the rule of
 * tetris_queue_limit; is a tenant served? O(queues), and O(1) for a tenant. */
void queues_ask_none(struct queues *queues);
void queues_ask(struct queues *queues, uint32_t tenant);
void queues_serve(struct queues *queues, int64_t fairness);
bool queues_served(const struct queues *queues, uint32_t tenant);

#endif
