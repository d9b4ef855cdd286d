/* test_users.c - tenants made for jobs that have none. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "replay/users.h"

static uint32_t user_of(struct users *users, const char *job)
{
    struct event event = {.kind = EVENT_TASK_SUBMITTED, .job = job};
    users_apply(users, &event);
    uint32_t user = 0;
    cr_assert_eq(sscanf(event.tenant, "user-%u", &user), 1);
    return user;
}

Test(users, each_job_has_one_by_seed_and_name)
{
    enum { JOBS = 40000 };
    static const struct {
        uint32_t count;
        double skew;
        double shares[3]; /* of the first users */
    } rows[] = {
        {1, 1, {1, 0, 0}},
        {4, 0, {0.25, 0.25, 0.25}},
        {3, 1, {6.0 / 11, 3.0 / 11, 2.0 / 11}},
        {20, 2, {0.6265, 0.1566, 0.0696}}, /* the sum of k^-2 up to 20 is 1.5962 */
    };
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        struct users users;
        uint32_t counts[21] = {0};
        const struct users_options options = {rows[i].count, rows[i].skew};
        users_init(&users, &options, 5);
        for (uint32_t j = 0; j < JOBS; j++) {
            char job[16];
            snprintf(job, sizeof job, "j_%u", j);
            uint32_t user = user_of(&users, job);
            cr_assert(user >= 1 && user <= rows[i].count);
            counts[user]++;
            cr_assert_eq(user_of(&users, job), user, "whenever it is asked");
        }
        for (uint32_t u = 0; u < 3; u++)
            cr_assert_float_eq(counts[u + 1] / (double)JOBS, rows[i].shares[u], 0.013, "%u: %u", i,
                               counts[u + 1]);
        users_free(&users);
    }
}

Test(users, a_job_with_a_tenant_keeps_it_and_other_events_pass)
{
    struct users users;
    users_init(&users, &(struct users_options){5, 1}, 5);
    struct event event = {.kind = EVENT_TASK_SUBMITTED, .job = "j", .tenant = "alice"};
    users_apply(&users, &event);
    cr_assert_str_eq(event.tenant, "alice");
    event = (struct event){.kind = EVENT_TASK_KILLED, .job = "j"};
    users_apply(&users, &event);
    cr_assert_null(event.tenant);
    users_free(&users);
    users_init(&users, &(struct users_options){0}, 5);
    event = (struct event){.kind = EVENT_TASK_SUBMITTED, .job = "j"};
    users_apply(&users, &event);
    cr_assert_null(event.tenant);
    users_free(&users);
}
