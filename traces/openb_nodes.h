/* openb_nodes.h - the list of nodes: what machines there are, from the beginning to the end.
 *
 * Columns: sn, cpu_milli (1000 is a core), memory_mib, gpu (how many), model (of the GPUs;
 * empty if there are none). */
#ifndef TRACES_OPENB_NODES_H
#define TRACES_OPENB_NODES_H

#include "traces/node_list.h"
#include "traces/rows.h"

/* The label that tells the model of a node's GPUs. */
#define OPENB_LABEL "gpu"

/* Read the list and count its rows; `files` may be none. The caller frees, also after an
 * error. */
enum status openb_nodes_read(struct node_list *nodes, const struct table_files *files,
                             const struct trace_options *options, struct row_counts *counts,
                             struct problem *problem);

/* "gpu=" and then the text in the field, a model or models between "|", interned in `texts`;
 * NONE if the field is empty. False, and the row marked as bad for `reason`, if that is no
 * label or constraint. */
bool openb_take_models(struct rows *rows, uint32_t column, struct names *texts,
                       bool (*valid)(const char *text), const char *reason, uint32_t *id);

#endif
