/* replay_options.c - see replay_options.h. */
#include "cli/replay_options.h"

#include <string.h>

#include "base/number.h"
#include "cli/deadline_options.h"
#include "policies/policies.h"

#define UNIT RESOURCE_UNIT
#define DAY_S 86400
#define YEARS_S (INT64_C(100) * 366 * DAY_S * UNIT)

const struct option replay_option_rows[] = {
    {"format", OPTION_TEXT, "NAME", NULL, 0, 0, "trace format; recognised if not given"},
    {"policy", OPTION_TEXT, "NAME[:OPTION=VALUE+...]", "flow", 0, 0,
     "who decides: see `flowsched list`"},
    {"cost-model", OPTION_TEXT, "MIX", REPLAY_COST_MODEL, 0, 0,
     "prices of the flow policy: NAME[:WEIGHT],..."},
    {"solver", OPTION_TEXT, "NAME", "auto", 0, 0, "of the flow policy"},
    {"fairness", OPTION_SWITCH, "on|off", "off", 0, 0, "Quincy's bounds on a job's running tasks"},
    {"preemption", OPTION_SWITCH, "on|off", "off", 0, 0, "may running tasks be stopped or moved?"},
    {"moves", OPTION_INT, "N", "100", 1, 10000000,
     "tasks that a round stops or moves at most, with preemption"},
    {"tenants", OPTION_TEXT, "FILE", NULL, 0, 0,
     "weights, parents, guarantees and limits of tenants"},
    {"machines", OPTION_INT, "N", NULL, 1, 10000000,
     "the first N machines of the table, or N synthetic ones"},
    {"machine", OPTION_TEXT, "SHAPE", NULL, 0, 0, "capacity of every machine, e.g. cpu=8,mem=8.33"},
    {"tasks", OPTION_INT, "N", NULL, 1, INT64_MAX, "only the first N tasks (instances)"},
    {"from", OPTION_FIXED, "S", "0", 0, YEARS_S, "leave out what is submitted before, seconds"},
    {"until", OPTION_FIXED, "S", NULL, 0, YEARS_S, "leave out what comes at or after, seconds"},
    {"deps", OPTION_SWITCH, "on|off", "on", 0, 0, "do tasks wait for their predecessors?"},
    {"load", OPTION_FIXED, "F", NULL, 1, 1000 * UNIT,
     "scale arrivals to this load of the scarcest resource"},
    {"speedup", OPTION_FIXED, "X", "1", 1000, 1000000 * UNIT, "divide all times by X"},
    {"deadlines", OPTION_TEXT, "RULE", NULL, 0, 0,
     "give tasks deadlines: slack=F[,floor=S][,share=F]"},
    {"latency", OPTION_TEXT, "RULES", NULL, 0, 0, "give services latency targets: PRIORITY:MS,..."},
    {"users", OPTION_TEXT, "N[,skew=S]", NULL, 0, 0, "give jobs without a tenant one of N users"},
    {"clairvoyant", OPTION_SWITCH, "on|off", "off", 0, 0,
     "do policies know how long each task runs?"},
    {"round-ms", OPTION_INT, "N", "0", 0, 86400000, "shortest time between rounds"},
    {"solver-time", OPTION_TEXT, "T", "zero", 0, 0,
     "virtual time that a round takes: zero, fixed:MS or measured"},
    {"max-retries", OPTION_INT, "N", "3", 0, 1000, "of a task whose attempts fail"},
    {"fail-machines", OPTION_FIXED, "RATE", "0", 0, 86400 * UNIT,
     "injected failures per machine and day"},
    {"seed", OPTION_INT, "N", "1", 0, INT64_MAX, "of everything that is left to chance"},
    {"through", OPTION_TEXT, "COMMAND", NULL, 0, 0,
     "who decides is another program, in JSON lines; or the library"},
    {"out", OPTION_TEXT, "DIR", NULL, 0, 0,
     "write summary.json, tasks.csv, rounds.csv and trace.csv"},
    {"json", OPTION_FLAG, NULL, NULL, 0, 0, "print the summary as JSON"},
    {"check-invariants", OPTION_FLAG, NULL, NULL, 0, 0, "after every event, not only rounds"},
    {"strict", OPTION_FLAG, NULL, NULL, 0, 0, "stop at the first bad row of the trace"},
    {"quiet", OPTION_FLAG, NULL, NULL, 0, 0, "no progress"},
};
const uint32_t replay_option_row_count = COUNT_OF(replay_option_rows);

static enum status wrong(struct problem *problem, const char *option, const char *reason)
{
    return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "--%s: %s", option, reason);
}

/* "cpu=8,mem=8.33" */
static enum status read_shape(const char *text, struct feed_options *feed, struct problem *problem)
{
    while (*text) {
        size_t size = strcspn(text, ",");
        size_t name_size = strcspn(text, "=,");
        enum resource resource = resource_find(text, name_size);
        if (resource == RESOURCE_COUNT || name_size == size)
            return wrong(problem, "machine", "say RESOURCE=AMOUNT,... of cpu, memory, gpu, disk");
        if (feed->shape_given[resource])
            return wrong(problem, "machine", "a resource is named twice");
        int64_t amount;
        if (number_parse_fixed(text + name_size + 1, size - name_size - 1, RESOURCE_DIGITS,
                               &amount) != STATUS_OK ||
            amount < 0 || amount > RESOURCE_MAX)
            return wrong(problem, "machine", "an amount is a number from 0 to 4503599.627370496");
        feed->shape_given[resource] = true;
        feed->shape.amount[resource] = amount;
        text += size + (text[size] == ',');
    }
    return STATUS_OK;
}

