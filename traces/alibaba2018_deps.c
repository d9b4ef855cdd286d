/* alibaba2018_deps.c - see alibaba2018_deps.h. */
#include "traces/alibaba2018_deps.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/id_map.h"
#include "base/memory.h"

#define NUMBER_DIGITS_MAX 9

/* A number of few digits that ends at "_" or at the end of the text, and move *text behind
 * it; NONE if there is none here. */
static uint32_t take_number(const char **text)
{
    size_t size = strspn(*text, "0123456789");
    char next = (*text)[size];
    if (size == 0 || size > NUMBER_DIGITS_MAX || (next != '_' && next != '\0'))
        return NONE;
    uint32_t number = 0;
    for (size_t i = 0; i < size; i++)
        number = number * 10 + (uint32_t)((*text)[i] - '0');
    *text += size;
    return number;
}

/* The stage's own number, and move *name to the list behind it; NONE if it has none. */
static uint32_t take_own_number(const char **name)
{
    const char *start = *name;
    while (isalpha((unsigned char)**name))
        (*name)++;
    return *name == start ? NONE : take_number(name);
}

/* The number of the next stage that is waited for, or NONE after the last. */
static uint32_t take_dependency(const char **name)
{
    if (**name != '_')
        return NONE;
    (*name)++;
    return take_number(name);
}

static uint64_t key_of(uint32_t job, uint32_t number)
{
    return (uint64_t)job << 32 | number;
}

/* Index all tasks that have a number, those outside the window too. */
static void index_tasks(const struct alibaba_tasks *tasks, struct id_map *index)
{
    for (uint32_t t = 0; t < tasks->count; t++) {
        const char *name = names_text(&tasks->stages, tasks->items[t].stage);
        uint32_t number = take_own_number(&name);
        if (number == NONE)
            continue;
        uint64_t key = key_of(tasks->items[t].job, number);
        uint32_t other = id_map_get(index, key);
        if (other == NONE || tasks->items[other].sequence > tasks->items[t].sequence)
            id_map_put(index, key, t);
    }
}

/* Add the arcs of task `t` behind `arc_count`; `asked` remembers who asked for a task
 * last, so that one named twice is taken once. Returns the new count. */
static uint32_t add_arcs(struct alibaba_deps *deps, struct alibaba_tasks *tasks,
                         const struct id_map *index, uint32_t t, uint32_t arc_count,
                         uint32_t *asked)
{
    struct alibaba_task *task = &tasks->items[t];
    const char *name = names_text(&tasks->stages, task->stage);
    if (take_own_number(&name) == NONE)
        return arc_count;
    uint32_t number;
    while ((number = take_dependency(&name)) != NONE) {
        uint32_t other = id_map_get(index, key_of(task->job, number));
        if (other == NONE) {
            task->repairs |= 1u << ALIBABA_DEPENDENCY_ABSENT;
        } else if (other < tasks->first || other >= tasks->last) {
            task->repairs |= 1u << ALIBABA_DEPENDENCY_OUTSIDE;
        } else if (asked[other - tasks->first] != t) {
            asked[other - tasks->first] = t;
            array_reserve(deps->arcs, deps->arc_room, arc_count + 1);
            deps->arcs[arc_count++] = other;
        }
    }
    return arc_count;
}

enum colour { COLOUR_NEW, COLOUR_OPEN, COLOUR_DONE };

/* A depth-first search from one task, without recursion. */
struct search {
    uint8_t *colours; /* by task, from the window's first */
    uint32_t *next_arc;
    uint32_t *stack;
    uint32_t depth;
    uint32_t *ranks; /* when it was done: after all that it waits for */
    uint32_t done;
};

static void open_task(struct search *search, const struct alibaba_deps *deps, uint32_t v)
{
    search->colours[v] = COLOUR_OPEN;
    search->next_arc[v] = deps->starts[v];
    search->stack[search->depth++] = v;
}

