/* test_slo.c - the cost models of service levels: worked examples, and what always holds. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "costmodels/cost_mix.h"
#include "costmodels/fixed.h"
#include "costmodels/response_time.h"
#include "costmodels/runtimes.h"
#include "costmodels/slo_terms.h"
#include "solver/certificate.h"

#define SECOND_US INT64_C(1000000)
#define MS_US INT64_C(1000)

static struct runtimes runtimes;
/* Where running tasks run: with another service. */
static const struct machine_facts busy_machine = {.running = 2,
                                                  .capacity = {{8 * RESOURCE_UNIT}},
                                                  .used = {{4 * RESOURCE_UNIT}},
                                                  .services_weight = 2 * SLO_WEIGHT_MAX,
                                                  .services_latency_us = 10000};
static struct cluster_facts cluster;
static const struct cost_model *slo, *latency;

static void set_up(void)
{
    slo = cost_model_find("slo");
    latency = cost_model_find("latency");
    runtimes_init(&runtimes);
    cluster = (struct cluster_facts){.machines = &busy_machine,
                                     .now_us = 1000 * SECOND_US,
                                     .runtimes = &runtimes,
                                     .wait_us = 60 * SECOND_US};
}

static void tear_down(void)
{
    runtimes_free(&runtimes);
}

TestSuite(slo, .init = set_up, .fini = tear_down);

enum { CRITICAL = 11, PRODUCTION = 9, BATCH = 2, BEST_EFFORT = 0 };

/* A waiting task with so much time left, and no past to judge it by: its run time is log-normal
 * with mean 300 s and a coefficient of variation of 0.5. */
static struct task_facts due_in(int64_t left_s, int32_t priority)
{
    return (struct task_facts){.machine = NONE,
                               .kind = NONE,
                               .priority = priority,
                               .deadline_us = cluster.now_us + left_s * SECOND_US};
}

/* What the network would charge more for waiting than for running. */
static cost_t urgency(const struct task_facts *task)
{
    return slo->waiting(task, &cluster) - slo->anywhere(task, &cluster);
}

/* A network of tasks and one machine with room for one, as cost_model.h draws it. */
struct contest {
    struct network network;
    uint32_t machine, sink;
    uint32_t waiting_arcs[4];
    uint32_t count;
};

static void contest_init(struct contest *contest)
{
    *contest = (struct contest){0};
    network_init(&contest->network);
    contest->sink = network_add_node(&contest->network, 0);
    contest->machine = network_add_node(&contest->network, 0);
    network_add_arc(&contest->network, contest->machine, contest->sink, 0, 1, 0);
}

static void contest_add(struct contest *contest, const struct task_facts *task)
{
    struct network *network = &contest->network;
    bool waits = task->machine == NONE;
    uint32_t node = network_add_node(network, 1);
    cost_t run = waits ? slo->anywhere(task, &cluster) : slo->keeping(task, &cluster) - 1;
    cost_t wait = waits ? slo->waiting(task, &cluster) + 1 : slo->preempting(task, &cluster);
    network_add_arc(network, node, contest->machine, 0, 1, run);
    contest->waiting_arcs[contest->count++] =
        network_add_arc(network, node, contest->sink, 0, 1, wait);
    flow_t supply = -(flow_t)contest->count;
    network_set_supply(network, contest->sink, supply);
}

/* The index of the task that has the machine; the contest ends. */
static uint32_t contest_winner(struct contest *contest)
{
    struct solver *solver = solver_create("paths");
    struct solution solution;
    struct certificate certificate;
    solver_solve(solver, &contest->network, SOLVER_NO_BUDGET, &solution);
    cr_assert_eq(solution.outcome, OUTCOME_OPTIMAL);
    certificate_check(&contest->network, &solution, &certificate);
    cr_assert_eq(certificate.verdict, VERDICT_HOLDS, "%s", certificate.reason);
    uint32_t winner = NONE;
    for (uint32_t i = 0; i < contest->count; i++)
        if (!solution.flow[contest->waiting_arcs[i]]) {
            cr_assert_eq(winner, NONE);
            winner = i;
        }
    solver_destroy(solver);
    network_free(&contest->network);
    return winner;
}

static uint32_t winner_of(const struct task_facts *a, const struct task_facts *b)
{
    struct contest contest;
    contest_init(&contest);
    contest_add(&contest, a);
    contest_add(&contest, b);
    return contest_winner(&contest);
}

