/* fractions.h - what is used of a machine, and what one task more is of it, as fractions.
 *
 * In integers, so that prices made of them are the same everywhere: a fraction of one is
 * FRACTION_ONE, and the k-th task is taken for k times the first, exactly. Of a resource
 * that the machine does not have there is no fraction. One division a resource: prices are
 * asked for each class on each machine. */
#ifndef COSTMODELS_FRACTIONS_H
#define COSTMODELS_FRACTIONS_H

#include "costmodels/facts.h"

#define FRACTION_BITS 20
#define FRACTION_ONE (INT64_C(1) << FRACTION_BITS)

/* No machine runs more of a class; so many of FRACTION_ONE each, squared, fit 64 bits. */
#define FRACTION_TASKS_MAX (INT64_C(1) << 16)

struct fractions {
    uint32_t count;                 /* resources that the machine has */
    int64_t used[RESOURCE_COUNT];   /* with `k` tasks more */
    int64_t demand[RESOURCE_COUNT]; /* of one task */
};

/* part / whole to the nearest fraction; whole > 0, and a part that is more counts as all.
 * Both are shifted so that the whole has 32 bits, of which the inverse is taken. */
struct fraction_of {
    int64_t whole;
    int shift;
    uint64_t inverse; /* 2^63 / the shifted whole */
};

static inline struct fraction_of fraction_of(int64_t whole)
{
    int shift = __builtin_clzll((uint64_t)whole);
    return (struct fraction_of){
        .whole = whole,
        .shift = shift,
        .inverse = (UINT64_C(1) << 63) / (((uint64_t)whole << shift) >> 32),
    };
}

static inline int64_t fraction(const struct fraction_of *of, int64_t part)
{
    uint64_t shifted = ((uint64_t)(part < of->whole ? part : of->whole) << of->shift) >> 32;
    return (int64_t)((shifted * of->inverse + (UINT64_C(1) << 42)) >> 43);
}

/* Of the machine, with k tasks of the demand more than it says. */
static inline struct fractions fractions_make(const struct machine_facts *machine,
                                              const struct resources *demand, uint32_t k)
{
    struct fractions fractions = {.count = 0};
    int64_t more = k < FRACTION_TASKS_MAX ? k : FRACTION_TASKS_MAX;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        if (machine->capacity.amount[r] <= 0)
            continue;
        struct fraction_of of = fraction_of(machine->capacity.amount[r]);
        int64_t each = fraction(&of, demand->amount[r]);
        fractions.demand[fractions.count] = each;
        fractions.used[fractions.count++] = fraction(&of, machine->used.amount[r]) + more * each;
    }
    return fractions;
}

/* The machine as if one task of the demand were not there. */
static inline struct machine_facts machine_without(const struct machine_facts *machine,
                                                   const struct resources *demand)
{
    struct machine_facts without = *machine;
    resources_subtract(&without.used, demand);
    return without;
}

/* What such a task takes of all resources of the machine together. */
static inline int64_t fractions_demanded(const struct fractions *fractions)
{
    int64_t sum = 0;
    for (uint32_t r = 0; r < fractions->count; r++)
        sum += fractions->demand[r];
    return sum;
}

#endif
