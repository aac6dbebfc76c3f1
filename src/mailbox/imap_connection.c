/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/imap_connection.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/fault.h"
#include "mailbox/imap_curl.h"
#include "mailbox/imap_frame.h"

#define ROOM_OCTETS (128 * 1024)           /* read at once */
#define BUFFER_OCTETS (1024 * 1024)        /* kept between responses */
#define LITERAL_OCTETS_DEFAULT (64 * 1024) /* in answers that should have none */
#define READ_IDLES 30

struct imap_connection {
    CURL *curl;
    int socket; /* borrowed from curl */
    unsigned idle_seconds;
    bool nonsense;
    uint64_t keep_max;
    uint64_t skip_max;
    char *buffer; /* the response begins at `start`, octets are there up to `used` */
    size_t capacity;
    size_t start;
    size_t used;
    size_t whole; /* length of the response given last, to be consumed */
    struct imap_frame frame;
};

struct imap_connection *
imap_connection_open(const struct imap_login *login, GError **error)
{
    struct imap_connection *connection = NULL;
    curl_socket_t fd = CURL_SOCKET_BAD;
    CURL *curl = imap_curl_login(login, error);
    if (curl == NULL)
        return NULL;
    if (curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK || fd == CURL_SOCKET_BAD) {
        curl_easy_cleanup(curl);
        g_set_error(error, FAULT, FAULT_RETRY, "IMAP %s: connection lost", login->host);
        return NULL;
    }
    connection = g_new0(struct imap_connection, 1);
    connection->curl = curl;
    connection->socket = fd;
    connection->idle_seconds = login->idle_seconds;
    connection->keep_max = LITERAL_OCTETS_DEFAULT;
    connection->capacity = 2 * ROOM_OCTETS;
    connection->buffer = g_malloc(connection->capacity);
    return connection;
}

void
imap_connection_free(struct imap_connection *connection)
{
    if (connection == NULL)
        return;
    /* libcurl would send LOGOUT and wait for an answer amid what is still to come. */
    shutdown(connection->socket, SHUT_RDWR);
    curl_easy_cleanup(connection->curl);
    g_free(connection->buffer);
    g_free(connection);
}

void
imap_connection_literals(struct imap_connection *connection, uint64_t keep, uint64_t skip)
{
    connection->keep_max = MAX(keep, LITERAL_OCTETS_DEFAULT);
    connection->skip_max = skip;
}

bool
imap_connection_spoke_nonsense(const struct imap_connection *connection)
{
    return connection->nonsense;
}

void
imap_connection_set_nonsense(struct imap_connection *connection)
{
    connection->nonsense = true;
}

static bool
fail(GError **error, const char *what)
{
    g_set_error(error, FAULT, FAULT_RETRY, "IMAP: %s", what);
    return false;
}

static bool
fail_nonsense(struct imap_connection *connection, GError **error, const char *what)
{
    connection->nonsense = true;
    return fail(error, what);
}

/* Waits for the socket, at most idle_seconds and not beyond `deadline`. */
static bool
wait_for(struct imap_connection *connection, short events, int64_t deadline, GError **error)
{
    struct pollfd poll_fd = { .fd = connection->socket, .events = events };
    int64_t until =
        MIN(deadline, clock_monotonic_us() + (int64_t)connection->idle_seconds * G_USEC_PER_SEC);
    for (;;) {
        int64_t left = until - clock_monotonic_us();
        int ready = left <= 0 ? 0 : poll(&poll_fd, 1, (int)(left / 1000) + 1);
        if (ready > 0)
            return true;
        if (ready == 0)
            return fail(error, "the server does not answer in time");
        if (errno != EINTR)
            return fail(error, g_strerror(errno));
    }
}

static int64_t
deadline_of(const struct imap_connection *connection)
{
    return clock_monotonic_us() + (int64_t)connection->idle_seconds * READ_IDLES * G_USEC_PER_SEC;
}

bool
imap_connection_send(struct imap_connection *connection, struct span octets, GError **error)
{
    int64_t deadline = deadline_of(connection);
    while (octets.len > 0) {
        size_t sent = 0;
        CURLcode code = curl_easy_send(connection->curl, octets.octets, octets.len, &sent);
        if (code == CURLE_OK)
            octets = span_from(octets, sent);
        else if (code != CURLE_AGAIN)
            return fail(error, "connection lost while sending");
        else if (!wait_for(connection, POLLOUT, deadline, error))
            return false;
    }
    return true;
}

