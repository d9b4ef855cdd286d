/* policies.h - the table of policies, and how a user names one.
 *
 * A policy is one file here and one row in the table. It sees the cluster and what changed
 * (scheduler/policy.h), and shares with the others what is in this folder: the queue of
 * waiting tasks (waiting.h) and machines with what a round has planned (plan.h). */
#ifndef POLICIES_POLICIES_H
#define POLICIES_POLICIES_H

#include "scheduler/policy.h"

/* The table, in the order of `flowsched list`. */
uint32_t policy_kind_count(void);
const struct policy_kind *policy_kind_at(uint32_t index);
const struct policy_kind *policy_kind_find(const char *name); /* NULL: none of that name */

/* Read "NAME", "NAME:OPTION=VALUE+OPTION=VALUE" or, of the flow policy, "flow=MIX": *kind and
 * the options' values, standard ones for those not named; with a MIX also its cost model, whose
 * text is borrowed from `text`. STATUS_USAGE, with what to write instead. */
enum status policy_read(const char *text, const struct policy_kind **kind,
                        struct policy_options *options, struct problem *problem);

/* The options of a kind as their standard values. */
void policy_set_standard(const struct policy_kind *kind, struct policy_options *options);

#endif
