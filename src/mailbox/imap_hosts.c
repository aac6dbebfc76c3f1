/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/imap_hosts.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/fault.h"
#include "base/span.h"

#define NAME_OCTETS_MAX 255

static void
clear_host(void *entry)
{
    struct imap_host *host = entry;
    g_free(host->name);
}

static bool
is_name(struct span name)
{
    if (name.len == 0 || name.len > NAME_OCTETS_MAX || name.octets[0] == '-')
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!g_ascii_isalnum(name.octets[i]) && strchr("-._", name.octets[i]) == NULL)
            return false;
    return true;
}

static bool
is_address6(struct span bracketed)
{
    struct in6_addr address;
    g_autofree char *text = span_dup((struct span){ bracketed.octets + 1, bracketed.len - 2 });
    return inet_pton(AF_INET6, text, &address) == 1;
}

static bool
parse_one(struct span entry, uint16_t default_port, struct imap_host *host)
{
    ptrdiff_t end = 0;
    uint32_t port = default_port;
    struct span name = entry;
    struct span rest = { NULL, 0 };
    if (entry.len > 2 && entry.octets[0] == '[') {
        end = span_find(entry, ']');
        if (end < 3)
            return false;
        name = span_head(entry, (size_t)end + 1);
        rest = span_from(entry, (size_t)end + 1);
        if (!is_address6(name))
            return false;
    } else {
        end = span_find(entry, ':');
        if (end >= 0) {
            name = span_head(entry, (size_t)end);
            rest = span_from(entry, (size_t)end);
        }
        if (!is_name(name))
            return false;
    }
    if (rest.len > 0 && (rest.octets[0] != ':' || !span_to_u32(span_from(rest, 1), &port) ||
                         port == 0 || port > UINT16_MAX))
        return false;
    host->name = span_dup(name);
    host->port = (uint16_t)port;
    return true;
}

GArray *
imap_hosts_parse(const char *list, uint16_t default_port, GError **error)
{
    GArray *hosts = g_array_new(FALSE, TRUE, sizeof(struct imap_host));
    struct span rest = span_of(list);
    struct span entry = { NULL, 0 };
    bool spent = false;
    g_array_set_clear_func(hosts, clear_host);
    while (span_cut(&rest, ',', &entry, &spent)) {
        struct imap_host host = { NULL, 0 };
        if (hosts->len < IMAP_HOSTS_MAX && parse_one(span_trim(entry), default_port, &host)) {
            g_array_append_val(hosts, host);
            continue;
        }
        g_array_unref(hosts);
        g_set_error(error, FAULT, FAULT_OPERATOR,
                    "imapHost: %s is no list of at most %d hosts (name, 192.0.2.1 or "
                    "[2001:db8::1], each with :port or without)",
                    list, IMAP_HOSTS_MAX);
        return NULL;
    }
    return hosts;
}

bool
imap_host_is_loopback(const struct imap_host *host)
{
    struct in_addr address;
    return g_ascii_strcasecmp(host->name, "localhost") == 0 || strcmp(host->name, "[::1]") == 0 ||
           (inet_pton(AF_INET, host->name, &address) == 1 && (ntohl(address.s_addr) >> 24) == 127);
}
