/* flowsched.h - a cluster scheduler by minimum-cost flow, as a library.
 *
 * An engine keeps a cluster: its machines, its tasks, what runs where, to the last device. It is
 * told what happens (flowsched_apply) and asked what to do about it (flowsched_decide). What it
 * decides counts as done in its own books at once; whoever could not carry it out says so
 * (FLOWSCHED_DECISION_REFUSED). A network (flowsched_network_*) is the solver alone, for those who
 * have a minimum-cost flow problem and no cluster.
 *
 * Time is the caller's: microseconds from any origin, an argument of every call, and never
 * measured. The same calls give the same decisions, byte for byte.
 *
 * Nothing is shared between engines or networks, and there is no state outside them: use as many
 * as you like, each by one thread at a time.
 *
 * A call that fails says why (flowsched_reason) and leaves its object as it was. Memory that runs
 * out ends the process.
 *
 * Machines, racks, jobs, stages and tenants have names: any bytes but NUL, UTF-8 by custom. Texts
 * and arrays that are passed in are copied; those that are given out are borrowed until the next
 * call on the same object, if nothing else is said. */
#ifndef FLOWSCHED_H
#define FLOWSCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FLOWSCHED_VERSION "0.1.0"

/* No machine, no count, no time. */
#define FLOWSCHED_NONE UINT32_MAX
#define FLOWSCHED_NEVER INT64_MAX

/* The version of the library that runs, to be compared with FLOWSCHED_VERSION. */
const char *flowsched_version(void);

enum flowsched_status {
    FLOWSCHED_OK,
    FLOWSCHED_USAGE,     /* an option or an argument is wrong */
    FLOWSCHED_BAD_INPUT, /* a number, a text or a network that cannot be */
    FLOWSCHED_NOT_FOUND, /* no such machine, live task, node or arc */
    FLOWSCHED_EXISTS,    /* it is there already */
    FLOWSCHED_ILLEGAL,   /* not in the state that it is in */
    FLOWSCHED_TOO_LARGE, /* a number or a sum leaves its range */
    FLOWSCHED_IO,        /* the system refused a file */
    FLOWSCHED_STATUS_COUNT
};

/* "ok", "usage", ...; a static text. */
const char *flowsched_status_name(enum flowsched_status status);

/* Resources: machines have them, tasks demand them. Units are the caller's own, the same for both.
 * An amount has at most nine decimals and is at most 4,503,599; a demand fits or not exactly, there
 * is no rounding after this. A GPU is a device: a machine has a whole number of them, at most 16,
 * and a task demands a whole number of devices or a share below 1 of one. */
struct flowsched_resources {
    double cpu, memory, gpu, disk;
};

/* Engines. */

struct flowsched_engine;

/* An option by the name and with the values that `flowsched replay --help` gives it, without the
 * dashes: policy, cost-model, solver, preemption, moves, fairness, tenants, clairvoyant,
 * max-retries, seed. Here max-retries has no limit unless it is given: the caller says which
 * failure of a task is its last. */
struct flowsched_option {
    const char *name, *value;
};

/* A new engine without machines and tasks, to be destroyed by the caller. If it fails *engine is
 * NULL, and why is in `reason`, a text of at most `reason_size` bytes with its end; `reason` may be
 * NULL. */
enum flowsched_status flowsched_create(struct flowsched_engine **engine,
                                       const struct flowsched_option *options, size_t option_count,
                                       char *reason, size_t reason_size);

/* NULL is allowed. */
void flowsched_destroy(struct flowsched_engine *engine);

/* Why the last call on the engine failed; "" if it did not. */
const char *flowsched_reason(const struct flowsched_engine *engine);

/* Events. */

enum flowsched_event_kind {
    FLOWSCHED_MACHINE_ADDED,   /* new, or back */
    FLOWSCHED_MACHINE_UPDATED, /* has another capacity: what no longer fits is evicted, latest first
                                */
    FLOWSCHED_MACHINE_DRAINED, /* takes no new tasks; those that run go on */
    FLOWSCHED_MACHINE_REMOVED, /* failed or left: its tasks wait again */
    FLOWSCHED_TASK_SUBMITTED,
    FLOWSCHED_TASK_UPDATED,  /* has another demand and priority */
    FLOWSCHED_TASK_FINISHED, /* for good */
    FLOWSCHED_TASK_FAILED, /* its run ended badly: it waits again after a back-off, or has failed */
    FLOWSCHED_TASK_KILLED, /* ended from outside, for good */
    FLOWSCHED_TASK_EVICTED,     /* pushed off its machine: it waits again */
    FLOWSCHED_TASK_READY,       /* need not wait for its predecessors or its back-off any more */
    FLOWSCHED_DECISION_REFUSED, /* what was decided last about the task was not done: see below */
    FLOWSCHED_EVENT_KIND_COUNT
};

