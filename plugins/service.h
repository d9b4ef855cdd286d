/* service.h - conversations over file descriptors: standard input and output, or a socket with
 * many clients, each with an engine of its own.
 *
 * One thread: a client's request is answered before the next one is read, clients take turns, and
 * one that is silent, slow to read, or in the middle of a line holds up nobody. What a client can
 * make the service keep is limited but for its engine: a line of SERVICE_LINE_MAX bytes and an
 * answer that it has not read yet. */
#ifndef PLUGINS_SERVICE_H
#define PLUGINS_SERVICE_H

#include <signal.h>

#include "plugins/lines.h"

#define SERVICE_LINE_MAX ((size_t)64 << 20)
#define SERVICE_CLIENTS_MAX 256

struct service_options {
    const struct flowsched_option *options; /* of each client's engine */
    size_t option_count;
    const char *socket;                       /* a path; NULL: standard input and output */
    uint32_t clients_max;                     /* of a socket; more are told so and closed */
    const volatile sig_atomic_t *interrupted; /* stop when it becomes true */
};

/* Serve until standard input ends, or until interrupted. STATUS_USAGE if the options are wrong,
 * STATUS_IO if the socket cannot be had or the output not be written. The socket's path is removed
 * at the end. */
enum status service_run(const struct service_options *options, struct problem *problem);

#endif
