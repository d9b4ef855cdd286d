/* test_base.c - numbers, names, maps, heaps, compressed input and whole output. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/checked.h"
#include "base/heap.h"
#include "base/id_heap.h"
#include "base/id_map.h"
#include "base/input.h"
#include "base/memory.h"
#include "base/names.h"
#include "base/number.h"
#include "base/output.h"
#include "base/random.h"
#include "tests/temp_file.h"

Test(number, integers_are_read_exactly_or_refused)
{
    static const struct {
        const char *text;
        enum status status;
        int64_t value;
    } CASES[] = {
        {"0", STATUS_OK, 0},
        {"-0", STATUS_OK, 0},
        {"+7", STATUS_OK, 7},
        {"007", STATUS_OK, 7},
        {"3.0", STATUS_OK, 3},
        {"3.", STATUS_OK, 3},
        {"9007199254740993", STATUS_OK, 9007199254740993},
        {"9223372036854775807", STATUS_OK, INT64_MAX},
        {"-9223372036854775808", STATUS_OK, INT64_MIN},
        {"9223372036854775808", STATUS_TOO_LARGE, 99},
        {"-9223372036854775809", STATUS_TOO_LARGE, 99},
        {"99999999999999999999999999999999999999999999", STATUS_TOO_LARGE, 99},
        {"", STATUS_BAD_INPUT, 99},
        {"-", STATUS_BAD_INPUT, 99},
        {".", STATUS_BAD_INPUT, 99},
        {"--1", STATUS_BAD_INPUT, 99},
        {"1-", STATUS_BAD_INPUT, 99},
        {"1.5", STATUS_BAD_INPUT, 99},
        {"1.0.0", STATUS_BAD_INPUT, 99},
        {"1e3", STATUS_BAD_INPUT, 99},
        {"0x10", STATUS_BAD_INPUT, 99},
        {" 1", STATUS_BAD_INPUT, 99},
        {"1 ", STATUS_BAD_INPUT, 99},
        {"nan", STATUS_BAD_INPUT, 99},
    };
    for (uint32_t i = 0; i < COUNT_OF(CASES); i++) {
        int64_t value = 99;
        enum status status = number_parse_int(CASES[i].text, strlen(CASES[i].text), &value);
        cr_assert_eq(status, CASES[i].status, "'%s'", CASES[i].text);
        cr_assert_eq(value, CASES[i].value, "'%s'", CASES[i].text);
    }
}

Test(number, decimals_are_exact_and_never_understated)
{
    static const struct {
        const char *text;
        int digits;
        enum status status;
        int64_t value;
    } CASES[] = {
        {"0.0125", 4, STATUS_OK, 125},
        {"0.0125", 3, STATUS_OK, 13},
        {"-0.0125", 3, STATUS_OK, -13},
        {"1.9e-05", 9, STATUS_OK, 19000},
        {"1.9E-05", 3, STATUS_OK, 1},
        {"2e3", 2, STATUS_OK, 200000},
        {"0e400", 3, STATUS_OK, 0},
        {"1e-400", 3, STATUS_OK, 1},
        {".5", 1, STATUS_OK, 5},
        {"9.223372036854775807", 18, STATUS_OK, INT64_MAX},
        {"9.223372036854775808", 18, STATUS_TOO_LARGE, 99},
        {"9.2233720368547758071", 18, STATUS_TOO_LARGE, 99},
        {"1e400", 0, STATUS_TOO_LARGE, 99},
        {"1e", 0, STATUS_BAD_INPUT, 99},
        {"e5", 0, STATUS_BAD_INPUT, 99},
        {"1.2.3", 0, STATUS_BAD_INPUT, 99},
        {"inf", 0, STATUS_BAD_INPUT, 99},
        {"", 0, STATUS_BAD_INPUT, 99},
    };
    for (uint32_t i = 0; i < COUNT_OF(CASES); i++) {
        int64_t value = 99;
        enum status status =
            number_parse_fixed(CASES[i].text, strlen(CASES[i].text), CASES[i].digits, &value);
        cr_assert_eq(status, CASES[i].status, "'%s'", CASES[i].text);
        cr_assert_eq(value, CASES[i].value, "'%s': %" PRId64, CASES[i].text, value);
    }
}

Test(number, what_is_printed_is_read_back)
{
    static const int64_t ENDS[] = {0, 1, -1, 10, INT64_MAX, INT64_MIN, 1000000000, -999999999};
    struct random random;
    random_init(&random, 1);
    for (uint32_t i = 0; i < 5000; i++) {
        int64_t value = i < COUNT_OF(ENDS) ? ENDS[i] : (int64_t)random_bits(&random);
        int digits = (int)random_below(&random, 19);
        char text[32];
        int64_t back = 0;
        int length = number_print_fixed(value, digits, text);
        cr_assert_eq(strlen(text), (size_t)length);
        cr_assert_eq(number_parse_fixed(text, (size_t)length, digits, &back), STATUS_OK);
        cr_assert_eq(back, value, "%s with %d digits", text, digits);
    }
}

Test(checked, overflow_is_told_and_changes_nothing)
{
    int64_t value = 5;
    cr_assert(checked_add(INT64_MAX - 1, 1, &value));
    cr_assert_eq(value, INT64_MAX);
    cr_assert_not(checked_add(INT64_MAX, 1, &value));
    cr_assert_not(checked_mul(INT64_MIN, -1, &value));
    cr_assert_eq(value, INT64_MAX);
}

Test(names, a_text_has_one_id)
{
    struct names names;
    char text[16];
    names_init(&names);
    for (uint32_t i = 0; i < 1000; i++) {
        snprintf(text, sizeof text, "m%u", i);
        cr_assert_eq(names_intern(&names, text), i);
        cr_assert_eq(names_intern(&names, text), i);
    }
    cr_assert_eq(names_find(&names, "m1000"), NONE);
    cr_assert_str_eq(names_text(&names, 999), "m999");
    cr_assert_eq(names_find(&names, "m501"), 501);
    cr_assert_eq(names_intern(&names, ""), 1000);
    names_free(&names);
}

Test(id_map, random_use_agrees_with_a_plain_array)
{
    struct id_map map;
    struct random random;
    uint32_t ids[512];
    id_map_init(&map);
    random_init(&random, 3);
    memset(ids, 0xff, sizeof ids);
    for (int step = 0; step < 100000; step++) {
        uint32_t i = (uint32_t)random_below(&random, COUNT_OF(ids));
        uint64_t key = (uint64_t)i << 40;
        cr_assert_eq(id_map_get(&map, key), ids[i], "step %d", step);
        if (random_below(&random, 2)) {
            ids[i] = (uint32_t)step;
            id_map_put(&map, key, ids[i]);
        } else {
            ids[i] = NONE;
            id_map_remove(&map, key);
        }
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < COUNT_OF(ids); i++)
        count += ids[i] != NONE;
    cr_assert_eq(map.count, count);
    id_map_free(&map);
}

Test(heap, entries_come_out_by_key_and_then_by_tie)
{
    struct heap heap;
    struct random random;
    heap_init(&heap);
    random_init(&random, 5);
    cr_assert_null(heap_top(&heap));
    for (uint32_t i = 0; i < 3000; i++)
        heap_push(&heap, (int64_t)random_below(&random, 50) - 25, random_below(&random, 1000), i);
    struct heap_entry last = heap_pop(&heap);
    for (uint32_t i = 1; i < 3000; i++) {
        cr_assert_eq(heap_top(&heap)->key, heap.entries[0].key);
        struct heap_entry next = heap_pop(&heap);
        cr_assert(last.key < next.key || (last.key == next.key && last.tie <= next.tie));
        last = next;
    }
    cr_assert_null(heap_top(&heap));
    heap_free(&heap);
}

/* All lines of a file, counted, with the last line's text; the status that ended it. */
static enum status read_lines(const char *path, uint32_t *count, char last[64],
                              struct problem *problem)
{
    struct input *input;
    char *line;
    size_t size;
    enum status status = input_open(&input, path, problem);
    cr_assert_eq(status, STATUS_OK);
    *count = 0;
    last[0] = '\0';
    while ((status = input_line(input, &line, &size, problem)) == STATUS_OK) {
        cr_assert_eq(strlen(line), size);
        snprintf(last, 64, "%s", line);
        cr_assert_eq(input_line_number(input), ++*count);
    }
    cr_assert_eq(input_line(input, &line, &size, NULL), STATUS_END, "nothing comes after that");
    input_close(input);
    return status;
}

