/* compare_folder.c - see compare_folder.h. */
#include "cli/compare_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/compare_settings.h"
#include "cli/read_whole.h"
#include "replay/summary.h"

#define FOLDER_MAX 3000 /* so that paths in it have room */
#define RECORD "comparison.json"

static enum status make_folder(const char *path, struct problem *problem)
{
    if (mkdir(path, 0777) == 0)
        return STATUS_OK;
    int error = errno;
    struct stat facts;
    if (error == EEXIST && stat(path, &facts) == 0 && S_ISDIR(facts.st_mode))
        return STATUS_OK;
    return problem_set(problem, STATUS_IO, path, 0, 0, "cannot make the folder: %s",
                       strerror(error));
}

/* As long as the descriptor is open, here or in a run that outlives us. */
static enum status lock_folder(const char *folder, int *lock, struct problem *problem)
{
    *lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*lock < 0)
        return problem_set(problem, STATUS_IO, folder, 0, 0, "cannot open: %s", strerror(errno));
    if (flock(*lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return STATUS_OK; /* or the file system knows no locks */
    close(*lock);
    *lock = -1;
    return problem_set(problem, STATUS_IO, folder, 0, 0,
                       "another comparison is running there: wait, or name another folder");
}

/* Is there nothing in it, but perhaps a record that was begun when the program was killed? */
static bool is_empty(const char *folder)
{
    DIR *list = opendir(folder);
    bool empty = list != NULL;
    for (struct dirent *entry; empty && (entry = readdir(list));)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
                strcmp(entry->d_name, "." RECORD ".part") == 0;
    if (list)
        closedir(list);
    return empty;
}

static enum status take_folder(const char *folder, const cJSON *settings, struct problem *problem)
{
    char path[COMPARE_PATH_SIZE];
    char difference[COMPARE_DIFFERENCE_SIZE];
    snprintf(path, sizeof path, "%s/" RECORD, folder);
    cJSON *was = read_whole_json(path);
    if (!was && is_empty(folder))
        return summary_write(settings, path, problem);
    if (!was)
        return problem_set(problem, STATUS_USAGE, folder, 0, 0,
                           "has something else in it than a comparison: name another folder");
    bool differ = compare_settings_differ(was, settings, difference);
    cJSON_Delete(was);
    if (!differ)
        return STATUS_OK;
    return problem_set(problem, STATUS_USAGE, folder, 0, 0,
                       "has a comparison with other settings: %s: name another folder", difference);
}

enum status compare_folder_open(const char *folder, const cJSON *settings, int *lock,
                                struct problem *problem)
{
    *lock = -1;
    if (strlen(folder) > FOLDER_MAX)
        return problem_set(problem, STATUS_IO, folder, 0, 0, "the name is too long");
    enum status status = make_folder(folder, problem);
    if (status == STATUS_OK)
        status = lock_folder(folder, lock, problem);
    if (status == STATUS_OK)
        status = take_folder(folder, settings, problem);
    if (status != STATUS_OK && *lock >= 0) {
        close(*lock);
        *lock = -1;
    }
    return status;
}

void compare_run_path(const struct compare_run *run, char path[COMPARE_PATH_SIZE])
{
    snprintf(path, COMPARE_PATH_SIZE, "%s/%s/seed-%" PRIu64, run->folder, run->policy, run->seed);
}

static void path_in_run(const struct compare_run *run, const char *name,
                        char path[COMPARE_PATH_SIZE])
{
    snprintf(path, COMPARE_PATH_SIZE, "%s/%s/seed-%" PRIu64 "/%s", run->folder, run->policy,
             run->seed, name);
}

/* The settings with what is the run's own; the caller deletes. */
static cJSON *record_of(const struct compare_run *run)
{
    char text[32];
    cJSON *record = cJSON_Duplicate(run->settings, true);
    snprintf(text, sizeof text, "%" PRIu64, run->seed);
    cJSON_AddStringToObject(record, "policy", run->policy);
    cJSON_AddStringToObject(record, "seed", text);
    return record;
}

enum status compare_run_read(const struct compare_run *run, cJSON **summary,
                             struct problem *problem)
{
    char path[COMPARE_PATH_SIZE];
    char difference[COMPARE_DIFFERENCE_SIZE];
    *summary = NULL;
    path_in_run(run, "run.json", path);
    cJSON *was = read_whole_json(path);
    if (!was)
        return STATUS_OK;
    cJSON *is = record_of(run);
    bool differ = compare_settings_differ(was, is, difference);
    cJSON_Delete(was);
    cJSON_Delete(is);
    if (differ)
        return problem_set(problem, STATUS_USAGE, path, 0, 0,
                           "the run has other settings: %s: name another folder", difference);
    path_in_run(run, "summary.json", path);
    *summary = read_whole_json(path);
    /* A run that was stopped has a summary too. */
    if (!cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(*summary, "interrupted"))) {
        cJSON_Delete(*summary);
        *summary = NULL;
    }
    return STATUS_OK;
}

enum status compare_run_begin(const struct compare_run *run, struct problem *problem)
{
    char path[COMPARE_PATH_SIZE];
    path_in_run(run, "run.json", path);
    unlink(path); /* it is not there, as a rule */
    snprintf(path, sizeof path, "%s/%s", run->folder, run->policy);
    return make_folder(path, problem);
}

enum status compare_run_finish(const struct compare_run *run, struct problem *problem)
{
    char path[COMPARE_PATH_SIZE];
    path_in_run(run, "run.json", path);
    cJSON *record = record_of(run);
    enum status status = summary_write(record, path, problem);
    cJSON_Delete(record);
    return status;
}
