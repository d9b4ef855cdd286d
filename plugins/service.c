/* service.c - see service.h. */
#include "plugins/service.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/memory.h"

#define READ_SIZE 65536

struct client {
    int in, out;
    struct lines *lines;
    char *input; /* what has been read and not answered */
    uint32_t input_size, input_room;
    uint32_t scanned;   /* of it, without an end of line */
    bool skipping;      /* the rest of a line that was too long */
    bool ended;         /* no more will come */
    const char *answer; /* borrowed from lines; NULL: none is under way */
    size_t answer_left;
};

struct service {
    const struct service_options *options;
    int listener; /* -1: none */
    struct client *clients;
    uint32_t client_count, client_room;
    struct pollfd *polled;
    uint32_t poll_room;
};

static enum status io_error(struct problem *problem, const char *what, const char *path)
{
    return problem_set(problem, STATUS_IO, path, 0, 0, "%s: %s", what, strerror(errno));
}

/* Clients. */

static enum status add_client(struct service *service, int in, int out, struct problem *problem)
{
    struct lines *lines;
    enum status status =
        lines_create(&lines, service->options->options, service->options->option_count, problem);
    if (status != STATUS_OK)
        return status;
    array_reserve(service->clients, service->client_room, service->client_count + 1);
    service->clients[service->client_count++] =
        (struct client){.in = in, .out = out, .lines = lines};
    return STATUS_OK;
}

static void remove_client(struct service *service, uint32_t index)
{
    struct client *client = &service->clients[index];
    lines_destroy(client->lines);
    memory_free(client->input);
    if (service->listener >= 0)
        close(client->in);
    *client = service->clients[--service->client_count];
}

static bool again(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static void read_more(struct client *client)
{
    array_reserve(client->input, client->input_room, client->input_size + READ_SIZE);
    ssize_t got = read(client->in, client->input + client->input_size, READ_SIZE);
    if (got > 0)
        client->input_size += (uint32_t)got;
    else if (got == 0 || !again())
        client->ended = true;
}

/* Forget the first `size` bytes of what was read. */
static void drop_input(struct client *client, uint32_t size)
{
    client->input_size -= size;
    memmove(client->input, client->input + size, client->input_size);
    client->scanned = 0;
}

static void set_answer(struct client *client, const char *answer)
{
    client->answer = answer;
    client->answer_left = strlen(answer);
}

static bool is_blank(const char *line, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++)
        if (!strchr(" \t\r\n", line[i]) || !line[i])
            return false;
    return true;
}

static void take_line(struct client *client, uint32_t size)
{
    if (client->skipping)
        set_answer(client, lines_refuse_long(client->lines, SERVICE_LINE_MAX));
    else if (!is_blank(client->input, size))
        set_answer(client, lines_answer(client->lines, client->input, size));
    client->skipping = false;
    drop_input(client, size);
}

/* Answer the next line, if a whole one is there. */
static bool take_next_line(struct client *client)
{
    const char *end =
        client->input_size > client->scanned
            ? memchr(client->input + client->scanned, '\n', client->input_size - client->scanned)
            : NULL;
    if (end) {
        take_line(client, (uint32_t)(end - client->input) + 1);
        return true;
    }
    client->scanned = client->input_size;
    if (client->ended && (client->input_size || client->skipping)) {
        take_line(client, client->input_size);
        return true;
    }
    if (client->input_size > SERVICE_LINE_MAX) {
        client->skipping = true;
        drop_input(client, client->input_size);
    }
    return false;
}

/* False: nobody reads any more. */
static bool write_answer(struct client *client)
{
    while (client->answer_left) {
        ssize_t put = write(client->out, client->answer, client->answer_left);
        if (put < 0)
            return again();
        client->answer += put;
        client->answer_left -= (size_t)put;
    }
    client->answer = NULL;
    return true;
}

/* As far as it goes without waiting. False: the client is done with. */
static bool serve(struct client *client, short events)
{
    if (events & (POLLIN | POLLHUP | POLLERR) && !client->answer && !client->ended)
        read_more(client);
    /* One line: then the others have their turn. */
    while (!client->answer && take_next_line(client) && !client->answer)
        continue;
    if (client->answer && !write_answer(client))
        return false;
    return !client->ended || client->answer || client->input_size;
}

/* Sockets. */

