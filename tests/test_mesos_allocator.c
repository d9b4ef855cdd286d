/* test_mesos_allocator.c - who is offered what, by the cases of Mesos's own tests (Apache Mesos,
 * src/tests/hierarchical_allocator_tests.cpp), which are named here. */
#include <criterion/criterion.h>
#include <string.h>

#include "policies/mesos_allocation.h"
#include "tests/engine_fixture.h"

#define INTERVAL_US INT64_C(1000000)
#define ROLES_MAX 8

static struct mesos_allocator allocator;
static int64_t now_us;
static uint32_t agent_count;

static void start(int64_t interval_us)
{
    struct mesos_options options = {.interval_us = interval_us, .cpu_min = 1, .memory_min = 1};
    mesos_allocator_init(&allocator, &options, 5);
    now_us = 0;
    agent_count = 0;
}

static void stop(void)
{
    mesos_allocator_free(&allocator);
}

static uint32_t add_role(uint32_t parent, const char *name, uint32_t weight)
{
    return mesos_allocator_add_role(&allocator, parent, name, weight);
}

static uint32_t add_framework(uint32_t role, const char *name)
{
    return mesos_allocator_add_framework(&allocator, role, name);
}

static void set_quota(uint32_t role, struct resources guarantee, struct resources limit,
                      bool limited)
{
    bool all[RESOURCE_COUNT] = {limited, limited, limited, limited};
    mesos_allocator_set_quota(&allocator, role, &guarantee, &limit, all);
}

static uint32_t add_agent(int64_t cpu, int64_t memory)
{
    struct resources total = units(cpu, memory);
    mesos_allocator_add_agent(&allocator, agent_count, &total);
    return agent_count++;
}

/* A run of what was asked for, or of all agents an interval later. */
static void run(void)
{
    mesos_allocate(&allocator, now_us, false);
}

static void run_later(void)
{
    now_us += allocator.options.interval_us;
    mesos_allocate(&allocator, now_us, true);
}

static void accept(uint32_t offer)
{
    struct resources all = *mesos_offer_resources(&allocator, offer);
    mesos_allocator_answer(&allocator, offer, &all, now_us, 0);
}

static void decline(uint32_t offer, int64_t refuse_us)
{
    struct resources nothing = {0};
    mesos_allocator_answer(&allocator, offer, &nothing, now_us, refuse_us);
}

/* The run made one offer, to this framework. */
static void expect_one(uint32_t framework)
{
    cr_assert_eq(allocator.offer_count, 1, "%u offers", allocator.offer_count);
    cr_assert_eq(allocator.offers[0].framework, framework, "to %u", allocator.offers[0].framework);
}

static void add_agent_for(int64_t cpu, int64_t memory, uint32_t framework)
{
    add_agent(cpu, memory);
    run();
    expect_one(framework);
    accept(0);
}

Test(mesos_allocator, m4_unreserved_drf)
{
    start(INTERVAL_US);
    uint32_t role1 = add_role(NONE, "role1", 1000), role2 = add_role(NONE, "role2", 1000);
    uint32_t first = add_framework(role1, "1"), second = add_framework(role2, "2");
    add_agent_for(2, 1024, first);
    add_agent_for(1, 512, second);
    add_agent_for(3, 2048, second);
    uint32_t third = add_framework(role1, "3");
    add_agent_for(4, 4096, third);
    add_framework(role1, "4");
    add_agent_for(1, 512, second);
    stop();
}

Test(mesos_allocator, m5_nested_role_drf)
{
    start(INTERVAL_US);
    uint32_t a = add_role(NONE, "a", 1000), d = add_role(NONE, "d", 1000);
    uint32_t ab = add_framework(add_role(a, "b", 1000), "1");
    add_agent_for(2, 0, ab);
    add_framework(add_role(a, "c", 1000), "2");
    uint32_t de = add_framework(add_role(d, "e", 1000), "3");
    add_agent_for(1, 0, de);
    uint32_t df = add_framework(add_role(d, "f", 1000), "4");
    add_agent_for(2, 0, df);
    stop();
}

Test(mesos_allocator, m6_a_filter_of_two_intervals_ends_with_the_second)
{
    start(INTERVAL_US);
    uint32_t f = add_framework(add_role(NONE, "*", 1000), "1");
    add_agent(1, 512);
    run();
    expect_one(f);
    decline(0, 2 * INTERVAL_US);
    run_later();
    cr_assert_eq(allocator.offer_count, 0);
    cr_assert_eq(mesos_allocator_ready_us(&allocator, now_us), 2 * INTERVAL_US);
    run_later();
    expect_one(f);
    stop();
}

