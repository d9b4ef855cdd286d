/* read_whole.c - see read_whole.h. */
#include "cli/read_whole.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

char *read_whole(int fd)
{
    struct stat facts;
    if (fstat(fd, &facts) != 0)
        return NULL;
    size_t size = (size_t)facts.st_size;
    char *text = memory_alloc(size + 1);
    size_t done = 0;
    while (done < size) {
        ssize_t more = pread(fd, text + done, size - done, (off_t)done);
        if (more <= 0) {
            memory_free(text);
            return NULL;
        }
        done += (size_t)more;
    }
    return text;
}

cJSON *read_whole_json(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    char *text = read_whole(fd);
    close(fd);
    cJSON *json = text ? cJSON_Parse(text) : NULL;
    memory_free(text);
    return json;
}
