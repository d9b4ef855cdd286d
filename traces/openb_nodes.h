/* openb_nodes.h - the list of nodes: what machines there are, from the beginning to the end.
 *
 * Columns: sn, cpu_milli (1000 is a core), memory_mib, gpu (how many), model (of the GPUs;
 * empty if there are none). */
#ifndef TRACES_OPENB_NODES_H
#define TRACES_OPENB_NODES_H

#include "base/names.h"
#include "traces/rows.h"
#include "traces/trace.h"

/* The label that tells the model of a node's GPUs. */
#define OPENB_LABEL "gpu"

struct openb_node {
    struct resources capacity;
    uint32_t labels; /* in label_texts, or NONE */
};

struct openb_nodes {
    struct names names; /* of all nodes in the list, in its order */
    struct openb_node *items;
    uint32_t count; /* of the wanted ones, the first */
    uint32_t room;
    struct names label_texts; /* "gpu=T4" */
};

/* Read the list and count its rows; `files` may be none. The caller frees, also after an
 * error. */
enum status openb_nodes_read(struct openb_nodes *nodes, const struct table_files *files,
                             const struct trace_options *options, struct row_counts *counts,
                             struct problem *problem);
void openb_nodes_free(struct openb_nodes *nodes);

/* Node `n` is there from `time_us` on; borrowed as long as the nodes. */
struct event openb_nodes_event(const struct openb_nodes *nodes, uint32_t n, int64_t time_us);

/* "gpu=" and then the text in the field, a model or models between "|", interned in `texts`;
 * NONE if the field is empty. False, and the row marked as bad for `reason`, if that is no
 * label or constraint. */
bool openb_take_models(struct rows *rows, uint32_t column, struct names *texts,
                       bool (*valid)(const char *text), const char *reason, uint32_t *id);

#endif
