/* test_history.c - histories tell what happened, and shrink to what made a solver fail. */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/random.h"
#include "graph/dimacs_stream.h"
#include "tests/history.h"
#include "tests/random_network.h"
#include "tests/temp_file.h"
#include "tests/trial.h"

enum { ROUNDS = 12 };

static const struct random_shape SHAPES[] = {
    {8, 24, 10, 20}, {14, 60, 6, 3}, {3, 40, 1, 1}, {30, 200, 20, 50}};

/* What there is in a network, whatever the ids: as a stream has no arcs of capacity 0, none. */
struct census {
    uint32_t nodes, arcs;
    wide_t supply;
    enum outcome outcome;
    cost_t cost, other_cost;
};

/* What the best flow costs, were costs others that depend on the bounds. */
static cost_t solve_otherwise(struct network *network)
{
    struct solution solution;
    struct solver *solver = solver_create("paths");
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        if (!network_arc_live(network, a))
            continue;
        const struct network_arc *arc = &network->arcs[a];
        network_change_arc(network, a, arc->lower, arc->capacity,
                           3 * arc->lower - arc->capacity + 5 * arc->cost);
    }
    solver_solve(solver, network, SOLVER_NO_BUDGET, &solution);
    solver_destroy(solver);
    return solution.cost;
}

static struct census take_census(const struct network *network)
{
    struct solution solution;
    struct solver *solver = solver_create("paths");
    struct network copy;
    struct census census = {.nodes = network->node_count, .supply = network->sums.supply};
    network_init(&copy);
    for (uint32_t v = 0; v < network->node_limit; v++)
        network_add_node(&copy, network_node_live(network, v) ? network->nodes[v].supply : 0);
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        const struct network_arc *arc = &network->arcs[a];
        if (!network_arc_live(network, a) || arc->capacity == 0)
            continue;
        network_add_arc(&copy, arc->tail, arc->head, arc->lower, arc->capacity, arc->cost);
        census.arcs++;
    }
    solver_solve(solver, &copy, SOLVER_NO_BUDGET, &solution);
    census.outcome = solution.outcome;
    census.cost = solution.cost;
    census.other_cost = solve_otherwise(&copy);
    solver_destroy(solver);
    network_free(&copy);
    return census;
}

/* A network, its changes for some rounds, and the census of each round. */
static void live_and_note(uint64_t seed, struct history *history, struct census census[ROUNDS])
{
    struct random random;
    struct network network;
    const struct random_shape *shape = &SHAPES[seed % COUNT_OF(SHAPES)];
    random_init(&random, seed);
    random_network(&network, &random, shape);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        history_note(history, &network, SOLVER_NO_BUDGET);
        census[round] = take_census(&network);
        for (uint64_t i = random_below(&random, 12); i > 0; i--)
            random_network_change(&network, &random, shape);
        uint32_t v = (uint32_t)random_below(&random, network.node_limit + 1);
        if (network_node_live(&network, v) && random_below(&random, 8) == 0)
            network_set_supply(&network, v, 3);
    }
    network_free(&network);
}

Test(history, is_read_again_as_the_same_networks)
{
    uint32_t counts[4] = {0};
    for (uint64_t seed = 0; seed < 400; seed++) {
        char path[TEMP_PATH_SIZE];
        struct census census[ROUNDS];
        struct history history;
        struct dimacs_stream stream;
        struct problem problem;
        history_init(&history);
        live_and_note(seed, &history, census);
        temp_path(path, "");
        FILE *file = fopen(path, "w");
        history_write(&history, file);
        fclose(file);
        cr_assert_eq(dimacs_stream_open(&stream, path, &problem), STATUS_OK);
        for (uint32_t round = 0; round < ROUNDS; round++) {
            cr_assert_eq(dimacs_stream_next(&stream, &problem), STATUS_OK, "seed %" PRIu64 ": %s",
                         seed, problem.reason);
            struct census read = take_census(&stream.network);
            const struct census *told = &census[round];
            counts[read.outcome]++;
            cr_assert_eq(read.nodes, told->nodes, "seed %" PRIu64, seed);
            cr_assert_eq(read.arcs, told->arcs, "seed %" PRIu64, seed);
            cr_assert_eq(read.supply, told->supply, "seed %" PRIu64, seed);
            cr_assert_eq(read.outcome, told->outcome, "seed %" PRIu64, seed);
            cr_assert_eq(read.cost, told->cost, "seed %" PRIu64, seed);
            cr_assert_eq(read.other_cost, told->other_cost, "seed %" PRIu64, seed);
        }
        cr_assert_eq(dimacs_stream_next(&stream, &problem), STATUS_END);
        dimacs_stream_close(&stream);
        unlink(path);
        history_free(&history);
    }
    cr_assert_gt(counts[OUTCOME_OPTIMAL], 500, "%u", counts[OUTCOME_OPTIMAL]);
    cr_assert_gt(counts[OUTCOME_INFEASIBLE], 500, "%u", counts[OUTCOME_INFEASIBLE]);
}