Test(mesos_allocator, m7_a_filter_lasts_for_the_next_periodic_run_at_least)
{
    start(60 * INTERVAL_US);
    uint32_t f = add_framework(add_role(NONE, "*", 1000), "1");
    add_agent(1, 512);
    run();
    decline(0, INTERVAL_US);
    run_later();
    cr_assert_eq(allocator.offer_count, 0);
    run_later();
    expect_one(f);
    stop();
}

Test(mesos_allocator, m8_same_share_fairness)
{
    for (int roles = 1; roles <= 2; roles++) {
        start(INTERVAL_US);
        uint32_t role = add_role(NONE, "a", 1000);
        uint32_t other = roles == 2 ? add_role(NONE, "b", 1000) : role;
        uint32_t frameworks[] = {add_framework(role, "1"), add_framework(other, "2")};
        uint32_t counts[2] = {0};
        add_agent(2, 1024);
        for (int i = 0; i < 10; i++) {
            run_later();
            cr_assert_eq(allocator.offer_count, 1);
            counts[allocator.offers[0].framework == frameworks[1]]++;
            decline(0, 0);
        }
        cr_expect_eq(counts[0], 5, "%d roles", roles);
        cr_expect_eq(counts[1], 5);
        stop();
    }
}

Test(mesos_allocator, m9_a_guarantee_is_held_back_though_it_is_declined)
{
    start(INTERVAL_US);
    uint32_t quota = add_role(NONE, "quota", 1000);
    uint32_t f = add_framework(quota, "1");
    add_framework(add_role(NONE, "a", 1000), "2");
    set_quota(quota, units(2, 1024), units(2, 1024), true);
    add_agent_for(1, 512, f);
    add_agent(1, 512);
    run();
    expect_one(f);
    decline(0, 5 * INTERVAL_US);
    for (int i = 0; i < 4; i++) {
        run_later();
        cr_assert_eq(allocator.offer_count, 0, "interval %d", i);
    }
    run_later();
    expect_one(f);
    stop();
}

Test(mesos_allocator, m10_a_guarantee_is_held_back_without_a_framework)
{
    start(INTERVAL_US);
    uint32_t quota = add_role(NONE, "quota", 1000);
    uint32_t f = add_framework(add_role(NONE, "a", 1000), "1");
    set_quota(quota, units(2, 1024), units(2, 1024), true);
    add_agent(2, 1024);
    run();
    cr_assert_eq(allocator.offer_count, 0);
    add_agent(2, 1024);
    run_later();
    expect_one(f);
    cr_assert_eq(mesos_offer_resources(&allocator, 0)->amount[RESOURCE_CPU], 2 * RESOURCE_UNIT);
    stop();
}

Test(mesos_allocator, m11_a_limit_chops_an_agent)
{
    start(INTERVAL_US);
    uint32_t limited = add_role(NONE, "a", 1000);
    uint32_t f = add_framework(limited, "1"), other = add_framework(add_role(NONE, "b", 1000), "2");
    struct resources limit = units(1, 512), total = units(2, 1024), half = units(1, 512);
    limit.amount[RESOURCE_DISK] = half.amount[RESOURCE_DISK] = 512 * RESOURCE_UNIT;
    total.amount[RESOURCE_DISK] = 1024 * RESOURCE_UNIT;
    bool named[RESOURCE_COUNT] = {true, true, false, true};
    mesos_allocator_set_quota(&allocator, limited, &(struct resources){0}, &limit, named);
    mesos_allocator_add_agent(&allocator, 0, &total);
    run();
    cr_assert_eq(allocator.offer_count, 2);
    cr_expect_eq(allocator.offers[0].framework, f);
    cr_expect_eq(allocator.offers[1].framework, other);
    for (uint32_t i = 0; i < 2; i++)
        cr_expect(resources_equal(mesos_offer_resources(&allocator, i), &half), "offer %d", i);
    stop();
}

