/* label_text.h - labels and constraints as texts: their grammar and their canonical form.
 *
 *     labels        gpu=T4;zone=a            NAME=VALUE, each name once
 *     constraint    gpu=T4|P100;zone=a       the conjunction of "NAME is one of these VALUEs"
 *
 * Names and values are not empty and have none of "=", ";" and "|". In canonical form parts
 * are in order of their bytes, each once, so that equal ones are equal texts. */
#ifndef COSTMODELS_LABEL_TEXT_H
#define COSTMODELS_LABEL_TEXT_H

#include "base/types.h"

/* Is the text such a set of labels, such a constraint? The empty text is. O(n log n). */
bool label_text_labels_valid(const char *text);
bool label_text_constraint_valid(const char *text);

/* A valid text that is not empty, in canonical form, to be freed. O(n log n). */
char *label_text_canonical_labels(const char *text);
char *label_text_canonical_constraint(const char *text);

/* The parts of a text between separators, in order of their bytes, each once. */
struct label_parts {
    char *text; /* with a NUL after each part */
    char **items;
    uint32_t count;
};

/* There is at least one part, for the empty text an empty one. O(n log n). */
struct label_parts label_parts_split(const char *text, char separator);
void label_parts_free(struct label_parts *parts);

#endif
