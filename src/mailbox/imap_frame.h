/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_frame - finds where one response of an IMAP server ends (RFC 3501, 2.2 and 4.3); no I/O
 *
 * Input:   the octets received so far, beginning with the response; they may only grow between
 *          two calls. Every octet sequence is allowed.
 * Output:  whether the response is whole. Lines end in CRLF; {n} at the end of a line counts the
 *          n octets behind it, and those are not looked at. Status lines (OK, NO, BAD, BYE,
 *          PREAUTH, tagged, +) hold free text and no literal.
 * Limits:  IMAP_TEXT_MAX octets outside literals.
 * Threads: no shared state.
 */
#pragma once

#include <stdint.h>

#include "base/span.h"

/* Enough for the answer to a search of a million UIDs. */
#define IMAP_TEXT_MAX (16 * 1024 * 1024)

enum imap_frame_verdict {
    IMAP_FRAME_MORE,    /* not whole yet */
    IMAP_FRAME_LITERAL, /* a literal begins: see `literal` and `marker`; then call again */
    IMAP_FRAME_WHOLE,   /* the response is the first `at` octets */
    IMAP_FRAME_BAD      /* no IMAP: endless line, bare CR or LF, open quote, absurd number */
};

struct imap_frame {   /* zeroed before the first call */
    size_t at;        /* octets looked at */
    size_t piece;     /* where the current piece of text began */
    size_t text;      /* octets outside literals before that piece */
    size_t marker;    /* where the "{" of the last literal stands */
    uint64_t literal; /* octets of the literal still to come */
};

enum imap_frame_verdict imap_frame_scan(struct imap_frame *frame, struct span octets);
/* After IMAP_FRAME_LITERAL: the caller has taken the literal out and written IMAP_FRAME_EMPTY
 * where the marker stood. */
#define IMAP_FRAME_EMPTY "{0}\r\n"
void imap_frame_skip(struct imap_frame *frame);
