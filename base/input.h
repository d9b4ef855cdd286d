/* input.h - the lines of a file, plain or compressed, one at a time.
 *
 * What the file is, its first bytes tell, not its name: gzip (RFC 1952), Zstandard
 * (RFC 8878) or plain; several members or frames in a row are one text. A line ends at
 * "\n" or "\r\n"; the last one needs no end. */
#ifndef BASE_INPUT_H
#define BASE_INPUT_H

#include "base/status.h"

/* A line longer than this is refused: no published table comes near it, and memory
 * stays bounded whatever is fed in. */
#define INPUT_LINE_MAX (1u << 20)

struct input;

/* Open `path`, or standard input for "-". STATUS_IO if that fails; *input is then NULL.
 * The caller closes. */
enum status input_open(struct input **input, const char *path, struct problem *problem);
void input_close(struct input *input); /* NULL is allowed */

/* The next line, without its end and with a NUL behind it; borrowed until the next
 * call, and the caller may write into it. STATUS_END after the last one.
 * STATUS_BAD_INPUT with the line's place: compressed data that is cut off or broken, a
 * NUL byte (binary data), a line over INPUT_LINE_MAX. STATUS_IO: the read failed.
 * After an error there is nothing more to read. */
enum status input_line(struct input *input, char **line, size_t *size, struct problem *problem);

/* The number of the line last given out, from 1; and the file's name as opened. */
uint64_t input_line_number(const struct input *input);
const char *input_name(const struct input *input);

/* Bytes of the file consumed and its size, for a progress bar; the size is 0 where it
 * is not known. Compressed bytes for a compressed file. */
uint64_t input_bytes_read(const struct input *input);
uint64_t input_bytes_total(const struct input *input);

#endif
