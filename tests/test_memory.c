/* test_memory.c - contexts, guards and reserves, over an allocator that sees all. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/assert.h"
#include "base/memory.h"
#include "base/memory_guard.h"
#include "base/memory_reserve.h"
#include "base/random.h"
#include "tests/failing_memory.h"

#define MIB ((size_t)1 << 20)
#define OWNERS 3 /* two contexts and none */

/* A context over a failing allocator. */
struct owner {
    struct failing_memory memory;
    struct memory_context context;
};

static void start(struct owner *owner)
{
    owner->memory = (struct failing_memory){0};
    struct memory_allocator allocator = failing_memory_allocator(&owner->memory);
    memory_context_init(&owner->context, &allocator);
}

static void drop(struct owner *owner)
{
    memory_context_check(&owner->context);
    cr_assert_eq(owner->context.live, owner->memory.bytes);
    cr_assert_eq(owner->context.peak, owner->memory.bytes_most);
    memory_context_drop(&owner->context);
    cr_assert_eq(owner->context.live, 0);
    failing_memory_check_empty(&owner->memory);
}

/* What is known of a block. */
struct known {
    unsigned char *bytes;
    size_t size;
    unsigned char filling;
    uint32_t owner;
};

static void check_filling(const struct known *known, size_t size)
{
    size_t right = 0;
    while (right < size && known->bytes[right] == known->filling)
        right++;
    cr_assert_eq(right, size, "byte %zu of %zu", right, size);
}

static void fill(struct known *known, size_t size, struct random *random)
{
    cr_assert_eq((uintptr_t)known->bytes % 16, 0);
    known->size = size;
    known->filling = (unsigned char)random_bits(random);
    memset(known->bytes, known->filling, size);
}

static void change_one(struct known *known, uint32_t current, struct random *random)
{
    size_t size = random_below(random, random_below(random, 10) ? 200 : 20000);
    if (!known->bytes) {
        known->bytes = random_below(random, 2) ? memory_alloc(size) : memory_resize(NULL, size);
        known->owner = current;
    } else if (random_below(random, 2)) {
        check_filling(known, known->size);
        known->bytes = memory_resize(known->bytes, size);
        check_filling(known, size < known->size ? size : known->size);
    } else {
        check_filling(known, known->size);
        memory_free(known->bytes);
        known->bytes = NULL;
        return;
    }
    fill(known, size, random);
}

static size_t sum_of(const struct known *known, uint32_t count, uint32_t owner, uint64_t *blocks)
{
    size_t sum = *blocks = 0;
    for (uint32_t k = 0; k < count; k++) {
        if (known[k].bytes && known[k].owner == owner) {
            sum += known[k].size;
            ++*blocks;
        }
    }
    return sum;
}

Test(memory, a_block_stays_with_its_context_whichever_is_current)
{
    enum { KNOWN = 60, STEPS = 4000 };
    struct owner owners[OWNERS - 1];
    struct memory_context *contexts[OWNERS] = {&owners[0].context, &owners[1].context, NULL};
    struct known known[KNOWN] = {{0}};
    size_t before = memory_live();
    struct random random;
    random_init(&random, 7);
    for (uint32_t o = 0; o + 1 < OWNERS; o++)
        start(&owners[o]);
    for (uint32_t step = 0; step < STEPS; step++) {
        uint32_t current = (uint32_t)random_below(&random, OWNERS);
        struct memory_context *previous = memory_enter(contexts[current]);
        cr_assert_null(previous);
        change_one(&known[random_below(&random, KNOWN)], current, &random);
        memory_leave(previous);
        for (uint32_t o = 0; o + 1 < OWNERS && step % 64 == 0; o++) {
            uint64_t blocks;
            size_t sum = sum_of(known, KNOWN, o, &blocks);
            memory_context_check(contexts[o]);
            cr_assert_eq(owners[o].memory.blocks, blocks, "step %u", step);
            cr_assert_eq(owners[o].memory.bytes, sum + 48 * blocks, "step %u", step);
        }
    }
    for (uint32_t o = 0; o + 1 < OWNERS; o++) {
        drop(&owners[o]);
        for (uint32_t k = 0; k < KNOWN; k++) { /* those of the others are as they were */
            if (known[k].bytes && known[k].owner > o)
                check_filling(&known[k], known[k].size);
        }
    }
    for (uint32_t k = 0; k < KNOWN; k++) {
        if (known[k].bytes && known[k].owner == OWNERS - 1)
            memory_free(known[k].bytes);
    }
    cr_assert_eq(memory_live(), before, "blocks of contexts are not counted");
}