Test(mesos_allocator, m12_disproportionate_quota)
{
    start(INTERVAL_US);
    uint32_t quota = add_role(NONE, "quota", 1000);
    uint32_t f = add_framework(quota, "1");
    set_quota(quota, units(4, 1024), units(4, 1024), true);
    struct resources first = units(2, 1024), second = units(2, 0);
    add_agent(2, 1024);
    run();
    expect_one(f);
    cr_expect(resources_equal(mesos_offer_resources(&allocator, 0), &first));
    accept(0);
    add_agent(2, 1024);
    run();
    expect_one(f);
    cr_expect(resources_equal(mesos_offer_resources(&allocator, 0), &second));
    stop();
}

Test(mesos_allocator, m13_weights)
{
    static const uint32_t rows[][4] = {{1000, 1000, 3, 3}, {1000, 2000, 2, 4}};
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        start(INTERVAL_US);
        uint32_t a = add_framework(add_role(NONE, "a", rows[i][0]), "1");
        add_framework(add_role(NONE, "b", rows[i][1]), "2");
        uint32_t counts[2] = {0};
        for (int agent = 0; agent < 6; agent++)
            add_agent(2, 1024);
        run();
        for (uint32_t o = 0; o < allocator.offer_count; o++)
            counts[allocator.offers[o].framework != a]++;
        cr_expect_eq(counts[0], rows[i][2], "row %u: %u", i, counts[0]);
        cr_expect_eq(counts[1], rows[i][3], "row %u: %u", i, counts[1]);
        stop();
    }
}

Test(mesos_allocator, m14_coarse_grained)
{
    start(INTERVAL_US);
    add_framework(add_role(NONE, "a", 1000), "1");
    add_framework(add_role(NONE, "b", 1000), "2");
    add_agent(2, 1024);
    add_agent(2, 1024);
    run();
    cr_assert_eq(allocator.offer_count, 2);
    struct resources whole = units(2, 1024);
    cr_expect_neq(allocator.offers[0].framework, allocator.offers[1].framework);
    cr_expect_neq(allocator.offers[0].agent, allocator.offers[1].agent);
    for (uint32_t i = 0; i < 2; i++)
        cr_expect(resources_equal(mesos_offer_resources(&allocator, i), &whole));
    stop();
}

/* The second agent is offered when the first offer is not answered yet. */
Test(mesos_allocator, m15_an_open_offer_counts)
{
    start(INTERVAL_US);
    add_framework(add_role(NONE, "a", 1000), "1");
    uint32_t b = add_framework(add_role(NONE, "b", 1000), "2");
    add_agent(2, 1024);
    add_agent(2, 1024);
    run();
    cr_expect_eq(allocator.offers_made, 2);
    uint32_t to_b = 0;
    for (uint32_t o = 0; o < allocator.offer_count; o++)
        to_b += allocator.offers[o].framework == b;
    cr_expect_eq(to_b, 1, "%u", to_b);
    stop();
}

Test(mesos_allocator, a_filter_is_of_that_much_and_no_more)
{
    start(INTERVAL_US);
    uint32_t f = add_framework(add_role(NONE, "*", 1000), "1");
    uint32_t agent = add_agent(8, 8);
    struct resources task = units(2, 2), more = units(1, 0);
    mesos_allocator_charge(&allocator, f, agent, &task);
    mesos_allocator_charge(&allocator, f, agent, &more);
    run();
    expect_one(f);
    decline(0, 60 * INTERVAL_US);
    run_later();
    cr_assert_eq(allocator.offer_count, 0);
    mesos_allocator_charge(&allocator, f, agent, &more);
    mesos_allocator_recover(&allocator, f, agent, &more);
    run_later();
    cr_assert_eq(allocator.offer_count, 0, "as much as was declined");
    mesos_allocator_recover(&allocator, f, agent, &task);
    run_later();
    expect_one(f);
    stop();
}

Test(mesos_allocator, two_filters_of_one_agent_are_both_kept)
{
    start(INTERVAL_US);
    uint32_t f = add_framework(add_role(NONE, "*", 1000), "1");
    uint32_t agent = add_agent(8, 8);
    struct resources cpu = units(4, 0), memory = units(0, 4);
    mesos_allocator_charge(&allocator, f, agent, &cpu);
    run();
    decline(0, 60 * INTERVAL_US);
    mesos_allocator_recover(&allocator, f, agent, &cpu);
    mesos_allocator_charge(&allocator, f, agent, &memory);
    run_later();
    expect_one(f);
    decline(0, 60 * INTERVAL_US);
    mesos_allocator_recover(&allocator, f, agent, &memory);
    mesos_allocator_charge(&allocator, f, agent, &cpu);
    run_later();
    cr_assert_eq(allocator.offer_count, 0, "the first one holds");
    stop();
}

