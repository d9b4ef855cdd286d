/* flow_tenants.h - where a tenant's tasks wait: nodes with the steps of tenant_steps.h; for
 * the flow graph.
 *
 * A tenant has such a node while it has tasks in the network, and so have those above it.
 * The own tasks of a tenant that has tenants below it wait at a node of theirs, which leads
 * to the tenant's as if they were one tenant more (tenant_own_tasks). */
#ifndef SCHEDULER_FLOW_TENANTS_H
#define SCHEDULER_FLOW_TENANTS_H

#include "scheduler/flow_graph.h"

/* One bundle more, or less, of its tenant; the node where it waits, which goes with the last
 * one. O(1) for bundles in order of time. */
uint32_t flow_enter_tenant(struct flow_graph *graph, const struct cluster *cluster,
                           uint32_t bundle);
void flow_leave_tenant(struct flow_graph *graph, const struct cluster *cluster, uint32_t bundle);

/* What its tasks use, or who waits, is not as it was. O(levels). */
void flow_mark_tenant(struct flow_graph *graph, const struct cluster *cluster, uint32_t tenant);

/* A task of the tenant with this demand enters (+1) or leaves (-1) the network running.
 * O(levels). */
void flow_tenant_runs(struct flow_graph *graph, const struct cluster *cluster, uint32_t tenant,
                      const struct resources *demand, int more);

/* A task of the tenant is planned, to run or to wait: the rest of the round goes on without
 * the step that it takes, the dearest or the cheapest. So all that a round decides is counted
 * by the steps that it began with. Returns what waiting costs by them. O(levels x steps). */
cost_t flow_tenant_settle(struct flow_graph *graph, const struct cluster *cluster, uint32_t tenant,
                          bool runs);

/* Give those marked their steps. O(bundles of each). */
void flow_price_tenants(struct flow_graph *graph, const struct cluster *cluster, int64_t now_us);

#endif
