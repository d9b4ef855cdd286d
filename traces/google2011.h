/* google2011.h - the format row of Google's ClusterData2011_2. */
#ifndef TRACES_GOOGLE2011_H
#define TRACES_GOOGLE2011_H

#include "traces/trace.h"

extern const struct trace_format trace_format_google2011;

#endif