/* "machine_added", ...: a static text; and the kind of a name, or FLOWSCHED_EVENT_KIND_COUNT. */
const char *flowsched_event_name(enum flowsched_event_kind kind);
enum flowsched_event_kind flowsched_event_find(const char *name);

/* A piece of a task's input, and the machines that hold a copy, by name, known or not. */
struct flowsched_block {
    int64_t mib;
    const char *machines[3];
    uint32_t machine_count;
};

/* What is new. All zero but the kind is a good beginning; a field that does not belong to the kind
 * is not looked at. */
struct flowsched_event {
    enum flowsched_event_kind kind;
    int64_t time_us; /* when it happened; what is earlier than the engine's clock counts as now */

    uint64_t task; /* of task events but submissions, and refused decisions */

    const char *machine;                  /* machine_*; submitted: where it runs already, or NULL */
    struct flowsched_resources resources; /* added, updated: capacity; tasks: demand of each */
    const char *rack;                     /* added: or NULL */
    const char *labels;                   /* added: "gpu=T4;zone=a"; NULL: what it had, or none */
    bool unschedulable;                   /* added: takes no task */
    bool final;                           /* failed: it is not retried */

    /* Submitted: `count` tasks that are alike, first_index, first_index+1, ... of the stage. */
    const char *job;
    const char *stage; /* NULL: the stage with the empty name */
    uint32_t first_index;
    uint32_t count;         /* 0 is taken for 1 */
    uint64_t user;          /* the caller's own name of the first; the others have user+1, ... */
    const char *tenant;     /* NULL: unknown */
    int32_t priority;       /* higher is more important; also updated */
    int64_t runtime_us;     /* how long each will run, for policies that may know; 0: unknown */
    int64_t deadline_us;    /* when each should have ended; 0: it has none */
    int64_t latency_us;     /* of a service: 99 % of its requests take no longer; 0: none */
    const char *constraint; /* "gpu=T4|P100;zone=a": labels of its machine; NULL: any */
    const char *const *predecessors; /* stages of the same job that must have ended before; told */
    size_t predecessor_count;        /* with the first submission of the stage */
    const struct flowsched_block *blocks; /* input of each */
    size_t block_count;
};

/* Apply events in order. One that is refused changes nothing and stops nothing; its status is in
 * `statuses`, by event, which may be NULL. Returns the first status that is not FLOWSCHED_OK, whose
 * reason is kept.
 *
 * A refused decision is undone, as of the time it was made: a placed task waits, a resumed one is
 * suspended, and one that was preempted, suspended or migrated runs on where it did, if there is
 * still room: refuse what was placed there first. FLOWSCHED_ILLEGAL if something has happened to
 * the task since. O(what the events change). */
enum flowsched_status flowsched_apply(struct flowsched_engine *engine,
                                      const struct flowsched_event *events, size_t count,
                                      enum flowsched_status *statuses);

/* The tasks that the last flowsched_apply submitted, in order: names for events, unique as long as
 * the engine lives. */
const uint64_t *flowsched_submitted(const struct flowsched_engine *engine, size_t *count);

/* The live task of the stage with that index, or 0: no task has that name. */
uint64_t flowsched_find_task(const struct flowsched_engine *engine, const char *job,
                             const char *stage, uint32_t index);

/* Decisions. */

enum flowsched_decision_kind {
    FLOWSCHED_PLACE,   /* start the waiting task on the machine */
    FLOWSCHED_PREEMPT, /* stop the running task; its work is lost and it waits again */
    FLOWSCHED_SUSPEND, /* halt the running task; it keeps all but its cpu, and its work */
    FLOWSCHED_RESUME,  /* let it go on where it is */
    FLOWSCHED_MIGRATE, /* stop the running task and start it anew on the machine */
    FLOWSCHED_DECISION_KIND_COUNT
};

/* "place", ...; and the kind of a name, or FLOWSCHED_DECISION_KIND_COUNT. */
const char *flowsched_decision_name(enum flowsched_decision_kind kind);
enum flowsched_decision_kind flowsched_decision_find(const char *name);

