/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_report - failure reports and complaints without a message/feedback-report part
 *
 * Knows: Exim and cPanel ("A message claiming to be from you ...": labels in prose, the reported
 * header quoted below), Microsoft JMRP (an attached mail, the IP in the Subject), Apple's
 * unsubscribe requests. What was found in prose or by form is named in report->derived.
 */
#pragma once

#include "report/message_shape.h"
#include "report/report_parse.h"

/* NULL: the message is none of these. Caller owns the report. */
struct report *text_report_read(GMimeMessage *message, const struct message_shape *shape,
                                const struct report_settings *settings);
