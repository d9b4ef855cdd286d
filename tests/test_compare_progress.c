/* test_compare_progress.c - what a person sees of runs side by side. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "cli/compare_progress.h"

#define SECOND_NS UINT64_C(1000000000)

/* Two runs, told once and once more at the same time, then the first one ends, as said. */
static char *told(enum progress_mode mode, const char *trouble)
{
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    struct run_board boards[2] = {{250, 4000}, {0, 0}};
    struct run_line lines[] = {{"flow=quincy", 1, 0, &boards[0]},
                               {NULL, 0, 0, NULL}, /* a place without a run */
                               {"noop", 12, 0, &boards[1]}};
    struct compare_progress progress;
    compare_progress_init(&progress, stream, mode, 3);
    compare_progress_tell(&progress, lines, 3, 2 * SECOND_NS);
    compare_progress_tell(&progress, lines, 3, 2 * SECOND_NS + 1);
    compare_progress_end_run(&progress, &lines[0], trouble, 4 * SECOND_NS);
    compare_progress_end(&progress);
    fclose(stream);
    return text;
}

Test(compare_progress, a_terminal_has_a_line_for_each_run_and_is_cleaned_up)
{
    char *text = told(PROGRESS_TERMINAL, NULL);
    cr_assert_str_eq(
        text, "flow=quincy                     seed 1     25 %  left 00:00:06  2000 events/s\n"
              "noop                            seed 12     0 %  left ?  0 events/s\n"
              "0 of 3 runs have ended\n"
              "\033[3A\r\033[J");
    free(text);
}

Test(compare_progress, a_log_has_a_line_for_each_run_that_ended)
{
    char *text = told(PROGRESS_LINES, NULL);
    cr_assert_str_eq(text, "flow=quincy, seed 1: done in 4.0 s (1 of 3)\n");
    free(text);
}

Test(compare_progress, trouble_is_told_in_any_case)
{
    static const enum progress_mode modes[] = {PROGRESS_NONE, PROGRESS_LINES};
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        char *text = told(modes[i], "out of luck");
        cr_assert_str_eq(text, "flowsched: flow=quincy, seed 1: out of luck\n");
        free(text);
    }
    char *text = told(PROGRESS_NONE, NULL);
    cr_assert_str_eq(text, "");
    free(text);
}