struct flowsched_decision {
    enum flowsched_decision_kind kind;
    uint64_t task;
    uint64_t user;    /* the caller's own name of it */
    uint32_t machine; /* where it is to run, or ran: an id; flowsched_machine_name */
    uint32_t from;    /* migrated: where it ran; else FLOWSCHED_NONE */
    uint32_t devices; /* GPUs of the machine that it has: bit i is the i-th */
};

struct flowsched_round {
    uint32_t placed, preempted, suspended, resumed, migrated;
    uint32_t waiting; /* tasks, after the decisions */
    uint32_t running;
    bool certified;      /* the optimum was proven, and the proof checked by other code */
    bool has_bound;      /* the next three are known */
    int64_t cost, bound; /* of the placements, and no placement costs less */
    double gap;          /* their difference by the larger of the two: 0 is optimal */
    uint32_t solves;     /* of the network */
    bool again;          /* not all that was to be placed fitted together: ask again at once */
    int64_t wake_us;     /* ask again then, though nothing happens; FLOWSCHED_NEVER: need not */
    int64_t solve_ns;    /* wall time in the solver; the one field that is not reproducible */
};

/* What to do now. All decisions are possible together: first all that stops, then the others in
 * order. They are in effect for the engine when this returns. `round` may be NULL. */
enum flowsched_status flowsched_decide(struct flowsched_engine *engine, int64_t now_us,
                                       const struct flowsched_decision **decisions, size_t *count,
                                       struct flowsched_round *round);

/* The state. */

enum flowsched_task_state {
    FLOWSCHED_BLOCKED, /* predecessors have not ended */
    FLOWSCHED_WAITING, /* may be placed */
    FLOWSCHED_RUNNING,
    FLOWSCHED_SUSPENDED,
    FLOWSCHED_BACKOFF,    /* waits after a failure */
    FLOWSCHED_INFEASIBLE, /* fits on no machine that is there, were it idle */
    FLOWSCHED_TASK_STATE_COUNT
};

/* "blocked", ...; a static text. */
const char *flowsched_task_state_name(enum flowsched_task_state state);

struct flowsched_task {
    uint64_t task, user;
    enum flowsched_task_state state;
    const char *job, *stage, *tenant; /* tenant: "" if unknown */
    uint32_t index;
    int32_t priority;
    struct flowsched_resources demand;
    uint32_t machine; /* where it runs or is suspended; or FLOWSCHED_NONE */
    uint32_t devices;
    int64_t submit_us, since_us; /* in its state since then */
    int64_t deadline_us;         /* 0: none */
    uint32_t starts, failures, evictions, preemptions, suspensions, migrations;
};

enum flowsched_machine_state { FLOWSCHED_UP, FLOWSCHED_DRAINED, FLOWSCHED_AWAY };

struct flowsched_machine {
    uint32_t machine;
    const char *name, *rack; /* rack: "" if unknown */
    enum flowsched_machine_state state;
    struct flowsched_resources capacity, used;
    uint32_t task_count; /* that run or are suspended there */
};

/* Machines have ids from 0 to this number less 1; one that left keeps its own. */
uint32_t flowsched_machine_count(const struct flowsched_engine *engine);

/* The name of an id, "" if there is none; the id of a name, or FLOWSCHED_NONE. O(1). */
const char *flowsched_machine_name(const struct flowsched_engine *engine, uint32_t machine);
uint32_t flowsched_find_machine(const struct flowsched_engine *engine, const char *name);

enum flowsched_status flowsched_get_machine(struct flowsched_engine *engine, uint32_t machine,
                                            struct flowsched_machine *out);
enum flowsched_status flowsched_get_task(struct flowsched_engine *engine, uint64_t task,
                                         struct flowsched_task *out);

/* The live tasks in a state, in no meaningful order but the same for the same calls: as many as
 * `room` into `tasks`, and how many there are into *count. */
enum flowsched_status flowsched_list_tasks(struct flowsched_engine *engine,
                                           enum flowsched_task_state state, uint64_t *tasks,
                                           size_t room, size_t *count);

/* Likewise those that are on a machine: that run, latest start first, and that are suspended. */
enum flowsched_status flowsched_list_machine(struct flowsched_engine *engine, uint32_t machine,
                                             uint64_t *tasks, size_t room, size_t *count);

struct flowsched_summary {
    int64_t now_us;
    uint32_t machines; /* that are there */
    struct flowsched_resources capacity, used;
    uint64_t tasks[FLOWSCHED_TASK_STATE_COUNT]; /* live, by state */
    uint64_t submitted, finished, failed, killed;
    uint64_t events, refused_events; /* applied, and not */
    uint64_t rounds, decisions, refused_decisions;
    uint64_t certificates, failed_certificates;
    size_t memory_bytes; /* of the engine, now */
};