static enum status read_bytes(const void *bytes, size_t size, uint32_t *count, char last[64],
                              struct problem *problem)
{
    char path[TEMP_PATH_SIZE];
    temp_file(path, bytes, size);
    enum status status = read_lines(path, count, last, problem);
    unlink(path);
    return status;
}

Test(input, lines_end_at_either_line_end_or_the_file_end)
{
    static const struct {
        const char *text;
        uint32_t count;
        const char *last;
    } CASES[] = {
        {"", 0, ""},         {"\n", 1, ""},          {"a", 1, "a"},
        {"a\n", 1, "a"},     {"a\r\nb\r\n", 2, "b"}, {"a\n\nb", 3, "b"},
        {"\r\n\r\n", 2, ""}, {"a\rb\n", 1, "a\rb"},
    };
    for (uint32_t i = 0; i < COUNT_OF(CASES); i++) {
        uint32_t count;
        char last[64];
        struct problem problem;
        enum status status =
            read_bytes(CASES[i].text, strlen(CASES[i].text), &count, last, &problem);
        cr_assert_eq(status, STATUS_END, "row %u", i);
        cr_assert_eq(count, CASES[i].count, "row %u", i);
        cr_assert_str_eq(last, CASES[i].last);
    }
}

/* 100,000 numbered lines, more than any buffer holds. */
static char *many_lines(size_t *size)
{
    char *text = memory_alloc(100000 * 12);
    *size = 0;
    for (uint32_t i = 1; i <= 100000; i++)
        *size += (size_t)sprintf(text + *size, "line %u\n", i);
    return text;
}

