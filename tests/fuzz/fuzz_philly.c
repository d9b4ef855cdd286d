/* fuzz_philly.c - any bytes as the tables of Philly: see fuzz_tables.h. */
#include "tests/fuzz/fuzz_tables.h"
#include "traces/philly.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"philly.csv", "cluster_machine_list.csv", NULL};
    fuzz_tables(&trace_format_philly, names, data, size);
    return 0;
}
