/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field - `Name: value` blocks as header fields have them (RFC 5322, 2.2)
 *
 * For message/feedback-report, text/rfc822-headers and prose that quotes a header.
 * In:      any octets. Out: struct mail_field, values unfolded, UTF-8 (octets that are none are
 *          read as Windows-1252), not decoded further.
 * Limits:  FIELD_BLOCK_OCTETS of input, LIMIT_HEADER_FIELDS fields.
 * Threads: no state.
 */
#pragma once

#include "report/report.h"

#define FIELD_BLOCK_OCTETS (256 * 1024)

enum field_end {
    FIELD_END_AT_EMPTY, /* the first empty line ends the block, as in a mail */
    FIELD_END_NEVER     /* empty lines are skipped: the whole text is one block */
};

/* Appends the fields to `fields` (of struct mail_field), strings in `arena`. Lines that are no
 * field are skipped. Returns how many octets were read. */
size_t field_read(struct span octets, enum field_end end, GStringChunk *arena, GArray *fields);
/* The octets from the first field on: a byte order mark, empty lines and mbox From_ lines (">From "
 * too) before it are passed over. */
struct span field_skip_preamble(struct span octets);
/* The octets from the first line on that is a field; empty when there is none. */
struct span field_first(struct span octets);
/* The value without its comments (RFC 5322, 3.2.2: nested, with quoted pairs), white space at both
 * ends off; `out` is overwritten. Quoted strings are left as they are. */
void field_without_comments(struct span value, GString *out);
/* The first word (up to white space, "," or ";") of a value without its comments; `out` is
 * overwritten. */
void field_first_word(struct span value, GString *out);
