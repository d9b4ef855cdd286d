/* number.c - see number.h. */
#include "base/number.h"

struct cursor {
    const char *at;
    const char *end;
};

static bool digit(const struct cursor *cursor)
{
    return cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9';
}

static bool take(struct cursor *cursor, char wanted)
{
    if (cursor->at >= cursor->end || *cursor->at != wanted)
        return false;
    cursor->at++;
    return true;
}

/* The exponent after 'e', clamped to +-400: beyond that every value is 0 or too large. */
static bool take_exponent(struct cursor *cursor, int *exponent)
{
    *exponent = 0;
    if (!take(cursor, 'e') && !take(cursor, 'E'))
        return true;
    bool negative = take(cursor, '-');
    if (!negative)
        take(cursor, '+');
    if (!digit(cursor))
        return false;
    for (; digit(cursor); cursor->at++)
        if (*exponent < 400)
            *exponent = *exponent * 10 + (*cursor->at - '0');
    if (negative)
        *exponent = -*exponent;
    return true;
}

enum status number_parse_fixed(const char *text, size_t size, int digits, int64_t *value)
{
    struct cursor cursor = {text, text + size};
    bool negative = take(&cursor, '-');
    if (!negative)
        take(&cursor, '+');
    const char *mantissa = cursor.at;
    int64_t point = 0;
    int64_t figures = 0;
    for (; digit(&cursor); cursor.at++, point++)
        figures++;
    if (take(&cursor, '.'))
        for (; digit(&cursor); cursor.at++)
            figures++;
    const char *mantissa_end = cursor.at;
    int exponent;
    if (figures == 0 || !take_exponent(&cursor, &exponent) || cursor.at != cursor.end)
        return STATUS_BAD_INPUT;

    /* `whole` figures stand before the fixed point; the rest only round. */
    int64_t whole = point + exponent + digits;
    unsigned __int128 sum = 0;
    unsigned __int128 limit = (unsigned __int128)INT64_MAX + (negative ? 1 : 0);
    bool below = false;
    for (const char *c = mantissa; c < mantissa_end; c++) {
        if (*c == '.')
            continue;
        if (whole-- > 0)
            sum = sum * 10 + (unsigned)(*c - '0');
        else
            below = below || *c != '0';
        if (sum > limit)
            return STATUS_TOO_LARGE;
    }
    for (; whole > 0 && sum > 0; whole--) {
        sum *= 10;
        if (sum > limit)
            return STATUS_TOO_LARGE;
    }
    sum += below;
    if (sum > limit)
        return STATUS_TOO_LARGE;
    *value = negative ? (int64_t)(0 - (uint64_t)sum) : (int64_t)sum;
    return STATUS_OK;
}

enum status number_parse_int(const char *text, size_t size, int64_t *value)
{
    bool fraction = false;
    for (size_t i = 0; i < size; i++) {
        bool sign = i == 0 && (text[i] == '-' || text[i] == '+');
        bool point = text[i] == '.' && !fraction;
        bool figure = text[i] >= '0' && text[i] <= '9' && !(fraction && text[i] != '0');
        if (!sign && !point && !figure)
            return STATUS_BAD_INPUT;
        fraction = fraction || point;
    }
    return number_parse_fixed(text, size, 0, value);
}

/* The decimal figures of a number, at least so many. Returns how many: 20 at most. */
static int put_figures(uint64_t value, int least, char *text)
{
    char reversed[20];
    int count = 0;
    for (; value || count < least; value /= 10)
        reversed[count++] = (char)('0' + value % 10);
    for (int i = 0; i < count; i++)
        text[i] = reversed[count - 1 - i];
    return count;
}

/* By hand: a replay prints millions of numbers, and printf parses its format every time. */
int number_print_fixed(int64_t value, int digits, char *text)
{
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    uint64_t unit = 1;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    int length = 0;
    if (value < 0)
        text[length++] = '-';
    length += put_figures(magnitude / unit, 1, text + length);
    uint64_t fraction = magnitude % unit;
    if (fraction) {
        text[length++] = '.';
        length += put_figures(fraction, digits, text + length);
        while (text[length - 1] == '0')
            length--;
    }
    text[length] = '\0';
    return length;
}
