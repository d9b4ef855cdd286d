/* trial.c - see trial.h. */
#include "tests/trial.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/memory.h"
#include "graph/dimacs_stream.h"
#include "solver/certificate.h"
#include "solver/ranges.h"
#include "tests/shrink.h"
#include "tests/temp_file.h"

#define MESSAGE_SIZE 300

void trial_judge(const struct network *network, const struct solution *solution,
                 const struct solution *expected, struct trial_answer *answer)
{
    struct certificate certificate;
    *answer = (struct trial_answer){
        .outcome = solution->outcome, .cost = solution->cost, .work = solution->work};
    if (solution->outcome == OUTCOME_REFUSED && expected->outcome == OUTCOME_REFUSED)
        return;
    certificate_check(network, solution, &certificate);
    if (certificate.verdict != VERDICT_HOLDS)
        snprintf(answer->wrong, sizeof answer->wrong, "node %u arc %u: %s", certificate.node,
                 certificate.arc, certificate.reason);
    else if (solution->outcome == OUTCOME_BUDGET_SPENT)
        return;
    else if (solution->outcome != expected->outcome)
        snprintf(answer->wrong, sizeof answer->wrong, "outcome %u, not %u", solution->outcome,
                 expected->outcome);
    else if (solution->cost != expected->cost)
        snprintf(answer->wrong, sizeof answer->wrong, "cost %" PRId64 ", not %" PRId64,
                 solution->cost, expected->cost);
}

struct contest {
    struct solver *solver, *reference;
};

static void *begin_contest(const struct trial *trial)
{
    struct contest *contest = memory_alloc(sizeof *contest);
    contest->solver = solver_create(trial->solver);
    contest->reference = solver_create("paths");
    ASSERT(contest->solver);
    return contest;
}

static void end_contest(void *state)
{
    struct contest *contest = state;
    solver_destroy(contest->solver);
    solver_destroy(contest->reference);
    memory_free(contest);
}

static void solve_contest(void *state, struct network *network, uint64_t budget,
                          struct trial_answer *answer)
{
    (void)budget;
    struct contest *contest = state;
    struct solution solution;
    struct solution expected;
    solver_solve(contest->solver, network, SOLVER_NO_BUDGET, &solution);
    solver_prove(contest->solver, network, &solution);
    /* The reference is asked for the same state, so the solver can go on from it next time. */
    const void *reader = network->delta_reader;
    solver_solve(contest->reference, network, SOLVER_NO_BUDGET, &expected);
    network->delta_reader = reader;
    trial_judge(network, &solution, &expected, answer);
}

struct trial trial_of_product(const char *solver)
{
    return (struct trial){
        .solver = solver, .begin = begin_contest, .end = end_contest, .solve = solve_contest};
}

struct direct {
    const struct solver_kind *kind;
    void *state;
    struct solver *reference;
    bool continues;
};

static void *begin_direct(const struct trial *trial)
{
    struct direct *direct = memory_alloc(sizeof *direct);
    uint32_t i = 0;
    while (strcmp(solver_kind_at(i)->name, trial->solver) != 0)
        i++;
    direct->kind = solver_kind_at(i);
    direct->state = direct->kind->create();
    direct->reference = solver_create("paths");
    trial->tune(direct->state, trial->setting);
    return direct;
}

static void end_direct(void *state)
{
    struct direct *direct = state;
    direct->kind->destroy(direct->state);
    solver_destroy(direct->reference);
    memory_free(direct);
}

static void solve_direct(void *state, struct network *network, uint64_t budget,
                         struct trial_answer *answer)
{
    struct direct *direct = state;
    struct solution solution = {0};
    struct solution expected;
    struct solve_request request = {.budget = budget, .continues = direct->continues};
    network_merge_deltas(network);
    /* What the boundary would answer itself. */
    answer->outcome = OUTCOME_REFUSED;
    if (ranges_check(network) || network->sums.supply != 0 || network->node_count == 0)
        return;
    direct->kind->solve(direct->state, network, &request, &solution);
    if (!solution.potential && solution.outcome != OUTCOME_REFUSED)
        direct->kind->prove(direct->state, network, &solution);
    direct->continues = true;
    network_clear_deltas(network, NULL);
    solver_solve(direct->reference, network, SOLVER_NO_BUDGET, &expected);
    trial_judge(network, &solution, &expected, answer);
}

