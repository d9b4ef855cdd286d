/* deadline_options.h - the texts of --deadlines and --latency to the rules that they say. */
#ifndef CLI_DEADLINE_OPTIONS_H
#define CLI_DEADLINE_OPTIONS_H

#include "base/status.h"
#include "replay/deadlines.h"

/* "slack=1.5,floor=60,share=0.5", in any order, and "10:20,9:100"; each may be NULL. The
 * floor is 0 and the share 1 if they are not said. STATUS_USAGE, with what is wrong. */
enum status deadline_options_read(const char *deadlines, const char *latencies,
                                  struct deadline_options *options, struct problem *problem);

#endif
