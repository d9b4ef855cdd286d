/* fuzz_swf.c - any bytes as a log in the Standard Workload Format: see fuzz_tables.h. */
#include "tests/fuzz/fuzz_tables.h"
#include "traces/swf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"log.swf", NULL};
    fuzz_tables(&trace_format_swf, names, data, size);
    return 0;
}
