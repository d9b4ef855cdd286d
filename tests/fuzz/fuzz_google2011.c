/* fuzz_google2011.c - any bytes as Google's tables: see fuzz_tables.h. */
#include "tests/fuzz/fuzz_tables.h"
#include "traces/google2011.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"task_events.csv", "machine_events.csv", "job_events.csv",
                                        NULL};
    fuzz_tables(&trace_format_google2011, names, data, size);
    return 0;
}
