/* SPDX-License-Identifier: Apache-2.0 */
/*
 * access_value - the secret of a session or a token, and what the database keeps of it
 *
 * A value is 32 random octets in base64url; the database has its SHA-256 only, so that a copy of
 * the database opens nothing. Threads: no state.
 */
#pragma once

#include "base/sha256.h"
#include "store/value.h"

#define ACCESS_VALUE_CHARS 43

/* A new one. FAULT_OPERATOR when the system has no random octets. */
bool access_value(char value[ACCESS_VALUE_CHARS + 1], GError **error);
/* Its SHA-256 as a parameter; borrowed from `digest`. */
struct value access_key(const char *value, unsigned char digest[SHA256_OCTETS]);
