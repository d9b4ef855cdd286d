/* labels.h - what machines are called, and what a task demands that its machine is called.
 *
 * A machine has a set of labels, and a constraint is a conjunction of terms, each "label NAME
 * is one of these VALUEs" (costmodels/label_text.h); a machine without the label does not
 * meet it. Equal ones, in whatever order they are written, have one id, and NONE is the id of
 * no labels and of no constraint. Whether a constraint allows a set of labels is found once
 * for each pair of ids, when the later of the two is new, and then only looked up: a bit for
 * each pair. */
#ifndef COSTMODELS_LABELS_H
#define COSTMODELS_LABELS_H

#include "base/names.h"

struct label_list {
    uint32_t *labels; /* ids of label_names, rising */
    uint32_t count;
};

struct constraint {
    struct label_list *terms;
    uint32_t term_count;
    uint64_t *allowed; /* a bit for each set of labels */
    uint32_t allowed_room;
};

struct labels {
    struct names label_names; /* "gpu=T4" */
    struct names set_names;   /* the sets in canonical order; ids are those of sets */
    struct label_list *sets;
    uint32_t set_room;
    struct names constraint_names; /* likewise */
    struct constraint *constraints;
    uint32_t constraint_room;
};

void labels_init(struct labels *labels);
void labels_free(struct labels *labels);

/* The id of a valid text; NONE for NULL and the empty one. A new set costs a look at each
 * constraint, a new constraint one at each set. */
uint32_t labels_intern(struct labels *labels, const char *text);
uint32_t labels_intern_constraint(struct labels *labels, const char *text);

/* May a task with this constraint run on a machine with this set of labels? O(1). */
bool constraint_allows(const struct labels *labels, uint32_t constraint, uint32_t set);

#endif