Test(memory, a_context_without_an_allocator_has_its_memory_from_malloc)
{
    struct memory_context context;
    size_t before = memory_live();
    memory_context_init(&context, NULL);
    struct memory_context *previous = memory_enter(&context);
    cr_assert_eq(memory_current(), &context);
    char *text = memory_copy_text("kept");
    uint32_t *array = NULL, room = 0;
    for (uint32_t i = 0; i < 1000000; i++) {
        array_reserve(array, room, i + 1);
        array[i] = i;
    }
    memory_leave(previous);
    cr_assert_null(memory_current());
    cr_assert_str_eq(text, "kept");
    cr_assert_geq(context.live, 4 * MIB);
    cr_assert_leq(context.live, 4 * MIB + 1024);
    cr_assert_geq(context.peak, 6 * MIB, "the array and its half, when it moved");
    cr_assert_leq(context.peak, 6 * MIB + 1024);
    for (uint32_t i = 0; i < 1000000; i++)
        cr_assert(array[i] == i);
    memory_context_drop(&context); /* and the leak checker finds nothing */
    cr_assert_eq(context.live, 0);
    cr_assert_eq(memory_live(), before);
}

Test(memory, a_dropped_context_serves_again)
{
    struct owner owner;
    start(&owner);
    for (uint32_t time = 0; time < 3; time++) {
        struct memory_context *previous = memory_enter(&owner.context);
        for (uint32_t i = 0; i < 10; i++)
            memory_alloc(100);
        memory_leave(previous);
        cr_assert_eq(owner.memory.blocks, 10);
        drop(&owner);
    }
}

Test(memory, what_is_allocated_or_grown_is_zeroed)
{
    struct owner owner;
    start(&owner); /* which gives no zeroes itself */
    struct memory_context *contexts[] = {NULL, &owner.context};
    for (uint32_t c = 0; c < COUNT_OF(contexts); c++) {
        struct memory_context *previous = memory_enter(contexts[c]);
        char *block = memory_alloc(1000);
        for (uint32_t i = 0; i < 1000; i++)
            cr_assert_eq(block[i], 0, "context %u", c);
        uint32_t *array = NULL, room = 0;
        for (uint32_t need = 1; need < MIB; need *= 4) {
            uint32_t before = room;
            array_reserve(array, room, need);
            for (uint32_t i = before; i < room; i++)
                cr_assert(array[i] == 0, "context %u, item %u of %u", c, i, room);
            memset(array, 0x11, room * sizeof *array);
        }
        memory_free(array);
        memory_free(block);
        memory_leave(previous);
    }
    drop(&owner);
}

Test(memory, large_arrays_begin_a_cache_line_in_huge_pages)
{
    struct owner owners[2];
    start(&owners[0]);
    start(&owners[1]);
    owners[1].memory.no_huge = true;
    struct memory_context *contexts[] = {NULL, &owners[0].context, &owners[1].context};
    for (uint32_t c = 0; c < COUNT_OF(contexts); c++) {
        struct memory_context *previous = memory_enter(contexts[c]);
        uint64_t *array = NULL;
        uint32_t room = 0;
        for (uint32_t i = 0; i < MIB; i++) { /* from small to four pages */
            array_reserve(array, room, i + 1);
            array[i] = i;
            if (contexts[c] != &owners[1].context && room * sizeof *array >= 2 * MIB)
                cr_assert((uintptr_t)array % (2 * MIB) == 64, "context %u, %u items", c, room);
        }
        array = memory_resize(array, 3 * MIB);
        for (uint32_t i = 0; i < 3 * MIB / sizeof *array; i++)
            cr_assert(array[i] == i, "context %u, item %u", c, i);
        array = memory_resize(array, 100);
        cr_assert(array[0] == 0 && array[11] == 11);
        memory_free(array);
        memory_leave(previous);
    }
    cr_assert_eq(owners[0].memory.failures, 0);
    cr_assert_gt(owners[1].memory.failures, 0, "asked for huge pages, and did without");
    drop(&owners[0]);
    drop(&owners[1]);
}

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>

