/* outside_program.h - another program as the partner of a replay, in JSON lines over two pipes. */
#ifndef PLUGINS_OUTSIDE_PROGRAM_H
#define PLUGINS_OUTSIDE_PROGRAM_H

#include "plugins/outside.h"

/* A partner that runs the command, by the shell. Its standard error is the caller's. STATUS_IO if
 * it cannot be started; whether it speaks the protocol shows with the first round. */
enum status outside_program_create(struct outside_partner *partner, const char *command,
                                   struct problem *problem);

#endif
