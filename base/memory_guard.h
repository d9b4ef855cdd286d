/* memory_guard.h - deeds that memory may run out in, without the end of the process. */
#ifndef BASE_MEMORY_GUARD_H
#define BASE_MEMORY_GUARD_H

#include "base/memory_context.h"
#include "base/status.h"

/* Do a deed with the context as the current one. STATUS_NO_MEMORY if an allocation failed in it,
 * of whichever context or of none: the deed was left there by longjmp, half done, so that the
 * context may only be dropped, and with it all that the deed has made there. So a deed
 *
 *   - holds nothing but memory: no file, no lock, nothing of a library's (memory_context.h);
 *   - changes nothing but what is in its context, or is given up with it;
 *   - is not entered from C++ that would have something on its stack to destroy.
 *
 * The current context and the guard are again those of before. May be nested: a failed allocation
 * leaves the innermost deed alone, which the one around it is told. */
enum status memory_try(struct memory_context *context, void (*deed)(void *argument),
                       void *argument);

/* What a failed allocation does: leave the thread's innermost memory_try, or without one end the
 * process as a broken ASSERT does. For code that has its memory from elsewhere, too. */
_Noreturn void memory_fail(void);

#endif
