/* flow_plan.c - see flow_plan.h. */
#include "scheduler/flow_plan.h"

#include "base/memory.h"
#include "scheduler/flow_bundles.h"
#include "scheduler/flow_nodes.h"
#include "scheduler/flow_preferences.h"
#include "scheduler/flow_tenants.h"

static struct flow_machine *enter_plan(struct flow_graph *graph, uint32_t machine)
{
    struct flow_machine *m = &graph->machines[machine];
    flow_mark_machine(graph, machine);
    if (m->in_plan)
        return m;
    m->in_plan = true;
    id_list_add(&graph->planned_machines, machine);
    return m;
}

static void add_units(struct flow_machine *machine, uint32_t class)
{
    machine->planned_units++;
    for (uint32_t i = 0; i < machine->planned_count; i++) {
        if (machine->planned[i].class != class)
            continue;
        machine->planned[i].units++;
        return;
    }
    array_reserve(machine->planned, machine->planned_room, machine->planned_count + 1);
    machine->planned[machine->planned_count++] = (struct flow_planned){class, 1};
}

cost_t flow_plan_task(struct flow_graph *graph, const struct cluster *cluster, uint32_t task,
                      uint32_t machine)
{
    const struct flow_bundle *bundle = &graph->bundles[graph->tasks[task].bundle];
    if (bundle->facts.machine != NONE)
        enter_plan(graph, bundle->facts.machine)->planned_units--;
    if (machine != NONE) {
        struct flow_job *job = &graph->jobs[bundle->facts.job];
        add_units(enter_plan(graph, machine), bundle->class);
        job->planned = job->plan == graph->plan ? job->planned + 1 : 1;
        job->plan = graph->plan;
    }
    cost_t cost = 0;
    if (graph->mix.has_tenant_units)
        cost = flow_tenant_settle(graph, cluster, bundle->facts.tenant, machine != NONE);
    flow_leave_task(graph, cluster, task);
    id_list_add(&graph->planned_tasks, task);
    return cost;
}

void flow_plan_room(struct flow_graph *graph, const struct cluster *cluster, uint32_t machine,
                    const struct room *room)
{
    struct flow_machine *m = enter_plan(graph, machine);
    struct flow_room before = m->listed;
    m->listed.room = *room;
    machine_index_set(&graph->index, machine, m->listed.up, &room->free);
    flow_refresh_preferences(graph, cluster, machine, &before);
}

uint32_t flow_planned_units(const struct flow_machine *machine, uint32_t class)
{
    for (uint32_t i = 0; i < machine->planned_count; i++)
        if (machine->planned[i].class == class)
            return machine->planned[i].units;
    return 0;
}

void flow_forget_plan(struct flow_graph *graph)
{
    for (uint32_t i = 0; i < graph->planned_machines.count; i++) {
        struct flow_machine *m = &graph->machines[graph->planned_machines.ids[i]];
        m->in_plan = false;
        m->planned_count = 0;
        m->planned_units = 0;
        flow_mark_machine(graph, graph->planned_machines.ids[i]);
    }
    for (uint32_t i = 0; i < graph->planned_tasks.count; i++)
        flow_mark_task(graph, graph->planned_tasks.ids[i]);
    graph->planned_machines.count = graph->planned_tasks.count = 0;
    graph->plan++;
}
