/* SPDX-License-Identifier: Apache-2.0 */
/*
 * span - a borrowed view of octets; the input type of all parsers
 *
 * A span never owns its octets, may hold NUL, and need not end in one. An empty span may have a
 * NULL pointer. Threads: no state.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
    const char *octets;
    size_t len;
};

static inline struct span
span_of(const char *string) /* NULL gives the empty span */
{
    return (struct span){ string, string != NULL ? strlen(string) : 0 };
}

static inline struct span
span_of_bytes(GBytes *bytes) /* borrowed from bytes */
{
    gsize len = 0;
    const char *octets = g_bytes_get_data(bytes, &len);
    return (struct span){ octets, len };
}

/* The rest of the span from octet `from` on; empty when it is past the end. */
struct span span_from(struct span whole, size_t from);
/* At most `len` octets from the front. */
struct span span_head(struct span whole, size_t len);
/* Without the space, tab, CR and LF at both ends. */
struct span span_trim(struct span whole);
/* Without the UTF-8 byte order mark (RFC 3629, 6) that some editors put in front; one at most. */
struct span span_after_mark(struct span whole);
/* Cuts one line off *rest into *line, without its CRLF or LF; false when *rest is empty. */
bool span_line(struct span *rest, struct span *line);
/* Cuts up to the next `mark` off *rest into *piece (the mark is eaten); false when *rest was
 * already spent. The last piece may be empty: "a," gives "a" and "". Start with *spent = false. */
bool span_cut(struct span *rest, char mark, struct span *piece, bool *spent);
/* Position of the octet or string, or -1. */
ptrdiff_t span_find(struct span whole, char octet);
ptrdiff_t span_find_string(struct span whole, const char *needle);
/* Compares without regard to ASCII case. */
bool span_equals_nocase(struct span span, const char *string);
bool span_starts_nocase(struct span span, const char *prefix);
bool span_equals(struct span span, const char *string);
/* A decimal number of only digits that fits; false and *value untouched otherwise. */
bool span_to_u32(struct span span, guint32 *value);
/* A NUL-terminated copy; caller frees with g_free. */
char *span_dup(struct span span);
