/* google2019.h - Google's ClusterData2019, as its public sample, as a trace format. */
#ifndef TRACES_GOOGLE2019_H
#define TRACES_GOOGLE2019_H

#include "traces/trace.h"

extern const struct trace_format trace_format_google2019;

#endif
