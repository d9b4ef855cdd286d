/* test_options.c - options are parsed, checked and refused with what to do. */
#include <criterion/criterion.h>

#include "cli/options.h"

static const struct option ROWS[] = {
    {"count", OPTION_INT, "N", "3", 1, 10, "how many"},
    {"load", OPTION_FIXED, "F", NULL, 0, 2000000000, "a factor"},
    {"out", OPTION_TEXT, "DIR", NULL, 0, 0, "where"},
    {"quiet", OPTION_FLAG, NULL, NULL, 0, 0, "say nothing"},
    {"preemption", OPTION_SWITCH, NULL, "on", 0, 0, "may tasks be stopped"},
};

static enum status parse(struct options *options, struct problem *problem, char **words)
{
    int count = 0;
    while (words[count])
        count++;
    return options_parse(options, ROWS, COUNT_OF(ROWS), count, words, problem);
}

#define WORDS(...) ((char *[]){__VA_ARGS__, NULL})

Test(options, values_come_by_either_form_and_defaults_stand_in)
{
    struct options options;
    struct problem problem;
    char **words = WORDS("a", "--count=7", "--load", "0.5", "-", "--quiet", "--preemption", "off",
                         "--", "--out");
    cr_assert_eq(parse(&options, &problem, words), STATUS_OK, "%s", problem.reason);
    cr_assert_eq(options_number(&options, "count"), 7);
    cr_assert_eq(options_number(&options, "load"), 500000000);
    cr_assert(options_flag(&options, "quiet"));
    cr_assert_not(options_flag(&options, "preemption"));
    cr_assert_null(options_text(&options, "out"));
    cr_assert_not(options_get(&options, "out")->given);
    cr_assert_eq(options.argument_count, 3);
    cr_assert_str_eq(options.arguments[1], "-");
    cr_assert_str_eq(options.arguments[2], "--out");
    options_free(&options);
    cr_assert_eq(options_parse(&options, ROWS, COUNT_OF(ROWS), 0, NULL, &problem), STATUS_OK);
    cr_assert_eq(options_number(&options, "count"), 3);
    cr_assert(options_flag(&options, "preemption"));
    options_free(&options);
}

Test(options, what_is_wrong_is_told_with_what_to_do)
{
    static char *const CASES[][3] = {
        {"--nonesuch", NULL, "there is no option --nonesuch; --help lists them"},
        {"--coun", "3", "there is no option --coun; --help lists them"},
        {"-q", NULL, "there is no option -q; --help lists them"},
        {"--count", NULL, "--count needs a value: --count N"},
        {"--count", "x", "--count takes an integer"},
        {"--count", "0", "--count takes a number from 1 to 10"},
        {"--count=11", NULL, "--count takes a number from 1 to 10"},
        {"--count=99999999999999999999", NULL, "--count takes a number from 1 to 10"},
        {"--load=2.000000001", NULL, "--load takes a number from 0 to 2"},
        {"--load=", NULL, "--load takes a number"},
        {"--quiet=1", NULL, "--quiet takes no value"},
        {"--preemption", "yes", "--preemption takes on or off"},
    };
    for (uint32_t i = 0; i < COUNT_OF(CASES); i++) {
        struct options options;
        struct problem problem;
        cr_assert_eq(parse(&options, &problem, WORDS(CASES[i][0], CASES[i][1])), STATUS_USAGE,
                     "row %u", i);
        cr_assert_str_eq(problem.reason, CASES[i][2]);
        options_free(&options);
    }
}

Test(options, too_many_arguments_are_refused)
{
    struct options options;
    struct problem problem;
    char **words = WORDS("1", "2", "3", "4", "5", "6", "7", "8", "9");
    cr_assert_eq(parse(&options, &problem, words), STATUS_USAGE);
    options_free(&options);
}
