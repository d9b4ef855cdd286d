/* test_srtf.c - the shortest run time first, and only where run times are known. */
#include <criterion/criterion.h>
#include <string.h>

#include "policies/policies.h"
#include "replay/replay.h"
#include "tests/engine_fixture.h"
#include "tests/flow_world.h"

#define SECOND_US INT64_C(1000000)

static struct flow_world world;

static void set_up(int64_t align)
{
    struct policy_options options = {.values = {align}, .seed = 1};
    flow_world_init_policy(&world, "srtf", &options, 1);
    world.engine.options.clairvoyant = true;
}

static void submit_known(const char *job, struct resources demand, int64_t run_s)
{
    struct attempt attempt = {run_s * SECOND_US, false};
    flow_world_apply(&world, (struct event){.kind = EVENT_TASK_SUBMITTED,
                                            .job = job,
                                            .resources = demand,
                                            .attempts = &attempt,
                                            .attempt_count = run_s > 0});
}

Test(srtf, takes_the_shortest_first_and_those_of_unknown_run_time_last)
{
    static const struct {
        const char *job;
        int64_t run_s;
    } rows[] = {{"unknown", 0}, {"long", 900}, {"late", 40}, {"short", 3}, {"middle", 40}};
    static const char *const wanted[] = {"short", "late", "middle", "long", "unknown"};
    set_up(POLICY_ONE);
    flow_world_add_machine(&world, "m", "r", 10, 10);
    for (uint32_t i = 0; i < COUNT_OF(rows); i++)
        submit_known(rows[i].job, units(6, 6), rows[i].run_s);
    for (uint32_t i = 0; i < COUNT_OF(wanted); i++) {
        flow_world_round(&world);
        for (uint32_t k = 0; k < COUNT_OF(wanted); k++)
            cr_assert_str_eq(flow_world_place(&world, wanted[k], 0), k == i ? "m" : "", "%s, then",
                             wanted[k]);
        flow_world_apply(&world, (struct event){.kind = EVENT_TASK_FINISHED, .job = wanted[i]});
    }
    flow_world_free(&world);
}

Test(srtf, never_stops_a_task_that_runs)
{
    set_up(POLICY_ONE);
    flow_world_add_machine(&world, "m", "r", 10, 10);
    submit_known("long", units(6, 6), 900);
    flow_world_round(&world);
    submit_known("short", units(6, 6), 1);
    flow_world_round(&world);
    cr_assert_str_eq(flow_world_place(&world, "long", 0), "m");
    cr_assert_str_eq(flow_world_place(&world, "short", 0), "");
    flow_world_free(&world);
}

/* The first machine that fits has cpu free, the other one memory. */
Test(srtf, takes_the_machine_of_the_best_alignment_or_the_first)
{
    for (int64_t align = 0; align < 2; align++) {
        set_up(align * POLICY_ONE);
        flow_world_add_machine(&world, "m0", "r", 10, 10);
        flow_world_add_machine(&world, "m1", "r", 10, 10);
        flow_world_submit_running(&world, "a", units(1, 6), "m0");
        flow_world_submit_running(&world, "b", units(6, 1), "m1");
        submit_known("j", units(1, 4), 1);
        flow_world_round(&world);
        cr_assert_str_eq(flow_world_place(&world, "j", 0), align ? "m1" : "m0");
        flow_world_free(&world);
    }
}

Test(srtf, is_refused_where_run_times_are_secret)
{
    struct replay replay;
    struct replay_options options = {.policy = policy_kind_find("srtf"),
                                     .engine = engine_options_default};
    struct problem problem = {0};
    policy_set_standard(options.policy, &options.policy_options);
    cr_assert_eq(replay_init(&replay, &options, &problem), STATUS_USAGE);
    cr_assert(strstr(problem.reason, "--clairvoyant on"), "%s", problem.reason);
    replay_free(&replay);
}
