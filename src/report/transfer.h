/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transfer - octets made fit for a line of mail: quoted-printable, base64, encoded words
 *
 * All output is ASCII with CRLF, no line over 76 octets. Decoding is lenient and reads the same
 * whatever stands in the way: junk in base64 is passed over, padding ends a group, not the text.
 * Source:  RFC 2045 6.7 and 6.8, RFC 2047. Cost: linear. Threads: no state.
 */
#pragma once

#include "base/span.h"

/* True when it is 7-bit text: no NUL, no bare CR or LF, no line over `columns` octets. */
bool transfer_is_plain(struct span octets, size_t columns);
/* Text whose lines end in CRLF; each CRLF stays a line break. */
void transfer_append_quoted(GString *out, struct span octets);
/* Lines of 76 characters, each ended by CRLF but the last. */
void transfer_append_base64(GString *out, struct span octets);
/* `column`: how much of the line is used already. Plain words where they are ASCII and fit, else
 * encoded words (UTF-8, base64); folded by CRLF and a space. `text` is valid UTF-8 without
 * controls. */
void transfer_append_words(GString *out, size_t column, struct span text);

/* *canonical: the text holds nothing but groups, line breaks and padding at its end. */
GString *transfer_base64_decoded(struct span text, bool *canonical);
GString *transfer_quoted_decoded(struct span text);
/* Value of a base64 digit ("-" and "_" too), or -1. */
int transfer_digit(char octet);