/* Drop the arcs that lead back into the path that is being searched. */
static void search_from(struct search *search, struct alibaba_deps *deps,
                        struct alibaba_tasks *tasks, uint32_t root)
{
    open_task(search, deps, root);
    while (search->depth > 0) {
        uint32_t v = search->stack[search->depth - 1];
        if (search->next_arc[v] == deps->starts[v + 1]) {
            search->colours[v] = COLOUR_DONE;
            search->ranks[v] = search->done++;
            search->depth--;
            continue;
        }
        uint32_t *arc = &deps->arcs[search->next_arc[v]++];
        uint32_t head = *arc - deps->first;
        if (search->colours[head] == COLOUR_NEW) {
            open_task(search, deps, head);
        } else if (search->colours[head] == COLOUR_OPEN) {
            *arc = NONE;
            tasks->items[deps->first + v].repairs |= 1u << ALIBABA_DEPENDENCY_CYCLE;
        }
    }
}

static int by_rank(const void *a, const void *b, void *state)
{
    const uint32_t *ranks = state;
    uint32_t x = ranks[*(const uint32_t *)a], y = ranks[*(const uint32_t *)b];
    return x < y ? -1 : x > y;
}

/* Within those of a job that start together, by rank. */
static void put_in_order(struct alibaba_deps *deps, const struct alibaba_tasks *tasks,
                         uint32_t *ranks)
{
    const struct alibaba_task *items = &tasks->items[tasks->first];
    uint32_t count = tasks->last - tasks->first;
    deps->order = memory_alloc(count * sizeof *deps->order);
    for (uint32_t i = 0; i < count; i++)
        deps->order[i] = i;
    for (uint32_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && items[end].start_s == items[i].start_s &&
                          items[end].job == items[i].job;)
            end++;
        qsort_r(&deps->order[i], end - i, sizeof *deps->order, by_rank, ranks);
    }
}

static void drop_cycles(struct alibaba_deps *deps, struct alibaba_tasks *tasks)
{
    uint32_t count = tasks->last - tasks->first;
    struct search search = {
        .colours = memory_alloc(count * sizeof *search.colours),
        .next_arc = memory_alloc(count * sizeof *search.next_arc),
        .stack = memory_alloc(count * sizeof *search.stack),
        .ranks = memory_alloc(count * sizeof *search.ranks),
    };
    for (uint32_t v = 0; v < count; v++)
        if (search.colours[v] == COLOUR_NEW)
            search_from(&search, deps, tasks, v);
    put_in_order(deps, tasks, search.ranks);
    memory_free(search.ranks);
    memory_free(search.colours);
    memory_free(search.next_arc);
    memory_free(search.stack);
}

void alibaba_deps_init(struct alibaba_deps *deps, struct alibaba_tasks *tasks)
{
    uint32_t count = tasks->last - tasks->first;
    *deps = (struct alibaba_deps){.first = tasks->first};
    deps->starts = memory_alloc(((size_t)count + 1) * sizeof *deps->starts);
    struct id_map index;
    id_map_init(&index);
    index_tasks(tasks, &index);
    uint32_t *asked = memory_alloc(count * sizeof *asked);
    for (uint32_t i = 0; i < count; i++)
        asked[i] = NONE;
    uint32_t arc_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        arc_count = add_arcs(deps, tasks, &index, deps->first + i, arc_count, asked);
        deps->starts[i + 1] = arc_count;
        if (arc_count - deps->starts[i] > deps->count_max)
            deps->count_max = arc_count - deps->starts[i];
    }
    memory_free(asked);
    id_map_free(&index);
    drop_cycles(deps, tasks);
}

void alibaba_deps_free(struct alibaba_deps *deps)
{
    memory_free(deps->starts);
    memory_free(deps->arcs);
    memory_free(deps->order);
}

uint32_t alibaba_deps_task(const struct alibaba_deps *deps, const struct alibaba_tasks *tasks,
                           uint32_t place)
{
    return tasks->first + (deps->order ? deps->order[place] : place);
}

uint32_t alibaba_deps_stages(const struct alibaba_deps *deps, const struct alibaba_tasks *tasks,
                             uint32_t t, const char **stages)
{
    uint32_t count = 0;
    if (!deps->starts)
        return 0;
    for (uint32_t i = deps->starts[t - deps->first]; i < deps->starts[t - deps->first + 1]; i++)
        if (deps->arcs[i] != NONE)
            stages[count++] = names_text(&tasks->stages, tasks->items[deps->arcs[i]].stage);
    return count;
}
