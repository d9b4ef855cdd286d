/* test_network.c - the network keeps its structure and tells its changes. */
#include <criterion/criterion.h>

#include "base/memory.h"
#include "tests/random_network.h"

static void assert_sound(const struct network *network)
{
    struct problem problem = {0};
    cr_assert_eq(network_check(network, &problem), STATUS_OK, "%s", problem.reason);
}

Test(network, removed_ids_are_given_out_again)
{
    struct network network;
    network_init(&network);
    uint32_t a = network_add_node(&network, 1);
    uint32_t b = network_add_node(&network, -1);
    uint32_t arc = network_add_arc(&network, a, b, 0, 5, 7);
    network_remove_node(&network, a);
    cr_assert_not(network_node_live(&network, a));
    cr_assert_not(network_arc_live(&network, arc));
    cr_assert_eq(network.arc_count, 0);
    cr_assert_eq(network_add_node(&network, 2), a);
    cr_assert_eq(network_add_arc(&network, b, a, 1, 2, 3), arc);
    assert_sound(&network);
    network_free(&network);
}

Test(network, a_loop_over_arcs_meets_the_live_ones_in_order)
{
    struct random random;
    struct network network;
    random_init(&random, 1);
    network_init(&network);
    cr_assert_eq(network_next_arc(&network, 0), NONE);
    uint32_t v = network_add_node(&network, 0);
    for (uint32_t a = 0; a < 1000; a++)
        network_add_arc(&network, v, v, 0, 1, 1);
    while (network.arc_count > 0) {
        uint32_t count = 0;
        uint32_t last = 0;
        for (uint32_t a = network_next_arc(&network, 0); a != NONE;
             a = network_next_arc(&network, a + 1)) {
            cr_assert(network_arc_live(&network, a));
            cr_assert(count == 0 || a > last);
            last = a;
            count++;
        }
        cr_assert_eq(count, network.arc_count);
        /* Holes of all lengths, up to where nothing is left. */
        uint32_t first = (uint32_t)random_below(&random, 1000);
        for (uint32_t a = first; a < 1000 && a < first + 100; a++)
            if (network_arc_live(&network, a))
                network_remove_arc(&network, a);
        assert_sound(&network);
    }
    cr_assert_eq(network_next_arc(&network, 0), NONE);
    network_free(&network);
}

Test(network, parallel_arcs_and_self_loops_are_kept_apart)
{
    struct network network;
    network_init(&network);
    uint32_t v = network_add_node(&network, 0);
    uint32_t w = network_add_node(&network, 0);
    network_add_arc(&network, v, w, 0, 1, 1);
    uint32_t second = network_add_arc(&network, v, w, 0, 1, 2);
    uint32_t loop = network_add_arc(&network, v, v, 0, 1, 3);
    assert_sound(&network);
    network_remove_arc(&network, second);
    assert_sound(&network);
    network_remove_arc(&network, loop);
    assert_sound(&network);
    cr_assert_eq(network.arc_count, 1);
    network_free(&network);
}

Test(network, check_finds_a_broken_structure)
{
    struct network network;
    network_init(&network);
    uint32_t v = network_add_node(&network, 0);
    uint32_t w = network_add_node(&network, 0);
    uint32_t arc = network_add_arc(&network, v, w, 0, 1, 1);
    network.arcs[arc].lower = 2;
    cr_assert_eq(network_check(&network, NULL), STATUS_BAD_INPUT);
    network.arcs[arc].lower = 0;
    network.arc_count = 2;
    cr_assert_eq(network_check(&network, NULL), STATUS_BAD_INPUT);
    network.arc_count = 1;
    network.nodes[w].first_in = NONE;
    cr_assert_eq(network_check(&network, NULL), STATUS_BAD_INPUT);
    network_free(&network);
}

Test(delta, add_then_remove_vanishes)
{
    struct network network;
    network_init(&network);
    uint32_t v = network_add_node(&network, 3);
    network_clear_deltas(&network, NULL);
    uint32_t w = network_add_node(&network, 4);
    network_add_arc(&network, v, w, 0, 1, 1);
    network_remove_node(&network, w);
    network_merge_deltas(&network);
    cr_assert_eq(network.node_delta_count, 0);
    cr_assert_eq(network.arc_delta_count, 0);
    network_free(&network);
}

Test(delta, two_changes_of_one_arc_are_one)
{
    struct network network;
    network_init(&network);
    uint32_t v = network_add_node(&network, 0);
    uint32_t arc = network_add_arc(&network, v, v, 0, 5, 1);
    network_clear_deltas(&network, NULL);
    network_change_arc(&network, arc, 0, 5, 2);
    network_change_arc(&network, arc, 0, 6, 3);
    network_merge_deltas(&network);
    cr_assert_eq(network.arc_delta_count, 1);
    cr_assert_eq(network.arc_deltas[0].cost, 1);
    cr_assert_eq(network.arc_deltas[0].capacity, 5);
    network_change_arc(&network, arc, 0, 5, 1);
    network_merge_deltas(&network);
    cr_assert_eq(network.arc_delta_count, 0, "changed back: nothing to tell");
    network_free(&network);
}

Test(delta, a_reused_id_tells_what_it_was)
{
    struct network network;
    network_init(&network);
    uint32_t v = network_add_node(&network, 0);
    uint32_t w = network_add_node(&network, 0);
    uint32_t arc = network_add_arc(&network, v, w, 0, 5, 1);
    network_clear_deltas(&network, NULL);
    network_remove_arc(&network, arc);
    cr_assert_eq(network_add_arc(&network, w, v, 0, 5, 1), arc);
    network_merge_deltas(&network);
    cr_assert_eq(network.arc_delta_count, 1);
    cr_assert(network.arc_deltas[0].existed);
    cr_assert_eq(network.arc_deltas[0].tail, v);
    network_free(&network);
}

