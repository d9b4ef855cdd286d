/* fuzz_google2019.c - any bytes as the sample of Google's trace of 2019 and the table of its
 * machines: see fuzz_tables.h. */
#include "tests/fuzz/fuzz_tables.h"
#include "traces/google2019.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"borg_traces_data.csv", "machine_events.json", NULL};
    fuzz_tables(&trace_format_google2019, names, data, size);
    return 0;
}
