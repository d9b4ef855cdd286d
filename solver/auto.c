/* auto.c - see auto.h.
 *
 *  1. From nothing the network's shape (shape.h) tells which algorithm begins: `repair` with what
 *     schedules tasks, `simplex` with any other, but `scaling` with large heavy ones.
 *  2. Each but the last may be wrong. Who is not done when it has done what its limit allows gives
 *     up: repair to scaling where tasks are scheduled, else to whom step 1 names; simplex to
 *     scaling.
 *  3. Who has answered answers again when changes follow: each goes on from its last answer. But
 *     repair does not when much has changed, see suits_repair; then it is again as from nothing.
 *  4. Changes are repair's trade. It takes over an answer of scaling, which looks at the whole
 *     network again at each change, once it is clear that changes follow; and one of simplex after
 *     CALM_MAX rounds with few changes: to load its network costs repair as much as simplex needs
 *     for several such rounds.
 *
 * So what is wasted on a wrong choice is limited, on one processor; all but what repair may do
 * while it learns of changes, hence suits_repair. With a budget, repair alone answers: it can tell
 * what it has at any time. */
#include "solver/auto.h"

#include "base/memory.h"
#include "solver/repair.h"
#include "solver/scaling.h"
#include "solver/shape.h"
#include "solver/simplex.h"

/* Limits in steps for each node and arc.
 *
 * Repair: clusters of 12,500 machines take it 1 (half full), 2 (90 %), 13 (full), 21 (107 %) and
 * 32 (90 % full, 90 % of the preferences for one machine in 20), 50,000 full machines 24, after
 * some 30 ns each where they are full. By row scratch of `flowsched bench solver --against scaling`
 * scaling takes 1.5 to 3 times as long for them, but as long where preferences crowd. */
#define REPAIR_WORK 40

/* Simplex: the families of `flowsched bench` with 2^12 to 2^16 nodes take 50 to 700, transportation
 * with 2^16 nodes 1,500 and GOTO-like networks with 6,000 nodes 2,800, after 1.5 to 2 ns each. The
 * most is about what scaling takes for the hardest: 1,800 steps, after 4 to 8 ns each. */
#define SIMPLEX_WORK 4000

/* On heavy networks the work of simplex for each node and arc grows as the number of them; that of
 * scaling does not. GOTO-like ones take it 0.75 times as long with 6,000 nodes, 1.2 times with
 * 2^13, and 1.6 times with 2^14. */
#define HEAVY_NODES_MAX 7000

#define CALM_MAX 4
#define FEW_PART 64 /* few changes are one for so many nodes and arcs */

/* Repair mends changed arcs that do not leave sources one by one as it learns of them, without a
 * limit, and a search for each can go far: 3,000 steps on average in the worst rounds of the Google
 * 2011 replay, which took 100 times as long as simplex. */
#define INNER_CHANGES_MIN 100
#define INNER_PART 256 /* as many as one for so many nodes and arcs are no trouble */
#define CHANGES_PART 4 /* likewise, of all changes */

enum method { METHOD_NONE, METHOD_REPAIR, METHOD_SIMPLEX, METHOD_SCALING };

struct auto_solver {
    void *repair;
    void *simplex;
    void *scaling;
    uint64_t repair_work, simplex_work; /* the limits */
    enum method holder;                 /* whose state is that of the last answer */
    uint32_t calm;                      /* rounds with few changes in a row, all by simplex */
};

void *auto_create(void)
{
    struct auto_solver *solver = memory_alloc(sizeof *solver);
    solver->repair = repair_create();
    solver->simplex = simplex_create();
    solver->scaling = scaling_create();
    auto_set_limits(solver, REPAIR_WORK, SIMPLEX_WORK);
    return solver;
}

void auto_destroy(void *state)
{
    struct auto_solver *solver = state;
    repair_destroy(solver->repair);
    simplex_destroy(solver->simplex);
    scaling_destroy(solver->scaling);
    memory_free(solver);
}

void auto_set_limits(void *state, uint64_t repair_work, uint64_t simplex_work)
{
    struct auto_solver *solver = state;
    solver->repair_work = repair_work;
    solver->simplex_work = simplex_work;
}

static uint64_t size_of(const struct network *network)
{
    return (uint64_t)network->node_count + network->arc_count;
}

static uint64_t changes_of(const struct network *network)
{
    return (uint64_t)network->node_delta_count + network->arc_delta_count;
}

static bool is_source(const struct network *network, uint32_t v)
{
    return network->nodes[v].supply > 0 && network->nodes[v].first_in == NONE;
}

