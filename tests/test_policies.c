/* test_policies.c - how a user names a policy and its options. */
#include <criterion/criterion.h>
#include <string.h>

#include "policies/policies.h"

Test(policies, a_name_gives_the_kind_and_its_cost_model)
{
    struct policy_options options = {.cost_model = "quincy"};
    const struct policy_kind *kind;
    struct problem problem = {0};
    cr_assert_eq(policy_read("flow", &kind, &options, &problem), STATUS_OK);
    cr_assert_str_eq(kind->name, "flow");
    cr_assert_str_eq(options.cost_model, "quincy", "as it was");
    cr_assert_eq(policy_read("flow=slo:100+drf:10", &kind, &options, &problem), STATUS_OK);
    cr_assert_str_eq(options.cost_model, "slo:100+drf:10");
    cr_assert_eq(policy_read("noop", &kind, &options, &problem), STATUS_OK);
    cr_assert_str_eq(kind->name, "noop");
}

Test(policies, what_is_wrong_is_said)
{
    static const struct {
        const char *text, *reason;
    } rows[] = {
        {"nope", "unknown"},
        {"", "unknown"},
        {"flo", "unknown"},
        {"flow:x=1", "flow has no option x"},
        {"noop=quincy", "only flow takes a cost model"},
        {"noop:", "noop has no option"},
    };
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        struct policy_options options = {0};
        const struct policy_kind *kind;
        struct problem problem = {0};
        cr_assert_eq(policy_read(rows[i].text, &kind, &options, &problem), STATUS_USAGE, "row %u",
                     i);
        cr_assert(strstr(problem.reason, rows[i].reason), "row %u: %s", i, problem.reason);
    }
}

Test(policies, each_has_a_name_of_its_own_and_standard_options_within_their_limits)
{
    for (uint32_t i = 0; i < policy_kind_count(); i++) {
        const struct policy_kind *kind = policy_kind_at(i);
        cr_assert_eq(policy_kind_find(kind->name), kind);
        cr_assert_leq(kind->option_count, POLICY_OPTIONS_MAX);
        for (uint32_t o = 0; o < kind->option_count; o++) {
            const struct policy_option *option = &kind->options[o];
            cr_assert(option->min <= option->standard && option->standard <= option->max, "%s:%s",
                      kind->name, option->name);
        }
    }
}
