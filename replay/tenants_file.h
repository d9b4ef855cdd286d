/* tenants_file.h - weights, parents, guarantees and limits of tenants, from a file.
 *
 *     {"NAME": {"weight": 2, "parent": "NAME",
 *               "guarantee": {"cpu": 4}, "limit": {"memory": 10.5}}, ...}
 *
 * JSON (RFC 8259), plain or compressed. Every member of a tenant may be left out. Weights
 * are from 0.001 to 1000000, rounded up to thousandths; amounts are in the trace's units.
 * What a limit does not name is not limited. Tenants that only the trace names have weight
 * one, no parent, guarantee or limit; those that only the file names do no harm. */
#ifndef REPLAY_TENANTS_FILE_H
#define REPLAY_TENANTS_FILE_H

#include "scheduler/cluster.h"

/* Read the file into the cluster, before its first event. STATUS_IO if it cannot be read,
 * STATUS_BAD_INPUT if it is not as above: with the place if it is no JSON, else with the
 * tenant and its member. The cluster is then as it was. */
enum status tenants_file_read(const char *path, struct cluster *cluster, struct problem *problem);

#endif
