/* SPDX-License-Identifier: Apache-2.0 */
#include "store/host_list.h"

#include "base/fault.h"
#include "base/span.h"

#define PORT_MAX 65535

static void
host_free(void *pointer)
{
    struct host *host = pointer;
    g_free(host->name);
    g_free(host);
}

/* Several colons without brackets are an IPv6 address that has no port. */
static bool
host_split(struct span entry, struct span *name, struct span *port)
{
    ptrdiff_t colon = span_find(entry, ':');
    *name = entry;
    *port = (struct span){ NULL, 0 };
    if (entry.len > 0 && entry.octets[0] == '[') {
        ptrdiff_t end = span_find(entry, ']');
        if (end < 0)
            return false;
        *name = span_head(span_from(entry, 1), (size_t)end - 1);
        if ((size_t)end + 1 == entry.len)
            return true;
        *port = span_from(entry, (size_t)end + 2);
        return entry.octets[end + 1] == ':' && port->len > 0;
    }
    if (colon < 0 || span_find(span_from(entry, (size_t)colon + 1), ':') >= 0)
        return true;
    *name = span_head(entry, (size_t)colon);
    *port = span_from(entry, (size_t)colon + 1);
    return name->len > 0 && port->len > 0;
}

GPtrArray *
host_list_parse(const char *text, GError **error)
{
    g_autoptr(GPtrArray) hosts = g_ptr_array_new_with_free_func(host_free);
    struct span rest = span_of(text), entry;
    bool spent = false;
    while (span_cut(&rest, ',', &entry, &spent)) {
        struct span name, port;
        guint32 number = 0;
        entry = span_trim(entry);
        if (entry.len == 0)
            continue;
        if (!host_split(entry, &name, &port) || name.len == 0 ||
            (port.len > 0 && (!span_to_u32(port, &number) || number == 0 || number > PORT_MAX))) {
            g_set_error(error, FAULT, FAULT_OPERATOR, "dbHost: \"%.*s\" is no host",
                        (int)MIN(entry.len, 255), entry.octets);
            return NULL;
        }
        struct host *host = g_new0(struct host, 1);
        host->name = span_dup(name);
        host->port = number;
        g_ptr_array_add(hosts, host);
    }
    if (hosts->len == 0)
        g_ptr_array_add(hosts, g_new0(struct host, 1));
    return g_steal_pointer(&hosts);
}