struct trial trial_of_kind(const char *solver, void (*tune)(void *state, uint32_t setting),
                           uint32_t setting)
{
    return (struct trial){.solver = solver,
                          .begin = begin_direct,
                          .end = end_direct,
                          .solve = solve_direct,
                          .tune = tune,
                          .setting = setting};
}

/* The budget of the next round that has an end, from line *at on. */
static uint64_t next_budget(const struct history *history, uint32_t *at)
{
    while (history->lines[*at].kind != 'e')
        ++*at;
    return (uint64_t)history->lines[(*at)++].field[0];
}

bool trial_fails(const struct trial *trial, const struct history *history)
{
    char path[TEMP_PATH_SIZE];
    struct dimacs_stream stream;
    struct trial_answer answer = {0};
    uint32_t at = 0;
    temp_path(path, "");
    FILE *file = fopen(path, "w");
    ASSERT(file);
    history_write(history, file);
    fclose(file);
    enum status status = dimacs_stream_open(&stream, path, NULL);
    ASSERT(status == STATUS_OK);
    void *state = trial->begin(trial);
    while (!answer.wrong[0] && (status = dimacs_stream_next(&stream, NULL)) != STATUS_END)
        if (status == STATUS_OK)
            trial->solve(state, &stream.network, next_budget(history, &at), &answer);
    trial->end(state);
    dimacs_stream_close(&stream);
    unlink(path);
    return answer.wrong[0] != '\0';
}

static bool fails(const struct history *history, void *trial)
{
    return trial_fails(trial, history);
}

static void save(const struct history *history, const char *path)
{
    FILE *file = fopen(path, "w");
    if (!file)
        return;
    history_write(history, file);
    fclose(file);
}

static void forget_budgets(struct history *history)
{
    for (uint32_t i = 0; i < history->line_count; i++)
        if (history->lines[i].kind == 'e')
            history->lines[i].field[0] = (int64_t)SOLVER_NO_BUDGET;
}

/* Shrink the history and save it; what is to be said of the file. */
static void save_shrunk(const struct trial *trial, struct history *history, uint64_t seed,
                        char text[MESSAGE_SIZE])
{
    char path[200];
    struct trial product = trial_of_product(trial->solver);
    struct trial own = *trial;
    mkdir("build", 0777);
    snprintf(path, sizeof path, "build/failed-%s-%" PRIu64 ".stream", criterion_current_test->name,
             seed);
    save(history, path); /* shrinking may take longer than the test is given */
    if (trial_fails(&product, history)) {
        forget_budgets(history);
        shrink_history(history, fails, &product);
        snprintf(text, MESSAGE_SIZE, "run: flowsched solve --stream --check --solver %s %s",
                 trial->solver, path);
    } else if (trial_fails(trial, history)) {
        shrink_history(history, fails, &own);
        snprintf(text, MESSAGE_SIZE, "see %s, where the product does not fail, but the test does",
                 path);
    } else {
        snprintf(text, MESSAGE_SIZE, "only the seed shows it: %s does not fail when it is read",
                 path);
    }
    save(history, path);
}

bool life_round(struct life *life, struct network *network, uint64_t budget)
{
    if (life->history)
        history_note(life->history, network, budget);
    life->answer = (struct trial_answer){0};
    life->trial->solve(life->state, network, budget, &life->answer);
    life->counts[life->answer.outcome]++;
    return life->answer.wrong[0] == '\0';
}

static void live_once(struct life *life, void (*live)(struct life *life))
{
    life->state = life->trial->begin(life->trial);
    live(life);
    life->trial->end(life->state);
}

const char *trial_live(const struct trial *trial, void (*live)(struct life *life), uint64_t seed,
                       uint32_t counts[4])
{
    static char message[sizeof(struct trial_answer) + 2 * MESSAGE_SIZE];
    char file[MESSAGE_SIZE];
    struct life life = {.seed = seed, .trial = trial, .counts = counts};
    struct history history;
    live_once(&life, live);
    if (!life.answer.wrong[0])
        return NULL;
    history_init(&history);
    life.history = &history;
    live_once(&life, live);
    save_shrunk(trial, &history, seed, file);
    history_free(&history);
    snprintf(message, sizeof message, "%s, seed %" PRIu64 ": %s; %s", trial->solver, seed,
             life.answer.wrong, file);
    return message;
}