/* The risk without a past. */
static double log_normal_above(double left_us)
{
    if (left_us <= 0)
        return 1;
    double z = (log(left_us) - log(3e8 / sqrt(1.25))) / sqrt(log(1.25));
    return .5 * erfc(z / sqrt(2));
}

/* The mean risk when a place is free after a minute, as a rule, or after several. */
static double delayed_risk(int64_t left_s)
{
    static const double parts[] = {224, 16, 8, 4, 2, 1, 1};
    double sum = 0, left_us = (double)(left_s * SECOND_US);
    for (int i = 0; i < 7; i++)
        sum += parts[i] * log_normal_above(left_us - (60e6 * (1 << i)));
    return sum / 256;
}

Test(slo, the_risk_without_a_past_is_log_normal)
{
    static const struct {
        int64_t left_s;
        double risk;
    } rows[] = {{320, .355}, {260, .527}, {400, .199}, {200, .733}, {60, .9993}, {1200, .0007}};
    struct task_facts task = due_in(0, BATCH);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t left_us = rows[i].left_s * SECOND_US;
        cr_assert_float_eq((double)runtimes_above(&runtimes, &task, 0, left_us) / CERTAIN,
                           rows[i].risk, .001, "row %zu", i);
        cr_assert_float_eq((double)runtimes_above(&runtimes, &task, 0, left_us) / CERTAIN,
                           log_normal_above((double)left_us), .0006, "row %zu", i);
    }
}

Test(slo, urgency_is_what_a_minute_of_waiting_loses_or_more_if_it_takes_longer)
{
    static const struct {
        int64_t left_s;
        double minute, margin; /* for the time left is only known to a 16th */
    } rows[] = {
        {320, .172, .004}, {400, .109, .012}, {600, .025, .012}, {1200, .0003, .003}, {60, 0, .001},
    };
    struct task_facts task;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        task = due_in(rows[i].left_s, PRODUCTION);
        double loss = (double)(urgency(&task) - 1) / (100 * SLO_LOSS);
        double expected =
            delayed_risk(rows[i].left_s) - log_normal_above((double)(rows[i].left_s * SECOND_US));
        cr_assert_float_eq(loss, expected, rows[i].margin, "row %zu: %g", i, loss);
        cr_assert(loss > 7 * rows[i].minute / 8 - rows[i].margin &&
                      loss < 7 * rows[i].minute / 8 + 1. / 8 + rows[i].margin,
                  "row %zu: %g", i, loss);
    }
    task = due_in(1000000000, PRODUCTION);
    cr_assert_eq(urgency(&task), 1, "all the time in the world");
    task = due_in(2, PRODUCTION);
    cr_assert_leq(urgency(&task), 2, "lost, whatever is done");
    task.deadline_us = 0;
    cr_assert_eq(urgency(&task), 1, "no deadline");
}

Test(slo, sl1_the_one_that_loses_more_by_waiting_goes_first)
{
    struct task_facts a = due_in(320, BATCH), b = due_in(400, BATCH);
    cr_assert_eq(winner_of(&a, &b), 0);
    cr_assert_eq(winner_of(&b, &a), 1);
}

Test(slo, sl2_one_that_is_lost_does_not_go_first)
{
    struct task_facts a = due_in(60, BATCH), b = due_in(400, BATCH);
    cr_assert_eq(winner_of(&a, &b), 1);
}

Test(slo, sl3_weight_counts)
{
    struct task_facts a = due_in(320, BEST_EFFORT), b = due_in(400, BATCH);
    cr_assert_eq(winner_of(&a, &b), 1);
    for (int64_t left_s = 1; left_s < 3000; left_s += 13) {
        int32_t priorities[] = {BEST_EFFORT, BATCH, PRODUCTION, CRITICAL};
        cost_t before = 0;
        for (size_t i = 0; i < COUNT_OF(priorities); i++) {
            struct task_facts task = due_in(left_s, priorities[i]);
            cr_assert_geq(urgency(&task), before);
            before = urgency(&task);
        }
    }
}

/* Two machines, of which one takes twice as long: who gains most has the other. The model has
 * no such machines; what it would say of them is the risk with half of the time. */
