/* test_mesos_filters.c - what is declined is not offered: rows, shut frameworks and loose agents
 * change nothing.
 *
 * The oracle is a plain list of filters and a sorter: each offer, in order, is to the first
 * framework without a filter for the agent, and agents that are not offered are hidden from all. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "policies/mesos_allocation.h"
#include "tests/engine_fixture.h"

#define INTERVAL_US INT64_C(1000000)
/* Rows, shut frameworks and loose agents change nothing: against a plain list of filters and a
 * sorter of its own. Each offer, in order, is to the first framework without a filter for the
 * agent, and agents that are not offered are hidden from all. */

#define FRAMEWORKS_MAX 70 /* more than there are marks for */
#define AGENTS 6

struct plain_filter {
    uint32_t framework, agent;
    int64_t end_us;
    struct resources refused;
};

struct plain {
    uint32_t framework_count;
    bool wants[FRAMEWORKS_MAX];
    struct plain_filter filters[100000];
    uint32_t filter_count;
    struct mesos_sorter order;
    struct resources held[FRAMEWORKS_MAX][AGENTS];
};

static struct plain plain;
static struct mesos_allocator allocator;
static int64_t now_us;

/* Until when has it declined the agent as it is? */
static int64_t hidden_until(uint32_t framework, uint32_t agent)
{
    int64_t until_us = INT64_MIN;
    for (uint32_t i = 0; i < plain.filter_count; i++) {
        const struct plain_filter *filter = &plain.filters[i];
        if (filter->framework == framework && filter->agent == agent && filter->end_us > until_us &&
            resources_fit(&allocator.available[agent], &filter->refused))
            until_us = filter->end_us;
    }
    return until_us;
}

static void drop_plain(uint32_t framework, uint32_t agent)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < plain.filter_count; i++)
        if (plain.filters[i].framework != framework && plain.filters[i].agent != agent)
            plain.filters[kept++] = plain.filters[i];
    plain.filter_count = kept;
}

static bool is_offered(uint32_t agent)
{
    return allocator.agents[agent].active &&
           mesos_allocator_allocatable(&allocator, &allocator.available[agent]);
}

/* When is the first agent to be offered to the first framework? */
static int64_t plain_ready_us(void)
{
    int64_t ready_us = TIME_NEVER;
    for (uint32_t f = 0; f < plain.framework_count; f++)
        for (uint32_t a = 0; a < AGENTS; a++) {
            int64_t until_us = hidden_until(f, a);
            if (plain.wants[f] && is_offered(a) && until_us < ready_us)
                ready_us = until_us > now_us ? until_us : now_us;
        }
    return ready_us;
}

static void expect_offers(uint64_t seed)
{
    bool offered[AGENTS] = {false};
    mesos_sorter_set_total(&plain.order, &allocator.total);
    for (uint32_t o = 0; o < allocator.offer_count; o++) {
        const struct mesos_offer *offer = &allocator.offers[o];
        struct mesos_walk walk;
        mesos_walk_begin(&walk, &plain.order);
        uint32_t f = mesos_walk_next(&walk, &plain.order);
        while (f != NONE && hidden_until(f, offer->agent) > now_us)
            f = mesos_walk_next(&walk, &plain.order);
        cr_assert_eq(offer->framework, f, "seed %" PRIu64 ", at %" PRId64, seed, now_us);
        cr_assert_not(offered[offer->agent]);
        offered[offer->agent] = true;
        mesos_sorter_allocated(&plain.order, f, &allocator.available[offer->agent]);
    }
    for (uint32_t a = 0; a < AGENTS; a++)
        for (uint32_t f = 0; f < plain.framework_count; f++)
            cr_assert(
                offered[a] || !is_offered(a) || !plain.wants[f] || hidden_until(f, a) > now_us,
                "seed %" PRIu64 ", at %" PRId64 ": agent %u", seed, now_us, a);
}

static void answer_one(struct random *random, uint32_t o, int64_t refuse_us)
{
    const struct mesos_offer *offer = &allocator.offers[o];
    struct resources left = *mesos_offer_resources(&allocator, o);
    struct resources used = units((int64_t)random_below(random, 3), 0);
    if (random_below(random, 4) || !resources_fit(&used, &left))
        used = (struct resources){0};
    resources_subtract(&left, &used);
    resources_add(&plain.held[offer->framework][offer->agent], &used);
    mesos_sorter_unallocated(&plain.order, offer->framework, &left);
    if (refuse_us > 0) /* a time that is no shorter than the interval is taken as it is */
        plain.filters[plain.filter_count++] =
            (struct plain_filter){offer->framework, offer->agent, now_us + refuse_us, left};
    if (!resources_zero(&used))
        mesos_allocator_answer(&allocator, o, &used, now_us, refuse_us);
}

static void answer_all(struct random *random)
{
    static const int64_t times_us[] = {0, 3 * INTERVAL_US / 2, 5 * INTERVAL_US, 40 * INTERVAL_US};
    for (uint32_t i = 0; i < allocator.offered.count; i++) {
        uint32_t f = allocator.offered.ids[i];
        int64_t refuse_us = times_us[random_below(random, COUNT_OF(times_us))];
        for (uint32_t o = allocator.frameworks[f].first_offer; o != NONE;
             o = allocator.offers[o].next) {
            mesos_allocator_draw(&allocator, o);
            answer_one(random, o, refuse_us);
        }
        mesos_allocator_decline(&allocator, f, now_us, refuse_us);
    }
    cr_assert_eq(allocator.open_count, 0);
}

