/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random_text - letters and digits that nobody guesses
 */
#pragma once

#include <glib.h>

/* `chars` of a-z and 2-9 without l and o (5 bits each); caller frees. NULL with FAULT_OPERATOR: the
 * system has no random octets. */
char *random_text(size_t chars, GError **error);
