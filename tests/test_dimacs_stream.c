/* test_dimacs_stream.c - every line of a change stream, good and bad. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/memory.h"
#include "graph/dimacs_stream.h"
#include "tests/temp_file.h"

static int compare_texts(const void *left, const void *right)
{
    return strcmp(left, right);
}

/* The network in the stream's numbers, sorted: "1:5 2:-5 1>2[0,9]3". */
static void describe(const struct dimacs_stream *stream, FILE *log)
{
    const struct network *network = &stream->network;
    char(*words)[100] = memory_alloc((network->node_limit + network->arc_limit) * sizeof *words);
    uint32_t count = 0;
    for (uint32_t v = 0; v < network->node_limit; v++)
        if (network->nodes[v].live)
            snprintf(words[count++], sizeof *words, "%u:%" PRId64, stream->numbers[v],
                     network->nodes[v].supply);
    qsort(words, count, sizeof *words, compare_texts);
    uint32_t first = count;
    for (uint32_t a = 0; a < network->arc_limit; a++) {
        const struct network_arc *arc = &network->arcs[a];
        if (network_arc_live(network, a))
            snprintf(words[count++], sizeof *words, "%u>%u[%" PRId64 ",%" PRId64 "]%" PRId64,
                     stream->numbers[arc->tail], stream->numbers[arc->head], arc->lower,
                     arc->capacity, arc->cost);
    }
    qsort(words + first, count - first, sizeof *words, compare_texts);
    for (uint32_t i = 0; i < count; i++)
        fprintf(log, "%s%s", i ? " " : "", words[i]);
    fputs("\n", log);
    memory_free(words);
}

/* Read bytes as a stream; the log has a line for each round, the network, and for each refusal,
 * its place and reason. */
static void read_bytes(const char *bytes, size_t size, char *text, size_t room)
{
    char path[TEMP_PATH_SIZE];
    struct dimacs_stream stream;
    struct problem problem;
    temp_file(path, bytes, size);
    text[0] = '\0';
    FILE *log = fmemopen(text, room, "w");
    cr_assert_eq(dimacs_stream_open(&stream, path, &problem), STATUS_OK);
    for (;;) {
        enum status status = dimacs_stream_next(&stream, &problem);
        cr_assert_eq(dimacs_stream_check(&stream, NULL), STATUS_OK);
        if (status == STATUS_END)
            break;
        if (status == STATUS_OK && stream.has_problem)
            describe(&stream, log);
        else if (status == STATUS_OK)
            fputs("nothing\n", log);
        else
            fprintf(log, "%" PRIu64 ":%u: %s\n", problem.line, problem.column, problem.reason);
    }
    cr_assert_eq(dimacs_stream_next(&stream, NULL), STATUS_END);
    dimacs_stream_close(&stream);
    fclose(log);
    unlink(path);
}

static void assert_log(const char *text, const char *wanted)
{
    char log[4000];
    read_bytes(text, strlen(text), log, sizeof log);
    cr_assert_str_eq(log, wanted, "stream:\n%s\nwanted:\n%s\ngot:\n%s", text, wanted, log);
}

#define HEAD "p min 3 2\nn 1 2 1\nn 3 -2 3\na 1 2 0 2 7\na 2 3 0 2 0\nc EOI\n"
#define HEAD_LOG "1:2 2:0 3:-2 1>2[0,2]7 2>3[0,2]0\n"

