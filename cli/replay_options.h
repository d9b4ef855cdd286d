/* replay_options.h - the options of a replay, from words to struct replay_options. */
#ifndef CLI_REPLAY_OPTIONS_H
#define CLI_REPLAY_OPTIONS_H

#include "cli/options.h"
#include "replay/replay.h"

extern const struct option replay_option_rows[];
extern const uint32_t replay_option_row_count;

/* Turn parsed options and the one argument TRACE into what a replay needs; texts are
 * borrowed from `options`. STATUS_USAGE with what to do if they do not go together. */
enum status replay_options_read(const struct options *options, struct replay_options *replay,
                                struct problem *problem);

#endif
