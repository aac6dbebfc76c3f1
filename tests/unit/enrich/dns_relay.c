/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dns_relay - UDP to a DNS server on 127.0.0.1 and back, with a delay and losses
 *
 * dns_relay PORT DELAY_US LOST_PER_MILLE SEED: prints "port N", relays until SIGTERM or until its
 * stdin ends, then prints "relayed N lost N". Answers are held back; questions are what gets lost.
 * No TCP: nobody listens there.
 */
#define _GNU_SOURCE /* recvmmsg, ppoll */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

#define PACKET_MAX 2048
#define BATCH 64
#define HELD_MAX 16384 /* a power of two */
#define CLIENTS_MAX 32

struct client {
    struct sockaddr_in address;
    int socket; /* to the server; its answers are this client's */
};

struct packet {
    int64_t due_us;
    unsigned client;
    unsigned len;
    char octets[PACKET_MAX];
};

struct relay {
    int socket;
    struct sockaddr_in server;
    int64_t delay_us;
    unsigned lost_per_mille;
    uint64_t random;
    struct client clients[CLIENTS_MAX];
    unsigned client_count, next_client;
    struct packet *held; /* a ring: all wait equally long */
    uint64_t first, behind;
    uint64_t relayed, lost;
};

static volatile sig_atomic_t stop;

static void
on_signal(int number)
{
    (void)number;
    stop = 1;
}

static void
die(const char *what)
{
    perror(what);
    exit(1);
}

static int
open_socket(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int octets = 8 * 1024 * 1024;
    if (fd < 0)
        die("socket");
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &octets, sizeof octets) != 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &octets, sizeof octets);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &octets, sizeof octets);
    return fd;
}

static bool
is_lost(struct relay *relay)
{
    relay->random ^= relay->random << 13;
    relay->random ^= relay->random >> 7;
    relay->random ^= relay->random << 17;
    return (relay->random >> 16) % 1000 < relay->lost_per_mille;
}

static struct client *
client_of(struct relay *relay, const struct sockaddr_in *address)
{
    struct client *client;
    for (unsigned i = 0; i < relay->client_count; i++) {
        client = &relay->clients[i];
        if (client->address.sin_port == address->sin_port &&
            client->address.sin_addr.s_addr == address->sin_addr.s_addr)
            return client;
    }
    client = &relay->clients[relay->next_client];
    if (relay->next_client < relay->client_count)
        close(client->socket);
    else
        relay->client_count++;
    relay->next_client = (relay->next_client + 1) % CLIENTS_MAX;
    client->address = *address;
    client->socket = open_socket();
    if (connect(client->socket, (const struct sockaddr *)&relay->server, sizeof relay->server) != 0)
        die("connect");
    return client;
}

static void
take_questions(struct relay *relay)
{
    static char octets[BATCH][PACKET_MAX];
    struct sockaddr_in from[BATCH];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH] = { 0 };
    int count;
    for (unsigned i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){ octets[i], PACKET_MAX };
        messages[i].msg_hdr = (struct msghdr){ .msg_name = &from[i],
                                               .msg_namelen = sizeof from[i],
                                               .msg_iov = &parts[i],
                                               .msg_iovlen = 1 };
    }
    count = recvmmsg(relay->socket, messages, BATCH, 0, NULL);
    for (int i = 0; i < count; i++) {
        if (is_lost(relay))
            relay->lost++;
        else if (send(client_of(relay, &from[i])->socket, octets[i], messages[i].msg_len, 0) < 0)
            relay->lost++;
    }
}

static void
take_answers(struct relay *relay, unsigned client, int64_t now_us)
{
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH] = { 0 };
    uint64_t room = HELD_MAX - (relay->behind - relay->first);
    unsigned batch = room < BATCH ? (unsigned)room : BATCH;
    int count;
    for (unsigned i = 0; i < batch; i++) {
        parts[i] = (struct iovec){ relay->held[(relay->behind + i) % HELD_MAX].octets, PACKET_MAX };
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    count = recvmmsg(relay->clients[client].socket, messages, batch, 0, NULL);
    for (int i = 0; i < count; i++, relay->behind++) {
        struct packet *packet = &relay->held[relay->behind % HELD_MAX];
        packet->due_us = now_us + relay->delay_us;
        packet->client = client;
        packet->len = messages[i].msg_len;
    }
}