Test(dimacs_stream, rounds_of_good_lines)
{
    static const struct {
        const char *text, *log;
    } CASES[] = {
        {"", ""},
        {"c EOS\n", ""},
        {"c EOS\nrubbish\n", ""},
        {HEAD, HEAD_LOG},
        {HEAD "c EOS\nr 1\nc EOI\n", HEAD_LOG},
        {HEAD "c EOI\nc EOI\n", HEAD_LOG HEAD_LOG HEAD_LOG},
        {HEAD "c EOI x\nc nd Res_1\nc\nceoi 1\n\n  c   EOI  \n",
         HEAD_LOG "10:1: a line starts with "
                  "c, p, n, a, x, r or d\n" HEAD_LOG},
        /* a plain DIMACS network */
        {"c x\np min 2 1\nn 1 4\nn 2 -4\na 1 2 0 4 5\nc EOI", "1:4 2:-4 1>2[0,4]5\n"},
        {"p  min\t1 0 \r\n  n 1\t0\r\nc EOI\r\n", "1:0\n"},
        {"p min 5 0\nc EOI\n", "\n"},
        /* Firmament counts its nodes, though their numbers have gaps */
        {"p min 2 1\nn 7 1 1\nn 9 -1 3\na 7 9 0 1 2\nc EOI\n", "7:1 9:-1 7>9[0,1]2\n"},
        /* n: the sink follows, unless it is told in the round, before or after */
        {HEAD "n 4 1 1\nc EOI\n", HEAD_LOG "1:2 2:0 3:-3 4:1 1>2[0,2]7 2>3[0,2]0\n"},
        {HEAD "n 1 5\nc EOI\n", HEAD_LOG "1:5 2:0 3:-5 1>2[0,2]7 2>3[0,2]0\n"},
        {HEAD "n 2 -1\nc EOI\n", HEAD_LOG "1:2 2:-1 3:-1 1>2[0,2]7 2>3[0,2]0\n"},
        {HEAD "n 1 5\nn 3 -9\nc EOI\n", HEAD_LOG "1:5 2:0 3:-9 1>2[0,2]7 2>3[0,2]0\n"},
        {HEAD "n 3 -9\nn 1 5\nc EOI\n", HEAD_LOG "1:5 2:0 3:-9 1>2[0,2]7 2>3[0,2]0\n"},
        {HEAD "n 3 -9\nc EOI\nn 1 5\nc EOI\n",
         HEAD_LOG "1:2 2:0 3:-9 1>2[0,2]7 2>3[0,2]0\n1:5 2:0 3:-12 1>2[0,2]7 2>3[0,2]0\n"},
        /* the sink changes hands, or is none */
        {HEAD "n 2 -2 3\nn 3 0 0\nc EOI\nn 1 3\nc EOI\n",
         HEAD_LOG "1:2 2:-2 3:0 1>2[0,2]7 2>3[0,2]0\n1:3 2:-3 3:0 1>2[0,2]7 2>3[0,2]0\n"},
        {HEAD "n 3 -2 0\nc EOI\nn 1 3\nc EOI\n",
         HEAD_LOG HEAD_LOG "1:3 2:0 3:-2 1>2[0,2]7 2>3[0,2]0\n"},
        {HEAD "r 3\nc EOI\nn 1 3\nn 3 -1 3\nc EOI\n",
         HEAD_LOG "1:2 2:0 1>2[0,2]7\n1:3 2:0 3:-1 1>2[0,2]7\n"},
        /* without types the sink is the only node that demands */
        {"p min 2 0\nn 1 2\nn 2 -2\nc EOI\nn 1 3\nc EOI\n", "1:2 2:-2\n1:3 2:-3\n"},
        {"p min 3 0\nn 1 2\nn 2 -1\nn 3 -1\nc EOI\nn 1 3\nc EOI\n",
         "1:2 2:-1 3:-1\n1:3 2:-1 3:-1\n"},
        /* in a new problem all supplies are told */
        {"p min 2 0\nn 2 -2 3\nn 1 2\nc EOI\n", "1:2 2:-2\n"},
        {"p min 2 0\nn 1 2\nn 1 3\nn 2 -2 3\nr 1\nc EOI\n", "2:-2\n"},
        /* a: parallel arcs, loops, arcs of no capacity, a type */
        {HEAD "a 1 2 1 4 -6 1\na 2 2 0 1 1\na 3 1 0 0 9\nc EOI\n",
         HEAD_LOG "1:2 2:0 3:-2 1>2[0,2]7 1>2[1,4]-6 2>2[0,1]1 2>3[0,2]0\n"},
        /* x: changes, removes, adds what is not there */
        {HEAD "x 1 2 1 5 8\nc EOI\n", HEAD_LOG "1:2 2:0 3:-2 1>2[1,5]8 2>3[0,2]0\n"},
        {HEAD "x 1 2 1 5 8 1 99\nc EOI\n", HEAD_LOG "1:2 2:0 3:-2 1>2[1,5]8 2>3[0,2]0\n"},
        {HEAD "x 1 2 0 0 7 0 7\nc EOI\nx 1 2 0 1 6 0 7\nc EOI\n",
         HEAD_LOG "1:2 2:0 3:-2 2>3[0,2]0\n1:2 2:0 3:-2 1>2[0,1]6 2>3[0,2]0\n"},
        {HEAD "x 2 1 0 1 6\nx 3 1 0 0 6\nc EOI\n",
         HEAD_LOG "1:2 2:0 3:-2 1>2[0,2]7 2>1[0,1]6 2>3[0,2]0\n"},
        {HEAD "a 1 2 0 1 4\nx 1 2 0 9 5 0 4\nx 1 2 0 8 7 0 7\nc EOI\n",
         HEAD_LOG "1:2 2:0 3:-2 1>2[0,8]7 1>2[0,9]5 2>3[0,2]0\n"},
        /* of equal old costs the newest */
        {HEAD "a 1 2 0 1 7\nx 1 2 0 9 9 0 7\nc EOI\n",
         HEAD_LOG "1:2 2:0 3:-2 1>2[0,2]7 1>2[0,9]9 2>3[0,2]0\n"},
        /* r: with all arcs; the sink follows; the number can come back */
        {HEAD "r 1\nc EOI\nn 1 1 1\na 1 3 0 1 1\nc EOI\n",
         HEAD_LOG "2:0 3:0 2>3[0,2]0\n1:1 2:0 3:-1 1>3[0,1]1 2>3[0,2]0\n"},
        {HEAD "n 4 1\nr 4\nn 4 2\nr 4\nc EOI\n", HEAD_LOG HEAD_LOG},
        {HEAD "r 1\nr 2\nr 3\nc EOI\n", HEAD_LOG "\n"},
        /* a node that the p line counts, and no other line */
        {"p min 2 0\nr 2\nc EOI\nn 2 0\nc EOI\n", "\n2:0\n"},
        {"p min 2 1\na 1 2 0 0 0\nc EOI\nx 1 2 0 1 1\nc EOI\n", "\n1:0 2:0 1>2[0,1]1\n"},
        /* d: the smallest free number, 0 in its arcs */
        {HEAD "d 1 99 2 1\na 0 2 0 1 3\na 3 0 0 1 4\nc EOI\n",
         HEAD_LOG "1:2 2:0 3:-3 4:1 1>2[0,2]7 2>3[0,2]0 3>4[0,1]4 4>2[0,1]3\n"},
        {HEAD "r 2\nn 4 0\nd 0 0 1\na 0 0 0 1 3\nd 5 0 0\nc EOI\n",
         HEAD_LOG "1:2 2:0 3:-7 4:0 5:5 2>2[0,1]3\n"},
        {HEAD "r 3\nd -2 0 0 3\nn 1 4\nc EOI\nn 1 5\nc EOI\n",
         HEAD_LOG "1:4 2:0 3:-2 1>2[0,2]7\n1:5 2:0 3:-3 1>2[0,2]7\n"},
        /* p: a new problem */
        {HEAD "p min 1 0\nn 1 0\nc EOI\nn 2 3\nc EOI\n", HEAD_LOG "1:0\n1:0 2:3\n"},
        {HEAD HEAD, HEAD_LOG HEAD_LOG},
        /* numbers at their limits */
        {"p min 268435456 1\nn 268435456 9223372036854775807\n"
         "a 1 268435456 9223372036854775807 9223372036854775807 -9223372036854775808\nc EOI\n",
         "1:0 268435456:9223372036854775807 "
         "1>268435456[9223372036854775807,9223372036854775807]-9223372036854775808\n"},
    };
    for (uint32_t i = 0; i < COUNT_OF(CASES); i++)
        assert_log(CASES[i].text, CASES[i].log);
}