/* A solver that is broken: in a round where nodes have become fewer it does not count what flows on
 * dear arcs. */
struct forgetful {
    struct solver *solver;
    uint32_t nodes;
};

static void *begin_forgetful(const struct trial *trial)
{
    struct forgetful *forgetful = memory_alloc(sizeof *forgetful);
    forgetful->solver = solver_create(trial->solver);
    return forgetful;
}

static void end_forgetful(void *state)
{
    struct forgetful *forgetful = state;
    solver_destroy(forgetful->solver);
    memory_free(forgetful);
}

static void solve_forgetful(void *state, struct network *network, uint64_t budget,
                            struct trial_answer *answer)
{
    struct forgetful *forgetful = state;
    struct solution expected;
    solver_solve(forgetful->solver, network, budget, &expected);
    struct solution solution = expected;
    bool fewer = network->node_count < forgetful->nodes;
    for (uint32_t a = 0; fewer && solution.flow && a < network->arc_limit; a++)
        if (network->arcs[a].cost > 5)
            solution.cost -= solution.flow[a] * network->arcs[a].cost;
    forgetful->nodes = network->node_count;
    trial_judge(network, &solution, &expected, answer);
}

static void live_at_random(struct life *life)
{
    struct random random;
    struct network network;
    random_init(&random, life->seed);
    random_network(&network, &random, &SHAPES[3]);
    network_add_node(&network, -(flow_t)network.sums.supply);
    for (uint32_t round = 0; round < 40; round++) {
        if (!life_round(life, &network, SOLVER_NO_BUDGET))
            break;
        for (uint32_t i = 0; i < 6; i++)
            random_network_change(&network, &random, &SHAPES[3]);
    }
    network_free(&network);
}

/* Solve the stream in the file with the broken solver: does it fail, and on how many lines? */
static bool fails_on_file(const struct trial *trial, const char *path, uint64_t *lines)
{
    struct dimacs_stream stream;
    struct trial_answer answer = {0};
    struct problem problem;
    cr_assert_eq(dimacs_stream_open(&stream, path, &problem), STATUS_OK);
    void *state = trial->begin(trial);
    for (enum status status; (status = dimacs_stream_next(&stream, &problem)) != STATUS_END;) {
        cr_assert_eq(status, STATUS_OK, "%s: %s", path, problem.reason);
        cr_assert(!answer.wrong[0], "%s goes on behind what fails", path);
        trial->solve(state, &stream.network, SOLVER_NO_BUDGET, &answer);
    }
    *lines = dimacs_stream_line_number(&stream);
    trial->end(state);
    dimacs_stream_close(&stream);
    return answer.wrong[0] != '\0';
}

Test(history, of_a_failure_is_saved_small, .timeout = 60)
{
    struct trial trial = {.solver = "paths",
                          .begin = begin_forgetful,
                          .end = end_forgetful,
                          .solve = solve_forgetful};
    uint32_t failed = 0;
    uint64_t all_lines = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        uint32_t counts[4] = {0};
        char path[100];
        uint64_t lines;
        const char *wrong = trial_live(&trial, live_at_random, seed, counts);
        if (!wrong)
            continue;
        failed++;
        snprintf(path, sizeof path, "build/failed-of_a_failure_is_saved_small-%" PRIu64 ".stream",
                 seed);
        cr_assert(strstr(wrong, path), "%s", wrong);
        cr_assert(fails_on_file(&trial, path, &lines), "%s", path);
        cr_assert_leq(lines, 24, "%s: %" PRIu64 " lines", path, lines);
        all_lines += lines;
        unlink(path);
    }
    cr_assert_leq(all_lines, 14 * failed, "%" PRIu64, all_lines);
    cr_assert_gt(failed, 10, "%u", failed);
}