static void
give_answers(struct relay *relay, int64_t now_us)
{
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH] = { 0 };
    int count = 0;
    while (count < BATCH && relay->first + (unsigned)count < relay->behind) {
        struct packet *packet = &relay->held[(relay->first + (unsigned)count) % HELD_MAX];
        if (packet->due_us > now_us)
            break;
        parts[count] = (struct iovec){ packet->octets, packet->len };
        messages[count].msg_hdr = (struct msghdr){
            .msg_name = &relay->clients[packet->client].address,
            .msg_namelen = sizeof(struct sockaddr_in),
            .msg_iov = &parts[count],
            .msg_iovlen = 1,
        };
        count++;
    }
    if (count == 0)
        return;
    count = sendmmsg(relay->socket, messages, (unsigned)count, 0);
    relay->first += count > 0 ? (unsigned)count : 1; /* a client that is gone */
    relay->relayed += count > 0 ? (unsigned)count : 0;
}

static void
turn(struct relay *relay)
{
    struct pollfd fds[CLIENTS_MAX + 2] = { { .fd = relay->socket, .events = POLLIN },
                                           { .fd = STDIN_FILENO, .events = POLLIN } };
    struct timespec wait = { .tv_sec = 1 };
    int64_t now_us = clock_monotonic_us();
    unsigned clients = relay->client_count;
    char ignored[64];
    if (relay->first < relay->behind) {
        int64_t due_us = relay->held[relay->first % HELD_MAX].due_us - now_us;
        wait = (struct timespec){ .tv_nsec = (due_us > 0 ? due_us % 1000000 : 0) * 1000 };
    }
    for (unsigned i = 0; i < clients; i++)
        fds[i + 2] = (struct pollfd){ .fd = relay->clients[i].socket, .events = POLLIN };
    if (ppoll(fds, clients + 2, &wait, NULL) < 0)
        return;
    now_us = clock_monotonic_us();
    for (unsigned i = 0; i < clients; i++)
        if (fds[i + 2].revents != 0)
            take_answers(relay, i, now_us);
    if (fds[0].revents != 0)
        take_questions(relay);
    give_answers(relay, now_us);
    if (fds[1].revents != 0 && read(STDIN_FILENO, ignored, sizeof ignored) <= 0)
        stop = 1;
}

int
main(int argc, char **argv)
{
    struct relay relay = { .server = { .sin_family = AF_INET } };
    struct sockaddr_in own = { .sin_family = AF_INET };
    socklen_t len = sizeof own;
    if (argc != 5) {
        fprintf(stderr, "dns_relay PORT DELAY_US LOST_PER_MILLE SEED\n");
        return 64;
    }
    signal(SIGTERM, on_signal);
    relay.server.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
    relay.server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    relay.delay_us = strtol(argv[2], NULL, 10);
    relay.lost_per_mille = (unsigned)strtoul(argv[3], NULL, 10);
    relay.random = strtoull(argv[4], NULL, 10) * 2 + 0x9e3779b97f4a7c15;
    relay.held = g_new(struct packet, HELD_MAX);
    relay.socket = open_socket();
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(relay.socket, (struct sockaddr *)&own, sizeof own) != 0 ||
        getsockname(relay.socket, (struct sockaddr *)&own, &len) != 0)
        die("bind");
    printf("port %u\n", ntohs(own.sin_port));
    fflush(stdout);
    while (!stop)
        turn(&relay);
    printf("relayed %llu lost %llu\n", (unsigned long long)relay.relayed,
           (unsigned long long)relay.lost);
    g_free(relay.held);
    return 0;
}
