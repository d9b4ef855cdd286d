/* trial.h - one solver through the life of a network, round by round: is every answer right? */
#ifndef TESTS_TRIAL_H
#define TESTS_TRIAL_H

#include "solver/solver.h"
#include "tests/history.h"

struct trial_answer {
    enum outcome outcome;
    cost_t cost;
    uint64_t work;
    char wrong[300]; /* what is wrong with the answer; "" if nothing is */
};

/* How a solver is made and asked. */
struct trial {
    const char *solver;                        /* its name for `flowsched solve` */
    void *(*begin)(const struct trial *trial); /* a new one */
    void (*end)(void *state);
    /* Solve the network, changed since the last call, and judge the answer; refused if it is one
     * that the solver cannot be asked. */
    void (*solve)(void *state, struct network *network, uint64_t budget,
                  struct trial_answer *answer);
    void (*tune)(void *state, uint32_t setting); /* what trial_of_kind's `begin` does with it */
    uint32_t setting;
    void *context; /* for the test */
};

/* The solver of this name, asked as the product does, without a budget. */
struct trial trial_of_product(const char *solver);

/* The algorithm of this name without the boundary of solver.h around it, so that it can be tuned
 * as only tests do. */
struct trial trial_of_kind(const char *solver, void (*tune)(void *state, uint32_t setting),
                           uint32_t setting);

/* Fill the answer: is the solution certified, and as good as the expected one? Or refused, as that
 * is? */
void trial_judge(const struct network *network, const struct solution *solution,
                 const struct solution *expected, struct trial_answer *answer);

/* Does an answer go wrong when the history is read as a stream and solved? */
bool trial_fails(const struct trial *trial, const struct history *history);

/* A life while it is lived. */
struct life {
    uint64_t seed;
    const struct trial *trial;
    void *state;
    struct history *history;    /* NULL if it is not recorded */
    struct trial_answer answer; /* the last one */
    uint32_t *counts;           /* of answers by outcome */
};

/* A round of it: solve the network. False if the answer is wrong: then the life is to end. */
bool life_round(struct life *life, struct network *network, uint64_t budget);

/* Live a life, which the seed alone decides. NULL if all was right; else it is lived again, this
 * time recorded, and its history is shrunk and saved in build/: a message with the seed, what was
 * wrong and the file, borrowed until the next call. If the product fails on the history, it does
 * so on what is saved; if only the trial does, which may have small hubs or budgets, that does. A
 * failure that needs what streams cannot say, as an arc of capacity 0, is saved whole, and the
 * message says that only the seed shows it. */
const char *trial_live(const struct trial *trial, void (*live)(struct life *life), uint64_t seed,
                       uint32_t counts[4]);

#endif
