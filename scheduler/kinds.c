/* kinds.c - see kinds.h. */
#include "scheduler/kinds.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* Append the name with "#" for every run of digits; returns the end. */
static char *append_pattern(char *end, const char *name)
{
    for (; *name; name++) {
        bool digit = *name >= '0' && *name <= '9';
        if (digit && end[-1] == '#')
            continue;
        *end++ = *name;
        if (digit)
            end[-1] = '#';
    }
    return end;
}

uint32_t kinds_intern(struct cluster *cluster, uint32_t job, const char *stage)
{
    const char *job_name = names_text(&cluster->job_names, job);
    size_t size = strlen(job_name) + strlen(stage) + 16;
    char *kind = memory_alloc(size);
    int tenant_size = snprintf(kind, size, "%" PRIu32 "/", cluster->jobs[job].tenant);
    char *end = append_pattern(kind + tenant_size, job_name);
    *end++ = '/';
    end = append_pattern(end, stage);
    *end = '\0';
    uint32_t id = names_find(&cluster->kind_names, kind);
    if (id == NONE && cluster->kind_names.count < KINDS_MAX)
        id = names_intern(&cluster->kind_names, kind);
    memory_free(kind);
    return id;
}
