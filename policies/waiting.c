/* waiting.c - see waiting.h. */
#include "policies/waiting.h"

#include "base/assert.h"
#include "base/memory.h"
#include "base/random.h"

/* So many machines that grew are looked at one by one; where they are more, a search of all is the
 * shorter way. */
#define GROWN_FEW 64

void waiting_init(struct waiting *waiting, unsigned by)
{
    *waiting = (struct waiting){.by = by, .free_line = NONE, .free_kind = NONE};
    id_chains_init(&waiting->line_ids);
    id_chains_init(&waiting->kind_ids);
}

void waiting_free(struct waiting *waiting)
{
    memory_free(waiting->tasks);
    memory_free(waiting->arrivals);
    memory_free(waiting->lines);
    memory_free(waiting->kinds);
    id_chains_free(&waiting->line_ids);
    id_chains_free(&waiting->kind_ids);
    id_list_free(&waiting->active);
    id_list_free(&waiting->idle);
    id_list_free(&waiting->taken);
}

static void reserve(struct waiting *waiting, const struct cluster *cluster)
{
    array_reserve(waiting->tasks, waiting->task_room, cluster->task_limit);
    array_reserve(waiting->arrivals, waiting->arrival_room, cluster->task_limit);
    for (; waiting->task_limit < cluster->task_limit; waiting->task_limit++)
        waiting->tasks[waiting->task_limit].line = NONE;
}

/* What lines are told apart by, of a task. */
static struct task_facts facts_of_line(const struct task_facts *task, unsigned by)
{
    struct task_facts facts = {.demand = task->demand, .constraint = task->constraint};
    if (by & (WAITING_BY_TENANT | WAITING_BY_STAGE))
        facts.tenant = task->tenant;
    if (by & WAITING_BY_PRIORITY)
        facts.priority = task->priority;
    if (by & WAITING_BY_RUN_TIME)
        facts.true_run_us = task->true_run_us;
    if (by & WAITING_BY_STAGE) {
        facts.job = task->job;
        facts.stage = task->stage;
        facts.deadline_us = task->deadline_us;
        facts.latency_us = task->latency_us;
    }
    return facts;
}

static uint64_t hash_kind(const struct task_facts *facts)
{
    uint64_t hash = facts->constraint;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        hash = random_mix(hash, (uint64_t)facts->demand.amount[r]);
    return hash;
}

static uint64_t hash_line(const struct task_facts *facts)
{
    uint64_t hash = random_mix(random_mix(hash_kind(facts), facts->stage), facts->tenant);
    hash = random_mix(hash, (uint64_t)facts->deadline_us ^ (uint32_t)facts->priority);
    return random_mix(hash, (uint64_t)facts->true_run_us);
}

static bool same_kind(const struct task_facts *a, const struct task_facts *b)
{
    return a->constraint == b->constraint && resources_equal(&a->demand, &b->demand);
}

static bool same_line(const struct task_facts *a, const struct task_facts *b)
{
    return a->tenant == b->tenant && a->stage == b->stage && a->priority == b->priority &&
           a->deadline_us == b->deadline_us && a->latency_us == b->latency_us &&
           a->true_run_us == b->true_run_us && same_kind(a, b);
}

/* Lists of kinds. */

static void set_active(struct waiting *waiting, uint32_t kind)
{
    struct waiting_kind *k = &waiting->kinds[kind];
    if (k->idle_at != NONE) {
        uint32_t last = waiting->idle.ids[--waiting->idle.count];
        waiting->idle.ids[k->idle_at] = last;
        waiting->kinds[last].idle_at = k->idle_at;
        k->idle_at = NONE;
    }
    k->active_at = waiting->active.count;
    id_list_add(&waiting->active, kind);
}

static void leave_active(struct waiting *waiting, uint32_t kind)
{
    struct waiting_kind *k = &waiting->kinds[kind];
    uint32_t last = waiting->active.ids[--waiting->active.count];
    waiting->active.ids[k->active_at] = last;
    waiting->kinds[last].active_at = k->active_at;
    k->active_at = NONE;
}

