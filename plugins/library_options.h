/* library_options.h - the options of an engine, by the names of the command line. */
#ifndef PLUGINS_LIBRARY_OPTIONS_H
#define PLUGINS_LIBRARY_OPTIONS_H

#include "include/flowsched.h"
#include "scheduler/engine.h"

struct library_options {
    char *policy_text, *cost_model, *solver; /* own copies: what is below points into them */
    char *tenants;                           /* a file, or NULL */
    const struct policy_kind *policy;
    struct policy_options policy_options;
    struct engine_options engine;
};

/* Read the options over the standard ones. STATUS_USAGE with what is wrong; then there is nothing
 * to free. */
enum status library_options_read(struct library_options *options,
                                 const struct flowsched_option *given, size_t count,
                                 struct problem *problem);
void library_options_free(struct library_options *options);

#endif