static uint32_t fast_machine_goes_to(const struct task_facts *tasks)
{
    struct network network;
    network_init(&network);
    uint32_t sink = network_add_node(&network, -2);
    uint32_t machines[2], fast_arcs[2];
    for (uint32_t m = 0; m < 2; m++) {
        machines[m] = network_add_node(&network, 0);
        network_add_arc(&network, machines[m], sink, 0, 1, 0);
    }
    for (uint32_t t = 0; t < 2; t++) {
        uint32_t node = network_add_node(&network, 1);
        for (uint32_t m = 0; m < 2; m++) {
            int64_t left_us = (tasks[t].deadline_us - cluster.now_us) / (m + 1);
            int64_t risk = runtimes_above(&runtimes, &tasks[t], 0, left_us);
            uint32_t arc = network_add_arc(&network, node, machines[m], 0, 1,
                                           slo_weight(tasks[t].priority) * risk);
            if (m == 0)
                fast_arcs[t] = arc;
        }
    }
    struct solver *solver = solver_create("paths");
    struct solution solution;
    solver_solve(solver, &network, SOLVER_NO_BUDGET, &solution);
    cr_assert_eq(solution.outcome, OUTCOME_OPTIMAL);
    uint32_t first = solution.flow[fast_arcs[0]] ? 0 : 1;
    solver_destroy(solver);
    network_free(&network);
    return first;
}

Test(slo, sl4_the_faster_machine_goes_to_the_larger_difference)
{
    struct task_facts tasks[] = {due_in(400, BATCH), due_in(1200, BATCH)};
    cr_assert_eq(fast_machine_goes_to(tasks), 0);
    tasks[1].priority = CRITICAL;
    cr_assert_eq(fast_machine_goes_to(tasks), 1);
}

/* A machine of one core, so much of it used by four tasks; of the services the weight. */
static struct machine_facts loaded(double load, int64_t weight, int64_t latency_us)
{
    int64_t used = (int64_t)(load * RESOURCE_UNIT);
    return (struct machine_facts){.up = true,
                                  .present = true,
                                  .running = 4,
                                  .capacity = {{RESOURCE_UNIT, RESOURCE_UNIT}},
                                  .used = {{used, used / 2}},
                                  .services_weight = weight,
                                  .services_latency_us = latency_us};
}