/* Each of these lines alone is refused as line 7, and the network is as before. */
Test(dimacs_stream, a_bad_line_is_told_and_leaves_no_trace)
{
    static const struct {
        const char *line, *wanted;
    } CASES[] = {
        {"q 1", "1: a line starts with c, p, n, a, x, r or d"},
        {"  node 1 1", "3: a line starts with c, p, n, a, x, r or d"},
        {"n", "2: an n line is: n ID SUPPLY [TYPE]"},
        {"n 4", "4: an n line is: n ID SUPPLY [TYPE]"},
        {"n 4 1 1 1", "9: unexpected text at the end of the line"},
        {"n 0 1", "3: node number is not from 1 to 2^28"},
        {"n -1 1", "3: node number is not from 1 to 2^28"},
        {"n 268435457 1", "3: node number is not from 1 to 2^28"},
        {"n 9223372036854775808 1", "3: number does not fit 64 bits"},
        {"n x 1", "3: not an integer"},
        {"n 4 1.5", "5: not an integer"},
        {"n 4 9223372036854775808", "5: number does not fit 64 bits"},
        {"n 4 1 task", "7: not an integer"},
        {"n 1 9 task", "7: not an integer"},
        {"n 3 9 task", "7: not an integer"},
        {"n 4 9223372036854775807", "0: the supply of the sink would not fit 64 bits"},
        {"n 1 -9223372036854775808 1", "0: the supply of the sink would not fit 64 bits"},
        {"a 1 2 0 1", "10: an a line is: a TAIL HEAD LOW CAP COST [TYPE]"},
        {"a 1 2 0 1 1 0 1", "15: unexpected text at the end of the line"},
        {"a 4 2 0 1 1", "3: there is no node of this number"},
        {"a 1 4 0 1 1", "5: there is no node of this number"},
        {"a 0 2 0 1 1", "3: node number is not from 1 to 2^28"},
        {"a 1 2 -1 1 1", "7: lower bound below 0"},
        {"a 1 2 2 1 1", "9: capacity below the lower bound"},
        {"a 1 2 0 1 1e3", "11: not an integer"},
        {"a 1 2 0 1 -9223372036854775809", "11: number does not fit 64 bits"},
        {"a 1 2 0 1 1 running", "13: not an integer"},
        {"x 1 2 0 1", "10: an x line is: x TAIL HEAD LOW CAP COST [TYPE [OLD_COST]]"},
        {"x 1 2 0 1 1 0 7 7 7", "17: unexpected text at the end of the line"},
        {"x 4 2 0 1 1", "3: there is no node of this number"},
        {"x 1 4 0 0 1", "5: there is no node of this number"},
        {"x 1 0 0 0 1", "5: node number is not from 1 to 2^28"},
        {"x 1 2 3 1 1", "9: capacity below the lower bound"},
        {"x 1 2 1 0 1", "9: capacity below the lower bound"},
        {"x 1 2 0 1 1 y", "13: not an integer"},
        {"x 1 2 0 1 1 0 y", "15: not an integer"},
        {"r", "2: an r line is: r ID"},
        {"r 4", "3: there is no node of this number"},
        {"r 1 2", "5: unexpected text at the end of the line"},
        {"d 1 0", "6: a d line is: d SUPPLY POTENTIAL ARCS [TYPE]"},
        {"d 1 0 0 1 1", "11: unexpected text at the end of the line"},
        {"d x 0 0", "3: not an integer"},
        {"d 1 x 0", "5: not an integer"},
        {"d 1 0 -1", "7: count of arcs is not from 0 to 2^32 - 2"},
        {"d 1 0 4294967295", "7: count of arcs is not from 0 to 2^32 - 2"},
        {"d 1 0 0 x", "9: not an integer"},
        {"d 9223372036854775807 0 0", "0: the supply of the sink would not fit 64 bits"},
    };
    for (uint32_t i = 0; i < COUNT_OF(CASES); i++) {
        char text[400];
        char wanted[400];
        snprintf(text, sizeof text, HEAD "%s\nc EOI\n", CASES[i].line);
        snprintf(wanted, sizeof wanted, HEAD_LOG "7:%s\n" HEAD_LOG, CASES[i].wanted);
        assert_log(text, wanted);
    }
}