Test(memory, the_sanitizer_sees_who_writes_before_a_block)
{
    struct owner owner;
    start(&owner);
    struct memory_context *contexts[] = {NULL, &owner.context};
    for (uint32_t c = 0; c < COUNT_OF(contexts); c++) {
        struct memory_context *previous = memory_enter(contexts[c]);
        static const size_t sizes[] = {1, 100, 3 * MIB};
        for (uint32_t s = 0; s < COUNT_OF(sizes); s++) {
            char *block = memory_resize(memory_alloc(sizes[s]), sizes[s] + 7);
            for (int i = 1; i <= 16; i++)
                cr_assert(__asan_address_is_poisoned(block - i), "context %u, size %u", c, s);
            cr_assert_not(__asan_address_is_poisoned(block));
            memory_free(block);
        }
        memory_leave(previous);
    }
    drop(&owner);
}
#endif

/* Deeds under a guard. */

struct deed {
    struct owner *other;
    char *block;
    uint32_t done;
    enum status inner;
};

static void allocate_ten(void *argument)
{
    struct deed *deed = argument;
    for (deed->done = 0; deed->done < 10; deed->done++)
        memory_resize(memory_alloc(100), 1000);
}

static void allocate_in_other(void *argument)
{
    struct deed *deed = argument;
    deed->inner = memory_try(&deed->other->context, allocate_ten, deed);
    cr_assert_neq(memory_current(), &deed->other->context);
    memory_alloc(1);
}

static void enter_other(void *argument)
{
    struct deed *deed = argument;
    memory_enter(&deed->other->context);
    allocate_ten(deed);
}

static void enlarge(void *argument)
{
    struct deed *deed = argument;
    deed->block = memory_resize(deed->block, 100000);
}

static void ask_too_much(void *argument)
{
    size_t *size = argument;
    memory_free(memory_alloc(*size));
}

static void enlarge_too_much(void *argument)
{
    struct deed *deed = argument;
    memory_enter(NULL);
    memory_resize(deed->block, SIZE_MAX);
}

Test(memory, a_failed_allocation_leaves_the_deed)
{
    for (uint32_t n = 1; n <= 21; n++) {
        struct owner owner;
        struct deed deed = {0};
        start(&owner);
        owner.memory.fail_at = n;
        enum status status = memory_try(&owner.context, allocate_ten, &deed);
        cr_assert_eq(status, n <= 20 ? STATUS_NO_MEMORY : STATUS_OK, "allocation %u", n);
        cr_assert_eq(deed.done, (n - 1) / 2, "allocation %u", n);
        cr_assert_null(memory_current());
        drop(&owner);
    }
}

Test(memory, a_guard_within_another_is_left_alone)
{
    struct owner outer, inner;
    start(&outer);
    start(&inner);
    inner.memory.fail_at = 5;
    struct deed deed = {.other = &inner};
    cr_assert_eq(memory_try(&outer.context, allocate_in_other, &deed), STATUS_OK);
    cr_assert_eq(deed.inner, STATUS_NO_MEMORY);
    cr_assert_eq(deed.done, 2);
    outer.memory.fail_at = outer.memory.calls + 1;
    inner.memory.fail_at = 0;
    cr_assert_eq(memory_try(&outer.context, allocate_in_other, &deed), STATUS_NO_MEMORY);
    cr_assert_eq(deed.inner, STATUS_OK);
    cr_assert_eq(deed.done, 10);
    cr_assert_null(memory_current());
    drop(&outer);
    drop(&inner);
}

Test(memory, a_deed_is_left_from_whichever_context_is_current)
{
    struct owner owner, other, around;
    start(&owner);
    start(&other);
    start(&around);
    struct deed deed = {.other = &other};
    other.memory.fail_at = 4;
    struct memory_context *previous = memory_enter(&around.context);
    cr_assert_eq(memory_try(&owner.context, enter_other, &deed), STATUS_NO_MEMORY);
    cr_assert_eq(memory_current(), &around.context);
    memory_leave(previous);
    drop(&owner);
    drop(&other);
    drop(&around);
}

Test(memory, a_block_that_cannot_be_resized_is_as_it_was)
{
    struct owner owner, other;
    start(&owner);
    start(&other);
    struct deed deed = {0};
    struct memory_context *previous = memory_enter(&other.context);
    deed.block = memory_copy_text("as it was");
    memory_leave(previous);
    other.memory.fail_at = other.memory.calls + 1;
    cr_assert_eq(memory_try(&owner.context, enlarge, &deed), STATUS_NO_MEMORY);
    cr_assert_str_eq(deed.block, "as it was");
    cr_assert_eq(memory_try(&owner.context, enlarge, &deed), STATUS_OK);
    cr_assert_str_eq(deed.block, "as it was");
    cr_assert_eq(owner.memory.calls, 0, "it is the other's");
    drop(&owner);
    drop(&other);
}