Test(mesos_allocator, what_comes_back_asks_for_no_run_and_what_comes_does)
{
    start(INTERVAL_US);
    uint32_t f = add_framework(add_role(NONE, "*", 1000), "1");
    cr_assert(mesos_allocator_asked(&allocator));
    run();
    uint32_t agent = add_agent(1, 1);
    cr_assert(mesos_allocator_asked(&allocator));
    run();
    cr_assert_not(mesos_allocator_asked(&allocator));
    accept(0);
    struct resources all = units(1, 1), larger = units(2, 2);
    mesos_allocator_recover(&allocator, f, agent, &all);
    cr_assert_not(mesos_allocator_asked(&allocator));
    run();
    cr_assert_eq(allocator.offer_count, 0, "no agent was asked for");
    mesos_allocator_suppress(&allocator, f);
    cr_assert_not(mesos_allocator_asked(&allocator));
    run_later();
    cr_assert_eq(allocator.offer_count, 0);
    mesos_allocator_revive(&allocator, f);
    cr_assert(mesos_allocator_asked(&allocator));
    run();
    expect_one(f);
    decline(0, 60 * INTERVAL_US);
    mesos_allocator_revive(&allocator, f);
    run();
    expect_one(f);
    decline(0, 60 * INTERVAL_US);
    mesos_allocator_update_agent(&allocator, agent, &all);
    cr_assert_not(mesos_allocator_asked(&allocator), "nothing is new");
    mesos_allocator_update_agent(&allocator, agent, &larger);
    cr_assert(mesos_allocator_asked(&allocator));
    run();
    expect_one(f);
    stop();
}

Test(mesos_allocator, an_agent_goes_with_its_offers_and_what_comes_late_is_nothing)
{
    start(INTERVAL_US);
    uint32_t role = add_role(NONE, "*", 1000);
    uint32_t f = add_framework(role, "1");
    uint32_t agent = add_agent(4, 4);
    struct resources task = units(1, 1), nothing = {0};
    mesos_allocator_charge(&allocator, f, agent, &task);
    run();
    expect_one(f);
    mesos_allocator_remove_agent(&allocator, agent);
    cr_assert(resources_zero(&allocator.total));
    cr_assert(resources_zero(mesos_sorter_allocation(&allocator.roles_order, role)));
    decline(0, 5 * INTERVAL_US);
    mesos_allocator_recover(&allocator, f, agent, &task);
    cr_assert(resources_zero(mesos_sorter_allocation(&allocator.roles_order, role)));
    struct resources total = units(2, 2);
    mesos_allocator_add_agent(&allocator, agent, &total);
    run();
    expect_one(f);
    cr_assert(resources_equal(mesos_offer_resources(&allocator, 0), &total), "no filter was left");
    mesos_allocator_remove_agent(&allocator, agent);
    mesos_allocator_add_agent(&allocator, agent, &total);
    decline(0, 5 * INTERVAL_US);
    cr_assert(resources_equal(&allocator.available[agent], &total),
              "the offer was of the agent that was");
    cr_assert(resources_equal(mesos_sorter_allocation(&allocator.roles_order, role), &nothing));
    stop();
}

Test(mesos_allocator, too_little_is_not_offered)
{
    struct mesos_options options = {.interval_us = INTERVAL_US,
                                    .cpu_min = RESOURCE_UNIT / 100,
                                    .memory_min = 32 * RESOURCE_UNIT};
    static const struct {
        int64_t cpu, memory; /* in hundredths */
        bool offered;
    } rows[] = {{0, 0, false}, {1, 0, true}, {0, 3199, false}, {0, 3200, true}, {1, 3200, true}};
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        mesos_allocator_init(&allocator, &options, 5);
        add_framework(add_role(NONE, "*", 1000), "1");
        struct resources total = {{rows[i].cpu * RESOURCE_UNIT / 100,
                                   rows[i].memory * RESOURCE_UNIT / 100, RESOURCE_UNIT}};
        const struct resources cpu = {{1}}; /* of another agent, that there is some at all */
        mesos_allocator_add_agent(&allocator, 0, &total);
        mesos_allocator_add_agent(&allocator, 1, &cpu);
        run();
        cr_expect_eq(allocator.offer_count, rows[i].offered, "row %u", i);
        stop();
    }
}

