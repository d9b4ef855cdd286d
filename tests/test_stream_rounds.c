/* test_stream_rounds.c - random change streams, against a model that knows nothing of them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/random.h"
#include "graph/dimacs.h"
#include "graph/dimacs_stream.h"
#include "solver/certificate.h"
#include "tests/temp_file.h"

/* Writes a stream, and keeps as plainly as can be what the network should be. Node 1 is the
 * sink. */
#define MODEL_NODES 30
#define MODEL_ARCS 400

struct model_arc {
    uint32_t tail, head;
    flow_t lower, capacity;
    cost_t cost;
};

struct model {
    struct random random;
    FILE *file; /* the stream */
    bool used[MODEL_NODES + 1];
    flow_t supply[MODEL_NODES + 1];
    struct model_arc arcs[MODEL_ARCS]; /* the oldest first */
    uint32_t arc_count;
    flow_t others; /* the sum of all supplies but the sink's, at the end of the last round */
    bool sink_told;
    uint32_t refused; /* lines written to be refused */
};

static int64_t pick(struct model *model, int64_t low, int64_t high)
{
    return low + (int64_t)random_below(&model->random, (uint64_t)(high - low) + 1);
}

static bool chance(struct model *model, uint64_t one_in)
{
    return random_below(&model->random, one_in) == 0;
}

static uint32_t pick_used(struct model *model)
{
    uint32_t number;
    do
        number = (uint32_t)pick(model, 1, MODEL_NODES);
    while (!model->used[number]);
    return number;
}

static flow_t sum_others(const struct model *model)
{
    flow_t sum = 0;
    for (uint32_t number = 2; number <= MODEL_NODES; number++)
        sum += model->used[number] ? model->supply[number] : 0;
    return sum;
}

static void keep_arc(struct model *model, const struct model_arc *arc)
{
    if (arc->capacity > 0)
        model->arcs[model->arc_count++] = *arc;
}

static void drop_arc(struct model *model, uint32_t index)
{
    model->arc_count--;
    memmove(&model->arcs[index], &model->arcs[index + 1],
            (model->arc_count - index) * sizeof *model->arcs);
}

static struct model_arc random_arc(struct model *model, uint32_t tail, uint32_t head)
{
    struct model_arc arc = {tail, head, 0, pick(model, 0, 6), pick(model, -3, 12)};
    if (chance(model, 30))
        arc.lower = pick(model, 0, arc.capacity);
    return arc;
}

/* An a line, where 0 may stand for one of the ends. */
static void write_arc(struct model *model, const struct model_arc *arc, uint32_t as_0)
{
    fprintf(model->file, "a %u %u %" PRId64 " %" PRId64 " %" PRId64 "%s\n",
            arc->tail == as_0 ? 0 : arc->tail, arc->head == as_0 ? 0 : arc->head, arc->lower,
            arc->capacity, arc->cost, chance(model, 2) ? " 0" : "");
    keep_arc(model, arc);
}

/* The node's arcs: mostly there is a dear way to the sink. */
static void write_arcs(struct model *model, uint32_t number, uint32_t count, uint32_t as_0)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t other = pick_used(model);
        bool out = !chance(model, 4);
        struct model_arc arc = random_arc(model, out ? number : other, out ? other : number);
        if (i == 0 && !chance(model, 6))
            arc = (struct model_arc){number, 1, 0, 20, 50 + pick(model, 0, 9)};
        write_arc(model, &arc, as_0);
    }
}

static void write_supply(struct model *model, uint32_t number)
{
    flow_t supply = chance(model, 2) ? 0 : pick(model, 0, 4);
    if (chance(model, 20))
        supply = pick(model, -2, 0);
    else if (number == 1)
        supply = -sum_others(model);
    const char *type = chance(model, 2) ? " 1" : "";
    fprintf(model->file, "n %u %" PRId64 "%s\n", number, supply, number == 1 ? " 3" : type);
    model->used[number] = true;
    model->supply[number] = supply;
    model->sink_told |= number == 1;
}

static void write_removal(struct model *model, uint32_t number)
{
    fprintf(model->file, "r %u\n", number);
    model->used[number] = false;
    model->supply[number] = 0;
    for (uint32_t i = model->arc_count; i-- > 0;)
        if (model->arcs[i].tail == number || model->arcs[i].head == number)
            drop_arc(model, i);
}

