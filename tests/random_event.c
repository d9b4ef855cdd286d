/* random_event.c - see random_event.h. */
#include "tests/random_event.h"

#include <string.h>

#include "base/random.h"
#include "traces/native_columns.h"

static const char *random_name(struct random_event *made, struct random *random)
{
    static const char hostile[] = ",\"\";|%#=@: \t\n\r\x01\x7f'\\";
    static const char *const whole[] = {"",  "%",  "%00",      "never", "\xc3\xa9\xe2\x82\xac",
                                        "#", "\"", "\xff\xfe", "-1",    "a,b"};
    char *name = made->names[made->name_count++];
    if (random_below(random, 4) == 0)
        return strcpy(name, whole[random_below(random, COUNT_OF(whole))]);
    uint32_t size = (uint32_t)random_below(random, RANDOM_NAME_MAX + 1);
    for (uint32_t i = 0; i < size; i++)
        name[i] = random_below(random, 2) ? hostile[random_below(random, sizeof hostile - 1)]
                                          : (char)(1 + random_below(random, 255));
    name[size] = '\0';
    return name;
}

static int64_t random_amount(struct random *random, int64_t max)
{
    switch (random_below(random, 4)) {
    case 0:
        return 0;
    case 1:
        return max;
    case 2:
        return (int64_t)random_below(random, 1000);
    default:
        return (int64_t)random_below(random, (uint64_t)max + 1);
    }
}

static void randomise_lists(struct random_event *made, struct random *random)
{
    struct event *event = &made->event;
    event->attempt_count = (uint32_t)random_below(random, RANDOM_LIST_MAX + 1);
    event->predecessor_count = (uint32_t)random_below(random, RANDOM_LIST_MAX + 1);
    event->block_count = (uint32_t)random_below(random, RANDOM_LIST_MAX + 1);
    for (uint32_t i = 0; i < RANDOM_LIST_MAX; i++) {
        bool never = random_below(random, 4) == 0;
        made->attempts[i] =
            (struct attempt){.run_us = never ? TIME_NEVER : random_amount(random, NATIVE_TIME_MAX),
                             .fails = random_below(random, 2)};
        made->predecessors[i] = random_name(made, random);
        made->blocks[i] =
            (struct block){.mib = random_amount(random, NATIVE_BLOCK_MIB_MAX),
                           .copy_count = (uint32_t)random_below(random, BLOCK_COPIES_MAX + 1)};
        for (uint32_t c = 0; c < BLOCK_COPIES_MAX; c++)
            made->blocks[i].machines[c] = random_name(made, random);
    }
    event->attempts = made->attempts;
    event->predecessors = made->predecessors;
    event->blocks = made->blocks;
}

/* A name or value of a label: any but empty, and without the separators. */
static char *append_part(char *to, struct random_event *made, struct random *random)
{
    uint32_t kept = made->name_count;
    for (const char *from = random_name(made, random); *from; from++)
        *to++ = strchr("=;|", *from) ? 'x' : *from;
    made->name_count = kept;
    *to++ = 'y';
    return to;
}

/* Labels, with one value each and names of their own, or a constraint. */
static void randomise_terms(char *text, bool labels, struct random_event *made,
                            struct random *random)
{
    uint32_t count = (uint32_t)random_below(random, RANDOM_LIST_MAX);
    for (uint32_t t = 0; t < count; t++) {
        if (t)
            *text++ = ';';
        *text++ = (char)('a' + t);
        text = append_part(text, made, random);
        *text++ = '=';
        uint32_t values = labels ? 1 : 1 + (uint32_t)random_below(random, RANDOM_LIST_MAX - 1);
        for (uint32_t v = 0; v < values; v++) {
            if (v)
                *text++ = '|';
            text = append_part(text, made, random);
        }
    }
    *text = '\0';
}

