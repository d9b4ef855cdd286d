/* mesos_allocator.h - what Mesos's master keeps of agents, roles and frameworks, and whom it offers
 * what.
 *
 * After Apache Mesos, src/master/allocator/mesos/hierarchical.{hpp,cpp}. Roles are a forest, each
 * with frameworks. A run of the allocator (mesos_allocation.c) offers what agents have available
 * to frameworks, the role and then the framework with the smallest dominant share first, agent
 * after agent; an offer counts as its framework's at once, answered or not. What is not taken
 * comes back, as what a task leaves does; a framework that declines says for how long it does not
 * want to see that much of the agent again: a filter.
 *
 * A run is asked for by an agent that comes or changes, by a framework that comes or is revived,
 * and by the clock, every interval. What comes back asks for none.
 *
 * What there is none of here: reservations, shared and revocable resources, whitelists, regions,
 * GPU capabilities, and frameworks of several roles. Quotas are of roles at the top, as in Mesos;
 * their sub-roles share in them.
 *
 * Without quotas an agent goes as a whole to the first framework that it is not hidden from, and
 * most runs are about one framework that was revived: then all agents go to it, whatever its
 * share, and it declines nearly all. */
#ifndef POLICIES_MESOS_ALLOCATOR_H
#define POLICIES_MESOS_ALLOCATOR_H

#include "base/random.h"
#include "policies/mesos_filters.h"
#include "policies/mesos_sorter.h"

struct mesos_options {
    int64_t interval_us;         /* between periodic runs; > 0 */
    int64_t cpu_min, memory_min; /* an agent with less of both offers nothing */
};

/* What tasks of a framework have of an agent. */
struct mesos_holding {
    uint32_t framework;
    struct resources held;
    int64_t told_until_us; /* inverse offers: none before then; TIME_NEVER: one is open */
};

struct mesos_agent {
    bool present;
    bool active;          /* is offered: not on its way out */
    bool asked;           /* in allocator.candidates */
    uint32_t first_offer; /* with quotas, of the run that is offered_in, of allocator.runs */
    uint64_t offered_in;
    struct resources offered; /* all of them */
    struct mesos_holding *holdings;
    uint32_t holding_count, holding_room;
    struct resources total;
};

struct mesos_framework {
    uint32_t role;
    uint32_t client;                  /* node in the role's sorter */
    uint32_t first_offer, last_offer; /* of the last run */
    struct resources offered;         /* by offers that are open */
    uint32_t open_at;                 /* in allocator.open, in a run; or NONE */
};

struct mesos_role {
    uint32_t parent; /* or NONE */
    uint32_t top;    /* the role at the top that it is below, or itself */
    struct mesos_sorter frameworks;
    struct id_list ids; /* of frameworks, by client */
    uint32_t wanting;   /* of them, those that want offers */
    bool has_guarantee, has_limit;
    struct resources guarantee, limit;
    bool limited[RESOURCE_COUNT];
};

/* Of all that the agent has available, or with quotas of a part of it (allocator.parts). */
struct mesos_offer {
    uint32_t framework, agent;
    uint32_t next;          /* of the same framework, or NONE */
    uint32_t next_of_agent; /* with quotas; or NONE */
    enum { MESOS_OFFER_OPEN, MESOS_OFFER_ANSWERED, MESOS_OFFER_VOID } state;
};

struct mesos_inverse_offer {
    uint32_t framework, agent;
};

struct mesos_allocator {
    struct mesos_options options;
    struct random random;
    struct random order; /* of agents in the last run; seeded for it, so that those before and */
                         /* after are the same however much of it was drawn */
    struct mesos_sorter roles_order;
    struct mesos_role *roles; /* by node of roles_order */
    uint32_t role_room, quota_count;
    struct mesos_framework *frameworks;
    uint32_t framework_count, framework_room;
    struct mesos_filters filters;
    struct mesos_agent *agents;
    struct resources *available; /* by agent: not allocated; open offers are of it */
    uint32_t agent_count, agent_room, available_room;
    struct resources total;
    struct id_list draining; /* agents */

    bool all_asked; /* the next run is over all agents, or over these: */
    struct id_list candidates;

    struct mesos_offer *offers; /* of the last run */
    uint32_t offer_count, offer_room, open_count;
    bool parted;             /* with quotas, they are of: */
    struct resources *parts; /* by offer */
    uint32_t part_room;
    uint32_t drawn_count;   /* those before are in random order; those from there on in any */
    struct id_list offered; /* frameworks with offers of the last run, each once */
    struct mesos_inverse_offer *inverse_offers; /* of the last run */
    uint32_t inverse_count, inverse_room;
    struct id_list open; /* frameworks that are not shut, in a run; */
    uint64_t *marks;     /* by agent: to which of them, by place, it may be offered; */
    uint32_t mark_room;
    struct id_list agents_left, roles_left, frameworks_left; /* and its scratch */
    bool totals_changed;                                     /* and the sorters do not know */
    uint64_t runs;                                           /* and one more */
    uint64_t offers_made;
};

