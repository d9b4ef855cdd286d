/* labels.c - see labels.h. */
#include "costmodels/labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "costmodels/label_text.h"

void labels_init(struct labels *labels)
{
    *labels = (struct labels){0};
}

void labels_free(struct labels *labels)
{
    for (uint32_t s = 0; s < labels->set_names.count; s++)
        memory_free(labels->sets[s].labels);
    for (uint32_t c = 0; c < labels->constraint_names.count; c++) {
        struct constraint *constraint = &labels->constraints[c];
        for (uint32_t t = 0; t < constraint->term_count; t++)
            memory_free(constraint->terms[t].labels);
        memory_free(constraint->terms);
        memory_free(constraint->allowed);
    }
    memory_free(labels->sets);
    memory_free(labels->constraints);
    names_free(&labels->label_names);
    names_free(&labels->set_names);
    names_free(&labels->constraint_names);
    labels_init(labels);
}

static int by_id(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static bool holds(const struct label_list *list, uint32_t label)
{
    return bsearch(&label, list->labels, list->count, sizeof label, by_id) != NULL;
}

/* Is one label of the set among the term's? */
static bool meets(const struct label_list *set, const struct label_list *term)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (holds(term, set->labels[i]))
            return true;
    return false;
}

/* Find out whether the constraint allows the set, and remember it. */
static void decide_pair(struct labels *labels, uint32_t constraint, uint32_t set)
{
    struct constraint *c = &labels->constraints[constraint];
    array_reserve(c->allowed, c->allowed_room, set / 64 + 1);
    for (uint32_t t = 0; t < c->term_count; t++)
        if (!meets(&labels->sets[set], &c->terms[t]))
            return;
    c->allowed[set / 64] |= UINT64_C(1) << set % 64;
}

static struct label_list new_list(uint32_t count)
{
    return (struct label_list){.labels = memory_alloc(count * sizeof(uint32_t)), .count = count};
}

static void sort_list(struct label_list *list)
{
    qsort(list->labels, list->count, sizeof *list->labels, by_id);
}

static void add_set(struct labels *labels, uint32_t set, const char *canonical)
{
    struct label_parts parts = label_parts_split(canonical, ';');
    array_reserve(labels->sets, labels->set_room, set + 1);
    struct label_list list = new_list(parts.count);
    for (uint32_t i = 0; i < parts.count; i++)
        list.labels[i] = names_intern(&labels->label_names, parts.items[i]);
    label_parts_free(&parts);
    sort_list(&list);
    labels->sets[set] = list;
    for (uint32_t c = 0; c < labels->constraint_names.count; c++)
        decide_pair(labels, c, set);
}

uint32_t labels_intern(struct labels *labels, const char *text)
{
    if (!text || !*text)
        return NONE;
    char *canonical = label_text_canonical_labels(text);
    uint32_t count = labels->set_names.count;
    uint32_t set = names_intern(&labels->set_names, canonical);
    if (set == count)
        add_set(labels, set, canonical);
    memory_free(canonical);
    return set;
}

/* The labels any of which meets the term. */
static struct label_list term_labels(struct labels *labels, const char *term)
{
    size_t name_size = strcspn(term, "=") + 1;
    struct label_parts values = label_parts_split(term + name_size, '|');
    struct label_list list = new_list(values.count);
    for (uint32_t i = 0; i < values.count; i++) {
        char *label = memory_alloc(name_size + strlen(values.items[i]) + 1);
        memcpy(label, term, name_size);
        memcpy(label + name_size, values.items[i], strlen(values.items[i]));
        list.labels[i] = names_intern(&labels->label_names, label);
        memory_free(label);
    }
    label_parts_free(&values);
    sort_list(&list);
    return list;
}

static void add_constraint(struct labels *labels, uint32_t id, const char *canonical)
{
    struct label_parts terms = label_parts_split(canonical, ';');
    array_reserve(labels->constraints, labels->constraint_room, id + 1);
    struct constraint *constraint = &labels->constraints[id];
    *constraint = (struct constraint){
        .terms = memory_alloc(terms.count * sizeof *constraint->terms), .term_count = terms.count};
    for (uint32_t t = 0; t < terms.count; t++)
        constraint->terms[t] = term_labels(labels, terms.items[t]);
    label_parts_free(&terms);
    for (uint32_t set = 0; set < labels->set_names.count; set++)
        decide_pair(labels, id, set);
}

uint32_t labels_intern_constraint(struct labels *labels, const char *text)
{
    if (!text || !*text)
        return NONE;
    uint32_t count = labels->constraint_names.count;
    char *canonical = label_text_canonical_constraint(text);
    uint32_t id = names_intern(&labels->constraint_names, canonical);
    if (id == count)
        add_constraint(labels, id, canonical);
    memory_free(canonical);
    return id;
}

bool constraint_allows(const struct labels *labels, uint32_t constraint, uint32_t set)
{
    if (constraint == NONE)
        return true;
    return set != NONE && (labels->constraints[constraint].allowed[set / 64] >> set % 64 & 1);
}
