/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redact_field - header fields: whom they name, and the same fields without them
 *
 * In:      name and value as they stand, folds as CRLF and blanks.
 * Out:     ASCII lines of at most 998 octets; a value that can't stand as it was is folded anew,
 *          what is no ASCII in it becomes encoded words.
 * Fields:  To, Cc, Delivered-To, X-Original-To and their kin, and all with "rcpt" or "recipient" in
 *          their name, keep domains only; List-Unsubscribe keeps hosts only; Received gives its
 *          "for", results give smtp.rcptto.
 * Cost:    linear. Threads: no state.
 */
#pragma once

#include "report/conceal.h"

#define FIELD_NAME_OCTETS_MAX 100 /* a longer one is none */

struct redact_field {
    struct span name, value; /* value: from behind ":" to before the last line's end */
};

/* Adds the recipients that the field names. False: more than can be concealed. */
bool redact_field_collect(struct conceal *conceal, const struct redact_field *field);
/* Appends "Name: value\r\n". */
void redact_field_append(GString *out, const struct conceal *conceal,
                         const struct redact_field *field);
/* The value as it will be written, when it can't stand as it is: one line with a blank in front;
 * else NULL. Caller frees. */
char *redact_field_fit(struct span value);
/* "Name: value\r\n" as it is when it may stand so, else as above, not concealed. */
void redact_field_append_fit(GString *out, struct span name, struct span value);
