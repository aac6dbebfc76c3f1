/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/resolver_server.h"

#include "base/fault.h"
#include "base/socket_address.h"

#include <ares.h>

#define DNS_PORT 53
#define FAILURES_MAX 10
#define PROBE_US (2 * G_USEC_PER_SEC)

static bool
add_system_server(const struct ares_addr_port_node *node, struct resolver_servers *servers)
{
    struct resolver_server *server = &servers->servers[servers->count];
    struct span octets = { (const char *)&node->addr, node->family == AF_INET ? 4 : 16 };
    if (servers->count == SERVERS_MAX)
        return false;
    server->ip = ip_of_octets(octets);
    server->port = (uint16_t)(node->udp_port != 0 ? node->udp_port : DNS_PORT);
    servers->count++;
    return true;
}

/* c-ares knows where systems keep them. */
static bool
read_system(struct resolver_servers *servers, GError **error)
{
    ares_channel channel = NULL;
    struct ares_addr_port_node *nodes = NULL;
    int code = ares_init(&channel);
    if (code == ARES_SUCCESS) {
        code = ares_get_servers_ports(channel, &nodes);
        for (struct ares_addr_port_node *node = nodes; node != NULL; node = node->next)
            if (!add_system_server(node, servers))
                break;
        ares_free_data(nodes);
        ares_destroy(channel);
    }
    if (servers->count > 0)
        return true;
    g_set_error(error, FAULT, FAULT_RETRY, "this system names no DNS server: %s",
                code != ARES_SUCCESS ? ares_strerror(code) : "resolv.conf has none");
    return false;
}

bool
resolver_servers_read(char *const *texts, struct resolver_servers *servers, GError **error)
{
    struct resolver_servers result = { .count = 0 };
    for (; texts != NULL && *texts != NULL; texts++) {
        if (result.count == SERVERS_MAX) {
            g_set_error(error, FAULT, FAULT_OPERATOR, "more than %d DNS servers", SERVERS_MAX);
            return false;
        }
        struct resolver_server *server = &result.servers[result.count];
        if (!socket_address_parse(span_of(*texts), DNS_PORT, &server->ip, &server->port)) {
            g_set_error(error, FAULT, FAULT_OPERATOR,
                        "\"%s\" is no DNS server: an address, with or without :port", *texts);
            return false;
        }
        result.count++;
    }
    if (result.count == 0 && !read_system(&result, error))
        return false;
    *servers = result;
    return true;
}

unsigned
resolver_servers_choose(struct resolver_servers *servers, unsigned tries, int64_t now_us)
{
    unsigned live[SERVERS_MAX];
    unsigned count = 0;
    for (unsigned i = 0; i < servers->count; i++) {
        struct resolver_server *server = &servers->servers[i];
        if (server->failures >= FAILURES_MAX && now_us >= server->probe_us && tries == 0) {
            server->probe_us = now_us + PROBE_US;
            return i;
        }
        if (server->failures < FAILURES_MAX)
            live[count++] = i;
    }
    return count > 0 ? live[tries % count] : tries % MAX(servers->count, 1u);
}

void
resolver_servers_note(struct resolver_servers *servers, unsigned server, bool answered,
                      int64_t now_us)
{
    struct resolver_server *one = &servers->servers[server];
    one->failures = answered ? 0 : MIN(one->failures + 1, FAILURES_MAX);
    if (one->failures == FAILURES_MAX)
        one->probe_us = now_us + PROBE_US;
}