/* Is what has changed little enough, and of the kind that repair is good at? */
static bool suits_repair(const struct network *network)
{
    uint64_t size = size_of(network);
    uint64_t inner = 0;
    for (uint32_t i = 0; i < network->arc_delta_count; i++) {
        uint32_t a = network->arc_deltas[i].arc;
        inner += network_arc_live(network, a) && !is_source(network, network->arcs[a].tail);
    }
    return (inner <= INNER_CHANGES_MIN || inner <= size / INNER_PART) &&
           changes_of(network) <= size / CHANGES_PART;
}

/* Who is to begin, or to go on where repair gives up. */
static enum method choose(const struct network *network, bool repair_gave_up)
{
    struct shape shape;
    shape_read(network, &shape);
    if (shape.schedules)
        return repair_gave_up ? METHOD_SCALING : METHOD_REPAIR;
    return shape.heavy && network->node_count > HEAVY_NODES_MAX ? METHOD_SCALING : METHOD_SIMPLEX;
}

/* False if the limit did not suffice; with a budget, that is an answer. */
static bool solve_by_repair(struct auto_solver *solver, const struct network *network,
                            uint64_t budget, bool goes_on, struct solution *solution)
{
    bool limited = budget != SOLVER_NO_BUDGET;
    bool again = goes_on && solver->holder == METHOD_REPAIR;
    uint64_t allowed = limited ? budget : solver->repair_work * size_of(network);
    uint64_t start = repair_work(solver->repair);
    repair_begin(solver->repair, network, again);
    uint64_t used = repair_work(solver->repair) - start;
    enum repair_progress progress =
        repair_advance(solver->repair, allowed > used ? allowed - used : 0);
    solution->work = repair_work(solver->repair) - start;
    if (progress == REPAIR_SPENT && !limited)
        return false;
    repair_answer(solver->repair, network, progress, solution);
    solver->holder = METHOD_REPAIR;
    solver->calm = 0;
    return true;
}

/* False if the limit did not suffice. */
static bool solve_by_simplex(struct auto_solver *solver, const struct network *network,
                             bool goes_on, struct solution *solution)
{
    uint64_t work = solution->work;
    struct solve_request request = {.budget = solver->simplex_work * size_of(network),
                                    .optimum_only = true,
                                    .continues = goes_on && solver->holder == METHOD_SIMPLEX};
    simplex_solve(solver->simplex, network, &request, solution);
    solution->work += work;
    solver->holder = METHOD_SIMPLEX;
    return solution->outcome != OUTCOME_BUDGET_SPENT;
}

static void solve_by_scaling(struct auto_solver *solver, const struct network *network,
                             bool goes_on, struct solution *solution)
{
    struct solve_request request = {.budget = SOLVER_NO_BUDGET,
                                    .continues = goes_on && solver->holder == METHOD_SCALING};
    uint64_t work = solution->work;
    *solution = (struct solution){0};
    scaling_solve(solver->scaling, network, &request, solution);
    solution->work += work;
    solver->holder = METHOD_SCALING;
}

/* Let repair hold what another has found. */
static void hand_over(struct auto_solver *solver, const struct network *network,
                      struct solution *solution)
{
    solver->calm = 0;
    repair_adopt(solver->repair, network, solution->flow, solution->potential);
    *solution = (struct solution){.work = solution->work};
    repair_answer(solver->repair, network, REPAIR_DONE, solution);
    solver->holder = METHOD_REPAIR;
}

/* Step 4: is the answer, to a network that has changed, one to be handed over? */
static bool is_for_repair(struct auto_solver *solver, const struct network *network)
{
    if (solver->holder == METHOD_SCALING)
        return true;
    bool calm = changes_of(network) <= size_of(network) / FEW_PART && suits_repair(network);
    solver->calm = calm ? solver->calm + 1 : 0;
    return solver->calm >= CALM_MAX;
}

void auto_solve(void *state, const struct network *network, const struct solve_request *request,
                struct solution *solution)
{
    struct auto_solver *solver = state;
    bool limited = request->budget != SOLVER_NO_BUDGET;
    bool changed = request->continues && solver->holder != METHOD_NONE;
    bool goes_on = changed && (limited || solver->holder != METHOD_REPAIR || suits_repair(network));
    enum method method = limited   ? METHOD_REPAIR
                         : goes_on ? solver->holder
                                   : choose(network, false);
    if (method == METHOD_REPAIR) {
        if (solve_by_repair(solver, network, request->budget, goes_on, solution))
            return;
        method = choose(network, true);
    }
    if (method != METHOD_SIMPLEX || !solve_by_simplex(solver, network, goes_on, solution))
        solve_by_scaling(solver, network, goes_on, solution);
    if (!changed)
        solver->calm = 0;
    if (solution->outcome != OUTCOME_OPTIMAL)
        solver->holder = METHOD_NONE;
    else if (changed && is_for_repair(solver, network))
        hand_over(solver, network, solution);
}

void auto_prove(void *state, const struct network *network, struct solution *solution)
{
    struct auto_solver *solver = state;
    repair_prove(solver->repair, network, solution);
}
