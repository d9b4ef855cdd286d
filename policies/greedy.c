/* greedy.c - see greedy.h. */
#include "policies/greedy.h"

void greedy_init(struct greedy *greedy, unsigned by)
{
    plan_init(&greedy->plan);
    waiting_init(&greedy->waiting, by);
    heap_init(&greedy->order);
}

void greedy_free(struct greedy *greedy)
{
    plan_free(&greedy->plan);
    waiting_free(&greedy->waiting);
    heap_free(&greedy->order);
}

void greedy_see(struct greedy *greedy, const struct cluster *cluster, const struct change *change)
{
    plan_mark(&greedy->plan, cluster, change);
    waiting_see(&greedy->waiting, cluster, change);
}

static void push(struct greedy *greedy, greedy_order *order, uint32_t line)
{
    const struct waiting_line *l = &greedy->waiting.lines[line];
    heap_push(&greedy->order, order ? order(l) : 0, l->arrival, line);
}

void greedy_decide(struct greedy *greedy, const struct cluster *cluster, greedy_order *order,
                   greedy_choice *choose, void *state, struct decision_list *decisions)
{
    struct waiting *waiting = &greedy->waiting;
    plan_begin(&greedy->plan, cluster);
    waiting_begin(waiting, cluster, &greedy->plan);
    heap_clear(&greedy->order);
    for (uint32_t i = 0; i < waiting->active.count; i++) {
        uint32_t line = waiting->kinds[waiting->active.ids[i]].first_line;
        for (; line != NONE; line = waiting->lines[line].next)
            push(greedy, order, line);
    }
    while (greedy->order.count) {
        uint32_t line = heap_pop(&greedy->order).item;
        const struct waiting_line *l = &waiting->lines[line];
        if (waiting->kinds[l->kind].active_at == NONE)
            continue;
        uint32_t machine = choose(greedy, state, cluster, l);
        if (machine == NONE) {
            waiting_set_idle(waiting, l->kind);
            continue;
        }
        bool more = l->count > 1;
        plan_place(&greedy->plan, cluster, decisions, waiting_take(waiting, line), machine);
        if (more)
            push(greedy, order, line);
    }
}
