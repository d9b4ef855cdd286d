/* run_process.c - see run_process.h. */
#include "cli/run_process.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "cli/command.h"
#include "cli/read_whole.h"
#include "cli/session.h"

#define BOARD_PERIOD_NS UINT64_C(100000000)

/* What the session's listener knows. */
struct teller {
    struct run_board *board;
    uint64_t next_ns;
};

static bool due(void *state, uint64_t now_ns)
{
    const struct teller *teller = state;
    return now_ns >= teller->next_ns;
}

static void tell(void *state, const struct progress_state *at, uint64_t now_ns)
{
    struct teller *teller = state;
    atomic_store_explicit(&teller->board->permille, at->permille, memory_order_relaxed);
    atomic_store_explicit(&teller->board->events, at->events, memory_order_relaxed);
    teller->next_ns = now_ns + BOARD_PERIOD_NS;
}

static void end(void *state)
{
    (void)state;
}

static int run_here(const struct compare_plan *plan, uint32_t row, const struct compare_run *run,
                    struct run_board *board)
{
    char path[COMPARE_PATH_SIZE];
    struct teller teller = {.board = board};
    struct session_options session = {.out = run->folder ? path : NULL,
                                      .json = true,
                                      .child = true,
                                      .listener = {&teller, due, tell, end}};
    struct problem problem = {0};
    if (run->folder)
        compare_run_path(run, path);
    enum status status = compare_plan_replay(plan, row, run->seed, &session.replay, &problem);
    return status == STATUS_OK ? session_run(&session) : command_fail(status, &problem);
}

/* A Ctrl-C at the terminal reaches all processes, but only what the parent sends counts. */
static void take_signals(const sigset_t *signals, pid_t parent)
{
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        raise(SIGTERM); /* it ended before it was asked to tell */
    sigprocmask(SIG_SETMASK, signals, NULL);
}

static enum status cannot_start(struct problem *problem)
{
    return problem_set(problem, STATUS_IO, NULL, 0, 0, "cannot start a run: %s", strerror(errno));
}

enum status run_process_start(struct run_process *process, const struct compare_plan *plan,
                              uint32_t row, const struct compare_run *run, struct run_board *board,
                              const sigset_t *signals, struct problem *problem)
{
    *process = (struct run_process){.report = memfd_create("report", MFD_CLOEXEC),
                                    .messages = memfd_create("messages", MFD_CLOEXEC)};
    pid_t parent = getpid();
    enum status status = run->folder ? compare_run_begin(run, problem) : STATUS_OK;
    if (status == STATUS_OK && (process->report < 0 || process->messages < 0))
        status = cannot_start(problem);
    if (status == STATUS_OK) {
        atomic_store(&board->permille, 0);
        atomic_store(&board->events, 0);
        fflush(NULL); /* what is not written yet would be written by both */
        process->pid = fork();
        if (process->pid < 0)
            status = cannot_start(problem);
    }
    if (status != STATUS_OK) {
        run_process_close(process);
        return status;
    }
    if (process->pid > 0)
        return STATUS_OK;
    take_signals(signals, parent);
    if (dup2(process->report, STDOUT_FILENO) < 0 || dup2(process->messages, STDERR_FILENO) < 0)
        _exit(EXIT_BAD_INPUT);
    int exit_status = run_here(plan, row, run, board);
    bool written = fflush(stdout) == 0 && fflush(stderr) == 0;
    _exit(written ? exit_status : EXIT_BAD_INPUT);
}

bool run_process_ended(const struct run_process *process, int *wait_status)
{
    return process->pid > 0 && waitpid(process->pid, wait_status, WNOHANG) == process->pid;
}

cJSON *run_process_summary(const struct run_process *process)
{
    char *text = read_whole(process->report);
    cJSON *summary = text ? cJSON_Parse(text) : NULL;
    memory_free(text);
    return summary;
}

void run_process_message(const struct run_process *process, char *text, size_t size)
{
    static const char program[] = "flowsched: ";
    char *whole = read_whole(process->messages);
    const char *line = whole ? whole + strspn(whole, "\n") : "";
    if (strncmp(line, program, strlen(program)) == 0)
        line += strlen(program);
    snprintf(text, size, "%.*s", (int)strcspn(line, "\n"), line);
    memory_free(whole);
}

void run_process_close(struct run_process *process)
{
    if (process->report >= 0)
        close(process->report);
    if (process->messages >= 0)
        close(process->messages);
    process->pid = 0;
}
