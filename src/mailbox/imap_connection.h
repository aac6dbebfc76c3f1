/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_connection - a logged-in connection to an IMAP server, made by libcurl: octets out,
 * whole responses in
 *
 * Errors:  FAULT_OPERATOR when only a person can mend it (certificate, user or password refused),
 *          else FAULT_RETRY. After an error of send or read the connection is broken for good.
 * Limits:  a response's text IMAP_TEXT_MAX; literals as imap_connection_literals() says. A read
 *          fails after idle_seconds without an octet, and after 30 times that for one response.
 * Threads: one connection, one thread at a time. The program must ignore SIGPIPE.
 */
#pragma once

#include <stdint.h>

#include "base/span.h"
#include "mailbox/imap.h"

struct imap_login { /* all borrowed; no defaults */
    const char *host;
    uint16_t port;
    enum imap_tls tls;
    const char *ca_file;
    bool unverified;
    const char *user;
    const char *password; /* or token */
    const char *token;
    unsigned connect_seconds;
    unsigned idle_seconds;
};

struct imap_connection;
typedef struct imap_connection ImapConnection;

/* Caller frees with imap_connection_free(). */
struct imap_connection *imap_connection_open(const struct imap_login *login, GError **error);
/* Drops the line at once, without a word to the server. NULL is allowed. */
void imap_connection_free(struct imap_connection *connection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImapConnection, imap_connection_free)

/* How many octets of literals a response may have: up to `keep` are kept; a literal beyond that
 * is skipped when it has at most `skip` octets (it then reads as empty), else an error. */
void imap_connection_literals(struct imap_connection *connection, uint64_t keep, uint64_t skip);
bool imap_connection_send(struct imap_connection *connection, struct span octets, GError **error);
/* The next whole response, borrowed until the next call. *skipped: octets of literals left out. */
bool imap_connection_read(struct imap_connection *connection, struct span *response,
                          uint64_t *skipped, GError **error);
/* Whether the error was the server's breach of the protocol, rather than a lost line. */
bool imap_connection_spoke_nonsense(const struct imap_connection *connection);
/* For the caller that finds the breach itself. */
void imap_connection_set_nonsense(struct imap_connection *connection);
