/* memory_guard.c - see memory_guard.h. */
#include "base/memory_guard.h"

#include <setjmp.h>

#include "base/assert.h"

struct guard {
    struct guard *outer;
    struct memory_context *previous;
    bool failed;
    jmp_buf place;
};

/* Of the memory_try that the thread is in; NULL: none. */
static _Thread_local struct guard *innermost;

enum status memory_try(struct memory_context *context, void (*deed)(void *argument), void *argument)
{
    ASSERT(context);
    struct guard guard = {.outer = innermost, .previous = memory_enter(context)};
    innermost = &guard;
    if (setjmp(guard.place) == 0)
        deed(argument);
    else
        guard.failed = true;
    innermost = guard.outer;
    memory_leave(guard.previous);
    return guard.failed ? STATUS_NO_MEMORY : STATUS_OK;
}

void memory_fail(void)
{
    bool memory_available = innermost != NULL;
    ASSERT(memory_available);
    longjmp(innermost->place, 1);
}