void mesos_allocator_init(struct mesos_allocator *allocator, const struct mesos_options *options,
                          uint64_t seed);
void mesos_allocator_free(struct mesos_allocator *allocator);

/* A role below another one or at the top (NONE); a framework of a role, which wants offers. The
 * names are borrowed. O(1) amortised, and O(log) to find its place. */
uint32_t mesos_allocator_add_role(struct mesos_allocator *allocator, uint32_t parent,
                                  const char *name, uint32_t weight);
uint32_t mesos_allocator_add_framework(struct mesos_allocator *allocator, uint32_t role,
                                       const char *name);

/* Guarantee and limit of a role at the top; `limited` NULL: no limit. */
void mesos_allocator_set_quota(struct mesos_allocator *allocator, uint32_t role,
                               const struct resources *guarantee, const struct resources *limit,
                               const bool *limited);

/* No more offers, until it is revived, which ends its filters. */
void mesos_allocator_suppress(struct mesos_allocator *allocator, uint32_t framework);
void mesos_allocator_revive(struct mesos_allocator *allocator, uint32_t framework);

/* An agent, by any small id, comes or comes back with nothing on it; its total is another one. */
void mesos_allocator_add_agent(struct mesos_allocator *allocator, uint32_t agent,
                               const struct resources *total);
void mesos_allocator_update_agent(struct mesos_allocator *allocator, uint32_t agent,
                                  const struct resources *total);

/* It goes, and with it whatever of it was offered or allocated, and its filters. O(frameworks
 * there). */
void mesos_allocator_remove_agent(struct mesos_allocator *allocator, uint32_t agent);

/* It is drained, or no longer: nothing of it is offered, and frameworks that have something there
 * are told by inverse offers. */
void mesos_allocator_set_draining(struct mesos_allocator *allocator, uint32_t agent, bool draining);

/* It is out of reach: nothing of it is offered, and all else is as it was. */
void mesos_allocator_deactivate_agent(struct mesos_allocator *allocator, uint32_t agent);

/* An inverse offer is answered: no other one for so long. */
void mesos_allocator_answer_inverse(struct mesos_allocator *allocator, uint32_t framework,
                                    uint32_t agent, int64_t now_us, int64_t refuse_us);

/* What an open offer is of; borrowed until it is answered. */
const struct resources *mesos_offer_resources(const struct mesos_allocator *allocator,
                                              uint32_t offer);

/* A framework is about to look at its next offer. If all offers of a run are its own, their order
 * is chance as far as it looks at them, and no further: that offer is drawn among those that are
 * left. The offers of agents that it does not look at are declined in any order. O(1). */
void mesos_allocator_draw(struct mesos_allocator *allocator, uint32_t offer);

/* An offer is answered, once: what tasks use of it is theirs, the rest comes back, and with
 * refuse_us > 0 the framework declines so much of the agent until then, and for an interval and the
 * run at its end at least. Nothing happens if the agent is gone. O(frameworks there), and as
 * mesos_filters_change. */
void mesos_allocator_answer(struct mesos_allocator *allocator, uint32_t offer,
                            const struct resources *used, int64_t now_us, int64_t refuse_us);

/* A framework answers all its offers that are open: nothing is used. O(offers). */
void mesos_allocator_decline(struct mesos_allocator *allocator, uint32_t framework, int64_t now_us,
                             int64_t refuse_us);

/* Tasks of the framework run there without an offer: they did already when the master came to
 * know of them. */
void mesos_allocator_charge(struct mesos_allocator *allocator, uint32_t framework, uint32_t agent,
                            const struct resources *resources);

/* A task of the framework is gone, and what it had comes back. Nothing happens if the agent is
 * gone. O(frameworks there). */
void mesos_allocator_recover(struct mesos_allocator *allocator, uint32_t framework, uint32_t agent,
                             const struct resources *resources);

/* Has a run been asked for since the last one, by anything but the clock? */
bool mesos_allocator_asked(const struct mesos_allocator *allocator);

/* When may a run offer something, if nothing happens before: now, later when filters end, or
 * TIME_NEVER? O(agents), and as mesos_filters_settle. */
int64_t mesos_allocator_ready_us(struct mesos_allocator *allocator, int64_t now_us);

/* Labels of the agent are others: its filters end. */
void mesos_allocator_drop_filters(struct mesos_allocator *allocator, uint32_t agent);

/* For the run (mesos_allocation.c): may so much be offered (anything may in a cluster without cpu
 * and memory, such as Mesos knows none); and it counts as the framework's, by so many offers. */
bool mesos_allocator_allocatable(const struct mesos_allocator *allocator,
                                 const struct resources *resources);
void mesos_allocator_take(struct mesos_allocator *allocator, uint32_t framework,
                          const struct resources *resources, uint32_t times);

#endif