Test(dimacs_stream, faults_that_take_more_than_a_line)
{
    static const struct {
        const char *text, *log;
    } CASES[] = {
        /* no problem, no answer */
        {"c EOI\nn 1 1\nc EOI\n", "nothing\n2:1: a good p line must come first\nnothing\n"},
        {"p max 1 0\nn 1 1\nc EOI\nr 1\nc EOI\np min 1 0\nc EOI\n",
         "1:3: the problem is not 'min', minimum-cost flow\n2:1: a good p line must come first\n"
         "nothing\n4:1: a good p line must come first\nnothing\n\n"},
        {HEAD "p min 1\nn 1 9\nc EOI\n" HEAD,
         HEAD_LOG "7:8: a p line is: p min NODES ARCS\n8:1: a good p line must come first\n"
                  "nothing\n" HEAD_LOG},
        {HEAD "p min 268435457 0\nc EOI\n", HEAD_LOG "7:7: more than 2^28 nodes\nnothing\n"},
        {HEAD "p min 1 4294967294\nc EOI\n", HEAD_LOG "7:9: 2^32 arcs or more\nnothing\n"},
        {HEAD "p min 1 -1\nc EOI\n", HEAD_LOG "7:9: a count below 0\nnothing\n"},
        /* a p line inside a round */
        {HEAD "n 1 2\np min 1 0\nc EOI\n",
         HEAD_LOG "8:1: a p line comes first in its round\n" HEAD_LOG},
        {HEAD "y\np x\nc EOI\n", HEAD_LOG "7:1: a line starts with c, p, n, a, x, r or d\n"
                                          "8:1: a p line comes first in its round\n" HEAD_LOG},
        /* what is announced must come */
        {"p min 1 2\na 1 1 0 1 0\nc EOI\nc EOI\n",
         "3:0: the p line says 2 arcs, but there are 1 a lines\n1:0 1>1[0,1]0\n1:0 1>1[0,1]0\n"},
        {"p min 1 0\na 1 1 0 1 0\nc EOI\n",
         "3:0: the p line says 0 arcs, but there are 1 a lines\n1:0 1>1[0,1]0\n"},
        {"p min 1 1\na 1 2 0 1 0\nc EOI\n", "2:5: there is no node of this number\n\n"},
        {HEAD "d 0 0 2\na 0 1 0 1 1\nc EOI\nc EOI\na 0 1 0 1 1\nc EOI\n",
         HEAD_LOG "9:0: the d line says that 1 more a lines would come\n"
                  "1:2 2:0 3:-2 4:0 1>2[0,2]7 2>3[0,2]0 4>1[0,1]1\n"
                  "1:2 2:0 3:-2 4:0 1>2[0,2]7 2>3[0,2]0 4>1[0,1]1\n"
                  "11:3: node number is not from 1 to 2^28\n"
                  "1:2 2:0 3:-2 4:0 1>2[0,2]7 2>3[0,2]0 4>1[0,1]1\n"},
        {"p min 0 7\nd 0 0 2\nc EOI\n",
         "3:0: the p line says 7 arcs, but there are 0 a lines\n"
         "3:0: the d line says that 2 more a lines would come\n1:0\n"},
        {HEAD "d 0 0 1\na 9 0 0 1 1\na 0 1 0 1 1\nc EOI\n",
         HEAD_LOG "8:3: there is no node of this number\n9:3: node number is not from 1 to 2^28\n"
                  "1:2 2:0 3:-2 4:0 1>2[0,2]7 2>3[0,2]0\n"},
        {HEAD "d 0 0 1\nr 4\na 0 1 0 1 1\nc EOI\n",
         HEAD_LOG "9:3: node number is not from 1 to 2^28\n" HEAD_LOG},
        /* which of several arcs */
        {HEAD "a 1 2 0 1 4\nx 1 2 0 9 5\nx 1 2 0 9 5 0 6\nc EOI\n",
         HEAD_LOG "8:1: several arcs go there, and no old cost tells which\n"
                  "9:15: several arcs go there, and none has this old cost\n"
                  "1:2 2:0 3:-2 1>2[0,1]4 1>2[0,2]7 2>3[0,2]0\n"},
        /* removed nodes are gone */
        {HEAD "r 1\nr 1\na 1 2 0 1 1\nc EOI\nx 1 2 0 1 1\nc EOI\n",
         HEAD_LOG "8:3: there is no node of this number\n9:3: there is no node of this number\n"
                  "2:0 3:0 2>3[0,2]0\n11:3: there is no node of this number\n"
                  "2:0 3:0 2>3[0,2]0\n"},
        {HEAD "n 4 0\nr 4\nx 2 4 0 1 1\nc EOI\n",
         HEAD_LOG "9:5: there is no node of this number\n" HEAD_LOG},
        /* the stream ends inside a round */
        {"p min 1 0\n", "1:0: the stream ends here, before the c EOI of its last round\n"},
        {"p min 1 0\nc EOS\nc EOI\n",
         "2:0: the stream ends here, before the c EOI of its last round\n"},
        {HEAD "n 1 3\nc EO", HEAD_LOG "8:0: the stream ends here, before the c EOI of its last "
                                      "round\n"},
        {HEAD "a 1 2 0 1", HEAD_LOG "7:10: an a line is: a TAIL HEAD LOW CAP COST [TYPE]\n"
                                    "7:0: the stream ends here, before the c EOI of its last "
                                    "round\n"},
    };
    for (uint32_t i = 0; i < COUNT_OF(CASES); i++)
        assert_log(CASES[i].text, CASES[i].log);
}