/* A d line; its node has the smallest number that is free, and its arcs come at once. */
static void write_new_node(struct model *model)
{
    uint32_t number = 1;
    while (number <= MODEL_NODES && model->used[number])
        number++;
    if (number > MODEL_NODES)
        return;
    uint32_t count = (uint32_t)pick(model, 0, 4);
    model->used[number] = true;
    model->supply[number] = pick(model, 0, 2);
    fprintf(model->file, "d %" PRId64 " 0 %u 1\n", model->supply[number], count);
    write_arcs(model, number, count, number);
}

/* An x line for an arc there is, named by its old cost: of equals it means the newest. */
static void write_change(struct model *model)
{
    uint32_t index = (uint32_t)random_below(&model->random, model->arc_count);
    struct model_arc old = model->arcs[index];
    for (uint32_t i = index + 1; i < model->arc_count; i++)
        if (model->arcs[i].tail == old.tail && model->arcs[i].head == old.head &&
            model->arcs[i].cost == old.cost)
            index = i;
    struct model_arc arc = random_arc(model, old.tail, old.head);
    fprintf(model->file, "x %u %u %" PRId64 " %" PRId64 " %" PRId64 " 0 %" PRId64 "\n", arc.tail,
            arc.head, arc.lower, arc.capacity, arc.cost, old.cost);
    if (arc.capacity == 0)
        drop_arc(model, index);
    else
        model->arcs[index] = arc;
}

/* An x line for two nodes that no arc joins. */
static void write_change_of_nothing(struct model *model)
{
    struct model_arc arc = random_arc(model, pick_used(model), pick_used(model));
    for (uint32_t i = 0; i < model->arc_count; i++)
        if (model->arcs[i].tail == arc.tail && model->arcs[i].head == arc.head)
            return;
    fprintf(model->file, "x %u %u %" PRId64 " %" PRId64 " %" PRId64 "\n", arc.tail, arc.head,
            arc.lower, arc.capacity, arc.cost);
    keep_arc(model, &arc);
}

static void write_bad_line(struct model *model)
{
    static const char *const LINES[] = {
        "n 4",         "r 31",    "a 1 31 0 1 1", "a 0 1 0 1",
        "x 1 2 2 1 1", "f 1 2 3", "d 1",          "n 5 10000000000000000000"};
    fprintf(model->file, "%s\n", LINES[random_below(&model->random, COUNT_OF(LINES))]);
    model->refused++;
}

static void write_random_line(struct model *model)
{
    uint32_t kind = (uint32_t)random_below(&model->random, 24);
    uint32_t number = (uint32_t)pick(model, 2, MODEL_NODES);
    bool full = model->arc_count > MODEL_ARCS - 10;
    if (full || (kind < 4 && model->used[number])) {
        if (model->used[number])
            write_removal(model, number);
    } else if (kind < 9) {
        write_supply(model, number);
        write_arcs(model, number, 3, NONE);
    } else if (kind < 11) {
        write_supply(model, chance(model, 4) ? 1 : pick_used(model));
    } else if (kind < 12) {
        write_new_node(model);
    } else if (kind < 14) {
        write_change_of_nothing(model);
    } else if (kind < 20) {
        if (model->arc_count > 0)
            write_change(model);
    } else if (kind < 21) {
        write_bad_line(model);
    } else if (kind < 22) {
        fputs("c nd Task_7\n", model->file);
    } else {
        write_arcs(model, pick_used(model), 1, NONE);
    }
}

/* A whole problem: nodes from 1 on that the p line counts, and the sink told last. */
static void write_problem(struct model *model)
{
    uint32_t nodes = (uint32_t)pick(model, 1, MODEL_NODES - 5);
    uint32_t arcs = (uint32_t)pick(model, 0, 60);
    memset(model->used, 0, sizeof model->used);
    memset(model->supply, 0, sizeof model->supply);
    model->arc_count = 0;
    for (uint32_t number = 1; number <= nodes; number++)
        model->used[number] = true;
    fprintf(model->file, "c whole\np min %u %u\n", nodes, arcs);
    for (uint32_t number = 2; number <= nodes; number++)
        if (chance(model, 2))
            write_supply(model, number);
    write_supply(model, 1);
    for (uint32_t i = 0; i < arcs; i++)
        write_arcs(model, 1 + i % nodes, 1, NONE);
}

static void write_round(struct model *model)
{
    model->others = sum_others(model);
    model->sink_told = false;
    if (ftell(model->file) == 0 || chance(model, 30)) {
        write_problem(model);
    } else {
        uint32_t lines = (uint32_t)pick(model, 0, 12);
        for (uint32_t i = 0; i < lines; i++)
            write_random_line(model);
    }
    if (!model->sink_told)
        model->supply[1] -= sum_others(model) - model->others;
    fputs("c EOI\n", model->file);
}

