/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message_mend - messages that a MIME parser can't read as they stand, set right
 *
 * In:      any octets. Out: a new message, or NULL when there is nothing to mend; caller frees.
 * Cost:    linear. Threads: no state.
 */
#pragma once

#include "base/span.h"

/* Line ends of a bare CR (old Macs) become LF, in the whole message: a report may hold a reported
 * mail of that sort. NULL when fewer than three fields begin behind one. */
GBytes *mend_bare_cr(struct span octets);
/* Lines of white space alone become empty lines: some programs write them between a header and its
 * body (Lotus Notes). */
GBytes *mend_blank_lines(struct span octets);
/* For a multipart without boundary parameter: the first line of the body that begins with "--"
 * becomes its boundary. NULL when there is none, or the header names no multipart type. */
GBytes *mend_boundary(struct span octets);
