/* compare_progress.c - see compare_progress.h. */
#include "cli/compare_progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define PERIOD_NS UINT64_C(200000000)
#define LINES_DEFAULT 24
#define LINE_SIZE 320

void compare_progress_init(struct compare_progress *progress, FILE *stream, enum progress_mode mode,
                           uint32_t run_count)
{
    *progress = (struct compare_progress){.stream = stream, .mode = mode, .run_count = run_count};
}

/* More lines than the terminal has could not be erased. */
static uint32_t lines_max(FILE *stream)
{
    struct winsize size;
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_row > 2)
        return size.ws_row - 2u;
    return LINES_DEFAULT - 2;
}

static void erase(struct compare_progress *progress)
{
    if (progress->shown)
        fprintf(progress->stream, "\033[%" PRIu32 "A\r\033[J", progress->shown);
    progress->shown = 0;
}

static void print_run(const struct run_line *run, uint64_t now_ns, char line[LINE_SIZE])
{
    double elapsed_s = (double)(now_ns - run->start_ns) / 1e9;
    uint32_t permille = atomic_load_explicit(&run->board->permille, memory_order_relaxed);
    uint64_t events = atomic_load_explicit(&run->board->events, memory_order_relaxed);
    char left[PROGRESS_DURATION_SIZE] = "?";
    if (permille > 0 && permille < 1000)
        progress_duration(left, (uint64_t)(elapsed_s * (1000 - permille) / permille));
    snprintf(line, LINE_SIZE, "%-31s seed %-4" PRIu64 " %3" PRIu32 " %%  left %s  %.0f events/s",
             run->policy, run->seed, permille / 10, left,
             elapsed_s > 0 ? (double)events / elapsed_s : 0);
}

void compare_progress_tell(struct compare_progress *progress, const struct run_line *lines,
                           uint32_t count, uint64_t now_ns)
{
    if (progress->mode != PROGRESS_TERMINAL || now_ns < progress->next_ns)
        return;
    progress->next_ns = now_ns + PERIOD_NS;
    erase(progress);
    int columns = progress_columns(progress->stream);
    uint32_t room = lines_max(progress->stream);
    char line[LINE_SIZE];
    for (uint32_t i = 0; i < count && progress->shown < room; i++) {
        if (!lines[i].policy)
            continue;
        print_run(&lines[i], now_ns, line);
        fprintf(progress->stream, "%.*s\n", columns, line);
        progress->shown++;
    }
    snprintf(line, sizeof line, "%" PRIu32 " of %" PRIu32 " runs have ended", progress->ended,
             progress->run_count);
    fprintf(progress->stream, "%.*s\n", columns, line);
    progress->shown++;
    fflush(progress->stream);
}

void compare_progress_end_run(struct compare_progress *progress, const struct run_line *line,
                              const char *trouble, uint64_t now_ns)
{
    progress->ended++;
    progress->next_ns = now_ns; /* at once: lines change */
    erase(progress);
    if (trouble)
        fprintf(progress->stream, "flowsched: %s, seed %" PRIu64 ": %s\n", line->policy, line->seed,
                trouble);
    else if (progress->mode == PROGRESS_LINES)
        fprintf(progress->stream,
                "%s, seed %" PRIu64 ": done in %.1f s (%" PRIu32 " of %" PRIu32 ")\n", line->policy,
                line->seed, (double)(now_ns - line->start_ns) / 1e9, progress->ended,
                progress->run_count);
    fflush(progress->stream);
}

void compare_progress_end(struct compare_progress *progress)
{
    erase(progress);
    fflush(progress->stream);
}
