/* compare_runs.c - see compare_runs.h. */
#include "cli/compare_runs.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "base/assert.h"
#include "base/clock.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/run_process.h"

#define LOOK_PERIOD_NS 200000000L
#define TROUBLE_SIZE 320

/* One of so many runs as may be under way. */
struct place {
    struct run_process process; /* pid 0: the place is free */
    uint32_t row, seed;
};

struct pool {
    const struct compare_plan *plan;
    const cJSON *settings;
    struct comparison *comparison;
    struct compare_outcome *outcome;
    struct compare_progress progress;
    struct place *places; /* as many as jobs, like the lines and the boards */
    struct run_line *lines;
    struct run_board *boards; /* shared with the runs */
    uint32_t running;
    bool *done;    /* by run, rows within seeds: it had finished before */
    uint32_t next; /* runs before it are done or begun */
    uint32_t interrupts;
    sigset_t watched, unwatched; /* signals blocked here; and as they were before */
};

static struct compare_run run_of(const struct pool *pool, uint32_t row, uint32_t seed)
{
    return (struct compare_run){.folder = pool->plan->out,
                                .policy = pool->plan->names[row],
                                .seed = pool->plan->seed_first + seed,
                                .settings = pool->settings};
}

static uint32_t run_count(const struct pool *pool)
{
    return pool->plan->row_count * pool->plan->seed_count;
}

static enum status start_run(struct pool *pool, uint32_t row, uint32_t seed,
                             struct problem *problem)
{
    uint32_t i = 0;
    while (pool->places[i].process.pid)
        i++;
    struct compare_run run = run_of(pool, row, seed);
    struct place place = {.row = row, .seed = seed};
    enum status status = run_process_start(&place.process, pool->plan, row, &run, &pool->boards[i],
                                           &pool->unwatched, problem);
    if (status != STATUS_OK)
        return status;
    pool->places[i] = place;
    pool->lines[i] = (struct run_line){
        .policy = run.policy, .seed = run.seed, .start_ns = clock_ns(), .board = &pool->boards[i]};
    pool->running++;
    return STATUS_OK;
}

/* Rows of a seed come after each other, so that a comparison that is broken off has whole pairs. */
static enum status start_runs(struct pool *pool, struct problem *problem)
{
    uint32_t rows = pool->plan->row_count;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && pool->running < pool->plan->jobs) {
        while (pool->next < run_count(pool) && pool->done[pool->next])
            pool->next++;
        if (pool->next == run_count(pool))
            break;
        status = start_run(pool, pool->next % rows, pool->next / rows, problem);
        pool->next += status == STATUS_OK;
    }
    return status;
}

/* How bad it is that a run ended so: a failed check says more of the program than bad input. */
static int rank_of(int exit_status)
{
    static const int from_bad_to_worse[] = {EXIT_DONE, EXIT_INTERRUPTED, EXIT_WRONG_USE,
                                            EXIT_BAD_INPUT, EXIT_INTERNAL};
    int rank = 0;
    while (rank < (int)COUNT_OF(from_bad_to_worse) && from_bad_to_worse[rank] != exit_status)
        rank++;
    return rank;
}

static void fail_run(struct pool *pool, const struct place *place, const char *trouble,
                     int exit_status)
{
    comparison_fail(pool->comparison, place->row, place->seed, trouble);
    if (rank_of(exit_status) > rank_of(pool->outcome->exit_status))
        pool->outcome->exit_status = exit_status;
}

/* The numbers of a run that ended well; an exit status that is not 0, with the trouble, if they
 * are not to be had or not to be kept. */
static int take_numbers(struct pool *pool, const struct place *place, char trouble[TROUBLE_SIZE])
{
    struct compare_run run = run_of(pool, place->row, place->seed);
    struct problem problem = {0};
    cJSON *summary = run_process_summary(&place->process);
    if (!summary) {
        snprintf(trouble, TROUBLE_SIZE, "its report cannot be read");
        return EXIT_BAD_INPUT;
    }
    if (run.folder && compare_run_finish(&run, &problem) != STATUS_OK)
        problem_print(&problem, trouble, TROUBLE_SIZE);
    else
        comparison_add(pool->comparison, place->row, place->seed, summary);
    cJSON_Delete(summary);
    return trouble[0] ? EXIT_BAD_INPUT : EXIT_DONE;
}

static int judge(struct pool *pool, const struct place *place, int wait_status,
                 char trouble[TROUBLE_SIZE])
{
    trouble[0] = '\0';
    if (WIFSIGNALED(wait_status)) {
        snprintf(trouble, TROUBLE_SIZE, "it was killed by signal %d (%s)", WTERMSIG(wait_status),
                 strsignal(WTERMSIG(wait_status)));
        return EXIT_INTERNAL;
    }
    int exit_status = WEXITSTATUS(wait_status);
    if (exit_status == EXIT_DONE)
        return take_numbers(pool, place, trouble);
    run_process_message(&place->process, trouble, TROUBLE_SIZE);
    if (!trouble[0])
        snprintf(trouble, TROUBLE_SIZE, "it ended with exit status %d", exit_status);
    return exit_status;
}