/* "N[,skew=S]" */
static enum status read_users(const char *text, struct users_options *users,
                              struct problem *problem)
{
    size_t size = strcspn(text, ",");
    const char *skew = text[size] ? text + size + 1 : "skew=1";
    int64_t count, billionths = 0;
    bool good = number_parse_int(text, size, &count) == STATUS_OK && count >= 1 &&
                count <= USERS_MAX && strncmp(skew, "skew=", 5) == 0 &&
                number_parse_fixed(skew + 5, strlen(skew + 5), 9, &billionths) == STATUS_OK &&
                billionths >= 0 && billionths <= USERS_SKEW_MAX * UNIT;
    if (!good)
        return wrong(problem, "users", "say N[,skew=S]: up to 100000 users, a skew from 0 to 10");
    *users = (struct users_options){(uint32_t)count, (double)billionths / UNIT};
    return STATUS_OK;
}

static enum status read_solver_time(const char *text, struct replay_options *replay,
                                    struct problem *problem)
{
    if (strcmp(text, "zero") == 0) {
        replay->solver_time = SOLVER_TIME_ZERO;
    } else if (strcmp(text, "measured") == 0) {
        replay->solver_time = SOLVER_TIME_MEASURED;
    } else if (strncmp(text, "fixed:", 6) == 0) {
        replay->solver_time = SOLVER_TIME_FIXED;
        int64_t time_us;
        if (number_parse_fixed(text + 6, strlen(text + 6), 3, &time_us) != STATUS_OK ||
            time_us < 0 || time_us > INT64_C(86400000000))
            return wrong(problem, "solver-time", "fixed: wants milliseconds, up to one day");
        replay->solver_time_us = time_us;
    } else {
        return wrong(problem, "solver-time", "say zero, fixed:MS or measured");
    }
    return STATUS_OK;
}

static void read_window(const struct options *options, struct trace_options *trace)
{
    *trace = trace_options_all;
    trace->from_us = options_number(options, "from") / 1000;
    if (options_get(options, "until")->given)
        trace->until_us = options_number(options, "until") / 1000;
    if (options_get(options, "tasks")->given)
        trace->tasks_max = (uint64_t)options_number(options, "tasks");
    if (options_get(options, "machines")->given)
        trace->machines_max = (uint32_t)options_number(options, "machines");
    trace->deps = options_number(options, "deps");
    trace->strict = options_flag(options, "strict");
}

static enum status read_feed(const struct options *options, struct feed_options *feed,
                             struct problem *problem)
{
    if (options->argument_count != 1)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "name one trace: a file or a folder");
    feed->path = options->arguments[0];
    const char *format = options_text(options, "format");
    feed->format = format ? trace_format_find(format) : NULL;
    if (format && !feed->format)
        return wrong(problem, "format", "unknown; `flowsched list` names those there are");
    read_window(options, &feed->trace);
    if (feed->trace.until_us <= feed->trace.from_us)
        return wrong(problem, "until", "must be later than --from");
    feed->load = options_get(options, "load")->given ? options_number(options, "load") : 0;
    feed->speedup = options_number(options, "speedup");
    enum status status =
        deadline_options_read(options_text(options, "deadlines"), options_text(options, "latency"),
                              &feed->deadlines, problem);
    const char *users = options_text(options, "users");
    if (users && status == STATUS_OK)
        status = read_users(users, &feed->users, problem);
    const char *shape = options_text(options, "machine");
    return shape && status == STATUS_OK ? read_shape(shape, feed, problem) : status;
}

enum status replay_options_read(const struct options *options, const struct replay_choice *choice,
                                struct replay_options *replay, struct problem *problem)
{
    *replay = (struct replay_options){.engine = engine_options_default};
    replay->policy_options = (struct policy_options){
        .cost_model = choice->cost_model,
        .solver = options_text(options, "solver"),
        .preemption = options_number(options, "preemption"),
        .moves_max = (uint32_t)options_number(options, "moves"),
        .fairness = options_number(options, "fairness"),
        .seed = choice->seed,
    };
    replay->tenants = options_text(options, "tenants");
    replay->engine.max_retries = (uint32_t)options_number(options, "max-retries");
    replay->engine.clairvoyant = options_flag(options, "clairvoyant");
    replay->round_us = options_number(options, "round-ms") * 1000;
    replay->failure_rate = options_number(options, "fail-machines");
    replay->check_invariants = options_flag(options, "check-invariants");
    replay->feed.seed = choice->seed;
    enum status status =
        policy_read(choice->policy, &replay->policy, &replay->policy_options, problem);
    if (status == STATUS_OK)
        status = read_solver_time(options_text(options, "solver-time"), replay, problem);
    if (status != STATUS_OK)
        return status;
    return read_feed(options, &replay->feed, problem);
}
