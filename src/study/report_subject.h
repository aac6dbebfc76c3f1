/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_subject - "Report Domain: X Submitter: Y Report-ID: Z" (RFC 7489, 7.2.1.1; RFC 9990)
 *
 * In:      an unfolded subject, its encoded words decoded, UTF-8.
 * report_subject_read() takes key words in any case, braces, <>, quotes, ";" or "," around values,
 *          other words between, no Report-ID. The domain is canonical (base/domain.h).
 * report_subject_read_paper() is the published notebook's: lower case, `{ } ;` deleted, tabs are
 *          spaces; behind each key word the first word; the last Submitter and Report-ID count.
 *          What it does not read ended the notebook.
 * Owns:    the texts; report_subject_clear(). Linear, no state.
 */
#pragma once

#include <stdbool.h>

#include "base/span.h"

struct report_subject {
    char *domain;
    char *submitter; /* lower case */
    char *report_id; /* correct: without <>, "" when absent; paper: lower case, as written */
};

/* False: nothing is set. */
bool report_subject_read(const char *subject, struct report_subject *out);
bool report_subject_read_paper(const char *subject, struct report_subject *out);
void report_subject_clear(struct report_subject *subject);
