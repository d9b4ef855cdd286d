/* outside_program.c - see outside_program.h. */
#include "plugins/outside_program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "plugins/event_json_write.h"
#include "plugins/json_members.h"
#include "plugins/task_names.h"
#include "replay/summary_fields.h"

/* Events of one request: a trace may begin with hundreds of thousands. */
#define EVENTS_MAX 4096

struct partner {
    pid_t child;
    FILE *to, *from;
    cJSON *events; /* that have not been sent */
    uint32_t event_count;
    enum status status; /* what came of those sent before the next decision */
    struct problem problem;
    struct task_names names; /* with the replay's ids */
    uint32_t *slots;         /* of names, by the replay's task id */
    uint32_t slot_room;
    uint64_t requests;
    char *line; /* the last answer; getline's memory */
    size_t line_room;
};

static void close_pipes(struct partner *partner)
{
    if (partner->to)
        fclose(partner->to);
    if (partner->from)
        fclose(partner->from);
}

/* The program sees the end of its input, and ends; if it goes on writing it is told that nobody
 * reads. */
static void destroy(void *state)
{
    struct partner *partner = state;
    close_pipes(partner);
    while (partner->child > 0 && waitpid(partner->child, NULL, 0) < 0 && errno == EINTR)
        continue;
    cJSON_Delete(partner->events);
    task_names_free(&partner->names);
    memory_free(partner->slots);
    free(partner->line);
    memory_free(partner);
}

/* Names. */

static void add_name(struct partner *partner, const struct cluster *cluster, uint32_t task)
{
    const struct task *t = &cluster->tasks[task];
    char *name = task_names_make(names_text(&cluster->job_names, cluster_task_job(cluster, task)),
                                 cluster_stage_name(cluster, t->stage), t->index);
    partner->slots[task] = task_names_add(&partner->names, name, task);
    memory_free(name);
}

static void forget(void *state, uint32_t task)
{
    struct partner *partner = state;
    task_names_remove(&partner->names, partner->slots[task]);
}

/* What is answered. */

static enum status wrong(struct problem *problem, const char *reason, const char *what)
{
    return problem_set(problem, STATUS_BAD_INPUT, NULL, 0, 0, "the program's answer: %s%s%.100s",
                       reason, what ? ": " : "", what ? what : "");
}

static enum status read_gpus(const cJSON *json, uint32_t *devices, struct problem *problem)
{
    const cJSON *gpus = cJSON_GetObjectItemCaseSensitive(json, "gpus");
    if (gpus && !cJSON_IsArray(gpus))
        return wrong(problem, "gpus must be an array of numbers", NULL);
    for (const cJSON *gpu = gpus ? gpus->child : NULL; gpu; gpu = gpu->next) {
        if (!cJSON_IsNumber(gpu) || gpu->valueint < 0 || gpu->valueint > 31)
            return wrong(problem, "gpus must be an array of numbers", NULL);
        *devices |= UINT32_C(1) << gpu->valueint;
    }
    return STATUS_OK;
}

static enum status read_decision(const struct partner *partner, const struct cluster *cluster,
                                 const cJSON *json, struct outside_decision *decision,
                                 struct problem *problem)
{
    const char *type = NULL, *task = NULL, *machine = NULL;
    if (!cJSON_IsObject(json))
        return wrong(problem, "a decision is an object", NULL);
    enum status status = json_read_text(json, "type", &type, problem);
    if (status == STATUS_OK)
        status = json_read_text(json, "task", &task, problem);
    if (status == STATUS_OK)
        status = json_read_text(json, "machine", &machine, problem);
    if (status != STATUS_OK)
        return status;
    *decision = (struct outside_decision){.machine = NONE};
    decision->kind = type ? flowsched_decision_find(type) : FLOWSCHED_DECISION_KIND_COUNT;
    if (decision->kind == FLOWSCHED_DECISION_KIND_COUNT)
        return wrong(problem, "there is no decision of type", type ? type : "(none)");
    uint32_t slot = task ? task_names_find(&partner->names, task) : NONE;
    if (slot == NONE)
        return wrong(problem, "no live task has the name", task ? task : "(none)");
    decision->task = (uint32_t)partner->names.slots[slot].value;
    bool to_run = decision->kind != FLOWSCHED_PREEMPT && decision->kind != FLOWSCHED_SUSPEND;
    if (machine)
        decision->machine = names_find(&cluster->machine_names, machine);
    if (to_run && decision->machine == NONE)
        return wrong(problem, "there is no machine", machine ? machine : "(none)");
    return read_gpus(json, &decision->devices, problem);
}

