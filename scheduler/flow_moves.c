/* flow_moves.c - see flow_moves.h.
 *
 * 1. Stops and placements are done, on a copy of the machines' facts. Then migrations, those
 *    of largest regret first: each costs what it costs on the machines as they are by then.
 *    Where the costs on a machine add up to the same in whatever order its tasks came
 *    (cost_model.h, keeping), the sum over all machines falls with each move that gains, by
 *    more than the hysteresis. So a cluster where nothing else happens settles.
 * 2. A migration that does not gain may make room for others; if its place is still free, it
 *    stays.
 * 3. A migration is worth what it gains, one that makes room what those gain who come, less what
 *    it loses; likewise a stop. */
#include "scheduler/flow_moves.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "costmodels/slo_terms.h"
#include "scheduler/flow_bundles.h"
#include "scheduler/flow_classes.h"

static bool priced(const struct flow_graph *graph)
{
    return graph->mix.has_class_units || graph->mix.has_machine_units;
}

/* A task comes to a machine. */
static void come(struct machine_facts *machine, const struct task_facts *task)
{
    resources_add(&machine->used, &task->demand);
    machine->running++;
    slo_add_service(machine, task);
}

/* It leaves. The strictest target stays what it was: that of the others is not at hand. */
static void leave(struct machine_facts *machine, const struct task_facts *task)
{
    resources_subtract(&machine->used, &task->demand);
    machine->running--;
    if (task->latency_us)
        machine->services_weight -= slo_weight(task->priority);
}

static void copy_facts(struct machine_facts **to, uint32_t *room, const struct machine_facts *from,
                       uint32_t count)
{
    array_reserve(*to, *room, count);
    if (count)
        memcpy(*to, from, count * sizeof *from);
}

/* All that was granted, but for migrations, happens in the facts. */
static void place_and_stop(const struct flow_commit *commit, const struct flow_graph *graph,
                           struct machine_facts *machines)
{
    for (uint32_t i = 0; i < commit->stop_count; i++) {
        const struct task_facts *task = &graph->bundles[commit->stops[i].bundle].facts;
        for (uint32_t u = 0; u < commit->stops[i].granted; u++)
            leave(&machines[task->machine], task);
    }
    for (uint32_t i = 0; i < commit->claim_count; i++) {
        const struct flow_claim *claim = &commit->claims[i];
        const struct task_facts *task = &graph->bundles[claim->bundle].facts;
        for (uint32_t u = 0; u < claim->granted && task->machine == NONE; u++)
            come(&machines[claim->machine], task);
    }
}

void flow_moves_plan(struct flow_commit *commit, const struct flow_graph *graph,
                     const struct cluster *cluster)
{
    commit->moves += flow_moves_count(commit, graph);
    if (!priced(graph) || !graph->preemption)
        return;
    if (!commit->has_planned)
        copy_facts(&commit->planned, &commit->planned_room, cluster->machine_facts,
                   cluster->machine_count);
    commit->has_planned = true;
    place_and_stop(commit, graph, commit->planned);
    for (uint32_t i = 0; i < commit->claim_count; i++) {
        const struct flow_claim *claim = &commit->claims[i];
        const struct task_facts *task = &graph->bundles[claim->bundle].facts;
        for (uint32_t u = 0; u < claim->granted && task->machine != NONE; u++) {
            leave(&commit->planned[task->machine], task);
            come(&commit->planned[claim->machine], task);
        }
    }
}

uint32_t flow_moves_count(const struct flow_commit *commit, const struct flow_graph *graph)
{
    uint32_t count = commit->stopped_count;
    for (uint32_t i = 0; i < commit->claim_count; i++)
        if (graph->bundles[commit->claims[i].bundle].keeping_arc != NONE)
            count += commit->claims[i].granted;
    return count;
}

/* What a migration saves on machines as they are in the facts. */
static cost_t gain(const struct flow_graph *graph, const struct cluster *cluster,
                   const struct machine_facts *machines, const struct flow_claim *claim)
{
    const struct flow_bundle *bundle = &graph->bundles[claim->bundle];
    struct task_facts task = flow_bundle_facts(bundle, graph->now_us);
    struct cluster_facts all = cluster_facts(cluster, graph->now_us);
    all.machines = machines;
    const struct machine_facts *from = &machines[task.machine], *to = &machines[claim->machine];
    cost_t stay = cost_mix_keeping(&graph->mix, &task, &all) - 1 +
                  cost_mix_machine_unit(&graph->mix, from, from->running - 1);
    cost_t go = flow_claim_cost(graph, cluster, claim) +
                cost_mix_class_unit(&graph->mix, &task, to, 0) +
                cost_mix_machine_unit(&graph->mix, to, to->running);
    return stay - go;
}

