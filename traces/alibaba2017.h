/* alibaba2017.h - Alibaba's cluster-trace-v2017 as a trace format. */
#ifndef TRACES_ALIBABA2017_H
#define TRACES_ALIBABA2017_H

#include "traces/trace.h"

extern const struct trace_format trace_format_alibaba2017;

#endif
