/* deadline_options.c - see deadline_options.h. */
#include "cli/deadline_options.h"

#include <string.h>

#include "base/number.h"

#define DAY_US INT64_C(86400000000)
#define FLOOR_MAX_US (36600 * DAY_US)

static enum status wrong(struct problem *problem, const char *option, const char *text,
                         const char *reason)
{
    return problem_set(problem, STATUS_USAGE, NULL, 0, 0, "--%s %s: %s", option, text, reason);
}

/* The number of an item NAME=NUMBER, from `min` to `max`, in 10^-digits. */
static bool read_value(const char *item, size_t size, const char *name, int digits, int64_t min,
                       int64_t max, int64_t *value)
{
    size_t name_size = strlen(name);
    if (size <= name_size || memcmp(item, name, name_size) != 0)
        return false;
    int64_t number;
    if (number_parse_fixed(item + name_size, size - name_size, digits, &number) != STATUS_OK)
        return false;
    if (number < min || number > max)
        return false;
    *value = number;
    return true;
}

static enum status read_deadlines(const char *text, struct deadline_options *options,
                                  struct problem *problem)
{
    options->share = RESOURCE_UNIT;
    for (const char *item = text;; item++) {
        size_t size = strcspn(item, ",");
        bool good = read_value(item, size, "slack=", 9, 1, DEADLINE_SLACK_MAX, &options->slack) ||
                    read_value(item, size, "floor=", 6, 0, FLOOR_MAX_US, &options->floor_us) ||
                    read_value(item, size, "share=", 9, 0, RESOURCE_UNIT, &options->share);
        if (!good)
            return wrong(problem, "deadlines", text,
                         "say slack=F[,floor=S][,share=F]: a factor up to 1000000, seconds up to "
                         "100 years, a share from 0 to 1");
        item += size;
        if (!*item)
            break;
    }
    if (!options->slack)
        return wrong(problem, "deadlines", text, "says no slack=F");
    return STATUS_OK;
}

static enum status read_latencies(const char *text, struct deadline_options *options,
                                  struct problem *problem)
{
    for (const char *item = text;; item++) {
        size_t size = strcspn(item, ",");
        const char *colon = memchr(item, ':', size);
        size_t priority_size = colon ? (size_t)(colon - item) : 0;
        int64_t priority, latency_us;
        if (options->latency_count == LATENCY_RULES_MAX)
            return wrong(problem, "latency", text, "too many rules");
        if (!colon || number_parse_int(item, priority_size, &priority) != STATUS_OK ||
            priority < INT32_MIN || priority > INT32_MAX ||
            !read_value(colon, size - priority_size, ":", 3, 1, DAY_US, &latency_us))
            return wrong(problem, "latency", text,
                         "say PRIORITY:MS,...: a whole number, and milliseconds up to a day");
        options->latencies[options->latency_count].priority = (int32_t)priority;
        options->latencies[options->latency_count++].latency_us = latency_us;
        item += size;
        if (!*item)
            return STATUS_OK;
    }
}

enum status deadline_options_read(const char *deadlines, const char *latencies,
                                  struct deadline_options *options, struct problem *problem)
{
    *options = (struct deadline_options){0};
    enum status status = deadlines ? read_deadlines(deadlines, options, problem) : STATUS_OK;
    if (latencies && status == STATUS_OK)
        status = read_latencies(latencies, options, problem);
    return status;
}