/* A plain copy by id: what a solver that keeps its own network would hold. */
struct mirror {
    struct network_node nodes[64];
    struct network_arc arcs[256];
};

static void mirror_all(struct mirror *mirror, const struct network *network)
{
    for (uint32_t v = 0; v < COUNT_OF(mirror->nodes); v++) {
        mirror->nodes[v] = (struct network_node){0};
        if (network_node_live(network, v))
            mirror->nodes[v] = network->nodes[v];
    }
    for (uint32_t a = 0; a < COUNT_OF(mirror->arcs); a++) {
        mirror->arcs[a] = (struct network_arc){.tail = NONE};
        if (network_arc_live(network, a))
            mirror->arcs[a] = network->arcs[a];
    }
}

static void assert_same_arc(const struct network_arc *left, const struct network_arc *right,
                            uint64_t seed)
{
    cr_assert_eq(left->tail, right->tail, "seed %" PRIu64, seed);
    if (left->tail == NONE)
        return;
    cr_assert_eq(left->head, right->head, "seed %" PRIu64, seed);
    cr_assert_eq(left->lower, right->lower, "seed %" PRIu64, seed);
    cr_assert_eq(left->capacity, right->capacity, "seed %" PRIu64, seed);
    cr_assert_eq(left->cost, right->cost, "seed %" PRIu64, seed);
}

static void assert_same(const struct mirror *left, const struct mirror *right, uint64_t seed)
{
    for (uint32_t v = 0; v < COUNT_OF(left->nodes); v++) {
        cr_assert_eq(left->nodes[v].live, right->nodes[v].live, "seed %" PRIu64, seed);
        cr_assert_eq(left->nodes[v].supply, right->nodes[v].supply, "seed %" PRIu64, seed);
    }
    for (uint32_t a = 0; a < COUNT_OF(left->arcs); a++)
        assert_same_arc(&left->arcs[a], &right->arcs[a], seed);
}

/* Bring an old mirror up to date by the deltas alone. */
static void replay_deltas(struct mirror *mirror, const struct network *network)
{
    for (uint32_t i = 0; i < network->node_delta_count; i++) {
        uint32_t v = network->node_deltas[i].node;
        bool live = network_node_live(network, v);
        mirror->nodes[v] = live ? network->nodes[v] : (struct network_node){0};
    }
    for (uint32_t i = 0; i < network->arc_delta_count; i++) {
        uint32_t a = network->arc_deltas[i].arc;
        bool live = network_arc_live(network, a);
        mirror->arcs[a] = live ? network->arcs[a] : (struct network_arc){.tail = NONE};
    }
}

/* Take a mirror back to the last clear by what the deltas say things were. */
static void undo_deltas(struct mirror *mirror, const struct network *network)
{
    for (uint32_t i = 0; i < network->node_delta_count; i++) {
        const struct node_delta *delta = &network->node_deltas[i];
        mirror->nodes[delta->node] =
            (struct network_node){.live = delta->existed, .supply = delta->supply};
    }
    for (uint32_t i = 0; i < network->arc_delta_count; i++) {
        const struct arc_delta *delta = &network->arc_deltas[i];
        mirror->arcs[delta->arc] = (struct network_arc){.tail = delta->existed ? delta->tail : NONE,
                                                        .head = delta->head,
                                                        .lower = delta->lower,
                                                        .capacity = delta->capacity,
                                                        .cost = delta->cost};
    }
}

static void change_node(struct network *network, struct random *random)
{
    uint32_t v = (uint32_t)random_below(random, 40);
    if (!network_node_live(network, v)) {
        if (network->node_count < 40)
            network_add_node(network, (flow_t)random_below(random, 3));
    } else if (random_below(random, 3)) {
        network_set_supply(network, v, (flow_t)random_below(random, 3));
    } else {
        network_remove_node(network, v);
    }
}

static void change_arc(struct network *network, struct random *random)
{
    uint32_t a = (uint32_t)random_below(random, 120);
    flow_t capacity = (flow_t)random_below(random, 3);
    cost_t cost = (cost_t)random_below(random, 3);
    uint32_t tail = (uint32_t)random_below(random, 40);
    uint32_t head = (uint32_t)random_below(random, 40);
    bool ends_live = network_node_live(network, tail) && network_node_live(network, head);
    if (!network_arc_live(network, a)) {
        if (ends_live && network->arc_count < 120)
            network_add_arc(network, tail, head, 0, capacity, cost);
    } else if (random_below(random, 3)) {
        network_change_arc(network, a, 0, capacity, cost);
    } else {
        network_remove_arc(network, a);
    }
}

Test(delta, merged_deltas_replayed_on_a_copy_give_the_same_network)
{
    static struct mirror before, after, moved;
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct random random;
        struct network network;
        random_init(&random, seed);
        network_init(&network);
        for (int round = 0; round < 6; round++) {
            mirror_all(&before, &network);
            for (uint64_t i = random_below(&random, 120); i > 0; i--) {
                if (random_below(&random, 3) == 0)
                    change_node(&network, &random);
                else
                    change_arc(&network, &random);
            }
            if (random_below(&random, 2))
                network_merge_deltas(&network);
            assert_sound(&network);
            network_merge_deltas(&network);
            assert_sound(&network);
            mirror_all(&after, &network);
            moved = before;
            replay_deltas(&moved, &network);
            assert_same(&moved, &after, seed);
            undo_deltas(&moved, &network);
            assert_same(&moved, &before, seed);
            network_clear_deltas(&network, NULL);
        }
        network_free(&network);
    }
}
