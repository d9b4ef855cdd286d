/* assert.h - conditions that only a bug can break; always on, one condition each. */
#ifndef BASE_ASSERT_H
#define BASE_ASSERT_H

/* Exit status of a program whose own check failed (EX_SOFTWARE of sysexits.h). */
#define EXIT_INTERNAL 70

/* Say which check failed on standard error and end the process with EXIT_INTERNAL. */
_Noreturn void assert_failed(const char *condition, const char *file, int line);

#define ASSERT(condition) ((condition) ? (void)0 : assert_failed(#condition, __FILE__, __LINE__))

#endif
