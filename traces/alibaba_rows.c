/* alibaba_rows.c - see alibaba_rows.h. */
#include "traces/alibaba_rows.h"

#include <string.h>

static const struct {
    const char *text;
    int status; /* -1: has not started */
} statuses[] = {
    {"Terminated", ALIBABA_TERMINATED},
    {"Running", ALIBABA_RUNNING},
    {"Failed", ALIBABA_FAILED},
    {"Interrupted", ALIBABA_FAILED},
    {"Cancelled", ALIBABA_FAILED},
    {"Waiting", -1},
    {"Ready", -1},
    {"", -1},
};

bool alibaba_take_status(struct rows *rows, uint32_t column, uint8_t *status, const char **left_out)
{
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        if (strcmp(statuses[i].text, rows_text(rows, column)) != 0)
            continue;
        if (statuses[i].status < 0)
            *left_out = "waiting";
        else
            *status = (uint8_t)statuses[i].status;
        return statuses[i].status >= 0;
    }
    return rows_bad(rows, column, "unknown_status");
}

bool alibaba_take_plan(struct rows *rows, uint32_t column, int digits, int64_t max, int64_t *plan,
                       enum alibaba_plan *kind)
{
    *kind = ALIBABA_NOT_PLANNED;
    if (rows_empty(rows, column))
        return true;
    int64_t value = 0;
    if (!rows_fixed(rows, column, digits, INT64_MIN, INT64_MAX, &value))
        return false;
    bool valid = value >= 0 && value <= max;
    *kind = valid ? ALIBABA_PLANNED : ALIBABA_PLANNED_INVALID;
    if (valid)
        *plan = value;
    return true;
}
