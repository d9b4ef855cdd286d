/* openb.h - Alibaba's cluster-trace-gpu-v2023 as a trace format. */
#ifndef TRACES_OPENB_H
#define TRACES_OPENB_H

#include "traces/trace.h"

extern const struct trace_format trace_format_openb;

#endif
