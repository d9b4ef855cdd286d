/* compare_plan.c - see compare_plan.h. */
#include "cli/compare_plan.h"

#include <sched.h>
#include <string.h>

#include "base/assert.h"
#include "base/memory.h"

/* A name is also that of a folder. */
#define NAME_SIZE_MAX 200
#define JOB_MAX 1024

/* What compare has instead of replay's rows, or beside them. */
static const struct option own_rows[] = {
    {"policies", OPTION_TEXT, "POLICY,...", NULL, 0, 0,
     "compared: NAME[:OPTION=VALUE+...], flow=MIX+..."},
    {"seeds", OPTION_INT, "N", "5", 1, 1000, "runs of each policy, with seeds from --seed on"},
    {"against", OPTION_TEXT, "POLICY", NULL, 0, 0, "that differences are to; the first"},
    {"table", OPTION_TEXT, "FORMAT", "text", 0, 0, "to print: text, csv, md, json or latex"},
    {"out", OPTION_TEXT, "DIR", NULL, 0, 0, "keep all tables and each run's files, to go on from"},
    {"jobs", OPTION_INT, "N", NULL, 1, JOB_MAX, "runs at a time; as many as there are cores"},
};

/* What a comparison has no use for. */
static const char *const replay_only[] = {"policy", "cost-model", "through", "json"};

/* Which runs there are, who is told what, and where it is kept. */
static const char *const no_settings[] = {"policies", "seeds", "against", "table",
                                          "out",      "jobs",  "seed",    "quiet"};

static bool contains(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool is_own(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(own_rows); i++)
        if (strcmp(own_rows[i].name, name) == 0)
            return true;
    return false;
}

bool compare_plan_is_setting(const char *option)
{
    return !contains(no_settings, COUNT_OF(no_settings), option);
}

static void add_option(struct compare_plan *plan, const struct option *row)
{
    ASSERT(plan->option_row_count < COMPARE_OPTION_MAX);
    plan->option_rows[plan->option_row_count++] = *row;
}

void compare_plan_init(struct compare_plan *plan)
{
    *plan = (struct compare_plan){0};
    for (size_t i = 0; i < COUNT_OF(own_rows); i++)
        add_option(plan, &own_rows[i]);
    for (uint32_t i = 0; i < replay_option_row_count; i++) {
        const struct option *row = &replay_option_rows[i];
        if (!is_own(row->name) && !contains(replay_only, COUNT_OF(replay_only), row->name))
            add_option(plan, row);
    }
}

static uint32_t usable_cores(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    return (uint32_t)CPU_COUNT(&set);
}

enum status compare_plan_replay(const struct compare_plan *plan, uint32_t row, uint64_t seed,
                                struct replay_options *replay, struct problem *problem)
{
    struct replay_choice choice = {
        .policy = plan->names[row], .cost_model = REPLAY_COST_MODEL, .seed = seed};
    return replay_options_read(&plan->options, &choice, replay, problem);
}

/* Two names may mean the same: "flow" and "flow=quincy". */
static bool same_policy(const struct replay_options *a, const struct replay_options *b)
{
    if (a->policy != b->policy)
        return false;
    for (uint32_t i = 0; i < a->policy->option_count; i++)
        if (a->policy_options.values[i] != b->policy_options.values[i])
            return false;
    return !a->policy->priced ||
           strcmp(a->policy_options.cost_model, b->policy_options.cost_model) == 0;
}

/* The policy is made, for what only it can tell: whether there is such a cost model or solver. */
static enum status try_to_make(const char *name, const struct replay_options *replay,
                               struct problem *problem)
{
    void *policy;
    struct problem reason;
    enum status status = replay->policy->create(&policy, &replay->policy_options, &reason);
    if (status != STATUS_OK)
        return problem_set(problem, status, NULL, 0, 0, "policy %s: %s", name, reason.reason);
    replay->policy->destroy(policy);
    return STATUS_OK;
}

