/* outside_library.c - see outside_library.h. */
#include "plugins/outside_library.h"

#include <stdio.h>

#include "base/memory.h"

struct partner {
    struct flowsched_engine *engine;
    uint64_t *handles; /* by the replay's task id */
    uint32_t handle_room;
    struct id_map tasks;           /* the replay's ids by handle */
    enum flowsched_status refusal; /* of an event, which the replay's own engine took */
    char reason[256];
};

static void destroy(void *state)
{
    struct partner *partner = state;
    flowsched_destroy(partner->engine);
    memory_free(partner->handles);
    id_map_free(&partner->tasks);
    memory_free(partner);
}

static void keep_handles(struct partner *partner, const uint32_t *tasks, uint32_t count)
{
    size_t made;
    const uint64_t *handles = flowsched_submitted(partner->engine, &made);
    for (uint32_t i = 0; i < count && i < made; i++) {
        partner->handles[tasks[i]] = handles[i];
        id_map_put(&partner->tasks, handles[i], tasks[i]);
    }
}

static void tell(void *state, const struct cluster *cluster, const struct flowsched_event *given,
                 const uint32_t *tasks, uint32_t count)
{
    struct partner *partner = state;
    struct flowsched_event event = *given;
    bool submission = event.kind == FLOWSCHED_TASK_SUBMITTED;
    array_reserve(partner->handles, partner->handle_room, cluster->task_limit);
    if (count && !submission)
        event.task = partner->handles[tasks[0]];
    enum flowsched_status status = flowsched_apply(partner->engine, &event, 1, NULL);
    if (status != FLOWSCHED_OK && partner->refusal == FLOWSCHED_OK) {
        partner->refusal = status;
        snprintf(partner->reason, sizeof partner->reason, "%s: %.200s",
                 flowsched_event_name(event.kind), flowsched_reason(partner->engine));
    }
    if (submission)
        keep_handles(partner, tasks, count);
}

static void forget(void *state, uint32_t task)
{
    struct partner *partner = state;
    id_map_remove(&partner->tasks, partner->handles[task]);
}

static enum status decide(void *state, const struct cluster *cluster, int64_t now_us,
                          struct outside_answer *answer, struct problem *problem)
{
    struct partner *partner = state;
    const struct flowsched_decision *decisions;
    size_t count;
    if (partner->refusal != FLOWSCHED_OK)
        return problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0,
                           "the library refused an event: %s", partner->reason);
    if (flowsched_decide(partner->engine, now_us, &decisions, &count, &answer->round) !=
        FLOWSCHED_OK)
        return problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0, "the library did not decide: %s",
                           flowsched_reason(partner->engine));
    array_reserve(answer->decisions, answer->room, count);
    answer->count = (uint32_t)count;
    for (size_t i = 0; i < count; i++)
        answer->decisions[i] = (struct outside_decision){
            .kind = decisions[i].kind,
            .task = id_map_get(&partner->tasks, decisions[i].task),
            .machine = names_find(&cluster->machine_names,
                                  flowsched_machine_name(partner->engine, decisions[i].machine)),
            .devices = decisions[i].devices};
    return STATUS_OK;
}

enum status outside_library_create(struct outside_partner *partner,
                                   const struct flowsched_option *options, size_t option_count,
                                   struct problem *problem)
{
    char reason[256];
    struct flowsched_engine *engine;
    if (flowsched_create(&engine, options, option_count, reason, sizeof reason) != FLOWSCHED_OK)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "%s", reason);
    struct partner *state = memory_alloc(sizeof *state);
    state->engine = engine;
    id_map_init(&state->tasks);
    *partner = (struct outside_partner){state, destroy, tell, forget, decide};
    return STATUS_OK;
}