Test(memory, a_size_that_none_can_have_fails_like_any)
{
    struct owner owner;
    start(&owner);
    for (uint32_t i = 0; i < 2; i++) {
        for (size_t below = 0; below < 130; below++) {
            size_t size = (i ? SIZE_MAX : SIZE_MAX / 2) - below;
            cr_assert_eq(memory_try(&owner.context, ask_too_much, &size), STATUS_NO_MEMORY);
        }
    }
    cr_assert_eq(owner.memory.calls, 0, "sums that overflow are not asked for");
    struct deed deed = {.block = memory_copy_text("of no context")};
    cr_assert_eq(memory_try(&owner.context, enlarge_too_much, &deed), STATUS_NO_MEMORY);
    cr_assert_str_eq(deed.block, "of no context");
    memory_free(deed.block);
    drop(&owner);
}

Test(memory, without_a_guard_the_process_ends, .exit_code = EXIT_INTERNAL)
{
    struct owner owner;
    struct deed deed;
    start(&owner);
    cr_assert_eq(memory_try(&owner.context, allocate_ten, &deed), STATUS_OK);
    owner.memory.fail_at = owner.memory.calls + 1;
    memory_enter(&owner.context);
    memory_alloc(1); /* the guard is gone with its deed */
    cr_assert_fail("it goes on");
}

/* Reserves. */

/* Some blocks of random sizes, which a reserve is to provide for. */
struct plan {
    uint32_t count;
    size_t sum;
    struct known blocks[8];
};

static void make_plan(struct plan *plan, struct random *random)
{
    *plan = (struct plan){.count = 1 + (uint32_t)random_below(random, COUNT_OF(plan->blocks))};
    for (uint32_t i = 0; i < plan->count; i++) {
        bool large = random_below(random, 80) == 0;
        plan->blocks[i].size = large ? 3 * MIB : random_below(random, 300);
        plan->sum += plan->blocks[i].size;
    }
}

static void do_plan(void *argument)
{
    struct plan *plan = argument;
    for (uint32_t i = 0; i < plan->count; i++) {
        struct known *block = &plan->blocks[i];
        block->bytes = memory_alloc(block->size);
        block->filling = (unsigned char)(i + 1);
        cr_assert_eq((uintptr_t)block->bytes % 16, 0);
        memset(block->bytes, block->filling, block->size);
    }
}

/* In any order. */
static void undo_plan(struct plan *plan, struct random *random)
{
    for (uint32_t left = plan->count; left; left--) {
        uint32_t i = (uint32_t)random_below(random, left);
        check_filling(&plan->blocks[i], plan->blocks[i].size);
        memory_free(plan->blocks[i].bytes);
        plan->blocks[i] = plan->blocks[left - 1];
    }
}

Test(memory, what_is_reserved_cannot_fail_wherever_the_allocator_does)
{
    struct random random;
    random_init(&random, 11);
    for (uint32_t round = 0; round < 40; round++) {
        struct plan plan;
        make_plan(&plan, &random);
        for (uint32_t n = 1; n <= 2 * plan.count + 1; n++) {
            struct plan now = plan;
            struct owner owner;
            start(&owner);
            cr_assert_eq(memory_reserve(&owner.context, plan.sum, plan.count), STATUS_OK);
            owner.memory.fail_at = owner.memory.calls + 1 + n / 2;
            owner.memory.and_after = n % 2;
            cr_assert_eq(memory_try(&owner.context, do_plan, &now), STATUS_OK, "round %u, %u",
                         round, n);
            memory_context_check(&owner.context);
            if (n % 3)
                undo_plan(&now, &random);
            drop(&owner);
        }
    }
}

