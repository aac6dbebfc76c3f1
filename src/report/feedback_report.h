/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feedback_report - the fields of message/feedback-report (RFC 5965, 6591, 6692, 9991)
 *
 * In:      the part's octets, decoded. Any octets are allowed; unknown fields are passed over.
 * Out:     the fields of struct report that the report states; nothing is derived here.
 * Repeats: of a field that may stand once, the last one that holds something counts.
 * Limits:  those of field.h; 100 values of a field that may repeat.
 */
#pragma once

#include "report/report.h"

#define FEEDBACK_VALUES_MAX 100

/* Returns how many known fields were there. The lists in `report` are replaced (feedback_free). */
unsigned feedback_report_read(struct span octets, struct report *report);
/* Frees the lists that it made. */
void feedback_free(struct report *report);
/* Appends a value to one of the report's lists; it is copied into the arena. Empty ones are left
 * out, and so are those over FEEDBACK_VALUES_MAX: the report is marked truncated then. */
void feedback_list_add(struct report *report, struct string_list *list, const char *value);
/* Maps Delivery-Result to RFC 6591's words: by the first word, else what it holds, else "other". */
const char *feedback_delivery_result(const char *raw);
