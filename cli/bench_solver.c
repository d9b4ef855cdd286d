/* bench_solver.c - flowsched bench solver: solvers side by side on clusters and families. */
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/number.h"
#include "bench/life.h"
#include "bench/solver_bench.h"
#include "cli/bench.h"

#define BILLION INT64_C(1000000000)
#define LOAD_PERCENT_MAX 1000
#define LOAD_PERCENT_DEFAULT 90
#define WORD_SIZE 64

static const struct command command = {
    "bench solver", "",
    "Times solves of seeded scheduling networks, from nothing and after events,\n"
    "beside other solvers. Without --load, --tasks, --hot, --rows and --family: the\n"
    "clusters and rows that the solver is judged by.",
    bench_solver};

static const struct option OPTIONS[] = {
    {"machines", OPTION_INT, "N", "12500", 1, QUINCY_MACHINES_MAX, "of the cluster"},
    {"slots", OPTION_INT, "N", "12", 1, QUINCY_SLOTS_MAX, "tasks that a machine takes"},
    {"load", OPTION_TEXT, "P[,P]", NULL, 0, 0, "tasks in percent of all slots; a network each"},
    {"tasks", OPTION_INT, "N", NULL, 1, QUINCY_TASKS_MAX, "so many instead of --load"},
    {"hot", OPTION_FIXED, "SHARE", NULL, 0, BILLION,
     "of the tasks' preferences that are for one machine in 20"},
    {"rows", OPTION_TEXT, "NAMES", NULL, 0, 0,
     "of scratch, task, machine, batch, restarts, churn, waiting, racks; all"},
    {"count", OPTION_INT, "N", NULL, 1, 1000000, "events of each row; by row 5 to 500"},
    {"repeat", OPTION_INT, "N", "3", 1, 1000, "solves from nothing by each solver"},
    {"solver", OPTION_TEXT, "NAME", "repair", 0, 0, "that is measured; see `flowsched list`"},
    {"against", OPTION_TEXT, "NAMES", NULL, 0, 0,
     "solvers beside it, or none; lemon-cost-scaling, with --family lemon-network-simplex too"},
    {"check", OPTION_FLAG, NULL, NULL, 0, 0, "certify after each event, not only each row"},
    {"family", OPTION_TEXT, "NAMES", NULL, 0, 0,
     "networks of these families instead, or of all; see `flowsched list`"},
    {"nodes", OPTION_TEXT, "N[,N]", NULL, 0, 0, "with --family: nodes; a network each"},
    {"seed", OPTION_INT, "N", "1", 0, INT64_MAX, "of everything that is left to chance"},
    {"core", OPTION_INT, "N", NULL, 0, CPU_SETSIZE - 1, "bind the process to this processor"},
    {"json", OPTION_FLAG, NULL, NULL, 0, 0, "print one JSON object, with more figures"},
    {"quiet", OPTION_FLAG, NULL, NULL, 0, 0, "no progress on standard error"},
};

/* The next of the comma-separated words at *text, which moves behind it; false at the end.
 * Words that are too long are cut, and so match no name. */
static bool next_word(const char **text, char word[WORD_SIZE])
{
    if (!**text)
        return false;
    size_t size = strcspn(*text, ",");
    snprintf(word, WORD_SIZE, "%.*s", (int)(size < WORD_SIZE ? size : WORD_SIZE), *text);
    *text += size;
    *text += **text == ',';
    return true;
}

/* A whole number of a list. */
static enum status read_number(const char *word, const char *option, int64_t low, int64_t high,
                               uint32_t *number, struct problem *problem)
{
    int64_t value;
    if (number_parse_int(word, strlen(word), &value) != STATUS_OK || value < low || value > high)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "--%s takes whole numbers from %" PRId64 " to %" PRId64 ", not '%s'",
                           option, low, high, word);
    *number = (uint32_t)value;
    return STATUS_OK;
}

static enum status add_solver(struct solver_bench_options *wanted, const char *name,
                              struct problem *problem)
{
    uint32_t i = 0;
    while (i < solver_kind_count() && strcmp(solver_kind_at(i)->name, name) != 0)
        i++;
    if (i == solver_kind_count())
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "there is no solver '%s'; 'flowsched list' names them", name);
    if (wanted->solver_count == SOLVER_BENCH_SOLVERS_MAX)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "--against takes at most %d solvers",
                           SOLVER_BENCH_SOLVERS_MAX - 1);
    wanted->solvers[wanted->solver_count++] = solver_kind_at(i)->name;
    return STATUS_OK;
}

