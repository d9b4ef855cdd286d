/* alibaba2018.h - the format row of Alibaba's cluster-trace-v2018. */
#ifndef TRACES_ALIBABA2018_H
#define TRACES_ALIBABA2018_H

#include "traces/trace.h"

extern const struct trace_format trace_format_alibaba2018;

#endif
