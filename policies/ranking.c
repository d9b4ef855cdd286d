/* ranking.c - see ranking.h. */
#include "policies/ranking.h"

#include "base/memory.h"
#include "base/random.h"

/* Kinds that are ranked at a time: a trace has a few in use at once, each of 40 bytes a machine. */
#define RANKINGS_MAX 64

void rankings_init(struct rankings *rankings, ranking_score *score, const void *state,
                   struct random *ties)
{
    *rankings = (struct rankings){.score = score, .state = state, .ties = ties};
}

void rankings_free(struct rankings *rankings)
{
    for (uint32_t i = 0; i < rankings->count; i++) {
        id_heap_free(&rankings->rankings[i].heap);
        memory_free(rankings->rankings[i].places);
    }
    memory_free(rankings->rankings);
    memory_free(rankings->by_kind);
    id_list_free(&rankings->tops);
}

static void look(const struct rankings *rankings, struct ranking *ranking,
                 const struct cluster *cluster, const struct plan *plan, uint32_t machine)
{
    bool ranked = ranking->places[machine] != NONE;
    if (!plan_fits(plan, cluster, &ranking->facts, machine)) {
        if (ranked)
            id_heap_remove(&ranking->heap, ranking->places, machine);
        ranking->places[machine] = NONE;
        return;
    }
    int64_t score = rankings->score(rankings->state, &ranking->facts, cluster, plan, machine);
    if (ranked)
        id_heap_remove(&ranking->heap, ranking->places, machine);
    id_heap_add(&ranking->heap, ranking->places, machine, score, machine);
}

static void rank_all(const struct rankings *rankings, struct ranking *ranking,
                     const struct cluster *cluster, const struct plan *plan)
{
    ranking->heap.count = 0;
    for (uint32_t m = 0; m < ranking->place_count; m++)
        ranking->places[m] = NONE;
    uint32_t machine = plan_next(plan, cluster, &ranking->facts, 0);
    for (; machine != NONE; machine = plan_next(plan, cluster, &ranking->facts, machine + 1))
        look(rankings, ranking, cluster, plan, machine);
}

static void catch_up(const struct rankings *rankings, struct ranking *ranking,
                     const struct cluster *cluster, const struct plan *plan)
{
    array_reserve(ranking->places, ranking->place_room, plan->machine_count);
    while (ranking->place_count < plan->machine_count)
        ranking->places[ranking->place_count++] = NONE;
    if (plan->log_count - ranking->seen > plan->machine_count / 4)
        rank_all(rankings, ranking, cluster, plan);
    else
        for (uint64_t i = ranking->seen; i < plan->log_count; i++)
            look(rankings, ranking, cluster, plan, plan->log[i % plan->log_room]);
    ranking->seen = plan->log_count;
}

static bool is_of(const struct ranking *ranking, const struct task_facts *facts)
{
    return ranking->facts.constraint == facts->constraint &&
           resources_equal(&ranking->facts.demand, &facts->demand);
}

/* A ranking for one kind more: new, or that of the kind asked of longest ago. */
static uint32_t make_ranking(struct rankings *rankings, const struct task_facts *facts)
{
    uint32_t oldest = 0;
    if (rankings->count < RANKINGS_MAX) {
        array_reserve(rankings->rankings, rankings->room, rankings->count + 1);
        oldest = rankings->count++;
        rankings->rankings[oldest] = (struct ranking){0};
    }
    for (uint32_t i = 0; i < rankings->count; i++)
        if (rankings->rankings[i].asked < rankings->rankings[oldest].asked)
            oldest = i;
    struct ranking *ranking = &rankings->rankings[oldest];
    ranking->facts = *facts;
    ranking->seen = 0;
    ranking->heap.count = 0;
    ranking->place_count = 0;
    return oldest;
}

/* Any of the tops by chance, or the lowest of them; NONE, if there is none. */
static uint32_t pick(const struct rankings *rankings)
{
    const struct id_list *tops = &rankings->tops;
    if (tops->count && rankings->ties)
        return tops->ids[random_below(rankings->ties, tops->count)];
    uint32_t lowest = NONE;
    for (uint32_t i = 0; i < tops->count; i++)
        lowest = tops->ids[i] < lowest ? tops->ids[i] : lowest;
    return lowest;
}

uint32_t rankings_best_of_all(struct rankings *rankings, const struct cluster *cluster,
                              const struct plan *plan, const struct waiting *waiting, uint32_t kind)
{
    array_reserve(rankings->by_kind, rankings->kind_room, waiting->kind_count);
    while (rankings->kind_count < waiting->kind_count)
        rankings->by_kind[rankings->kind_count++] = NONE;
    const struct task_facts *facts = &waiting->kinds[kind].facts;
    uint32_t index = rankings->by_kind[kind];
    if (index == NONE || !is_of(&rankings->rankings[index], facts)) {
        index = make_ranking(rankings, facts);
        rankings->by_kind[kind] = index;
    }
    struct ranking *ranking = &rankings->rankings[index];
    ranking->asked = ++rankings->questions;
    catch_up(rankings, ranking, cluster, plan);
    const struct id_heap_entry *top = id_heap_top(&ranking->heap);
    if (!top || !rankings->ties)
        return top ? top->id : NONE;
    id_heap_list_top(&ranking->heap, &rankings->tops);
    return pick(rankings);
}

uint32_t rankings_best(struct rankings *rankings, const struct cluster *cluster,
                       const struct plan *plan, const struct waiting *waiting, uint32_t kind)
{
    if (!waiting_wants_grown(waiting, cluster, plan, kind))
        return rankings_best_of_all(rankings, cluster, plan, waiting, kind);
    const struct task_facts *facts = &waiting->kinds[kind].facts;
    int64_t best = INT64_MIN;
    rankings->tops.count = 0;
    for (uint32_t i = 0; i < plan->grown.count; i++) {
        uint32_t machine = plan->grown.ids[i];
        if (!plan_fits(plan, cluster, facts, machine))
            continue;
        int64_t score = rankings->score(rankings->state, facts, cluster, plan, machine);
        if (score > best)
            rankings->tops.count = 0;
        if (score < best)
            continue;
        best = score;
        id_list_add(&rankings->tops, machine);
    }
    return pick(rankings);
}

uint32_t rankings_choose(struct greedy *greedy, void *rankings, const struct cluster *cluster,
                         const struct waiting_line *line)
{
    return rankings_best(rankings, cluster, &greedy->plan, &greedy->waiting, line->kind);
}
