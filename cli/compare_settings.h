/* compare_settings.h - all that decides what a run of a comparison does, but for its policy and
 * seed: the program, the trace, and the options. */
#ifndef CLI_COMPARE_SETTINGS_H
#define CLI_COMPARE_SETTINGS_H

#include <cjson/cJSON.h>

#include "cli/compare_plan.h"

/* As one flat object of texts and nulls, which the caller deletes: the program's version and a
 * hash of its file; where the trace and the tenants lie, how many files and bytes they are, and
 * when the last of them changed, for nobody wants to read terabytes to know whether they are the
 * same; the options by name. STATUS_IO: a file cannot be found. STATUS_USAGE: the trace is none
 * that can be read again for every run. */
enum status compare_settings_make(const struct compare_plan *plan, cJSON **settings,
                                  struct problem *problem);

/* How two of them differ, in words: "--load was 0.9 and is 1.1"; false: they do not. */
#define COMPARE_DIFFERENCE_SIZE 192
bool compare_settings_differ(const cJSON *was, const cJSON *is, char text[COMPARE_DIFFERENCE_SIZE]);

/* Those options that are not as they would be without being given, as the user would write them,
 * each with a blank before it: " --load 0.9 --strict". What does not fit is cut. */
void compare_settings_words(const struct compare_plan *plan, char *text, size_t size);

#endif
