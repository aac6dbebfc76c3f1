/* SPDX-License-Identifier: Apache-2.0 */
/*
 * body_digest - one value for texts that differ only in names, numbers and links
 *
 * In:      the visible text of a mail, valid UTF-8.
 * Out:     32 hex digits, or NULL when fewer than BODY_LETTERS_MIN letters are left of it.
 * How:     line by line masked (mask.h), lines without small words and greeting lines left out;
 *          letters of the rest in lower case, the first BODY_LETTERS_MAX of them, into SHA-256.
 * Threads: no state.
 */
#pragma once

#include "base/span.h"
#include "classify/mask.h"

#define BODY_LETTERS_MIN 60
#define BODY_LETTERS_MAX 2048

/* `known` may be NULL. Caller frees. */
char *body_digest(struct span text, const struct known_words *known);