static enum status read_solvers(const struct options *options, struct solver_bench_options *wanted,
                                struct problem *problem)
{
    enum status status = add_solver(wanted, options_text(options, "solver"), problem);
    const char *names = options_text(options, "against");
    if (!names)
        names = options_text(options, "family") ? "lemon-cost-scaling,lemon-network-simplex"
                                                : "lemon-cost-scaling";
    if (strcmp(names, "none") == 0)
        return status;
    char name[WORD_SIZE];
    while (status == STATUS_OK && next_word(&names, name))
        status = add_solver(wanted, name, problem);
    return status;
}

static enum status read_row(const char *name, uint32_t *rows, struct problem *problem)
{
    if (strcmp(name, "scratch") == 0) {
        *rows |= SOLVER_BENCH_SCRATCH;
        return STATUS_OK;
    }
    for (uint32_t i = 0; i < life_cycle_count(); i++) {
        if (strcmp(name, life_cycle_at(i)->name) != 0)
            continue;
        *rows |= SOLVER_BENCH_CYCLE(i);
        return STATUS_OK;
    }
    return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                       "there is no row '%s'; --help names those there are", name);
}

static enum status read_rows(const struct options *options, uint32_t *rows, struct problem *problem)
{
    const char *names = options_text(options, "rows");
    enum status status = STATUS_OK;
    char name[WORD_SIZE];
    *rows = names ? 0 : ~0u;
    while (names && status == STATUS_OK && next_word(&names, name))
        status = read_row(name, rows, problem);
    return status;
}

static enum status add_cluster(struct solver_bench_options *wanted,
                               const struct solver_bench_cluster *cluster, struct problem *problem)
{
    if (wanted->cluster_count == SOLVER_BENCH_SETTINGS_MAX)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "--load takes at most %d loads",
                           SOLVER_BENCH_SETTINGS_MAX);
    wanted->clusters[wanted->cluster_count++] = *cluster;
    return STATUS_OK;
}

/* The networks and rows that are asked for, where the standard ones are not. */
static enum status read_clusters(const struct options *options, struct solver_bench_options *wanted,
                                 struct problem *problem)
{
    struct solver_bench_cluster cluster = {
        .load_percent = LOAD_PERCENT_DEFAULT,
        .hot = (double)options_number(options, "hot") / (double)BILLION,
    };
    const char *loads = options_text(options, "load");
    enum status status = read_rows(options, &cluster.rows, problem);
    if (status != STATUS_OK)
        return status;
    if (loads && options_get(options, "tasks")->given)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "--load and --tasks both say how many tasks: leave one out");
    if (options_get(options, "tasks")->given) {
        cluster.load_percent = 0;
        cluster.tasks = (uint32_t)options_number(options, "tasks");
    }
    if (!loads)
        return add_cluster(wanted, &cluster, problem);
    char word[WORD_SIZE];
    while (status == STATUS_OK && next_word(&loads, word)) {
        status = read_number(word, "load", 1, LOAD_PERCENT_MAX, &cluster.load_percent, problem);
        if (status == STATUS_OK)
            status = add_cluster(wanted, &cluster, problem);
    }
    return status;
}

static enum status check_clusters(const struct solver_bench_options *wanted,
                                  struct problem *problem)
{
    for (uint32_t i = 0; i < wanted->cluster_count; i++) {
        uint64_t tasks = solver_bench_tasks(wanted, &wanted->clusters[i]);
        if (tasks == 0)
            return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                               "a load of %u %% of so few slots is no task",
                               wanted->clusters[i].load_percent);
        if (tasks > QUINCY_TASKS_MAX)
            return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                               "a load of %u %% is %" PRIu64 " tasks, more than %d",
                               wanted->clusters[i].load_percent, tasks, QUINCY_TASKS_MAX);
    }
    return STATUS_OK;
}

