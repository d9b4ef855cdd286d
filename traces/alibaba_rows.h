/* alibaba_rows.h - what the rows of Alibaba's traces of 2017 and 2018 have in common: how a
 * task stands, and what its instances were planned to need. */
#ifndef TRACES_ALIBABA_ROWS_H
#define TRACES_ALIBABA_ROWS_H

#include "base/resources.h"
#include "traces/rows.h"

#define ALIBABA_SECOND_US INT64_C(1000000)

/* Ten times the largest published task; a bad row cannot ask the scheduler for more. */
#define ALIBABA_INSTANCES_MAX 1000000

/* plan_cpu counts hundredths of a core, so it has two digits less below its point. A plan
 * that is not told is one core and no memory. */
#define ALIBABA_CPU_DIGITS (RESOURCE_DIGITS - 2)
#define ALIBABA_CPU_DEFAULT RESOURCE_UNIT

enum alibaba_status { ALIBABA_TERMINATED, ALIBABA_RUNNING, ALIBABA_FAILED };

/* The status in the field. False if it is not known (the row is bad then), or has not started
 * (*left_out says "waiting" then). */
bool alibaba_take_status(struct rows *rows, uint32_t column, uint8_t *status,
                         const char **left_out);

enum alibaba_plan { ALIBABA_PLANNED, ALIBABA_NOT_PLANNED, ALIBABA_PLANNED_INVALID };

/* The plan in the field, unchanged where it is empty or outside 0..max, which the publisher
 * writes (-1 and 101) for values that were not known; *kind tells. False: the row is bad. */
bool alibaba_take_plan(struct rows *rows, uint32_t column, int digits, int64_t max, int64_t *plan,
                       enum alibaba_plan *kind);

#endif