void random_event_make(struct random_event *made, uint64_t seed, uint32_t number)
{
    struct random random;
    random_init(&random, random_mix(seed, number));
    memset(made, 0, sizeof *made);
    struct event *event = &made->event;
    event->kind = (enum event_kind)random_below(&random, EVENT_KIND_COUNT);
    event->time_us = (int64_t)number * 7 / 3;
    event->machine = random_name(made, &random);
    event->rack = random_below(&random, 3) ? random_name(made, &random) : NULL;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        event->resources.amount[r] = random_amount(&random, RESOURCE_MAX);
    event->unschedulable = random_below(&random, 2);
    event->job = random_name(made, &random);
    event->stage = random_name(made, &random);
    event->index = (uint32_t)random_amount(&random, NATIVE_INDEX_MAX / 2);
    event->count = 1;
    if (event->kind == EVENT_TASK_SUBMITTED) {
        event->machine = random_below(&random, 3) ? event->machine : NULL;
        event->count = 1 + (uint32_t)random_amount(&random, NATIVE_INDEX_MAX / 2);
    }
    event->tenant = random_below(&random, 3) ? random_name(made, &random) : NULL;
    event->priority = (int32_t)(uint32_t)random_bits(&random);
    if (event->kind == EVENT_TASK_SUBMITTED) {
        event->deadline_us = random_amount(&random, NATIVE_TIME_MAX);
        event->latency_us = random_amount(&random, NATIVE_TIME_MAX);
    }
    randomise_lists(made, &random);
    randomise_terms(made->labels, true, made, &random);
    randomise_terms(made->constraint, false, made, &random);
    event->labels = random_below(&random, 3) ? made->labels : NULL;
    event->constraint = random_below(&random, 3) ? made->constraint : NULL;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_lists(const struct event *a, const struct event *b)
{
    bool same = a->attempt_count == b->attempt_count && a->block_count == b->block_count &&
                a->predecessor_count == b->predecessor_count;
    for (uint32_t i = 0; same && i < a->attempt_count; i++)
        same = a->attempts[i].run_us == b->attempts[i].run_us &&
               a->attempts[i].fails == b->attempts[i].fails;
    for (uint32_t i = 0; same && i < a->predecessor_count; i++)
        same = same_text(a->predecessors[i], b->predecessors[i]);
    for (uint32_t i = 0; same && i < a->block_count; i++) {
        const struct block *x = &a->blocks[i];
        const struct block *y = &b->blocks[i];
        same = x->mib == y->mib && x->copy_count == y->copy_count;
        for (uint32_t c = 0; same && c < x->copy_count; c++)
            same = same_text(x->machines[c], y->machines[c]);
    }
    return same;
}

bool random_event_same(const struct event *a, const struct event *b)
{
    if (a->kind != b->kind || a->time_us != b->time_us)
        return false;
    if (a->kind <= EVENT_MACHINE_REMOVED) {
        bool added = a->kind == EVENT_MACHINE_ADDED;
        bool shaped = added || a->kind == EVENT_MACHINE_UPDATED;
        return same_text(a->machine, b->machine) &&
               (!added || (same_text(a->rack, b->rack) && same_text(a->labels, b->labels) &&
                           a->unschedulable == b->unschedulable)) &&
               (!shaped || resources_equal(&a->resources, &b->resources));
    }
    if (a->kind == EVENT_RECORDS_END)
        return true;
    bool submitted = a->kind == EVENT_TASK_SUBMITTED;
    bool described = submitted || a->kind == EVENT_TASK_UPDATED;
    return same_text(a->job, b->job) && same_text(a->stage, b->stage) && a->index == b->index &&
           a->count == b->count &&
           (!described ||
            (resources_equal(&a->resources, &b->resources) && a->priority == b->priority)) &&
           (!submitted ||
            (same_text(a->machine, b->machine) && same_text(a->tenant, b->tenant) &&
             same_text(a->constraint, b->constraint) && a->deadline_us == b->deadline_us &&
             a->latency_us == b->latency_us && same_lists(a, b)));
}