static enum status add_family(struct solver_bench_options *wanted, const struct family *family,
                              const char *nodes, struct problem *problem)
{
    char word[WORD_SIZE];
    while (next_word(&nodes, word)) {
        uint32_t number = 0;
        enum status status = read_number(word, "nodes", 2, FAMILY_NODES_MAX, &number, problem);
        if (status != STATUS_OK)
            return status;
        if (wanted->family_count == SOLVER_BENCH_SETTINGS_MAX)
            return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                               "--family and --nodes make more than %d networks",
                               SOLVER_BENCH_SETTINGS_MAX);
        wanted->families[wanted->family_count++] = (struct solver_bench_family){family, number};
    }
    return STATUS_OK;
}

static enum status read_families(const struct options *options, struct solver_bench_options *wanted,
                                 struct problem *problem)
{
    const char *names = options_text(options, "family");
    const char *nodes = options_text(options, "nodes");
    enum status status = STATUS_OK;
    char name[WORD_SIZE];
    if (!nodes)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "say how large: --family %s --nodes N", names);
    for (uint32_t i = 0; i < family_count() && strcmp(names, "all") == 0; i++)
        if (status == STATUS_OK)
            status = add_family(wanted, family_at(i), nodes, problem);
    while (status == STATUS_OK && strcmp(names, "all") != 0 && next_word(&names, name)) {
        const struct family *family = family_find(name);
        if (!family)
            return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                               "there is no family '%s'; 'flowsched list' names them", name);
        status = add_family(wanted, family, nodes, problem);
    }
    return status;
}

/* Which networks, and which rows of them. */
static enum status read_plan(const struct options *options, struct solver_bench_options *wanted,
                             struct problem *problem)
{
    static const char *const of_clusters[] = {"load", "tasks", "hot", "rows"};
    const char *given = NULL;
    for (uint32_t i = 0; i < COUNT_OF(of_clusters) && !given; i++)
        if (options_get(options, of_clusters[i])->given)
            given = of_clusters[i];
    if (options_text(options, "family") && given)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "--%s is of clusters, and --family of other networks", given);
    if (options_text(options, "family"))
        return read_families(options, wanted, problem);
    if (options_text(options, "nodes"))
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "--nodes goes with --family");
    enum status status = STATUS_OK;
    if (given)
        status = read_clusters(options, wanted, problem);
    else
        solver_bench_judge(wanted);
    return status == STATUS_OK ? check_clusters(wanted, problem) : status;
}

static enum status bind_to_core(const struct options *options, int32_t *core,
                                struct problem *problem)
{
    *core = -1;
    if (!options_get(options, "core")->given)
        return STATUS_OK;
    cpu_set_t set;
    *core = (int32_t)options_number(options, "core");
    CPU_ZERO(&set);
    CPU_SET((size_t)*core, &set);
    if (sched_setaffinity(0, sizeof set, &set) == 0)
        return STATUS_OK;
    return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                       "this process may not run on processor %" PRId32, *core);
}

static enum status read_options(const struct options *options, struct solver_bench_options *wanted,
                                struct problem *problem)
{
    if (options->argument_count > 0)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "bench solver takes options only, not '%s'", options->arguments[0]);
    *wanted = (struct solver_bench_options){
        .machines = (uint32_t)options_number(options, "machines"),
        .slots = (uint32_t)options_number(options, "slots"),
        .seed = (uint64_t)options_number(options, "seed"),
        .repeat = (uint32_t)options_number(options, "repeat"),
        .count = (uint32_t)options_number(options, "count"),
        .check = options_flag(options, "check"),
    };
    enum status status = read_solvers(options, wanted, problem);
    if (status == STATUS_OK)
        status = read_plan(options, wanted, problem);
    if (status == STATUS_OK)
        status = bind_to_core(options, &wanted->core, problem);
    return status;
}

static int run(const struct options *options)
{
    struct solver_bench_options wanted;
    struct progress progress;
    struct problem problem;
    enum status status = read_options(options, &wanted, &problem);
    if (status != STATUS_OK)
        return command_fail(status, &problem);
    progress_init(&progress, stderr, progress_mode_for(stderr, options_flag(options, "quiet")),
                  clock_ns());
    status = solver_bench_run(&wanted, options_flag(options, "json"), stdout, &progress, &problem);
    return bench_end(status, &problem);
}

int bench_solver(int argc, char **argv)
{
    return bench_kind(&command, OPTIONS, COUNT_OF(OPTIONS), argc, argv, run);
}
