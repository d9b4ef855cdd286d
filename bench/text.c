/* text.c - see text.h. */
#include "bench/text.h"

#include <stdio.h>

const char *text_time(char text[TEXT_SIZE], double ns)
{
    static const struct {
        double ns;
        const char *name;
    } units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}};
    size_t i = 0;
    while (i + 1 < COUNT_OF(units) && ns < 0.9995 * units[i].ns)
        i++;
    double value = ns / units[i].ns;
    snprintf(text, TEXT_SIZE, "%.*f %s",
             value < 9.995   ? 2
             : value < 99.95 ? 1
                             : 0,
             value, units[i].name);
    return text;
}

const char *text_count(char text[TEXT_SIZE], uint64_t count)
{
    char digits[TEXT_SIZE];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
    int at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            text[at++] = ',';
        text[at++] = digits[i];
    }
    text[at] = '\0';
    return text;
}
