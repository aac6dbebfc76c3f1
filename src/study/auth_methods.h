/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auth_methods - which checks (spf, dkim, dmarc ...) a received mail shows the results of
 *
 * In:      a message of any octets, and the fields that count: Authentication-Results (RFC 8601,
 *          with the deviations that authentication_results.h knows, and folds in the middle of
 *          words), or fields in which only the words spf, dkim, dmarc are looked for.
 * Out:     names of methods in lower case, each once; only the message's own header is read.
 * Paper:   as the published notebook, by rule instead of by provider: names of fields exactly as
 *          given, a field without authserv-id shows spf, dkim and dmarc without being read, words
 *          are found anywhere and in lower case only.
 * Limits:  LIMIT_HEADER_OCTETS of header. Threads: no shared state.
 */
#pragma once

#include <stdbool.h>

#include "base/span.h"

enum result_syntax { RESULT_RFC8601, RESULT_WORDS };

struct result_header {
    char *name;
    enum result_syntax syntax;
};

struct auth_methods {
    GHashTable *paper, *correct; /* sets of char * */
    GString *shown;              /* the fields that were read, unfolded, parted by " | " */
};

void auth_methods_init(struct auth_methods *methods);
void auth_methods_clear(struct auth_methods *methods);
/* Adds what the message shows. */
void auth_methods_read(struct auth_methods *methods, struct span message,
                       const struct result_header *headers, size_t count);
