/* test_kube_queue.c - when kube-scheduler's queue tries a task again. */
#include <criterion/criterion.h>
#include <string.h>

#include "policies/kube_queue.h"
#include "tests/engine_fixture.h"

#define SECOND_US INT64_C(1000000)

static struct engine engine;
static struct kube_queue queue;

static void see(void *state, const struct cluster *cluster, const struct change *change)
{
    kube_queue_see(state, cluster, change);
}

static void set_up(int64_t first_s, int64_t max_s)
{
    engine_init(&engine, &engine_options_default);
    kube_queue_init(&queue,
                    &(struct kube_delays){first_s * SECOND_US, max_s * SECOND_US, 300 * SECOND_US});
    engine_observe(&engine, (struct observer){&queue, see});
    add_machine(&engine, "m", 1, 1);
}

static void tear_down(void)
{
    kube_queue_free(&queue);
    engine_free(&engine);
}

static void submit_with_priority(const char *job, int32_t priority, int64_t now_us)
{
    struct event event = {.kind = EVENT_TASK_SUBMITTED,
                          .time_us = now_us,
                          .job = job,
                          .stage = "",
                          .count = 1,
                          .resources = units(1, 1),
                          .priority = priority};
    cr_assert_eq(engine_apply(&engine, &event, NULL), STATUS_OK);
}

/* The names of the jobs that are due, in their order; all fail. */
static const char *try_all(int64_t now_us)
{
    static char names[128];
    names[0] = 0;
    kube_queue_take(&queue, engine.cluster, now_us);
    kube_queue_sort(&queue);
    for (uint32_t i = 0; i < queue.due_count; i++) {
        uint32_t task = queue.due[i].task;
        strcat(names,
               names_text(&engine.cluster->job_names, cluster_task_job(engine.cluster, task)));
        kube_queue_fail(&queue, task, now_us);
    }
    return names;
}

Test(kube_queue, tasks_are_tried_by_priority_and_then_by_the_time_in_the_queue)
{
    set_up(1, 10);
    submit_with_priority("a", 1, 1);
    submit_with_priority("b", 5, 2);
    submit_with_priority("c", 1, 2);
    submit_with_priority("d", 5, 3);
    cr_assert_str_eq(try_all(4), "bdac");
    kube_queue_see_room(&queue, 2 * SECOND_US);
    submit_with_priority("e", 5, 5);
    submit_with_priority("f", 1, 3);
    cr_assert_str_eq(try_all(2 * SECOND_US), "bdefac", "those that failed at 4 came before 5");
    tear_down();
}

/* Fails at 0; something happens at once; it is tried as soon as it may, and fails again. */
Test(kube_queue, a_task_is_backed_off_for_one_second_and_then_twice_as_long_up_to_ten)
{
    static const int64_t waits_s[] = {1, 2, 4, 8, 10, 10, 10};
    set_up(1, 10);
    submit_with_priority("a", 0, 0);
    cr_assert_str_eq(try_all(0), "a");
    cr_assert_eq(kube_queue_wake(&queue), 0, "nothing has happened");
    int64_t now_us = 0;
    for (uint32_t i = 0; i < COUNT_OF(waits_s); i++) {
        kube_queue_see_room(&queue, now_us);
        int64_t due_us = now_us + waits_s[i] * SECOND_US;
        cr_assert_eq(kube_queue_wake(&queue), due_us, "wait %u", i);
        cr_assert_str_eq(try_all(due_us - 1), "", "wait %u", i);
        cr_assert_str_eq(try_all(due_us), "a", "wait %u", i);
        now_us = due_us;
    }
    tear_down();
}

Test(kube_queue, the_queue_looks_at_full_seconds_but_an_event_after_the_back_off_counts_at_once)
{
    set_up(1, 10);
    submit_with_priority("a", 0, 0);
    cr_assert_str_eq(try_all(300000), "a");
    kube_queue_see_room(&queue, 400000);
    cr_assert_eq(kube_queue_wake(&queue), 2 * SECOND_US);
    cr_assert_str_eq(try_all(1900000), "");
    cr_assert_str_eq(try_all(2000000), "a");
    kube_queue_see_room(&queue, 4100000);
    cr_assert_str_eq(try_all(4100000), "a", "two seconds were over");
    tear_down();
}

Test(kube_queue, without_back_off_each_event_counts)
{
    set_up(0, 0);
    submit_with_priority("a", 0, 0);
    cr_assert_str_eq(try_all(5), "a");
    cr_assert_str_eq(try_all(6), "");
    kube_queue_see_room(&queue, 7);
    cr_assert_str_eq(try_all(7), "a");
    cr_assert_str_eq(try_all(7), "");
    tear_down();
}

Test(kube_queue, what_nothing_helps_is_tried_after_five_minutes_if_anything_happened)
{
    set_up(1, 10);
    submit_with_priority("a", 0, 0);
    cr_assert_str_eq(try_all(7 * SECOND_US), "a");
    cr_assert_eq(kube_queue_wake(&queue), 0);
    submit_with_priority("b", 0, 8 * SECOND_US);
    cr_assert_str_eq(try_all(8 * SECOND_US), "b");
    cr_assert_eq(kube_queue_wake(&queue), 330 * SECOND_US, "the half minute after 307");
    cr_assert_str_eq(try_all(330 * SECOND_US - 1), "");
    cr_assert_str_eq(try_all(330 * SECOND_US), "ab");
    cr_assert_eq(kube_queue_wake(&queue), 0, "and nothing has happened since");
    tear_down();
}

Test(kube_queue, a_task_that_runs_or_ends_leaves_and_one_that_is_evicted_starts_anew)
{
    set_up(1, 10);
    submit_with_priority("a", 0, 0);
    submit_with_priority("b", 0, 0);
    submit_with_priority("c", 0, 0);
    cr_assert_str_eq(try_all(0), "abc");
    struct event kill = {.kind = EVENT_TASK_KILLED, .job = "b", .stage = "", .count = 1};
    cr_assert_eq(engine_apply(&engine, &kill, NULL), STATUS_OK);
    decide_one(&engine, DECISION_PLACE, task_of(&engine, "a", 0), 0, SECOND_US);
    kube_queue_see_room(&queue, 9 * SECOND_US);
    cr_assert_str_eq(try_all(9 * SECOND_US), "c");
    struct event evict = {
        .kind = EVENT_TASK_EVICTED, .time_us = 9 * SECOND_US, .job = "a", .stage = "", .count = 1};
    cr_assert_eq(engine_apply(&engine, &evict, NULL), STATUS_OK);
    cr_assert_str_eq(try_all(9 * SECOND_US), "a", "without a back-off");
    kube_queue_see_room(&queue, 9 * SECOND_US);
    cr_assert_eq(kube_queue_wake(&queue), 10 * SECOND_US, "its first failure, c's second");
    tear_down();
}

Test(kube_queue, a_placement_that_did_not_happen_is_due_again)
{
    set_up(1, 10);
    submit_with_priority("a", 0, 0);
    kube_queue_take(&queue, engine.cluster, 0);
    cr_assert_eq(queue.due_count, 1);
    kube_queue_place(&queue, queue.due[0].task);
    cr_assert_str_eq(try_all(1), "a");
    tear_down();
}