/* Was it we who ended the run? Then it is no failure. */
static bool was_stopped(const struct pool *pool, int wait_status)
{
    if (pool->interrupts == 0)
        return false;
    if (WIFEXITED(wait_status))
        return WEXITSTATUS(wait_status) == EXIT_INTERRUPTED;
    return WTERMSIG(wait_status) == SIGTERM || WTERMSIG(wait_status) == SIGKILL;
}

static void end_run(struct pool *pool, uint32_t i, int wait_status)
{
    struct place *place = &pool->places[i];
    char trouble[TROUBLE_SIZE];
    pool->running--;
    if (!was_stopped(pool, wait_status)) {
        int exit_status = judge(pool, place, wait_status, trouble);
        if (exit_status == EXIT_DONE)
            pool->outcome->finished++;
        else
            fail_run(pool, place, trouble, exit_status);
        compare_progress_end_run(&pool->progress, &pool->lines[i], trouble[0] ? trouble : NULL,
                                 clock_ns());
    }
    pool->lines[i].policy = NULL;
    run_process_close(&place->process);
}

static void end_runs(struct pool *pool)
{
    int wait_status;
    for (uint32_t i = 0; i < pool->plan->jobs; i++)
        if (run_process_ended(&pool->places[i].process, &wait_status))
            end_run(pool, i, wait_status);
}

/* Stop what is under way, and begin nothing more. */
static void interrupt(struct pool *pool)
{
    int number = pool->interrupts++ ? SIGKILL : SIGTERM;
    pool->outcome->interrupted = true;
    for (uint32_t i = 0; i < pool->plan->jobs; i++)
        if (pool->places[i].process.pid)
            kill(pool->places[i].process.pid, number);
}

/* For a run to end, an interrupt, or the time to tell how far the runs are. */
static void wait_for_something(struct pool *pool)
{
    struct timespec period = {.tv_nsec = LOOK_PERIOD_NS};
    int number = sigtimedwait(&pool->watched, NULL, &period);
    if (number == SIGINT || number == SIGTERM)
        interrupt(pool);
    end_runs(pool);
    compare_progress_tell(&pool->progress, pool->lines, pool->plan->jobs, clock_ns());
}

static enum status run_all(struct pool *pool, struct problem *problem)
{
    enum status status = STATUS_OK;
    for (;;) {
        if (!pool->interrupts && status == STATUS_OK)
            status = start_runs(pool, problem);
        if (!pool->running)
            return status;
        wait_for_something(pool);
    }
}

/* What an earlier comparison has finished in the folder. */
static enum status take_over(struct pool *pool, struct problem *problem)
{
    uint32_t rows = pool->plan->row_count;
    for (uint32_t i = 0; pool->plan->out && i < run_count(pool); i++) {
        struct compare_run run = run_of(pool, i % rows, i / rows);
        cJSON *summary;
        enum status status = compare_run_read(&run, &summary, problem);
        if (status != STATUS_OK)
            return status;
        if (!summary)
            continue;
        comparison_add(pool->comparison, i % rows, i / rows, summary);
        cJSON_Delete(summary);
        pool->done[i] = true;
        pool->outcome->finished++;
        pool->progress.ended++;
    }
    return STATUS_OK;
}

/* Signals wait until they are asked for, so that none comes in between. */
static void watch_signals(struct pool *pool)
{
    sigemptyset(&pool->watched);
    sigaddset(&pool->watched, SIGCHLD);
    sigaddset(&pool->watched, SIGINT);
    sigaddset(&pool->watched, SIGTERM);
    signal(SIGINT, SIG_DFL); /* one that is ignored might not be told */
    sigprocmask(SIG_BLOCK, &pool->watched, &pool->unwatched);
}

static struct run_board *share_boards(uint32_t count)
{
    void *boards = mmap(NULL, count * sizeof(struct run_board), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return boards == MAP_FAILED ? NULL : boards;
}

static void free_pool(struct pool *pool)
{
    munmap(pool->boards, pool->plan->jobs * sizeof *pool->boards);
    memory_free(pool->places);
    memory_free(pool->lines);
    memory_free(pool->done);
}

enum status compare_runs(const struct compare_plan *plan, const cJSON *settings,
                         struct comparison *comparison, struct compare_outcome *outcome,
                         struct problem *problem)
{
    *outcome = (struct compare_outcome){0};
    struct pool pool = {.plan = plan,
                        .settings = settings,
                        .comparison = comparison,
                        .outcome = outcome,
                        .boards = share_boards(plan->jobs)};
    if (!pool.boards)
        return problem_set(problem, STATUS_IO, NULL, 0, 0, "cannot start runs: %s",
                           strerror(errno));
    pool.places = memory_alloc(plan->jobs * sizeof *pool.places);
    pool.lines = memory_alloc(plan->jobs * sizeof *pool.lines);
    pool.done = memory_alloc(run_count(&pool) * sizeof *pool.done);
    compare_progress_init(&pool.progress, stderr, progress_mode_for(stderr, plan->quiet),
                          run_count(&pool));
    watch_signals(&pool);
    enum status status = take_over(&pool, problem);
    if (status == STATUS_OK)
        status = run_all(&pool, problem);
    compare_progress_end(&pool.progress);
    sigprocmask(SIG_SETMASK, &pool.unwatched, NULL);
    free_pool(&pool);
    return status;
}