void flowsched_summarise(const struct flowsched_engine *engine, struct flowsched_summary *summary);

/* Why is the task where it is? */
struct flowsched_explanation {
    enum flowsched_task_state state;
    int64_t waited_us;          /* in all, of all its waits */
    uint32_t allowed;           /* machines that are there and whose labels its constraint allows */
    uint32_t large_enough;      /* of them, those that it would fit on if they were idle */
    uint32_t fitting;           /* of them, those that it fits on now; its own is one if it runs */
    uint32_t open_predecessors; /* stages that it waits for */
    int64_t ready_us;           /* when its back-off ends; FLOWSCHED_NEVER if it is in none */
    const char *text;           /* the same as a sentence */
};

/* O(machines). */
enum flowsched_status flowsched_explain(struct flowsched_engine *engine, uint64_t task,
                                        struct flowsched_explanation *explanation);

/* Count everything anew and compare: FLOWSCHED_OK, or FLOWSCHED_ILLEGAL and which rule of the
 * ledger is broken, which would be a bug. O(machines + tasks). */
enum flowsched_status flowsched_check(struct flowsched_engine *engine);

/* Networks: the solver alone.
 *
 * A directed network with supplies of nodes, and arcs with lower bounds, capacities and costs per
 * unit; parallel arcs are allowed. Ids stay with their node or arc; that of a removed one may be
 * given out again. */

struct flowsched_network;

/* `solver` is a name of `flowsched list`; NULL: auto. As flowsched_create. */
enum flowsched_status flowsched_network_create(struct flowsched_network **network,
                                               const char *solver, char *reason,
                                               size_t reason_size);
void flowsched_network_destroy(struct flowsched_network *network);
const char *flowsched_network_reason(const struct flowsched_network *network);

/* A new node with a supply (positive: flow starts there). O(1). */
enum flowsched_status flowsched_network_add_node(struct flowsched_network *network, int64_t supply,
                                                 uint32_t *node);
enum flowsched_status flowsched_network_set_supply(struct flowsched_network *network, uint32_t node,
                                                   int64_t supply);

/* With its arcs. O(its arcs). */
enum flowsched_status flowsched_network_remove_node(struct flowsched_network *network,
                                                    uint32_t node);

struct flowsched_arc {
    uint32_t tail, head;
    int64_t lower, capacity; /* 0 <= lower <= capacity */
    int64_t cost;
};

/* New arcs; all or, if one of them cannot be, none. Their ids go to `ids`, which may be NULL. O(1)
 * each. */
enum flowsched_status flowsched_network_add_arcs(struct flowsched_network *network,
                                                 const struct flowsched_arc *arcs, size_t count,
                                                 uint32_t *ids);

/* Other bounds and another cost; its ends stay. O(1). */
enum flowsched_status flowsched_network_change_arc(struct flowsched_network *network, uint32_t arc,
                                                   int64_t lower, int64_t capacity, int64_t cost);
enum flowsched_status flowsched_network_remove_arc(struct flowsched_network *network, uint32_t arc);

enum flowsched_outcome {
    FLOWSCHED_OPTIMAL,
    FLOWSCHED_INFEASIBLE_FLOW, /* no flow meets all supplies and bounds */
    FLOWSCHED_BUDGET_SPENT,    /* a flow that meets them, and a bound on what is cheaper */
    FLOWSCHED_REFUSED,         /* numbers outside what can be solved exactly */
};

/* Arrays are by id, and 0 for ids that are free. */
struct flowsched_solution {
    enum flowsched_outcome outcome;
    int64_t cost, bound;      /* of the flow; no flow costs less */
    const int64_t *flow;      /* by arc; NULL if there is none */
    const int64_t *potential; /* by node: cost + potential[tail] - potential[head] >= 0 where */
                              /* there is room; of an infeasible one a set that proves it */
    uint32_t node_limit, arc_limit;
    uint64_t work;      /* in the solver's own steps */
    bool certified;     /* checked by code that shares nothing with the solver */
    const char *reason; /* if refused, or not certified; else "" */
};

/* Solve it as it is now; after the first time the work follows what was changed, with a solver that
 * can do so. `budget`: the most work, or 0 for any. The solution and its certificate are borrowed
 * until the next call. */
enum flowsched_status flowsched_network_solve(struct flowsched_network *network, uint64_t budget,
                                              struct flowsched_solution *solution);

#ifdef __cplusplus
}
#endif

#endif
