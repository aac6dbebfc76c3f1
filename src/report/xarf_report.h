/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xarf_report - X-ARF mails: v4 and v3 (a JSON part) and the older text form (report.txt, 0.1, 0.2)
 *
 * Only what struct report has a place for is taken: source, time, envelope, URL, and the mail that
 * stands among the evidence.
 */
#pragma once

#include "report/message_shape.h"
#include "report/report_parse.h"

/* NULL: the message is no X-ARF mail. Caller owns the report. */
struct report *xarf_report_read(GMimeMessage *message, const struct message_shape *shape,
                                const struct report_settings *settings);