static void set_wants(uint32_t f, bool wants)
{
    if (wants)
        mesos_allocator_revive(&allocator, f);
    else
        mesos_allocator_suppress(&allocator, f);
    if (wants)
        drop_plain(f, NONE);
    if (plain.wants[f] != wants && wants)
        mesos_sorter_activate(&plain.order, f);
    if (plain.wants[f] != wants && !wants)
        mesos_sorter_deactivate(&plain.order, f);
    plain.wants[f] = wants;
}

static void replace_agent(uint32_t agent)
{
    struct resources total = units(10, 10);
    mesos_allocator_remove_agent(&allocator, agent);
    mesos_allocator_add_agent(&allocator, agent, &total);
    drop_plain(NONE, agent);
    for (uint32_t f = 0; f < plain.framework_count; f++) {
        mesos_sorter_unallocated(&plain.order, f, &plain.held[f][agent]);
        plain.held[f][agent] = (struct resources){0};
    }
}

static void end_or_start_task(uint32_t f, uint32_t agent, bool starts)
{
    struct resources cpu = units(1, 0), *held = &plain.held[f][agent];
    if (starts && resources_fit(&cpu, &allocator.available[agent])) {
        mesos_allocator_charge(&allocator, f, agent, &cpu);
        mesos_sorter_allocated(&plain.order, f, &cpu);
        resources_add(held, &cpu);
    } else if (!starts && resources_fit(&cpu, held)) {
        mesos_allocator_recover(&allocator, f, agent, &cpu);
        mesos_sorter_unallocated(&plain.order, f, &cpu);
        resources_subtract(held, &cpu);
    }
}

static void disturb(struct random *random)
{
    uint32_t f = (uint32_t)random_below(random, plain.framework_count);
    uint32_t agent = (uint32_t)random_below(random, AGENTS);
    uint32_t what = (uint32_t)random_below(random, 40);
    struct resources total = units(10 + (int64_t)random_below(random, 3), 10);
    if (what < 20)
        end_or_start_task(f, agent, what < 8);
    else if (what < 30)
        set_wants(f, what < 26);
    else if (what < 33 && resources_fit(&allocator.agents[agent].total, &total))
        mesos_allocator_update_agent(&allocator, agent, &total);
    else if (what < 35)
        mesos_allocator_set_draining(&allocator, agent, what < 34);
    else if (what == 35)
        replace_agent(agent);
    else if (what == 36) {
        mesos_allocator_drop_filters(&allocator, agent);
        drop_plain(NONE, agent);
    }
}

static void start_plain(uint32_t framework_count)
{
    static char names[FRAMEWORKS_MAX][16];
    struct mesos_options options = {.interval_us = INTERVAL_US, .cpu_min = 1, .memory_min = 1};
    mesos_allocator_init(&allocator, &options, 5);
    now_us = 0;
    plain = (struct plain){.framework_count = framework_count};
    for (uint32_t f = 0; f < framework_count; f++) {
        snprintf(names[f], sizeof names[f], "%02u", f);
        uint32_t role = mesos_allocator_add_role(&allocator, NONE, names[f], 1000);
        mesos_allocator_add_framework(&allocator, role, names[f]);
        mesos_sorter_add(&plain.order, NONE, names[f], 1000);
        set_wants(f, true);
    }
    struct resources total = units(10, 10);
    for (uint32_t a = 0; a < AGENTS; a++)
        mesos_allocator_add_agent(&allocator, a, &total);
}

static void expect_ready(uint64_t seed)
{
    int64_t exact_us = plain_ready_us();
    int64_t ready_us = mesos_allocator_ready_us(&allocator, now_us);
    cr_assert(ready_us <= exact_us && (ready_us == now_us) == (exact_us == now_us),
              "seed %" PRIu64 ", at %" PRId64 ": %" PRId64 ", not %" PRId64, seed, now_us, ready_us,
              exact_us);
}

Test(mesos_filters, offers_are_those_that_a_plain_list_of_filters_gives)
{
    uint64_t offers = 0, hidden = 0, to_one = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct random random;
        random_init(&random, seed);
        start_plain(seed % 10 ? 5 : FRAMEWORKS_MAX);
        for (int step = 0; step < 600; step++) {
            now_us += INTERVAL_US / 2;
            for (uint64_t i = random_below(&random, 3); i > 0; i--)
                disturb(&random);
            mesos_allocate(&allocator, now_us, true);
            offers += allocator.offer_count;
            hidden += AGENTS - allocator.offer_count;
            to_one += allocator.drawn_count < allocator.offer_count;
            expect_offers(seed);
            answer_all(&random);
            expect_ready(seed);
        }
        mesos_sorter_free(&plain.order);
        mesos_allocator_free(&allocator);
    }
    cr_assert_gt(offers, 10000, "%" PRIu64, offers);
    cr_assert_gt(hidden, 10000, "%" PRIu64, hidden);
    cr_assert_gt(to_one, 500, "%" PRIu64, to_one);
}