/* Makes room behind `used` for ROOM_OCTETS. */
static void
make_room(struct imap_connection *connection)
{
    size_t held = connection->used - connection->start;
    if (connection->capacity - connection->used >= ROOM_OCTETS)
        return;
    if (connection->start > 0) {
        memmove(connection->buffer, connection->buffer + connection->start, held);
        connection->start = 0;
        connection->used = held;
    }
    if (connection->capacity - connection->used < ROOM_OCTETS) {
        connection->capacity = connection->capacity * 2 + ROOM_OCTETS;
        connection->buffer = g_realloc(connection->buffer, connection->capacity);
    }
}

/* At least one octet more behind `used`. */
static bool
fill(struct imap_connection *connection, int64_t deadline, GError **error)
{
    make_room(connection);
    for (;;) {
        size_t got = 0;
        CURLcode code = curl_easy_recv(connection->curl, connection->buffer + connection->used,
                                       ROOM_OCTETS, &got);
        connection->used += got;
        if (code == CURLE_OK && got > 0)
            return true;
        if (code != CURLE_AGAIN)
            return fail(error, "connection lost");
        if (!wait_for(connection, POLLIN, deadline, error))
            return false;
    }
}

/* Takes the literal that the frame has just met out of the buffer and of what is to come. */
static bool
skip_literal(struct imap_connection *connection, int64_t deadline, GError **error)
{
    uint64_t left = connection->frame.literal;
    size_t behind = connection->start + connection->frame.at;
    size_t resume = connection->start + connection->frame.marker + strlen(IMAP_FRAME_EMPTY);
    memcpy(connection->buffer + connection->start + connection->frame.marker, IMAP_FRAME_EMPTY,
           strlen(IMAP_FRAME_EMPTY));
    imap_frame_skip(&connection->frame);
    for (;;) {
        size_t have = (size_t)MIN((uint64_t)(connection->used - behind), left);
        memmove(connection->buffer + resume, connection->buffer + behind + have,
                connection->used - behind - have);
        connection->used -= behind + have - resume;
        left -= have;
        if (left == 0)
            return true;
        resume -= connection->start; /* fill() may move what is held */
        if (!fill(connection, deadline, error))
            return false;
        resume += connection->start;
        behind = resume;
    }
}

/* Forgets the response given last, and a buffer that one large message has swollen. */
static void
consume(struct imap_connection *connection)
{
    connection->start += connection->whole;
    connection->whole = 0;
    connection->frame = (struct imap_frame){ 0 };
    if (connection->start < connection->used)
        return;
    connection->start = 0;
    connection->used = 0;
    if (connection->capacity > BUFFER_OCTETS) {
        g_free(connection->buffer);
        connection->capacity = 2 * ROOM_OCTETS;
        connection->buffer = g_malloc(connection->capacity);
    }
}

bool
imap_connection_read(struct imap_connection *connection, struct span *response, uint64_t *skipped,
                     GError **error)
{
    int64_t deadline = deadline_of(connection);
    uint64_t kept = 0;
    *skipped = 0;
    consume(connection);
    for (;;) {
        struct span held = { connection->buffer + connection->start,
                             connection->used - connection->start };
        uint64_t literal = 0;
        switch (imap_frame_scan(&connection->frame, held)) {
        case IMAP_FRAME_WHOLE:
            connection->whole = connection->frame.at;
            *response = span_head(held, connection->whole);
            return true;
        case IMAP_FRAME_BAD:
            return fail_nonsense(connection, error, "the server sent what is no IMAP");
        case IMAP_FRAME_MORE:
            if (!fill(connection, deadline, error))
                return false;
            break;
        case IMAP_FRAME_LITERAL:
            literal = connection->frame.literal;
            if (literal <= connection->keep_max - kept) {
                kept += literal;
                break;
            }
            *skipped += literal;
            if (*skipped > connection->skip_max)
                return fail_nonsense(connection, error, "the server sent an absurd literal");
            if (!skip_literal(connection, deadline, error))
                return false;
            break;
        }
    }
}
