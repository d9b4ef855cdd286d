/* test_completion.c - making any flow feasible. */
#include <criterion/criterion.h>

#include "base/memory.h"
#include "solver/certificate.h"
#include "solver/completion.h"
#include "tests/random_network.h"

static const struct random_shape SHAPE = {20, 80, 12, 3};

/* Any flow within the bounds. */
static flow_t *random_flow(const struct network *network, struct random *random)
{
    flow_t *flow = memory_alloc(((size_t)network->arc_limit + 1) * sizeof *flow);
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        const struct network_arc *arc = &network->arcs[a];
        if (network_arc_live(network, a))
            flow[a] = arc->lower +
                      (flow_t)random_below(random, (uint64_t)(arc->capacity - arc->lower) + 1);
    }
    return flow;
}

Test(completion, makes_any_flow_feasible_or_proves_that_there_is_none)
{
    uint32_t counts[2] = {0};
    struct completion *completion = completion_create();
    for (uint64_t seed = 0; seed < 2000; seed++) {
        struct random random;
        struct network network;
        struct certificate certificate;
        random_init(&random, seed);
        random_network(&network, &random, &SHAPE);
        if (network.sums.supply != 0) {
            network_free(&network);
            continue;
        }
        flow_t *flow = random_flow(&network, &random);
        const cost_t *cut = completion_run(completion, &network, flow);
        struct solution solution = {.outcome = OUTCOME_INFEASIBLE, .potential = cut};
        if (cut)
            certificate_check(&network, &solution, &certificate);
        else
            certificate_check_flow(&network, flow, &certificate);
        cr_assert_eq(certificate.verdict, VERDICT_HOLDS, "seed %" PRIu64 ": %s", seed,
                     certificate.reason);
        counts[cut != NULL]++;
        memory_free(flow);
        network_free(&network);
    }
    completion_destroy(completion);
    cr_assert_gt(counts[0], 300, "feasible: %u", counts[0]);
    cr_assert_gt(counts[1], 300, "infeasible: %u", counts[1]);
}

Test(completion, leaves_a_feasible_flow_alone)
{
    struct network network;
    network_init(&network);
    network_add_node(&network, 2);
    network_add_node(&network, -2);
    network_add_arc(&network, 0, 1, 0, 2, 9);
    network_add_arc(&network, 0, 1, 0, 2, 1);
    flow_t flow[2] = {2, 0};
    struct completion *completion = completion_create();
    cr_assert_null(completion_run(completion, &network, flow));
    cr_assert_eq(flow[0], 2);
    cr_assert_eq(flow[1], 0);
    completion_destroy(completion);
    network_free(&network);
}
