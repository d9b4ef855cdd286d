/* tetris_choice.c - see tetris_choice.h. */
#include "policies/tetris_choice.h"

#include "base/memory.h"
#include "policies/tetris_score.h"

void tetris_choice_init(struct tetris_choice *choice)
{
    *choice = (struct tetris_choice){0};
    queues_init(&choice->queues);
}

void tetris_choice_free(struct tetris_choice *choice)
{
    memory_free(choice->kinds);
    memory_free(choice->candidates);
    queues_free(&choice->queues);
}

void tetris_choice_begin(struct tetris_choice *choice)
{
    choice->kind_count = 0;
    choice->count = 0;
    queues_clear(&choice->queues);
}

uint32_t tetris_choice_add_kind(struct tetris_choice *choice, const struct resources *demand)
{
    array_reserve(choice->kinds, choice->kind_room, choice->kind_count + 1);
    choice->kinds[choice->kind_count] = (struct tetris_kind){.demand = *demand};
    return choice->kind_count++;
}

void tetris_choice_add(struct tetris_choice *choice, const struct cluster *cluster,
                       const struct tetris_candidate *candidate)
{
    array_reserve(choice->candidates, choice->room, choice->count + 1);
    choice->candidates[choice->count++] = *candidate;
    queues_enter(&choice->queues, cluster, candidate->tenant);
}

void tetris_choice_ready(struct tetris_choice *choice)
{
    queues_sort(&choice->queues);
}

void tetris_choice_remove(struct tetris_choice *choice, struct tetris_candidate *candidate)
{
    *candidate = choice->candidates[--choice->count];
}

/* Forget candidates that do not fit any more, and align the others. */
static void look_at_room(struct tetris_choice *choice, const struct room *room,
                         const struct resources *capacity)
{
    for (uint32_t k = 0; k < choice->kind_count; k++) {
        struct tetris_kind *kind = &choice->kinds[k];
        kind->fits = room_fits(room, &kind->demand);
        kind->alignment = tetris_alignment(&kind->demand, &room->free, capacity);
    }
    queues_ask_none(&choice->queues);
    for (uint32_t i = choice->count; i-- > 0;) {
        struct tetris_candidate *candidate = &choice->candidates[i];
        if (choice->kinds[candidate->kind].fits)
            queues_ask(&choice->queues, candidate->tenant);
        else
            tetris_choice_remove(choice, candidate);
    }
}

static double alignment_of(const struct tetris_choice *choice, const struct tetris_rules *rules,
                           const struct tetris_candidate *candidate)
{
    double alignment = choice->kinds[candidate->kind].alignment;
    return candidate->remote ? alignment * (1 - rules->remote_penalty) : alignment;
}

static double epsilon_of(const struct tetris_choice *choice, const struct tetris_rules *rules)
{
    double alignments = 0, works = 0;
    if (rules->work_weight <= 0)
        return 0;
    for (uint32_t i = 0; i < choice->count; i++) {
        const struct tetris_candidate *candidate = &choice->candidates[i];
        if (!queues_served(&choice->queues, candidate->tenant))
            continue;
        alignments += alignment_of(choice, rules, candidate);
        works += candidate->work;
    }
    return tetris_epsilon(rules->work_weight, alignments, works);
}

static bool better(const struct tetris_candidate *a, double a_score,
                   const struct tetris_candidate *b, double b_score)
{
    if (a->near_barrier != b->near_barrier)
        return a->near_barrier;
    if (a_score != b_score)
        return a_score > b_score;
    if (a->job != b->job)
        return a->job < b->job;
    return a->arrival < b->arrival;
}

struct tetris_candidate *tetris_choice_best(struct tetris_choice *choice,
                                            const struct tetris_rules *rules,
                                            const struct room *room,
                                            const struct resources *capacity)
{
    struct tetris_candidate *best = NULL;
    double best_score = 0;
    look_at_room(choice, room, capacity);
    queues_serve(&choice->queues, rules->fairness);
    double epsilon = epsilon_of(choice, rules);
    for (uint32_t i = 0; i < choice->count; i++) {
        struct tetris_candidate *candidate = &choice->candidates[i];
        if (!queues_served(&choice->queues, candidate->tenant))
            continue;
        double score = alignment_of(choice, rules, candidate) - epsilon * candidate->work;
        if (!best || better(candidate, score, best, best_score)) {
            best = candidate;
            best_score = score;
        }
    }
    return best;
}
