/* fuzz_alibaba2018.c - any bytes as Alibaba's tables: see fuzz_tables.h. */
#include "tests/fuzz/fuzz_tables.h"
#include "traces/alibaba2018.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"batch_task.csv", "machine_meta.csv", "batch_instance.csv",
                                        NULL};
    fuzz_tables(&trace_format_alibaba2018, names, data, size);
    return 0;
}