static enum status read_decisions(const struct partner *partner, const struct cluster *cluster,
                                  const cJSON *json, struct outside_answer *answer,
                                  struct problem *problem)
{
    const cJSON *decisions = cJSON_GetObjectItemCaseSensitive(json, "decisions");
    if (!cJSON_IsArray(decisions))
        return wrong(problem, "decisions must be an array", NULL);
    answer->count = 0;
    for (const cJSON *d = decisions->child; d; d = d->next) {
        array_reserve(answer->decisions, answer->room, answer->count + 1);
        enum status status =
            read_decision(partner, cluster, d, &answer->decisions[answer->count++], problem);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static enum status read_round(const cJSON *json, struct flowsched_round *round,
                              struct problem *problem)
{
    const cJSON *gap = cJSON_GetObjectItemCaseSensitive(json, "gap");
    *round = (struct flowsched_round){.wake_us = FLOWSCHED_NEVER};
    round->has_bound = cJSON_IsNumber(gap) && cJSON_GetObjectItemCaseSensitive(json, "bound") &&
                       cJSON_GetObjectItemCaseSensitive(json, "cost");
    enum status status = json_read_integer(json, "wake_us", 0, INT64_MAX, &round->wake_us, problem);
    if (status == STATUS_OK)
        status = json_read_flag(json, "certified", &round->certified, problem);
    if (status == STATUS_OK)
        status = json_read_flag(json, "again", &round->again, problem);
    if (status == STATUS_OK && round->has_bound)
        status = json_read_integer(json, "cost", INT64_MIN, INT64_MAX, &round->cost, problem);
    if (status == STATUS_OK && round->has_bound)
        status = json_read_integer(json, "bound", INT64_MIN, INT64_MAX, &round->bound, problem);
    return status;
}

/* An event that the program refuses means that it sees another cluster. */
static enum status check_errors(const cJSON *json, struct problem *problem)
{
    const cJSON *error = cJSON_GetObjectItemCaseSensitive(json, "error");
    const cJSON *errors = cJSON_GetObjectItemCaseSensitive(json, "errors");
    const cJSON *first = error ? error : errors ? errors->child : NULL;
    const char *reason = NULL;
    if (!first)
        return STATUS_OK;
    if (json_read_text(first, "reason", &reason, NULL) != STATUS_OK || !reason)
        reason = "without a reason";
    return wrong(problem, "it refuses a request or an event", reason);
}

static enum status send_request(struct partner *partner, int64_t now_us, bool decide,
                                struct problem *problem)
{
    cJSON *request = cJSON_CreateObject();
    field_count(request, "id", ++partner->requests);
    field_integer(request, "now_us", now_us);
    cJSON_AddItemToObject(request, "events", partner->events);
    cJSON_AddBoolToObject(request, "decide", decide);
    partner->events = cJSON_CreateArray();
    partner->event_count = 0;
    char *text = cJSON_PrintUnformatted(request);
    cJSON_Delete(request);
    bool sent =
        fputs(text, partner->to) >= 0 && putc('\n', partner->to) != EOF && fflush(partner->to) == 0;
    cJSON_free(text);
    return sent ? STATUS_OK
                : problem_set(problem, STATUS_IO, NULL, 0, 0, "the program does not read: %s",
                              strerror(errno));
}

/* Send what there is, and read the answer; *json is NULL if there is none to trust. */
static enum status ask(struct partner *partner, int64_t now_us, bool decide, cJSON **json,
                       struct problem *problem)
{
    *json = NULL;
    enum status status = send_request(partner, now_us, decide, problem);
    if (status != STATUS_OK)
        return status;
    ssize_t size = getline(&partner->line, &partner->line_room, partner->from);
    if (size < 0)
        return problem_set(problem, STATUS_IO, NULL, 0, 0,
                           "the program has ended without an answer");
    cJSON *answer = cJSON_ParseWithLength(partner->line, (size_t)size);
    status = cJSON_IsObject(answer) ? check_errors(answer, problem)
                                    : wrong(problem, "it is no JSON object", partner->line);
    if (status == STATUS_OK)
        *json = answer;
    else
        cJSON_Delete(answer);
    return status;
}

/* Events that come before the next decision is asked for. */
static enum status send_ahead(struct partner *partner, int64_t now_us, struct problem *problem)
{
    cJSON *answer;
    enum status status = ask(partner, now_us, false, &answer, problem);
    cJSON_Delete(answer);
    return status;
}

static enum status decide(void *state, const struct cluster *cluster, int64_t now_us,
                          struct outside_answer *answer, struct problem *problem)
{
    struct partner *partner = state;
    cJSON *json;
    if (partner->status != STATUS_OK) {
        *problem = partner->problem;
        return partner->status;
    }
    enum status status = ask(partner, now_us, true, &json, problem);
    if (status == STATUS_OK)
        status = read_decisions(partner, cluster, json, answer, problem);
    if (status == STATUS_OK)
        status = read_round(json, &answer->round, problem);
    cJSON_Delete(json);
    return status;
}

/* What is told. */

static void tell(void *state, const struct cluster *cluster, const struct flowsched_event *event,
                 const uint32_t *tasks, uint32_t count)
{
    struct partner *partner = state;
    bool submission = event->kind == FLOWSCHED_TASK_SUBMITTED;
    array_reserve(partner->slots, partner->slot_room, cluster->task_limit);
    for (uint32_t i = 0; submission && i < count; i++)
        add_name(partner, cluster, tasks[i]);
    const char *name = count == 1 ? partner->names.slots[partner->slots[tasks[0]]].text : NULL;
    cJSON_AddItemToArray(partner->events, event_json_write(event, name));
    if (++partner->event_count == EVENTS_MAX && partner->status == STATUS_OK)
        partner->status = send_ahead(partner, event->time_us, &partner->problem);
}

/* The program. */

static _Noreturn void become(const char *command, int in, int out)
{
    signal(SIGPIPE, SIG_DFL);
    if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0)
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

enum status outside_program_create(struct outside_partner *partner, const char *command,
                                   struct problem *problem)
{
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) != 0)
        return problem_set(problem, STATUS_IO, NULL, 0, 0, "no pipe: %s", strerror(errno));
    if (pipe2(from, O_CLOEXEC) != 0) {
        close(to[0]);
        close(to[1]);
        return problem_set(problem, STATUS_IO, NULL, 0, 0, "no pipe: %s", strerror(errno));
    }
    pid_t child = fork();
    if (child == 0)
        become(command, to[0], from[1]);
    close(to[0]);
    close(from[1]);
    struct partner *state = memory_alloc(sizeof *state);
    *state = (struct partner){.child = child,
                              .to = fdopen(to[1], "w"),
                              .from = fdopen(from[0], "r"),
                              .events = cJSON_CreateArray()};
    task_names_init(&state->names);
    *partner = (struct outside_partner){state, destroy, tell, forget, decide};
    if (child > 0)
        return STATUS_OK;
    destroy(state);
    return problem_set(problem, STATUS_IO, NULL, 0, 0, "no process: %s", strerror(errno));
}