void waiting_set_idle(struct waiting *waiting, uint32_t kind)
{
    leave_active(waiting, kind);
    waiting->kinds[kind].idle_at = waiting->idle.count;
    id_list_add(&waiting->idle, kind);
}

static uint32_t enter_kind(struct waiting *waiting, const struct task_facts *facts)
{
    uint64_t hash = hash_kind(facts);
    uint32_t kind = id_chains_first(&waiting->kind_ids, hash);
    while (kind != NONE && !same_kind(&waiting->kinds[kind].facts, facts))
        kind = id_chains_next(&waiting->kind_ids, kind);
    if (kind != NONE)
        return kind;
    kind = waiting->free_kind;
    if (kind != NONE) {
        waiting->free_kind = waiting->kinds[kind].active_at;
    } else {
        array_reserve(waiting->kinds, waiting->kind_room, waiting->kind_count + 1);
        kind = waiting->kind_count++;
    }
    waiting->kinds[kind] =
        (struct waiting_kind){.facts = *facts, .first_line = NONE, .idle_at = NONE};
    id_chains_add(&waiting->kind_ids, hash, kind);
    set_active(waiting, kind);
    return kind;
}

static void leave_kind(struct waiting *waiting, uint32_t kind)
{
    struct waiting_kind *k = &waiting->kinds[kind];
    if (k->first_line != NONE)
        return;
    if (k->idle_at != NONE)
        set_active(waiting, kind);
    leave_active(waiting, kind);
    id_chains_remove(&waiting->kind_ids, hash_kind(&k->facts), kind);
    k->active_at = waiting->free_kind;
    waiting->free_kind = kind;
}

/* Lines. */

static uint32_t new_line(struct waiting *waiting, const struct task_facts *facts, uint64_t hash)
{
    uint32_t kind = enter_kind(waiting, facts);
    uint32_t line = waiting->free_line;
    if (line != NONE) {
        waiting->free_line = waiting->lines[line].next;
    } else {
        array_reserve(waiting->lines, waiting->line_room, waiting->line_count + 1);
        line = waiting->line_count++;
    }
    uint32_t next = waiting->kinds[kind].first_line;
    waiting->lines[line] = (struct waiting_line){.facts = *facts,
                                                 .kind = kind,
                                                 .first = NONE,
                                                 .last = NONE,
                                                 .next = next,
                                                 .previous = NONE,
                                                 .birth = ++waiting->birth_count};
    if (next != NONE)
        waiting->lines[next].previous = line;
    waiting->kinds[kind].first_line = line;
    id_chains_add(&waiting->line_ids, hash, line);
    return line;
}

static void free_line(struct waiting *waiting, uint32_t line)
{
    struct waiting_line *l = &waiting->lines[line];
    if (l->previous == NONE)
        waiting->kinds[l->kind].first_line = l->next;
    else
        waiting->lines[l->previous].next = l->next;
    if (l->next != NONE)
        waiting->lines[l->next].previous = l->previous;
    id_chains_remove(&waiting->line_ids, hash_line(&l->facts), line);
    leave_kind(waiting, l->kind);
    l->next = waiting->free_line;
    waiting->free_line = line;
}

static void enter(struct waiting *waiting, const struct cluster *cluster, uint32_t task)
{
    struct task_facts facts = facts_of_line(&cluster->task_facts[task], waiting->by);
    uint64_t hash = hash_line(&facts);
    uint32_t line = id_chains_first(&waiting->line_ids, hash);
    while (line != NONE && !same_line(&waiting->lines[line].facts, &facts))
        line = id_chains_next(&waiting->line_ids, line);
    if (line == NONE)
        line = new_line(waiting, &facts, hash);
    struct waiting_line *l = &waiting->lines[line];
    waiting->tasks[task] = (struct waiting_task){line, NONE, l->last};
    waiting->arrivals[task] = waiting->arrival_count++;
    if (l->last == NONE)
        l->first = task;
    else
        waiting->tasks[l->last].next = task;
    l->last = task;
    l->count++;
    l->arrival = waiting->arrivals[l->first];
}

