/* fuzz_openb.c - any bytes as the lists of openb: see fuzz_tables.h. */
#include "tests/fuzz/fuzz_tables.h"
#include "traces/openb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"openb_pod_list_default.csv",
                                        "openb_node_list_all_node.csv", NULL};
    fuzz_tables(&trace_format_openb, names, data, size);
    return 0;
}
