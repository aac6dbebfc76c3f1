/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_token - the OAuth2 access token: from a file, or from a program that prints it
 *
 * The program gets no shell, no stdin, and IMAP_TOKEN_SECONDS; the first line counts. Tokens last
 * about an hour, so ask before each login. The token never appears in an error.
 * Threads: no shared state.
 */
#pragma once

#include <glib.h>

#define IMAP_TOKEN_SECONDS 60
#define IMAP_TOKEN_OCTETS (64 * 1024)

/* Exactly one of the two is not NULL. Caller frees, best after wiping it with imap_token_free().
 * NULL with FAULT_OPERATOR (no such file, bad command line, no token in it) or FAULT_RETRY (the
 * program failed or took too long: the token service may be away). */
char *imap_token_get(const char *file, const char *command, GError **error);
/* Wipes and frees; NULL is allowed. */
void imap_token_free(char *secret);