struct answer {
    enum outcome outcome;
    cost_t cost;
};

/* What the reference says of the network written out. */
static struct answer solve_model(const struct model *model)
{
    char path[TEMP_PATH_SIZE];
    struct network network;
    struct solution solution;
    struct solver *solver = solver_create("paths");
    temp_path(path, "");
    FILE *file = fopen(path, "w");
    fprintf(file, "p min %d %u\n", MODEL_NODES, model->arc_count);
    for (uint32_t number = 1; number <= MODEL_NODES; number++)
        fprintf(file, "n %u %" PRId64 "\n", number, model->supply[number]);
    for (uint32_t i = 0; i < model->arc_count; i++)
        fprintf(file, "a %u %u %" PRId64 " %" PRId64 " %" PRId64 "\n", model->arcs[i].tail,
                model->arcs[i].head, model->arcs[i].lower, model->arcs[i].capacity,
                model->arcs[i].cost);
    fclose(file);
    cr_assert_eq(dimacs_read(path, &network, NULL), STATUS_OK);
    solver_solve(solver, &network, SOLVER_NO_BUDGET, &solution);
    struct answer answer = {solution.outcome, solution.cost};
    solver_destroy(solver);
    network_free(&network);
    unlink(path);
    return answer;
}

/* One solver through the whole stream: each round it must find what a fresh start found. */
static void assert_answers(const char *path, const char *solver_name, const struct answer *wanted,
                           uint32_t rounds, uint32_t refused, uint64_t seed)
{
    struct dimacs_stream stream;
    struct solution solution;
    struct certificate certificate;
    struct solver *solver = solver_create(solver_name);
    uint32_t round = 0;
    uint32_t bad = 0;
    cr_assert_eq(dimacs_stream_open(&stream, path, NULL), STATUS_OK);
    for (enum status status; (status = dimacs_stream_next(&stream, NULL)) != STATUS_END;) {
        bad += status != STATUS_OK;
        if (status != STATUS_OK)
            continue;
        cr_assert_eq(dimacs_stream_check(&stream, NULL), STATUS_OK);
        solver_solve(solver, &stream.network, SOLVER_NO_BUDGET, &solution);
        solver_prove(solver, &stream.network, &solution);
        certificate_check(&stream.network, &solution, &certificate);
        cr_assert_eq(certificate.verdict, VERDICT_HOLDS);
        cr_assert_lt(round, rounds);
        cr_assert_eq(solution.outcome, wanted[round].outcome, "%s, seed %" PRIu64 ", round %u",
                     solver_name, seed, round);
        cr_assert_eq(solution.cost, wanted[round].cost, "%s, seed %" PRIu64 ", round %u: %s",
                     solver_name, seed, round, path);
        round++;
    }
    cr_assert_eq(round, rounds);
    cr_assert_eq(bad, refused, "seed %" PRIu64 ": %u refused, not %u", seed, bad, refused);
    dimacs_stream_close(&stream);
    solver_destroy(solver);
}

Test(stream_rounds, every_round_is_solved_as_a_fresh_start_would, .timeout = 120)
{
    enum { ROUNDS = 40 };
    uint32_t counts[2] = {0};
    struct model *model = memory_alloc(sizeof *model);
    for (uint64_t seed = 0; seed < 150; seed++) {
        char path[TEMP_PATH_SIZE];
        struct answer wanted[ROUNDS];
        *model = (struct model){0};
        random_init(&model->random, seed);
        temp_path(path, "");
        model->file = fopen(path, "w");
        for (uint32_t round = 0; round < ROUNDS; round++) {
            write_round(model);
            wanted[round] = solve_model(model);
            counts[wanted[round].outcome == OUTCOME_OPTIMAL]++;
        }
        fclose(model->file);
        assert_answers(path, "repair", wanted, ROUNDS, model->refused, seed);
        assert_answers(path, "scaling", wanted, ROUNDS, model->refused, seed);
        assert_answers(path, "lemon-network-simplex", wanted, ROUNDS, model->refused, seed);
        unlink(path);
    }
    cr_assert_gt(counts[0], 1000, "infeasible rounds: %u", counts[0]);
    cr_assert_gt(counts[1], 1000, "feasible rounds: %u", counts[1]);
    memory_free(model);
}
