/* test_replicas.c - made-up input blocks: how many, where, and the same again. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "traces/replicas.h"

static void see(struct replicas *replicas, enum event_kind kind, const char *name, const char *rack)
{
    replicas_see(replicas, &(struct event){.kind = kind, .machine = name, .rack = rack});
}

/* Machines m0, m1, ...; m17 is on rack 17 / per_rack, or on none that is known for 0. */
static void add_machines(struct replicas *replicas, uint32_t count, uint32_t per_rack)
{
    for (uint32_t m = 0; m < count; m++) {
        char name[16];
        char rack[16];
        snprintf(name, sizeof name, "m%u", m);
        snprintf(rack, sizeof rack, "r%u", per_rack ? m / per_rack : 0);
        see(replicas, EVENT_MACHINE_ADDED, name, per_rack ? rack : NULL);
    }
}

static const struct attempt minute = {.run_us = 60000000};

static struct event submission(const char *job, uint32_t count)
{
    return (struct event){.kind = EVENT_TASK_SUBMITTED,
                          .job = job,
                          .stage = "",
                          .count = count,
                          .attempts = &minute,
                          .attempt_count = 1};
}

static uint32_t number_of(const char *machine)
{
    uint32_t number;
    cr_assert_eq(sscanf(machine, "m%u", &number), 1);
    return number;
}

static uint64_t input_hash(const struct event *part)
{
    uint64_t hash = 0;
    for (uint32_t b = 0; b < part->block_count; b++) {
        hash = random_mix(hash, (uint64_t)part->blocks[b].mib);
        for (uint32_t c = 0; c < part->blocks[b].copy_count; c++)
            hash = random_mix(hash, names_hash(part->blocks[b].machines[c]));
    }
    return hash;
}

Test(replicas, a_task_that_runs_longer_reads_more_blocks)
{
    static const struct {
        int64_t run_us;
        uint32_t blocks;
    } table[] = {
        {0, 1},
        {1000000, 1},
        {INT64_C(7) * 1000000, 4},
        {INT64_C(60) * 1000000, 6},
        {INT64_C(3600) * 1000000, 8},
        {TIME_NEVER - 1, 8},
        {TIME_NEVER, 8},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++)
        cr_expect_eq(replicas_block_count(table[i].run_us), table[i].blocks, "row %zu: %u", i,
                     replicas_block_count(table[i].run_us));
}

Test(replicas, copies_are_on_one_machine_and_on_two_of_one_other_rack)
{
    struct replicas replicas;
    replicas_init(&replicas, 1);
    add_machines(&replicas, 120, 20);
    struct event whole = submission("job", 500);
    struct event part;
    replicas_split(&replicas, &whole);
    while (replicas_next(&replicas, &part)) {
        cr_assert_eq(part.block_count, 6);
        for (uint32_t b = 0; b < part.block_count; b++) {
            const struct block *block = &part.blocks[b];
            cr_assert_eq(block->copy_count, 3);
            uint32_t first = number_of(block->machines[0]);
            uint32_t second = number_of(block->machines[1]);
            uint32_t third = number_of(block->machines[2]);
            cr_assert_neq(first / 20, second / 20);
            cr_assert_eq(second / 20, third / 20);
            cr_assert_neq(second, third);
            bool last = b + 1 == part.block_count;
            cr_assert(last ? block->mib >= 1 && block->mib <= 512 : block->mib == 512);
        }
    }
    replicas_free(&replicas);
}

Test(replicas, copies_spread_evenly_over_machines_and_racks)
{
    struct replicas replicas;
    replicas_init(&replicas, 2);
    add_machines(&replicas, 90, 0); /* three racks of 30, made up */
    uint32_t copies[3][90] = {{0}};
    struct event whole = submission("job", 1000);
    struct event part;
    replicas_split(&replicas, &whole);
    while (replicas_next(&replicas, &part))
        for (uint32_t b = 0; b < part.block_count; b++)
            for (uint32_t c = 0; c < 3; c++)
                copies[c][number_of(part.blocks[b].machines[c])]++;
    replicas_free(&replicas);
    for (uint32_t c = 0; c < 3; c++) {
        double expected = 6000.0 / 90;
        for (uint32_t m = 0; m < 90; m++)
            cr_expect(copies[c][m] > 0.4 * expected && copies[c][m] < 1.6 * expected,
                      "copy %u, machine %u: %u", c, m, copies[c][m]);
        for (uint32_t r = 0; r < 3; r++) {
            uint32_t sum = 0;
            for (uint32_t m = 30 * r; m < 30 * (r + 1); m++)
                sum += copies[c][m];
            cr_expect(sum > 1800 && sum < 2200, "copy %u, rack %u: %u", c, r, sum);
        }
    }
}

