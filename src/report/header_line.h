/* SPDX-License-Identifier: Apache-2.0 */
/*
 * header_line - any text as one line that may stand in a header
 *
 * A stored text is hostile: it may hold line breaks of any kind, controls, and what turns the
 * direction of writing. Threads: no state.
 */
#pragma once

#include "base/span.h"

/* One line: valid UTF-8 without controls (C0, DEL, C1 with U+0085), U+2028, U+2029, marks of
 * writing direction and U+FEFF; each run of them and of blanks is one space, none at the ends; at
 * most `chars` characters, "..." at the end when cut. NULL gives "". Caller frees. */
char *header_line(const char *text, size_t chars);
/* The same as printable ASCII: each other character becomes "?". */
char *header_line_ascii(const char *text, size_t chars);
