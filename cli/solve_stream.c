/* solve_stream.c - see solve_stream.h. */
#include "cli/solve_stream.h"

#include <signal.h>
#include <stdio.h>

#include "base/assert.h"
#include "cli/solve_answer.h"
#include "graph/dimacs_stream.h"

/* So many refused lines of a round are told, the others are counted: a stream that is broken
 * throughout must not fill the terminal, or block on a pipe that nobody reads. */
#define REFUSED_TOLD 10

struct session {
    const struct options *options;
    struct dimacs_stream stream;
    struct answer answer;
    uint64_t budget;
    uint64_t rounds;
    uint64_t outcomes[OUTCOME_REFUSED + 1];
    uint64_t refused, refused_before; /* lines: in all, and before this round */
    int stop;                         /* not EXIT_DONE: go no further, and exit with it */
};

static void refuse_line(struct session *session, const struct problem *problem)
{
    session->refused++;
    uint64_t count = session->refused - session->refused_before;
    if (count <= REFUSED_TOLD) {
        char text[600];
        problem_print(problem, text, sizeof text);
        fprintf(stderr, "flowsched: %s\n", text);
    } else if (count == REFUSED_TOLD + 1) {
        fputs("flowsched: more lines are refused in this round, and counted\n", stderr);
    }
}

static void print_json(const struct session *session)
{
    cJSON *object = cJSON_CreateObject();
    answer_json_integer(object, "round", (int64_t)session->rounds);
    answer_json(&session->answer, object);
    answer_json_integer(object, "lines_refused",
                        (int64_t)(session->refused - session->refused_before));
    char *text = cJSON_PrintUnformatted(object);
    bool memory_available = text != NULL;
    ASSERT(memory_available);
    puts(text);
    cJSON_free(text);
    cJSON_Delete(object);
}

/* As Flowlessly writes: the flow, the time, the mark. An outcome without a flow is a comment. */
static void print_round(const struct session *session)
{
    const struct answer *answer = &session->answer;
    uint64_t refused = session->refused - session->refused_before;
    answer_print(answer, !options_flag(session->options, "no-flow"));
    if (answer->solution.outcome == OUTCOME_INFEASIBLE)
        puts("c INFEASIBLE");
    if (answer->solution.outcome == OUTCOME_REFUSED)
        puts("c REFUSED");
    if (refused)
        printf("c LINES REFUSED %" PRIu64 "\n", refused);
    printf("c ALGORITHM TIME %" PRId64 "\nc EOI\n", answer->time_us);
}

static void find_answer(struct session *session)
{
    struct answer *answer = &session->answer;
    answer->network = &session->stream.network;
    answer->numbers = session->stream.numbers;
    answer->certified = false;
    snprintf(answer->where, sizeof answer->where, "round %" PRIu64 ": ", session->rounds);
    if (session->stream.has_problem) {
        answer_solve(answer, &session->stream.network, session->budget);
        return;
    }
    answer->time_us = 0;
    answer->solution = (struct solution){.outcome = OUTCOME_REFUSED,
                                         .reason = "there is no problem, for want of a p line"};
}

static void answer_round(struct session *session)
{
    struct answer *answer = &session->answer;
    session->rounds++;
    find_answer(session);
    session->outcomes[answer->solution.outcome]++;
    if (options_flag(session->options, "check") && !answer_certify(answer)) {
        session->stop = EXIT_INTERNAL;
        return;
    }
    if (options_flag(session->options, "json"))
        print_json(session);
    else
        print_round(session);
    if (fflush(stdout) != 0 || ferror(stdout))
        session->stop = EXIT_BAD_INPUT;
    answer_tell(answer);
    session->refused_before = session->refused;
}

static void read_rounds(struct session *session)
{
    while (session->stop == EXIT_DONE) {
        struct problem problem;
        enum status status = dimacs_stream_next(&session->stream, &problem);
        if (status == STATUS_END)
            return;
        if (status == STATUS_OK)
            answer_round(session);
        else
            refuse_line(session, &problem);
    }
}

/* "flowsched: rounds 3, optimal 2, infeasible 1; lines 40, refused 1" */
static void print_totals(const struct session *session)
{
    fprintf(stderr, "flowsched: rounds %" PRIu64, session->rounds);
    for (uint32_t i = 0; i < COUNT_OF(session->outcomes); i++)
        if (session->outcomes[i])
            fprintf(stderr, ", %s %" PRIu64, answer_word(i), session->outcomes[i]);
    fprintf(stderr, "; lines %" PRIu64 ", refused %" PRIu64 "\n",
            dimacs_stream_line_number(&session->stream), session->refused);
}

static int exit_status(const struct session *session)
{
    if (session->stop != EXIT_DONE)
        return session->stop;
    if (session->refused || session->outcomes[OUTCOME_REFUSED])
        return EXIT_BAD_INPUT;
    if (session->outcomes[OUTCOME_INFEASIBLE])
        return EXIT_NEGATIVE;
    return session->outcomes[OUTCOME_BUDGET_SPENT] ? EXIT_BUDGET_SPENT : EXIT_DONE;
}

int solve_stream(const char *path, const struct options *options, struct solver *solver,
                 uint64_t budget)
{
    struct problem problem;
    struct session session = {.options = options, .answer.solver = solver, .budget = budget};
    signal(SIGPIPE, SIG_IGN); /* a reader that left is an error of writing, told as such */
    enum status status = dimacs_stream_open(&session.stream, path, &problem);
    if (status == STATUS_OK) {
        read_rounds(&session);
        print_totals(&session);
    }
    int result = status == STATUS_OK ? exit_status(&session) : command_fail(status, &problem);
    dimacs_stream_close(&session.stream);
    return result;
}
