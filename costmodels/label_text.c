/* label_text.c - see label_text.h. */
#include "costmodels/label_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct label_parts label_parts_split(const char *text, char separator)
{
    struct label_parts parts = {.text = memory_copy_text(text)};
    uint32_t room = 0;
    char *at = parts.text;
    do {
        char *end = strchr(at, separator);
        array_reserve(parts.items, room, parts.count + 1);
        parts.items[parts.count++] = at;
        if (end)
            *end++ = '\0';
        at = end;
    } while (at);
    qsort(parts.items, parts.count, sizeof *parts.items, by_text);
    uint32_t last = 0;
    for (uint32_t i = 1; i < parts.count; i++)
        if (strcmp(parts.items[i], parts.items[last]) != 0)
            parts.items[++last] = parts.items[i];
    parts.count = last + 1;
    return parts;
}

void label_parts_free(struct label_parts *parts)
{
    memory_free(parts->text);
    memory_free(parts->items);
}

/* The parts in one text again, to be freed; `prefix` comes before the first. */
static char *join(const char *prefix, const struct label_parts *parts, char separator)
{
    size_t size = strlen(prefix) + 1;
    for (uint32_t i = 0; i < parts->count; i++)
        size += strlen(parts->items[i]) + 1;
    char *text = memory_alloc(size);
    char *to = stpcpy(text, prefix);
    for (uint32_t i = 0; i < parts->count; i++) {
        if (i)
            *to++ = separator;
        to = stpcpy(to, parts->items[i]);
    }
    return text;
}

/* Names end at "=", values at "|", ";" or the end; none of them is empty. */
bool label_text_constraint_valid(const char *text)
{
    bool in_values = false;
    size_t size = 0; /* of the present name or value */
    if (!*text)
        return true;
    for (;; text++) {
        bool part = *text && *text != '=' && *text != '|' && *text != ';';
        size += part;
        if (part)
            continue;
        if (size == 0 || in_values == (*text == '='))
            return false;
        if (!*text)
            return true;
        in_values = *text != ';';
        size = 0;
    }
}

static bool same_name(const char *a, const char *b)
{
    size_t size = strcspn(a, "=");
    return strncmp(a, b, size + 1) == 0;
}

bool label_text_labels_valid(const char *text)
{
    if (strchr(text, '|') || !label_text_constraint_valid(text))
        return false;
    struct label_parts parts = label_parts_split(text, ';');
    bool valid = true;
    for (uint32_t i = 1; i < parts.count; i++) /* sorted: equal names stand together */
        valid &= !same_name(parts.items[i - 1], parts.items[i]);
    label_parts_free(&parts);
    return valid;
}

char *label_text_canonical_labels(const char *text)
{
    struct label_parts parts = label_parts_split(text, ';');
    char *canonical = join("", &parts, ';');
    label_parts_free(&parts);
    return canonical;
}

/* "gpu=T4|P100" in canonical order, to be freed. */
static char *canonical_term(const char *term)
{
    size_t name_size = strcspn(term, "=") + 1;
    char *name = memory_copy_text(term);
    name[name_size] = '\0';
    struct label_parts values = label_parts_split(term + name_size, '|');
    char *canonical = join(name, &values, '|');
    label_parts_free(&values);
    memory_free(name);
    return canonical;
}

char *label_text_canonical_constraint(const char *text)
{
    struct label_parts terms = label_parts_split(text, ';');
    for (uint32_t t = 0; t < terms.count; t++)
        terms.items[t] = canonical_term(terms.items[t]);
    char *joined = join("", &terms, ';');
    for (uint32_t t = 0; t < terms.count; t++)
        memory_free(terms.items[t]);
    label_parts_free(&terms);
    struct label_parts sorted = label_parts_split(joined, ';');
    memory_free(joined);
    char *canonical = join("", &sorted, ';');
    label_parts_free(&sorted);
    return canonical;
}
