/* test_machine_index.c - the index against looking at every machine. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/random.h"
#include "scheduler/machine_index.h"

#define MACHINES 150

static struct resources random_resources(struct random *random, uint64_t limit)
{
    struct resources resources;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        resources.amount[r] = (int64_t)random_below(random, limit);
    return resources;
}

Test(machine_index, an_empty_index_has_no_machine)
{
    struct machine_index index;
    machine_index_init(&index);
    struct resources nothing = {0};
    cr_assert_eq(machine_index_next(&index, &nothing, 0), NONE);
    machine_index_free(&index);
}

Test(machine_index, a_demand_of_nothing_fits_machines_that_are_up)
{
    struct machine_index index;
    struct resources nothing = {0};
    machine_index_init(&index);
    machine_index_set(&index, 3, true, &nothing);
    machine_index_set(&index, 1, false, &nothing);
    cr_assert_eq(machine_index_next(&index, &nothing, 0), 3);
    cr_assert_eq(machine_index_next(&index, &nothing, 4), NONE);
    machine_index_free(&index);
}

Test(machine_index, agrees_with_looking_at_every_machine)
{
    struct random random;
    uint64_t seed = 3;
    random_init(&random, seed);
    fprintf(stderr, "seed %" PRIu64 "\n", seed);
    struct machine_index index;
    struct resources rooms[MACHINES] = {0};
    bool up[MACHINES] = {false};
    machine_index_init(&index);
    for (int step = 0; step < 20000; step++) {
        uint32_t known = 1 + (uint32_t)step / 100; /* it grows as machines come */
        uint32_t m = (uint32_t)random_below(&random, known < MACHINES ? known : MACHINES);
        rooms[m] = random_resources(&random, 20);
        up[m] = random_below(&random, 3) > 0;
        machine_index_set(&index, m, up[m], &rooms[m]);
        struct resources demand = random_resources(&random, 20);
        uint32_t from = (uint32_t)random_below(&random, MACHINES + 2);
        uint32_t expected = from;
        while (expected < MACHINES && !(up[expected] && resources_fit(&demand, &rooms[expected])))
            expected++;
        expected = expected < MACHINES ? expected : NONE;
        cr_assert_eq(machine_index_next(&index, &demand, from), expected, "step %d", step);
    }
    machine_index_free(&index);
}