Test(mesos_allocator, gpus_alone_are_offered_when_the_last_agent_with_cpu_is_gone)
{
    start(INTERVAL_US);
    uint32_t f = add_framework(add_role(NONE, "*", 1000), "1");
    struct resources gpu = {{0, 0, RESOURCE_UNIT}};
    uint32_t with_cpu = add_agent(1, 1);
    mesos_allocator_add_agent(&allocator, agent_count, &gpu);
    run();
    cr_assert_eq(allocator.offer_count, 1);
    cr_assert_eq(allocator.offers[0].agent, with_cpu);
    accept(0);
    mesos_allocator_remove_agent(&allocator, with_cpu);
    run_later();
    expect_one(f);
    cr_assert_eq(allocator.offers[0].agent, agent_count);
    stop();
}

Test(mesos_allocator, frameworks_on_a_drained_agent_are_told_one_inverse_offer_at_a_time)
{
    start(INTERVAL_US);
    uint32_t role = add_role(NONE, "*", 1000);
    uint32_t f = add_framework(role, "1");
    add_framework(role, "2");
    uint32_t agent = add_agent(4, 4);
    struct resources task = units(1, 1);
    mesos_allocator_charge(&allocator, f, agent, &task);
    mesos_allocator_set_draining(&allocator, agent, true);
    run();
    cr_assert_eq(allocator.offer_count, 0);
    cr_assert_eq(allocator.inverse_count, 1);
    cr_assert_eq(allocator.inverse_offers[0].framework, f);
    cr_assert_eq(allocator.inverse_offers[0].agent, agent);
    run_later();
    cr_assert_eq(allocator.inverse_count, 0, "one is open");
    mesos_allocator_answer_inverse(&allocator, f, agent, now_us, 2 * INTERVAL_US);
    run_later();
    cr_assert_eq(allocator.inverse_count, 0, "filtered");
    run_later();
    cr_assert_eq(allocator.inverse_count, 1);
    mesos_allocator_set_draining(&allocator, agent, false);
    run();
    cr_assert_eq(allocator.inverse_count, 0);
    cr_assert_eq(allocator.offer_count, 1);
    accept(0);
    mesos_allocator_set_draining(&allocator, agent, true);
    run();
    cr_assert_eq(allocator.inverse_count, 2 - (allocator.offers[0].framework == f));
    stop();
}

Test(mesos_allocator, sub_roles_share_the_quota_of_the_role_above)
{
    start(INTERVAL_US);
    uint32_t top = add_role(NONE, "top", 1000);
    uint32_t f = add_framework(add_role(top, "below", 1000), "1");
    uint32_t other = add_framework(add_role(NONE, "a", 1000), "2");
    set_quota(top, units(2, 2), units(2, 2), true);
    add_agent_for(2, 2, f);
    add_agent_for(2, 2, other);
    add_agent_for(2, 2, other);
    stop();
}

/* The offers of all that one framework gets are put in order as it looks at them. */
Test(mesos_allocator, any_agent_may_be_looked_at_first_and_each_is_once)
{
    enum { AGENTS = 5, RUNS = 2000 };
    uint32_t first[AGENTS] = {0};
    start(INTERVAL_US);
    uint32_t f = add_framework(add_role(NONE, "*", 1000), "1");
    for (int i = 0; i < AGENTS; i++)
        add_agent(1, 1);
    for (int i = 0; i < RUNS; i++) {
        uint32_t seen = 0;
        mesos_allocator_ready_us(&allocator, now_us);
        run_later();
        cr_assert_eq(allocator.offer_count, AGENTS);
        cr_assert_eq(allocator.drawn_count, 0);
        for (uint32_t o = 0; o < AGENTS; o++) {
            mesos_allocator_draw(&allocator, o);
            seen |= UINT32_C(1) << allocator.offers[o].agent;
        }
        cr_assert_eq(seen, (UINT32_C(1) << AGENTS) - 1);
        first[allocator.offers[0].agent]++;
        mesos_allocator_decline(&allocator, f, now_us, 0);
    }
    for (int i = 0; i < AGENTS; i++) /* five standard deviations around 400 */
        cr_expect(first[i] > 310 && first[i] < 490, "agent %d: %u", i, first[i]);
    stop();
}
