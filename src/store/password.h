/* SPDX-License-Identifier: Apache-2.0 */
/*
 * password - crypt(5) hashes: made and compared
 *
 * yescrypt ("$y$"), cost 7: 64 MB and about 0.1 s each; PASSWORD_AT_ONCE at most are worked on at
 * once, others wait in line. Threads: any.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define PASSWORD_AT_ONCE 2

/* Caller frees. NULL with *error set (FAULT_OPERATOR: no random octets, no memory). */
char *password_hash(const char *password, GError **error);
/* NULL as `hash`: false, after as much work as for a hash. */
bool password_fits(const char *password, const char *hash);
