/* fuzz_dimacs.c - any bytes as a network, and as a solution of it.
 *
 * What is read must be sound, and small networks must solve to a certified answer. The bytes
 * up to the first '\1' are the network, what follows is the solution. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/memory.h"
#include "graph/dimacs.h"
#include "graph/dimacs_solution.h"
#include "solver/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

static void solve(struct network *network)
{
    struct solution solution;
    struct certificate certificate;
    struct solver *solver = solver_create("lemon-network-simplex");
    solver_solve(solver, network, SOLVER_NO_BUDGET, &solution);
    if (solution.outcome != OUTCOME_REFUSED) {
        certificate_check(network, &solution, &certificate);
        ASSERT(certificate.verdict == VERDICT_HOLDS);
    }
    solver_destroy(solver);
}

static void check(const struct network *network, const uint8_t *data, size_t size)
{
    char path[64];
    int fd = memory_file(data, size, path);
    cost_t cost;
    flow_t *flow = memory_alloc((size_t)network->arc_limit * sizeof *flow);
    cost_t *potential = memory_alloc((size_t)network->node_limit * sizeof *potential);
    struct certificate certificate;
    if (dimacs_solution_read(path, network, flow, &cost, NULL) == STATUS_OK)
        proof_find(network, flow, potential, &certificate);
    memory_free(flow);
    memory_free(potential);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memchr(data, '\1', size) : NULL;
    size_t network_size = end ? (size_t)(end - data) : size;
    char path[64];
    int fd = memory_file(data, network_size, path);
    struct network network;
    struct problem problem;
    if (dimacs_read(path, &network, &problem) == STATUS_OK) {
        enum status status = network_check(&network, &problem);
        ASSERT(status == STATUS_OK);
        if (network.node_count < 1000)
            solve(&network);
        if (network.node_count < 1000 && end)
            check(&network, end + 1, size - network_size - 1);
    }
    network_free(&network);
    close(fd);
    return 0;
}
