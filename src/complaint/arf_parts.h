/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arf_parts - the parts of a complaint, each with its own header, 7-bit, CRLF
 *
 * Threads: no state.
 */
#pragma once

#include "complaint/complaint_words.h"

#define ARF_LOOP_FIELD "X-Lafayette-Complaint" /* value: the reference */

/* What the mail is when nobody must complain about it: "a report", "an automatic answer" ...;
 * static. NULL: a mail like others. */
const char *arf_parts_loop(struct span original);
/* Of GString: text, feedback, original, zip, XARF. Caller unrefs. Errors: of zip.h. */
GPtrArray *arf_parts_new(const struct complaint_facts *facts, const struct complaint_style *style,
                         const struct redactor *redactor, const struct complaint_words *words,
                         const char *site, bool *zipped, bool *xarf, GError **error);
