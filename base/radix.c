/* radix.c - see radix.h. */
#include "base/radix.h"

uint64_t *radix_sort(uint64_t *keys, uint64_t *spare, uint32_t count)
{
    uint64_t all = UINT64_MAX;
    uint64_t any = 0;
    for (uint32_t i = 0; i < count; i++) {
        all &= keys[i];
        any |= keys[i];
    }
    for (uint32_t shift = 0; shift < 64; shift += 8) {
        uint32_t start[257] = {0};
        if (((all ^ any) >> shift & 0xff) == 0)
            continue;
        for (uint32_t i = 0; i < count; i++)
            start[(keys[i] >> shift & 0xff) + 1]++;
        for (uint32_t byte = 0; byte < 256; byte++)
            start[byte + 1] += start[byte];
        for (uint32_t i = 0; i < count; i++)
            spare[start[keys[i] >> shift & 0xff]++] = keys[i];
        uint64_t *sorted = spare;
        spare = keys;
        keys = sorted;
    }
    return keys;
}
