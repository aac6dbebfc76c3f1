/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session_value - the secret of a session or token, and what the database keeps of it
 */
#pragma once

#include "base/sha256.h"
#include "store/session.h"
#include "store/value.h"

/* A new one. FAULT_OPERATOR when the system has no random octets. */
bool session_value(char value[SESSION_VALUE_CHARS + 1], GError **error);
/* Its SHA-256 as a parameter; borrowed from `digest`. */
struct value session_key(const char *value, unsigned char digest[SHA256_OCTETS]);
