/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ares_floor - nothing but c-ares: A records of n0.ZONE, n1.ZONE ... with IN_FLIGHT at once
 *
 * ares_floor SERVER ZONE COUNT IN_FLIGHT: prints "lookups N failed N seconds S".
 */
#include <ares.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"

struct floor {
    ares_channel ares;
    const char *zone;
    unsigned long count, begun, ended, failed;
    struct pollfd socket;
};

static void begin(struct floor *floor);

static void
answered(void *user, int status, int timeouts, unsigned char *octets, int len)
{
    struct floor *floor = user;
    (void)timeouts;
    (void)octets;
    (void)len;
    floor->ended++;
    if (status != ARES_SUCCESS)
        floor->failed++;
    if (floor->begun < floor->count)
        begin(floor);
}

static void
begin(struct floor *floor)
{
    char name[300];
    g_snprintf(name, sizeof name, "n%lu.%s", floor->begun++, floor->zone);
    ares_query(floor->ares, name, 1, 1, answered, floor);
}

static void
socket_changed(void *user, ares_socket_t socket, int readable, int writable)
{
    struct floor *floor = user;
    floor->socket.fd = readable || writable ? socket : -1;
    floor->socket.events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
}

int
main(int argc, char **argv)
{
    struct floor floor = { .socket = { .fd = -1 } };
    struct ares_options options = { .flags = ARES_FLAG_STAYOPEN | ARES_FLAG_NOSEARCH,
                                    .timeout = 2000,
                                    .tries = 2,
                                    .socket_receive_buffer_size = 4 * 1024 * 1024,
                                    .sock_state_cb = socket_changed,
                                    .sock_state_cb_data = &floor };
    unsigned long in_flight;
    int64_t start;
    if (argc != 5)
        return 64;
    floor.zone = argv[2];
    floor.count = strtoul(argv[3], NULL, 10);
    in_flight = strtoul(argv[4], NULL, 10);
    if (ares_init_options(&floor.ares, &options,
                          ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                              ARES_OPT_SOCK_RCVBUF | ARES_OPT_SOCK_STATE_CB) != ARES_SUCCESS ||
        ares_set_servers_ports_csv(floor.ares, argv[1]) != ARES_SUCCESS)
        return 1;
    start = clock_monotonic_us();
    for (unsigned long i = 0; i < in_flight && floor.begun < floor.count; i++)
        begin(&floor);
    while (floor.ended < floor.count) {
        int ready = poll(&floor.socket, 1, 50);
        ares_process_fd(floor.ares, ready > 0 ? floor.socket.fd : ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    }
    printf("lookups %lu failed %lu seconds %.6f\n", floor.ended, floor.failed,
           (double)(clock_monotonic_us() - start) / G_USEC_PER_SEC);
    ares_destroy(floor.ares);
    return 0;
}