static size_t pack_gzip(const char *text, size_t size, char *packed, size_t room)
{
    z_stream z = {0};
    deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    z.next_in = (Bytef *)(uintptr_t)text;
    z.avail_in = (uInt)size;
    z.next_out = (Bytef *)packed;
    z.avail_out = (uInt)room;
    cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t packed_size = room - z.avail_out;
    deflateEnd(&z);
    return packed_size;
}

static size_t pack(bool zstd, const char *text, size_t size, char *packed, size_t room)
{
    return zstd ? ZSTD_compress(packed, room, text, size, 3) : pack_gzip(text, size, packed, room);
}

Test(input, several_compressed_members_are_one_text)
{
    size_t size;
    char *text = many_lines(&size);
    size_t room = 2 * size;
    char *packed = memory_alloc(room);
    for (int zstd = 0; zstd < 2; zstd++) {
        uint32_t count;
        char last[64];
        struct problem problem;
        size_t first = pack(zstd, text, size / 2, packed, room);
        size_t both =
            first + pack(zstd, text + size / 2, size - size / 2, packed + first, room - first);
        cr_assert_eq(read_bytes(packed, both, &count, last, &problem), STATUS_END, "%s",
                     problem.reason);
        cr_assert_eq(count, 100000);
        cr_assert_str_eq(last, "line 100000");
    }
    memory_free(text);
    memory_free(packed);
}

Test(input, cut_off_and_broken_compressed_data_is_told)
{
    size_t size;
    char *text = many_lines(&size);
    char *packed = memory_alloc(2 * size);
    for (int zstd = 0; zstd < 2; zstd++) {
        uint32_t count;
        char last[64];
        struct problem problem;
        size_t whole = pack(zstd, text, size, packed, 2 * size);
        static const uint32_t PARTS[] = {1000, 2, 3};
        for (uint32_t i = 0; i < COUNT_OF(PARTS); i++) {
            size_t part = i == 0 ? whole - 1 : whole / PARTS[i];
            cr_assert_eq(read_bytes(packed, part, &count, last, &problem), STATUS_BAD_INPUT);
            cr_assert_str_eq(problem.reason, "compressed data is cut off");
            cr_assert_gt(problem.line, 0);
        }
        memset(packed + whole / 2, 0xa5, 200);
        cr_assert_eq(read_bytes(packed, whole, &count, last, &problem), STATUS_BAD_INPUT);
    }
    memory_free(text);
    memory_free(packed);
}

Test(input, a_line_of_ten_megabytes_is_refused_with_its_place)
{
    size_t size = 10u << 20;
    char *text = memory_alloc(size);
    memset(text, 'x', size);
    text[1] = '\n';
    uint32_t count;
    char last[64];
    struct problem problem;
    cr_assert_eq(read_bytes(text, size, &count, last, &problem), STATUS_BAD_INPUT);
    cr_assert_eq(count, 1);
    cr_assert_eq(problem.line, 2);
    text[2 + INPUT_LINE_MAX] = '\n';
    cr_assert_eq(read_bytes(text, 3 + INPUT_LINE_MAX, &count, last, &problem), STATUS_END);
    cr_assert_eq(count, 2, "the longest line is still read");
    memory_free(text);
}

Test(input, a_nul_byte_is_refused_with_its_place)
{
    uint32_t count;
    char last[64];
    struct problem problem;
    cr_assert_eq(read_bytes("a\nb\0c\nd\n", 8, &count, last, &problem), STATUS_BAD_INPUT);
    cr_assert_eq(count, 1);
    cr_assert_eq(problem.line, 2);
}

