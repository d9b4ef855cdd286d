/* lines.h - a conversation in JSON lines: one object asked, one answered, about one engine.
 *
 * docs/protocol.md is the protocol. A conversation is a client of include/flowsched.h and knows
 * nothing else of the scheduler: what it can do every other client can. It knows no file or
 * socket; who has one passes lines on. */
#ifndef PLUGINS_LINES_H
#define PLUGINS_LINES_H

#include "base/status.h"
#include "include/flowsched.h"

#define LINES_PROTOCOL 1

struct lines;

/* A conversation with a new engine; the options are copied. STATUS_USAGE as flowsched_create;
 * *lines is then NULL. */
enum status lines_create(struct lines **lines, const struct flowsched_option *options,
                         size_t option_count, struct problem *problem);
void lines_destroy(struct lines *lines); /* NULL is allowed */

/* Answer a line, which need not end. The answer is one line, with its end; borrowed until the next
 * call. What is wrong is part of the answer. */
const char *lines_answer(struct lines *lines, const char *line, size_t size);

/* The answer to a line of more than `size_max` bytes, which was not kept. */
const char *lines_refuse_long(struct lines *lines, size_t size_max);

#endif
