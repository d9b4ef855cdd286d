/* fuzz_dimacs_stream.c - any bytes as a change stream.
 *
 * After every round and refusal the network and its numbers must be sound, and in small networks
 * the solver that lives through all rounds must have a certified answer to each. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/assert.h"
#include "graph/dimacs_stream.h"
#include "solver/certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROUNDS_SOLVED 20
#define NODES_SOLVED 200

/* The bytes as a file without a place on disk; returns its descriptor. */
static int memory_file(const uint8_t *data, size_t size, char path[64])
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    ASSERT(fd >= 0);
    ssize_t written = write(fd, data, size);
    ASSERT(written == (ssize_t)size);
    lseek(fd, 0, SEEK_SET);
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

static void solve(struct solver *solver, struct network *network)
{
    struct solution solution;
    struct certificate certificate;
    solver_solve(solver, network, SOLVER_NO_BUDGET, &solution);
    if (solution.outcome == OUTCOME_REFUSED)
        return;
    solver_prove(solver, network, &solution);
    certificate_check(network, &solution, &certificate);
    ASSERT(certificate.verdict == VERDICT_HOLDS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int fd = memory_file(data, size, path);
    struct dimacs_stream stream;
    struct problem problem;
    struct solver *repair = solver_create("repair");
    uint32_t rounds = 0;
    enum status status = dimacs_stream_open(&stream, path, &problem);
    ASSERT(status == STATUS_OK);
    while ((status = dimacs_stream_next(&stream, &problem)) != STATUS_END) {
        enum status sound = dimacs_stream_check(&stream, &problem);
        ASSERT(sound == STATUS_OK);
        if (status == STATUS_OK && stream.network.node_count <= NODES_SOLVED &&
            rounds++ < ROUNDS_SOLVED)
            solve(repair, &stream.network);
    }
    dimacs_stream_close(&stream);
    solver_destroy(repair);
    close(fd);
    return 0;
}
