/* SPDX-License-Identifier: Apache-2.0 */
/*
 * content_kind - recognises by content what is no failure report: DMARC aggregate reports
 * (RFC 7489, 9990), TLS reports (RFC 8460), and, for a person, bounces and other mail
 *
 * Names and media types are not believed: receivers write zip as octet-stream and gzip as zip. Of
 * an archive the head of the first member is looked at, CONTENT_HEAD_OCTETS at most.
 */
#pragma once

#include "report/message_shape.h"
#include "report/report.h"

#define CONTENT_HEAD_OCTETS (64 * 1024)

/* The kind of the first part that holds a DMARC aggregate or TLS report; false: none does. */
bool content_kind_of_parts(const struct message_shape *shape, enum report_kind *kind);
/* The same for plain octets (the body of a part, or a bare file). */
bool content_kind_of_octets(struct span octets, enum report_kind *kind);
/* Sets FAULT_REJECT with what the message looks like instead of a report. */
void content_kind_explain(struct span message, GError **error);
