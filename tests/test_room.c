/* test_room.c - room on machines whose GPUs are told apart. */
#include <criterion/criterion.h>

#include "base/random.h"
#include "costmodels/room.h"
#include "tests/engine_fixture.h"

#define GPU(amount) ((int64_t)((amount)*100) * (RESOURCE_UNIT / 100))

static struct resources gpu_units(int64_t cpu, int64_t memory, int64_t gpus)
{
    struct resources resources = units(cpu, memory);
    resources.amount[RESOURCE_GPU] = gpus;
    return resources;
}

static struct room room_of(int64_t cpu, int64_t gpus)
{
    struct resources capacity = gpu_units(cpu, cpu, gpus);
    struct room room;
    room_of_capacity(&room, &capacity);
    return room;
}

Test(room, a_free_half_here_and_a_free_half_there_are_no_gpu)
{
    struct room room = room_of(100, GPU(2));
    struct resources most = gpu_units(1, 1, GPU(0.6));
    struct resources whole = gpu_units(1, 1, GPU(1));
    room_take(&room, &most);
    room_take(&room, &most);
    cr_assert_eq(room.free.amount[RESOURCE_GPU], GPU(0.8));
    cr_assert_not(room_fits(&room, &whole));
    cr_assert_not(room_fits(&room, &most));
    cr_assert_eq(room_fit_count(&room, &(struct resources){{[RESOURCE_GPU] = GPU(0.4)}}, 9), 2);
}

Test(room, a_share_goes_to_the_fullest_device_with_room_and_of_equals_to_the_lowest)
{
    struct room room = room_of(100, GPU(3));
    static const struct {
        double demand;
        uint32_t set;
    } rows[] = {
        {0.5, 1},  /* all are free: the lowest */
        {0.7, 2},  /* no room on 0 */
        {0.2, 2},  /* 0.3 are free on 1, 0.5 on 0 */
        {0.5, 1},  /* exactly */
        {0.05, 2}, /* 0.1 are free on 1 */
        {1, 4},
    };
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        struct resources demand = gpu_units(1, 1, GPU(rows[i].demand));
        cr_assert(room_fits(&room, &demand), "row %u", i);
        cr_assert_eq(room_take(&room, &demand), rows[i].set, "row %u", i);
    }
}

Test(room, whole_devices_are_the_lowest_free_ones)
{
    struct room room = room_of(100, GPU(5));
    struct resources share = gpu_units(1, 1, GPU(0.1));
    struct resources two = gpu_units(1, 1, GPU(2));
    cr_assert_eq(room_take(&room, &two), 3);
    cr_assert_eq(room_take(&room, &share), 4);
    cr_assert_eq(room_take(&room, &two), 8 + 16);
    cr_assert_not(room_fits(&room, &two));
    room_give(&room, &two, 3);
    cr_assert_eq(room_take(&room, &two), 3);
}

Test(room, one_and_a_half_gpus_fit_nowhere_and_nine_tenths_of_a_billionth_are_a_share)
{
    struct room room = room_of(100, GPU(4));
    struct resources half_more = gpu_units(1, 1, GPU(1.5));
    cr_assert_not(room_fits(&room, &half_more));
    cr_assert_eq(room_fit_count(&room, &half_more, 9), 0);
    static const struct {
        int64_t gpus;
        bool demand, capacity;
    } rows[] = {
        {0, true, true},
        {1, true, false},
        {RESOURCE_UNIT - 1, true, false},
        {RESOURCE_UNIT, true, true},
        {RESOURCE_UNIT + 1, false, false},
        {16 * RESOURCE_UNIT, true, true},
        {17 * RESOURCE_UNIT, true, false},
        {-1, false, false},
    };
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        cr_assert_eq(devices_demand_valid(rows[i].gpus), rows[i].demand, "row %u", i);
        cr_assert_eq(devices_capacity_valid(rows[i].gpus), rows[i].capacity, "row %u", i);
    }
}

Test(room, the_scarcest_resource_decides_how_many_fit)
{
    struct room room = room_of(7, GPU(4));
    struct resources share = gpu_units(1, 1, GPU(0.5));
    struct resources heavy = gpu_units(3, 1, GPU(0.5));
    struct resources none = {0};
    cr_assert_eq(room_fit_count(&room, &share, 99), 7);
    cr_assert_eq(room_fit_count(&room, &heavy, 99), 2);
    cr_assert_eq(room_fit_count(&room, &none, 99), 99);
    cr_assert_eq(room_fit_count(&room, &share, 3), 3);
}

Test(room, a_place_is_there_again_only_while_its_devices_are_free)
{
    struct room room = room_of(100, GPU(2));
    struct resources share = gpu_units(1, 1, GPU(0.5));
    struct resources whole = gpu_units(1, 1, GPU(1));
    cr_assert_eq(room_take(&room, &whole), 1);
    cr_assert(room_fits_on(&room, &share, 2));
    cr_assert_not(room_fits_on(&room, &share, 1), "device 0 is taken");
    cr_assert_not(room_fits_on(&room, &share, 4), "there is no device 2");
    cr_assert_not(room_fits_on(&room, &share, 0), "a share takes one device");
    cr_assert_not(room_fits_on(&room, &whole, 3), "one GPU is one device");
    room_take_on(&room, &share, 2);
    room_give(&room, &whole, 1);
    cr_assert_not(room_fits_on(&room, &whole, 2));
    cr_assert(room_fits_on(&room, &whole, 1));
}

static int64_t random_gpus(struct random *random)
{
    if (random_below(random, 2))
        return (int64_t)random_below(random, 5) * RESOURCE_UNIT;
    return (int64_t)(1 + random_below(random, 20)) * (RESOURCE_UNIT / 20);
}

/* As many as can be taken one after the other. */
static uint32_t count_by_taking(struct room room, const struct resources *demand, uint32_t limit)
{
    uint32_t count = 0;
    for (; count < limit && room_fits(&room, demand); count++)
        room_take(&room, demand);
    return count;
}

Test(room, what_is_counted_can_be_taken_and_what_is_given_back_leaves_no_trace)
{
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct random random;
        random_init(&random, seed);
        struct room room =
            room_of(40, (int64_t)random_below(&random, DEVICES_MAX + 1) * RESOURCE_UNIT);
        struct room before = room;
        struct resources demands[60];
        uint32_t sets[60];
        uint32_t count = 0;
        while (count < COUNT_OF(demands)) {
            struct resources demand =
                gpu_units((int64_t)random_below(&random, 3), 0, random_gpus(&random));
            cr_assert_eq(room_fit_count(&room, &demand, 30), count_by_taking(room, &demand, 30),
                         "seed %lu", seed);
            if (!room_fits(&room, &demand))
                break;
            demands[count] = demand;
            sets[count++] = room_take(&room, &demand);
        }
        int64_t on_devices = 0;
        for (uint32_t d = 0; d < room.devices.count; d++)
            on_devices += room.devices.free[d];
        cr_assert_eq(on_devices, room.free.amount[RESOURCE_GPU], "seed %lu", seed);
        while (count) {
            count--;
            room_give(&room, &demands[count], sets[count]);
        }
        cr_assert(resources_equal(&room.free, &before.free), "seed %lu", seed);
        for (uint32_t d = 0; d < room.devices.count; d++)
            cr_assert_eq(room.devices.free[d], before.devices.free[d], "seed %lu", seed);
    }
}