/* A line of this many bytes, and a round after it. */
static void assert_long_line(const char *start, size_t size, const char *wanted)
{
    char log[1000];
    char *text = memory_alloc(size + 100);
    size_t head = strlen(HEAD);
    memcpy(text, HEAD, head);
    memset(text + head, '7', size);
    memcpy(text + head, start, strlen(start));
    memcpy(text + head + size, "\nc EOI\n", 7);
    read_bytes(text, head + size + 7, log, sizeof log);
    cr_assert_str_eq(log, wanted);
    memory_free(text);
}

Test(dimacs_stream, very_long_lines)
{
    assert_long_line("c ", 1 << 20, HEAD_LOG HEAD_LOG);
    assert_long_line("n 1 ", 1 << 20, HEAD_LOG "7:5: number does not fit 64 bits\n" HEAD_LOG);
    assert_long_line("n 1 ", (1 << 20) + 1, HEAD_LOG "7:0: line is longer than 1 MiB\n");
}

Test(dimacs_stream, binary_data_ends_the_stream)
{
    static const char TEXT[] = HEAD "n 1 \0 3\nc EOI\n";
    char log[1000];
    read_bytes(TEXT, sizeof TEXT - 1, log, sizeof log);
    cr_assert_str_eq(log, HEAD_LOG "7:0: NUL byte: this is binary data, not text\n");
}

Test(dimacs_stream, a_missing_file_is_an_io_problem)
{
    struct dimacs_stream stream;
    struct problem problem;
    cr_assert_eq(dimacs_stream_open(&stream, "/nonexistent/x", &problem), STATUS_IO);
    dimacs_stream_close(&stream);
}

Test(dimacs_stream, a_short_stream_that_claims_much_takes_little_memory)
{
    struct rusage before;
    struct rusage after;
    char log[1000];
    static const char TEXT[] = "p min 268435456 4294967293\nn 268435455 1\nc EOI\n";
    getrusage(RUSAGE_SELF, &before);
    read_bytes(TEXT, sizeof TEXT - 1, log, sizeof log);
    getrusage(RUSAGE_SELF, &after);
    cr_assert_lt(after.ru_maxrss - before.ru_maxrss, 16 * 1024);
    cr_assert_str_eq(log, "3:0: the p line says 4294967293 arcs, but there are 0 a lines\n"
                          "268435455:1\n");
}
