/* test_labels.c - labels of machines, constraints of tasks, and where tasks may then run. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "costmodels/label_text.h"
#include "costmodels/labels.h"
#include "tests/engine_fixture.h"

Test(label_text, says_what_labels_and_constraints_are)
{
    static const struct {
        const char *text;
        bool labels, constraint;
    } rows[] = {
        {"", true, true},
        {"a=1", true, true},
        {"a=1;b=2", true, true},
        {"a=1;b=2;a=1", true, true},
        {"a=1;ab=1;a-=1", true, true},
        {"a=1;b=2;a=2", false, true},
        {"a=1|2", false, true},
        {"a=1|2;b=3|4|5", false, true},
        {"a", false, false},
        {"=1", false, false},
        {"a=", false, false},
        {"a=1=2", false, false},
        {"a=1;", false, false},
        {";a=1", false, false},
        {"a=1;;b=2", false, false},
        {"a|b=1", false, false},
        {"a=1|", false, false},
        {"a=|1", false, false},
        {"a=1||2", false, false},
        {"|", false, false},
    };
    for (uint32_t i = 0; i < COUNT_OF(rows); i++) {
        cr_assert_eq(label_text_labels_valid(rows[i].text), rows[i].labels, "%s", rows[i].text);
        cr_assert_eq(label_text_constraint_valid(rows[i].text), rows[i].constraint, "%s",
                     rows[i].text);
    }
}

Test(labels, equal_ones_have_one_id_in_whatever_order_they_are_written)
{
    struct labels labels;
    labels_init(&labels);
    uint32_t set = labels_intern(&labels, "zone=a;gpu=T4");
    cr_assert_eq(labels_intern(&labels, "gpu=T4;zone=a;gpu=T4"), set);
    cr_assert_neq(labels_intern(&labels, "gpu=T4"), set);
    uint32_t constraint = labels_intern_constraint(&labels, "zone=b|a;gpu=T4");
    cr_assert_eq(labels_intern_constraint(&labels, "gpu=T4|T4;zone=a|b;gpu=T4"), constraint);
    cr_assert_neq(labels_intern_constraint(&labels, "zone=a;gpu=T4"), constraint);
    cr_assert_str_eq(names_text(&labels.constraint_names, constraint), "gpu=T4;zone=a|b");
    cr_assert_eq(labels_intern(&labels, ""), NONE);
    cr_assert_eq(labels_intern(&labels, NULL), NONE);
    cr_assert_eq(labels_intern_constraint(&labels, ""), NONE);
    labels_free(&labels);
}

/* Does the machine have a label of each term? By the texts alone. */
static bool allows_by_text(const char *constraint, const char *set)
{
    struct label_parts terms = label_parts_split(constraint, ';');
    struct label_parts have = label_parts_split(set, ';');
    bool allowed = true;
    for (uint32_t t = 0; t < terms.count; t++) {
        size_t name_size = strcspn(terms.items[t], "=") + 1;
        struct label_parts values = label_parts_split(terms.items[t] + name_size, '|');
        bool met = false;
        for (uint32_t v = 0; v < values.count; v++)
            for (uint32_t h = 0; h < have.count; h++)
                met |= strncmp(have.items[h], terms.items[t], name_size) == 0 &&
                       strcmp(have.items[h] + name_size, values.items[v]) == 0;
        allowed &= met;
        label_parts_free(&values);
    }
    label_parts_free(&terms);
    label_parts_free(&have);
    return allowed;
}

/* Terms over three names and four values; of a set, each name at most once. */
static void random_text(struct random *random, bool set, char *text)
{
    const char *divider = "";
    *text = '\0';
    for (char name = 'a'; name <= 'c'; name++) {
        if (random_below(random, 3) == 0 && !(name == 'c' && !*divider))
            continue;
        text += sprintf(text, "%s%c=%d", divider, name, (int)random_below(random, 4));
        divider = ";";
        while (!set && random_below(random, 2))
            text += sprintf(text, "|%d", (int)random_below(random, 4));
    }
}

Test(labels, a_constraint_allows_what_its_text_says_whichever_of_the_two_came_first)
{
    enum { TEXTS = 300, SIZE = 200 };
    static char texts[TEXTS][SIZE];
    uint32_t ids[TEXTS];
    struct labels labels;
    struct random random;
    uint32_t allowed = 0;
    labels_init(&labels);
    random_init(&random, 11);
    for (uint32_t i = 0; i < TEXTS; i++) { /* those of even number are sets */
        random_text(&random, i % 2 == 0, texts[i]);
        ids[i] =
            i % 2 ? labels_intern_constraint(&labels, texts[i]) : labels_intern(&labels, texts[i]);
    }
    for (uint32_t c = 1; c < TEXTS; c += 2)
        for (uint32_t s = 0; s < TEXTS; s += 2) {
            bool expected = allows_by_text(texts[c], texts[s]);
            cr_assert_eq(constraint_allows(&labels, ids[c], ids[s]), expected, "%s on %s", texts[c],
                         texts[s]);
            allowed += expected;
        }
    cr_assert_gt(allowed, 500);
    cr_assert_gt(labels.set_names.count, 64, "more sets than bits of a word");
    cr_assert(constraint_allows(&labels, NONE, ids[0]));
    cr_assert(constraint_allows(&labels, NONE, NONE));
    cr_assert_not(constraint_allows(&labels, ids[1], NONE));
    labels_free(&labels);
}

