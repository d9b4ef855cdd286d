/* progress.c - see progress.h. */
#include "replay/progress.h"

#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TERMINAL_PERIOD_NS UINT64_C(200000000)
#define LINE_PERIOD_NS UINT64_C(10000000000)
#define COLUMNS_DEFAULT 80
#define LINE_SIZE 256

enum progress_mode progress_mode_for(FILE *stream, bool quiet)
{
    if (quiet)
        return PROGRESS_NONE;
    return isatty(fileno(stream)) ? PROGRESS_TERMINAL : PROGRESS_LINES;
}

static uint64_t period_ns(const struct progress *progress)
{
    return progress->mode == PROGRESS_TERMINAL ? TERMINAL_PERIOD_NS : LINE_PERIOD_NS;
}

void progress_init(struct progress *progress, FILE *stream, enum progress_mode mode,
                   uint64_t now_ns)
{
    *progress = (struct progress){.stream = stream, .mode = mode, .start_ns = now_ns};
    progress->next_ns = now_ns + period_ns(progress);
}

bool progress_due(const struct progress *progress, uint64_t now_ns)
{
    return progress->mode != PROGRESS_NONE && now_ns >= progress->next_ns;
}

void progress_duration(char text[PROGRESS_DURATION_SIZE], uint64_t seconds)
{
    uint64_t days = seconds / 86400;
    int length = days ? snprintf(text, PROGRESS_DURATION_SIZE, "%" PRIu64 "d ", days) : 0;
    snprintf(text + length, PROGRESS_DURATION_SIZE - (size_t)length, "%02d:%02d:%02d",
             (int)(seconds / 3600 % 24), (int)(seconds / 60 % 60), (int)(seconds % 60));
}

static void print_line(const struct progress *progress, const struct progress_state *state,
                       uint64_t now_ns, char line[LINE_SIZE])
{
    double elapsed_s = (double)(now_ns - progress->start_ns) / 1e9;
    char virtual_time[PROGRESS_DURATION_SIZE];
    char left[PROGRESS_DURATION_SIZE] = "?";
    progress_duration(virtual_time, (uint64_t)state->virtual_us / 1000000);
    if (state->permille && state->permille < 1000)
        progress_duration(left, (uint64_t)(elapsed_s * (1000 - state->permille) / state->permille));
    snprintf(line, LINE_SIZE,
             "%3" PRIu32 " %%  %s  left %s  tasks: %" PRIu64 " done, %" PRIu64 " running, %" PRIu64
             " waiting  %.0f events/s  %" PRIu64 " rounds",
             state->permille / 10, virtual_time, left, state->tasks_done, state->tasks_running,
             state->tasks_waiting, elapsed_s > 0 ? (double)state->events / elapsed_s : 0,
             state->rounds);
}

int progress_columns(FILE *stream)
{
    struct winsize size;
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
        return size.ws_col - 1;
    return COLUMNS_DEFAULT - 1;
}

static void show(struct progress *progress, const char *line, uint64_t now_ns)
{
    if (progress->mode == PROGRESS_TERMINAL)
        fprintf(progress->stream, "\r%.*s\033[K", progress_columns(progress->stream), line);
    else
        fprintf(progress->stream, "%s\n", line);
    fflush(progress->stream);
    progress->shown = progress->mode == PROGRESS_TERMINAL;
    progress->next_ns = now_ns + period_ns(progress);
}

void progress_tell(struct progress *progress, const struct progress_state *state, uint64_t now_ns)
{
    if (progress->mode == PROGRESS_NONE)
        return;
    char line[LINE_SIZE];
    print_line(progress, state, now_ns, line);
    show(progress, line, now_ns);
}

void progress_step(struct progress *progress, uint64_t now_ns, const char *format, ...)
{
    if (progress->mode != PROGRESS_TERMINAL && !progress_due(progress, now_ns))
        return;
    char line[LINE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    show(progress, line, now_ns);
}

void progress_end(struct progress *progress)
{
    if (progress->shown)
        fprintf(progress->stream, "\r\033[K");
    fflush(progress->stream);
    progress->shown = false;
}