Test(memory, a_reserve_serves_again_when_it_is_free)
{
    struct random random;
    struct owner owner;
    random_init(&random, 12);
    start(&owner);
    struct plan plan;
    make_plan(&plan, &random);
    cr_assert_eq(memory_reserve(&owner.context, plan.sum, plan.count), STATUS_OK);
    owner.memory.fail_at = 2;
    owner.memory.and_after = true;
    for (uint32_t time = 0; time < 5; time++) {
        struct plan now = plan;
        cr_assert_eq(memory_try(&owner.context, do_plan, &now), STATUS_OK, "time %u", time);
        cr_assert_eq(owner.memory.blocks, 1);
        undo_plan(&now, &random);
    }
    struct plan now = plan;
    cr_assert_eq(memory_try(&owner.context, do_plan, &now), STATUS_OK);
    now = plan;
    cr_assert_eq(memory_try(&owner.context, do_plan, &now), STATUS_NO_MEMORY, "it is used up");
    drop(&owner);
}

Test(memory, a_reserve_that_is_taken_is_refilled_and_goes_with_its_last_block)
{
    enum { TIMES = 6 };
    struct random random;
    struct owner owner;
    struct plan plans[TIMES];
    random_init(&random, 13);
    start(&owner);
    for (uint32_t time = 0; time < TIMES; time++) {
        make_plan(&plans[time], &random);
        owner.memory.fail_at = 0;
        cr_assert_eq(memory_reserve(&owner.context, plans[time].sum, plans[time].count), STATUS_OK);
        owner.memory.fail_at = owner.memory.calls + 1;
        owner.memory.and_after = true;
        cr_assert_eq(memory_try(&owner.context, do_plan, &plans[time]), STATUS_OK, "time %u", time);
        memory_context_check(&owner.context);
    }
    cr_assert_gt(owner.memory.blocks, 1);
    for (uint32_t time = 0; time < TIMES; time++)
        undo_plan(&plans[time], &random);
    cr_assert_eq(owner.memory.blocks, 1, "the reserve alone");
    cr_assert_null(owner.context.blocks);
    drop(&owner);
}

Test(memory, a_larger_reserve_is_there_instead_of_a_free_one)
{
    struct owner owner;
    start(&owner);
    for (size_t size = 100; size <= 1000; size += 300) {
        cr_assert_eq(memory_reserve(&owner.context, size, 1), STATUS_OK);
        cr_assert_eq(owner.memory.blocks, 1, "of %zu", size);
        cr_assert_geq(owner.memory.bytes, size);
        cr_assert_leq(owner.memory.bytes, size + 128);
    }
    drop(&owner);
}

Test(memory, a_reserve_stays_whole_as_long_as_there_is_memory)
{
    struct owner owner;
    struct deed deed;
    start(&owner);
    cr_assert_eq(memory_reserve(&owner.context, 500, 1), STATUS_OK);
    for (uint32_t time = 0; time < 3; time++) {
        cr_assert_eq(memory_try(&owner.context, allocate_ten, &deed), STATUS_OK);
        uint64_t calls = owner.memory.calls;
        cr_assert_eq(memory_reserve(&owner.context, 500, 1), STATUS_OK);
        cr_assert_eq(owner.memory.calls, calls, "nothing to refill");
    }
    drop(&owner);
}

Test(memory, a_reserve_that_cannot_be_had_changes_nothing)
{
    static const struct {
        size_t size, count;
    } ROWS[] = {
        {SIZE_MAX, 1},     {1, SIZE_MAX},      {SIZE_MAX, SIZE_MAX},
        {SIZE_MAX / 2, 1}, {1, SIZE_MAX / 64}, {1000, 1}, /* which the allocator refuses */
    };
    struct random random;
    struct owner owner;
    struct plan plan = {.count = 1, .sum = 500, .blocks = {{.size = 500}}};
    random_init(&random, 14);
    start(&owner);
    cr_assert_eq(memory_reserve(&owner.context, plan.sum, plan.count), STATUS_OK);
    size_t live = owner.context.live;
    owner.memory.fail_at = owner.memory.calls + 1;
    owner.memory.and_after = true;
    for (uint32_t i = 0; i < COUNT_OF(ROWS); i++) {
        cr_assert_eq(memory_reserve(&owner.context, ROWS[i].size, ROWS[i].count), STATUS_NO_MEMORY,
                     "row %u", i);
        cr_assert_eq(owner.context.live, live);
        cr_assert_eq(memory_try(&owner.context, do_plan, &plan), STATUS_OK, "row %u", i);
        undo_plan(&plan, &random);
    }
    cr_assert_eq(owner.memory.failures, 1 + COUNT_OF(ROWS), "sums that overflow are not asked for");
    drop(&owner);
}
