/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resolver_server - the DNS servers that are asked, and which of them answer; seen by resolver only
 *
 * Threads: one list, one thread.
 */
#pragma once

#include "base/ip.h"

#include <stdint.h>

#define SERVERS_MAX 8

struct resolver_server {
    struct ip ip;
    uint16_t port;
    unsigned failures; /* tries in a row without an answer */
    int64_t probe_us;  /* when it failed: not asked before, then once */
};

struct resolver_servers {
    struct resolver_server servers[SERVERS_MAX];
    unsigned count; /* at least 1 */
};

/* "192.0.2.1", "192.0.2.1:5353", "2001:db8::1", "[2001:db8::1]:53". NULL or empty: those of the
 * system (resolv.conf). FAULT_OPERATOR: one can't be read, or there are more than SERVERS_MAX;
 * FAULT_RETRY: the system names none. */
bool resolver_servers_read(char *const *texts, struct resolver_servers *servers, GError **error);
/* Which to ask: the first that answers, then (`tries` > 0) the next ones. When none answers, all
 * in their order. `now_us` is clock_monotonic_us(). */
unsigned resolver_servers_choose(struct resolver_servers *servers, unsigned tries, int64_t now_us);
/* What came of it. */
void resolver_servers_note(struct resolver_servers *servers, unsigned server, bool answered,
                           int64_t now_us);
