/* outside_library.h - the library's header as the partner of a replay: what another program that
 * is linked with it would be told. */
#ifndef PLUGINS_OUTSIDE_LIBRARY_H
#define PLUGINS_OUTSIDE_LIBRARY_H

#include "plugins/outside.h"

/* A partner with an engine of these options. STATUS_USAGE as flowsched_create. */
enum status outside_library_create(struct outside_partner *partner,
                                   const struct flowsched_option *options, size_t option_count,
                                   struct problem *problem);

#endif