Test(input, what_cannot_be_opened_is_told)
{
    struct input *input;
    struct problem problem;
    cr_assert_eq(input_open(&input, "/nonexistent", &problem), STATUS_IO);
    cr_assert_null(input);
    cr_assert_eq(input_open(&input, "/tmp", &problem), STATUS_IO);
    cr_assert_null(input);
    input_close(NULL);
}

static bool file_exists(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0;
}

/* The folder's files, hidden ones included. */
static uint32_t count_files(const char *path)
{
    DIR *folder = opendir(path);
    uint32_t count = 0;
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder))
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(folder);
    return count;
}

Test(output, the_file_appears_whole_at_commit)
{
    char path[TEMP_PATH_SIZE];
    char text[64];
    struct output *output;
    temp_path(path, ".txt");
    cr_assert_eq(output_open(&output, path, NULL), STATUS_OK);
    output_print(output, "%d\n", 5);
    output_csv_text(output, "a \"b\", c");
    fputc('\n', output_stream(output));
    cr_assert_not(file_exists(path));
    cr_assert_not(output_failed(output));
    cr_assert_eq(output_commit(output, NULL), STATUS_OK);
    FILE *file = fopen(path, "r");
    size_t got = fread(text, 1, sizeof text - 1, file);
    text[got] = '\0';
    fclose(file);
    cr_assert_str_eq(text, "5\n\"a \"\"b\"\", c\"\n");
    unlink(path);
}

Test(output, giving_up_leaves_the_old_file_and_nothing_else)
{
    char folder[] = "/tmp/flowsched-output-XXXXXX";
    char path[64];
    struct output *output;
    cr_assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/x", folder);
    FILE *file = fopen(path, "w");
    fputs("old", file);
    fclose(file);
    cr_assert_eq(output_open(&output, path, NULL), STATUS_OK);
    output_print(output, "new");
    output_abandon(output);
    output_abandon(NULL);
    struct stat facts;
    cr_assert_eq(stat(path, &facts), 0);
    cr_assert_eq(facts.st_size, 3);
    cr_assert_eq(count_files(folder), 1);
    unlink(path);
    rmdir(folder);
}

Test(output, a_second_writer_is_refused_until_the_first_is_done)
{
    char folder[] = "/tmp/flowsched-output-XXXXXX";
    char path[64];
    struct output *output, *second;
    struct problem problem;
    cr_assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/x", folder);
    cr_assert_eq(output_open(&output, path, NULL), STATUS_OK);
    output_print(output, "first");
    cr_assert_eq(output_open(&second, path, &problem), STATUS_IO);
    cr_assert_null(second);
    cr_assert(strstr(problem.reason, "another program"), "%s", problem.reason);
    cr_assert_eq(output_commit(output, NULL), STATUS_OK);
    struct stat facts;
    cr_assert_eq(stat(path, &facts), 0);
    cr_assert_eq(facts.st_size, 5);
    cr_assert_eq(output_open(&second, path, NULL), STATUS_OK);
    cr_assert_eq(output_commit(second, NULL), STATUS_OK);
    unlink(path);
    rmdir(folder);
}

Test(output, a_full_disk_is_told_and_leaves_nothing)
{
    char folder[] = "/tmp/flowsched-output-XXXXXX";
    char path[64];
    char hidden[64];
    struct output *output;
    struct problem problem;
    cr_assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/x", folder);
    snprintf(hidden, sizeof hidden, "%s/.x.part", folder);
    cr_assert_eq(symlink("/dev/full", hidden), 0);
    cr_assert_eq(output_open(&output, path, &problem), STATUS_OK);
    for (int i = 0; i < 10000; i++)
        output_print(output, "many bytes %d\n", i);
    cr_assert(output_failed(output));
    cr_assert_eq(output_commit(output, &problem), STATUS_IO);
    cr_assert_eq(count_files(folder), 0);
    cr_assert_eq(output_open(&output, "/nonexistent/x", &problem), STATUS_IO);
    cr_assert_null(output);
    rmdir(folder);
}

