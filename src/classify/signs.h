/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signs - what the rules look at, found out once a report
 *
 * Out:     borrowed from the report but for the folded texts, which signs_clear() frees.
 * Threads: one struct, one thread.
 */
#pragma once

#include "classify/words.h"
#include "report/report.h"

#define SIGNS_TEXT_OCTETS (8 * 1024) /* of the visible text, as much as announcements take */

struct signs {
    const struct report *report;
    const struct mail *mail; /* the reported mail, never NULL */
    char *subject;           /* folded, "" when absent */
    const char *opening;     /* the subject behind its marks; inside `subject` */
    const char *title;       /* the subject behind its tag and marks; inside `subject` */
    bool null_path;          /* Original-Mail-From, or else Return-Path, is empty */
    bool daemon;             /* the sender's address or name is that of a mail system, or empty */
    bool precedence_bulk;    /* Precedence is bulk or junk */
    bool automatic;          /* Auto-Submitted is there and not "no" */
    char *text;              /* folded; made on demand by signs_text() */
};

void signs_init(struct signs *signs, const struct report *report); /* report->original != NULL */
void signs_clear(struct signs *signs);
/* The first SIGNS_TEXT_OCTETS of the visible text, folded; "" when there is none. */
const char *signs_text(struct signs *signs);

/* The first word of the field's value behind comments (RFC 5322, 3.2.2), up to white space, ";",
 * "," or "("; or the empty span. */
struct span signs_token(const struct mail *mail, const char *field);
bool signs_has_field(const struct mail *mail, const char *field);
/* True when the mail has a part of that type that is not inside an attached mail. */
bool signs_has_part(const struct mail *mail, const char *type);
