/* number.h - exact numbers from text: 64-bit integers and fixed-point decimals.
 *
 * No number ever passes through a double, so ids above 2^53 and 2^63-1 survive. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include "base/status.h"

/* The whole of text[0..size) as an integer: optional sign, digits, and optionally a
 * fraction of zeros ("3.0", which some tables write). STATUS_BAD_INPUT if it is no such
 * number (also when empty), STATUS_TOO_LARGE if it leaves int64; *value is then
 * unchanged. */
enum status number_parse_int(const char *text, size_t size, int64_t *value);

/* The whole of text as a decimal ("0.0125", "1.9e-05", "-3"), times 10^digits, exact;
 * what lies below the last digit is rounded away from zero, so that a demand is never
 * understated. Errors as above. */
enum status number_parse_fixed(const char *text, size_t size, int digits, int64_t *value);

/* The shortest decimal of value / 10^digits, "0.0125", into `text` of at least 32
 * bytes; number_parse_fixed reads it back exactly. Returns its length. */
int number_print_fixed(int64_t value, int digits, char *text);

#endif
