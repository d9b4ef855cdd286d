/* test_mesos_sorter.c - the order in which Mesos offers, by the cases of its own tests
 * (Apache Mesos, src/tests/sorter_tests.cpp), which are named here. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "policies/mesos_sorter.h"
#include "tests/engine_fixture.h"

#define CLIENTS_MAX 12

static struct mesos_sorter sorter;

static uint32_t add_below(uint32_t parent, const char *name, int64_t cpu, int64_t memory,
                          uint32_t weight)
{
    uint32_t node = mesos_sorter_add(&sorter, parent, name, weight);
    mesos_sorter_activate(&sorter, node);
    struct resources has = units(cpu, memory);
    if (cpu || memory)
        mesos_sorter_allocated(&sorter, node, &has);
    return node;
}

static uint32_t add(const char *name, int64_t cpu, int64_t memory, uint32_t weight)
{
    return add_below(NONE, name, cpu, memory, weight);
}

static void set_total(int64_t cpu, int64_t memory)
{
    struct resources total = units(cpu, memory);
    mesos_sorter_set_total(&sorter, &total);
}

static void allocate(uint32_t node, int64_t cpu, int64_t memory)
{
    struct resources more = units(cpu, memory);
    mesos_sorter_allocated(&sorter, node, &more);
}

static void unallocate(uint32_t node, int64_t cpu, int64_t memory)
{
    struct resources less = units(cpu, memory);
    mesos_sorter_unallocated(&sorter, node, &less);
}

/* The order, as the names of the nodes in a row. */
static const char *order(void)
{
    static char text[256];
    struct mesos_walk walk;
    text[0] = '\0';
    mesos_walk_begin(&walk, &sorter);
    uint32_t node = mesos_walk_next(&walk, &sorter);
    for (; node != NONE; node = mesos_walk_next(&walk, &sorter))
        strcat(text, sorter.entries[2 * node].name);
    return text;
}

Test(mesos_sorter, m1_drf)
{
    set_total(100, 100);
    uint32_t a = add("a", 5, 5, 1000), b = add("b", 6, 6, 1000);
    cr_expect_str_eq(order(), "ab");
    uint32_t c = add("c", 1, 1, 1000), d = add("d", 3, 1, 1000);
    cr_expect_str_eq(order(), "cdab");
    mesos_sorter_deactivate(&sorter, a);
    unallocate(b, 4, 4);
    cr_expect_str_eq(order(), "cbd");
    add("e", 1, 5, 1000);
    set_total(50, 100);
    cr_expect_str_eq(order(), "cbed");
    set_total(50, 200);
    add("f", 5, 1, 1000);
    allocate(c, 0, 15);
    cr_expect_str_eq(order(), "ebdcf");
    mesos_sorter_deactivate(&sorter, d);
    cr_expect_str_eq(order(), "ebcf");
    mesos_sorter_free(&sorter);
}

Test(mesos_sorter, m2_wdrf)
{
    set_total(100, 100);
    add("a", 5, 5, 1000);
    uint32_t b = add("b", 6, 6, 2000);
    cr_expect_str_eq(order(), "ba");
    add("c", 4, 4, 1000);
    cr_expect_str_eq(order(), "bca");
    uint32_t d = add("d", 10, 20, 10000);
    cr_expect_str_eq(order(), "dbca");
    mesos_sorter_deactivate(&sorter, b);
    allocate(d, 10, 25);
    cr_expect_str_eq(order(), "cda");
    add("e", 1, 1, 100);
    cr_expect_str_eq(order(), "cdae");
    mesos_sorter_free(&sorter);
}

Test(mesos_sorter, m3_allocation_count_tie_break)
{
    set_total(100, 100);
    add("a", 3, 3, 1000);
    add("b", 3, 3, 1000);
    uint32_t c = add("c", 1, 1, 1000), d = add("d", 1, 1, 1000);
    add("e", 3, 3, 1000);
    allocate(c, 1, 1);
    allocate(c, 1, 1);
    allocate(d, 2, 2);
    cr_expect_str_eq(order(), "abedc");
    unallocate(c, 3, 3);
    cr_expect_str_eq(order(), "cabed");
    allocate(c, 3, 3);
    cr_expect_str_eq(order(), "abedc");
    cr_expect_eq(sorter.entries[2 * c].count, 4);
    mesos_sorter_deactivate(&sorter, c);
    cr_expect_str_eq(order(), "abed");
    mesos_sorter_activate(&sorter, c);
    cr_expect_str_eq(order(), "abedc", "counts survive");
    mesos_sorter_free(&sorter);
}

