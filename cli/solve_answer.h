/* solve_answer.h - one solve of a network: what was found, and how it is told. */
#ifndef CLI_SOLVE_ANSWER_H
#define CLI_SOLVE_ANSWER_H

#include <cjson/cJSON.h>

#include "cli/command.h"
#include "solver/solver.h"

struct answer {
    char where[32]; /* before messages, "round 3: " or nothing */
    struct solver *solver;
    const struct network *network;
    const uint32_t *numbers;  /* of the nodes, by id, as the user knows them */
    struct solution solution; /* borrowed from the solver */
    int64_t time_us;
    bool certified; /* asked for and done */
};

/* Solve the answer's network, of the same state, and take the time. */
void answer_solve(struct answer *answer, struct network *network, uint64_t budget);

/* Have the answer certified, and say so on standard error; false if it is not. A refusal has
 * nothing to certify. */
bool answer_certify(struct answer *answer);

/* "optimal", "infeasible", ... */
const char *answer_word(enum outcome outcome);

/* The s line, the f lines if `with_flow`, and for a spent budget a comment with the bound;
 * nothing if there is no flow. To standard output. */
void answer_print(const struct answer *answer, bool with_flow);

/* Add outcome and figures to an object. */
void answer_json(const struct answer *answer, cJSON *object);

/* Add an integer of all 64 bits, which cJSON's own numbers, doubles, do not keep. */
void answer_json_integer(cJSON *object, const char *name, int64_t value);

/* Say on standard error what kept it from an optimum, if anything did. */
void answer_tell(const struct answer *answer);

int answer_exit_status(const struct answer *answer);

#endif
