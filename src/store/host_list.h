/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_list - "db1, db2:3307, [2001:db8::1]:3306" as hosts and ports
 *
 * Threads: no state.
 */
#pragma once

#include <glib.h>

struct host {
    char *name;    /* NULL: this machine, by socket */
    unsigned port; /* 0: not said */
};

/* One struct host at least; an empty list is this machine. NULL with FAULT_OPERATOR when an entry
 * can't be read. Caller frees with g_ptr_array_unref. */
GPtrArray *host_list_parse(const char *text, GError **error);
