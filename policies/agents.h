/* agents.h - an agent on each machine that says now and then how it goes there; what was said last.
 *
 * Each agent reports every interval, at a phase of its own that follows from the seed, as long as
 * its machine is there; for the first time in the interval after the machine came. A report of
 * time T tells of the machine as it was just before T, and is there at T. It is believed for as
 * long as slo_report_fresh says: also when its machine has gone and come back meanwhile.
 *
 * What a report says of a machine in a replay:
 *
 *   cpu, memory      what there is, and what its tasks have claimed: nothing else is known
 *   dominant share   the larger part of these two
 *   fairness         of the parts of its tenants (tenant_shares.h)
 *   p99              that of the model (costmodels/response_time.h) under the machine's dominant
 *                    share of all resources; of services there or, as nothing in the model is
 *                    theirs alone, of a probe, unless there are to be no probes
 *   violations       how many of its services' requests the model has too late, one service like
 *                    the other; none, if no service runs there
 *
 * No agent ticks. A machine's state is kept as of its last change, and with each change the report
 * that fell due since the one before is drawn up from the state that was; else only machines that
 * have something new to tell, or whose report goes stale, stand in a queue by the time of it. So
 * the work follows the changes and not the reports, most of which say what the last one did. */
#ifndef POLICIES_AGENTS_H
#define POLICIES_AGENTS_H

#include "base/heap.h"
#include "base/id_list.h"
#include "policies/slo_score_terms.h"
#include "policies/tenant_shares.h"

struct agent_options {
    int64_t interval_us, ttl_us;
    bool probe; /* the p99 is known also where no service runs */
    uint64_t seed;
};

struct agent {
    struct machine_report state;  /* of the machine since its last change */
    struct machine_report report; /* the last one */
    int64_t phase_us;
    int64_t came_us;   /* when the machine came last; TIME_NEVER: it is not there */
    int64_t report_us; /* INT64_MIN: there was none yet */
    int64_t due_us;    /* when it has to be looked at; TIME_NEVER: if it changes */
    bool news;         /* the state differs from the report */
    bool fresh;        /* the report is believed, as of the last look */
};

struct agents {
    struct agent_options options;
    struct agent *agents; /* by machine */
    uint32_t count, room;
    struct tenant_shares shares;
    struct heap due;          /* (time, machine, machine); some of times that are no longer due */
    struct id_list different; /* machines whose report is another one, came or went stale */
};

void agents_init(struct agents *agents, const struct agent_options *options);
void agents_free(struct agents *agents);

/* Follow a change. O(log M) expected, and O(tasks on the machine) where services are. */
void agents_see(struct agents *agents, const struct cluster *cluster, const struct change *change);

/* It is now so late; no change was seen that is later. O(log M) for each report due that says
 * something new. */
void agents_advance(struct agents *agents, int64_t now_us);

/* What the machine's agent reported last, as of the last advance; NULL: it did not, or that is too
 * old. O(1). */
const struct machine_report *agents_report(const struct agents *agents, uint32_t machine);

/* When what the machine's agent is known to say will be another thing, if nothing changes; of one
 * with nothing new to tell TIME_NEVER. O(1). */
int64_t agents_due(const struct agents *agents, uint32_t machine);

#endif
