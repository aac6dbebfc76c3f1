/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/resolver_channel.h"

#include "base/fault.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <errno.h>

/* 1,000 answers may arrive at once; the system takes what it allows. */
#define SOCKET_OCTETS (4 * 1024 * 1024)

struct resolver_channel {
    ares_channel ares;
    resolver_replied *replied;
    void *user;
    bool asking; /* inside ares_query() */
    struct pollfd sockets[CHANNEL_SOCKETS_MAX];
    unsigned socket_count;
};

/* One question in flight; c-ares hands one pointer back, and two are needed. */
struct flight {
    struct resolver_channel *channel;
    void *question;
};

static void
socket_changed(void *user, ares_socket_t socket, int readable, int writable)
{
    struct resolver_channel *channel = user;
    unsigned at = 0;
    while (at < channel->socket_count && channel->sockets[at].fd != socket)
        at++;
    if (!readable && !writable) {
        if (at < channel->socket_count)
            channel->sockets[at] = channel->sockets[--channel->socket_count];
        return;
    }
    if (at == CHANNEL_SOCKETS_MAX)
        return; /* not seen: c-ares has one socket a server and transport */
    if (at == channel->socket_count)
        channel->socket_count++;
    channel->sockets[at] =
        (struct pollfd){ .fd = socket,
                         .events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0)) };
}

static const char *
failure_of(const struct resolver_channel *channel, int status, int cause)
{
    switch (status) {
    case ARES_ETIMEOUT:
        return "timeout";
    case ARES_ECANCELLED:
    case ARES_EDESTRUCTION:
        return "deadline";
    case ARES_ECONNREFUSED: /* its word for all that goes wrong at a socket */
        return channel->asking && (cause == EAGAIN || cause == ENOBUFS) ? "busy" : "unreachable";
    default:
        return "not asked";
    }
}

static void
replied(void *user, int status, int timeouts, unsigned char *octets, int len)
{
    struct flight *flight = user;
    struct resolver_channel *channel = flight->channel;
    void *question = flight->question;
    const char *failure = NULL;
    struct span message = { (const char *)octets, len > 0 ? (size_t)len : 0 };
    (void)timeouts;
    /* With octets the status is the message's RCODE, which dns_message reads for itself. */
    if (octets == NULL)
        failure = failure_of(channel, status, errno);
    g_free(flight);
    channel->replied(channel->user, question, failure, message);
}

static int
set_server(ares_channel ares, const struct resolver_server *server)
{
    struct ares_addr_port_node node = { .family = server->ip.len == 4 ? AF_INET : AF_INET6,
                                        .udp_port = server->port,
                                        .tcp_port = server->port };
    memcpy(&node.addr, server->ip.octets, server->ip.len);
    return ares_set_servers_ports(ares, &node);
}

struct resolver_channel *
resolver_channel_new(const struct resolver_server *server, enum transport transport,
                     unsigned timeout_ms, resolver_replied *replied_to, void *user, GError **error)
{
    /* NOCHECKRESP: SERVFAIL and REFUSED come as they are. IGNTC: we ask by TCP on our own. */
    int flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP |
                ARES_FLAG_STAYOPEN | ARES_FLAG_IGNTC;
    struct resolver_channel *channel = g_new0(struct resolver_channel, 1);
    char only_dns[] = "b";
    struct ares_options options = {
        .flags = flags | (transport == TRANSPORT_UDP   ? ARES_FLAG_EDNS
                          : transport == TRANSPORT_TCP ? ARES_FLAG_USEVC
                                                       : 0),
        .timeout = (int)timeout_ms,
        /* A TCP server may close between two questions: then once more over a new connection. */
        .tries = transport == TRANSPORT_TCP ? 2 : 1,
        .lookups = only_dns,
        .ednspsz = CHANNEL_UDP_OCTETS,
        .socket_send_buffer_size = SOCKET_OCTETS,
        .socket_receive_buffer_size = SOCKET_OCTETS,
        .sock_state_cb = socket_changed,
        .sock_state_cb_data = channel,
    };
    int set = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
              ARES_OPT_EDNSPSZ | ARES_OPT_SOCK_SNDBUF | ARES_OPT_SOCK_RCVBUF |
              ARES_OPT_SOCK_STATE_CB | ARES_OPT_NOROTATE;
    channel->replied = replied_to;
    channel->user = user;
    int code = ares_init_options(&channel->ares, &options, set);
    if (code == ARES_SUCCESS)
        code = set_server(channel->ares, server);
    if (code != ARES_SUCCESS) {
        g_set_error(error, FAULT, FAULT_RETRY, "c-ares: %s", ares_strerror(code));
        resolver_channel_free(channel);
        return NULL;
    }
    return channel;
}

void
resolver_channel_free(struct resolver_channel *channel)
{
    if (channel == NULL)
        return;
    if (channel->ares != NULL)
        ares_destroy(channel->ares);
    g_free(channel);
}

void
resolver_channel_ask(struct resolver_channel *channel, enum rr type, const char *name,
                     void *question)
{
    struct flight *flight = g_new(struct flight, 1);
    *flight = (struct flight){ channel, question };
    channel->asking = true;
    errno = 0;
    ares_query(channel->ares, name, ns_c_in, (int)type, replied, flight);
    channel->asking = false;
}

unsigned
resolver_channel_sockets(const struct resolver_channel *channel, struct pollfd *sockets)
{
    memcpy(sockets, channel->sockets, channel->socket_count * sizeof *sockets);
    return channel->socket_count;
}

void
resolver_channel_process(struct resolver_channel *channel, const struct pollfd *sockets,
                         unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        /* An error shows itself to whoever reads. */
        bool readable = (sockets[i].revents & (POLLIN | POLLERR | POLLHUP | POLLNVAL)) != 0;
        bool writable = (sockets[i].revents & POLLOUT) != 0;
        if (readable || writable)
            ares_process_fd(channel->ares, readable ? sockets[i].fd : ARES_SOCKET_BAD,
                            writable ? sockets[i].fd : ARES_SOCKET_BAD);
    }
}

void
resolver_channel_expire(struct resolver_channel *channel)
{
    ares_process_fd(channel->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}
