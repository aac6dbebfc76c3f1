/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mbox_line - the lines that an mbox puts between and into messages
 *
 * "From SENDER Fri Feb 13 02:48:13 2015" (RFC 4155, appendix A) stands before each message; lines
 * of a message that would look alike begin with ">From ". Pure; threads: no state.
 * Limits: a line over MBOX_LINE_MAX octets is no From_ line.
 */
#pragma once

#include <stdint.h>

#include "base/clock.h"
#include "base/span.h"

#define MBOX_LINE_MAX 1024

/* True for a From_ line that ends in an asctime date with a 4-digit year. Before or after the year
 * a zone may stand, behind it "remote from HOST". *date (may be NULL) is that time; a zone that is
 * a number counts, any other is taken as UTC. `line` may have its line end. */
bool mbox_line_is_from(struct span line, int64_t *date);
/* True when octets at the start of a file or message begin with a From_ line, whatever its date
 * looks like: "From " with something other than ":" (an old way of writing the field From) next. */
bool mbox_line_begins(struct span octets);
/* How many octets of From_ and >From_ lines stand before the message; *date (may be NULL) is the
 * first one's, or CLOCK_UNKNOWN. */
size_t mbox_line_skip(struct span message, int64_t *date);
/* How many ">" to take off a line to undo mbox quoting: all in front of "From ", or 0. */
size_t mbox_line_quotes(struct span line);
