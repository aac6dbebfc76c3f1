/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_hosts - the comma list of servers: names and addresses, with or without port
 *
 * Threads: no shared state.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define IMAP_HOSTS_MAX 16

struct imap_host {
    char *name; /* as a URL wants it: addresses of version 6 in brackets */
    uint16_t port;
};
/* An array of struct imap_host that frees its names; unref it. NULL with FAULT_OPERATOR when an
 * entry is no host. */
GArray *imap_hosts_parse(const char *list, uint16_t default_port, GError **error);
/* localhost, 127.0.0.0/8 and [::1]: nothing sent there leaves this machine. */
bool imap_host_is_loopback(const struct imap_host *host);
