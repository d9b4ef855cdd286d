/* text_report.h - a summary as lines for a person at a terminal.
 *
 * Says what a reader asks first: what ran, what became of the tasks, how full the cluster
 * was, how long things took, and whether the checks held. "-" is what is undefined. */
#ifndef REPLAY_TEXT_REPORT_H
#define REPLAY_TEXT_REPORT_H

#include <stdio.h>

#include "replay/summary.h"

void text_report_print(const struct summary *summary, FILE *stream);

#endif
