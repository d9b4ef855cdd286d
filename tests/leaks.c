/* leaks.c - leaks that the sanitizer finds in the test library itself, not in ours. */

const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libcriterion\n";
}
