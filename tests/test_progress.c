/* test_progress.c - what a person sees while a replay runs. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay/progress.h"

#define SECOND_NS UINT64_C(1000000000)

static const struct progress_state half = {.virtual_us = INT64_C(93784000000),
                                           .permille = 500,
                                           .tasks_done = 12,
                                           .tasks_waiting = 3,
                                           .tasks_running = 4,
                                           .rounds = 9,
                                           .events = 1000};

/* Run for so many seconds, asking a hundred times in each, and return what was told. */
static char *told(enum progress_mode mode, uint64_t seconds, uint32_t *times)
{
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    struct progress progress;
    progress_init(&progress, stream, mode, SECOND_NS);
    *times = 0;
    for (uint64_t step = 1; step <= seconds * 100; step++) {
        uint64_t now_ns = SECOND_NS + step * (SECOND_NS / 100);
        if (!progress_due(&progress, now_ns))
            continue;
        progress_tell(&progress, &half, now_ns);
        ++*times;
    }
    progress_end(&progress);
    fclose(stream);
    return text;
}

Test(progress, a_terminal_is_told_five_times_a_second_and_cleaned_up)
{
    uint32_t times;
    char *text = told(PROGRESS_TERMINAL, 10, &times);
    cr_assert_eq(times, 50);
    cr_assert_not(strchr(text, '\n'));
    static const char erased[] = "\r\033[K";
    cr_assert_str_eq(text + strlen(text) - strlen(erased), erased);
    for (const char *line = strtok(text, "\r"); line; line = strtok(NULL, "\r"))
        cr_assert_lt(strlen(line), 80 + strlen("\033[K"));
    free(text);
}

Test(progress, a_log_gets_a_line_every_ten_seconds)
{
    uint32_t times;
    char *text = told(PROGRESS_LINES, 10, &times);
    cr_assert_str_eq(text, " 50 %  1d 02:03:04  left 00:00:10  tasks: 12 done, 4 running, "
                           "3 waiting  100 events/s  9 rounds\n");
    free(text);
    text = told(PROGRESS_LINES, 9, &times);
    cr_assert_str_eq(text, "");
    free(text);
}

Test(progress, quiet_is_quiet)
{
    uint32_t times;
    char *text = told(PROGRESS_NONE, 30, &times);
    cr_assert_str_eq(text, "");
    free(text);
    cr_assert_eq(progress_mode_for(stderr, true), PROGRESS_NONE);
    FILE *file = tmpfile();
    cr_assert_eq(progress_mode_for(file, false), PROGRESS_LINES);
    fclose(file);
}

Test(progress, nobody_knows_the_time_left_before_the_first_row_and_after_the_last)
{
    static const uint32_t permilles[] = {0, 1000};
    for (size_t i = 0; i < COUNT_OF(permilles); i++) {
        char *text;
        size_t size;
        FILE *stream = open_memstream(&text, &size);
        struct progress progress;
        progress_init(&progress, stream, PROGRESS_LINES, 0);
        struct progress_state state = {.permille = permilles[i]};
        progress_tell(&progress, &state, SECOND_NS);
        fclose(stream);
        cr_assert(strstr(text, "left ?"), "%s", text);
        free(text);
    }
}

Test(progress, a_step_is_told_at_once_on_a_terminal_and_elsewhere_when_it_is_time)
{
    static const struct {
        enum progress_mode mode;
        uint64_t now_ns;
        const char *told;
    } rows[] = {
        {PROGRESS_TERMINAL, 1, "\rsolve 3\033[K\r\033[K"},
        {PROGRESS_LINES, 1, ""},
        {PROGRESS_LINES, 10 * SECOND_NS, "solve 3\n"},
        {PROGRESS_NONE, 10 * SECOND_NS, ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *text;
        size_t size;
        FILE *stream = open_memstream(&text, &size);
        struct progress progress;
        progress_init(&progress, stream, rows[i].mode, 0);
        progress_step(&progress, rows[i].now_ns, "solve %d", 3);
        progress_end(&progress);
        fclose(stream);
        cr_assert_str_eq(text, rows[i].told, "row %zu", i);
        free(text);
    }
}