/* Steps 1 and 2. */
static bool restrain_losses(struct flow_commit *commit, const struct flow_graph *graph,
                            const struct cluster *cluster)
{
    bool stay = false;
    copy_facts(&commit->trial, &commit->trial_room,
               commit->has_planned ? commit->planned : cluster->machine_facts,
               cluster->machine_count);
    place_and_stop(commit, graph, commit->trial);
    for (uint32_t i = 0; i < commit->claim_count; i++) {
        struct flow_claim *claim = &commit->claims[commit->order[i]];
        const struct task_facts *task = &graph->bundles[claim->bundle].facts;
        for (uint32_t u = 0; u < claim->granted && task->machine != NONE; u++) {
            claim->gain = gain(graph, cluster, commit->trial, claim);
            struct room *room = flow_commit_room(commit, graph, task->machine);
            bool needless = claim->gain <= 0 && cluster->machine_facts[task->machine].up &&
                            room_fits(room, &task->demand);
            if (needless) {
                room_take(room, &task->demand);
                claim->stay++;
                stay = true;
                continue;
            }
            leave(&commit->trial[task->machine], task);
            come(&commit->trial[claim->machine], task);
        }
    }
    return stay;
}

static int by_worth(const void *a, const void *b)
{
    const struct flow_move *x = a, *y = b;
    if (x->worth != y->worth)
        return x->worth > y->worth ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* By machine: the largest regret among those who come. */
static void collect_needs(struct flow_commit *commit, uint32_t machine_count)
{
    array_reserve(commit->needs, commit->needs_room, machine_count);
    for (uint32_t m = 0; m < machine_count; m++)
        commit->needs[m] = 0;
    for (uint32_t i = 0; i < commit->claim_count; i++) {
        const struct flow_claim *claim = &commit->claims[i];
        if (claim->granted && claim->regret > commit->needs[claim->machine])
            commit->needs[claim->machine] = claim->regret;
    }
}

static void add_move(struct flow_commit *commit, uint32_t index, uint32_t units, cost_t worth)
{
    array_reserve(commit->ranking, commit->ranking_room, commit->ranking_count + 1);
    commit->ranking[commit->ranking_count++] = (struct flow_move){index, units, worth};
}

/* Step 3: claims, then stops, by index. */
static void rank_moves(struct flow_commit *commit, const struct flow_graph *graph)
{
    commit->ranking_count = 0;
    for (uint32_t i = 0; i < commit->claim_count; i++) {
        const struct flow_claim *claim = &commit->claims[i];
        const struct flow_bundle *bundle = &graph->bundles[claim->bundle];
        if (bundle->keeping_arc == NONE || !claim->granted)
            continue;
        cost_t gain = priced(graph) ? claim->gain : claim->regret;
        add_move(commit, i, claim->granted,
                 gain > 0 ? gain : gain + commit->needs[bundle->facts.machine]);
    }
    for (uint32_t i = 0; i < commit->stop_count; i++) {
        const struct flow_stop *stop = &commit->stops[i];
        const struct flow_bundle *bundle = &graph->bundles[stop->bundle];
        const struct network_arc *arcs = graph->network.arcs;
        if (stop->granted)
            add_move(commit, commit->claim_count + i, stop->granted,
                     commit->needs[bundle->facts.machine] + arcs[bundle->keeping_arc].cost -
                         arcs[bundle->waiting_arc].cost);
    }
    if (commit->ranking_count)
        qsort(commit->ranking, commit->ranking_count, sizeof *commit->ranking, by_worth);
}

/* No more than the round may still make. */
static void restrain_excess(struct flow_commit *commit, const struct flow_graph *graph,
                            const struct cluster *cluster)
{
    uint32_t left = commit->moves < commit->moves_max ? commit->moves_max - commit->moves : 0;
    collect_needs(commit, cluster->machine_count);
    rank_moves(commit, graph);
    for (uint32_t i = 0; i < commit->ranking_count; i++) {
        const struct flow_move *move = &commit->ranking[i];
        uint32_t go = move->units < left ? move->units : left;
        left -= go;
        if (move->index < commit->claim_count)
            commit->claims[move->index].stay += move->units - go;
        else
            commit->stops[move->index - commit->claim_count].stay += move->units - go;
    }
}

bool flow_moves_restrain(struct flow_commit *commit, const struct flow_graph *graph,
                         const struct cluster *cluster)
{
    uint32_t count = flow_moves_count(commit, graph);
    if (count && priced(graph) && restrain_losses(commit, graph, cluster))
        return true;
    if (!commit->moves_max || commit->moves + count <= commit->moves_max)
        return false;
    restrain_excess(commit, graph, cluster);
    return true;
}
