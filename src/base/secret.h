/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secret - octets and texts that nobody guesses, and their comparison
 *
 * Errors: FAULT_OPERATOR: the system has no random octets. Threads: no state.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

bool secret_octets(void *out, size_t len, GError **error);
/* `chars` (at most 256) of a-z without l and 2-8, 5 bits each; caller frees. */
char *secret_text(size_t chars, GError **error);
/* Takes as long for every wrong text of the right length. */
bool secret_equal(const char *a, const char *b);
