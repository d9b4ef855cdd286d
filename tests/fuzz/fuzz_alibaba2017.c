/* fuzz_alibaba2017.c - any bytes as Alibaba's tables of 2017: see fuzz_tables.h. */
#include "tests/fuzz/fuzz_tables.h"
#include "traces/alibaba2017.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"batch_task.csv", "server_event.csv", NULL};
    fuzz_tables(&trace_format_alibaba2017, names, data, size);
    return 0;
}
