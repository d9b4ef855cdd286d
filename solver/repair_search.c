/* repair_search.c - see repair_search.h. */
#include "solver/repair_search.h"

#include "base/assert.h"
#include "base/memory.h"
#include "solver/repair_follow.h"
#include "solver/repair_hubs.h"
#include "solver/repair_near.h"
#include "solver/repair_read.h"

/* The backward side begins at all vertices that miss units. To begin at so many takes as long as
 * the patience is; with more than the most, one of them is near, and the forward side finds it. */
#define SEEDS_A_PATIENCE 40
#define SEEDS_MAX 4096

void repair_search_init(struct repair *repair)
{
    heap_init(&repair->forward.heap);
    heap_init(&repair->backward.heap);
    repair->backward.backward = true;
}

static void free_side(struct side *side)
{
    memory_free(side->near.list.items);
    memory_free(side->halted.list.items);
    memory_free(side->late.items);
    memory_free(side->settled.items);
    heap_free(&side->heap);
}

void repair_search_free(struct repair *repair)
{
    free_side(&repair->forward);
    free_side(&repair->backward);
}

/* The distance of what the side would settle next, or REPAIR_NO_HOP. */
static cost_t next_distance(const struct hunt *hunt, struct side *side)
{
    if (!queue_is_empty(&side->near) || !queue_is_empty(&side->halted) || side->late.count)
        return side->radius;
    for (const struct heap_entry *top; (top = heap_top(&side->heap));) {
        uint32_t v = top->item & ~HUNT_AGAIN;
        if ((top->item & HUNT_AGAIN) ||
            (!hunt_settled(hunt, side, v) && hunt_distance(hunt, side, v) == top->key))
            return top->key;
        heap_pop(&side->heap);
    }
    return REPAIR_NO_HOP;
}

/* All that is next in the heap. */
static void advance(struct hunt *hunt, struct side *side)
{
    const struct heap_entry *top = heap_top(&side->heap);
    queue_clear(&side->near);
    queue_clear(&side->halted);
    for (side->radius = top->key; top && top->key == side->radius; top = heap_top(&side->heap)) {
        struct heap_entry entry = heap_pop(&side->heap);
        uint32_t v = entry.item & ~HUNT_AGAIN;
        if (!(entry.item & HUNT_AGAIN))
            repair_reach_near(hunt, side, v);
        else if (hunt->repair->marks[v] & MARK_HUB)
            repair_scan_hub(hunt, side, v);
        else
            repair_follow_later(hunt, side, v);
    }
}

/* One step of a side that has something left. */
static void grow(struct hunt *hunt, struct side *side)
{
    side->work++;
    if (!queue_is_empty(&side->near)) {
        uint32_t v = queue_pop(&side->near);
        repair_fetch_near(hunt->repair, side);
        repair_settle(hunt, side, v);
    } else if (!queue_is_empty(&side->halted)) {
        uint32_t v = queue_pop(&side->halted);
        repair_fetch_halted(hunt->repair, side);
        repair_follow_back(hunt, side, v);
    } else if (side->late.count) {
        repair_settle(hunt, side, side->late.items[--side->late.count]);
    } else {
        advance(hunt, side);
    }
}

static void start_side(struct hunt *hunt, struct side *side)
{
    const struct repair *repair = hunt->repair;
    side->started = true;
    if (side->seed != NONE)
        repair_reach(hunt, side, side->seed, 0, (struct hop){NONE, NONE, 0, 0});
    if (!side->backward || !hunt->search->any_deficit)
        return;
    for (uint32_t i = 0; i < repair->deficit_count; i++)
        if (repair->marks[repair->deficits[i]] & MARK_DEFICIT)
            repair_reach(hunt, side, repair->deficits[i], 0, (struct hop){NONE, NONE, 0, 0});
    if (repair->sink != NONE)
        repair_reach(hunt, side, repair->sink, 0, (struct hop){NONE, NONE, 0, 0});
}

/* Forward from a source: its options, measured from the cheapest. */
static void start_source(struct hunt *hunt, struct side *side, uint32_t s)
{
    struct repair *repair = hunt->repair;
    const struct source *source = &repair->sources[s];
    uint32_t end = source->first + source->count;
    cost_t least = REPAIR_NO_HOP;
    side->started = true;
    for (uint32_t o = source->first; o < end; o++) {
        cost_t cost = repair->options[o].cost + repair->price[repair->options[o].vertex];
        if (cost < least && repair_option_room(repair, s, o) > 0)
            least = cost;
    }
    for (uint32_t o = source->first; o < end; o++) {
        cost_t cost = repair->options[o].cost + repair->price[repair->options[o].vertex];
        if (repair_option_room(repair, s, o) > 0)
            repair_reach(hunt, side, repair->options[o].vertex, cost - least,
                         (struct hop){NONE, s, 0, o});
    }
}

static void clear_side(struct side *side, bool available, uint32_t seed)
{
    heap_clear(&side->heap);
    queue_clear(&side->near);
    queue_clear(&side->halted);
    side->late.count = 0;
    side->settled.count = 0;
    side->available = available;
    side->started = false;
    side->seed = seed;
    side->radius = 0;
    side->flagged = REPAIR_NO_HOP;
    side->stride = 0;
    side->work = 0;
}

/* Is the nearest vertex that ends the search as near as all that comes next? */
static bool at_flag(const struct side *side, cost_t next)
{
    return side->flagged != REPAIR_NO_HOP && next >= side->flagged;
}