Test(replicas, blocks_do_not_depend_on_what_was_asked_before)
{
    static const char *const jobs[] = {"a", "b", "c"};
    uint64_t hashes[2][3] = {{0}};
    for (int backwards = 0; backwards <= 1; backwards++) {
        struct replicas replicas;
        replicas_init(&replicas, 3);
        add_machines(&replicas, 50, 10);
        for (int i = 0; i < 3; i++) {
            int j = backwards ? 2 - i : i;
            struct event whole = submission(jobs[j], 4);
            struct event part;
            replicas_split(&replicas, &whole);
            while (replicas_next(&replicas, &part))
                hashes[backwards][j] = random_mix(hashes[backwards][j], input_hash(&part));
        }
        replicas_free(&replicas);
    }
    cr_assert_arr_eq(hashes[0], hashes[1], sizeof hashes[0]);
    cr_assert_neq(hashes[0][0], hashes[0][1]);
}

Test(replicas, the_parts_of_a_submission_are_all_its_tasks_once)
{
    static const struct {
        uint32_t count;
        uint32_t parts;
    } table[] = {{1, 1}, {2, 2}, {1000, 1000}, {1001, 501}, {97890, 999}, {INT32_MAX, 1000}};
    struct replicas replicas;
    replicas_init(&replicas, 4);
    add_machines(&replicas, 50, 10);
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        struct event whole = submission("job", table[i].count);
        whole.index = 7;
        uint32_t next = 7;
        uint32_t parts = 0;
        struct event part;
        replicas_split(&replicas, &whole);
        for (; replicas_next(&replicas, &part); parts++) {
            cr_assert_eq(part.index, next);
            cr_assert(part.count > 0);
            next += part.count;
        }
        cr_expect_eq(next - 7, table[i].count, "row %zu", i);
        cr_expect_eq(parts, table[i].parts, "row %zu: %u parts", i, parts);
    }
    replicas_free(&replicas);
}

Test(replicas, a_machine_gets_copies_only_while_it_is_there)
{
    struct replicas replicas;
    replicas_init(&replicas, 5);
    add_machines(&replicas, 6, 2);
    static const struct {
        enum event_kind kind;
        bool holds;
    } table[] = {{EVENT_MACHINE_REMOVED, false},
                 {EVENT_MACHINE_REMOVED, false},
                 {EVENT_MACHINE_ADDED, true},
                 {EVENT_MACHINE_UPDATED, true},
                 {EVENT_MACHINE_DRAINED, true}};
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        see(&replicas, table[i].kind, "m3", "r1");
        uint32_t copies = 0;
        struct event whole = submission("job", 100);
        struct event part;
        replicas_split(&replicas, &whole);
        while (replicas_next(&replicas, &part))
            for (uint32_t b = 0; b < part.block_count; b++)
                for (uint32_t c = 0; c < part.blocks[b].copy_count; c++)
                    copies += strcmp(part.blocks[b].machines[c], "m3") == 0;
        cr_expect_eq(copies > 0, table[i].holds, "row %zu: %u copies", i, copies);
    }
    replicas_free(&replicas);
}

Test(replicas, a_small_cluster_has_fewer_copies_and_never_two_on_one_machine)
{
    static const struct {
        uint32_t machines, per_rack, copies;
    } table[] = {{0, 1, 0}, {1, 1, 1}, {2, 1, 2}, {2, 2, 2}, {3, 3, 3}, {3, 2, 0}, {40, 40, 3}};
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        struct replicas replicas;
        replicas_init(&replicas, 6);
        add_machines(&replicas, table[i].machines, table[i].per_rack);
        struct event whole = submission("job", 200);
        struct event part;
        replicas_split(&replicas, &whole);
        while (replicas_next(&replicas, &part)) {
            for (uint32_t b = 0; b < part.block_count; b++) {
                const struct block *block = &part.blocks[b];
                bool mixed = table[i].machines == 3 && table[i].per_rack == 2;
                cr_assert(mixed ? block->copy_count >= 2 : block->copy_count == table[i].copies,
                          "row %zu: %u copies", i, block->copy_count);
                for (uint32_t c = 0; c < block->copy_count; c++)
                    for (uint32_t d = 0; d < c; d++)
                        cr_assert_neq(block->machines[c], block->machines[d], "row %zu", i);
            }
        }
        replicas_free(&replicas);
    }
}

Test(replicas, recorded_blocks_stay)
{
    struct replicas replicas;
    replicas_init(&replicas, 7);
    add_machines(&replicas, 10, 5);
    struct block block = {.mib = 5, .copy_count = 1, .machines = {"elsewhere"}};
    struct event whole = submission("job", 9);
    whole.blocks = &block;
    whole.block_count = 1;
    struct event part;
    replicas_split(&replicas, &whole);
    cr_assert(replicas_next(&replicas, &part));
    cr_assert_eq(part.count, 9);
    cr_assert_eq(part.blocks, &block);
    cr_assert_not(replicas_next(&replicas, &part));
    replicas_free(&replicas);
}
