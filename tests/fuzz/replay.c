/* replay.c - runs a fuzz target over the files given, for builds without a fuzzer. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    size_t size = 0;
    size_t room = 1 << 16;
    uint8_t *data = malloc(room);
    for (size_t got = 1; data && got > 0; size += got) {
        if (size == room)
            data = realloc(data, room *= 2);
        got = data ? fread(data + size, 1, room - size, file) : 0;
    }
    fclose(file);
    if (data)
        LLVMFuzzerTestOneInput(data, size);
    free(data);
    return data == NULL;
}

int main(int argc, char **argv)
{
    int failed = 0;
    for (int i = 1; i < argc; i++)
        failed |= replay(argv[i]);
    printf("%d files replayed\n", argc - 1);
    return failed;
}