static enum status check_row(const struct compare_plan *plan, uint32_t row, struct problem *problem)
{
    struct replay_options replay, other;
    enum status status = compare_plan_replay(plan, row, plan->seed_first, &replay, problem);
    if (status == STATUS_OK)
        status = try_to_make(plan->names[row], &replay, problem);
    for (uint32_t i = 0; i < row && status == STATUS_OK; i++) {
        status = compare_plan_replay(plan, i, plan->seed_first, &other, problem);
        if (status != STATUS_OK || !same_policy(&replay, &other))
            continue;
        if (strcmp(plan->names[i], plan->names[row]) == 0)
            return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "--policies: %s is named twice",
                               plan->names[row]);
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "--policies: %s and %s are the same",
                           plan->names[i], plan->names[row]);
    }
    return status;
}

static enum status read_rows(struct compare_plan *plan, struct problem *problem)
{
    const char *text = options_text(&plan->options, "policies");
    if (!text)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "say who is compared: --policies POLICY,POLICY,...");
    for (const char *name = text;; name++) {
        size_t size = strcspn(name, ",");
        if (size == 0)
            return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                               "--policies %s: an entry is empty", text);
        if (size > NAME_SIZE_MAX)
            return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                               "--policies: %.40s... is longer than %d characters", name,
                               NAME_SIZE_MAX);
        array_reserve(plan->names, plan->row_room, plan->row_count + 1);
        char *copy = memory_alloc(size + 1);
        memcpy(copy, name, size);
        plan->names[plan->row_count++] = copy;
        enum status status = check_row(plan, plan->row_count - 1, problem);
        if (status != STATUS_OK)
            return status;
        name += size;
        if (!*name)
            return STATUS_OK;
    }
}

static enum status read_against(struct compare_plan *plan, struct problem *problem)
{
    const char *name = options_text(&plan->options, "against");
    if (!name)
        return STATUS_OK;
    for (plan->against = 0; plan->against < plan->row_count; plan->against++)
        if (strcmp(plan->names[plan->against], name) == 0)
            return STATUS_OK;
    return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "--against %s: it is not in --policies",
                       name);
}

static enum status read_seeds(struct compare_plan *plan, struct problem *problem)
{
    int64_t first = options_number(&plan->options, "seed");
    int64_t count = options_number(&plan->options, "seeds");
    if (first > INT64_MAX - count)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "--seed and --seeds together leave the range of seeds");
    plan->seed_first = (uint64_t)first;
    plan->seed_count = (uint32_t)count;
    return STATUS_OK;
}

enum status compare_plan_read(struct compare_plan *plan, int argc, char **argv,
                              struct problem *problem)
{
    const struct options *options = &plan->options;
    enum status status = options_parse(&plan->options, plan->option_rows, plan->option_row_count,
                                       argc, argv, problem);
    if (status == STATUS_OK)
        status = read_seeds(plan, problem);
    if (status == STATUS_OK)
        status = read_rows(plan, problem);
    if (status == STATUS_OK)
        status = read_against(plan, problem);
    if (status != STATUS_OK)
        return status;
    plan->table = comparison_table_find(options_text(options, "table"));
    if (!plan->table)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "--table %s: say text, csv, md, json or latex",
                           options_text(options, "table"));
    plan->out = options_text(options, "out");
    plan->quiet = options_flag(options, "quiet");
    /* Where a round's wall time decides, runs beside it would decide with it. */
    bool measured = strcmp(options_text(options, "solver-time"), "measured") == 0;
    plan->jobs = options_get(options, "jobs")->given ? (uint32_t)options_number(options, "jobs")
                 : measured                          ? 1
                                                     : usable_cores();
    return STATUS_OK;
}

void compare_plan_free(struct compare_plan *plan)
{
    for (uint32_t i = 0; i < plan->row_count; i++)
        memory_free(plan->names[i]);
    memory_free(plan->names);
    options_free(&plan->options);
}