Test(mesos_sorter, a_tree_compares_siblings_and_own_tasks_are_one_of_them)
{
    set_total(100, 100);
    uint32_t g = add("g", 0, 0, 1000);
    uint32_t h = add("h", 20, 20, 1000);
    uint32_t x = add_below(g, "x", 10, 10, 1000);
    add_below(g, "y", 5, 5, 1000);
    cr_expect_str_eq(order(), "gyxh", "0 of its own, 5 and 10, against 20");
    allocate(g, 7, 7);
    cr_expect_str_eq(order(), "hygx", "22 against 20; 5, 7 and 10");
    mesos_sorter_deactivate(&sorter, x);
    cr_expect_str_eq(order(), "hyg", "what x has still counts");
    allocate(x, 90, 0);
    unallocate(h, 20, 20);
    cr_expect_str_eq(order(), "hyg");
    cr_expect_eq(mesos_sorter_allocation(&sorter, g)->amount[RESOURCE_CPU], 112 * RESOURCE_UNIT);
    mesos_sorter_free(&sorter);
}

Test(mesos_sorter, without_any_total_all_shares_are_nothing)
{
    add("b", 3, 3, 1000);
    add("a", 9, 9, 1000);
    cr_expect_str_eq(order(), "ab");
    allocate(0, 1, 1);
    allocate(1, 0, 0);
    cr_expect_str_eq(order(), "ab", "by count and name");
    mesos_sorter_free(&sorter);
}

/* A model: sort everything anew. */

struct client {
    int64_t cpu, memory;
    uint32_t weight, node;
    uint64_t count;
    bool active;
    char name[8];
};

static int64_t total_cpu, total_memory;

/* Shares compared exactly, as fractions. */
static int compare(const void *first, const void *second)
{
    const struct client *a = first, *b = second;
    wide_t share_a = (wide_t)a->cpu * total_memory, share_b = (wide_t)b->cpu * total_memory;
    if ((wide_t)a->memory * total_cpu > share_a)
        share_a = (wide_t)a->memory * total_cpu;
    if ((wide_t)b->memory * total_cpu > share_b)
        share_b = (wide_t)b->memory * total_cpu;
    wide_t difference = share_a * b->weight - share_b * a->weight;
    if (difference)
        return difference < 0 ? -1 : 1;
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    return strcmp(a->name, b->name);
}

static void change(struct client *client, struct random *random)
{
    int64_t cpu = (int64_t)random_below(random, 4), memory = (int64_t)random_below(random, 4);
    switch (random_below(random, 4)) {
    case 0:
        client->active = !client->active;
        if (client->active)
            mesos_sorter_activate(&sorter, client->node);
        else
            mesos_sorter_deactivate(&sorter, client->node);
        break;
    case 1:
        cpu = cpu < client->cpu ? cpu : client->cpu;
        memory = memory < client->memory ? memory : client->memory;
        client->cpu -= cpu;
        client->memory -= memory;
        unallocate(client->node, cpu, memory);
        break;
    default:
        client->cpu += cpu;
        client->memory += memory;
        client->count++;
        allocate(client->node, cpu, memory);
    }
}

static void check_order(const struct client *clients, uint64_t seed, uint32_t step)
{
    struct client sorted[CLIENTS_MAX];
    char expected[256] = "";
    memcpy(sorted, clients, sizeof sorted);
    qsort(sorted, CLIENTS_MAX, sizeof *sorted, compare);
    for (uint32_t i = 0; i < CLIENTS_MAX; i++)
        if (sorted[i].active)
            strcat(expected, sorted[i].name);
    cr_assert_str_eq(order(), expected, "seed %" PRIu64 ", step %u", seed, step);
}

Test(mesos_sorter, the_order_is_that_of_sorting_everything_anew)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct random random;
        struct client clients[CLIENTS_MAX] = {0};
        random_init(&random, seed);
        for (uint32_t i = 0; i < CLIENTS_MAX; i++) {
            snprintf(clients[i].name, sizeof clients[i].name, "%c", 'a' + (int)(i * 7 % 12));
            clients[i].weight = 500 * (1 + (uint32_t)random_below(&random, 4));
            clients[i].node = mesos_sorter_add(&sorter, NONE, clients[i].name, clients[i].weight);
        }
        for (uint32_t step = 0; step < 2000; step++) {
            if (step % 100 == 0) {
                total_cpu = 50 + (int64_t)random_below(&random, 50);
                total_memory = 50 + (int64_t)random_below(&random, 50);
                set_total(total_cpu, total_memory);
            }
            change(&clients[random_below(&random, CLIENTS_MAX)], &random);
            if (random_below(&random, 3) == 0)
                check_order(clients, seed, step);
        }
        mesos_sorter_free(&sorter);
    }
}