/* Let the sides grow until they meet, or the first has nothing left. A second side that has
 * nothing left before they met is given up, so that the first tells all it can reach. */
static void run(struct hunt *hunt)
{
    struct side *first = hunt->search->backward ? hunt->backward : hunt->forward;
    struct side *second = hunt->search->backward ? hunt->forward : hunt->backward;
    uint64_t patience = hunt->search->patient ? hunt->repair->patience : 0;
    if (hunt->search->any_deficit)
        patience += patience * hunt->repair->missing_count / SEEDS_A_PATIENCE;
    for (;;) {
        cost_t near = next_distance(hunt, first);
        cost_t far = second->started && second->available ? next_distance(hunt, second) : 0;
        if (at_flag(first, near) || at_flag(second, far))
            return;
        if (hunt->best != REPAIR_NO_HOP && (near >= hunt->best || far >= hunt->best - near))
            return;
        if (near == REPAIR_NO_HOP)
            return;
        if (far == REPAIR_NO_HOP) {
            second->available = false;
            second->radius = 0;
        } else if (!second->available || first->work <= second->work + patience) {
            grow(hunt, first);
        } else if (second->started) {
            grow(hunt, second);
        } else {
            start_side(hunt, second);
        }
    }
}

/* The final radii, and where the path is. A side left out what was farther than the best path
 * less the other's radius, so its own final radius must not be larger than that. */
static void conclude(struct hunt *hunt, cost_t radius[2], struct found *found)
{
    struct side *sides[2] = {hunt->forward, hunt->backward};
    *found = (struct found){.forward = true, .backward = true, .meeting = hunt->meeting};
    radius[0] = 0;
    radius[1] = 0;
    for (int i = 0; i < 2; i++) {
        cost_t most =
            hunt->best == REPAIR_NO_HOP ? REPAIR_NO_HOP : hunt->best - sides[1 - i]->radius;
        cost_t next = sides[i]->started && sides[i]->available ? next_distance(hunt, sides[i]) : 0;
        if (!at_flag(sides[i], next) || sides[i]->flagged > most)
            continue;
        radius[i] = sides[i]->flagged;
        *found = (struct found){true, i == 0, i == 1, .meeting = sides[i]->flag};
        return;
    }
    if (hunt->best == REPAIR_NO_HOP)
        return; /* no path: one side has run out, and prices could go on forever */
    bool runs = hunt->forward->started && hunt->forward->available;
    cost_t next = runs ? next_distance(hunt, hunt->forward) : 0;
    cost_t most = hunt->best - hunt->backward->radius;
    radius[0] = next < most ? next : most;
    radius[1] = hunt->best - radius[0];
    found->path = hunt->meeting != NONE;
}

/* No price falls by more than this. Lists of near hops allow for the sum, unless it gets too large;
 * then they are void. */
static void note_fall(struct repair *repair, cost_t radius)
{
    if (repair->fallen > REPAIR_PRICE_MAX - radius)
        repair_near_forget_all(repair);
    else
        repair->fallen += radius;
}

static void shift_prices(struct repair *repair, const struct side *side, cost_t radius)
{
    if (side->backward)
        note_fall(repair, radius);
    for (uint32_t i = 0; i < side->settled.count; i++) {
        uint32_t v = side->settled.items[i];
        cost_t shift = radius - repair->labels[v][side->backward].distance;
        if (shift <= 0)
            continue;
        repair->price[v] += side->backward ? -shift : shift;
        if (repair->price[v] > REPAIR_PRICE_MAX || repair->price[v] < -REPAIR_PRICE_MAX)
            repair->strained = true;
        if (side->backward)
            repair_hubs_price_fell(repair, v);
        else
            repair_hubs_price_rose(repair, v);
    }
}

/* The number that marks this search's labels. */
static uint32_t next_stamp(struct repair *repair)
{
    if (repair->search_count == UINT32_MAX >> 1) {
        for (uint32_t v = 0; v < repair->stamp_room; v++)
            repair->stamps[v][0] = repair->stamps[v][1] = 0;
        repair->search_count = 0;
    }
    return ++repair->search_count;
}

void repair_search(struct repair *repair, const struct search *search, struct found *found)
{
    struct hunt hunt = {repair,        search, &repair->forward,  &repair->backward,
                        search->bound, NONE,   next_stamp(repair)};
    array_reserve(repair->labels, repair->label_room, repair->vertex_count);
    array_reserve(repair->stamps, repair->stamp_room, repair->vertex_count);
    bool has_begin = search->source != NONE || search->from != NONE;
    clear_side(hunt.forward, has_begin, search->from);
    bool missing = repair->missing_count > 0 || repair->sink != NONE;
    bool has_end =
        search->any_deficit ? missing && repair->missing_count <= SEEDS_MAX : search->to != NONE;
    clear_side(hunt.backward, has_end, search->to);
    if (search->source != NONE)
        start_source(&hunt, hunt.forward, search->source);
    else if (has_begin)
        start_side(&hunt, hunt.forward);
    if (has_end && !search->any_deficit)
        start_side(&hunt, hunt.backward); /* that it meets the other side, however patient it is */
    run(&hunt);
    cost_t radius[2];
    conclude(&hunt, radius, found);
    shift_prices(repair, hunt.forward, radius[0]);
    shift_prices(repair, hunt.backward, radius[1]);
    repair->work += hunt.forward->work + hunt.backward->work;
    if (found->path)
        repair_measure(repair, found);
}
