/* compare_settings.c - see compare_settings.h. */
#include "cli/compare_settings.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/random.h"
#include "cli/command.h"
#include "traces/tables.h"

static void add_text(cJSON *settings, const char *key, const char *text)
{
    if (text)
        cJSON_AddStringToObject(settings, key, text);
    else
        cJSON_AddNullToObject(settings, key);
}

/* Two builds of one version may decide differently. */
static void add_program(cJSON *settings)
{
    unsigned char bytes[65536];
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
    ssize_t size = 0;
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && (size = read(fd, bytes, sizeof bytes)) > 0)
        for (ssize_t i = 0; i < size; i++)
            hash = (hash ^ bytes[i]) * 0x100000001b3u;
    if (fd >= 0)
        close(fd);
    char text[32];
    snprintf(text, sizeof text, "%016" PRIx64, random_mix(0, hash));
    add_text(settings, "version", FLOWSCHED_VERSION);
    add_text(settings, "build", fd >= 0 ? text : NULL);
}

/* Files, as far as they can be told apart without being read. */
struct file_facts {
    uint64_t count, bytes;
    struct timespec changed; /* the last time */
};

static enum status add_file(struct file_facts *facts, const char *path, struct problem *problem)
{
    struct stat file;
    if (stat(path, &file) != 0)
        return problem_set(problem, STATUS_IO, path, 0, 0, "cannot open: %s", strerror(errno));
    facts->count++;
    facts->bytes += (uint64_t)file.st_size;
    if (file.st_mtim.tv_sec > facts->changed.tv_sec ||
        (file.st_mtim.tv_sec == facts->changed.tv_sec &&
         file.st_mtim.tv_nsec > facts->changed.tv_nsec))
        facts->changed = file.st_mtim;
    return STATUS_OK;
}

/* Only what readers read: a folder may hold anything else, even the comparison. */
static enum status add_tables(struct file_facts *facts, const char *folder, struct problem *problem)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < trace_format_count(); i++) {
        const char *const *stems = trace_format_at(i)->stems;
        for (; *stems && status == STATUS_OK; stems++) {
            struct table_files files;
            status = table_files_find(&files, folder, *stems, false, problem);
            if (status != STATUS_OK)
                break;
            for (uint32_t f = 0; f < files.count && status == STATUS_OK; f++)
                status = add_file(facts, files.paths[f], problem);
            table_files_free(&files);
        }
    }
    return status;
}

static void add_facts(cJSON *settings, const char *what, const char *path,
                      const struct file_facts *facts)
{
    char key[32], text[64];
    char place[PATH_MAX];
    add_text(settings, what, realpath(path, place));
    snprintf(key, sizeof key, "%s_files", what);
    snprintf(text, sizeof text, "%" PRIu64, facts->count);
    add_text(settings, key, text);
    snprintf(key, sizeof key, "%s_bytes", what);
    snprintf(text, sizeof text, "%" PRIu64, facts->bytes);
    add_text(settings, key, text);
    snprintf(key, sizeof key, "%s_changed", what);
    snprintf(text, sizeof text, "%" PRId64 ".%09ld", (int64_t)facts->changed.tv_sec,
             facts->changed.tv_nsec);
    add_text(settings, key, text);
}

static enum status add_trace(cJSON *settings, const char *path, struct problem *problem)
{
    struct stat file;
    struct file_facts facts = {0};
    if (stat(path, &file) != 0 && strcmp(path, "-") != 0)
        return problem_set(problem, STATUS_IO, path, 0, 0, "cannot open: %s", strerror(errno));
    if (strcmp(path, "-") == 0 || (!S_ISREG(file.st_mode) && !S_ISDIR(file.st_mode)))
        return problem_set(problem, STATUS_USAGE, path, 0, 0,
                           "every run reads the trace: name a file or a folder, no pipe");
    enum status status =
        S_ISDIR(file.st_mode) ? add_tables(&facts, path, problem) : add_file(&facts, path, problem);
    if (status == STATUS_OK)
        add_facts(settings, "trace", path, &facts);
    return status;
}

static enum status add_tenants(cJSON *settings, const char *path, struct problem *problem)
{
    struct file_facts facts = {0};
    if (!path)
        return STATUS_OK;
    enum status status = add_file(&facts, path, problem);
    if (status == STATUS_OK)
        add_facts(settings, "tenants", path, &facts);
    return status;
}

/* "--load 0.9", or "--strict"; NULL: neither given nor by default. */
static const char *value_text(const struct option *row, const struct option_value *value)
{
    if (row->kind == OPTION_FLAG)
        return value->given ? "on" : NULL;
    return value->given ? value->text : NULL;
}

enum status compare_settings_make(const struct compare_plan *plan, cJSON **made,
                                  struct problem *problem)
{
    const struct options *options = &plan->options;
    cJSON *settings = cJSON_CreateObject();
    add_program(settings);
    enum status status = add_trace(settings, options->arguments[0], problem);
    if (status == STATUS_OK)
        status = add_tenants(settings, options_text(options, "tenants"), problem);
    if (status != STATUS_OK) {
        cJSON_Delete(settings);
        *made = NULL;
        return status;
    }
    for (uint32_t i = 0; i < options->row_count; i++) {
        char key[64];
        if (!compare_plan_is_setting(options->rows[i].name))
            continue;
        snprintf(key, sizeof key, "--%s", options->rows[i].name);
        add_text(settings, key, value_text(&options->rows[i], &options->values[i]));
    }
    *made = settings;
    return STATUS_OK;
}

static const char *text_of(const cJSON *settings, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(settings, key));
    return text ? text : "not given";
}

bool compare_settings_differ(const cJSON *was, const cJSON *is, char text[COMPARE_DIFFERENCE_SIZE])
{
    /* What only one of them has is found from that one. */
    const cJSON *const both[] = {is, was};
    for (size_t i = 0; i < COUNT_OF(both); i++) {
        for (const cJSON *item = both[i] ? both[i]->child : NULL; item; item = item->next) {
            const char *old_text = text_of(was, item->string);
            const char *new_text = text_of(is, item->string);
            if (strcmp(old_text, new_text) == 0)
                continue;
            snprintf(text, COMPARE_DIFFERENCE_SIZE, "%.30s was %.60s and is %.60s", item->string,
                     old_text, new_text);
            return true;
        }
    }
    return false;
}

void compare_settings_words(const struct compare_plan *plan, char *text, size_t size)
{
    const struct options *options = &plan->options;
    size_t length = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < options->row_count; i++) {
        const struct option *row = &options->rows[i];
        const char *value = value_text(row, &options->values[i]);
        if (!value || !compare_plan_is_setting(row->name) ||
            (row->default_text && strcmp(value, row->default_text) == 0))
            continue;
        bool flag = row->kind == OPTION_FLAG;
        snprintf(text + length, size - length, " --%s%s%s", row->name, flag ? "" : " ",
                 flag ? "" : value);
        length = strlen(text);
    }
}
