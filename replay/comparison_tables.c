/* comparison_tables.c - see comparison_tables.h: the formats by name. */
#include "replay/comparison_tables.h"

#include <string.h>

#include "base/assert.h"

static const struct comparison_table tables[] = {
    {"text", "table.txt", comparison_print_text},   {"csv", "table.csv", comparison_print_csv},
    {"md", "table.md", comparison_print_markdown},  {"json", "table.json", comparison_print_json},
    {"latex", "table.tex", comparison_print_latex},
};

uint32_t comparison_table_count(void)
{
    return COUNT_OF(tables);
}

const struct comparison_table *comparison_table_at(uint32_t index)
{
    ASSERT(index < COUNT_OF(tables));
    return &tables[index];
}

const struct comparison_table *comparison_table_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        if (strcmp(tables[i].name, name) == 0)
            return &tables[i];
    return NULL;
}
