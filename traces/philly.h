/* philly.h - Microsoft's Philly trace, as the table that is derived from it, as a trace
 * format. */
#ifndef TRACES_PHILLY_H
#define TRACES_PHILLY_H

#include "traces/trace.h"

extern const struct trace_format trace_format_philly;

#endif
