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
 * Most agents cannot be offered to anybody most of the time, because every framework that wants
 * offers has a filter. Such an agent is quiet: it is passed over until one of the filters
 * ends, more is available, or a framework is revived, and then only that one is asked. This
 * changes no offer. */
#ifndef POLICIES_MESOS_ALLOCATOR_H
#define POLICIES_MESOS_ALLOCATOR_H

#include "base/random.h"
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

struct mesos_filter {
    uint32_t framework;
    uint32_t life; /* void if the framework has another one by now */
    int64_t end_us;
    struct resources refused;
};

/* What every run looks at is in front. */
struct mesos_agent {
    bool present;
    bool active; /* is offered: not on its way out */
    bool asked;  /* in allocator.candidates */
    bool quiet;  /* all frameworks that want offers have filters, but those fresh since: */
    uint32_t filter_count, filter_room;
    uint32_t first_offer;   /* of the run that is offered_in, of allocator.runs */
    uint64_t offered_in;    /* 0: in none */
    uint64_t quiet_at;      /* of allocator.revivals */
    int64_t quiet_until_us; /* the first of these filters may have ended */
    struct resources available;
    struct mesos_filter *filters;
    struct mesos_holding *holdings;
    uint32_t holding_count, holding_room;
    struct resources total;
};

struct mesos_framework {
    uint32_t role;
    uint32_t client;     /* node in the role's sorter */
    bool wants;          /* offers: not suppressed */
    uint32_t life;       /* of its filters: another one once it is revived */
    uint64_t fresh_at;   /* of allocator.revivals: when it last was */
    uint64_t blocked_at; /* of allocator.visits: it has a filter for the agent looked at */
    uint32_t first_offer, last_offer; /* of the last run */
    struct resources least;           /* an offer without that much is declined at once, */
    int64_t refuse_us;                /* for so long */
    bool declines; /* in allocator.declining, and what it declined in this run: */
    struct resources declined;
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

struct mesos_offer {
    uint32_t framework, agent;
    uint32_t next;          /* of the same framework, or NONE */
    uint32_t next_of_agent; /* or NONE */
    bool open;              /* not answered yet */
    struct resources resources;
    struct resources left; /* for the framework: what it has not used so far */
};

struct mesos_inverse_offer {
    uint32_t framework, agent;
};

struct mesos_revival {
    uint32_t framework;
    uint64_t at; /* of allocator.revivals; void if it was revived again since */
};

struct mesos_allocator {
    struct mesos_options options;
    struct random random;
    struct mesos_sorter roles_order;
    struct mesos_role *roles; /* by node of roles_order */
    uint32_t role_room, quota_count;
    struct mesos_framework *frameworks;
    uint32_t framework_count, framework_room;
    uint32_t wanting; /* frameworks */
    struct mesos_agent *agents;
    uint32_t agent_count, agent_room;
    struct resources total;
    struct id_list draining; /* agents */

    bool all_asked; /* the next run is over all agents, or over these: */
    struct id_list candidates;
    uint64_t revivals, visits;
    struct mesos_revival *revived; /* rising */
    uint32_t revived_count, revived_room;

    struct mesos_offer *offers; /* of the last run */
    uint32_t offer_count, offer_room, open_count;
    struct id_list offered;   /* frameworks with offers of the last run, each once */
    struct id_list declining; /* frameworks that declined at once in this run */
    struct mesos_inverse_offer *inverse_offers; /* of the last run */
    uint32_t inverse_count, inverse_room;
    struct id_list agents_left, roles_left, frameworks_left; /* scratch of a run */
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

/* The framework declines for so long, at once, every offer that has less of anything than `least`.
 * That is as if it answered all of them so after the run. */
void mesos_allocator_set_least(struct mesos_allocator *allocator, uint32_t framework,
                               const struct resources *least, int64_t refuse_us);

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

/* An offer is answered, once: what is left of it comes back, and with refuse_us > 0 the framework
 * declines so much of the agent until then, and for an interval and the run at its end at least;
 * the rest is its tasks'. Nothing happens if the agent is gone. O(frameworks there), and O(1)
 * amortised if all is left. */
void mesos_allocator_answer(struct mesos_allocator *allocator, uint32_t offer, int64_t now_us,
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
 * TIME_NEVER? O(agents). */
int64_t mesos_allocator_ready_us(const struct mesos_allocator *allocator, int64_t now_us);

/* Labels of the agent are others: its filters end. */
void mesos_allocator_drop_filters(struct mesos_allocator *allocator, uint32_t agent);

/* For the run (mesos_allocation.c): may so much be offered (anything may in a cluster
 * without cpu and memory, such as Mesos knows none); it counts as the framework's, or no longer;
 * and it does not want to see so much of the agent, which has it available, for a while. */
bool mesos_allocator_allocatable(const struct mesos_allocator *allocator,
                                 const struct resources *resources);
void mesos_allocator_take(struct mesos_allocator *allocator, uint32_t framework,
                          const struct resources *resources);
void mesos_allocator_give_back(struct mesos_allocator *allocator, uint32_t framework,
                               const struct resources *resources);
void mesos_allocator_filter(struct mesos_allocator *allocator, uint32_t framework, uint32_t agent,
                            const struct resources *refused, int64_t now_us, int64_t refuse_us);

#endif
