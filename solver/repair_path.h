/* repair_path.h - a path that a search has found, hop by hop, and the units that go along it. */
#ifndef SOLVER_REPAIR_PATH_H
#define SOLVER_REPAIR_PATH_H

#include "solver/repair_state.h"

/* A path, as the labels of both sides tell it. */
struct found {
    bool path;
    bool forward, backward; /* it has a part on that side */
    uint32_t meeting;       /* the vertex where its two parts meet */
    uint32_t begin, end;    /* its first and last vertex */
    uint32_t source;        /* whose pending units go there, or NONE */
    flow_t amount;          /* what fits along it; of a source, at most what is pending */
};

/* Walk the path that the labels and `meeting` tell: its ends, and what fits along it. */
void repair_measure(const struct repair *repair, struct found *found);

/* Move units along the path found; excesses are left to the caller, but for the source's
 * pending units. */
void repair_push(struct repair *repair, const struct found *found, flow_t amount);

#endif
