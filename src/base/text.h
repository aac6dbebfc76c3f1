/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text - octets from mail made into text that is safe to keep, to show and to log
 *
 * All results are valid UTF-8 without NUL, but for text_append_unfolded(), which works on octets.
 * Threads: no state.
 */
#pragma once

#include "base/span.h"

/* Appends the octets to `out` as valid UTF-8: what is no UTF-8, and NUL, becomes U+FFFD. */
void text_append_utf8(GString *out, struct span octets);
/* The same as a new string; caller frees with g_free. */
char *text_utf8(struct span octets);
/* Length of the longest prefix of at most `max` octets that ends on a character edge.
 * `string` is valid UTF-8. */
size_t text_cut_octets(const char *string, size_t len, size_t max);
/* Length in octets of the longest prefix of at most `max` characters. */
size_t text_cut_chars(const char *string, size_t len, size_t max);
/* Unfolds a header field value (RFC 5322, 2.2.3): each line break together with the white space
 * around it becomes one space; leading and trailing white space goes. All other octets, NUL too,
 * are appended to `out` as they are. */
void text_append_unfolded(GString *out, struct span value);
/* Octets from mail for a log line or an error text: control characters, backslash and what is no
 * printable ASCII become \xNN; at most `max` octets of input, then "...". Caller frees. */
char *text_masked(struct span octets, size_t max);