/* A path that nobody listens at any more is free. */
static void remove_stale(const struct sockaddr_un *address)
{
    struct stat info;
    if (stat(address->sun_path, &info) != 0 || !S_ISSOCK(info.st_mode))
        return;
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0)
        return;
    if (connect(probe, (const struct sockaddr *)address, sizeof *address) != 0 &&
        errno == ECONNREFUSED)
        unlink(address->sun_path);
    close(probe);
}

static enum status listen_at(struct service *service, const char *path, struct problem *problem)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return problem_set(problem, STATUS_USAGE, NULL, 0, 0,
                           "--socket: a path has at most %zu bytes", sizeof address.sun_path - 1);
    memcpy(address.sun_path, path, strlen(path));
    remove_stale(&address);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0)
        return io_error(problem, "no socket", path);
    mode_t mask = umask(0077);
    int bound = bind(listener, (const struct sockaddr *)&address, sizeof address);
    umask(mask);
    if (bound != 0 || listen(listener, SOMAXCONN) != 0) {
        enum status status = io_error(problem, "cannot listen", path);
        close(listener);
        return status;
    }
    service->listener = listener;
    return STATUS_OK;
}

static void turn_away(int socket)
{
    static const char answer[] = "{\"id\":null,\"error\":{\"status\":\"too_large\",\"reason\":"
                                 "\"there are as many clients as are served\"}}\n";
    /* If it cannot be told it finds the end of the conversation. */
    if (send(socket, answer, sizeof answer - 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        errno = 0;
    close(socket);
}

static void welcome(struct service *service)
{
    int socket;
    while ((socket = accept4(service->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
        if (service->client_count >= service->options->clients_max ||
            add_client(service, socket, socket, NULL) != STATUS_OK)
            turn_away(socket);
}

/* The loop. */

/* What is waited for: room to write while an answer is under way, else more to read. A line that is
 * there already waits for nothing. */
static int wait_for_any(struct service *service, bool ready)
{
    uint32_t count = 0;
    array_reserve(service->polled, service->poll_room, service->client_count + 1);
    for (uint32_t i = 0; i < service->client_count; i++) {
        const struct client *client = &service->clients[i];
        service->polled[count++] = (struct pollfd){.fd = client->answer ? client->out : client->in,
                                                   .events = client->answer ? POLLOUT : POLLIN};
    }
    if (service->listener >= 0)
        service->polled[count++] = (struct pollfd){.fd = service->listener, .events = POLLIN};
    return poll(service->polled, count, ready ? 0 : -1);
}

/* A line may be there, beyond the one that was just answered. */
static bool has_line(const struct client *client)
{
    return !client->answer && client->input_size > client->scanned;
}

static bool serve_all(struct service *service)
{
    bool ready = false;
    uint32_t count = service->client_count;
    for (uint32_t i = count; i-- > 0;) {
        struct client *client = &service->clients[i];
        bool awake = service->polled[i].revents || has_line(client);
        if (awake && !serve(client, service->polled[i].revents))
            remove_client(service, i);
        else
            ready = ready || has_line(client);
    }
    if (service->listener >= 0 && service->polled[count].revents)
        welcome(service);
    return ready;
}

static enum status run(struct service *service, struct problem *problem)
{
    bool ready = false;
    while (!*service->options->interrupted && (service->listener >= 0 || service->client_count)) {
        if (wait_for_any(service, ready) < 0) {
            if (errno == EINTR)
                continue;
            return io_error(problem, "cannot wait", NULL);
        }
        ready = serve_all(service);
    }
    return STATUS_OK;
}

enum status service_run(const struct service_options *options, struct problem *problem)
{
    struct service service = {.options = options, .listener = -1};
    enum status status;
    if (options->socket) {
        struct lines *trial; /* wrong options are told now, not to the first client */
        status = lines_create(&trial, options->options, options->option_count, problem);
        lines_destroy(trial);
        if (status == STATUS_OK)
            status = listen_at(&service, options->socket, problem);
    } else {
        status = add_client(&service, STDIN_FILENO, STDOUT_FILENO, problem);
    }
    if (status == STATUS_OK)
        status = run(&service, problem);
    while (service.client_count)
        remove_client(&service, 0);
    if (service.listener >= 0) {
        close(service.listener);
        unlink(options->socket);
    }
    memory_free(service.clients);
    memory_free(service.polled);
    return status;
}
