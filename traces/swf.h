/* swf.h - the Standard Workload Format of the Parallel Workloads Archive as a trace format. */
#ifndef TRACES_SWF_H
#define TRACES_SWF_H

#include "traces/trace.h"

extern const struct trace_format trace_format_swf;

#endif