Test(slo, response_times_are_those_of_a_queue)
{
    static const struct {
        double load;
        int64_t latency_us;
        double slow;
    } rows[] = {
        {.5, 120 * MS_US, .0025},  {.8, 120 * MS_US, .0907}, {.9, 120 * MS_US, .3012},
        {.95, 120 * MS_US, .5488}, {.5, 92103, .01},         {.8, 230259, .01},
        {.9, 460517, .01},         {.95, 921034, .01},       {1, 120 * MS_US, 1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct machine_facts machine = loaded(rows[i].load, 0, 0);
        struct task_facts service = {.priority = PRODUCTION, .latency_us = rows[i].latency_us};
        double slow = (double)latency->class_unit(&service, &machine, 0) / (100 * SLO_LOSS);
        cr_assert_float_eq(slow, rows[i].slow, .00006, "row %zu: %g", i, slow);
    }
}

Test(slo, one_request_in_a_hundred_takes_longer_than_the_p99)
{
    static const struct {
        double load;
        int64_t p99_ms;
    } rows[] = {{0, 46}, {.5, 92}, {.8, 230}, {.9, 461}, {.95, 921}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        wide_t load = (wide_t)(rows[i].load * RESOURCE_UNIT + .5);
        int64_t p99_us = response_p99_us(load);
        cr_assert_eq((p99_us + MS_US / 2) / MS_US, rows[i].p99_ms, "row %zu: %" PRId64, i, p99_us);
        double slow = (double)response_slow(load, p99_us) / FIXED_ONE;
        cr_assert_float_eq(slow, .01, 1e-5, "row %zu: %g", i, slow);
    }
    cr_assert_eq(response_p99_us(RESOURCE_UNIT), TIME_NEVER);
    cr_assert_eq(response_p99_us(2 * RESOURCE_UNIT), TIME_NEVER);
}

Test(slo, sl5_a_task_avoids_the_machine_where_a_service_would_suffer)
{
    struct machine_facts busy = loaded(.8, 100, 120 * MS_US);
    struct machine_facts idle = loaded(.2, 0, 0);
    cr_assert_gt(latency->machine_unit(&busy, 4), latency->machine_unit(&idle, 4));
    /* From 0.8 to 1: R(1) - R(0.8), of 100 streams. */
    cr_assert_eq(latency->machine_unit(&busy, 4), 100 * SLO_LOSS);
    /* From 0.6 to 0.8. */
    cr_assert_float_eq((double)latency->machine_unit(&busy, 3) / (100 * SLO_LOSS),
                       exp(-2.4) - exp(-4.8), 1e-6);
    busy.services_weight = 0;
    cr_assert_eq(latency->machine_unit(&busy, 4), latency->machine_unit(&idle, 4), "a tie");
    struct task_facts batch = {.priority = BATCH};
    cr_assert_eq(latency->class_unit(&batch, &busy, 0), 0);
    cr_assert_eq(latency->class_key(&batch, &cluster), 0);
}

static struct task_facts running_batch(void)
{
    struct task_facts batch = due_in(300, BATCH); /* going on misses with .13, anew with .6 */
    batch.machine = 0;
    batch.ran_us = 200 * SECOND_US;
    return batch;
}

Test(slo, sl6_a_critical_task_stops_one_that_loses_less)
{
    struct task_facts batch = running_batch();
    struct task_facts critical = due_in(320, CRITICAL), equal = due_in(320, BATCH);
    cr_assert_eq(winner_of(&batch, &critical), 1);
    cr_assert_eq(winner_of(&batch, &equal), 0, "a like one does not gain what is lost");
    double lost = (double)(slo->preempting(&batch, &cluster) - slo->keeping(&batch, &cluster));
    cr_assert_float_eq(lost / (10 * SLO_LOSS), delayed_risk(300) - .128 + 1. / 32, .04);
    batch.stops = 3;
    cr_assert_eq(winner_of(&batch, &critical), 0, "not for ever");
}

Test(slo, sl7_late_tasks_do_not_starve_those_that_can_be_saved)
{
    struct task_facts late = due_in(-10, PRODUCTION), saved = due_in(400, BATCH);
    late.waited_us = 2000 * SECOND_US;
    cr_assert_eq(winner_of(&late, &saved), 1);
    cr_assert_float_eq((double)urgency(&late), 2000 * SLO_PATIENCE * 100 / 5, 20000);
    late.deadline_us = 0; /* with its full patience it would have won */
    cr_assert_eq(winner_of(&late, &saved), 0);
}

static struct task_facts random_task(struct random *random)
{
    static const int32_t priorities[] = {-5, 0, 1, 2, 5, 8, 9, 10, 400};
    struct task_facts task = due_in((int64_t)random_below(random, 4000) - 500,
                                    priorities[random_below(random, COUNT_OF(priorities))]);
    if (random_below(random, 5) == 0)
        task.deadline_us = 0;
    if (random_below(random, 3) == 0)
        task.true_run_us = 1 + (int64_t)random_below(random, 600 * SECOND_US);
    if (random_below(random, 5) == 0)
        task.latency_us = 20 * MS_US;
    task.waited_us = (int64_t)random_below(random, 800 * SECOND_US);
    if (random_below(random, 2)) {
        task.machine = 0;
        task.ran_us = (int64_t)random_below(random, 900 * SECOND_US);
        task.stops = (uint32_t)random_below(random, 5);
    }
    return task;
}

struct answers {
    cost_t waiting, anywhere, keeping, preempting;
};

static struct answers ask(const struct cost_model *model, const struct task_facts *task)
{
    struct answers answers = {0};
    answers.waiting = model->waiting(task, &cluster);
    answers.anywhere = model->anywhere ? model->anywhere(task, &cluster) : 0;
    if (task->machine != NONE) {
        answers.waiting = 0;
        answers.keeping = model->keeping(task, &cluster);
        answers.preempting = model->preempting(task, &cluster);
    }
    return answers;
}

static void pass(struct task_facts *task, int64_t time_us)
{
    cluster.now_us += time_us;
    if (task->machine == NONE)
        task->waited_us += time_us;
    else
        task->ran_us += time_us;
}

static void check_range(const struct cost_model *model, const struct answers *answers)
{
    const cost_t costs[] = {answers->waiting, answers->anywhere, answers->keeping,
                            answers->preempting};
    for (size_t i = 0; i < COUNT_OF(costs); i++) {
        cr_assert_leq(costs[i], model->range);
        cr_assert_geq(costs[i], -model->range);
    }
}

/* From now until `holds_until` nothing changes, and it is not the least. */
static void check_hold(const struct cost_model *model, struct task_facts task,
                       struct random *random)
{
    int64_t start_us = cluster.now_us;
    struct answers now = ask(model, &task);
    int64_t until_us = model->holds_until(&task, &cluster);
    cr_assert_gt(until_us, start_us);
    if (until_us == TIME_NEVER)
        until_us = start_us + 1000 * SECOND_US;
    for (int i = 0; i < 3; i++) {
        int64_t left_us = until_us - 1 - cluster.now_us;
        pass(&task, i == 2 ? left_us : (int64_t)random_below(random, (uint64_t)left_us + 1));
        struct answers later = ask(model, &task);
        cr_assert_arr_eq(&now, &later, sizeof now, "%s", model->name);
    }
    cluster.now_us = start_us;
}

Test(slo, answers_hold_as_long_as_they_say_and_waiting_never_gets_cheaper)
{
    struct random random;
    random_init(&random, 11);
    for (uint32_t i = 0; i < 400; i++) {
        struct task_facts task = random_task(&random);
        const struct cost_model *model = i % 4 ? slo : latency;
        int64_t start_us = cluster.now_us;
        cost_t before = -model->range;
        for (uint32_t step = 0; step < 60; step++) {
            struct answers answers = ask(model, &task);
            check_range(model, &answers);
            check_hold(model, task, &random);
            if (task.machine == NONE) {
                cr_assert_geq(answers.waiting, before, "task %u step %u", i, step);
                cr_assert_geq(answers.waiting, answers.anywhere + 1, "task %u step %u", i, step);
                before = answers.waiting;
            } else if (model == slo) {
                cr_assert_geq(answers.preempting, answers.keeping, "task %u step %u", i, step);
            }
            pass(&task, (int64_t)random_below(&random, 20 * SECOND_US));
        }
        cluster.now_us = start_us;
    }
}

Test(slo, a_task_changes_its_price_some_hundred_times_in_a_day)
{
    struct task_facts task = due_in(86400, BATCH);
    uint32_t changes = 0;
    while (cluster.now_us < task.deadline_us) {
        pass(&task, slo->holds_until(&task, &cluster) - cluster.now_us);
        changes++;
    }
    cr_assert_leq(changes, 800);
}

Test(slo, units_of_a_machine_never_fall)
{
    struct random random;
    random_init(&random, 3);
    for (uint32_t i = 0; i < 300; i++) {
        int64_t latency_us = 1 + (int64_t)random_below(&random, 1 << random_below(&random, 24));
        struct machine_facts machine =
            loaded((double)random_below(&random, 1000) / 1000,
                   1 + (int64_t)random_below(&random, 100000), latency_us);
        machine.running = 1 + (uint32_t)random_below(&random, 40);
        struct task_facts service = {.priority = CRITICAL,
                                     .latency_us = latency_us,
                                     .demand = {{RESOURCE_UNIT / 37, RESOURCE_UNIT / 100}}};
        for (uint32_t k = 0; k < 80; k++) {
            cr_assert_leq(latency->machine_unit(&machine, k),
                          latency->machine_unit(&machine, k + 1), "machine %u, %u", i, k);
            cr_assert_leq(latency->class_unit(&service, &machine, k),
                          latency->class_unit(&service, &machine, k + 1), "machine %u, %u", i, k);
            cr_assert_leq(latency->machine_unit(&machine, k + 1), latency->range);
        }
        cr_assert_eq(latency->class_unit(&service, &machine, UINT32_MAX), 1000 * SLO_LOSS);
    }
}

Test(slo, there_is_room_for_the_other_models_beside_it)
{
    struct cost_mix mix;
    struct problem problem = {0};
    cr_assert_eq(cost_mix_read(&mix, "slo:1000,quincy:10", &problem), STATUS_OK, "%s",
                 problem.reason);
    cr_assert_leq(1000 * slo->range + 10 * cost_model_find("quincy")->range + (INT64_C(101) << 30),
                  COST_MODEL_MAX, "100 and 1 times a range of 2^30");
}
