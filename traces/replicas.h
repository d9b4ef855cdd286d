/* replicas.h - made-up input blocks for traces that record no data locality.
 *
 * After Firmament's simulator: blocks of 512 MiB with three copies, placed like HDFS (the
 * first on any machine, the second and third on two machines of one other rack), and an
 * input that grows with the run time as Google's run times are spread: the share of tasks
 * that run for less than x seconds is 1 - 0.298 x^-0.2627. Ours: that share, taken from
 * one second up, is spread over 1 to 8 blocks (Firmament: up to 320), because what counts
 * is where the copies are; and a machine without a rack gets one of 30 machines, in order
 * of appearance.
 *
 * All tasks of one event read the same blocks, so a submission is split: each of the first
 * 1,000 tasks of it gets an input of its own, as splits of one large file would be; in a
 * larger one, tasks share by equal ranges, so that the copies still spread over the cluster
 * and a stage of 100,000 tasks does not become 100,000 classes.
 *
 * The blocks follow from the seed, the task and the machines that are there: not from what
 * was asked before. */
#ifndef TRACES_REPLICAS_H
#define TRACES_REPLICAS_H

#include "base/names.h"
#include "base/random.h"
#include "scheduler/event.h"

#define REPLICAS_BLOCK_MIB 512
#define REPLICAS_BLOCKS_MAX 8
#define REPLICAS_RACK_MACHINES 30
#define REPLICAS_INPUTS_MAX 1000 /* different inputs of one submission */

struct replica_machine {
    uint32_t rack;    /* an id of rack_names */
    uint32_t at;      /* its place in `present`, NONE: it is away */
    uint32_t rack_at; /* its place in its rack's list */
};

struct replica_rack {
    uint32_t *machines; /* that are there */
    uint32_t count;
    uint32_t room;
};

struct replicas {
    uint64_t seed;
    struct names machine_names;
    struct names rack_names;
    struct replica_machine *machines;
    uint32_t machine_room;
    struct replica_rack *racks;
    uint32_t rack_room;
    uint32_t *present;
    uint32_t present_count, present_room;

    struct event whole; /* the submission that is being split */
    uint32_t given;     /* tasks of it */
    struct block blocks[REPLICAS_BLOCKS_MAX];
};

void replicas_init(struct replicas *replicas, uint64_t seed);
void replicas_free(struct replicas *replicas);

/* Follow a machine event. A drained machine keeps its copies; one that takes no task, or is
 * gone, gets none from now on. O(1) expected. */
void replicas_see(struct replicas *replicas, const struct event *event);

/* Begin with a submission, whose texts and arrays stay as they are until the last part. */
void replicas_split(struct replicas *replicas, const struct event *submitted);

/* The next part of it: a range of its tasks, with blocks. A submission that has blocks
 * already is one part, unchanged. False after the last part, and if there is none. The
 * blocks are borrowed until the next call, the names in them until replicas_free.
 * O(blocks) expected. */
bool replicas_next(struct replicas *replicas, struct event *part);

/* How many blocks a task of this run time reads: 1 to REPLICAS_BLOCKS_MAX. */
uint32_t replicas_block_count(int64_t run_us);

#endif