static void leave(struct waiting *waiting, uint32_t task)
{
    struct waiting_task *t = &waiting->tasks[task];
    uint32_t line = t->line;
    struct waiting_line *l = &waiting->lines[line];
    if (t->previous == NONE)
        l->first = t->next;
    else
        waiting->tasks[t->previous].next = t->next;
    if (t->next == NONE)
        l->last = t->previous;
    else
        waiting->tasks[t->next].previous = t->previous;
    t->line = NONE;
    if (--l->count)
        l->arrival = waiting->arrivals[l->first];
    else
        free_line(waiting, line);
}

void waiting_see(struct waiting *waiting, const struct cluster *cluster,
                 const struct change *change)
{
    uint32_t task = change->task;
    reserve(waiting, cluster);
    if (task == NONE)
        return;
    if (waiting->tasks[task].line != NONE)
        leave(waiting, task);
    if (cluster->tasks[task].state == TASK_WAITING)
        enter(waiting, cluster, task);
}

/* Idle kinds that fit on the machine are active, woken in the round; 0: in none. */
static void wake(struct waiting *waiting, const struct cluster *cluster, const struct plan *plan,
                 uint32_t machine, uint64_t round)
{
    for (uint32_t k = waiting->idle.count; k-- > 0;) {
        uint32_t kind = waiting->idle.ids[k];
        if (!plan_fits(plan, cluster, &waiting->kinds[kind].facts, machine))
            continue;
        set_active(waiting, kind);
        waiting->kinds[kind].woken_in = round;
    }
}

void waiting_begin(struct waiting *waiting, const struct cluster *cluster, const struct plan *plan)
{
    for (uint32_t i = 0; i < waiting->taken.count; i++) {
        uint32_t task = waiting->taken.ids[i];
        if (cluster->tasks[task].state == TASK_WAITING && waiting->tasks[task].line == NONE)
            enter(waiting, cluster, task);
    }
    waiting->taken.count = 0;
    waiting->fresh_count = waiting->active.count;
    waiting->rounds++;
    for (uint32_t i = 0; i < plan->grown.count; i++)
        wake(waiting, cluster, plan, plan->grown.ids[i], waiting->rounds);
}

void waiting_wake(struct waiting *waiting, const struct cluster *cluster, const struct plan *plan,
                  uint32_t machine)
{
    wake(waiting, cluster, plan, machine, 0);
}

uint32_t waiting_kind_of(const struct waiting *waiting, uint32_t task)
{
    return waiting->lines[waiting->tasks[task].line].kind;
}

bool waiting_wants_grown(const struct waiting *waiting, const struct cluster *cluster,
                         const struct plan *plan, uint32_t kind)
{
    const struct waiting_kind *k = &waiting->kinds[kind];
    if (k->woken_in != waiting->rounds || plan->grown.count > GROWN_FEW)
        return false;
#ifdef DEEP_CHECKS
    uint32_t machine = plan_next(plan, cluster, &k->facts, 0);
    for (; machine != NONE; machine = plan_next(plan, cluster, &k->facts, machine + 1))
        ASSERT(plan->grown_in[machine] == plan->rounds);
#else
    (void)cluster;
#endif
    return true;
}

uint32_t waiting_next(const struct waiting *waiting, const struct cluster *cluster,
                      const struct plan *plan, uint32_t kind, uint32_t from)
{
    const struct task_facts *facts = &waiting->kinds[kind].facts;
    if (!waiting_wants_grown(waiting, cluster, plan, kind))
        return plan_next(plan, cluster, facts, from);
    uint32_t first = NONE;
    for (uint32_t i = 0; i < plan->grown.count; i++) {
        uint32_t machine = plan->grown.ids[i];
        if (machine >= from && machine < first && plan_fits(plan, cluster, facts, machine))
            first = machine;
    }
    return first;
}

uint32_t waiting_take(struct waiting *waiting, uint32_t line)
{
    uint32_t task = waiting->lines[line].first;
    waiting_take_task(waiting, task);
    return task;
}

void waiting_take_task(struct waiting *waiting, uint32_t task)
{
    leave(waiting, task);
    id_list_add(&waiting->taken, task);
}
