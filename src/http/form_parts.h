/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form_parts - the fields and the file of a multipart/form-data body (RFC 7578)
 *
 * libmicrohttpd 0.9.75 has a reader of its own; it is not used, because what it finds depends on
 * how the octets come in: of a sound form that arrives in pieces of seven octets it loses fields.
 * In:      a whole body from a stranger; the caller bounds its octets.
 * Out:     pairs as form.h promises them, nothing in them is decoded, and the octets of one file as
 *          they are. A part without a name is left out, a Content-Transfer-Encoding is not looked
 *          at (RFC 7578, 4.7), parts inside of a part stay what they are: its text.
 * Errors:  FAULT_REJECT: the first line is no delimiter, the last one is missing, a line begins
 *          with the delimiter and is none, a header is none; no UTF-8, NUL, a second file; over a
 *          limit.
 * Limits:  FORM_PAIRS_MAX parts, each with a header of FORM_PART_HEADER_MAX.
 * Threads: no state.
 */
#pragma once

#include "http/form.h"

#define FORM_BOUNDARY_MAX 70 /* RFC 2046, 5.1.1 */
#define FORM_PART_HEADER_MAX 8192

/* The boundary of a Content-Type field, borrowed from it; false when it names none that we take. */
bool form_boundary(struct span content_type, struct span *boundary);
/* Adds to what the form holds. *file is borrowed from the body; empty when there is none, or an
 * empty one (that is how browsers send "no file chosen"). */
bool form_read_parts(struct form *form, struct span body, struct span boundary, struct span *file,
                     GError **error);