static struct engine engine;

static void set_up(void)
{
    engine_init(&engine, &engine_options_default);
}

static void tear_down(void)
{
    check_invariants(&engine);
    engine_free(&engine);
}

TestSuite(constraints, .init = set_up, .fini = tear_down);

static enum status tell_machine(const char *name, const char *labels, struct problem *problem)
{
    struct event event = {.kind = EVENT_MACHINE_ADDED,
                          .machine = name,
                          .resources = units(4, 4),
                          .labels = labels,
                          .count = 1};
    return engine_apply(&engine, &event, problem);
}

static enum status submit_constrained(const char *job, const char *constraint,
                                      struct problem *problem)
{
    struct event event = {.kind = EVENT_TASK_SUBMITTED,
                          .job = job,
                          .stage = "",
                          .resources = units(1, 1),
                          .constraint = constraint,
                          .count = 1};
    return engine_apply(&engine, &event, problem);
}

Test(constraints, a_task_is_placed_where_it_may_run_and_rejected_elsewhere)
{
    tell_machine("t4", "gpu=T4", NULL);
    tell_machine("p100", "gpu=P100", NULL);
    tell_machine("plain", NULL, NULL);
    submit_constrained("j", "gpu=T4|V100", NULL);
    uint32_t task = task_of(&engine, "j", 0);
    cr_assert(cluster_fits(engine.cluster, task, 0));
    cr_assert_not(cluster_fits(engine.cluster, task, 1));
    cr_assert_not(cluster_fits(engine.cluster, task, 2));
    decide_one(&engine, DECISION_PLACE, task, 1, 0);
    cr_assert_eq(state_of(&engine, task), TASK_WAITING);
    cr_assert_eq(engine.rejected_decisions, 1);
    decide_one(&engine, DECISION_PLACE, task, 0, 0);
    cr_assert_eq(state_of(&engine, task), TASK_RUNNING);
}

Test(constraints, a_task_that_no_machine_satisfies_is_infeasible_until_one_comes)
{
    tell_machine("m", "gpu=T4", NULL);
    submit_constrained("j", "gpu=T4;zone=a", NULL);
    uint32_t task = task_of(&engine, "j", 0);
    cr_assert_eq(state_of(&engine, task), TASK_INFEASIBLE);
    tell_machine("n", "zone=a;gpu=T4", NULL);
    cr_assert_eq(state_of(&engine, task), TASK_WAITING);
    change_machine(&engine, EVENT_MACHINE_REMOVED, "n", 0);
    cr_assert_eq(state_of(&engine, task), TASK_INFEASIBLE);
}

Test(constraints, a_machine_keeps_its_labels_until_others_are_said)
{
    tell_machine("m", "gpu=T4", NULL);
    uint32_t labels = engine.cluster->machine_facts[0].labels;
    change_machine(&engine, EVENT_MACHINE_REMOVED, "m", 0);
    tell_machine("m", NULL, NULL);
    cr_assert_eq(engine.cluster->machine_facts[0].labels, labels);
    submit_constrained("constrained", "gpu=T4", NULL);
    submit_constrained("free", NULL, NULL);
    uint32_t constrained = task_of(&engine, "constrained", 0);
    uint32_t free = task_of(&engine, "free", 0);
    decide_one(&engine, DECISION_PLACE, constrained, 0, 0);
    decide_one(&engine, DECISION_PLACE, free, 0, 0);
    change_machine(&engine, EVENT_MACHINE_DRAINED, "m", 0);
    tell_machine("m", "", NULL);
    cr_assert_eq(engine.cluster->machine_facts[0].labels, NONE);
    cr_assert_eq(state_of(&engine, constrained), TASK_INFEASIBLE, "evicted: it may not stay");
    cr_assert_eq(state_of(&engine, free), TASK_RUNNING);
}

Test(constraints, texts_that_are_none_are_refused_and_change_nothing)
{
    struct problem problem;
    cr_assert_eq(tell_machine("m", "gpu", &problem), STATUS_BAD_INPUT);
    cr_assert_str_eq(problem.reason,
                     "machine_added: machine m: labels are NAME=VALUE;..., each name once");
    cr_assert_eq(engine.cluster->machine_count, 0);
    tell_machine("m", NULL, NULL);
    cr_assert_eq(submit_constrained("j", "gpu=", &problem), STATUS_BAD_INPUT);
    cr_assert_str_eq(problem.reason,
                     "task_submitted: j//0: a constraint is NAME=VALUE|VALUE...;...");
    cr_assert_eq(engine.cluster->submitted, 0);
}
