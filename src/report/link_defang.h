/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link_defang - URLs written so that nobody clicks them: hxxp, [.], (dot), [://] ...
 *
 * Readers of one construct each: they look at the front of a span and tell how many octets the
 * construct has, 0 when it is not there. RFC 9991 tells reporters to write hxxp.
 * Threads: no state.
 */
#pragma once

#include "base/span.h"

#define DEFANG_SCHEME_MAX 6

struct defang_scheme {
    const char *scheme; /* "http", "https" or "ftp" */
    size_t len;         /* octets as written */
    bool defanged;
};

/* The scheme that ends where the span ends. */
bool defang_scheme_before(struct span text, struct defang_scheme *scheme);
/* "://" in any form: "[:]//", "[://]", ":\\". At least two slashes. */
size_t defang_separator(struct span text, bool *defanged);
/* A dot in a host name: ".", "[.]", "(dot)", " [dot] ", a full-width dot. */
size_t defang_dot(struct span text, bool *defanged);
/* "[/]" or "[:]" behind the host. */
size_t defang_mark(struct span text, char *mark);