Test(output, a_pipe_or_a_folder_is_not_replaced)
{
    char folder[] = "/tmp/flowsched-output-XXXXXX";
    char pipe[64];
    struct output *output;
    struct problem problem;
    struct stat facts;
    cr_assert(mkdtemp(folder));
    snprintf(pipe, sizeof pipe, "%s/pipe", folder);
    cr_assert_eq(mkfifo(pipe, 0600), 0);
    const char *const paths[] = {pipe, folder};
    for (uint32_t i = 0; i < COUNT_OF(paths); i++) {
        cr_assert_eq(output_open(&output, paths[i], &problem), STATUS_IO);
        cr_assert_null(output);
        cr_assert_str_eq(problem.reason, "cannot write: it is there and no regular file");
    }
    cr_assert_eq(stat(pipe, &facts), 0);
    cr_assert(S_ISFIFO(facts.st_mode));
    cr_assert_eq(count_files(folder), 1);
    unlink(pipe);
    rmdir(folder);
}

Test(problem, the_place_is_printed_as_far_as_it_is_known)
{
    static const struct {
        const char *file;
        uint64_t line;
        uint32_t column;
        const char *text;
    } CASES[] = {
        {"f", 3, 4, "f:3:4: bad"}, {"f", 3, 0, "f:3: bad"}, {"f", 0, 0, "f: bad"},
        {NULL, 3, 4, "3:4: bad"},  {NULL, 0, 0, "bad"},
    };
    for (uint32_t i = 0; i < COUNT_OF(CASES); i++) {
        struct problem problem;
        char text[64];
        problem_set(&problem, STATUS_IO, CASES[i].file, CASES[i].line, CASES[i].column, "bad");
        problem_print(&problem, text, sizeof text);
        cr_assert_str_eq(text, CASES[i].text);
    }
}

Test(memory, counts_what_is_allocated_and_its_peak)
{
    size_t before = memory_live();
    memory_restart_peak();
    cr_assert_eq(memory_peak(), before);
    char *block = memory_alloc(1000);
    cr_assert_geq(memory_live(), before + 1000);
    block = memory_resize(block, 100000);
    cr_assert_geq(memory_live(), before + 100000);
    cr_assert_lt(memory_live(), before + 110000);
    block = memory_resize(block, 10);
    cr_assert_lt(memory_live(), before + 10000);
    uint32_t room = 0;
    uint64_t *array = NULL;
    array_reserve(array, room, 1 << 20);
    cr_assert_geq(memory_live(), before + ((size_t)8 << 20));
    array_reserve(array, room, 1 << 21); /* in huge pages */
    cr_assert_geq(memory_live(), before + ((size_t)16 << 20));
    cr_assert_lt(memory_live(), before + ((size_t)20 << 20));
    memory_free(array);
    memory_free(block);
    memory_free(NULL);
    cr_assert_eq(memory_live(), before);
    cr_assert_geq(memory_peak(), before + ((size_t)16 << 20));
    memory_restart_peak();
    cr_assert_eq(memory_peak(), before);
}

Test(id_heap, the_largest_key_is_on_top_whatever_changes)
{
    enum { IDS = 60 };
    struct random random;
    struct id_heap heap = {0};
    uint32_t places[IDS];
    int64_t keys[IDS];
    bool in[IDS] = {false};
    struct id_list tops = {0};
    random_init(&random, 5);
    for (uint32_t step = 0; step < 20000; step++) {
        uint32_t id = (uint32_t)random_below(&random, IDS);
        int64_t key = (int64_t)random_below(&random, 40) - 20;
        if (!in[id])
            id_heap_add(&heap, places, id, key, IDS - id);
        else if (random_below(&random, 2))
            id_heap_change(&heap, places, id, key);
        else
            id_heap_remove(&heap, places, id);
        in[id] = heap.count && places[id] < heap.count && heap.entries[places[id]].id == id;
        keys[id] = key;
        uint32_t best = NONE, count = 0;
        for (uint32_t i = 0; i < IDS; i++) {
            count += in[i];
            if (in[i] && (best == NONE || keys[i] >= keys[best])) /* ties fall as ids rise */
                best = i;
        }
        const struct id_heap_entry *top = id_heap_top(&heap);
        cr_assert_eq(heap.count, count);
        cr_assert_eq(top ? top->id : NONE, best, "step %u", step);
        cr_assert(!top || top->key == keys[best]);
        id_heap_list_top(&heap, &tops);
        uint32_t equals = 0;
        for (uint32_t i = 0; i < IDS; i++)
            equals += in[i] && keys[i] == keys[best];
        cr_assert_eq(tops.count, equals, "step %u", step);
        for (uint32_t i = 0; i < tops.count; i++)
            cr_assert_eq(keys[tops.ids[i]], keys[best]);
    }
    id_heap_free(&heap);
    id_list_free(&tops);
}
