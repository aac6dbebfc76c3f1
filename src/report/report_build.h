/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_build - one struct report put together from the parts of a message
 *
 * Threads: one builder, one thread. Caller owns the report.
 */
#pragma once

#include "report/gmime_border.h"
#include "report/report_parse.h"

/* A report with its arena and the outer mail read (NULL: there is none, as for a bare file),
 * everything else absent. */
struct report *report_new(enum report_kind kind, GMimeMessage *outer);
/* A report of the same kind in the same outer mail, which is not read anew. */
struct report *report_new_beside(const struct report *first);
/* Reads the reported mail into the report: header, text, links, attachments. `original` is a
 * message part, or a part that holds a message or its header. */
void report_read_original(struct report *report, GMimeObject *original, bool headers_only);
/* The same from octets: a whole message, or a header alone. */
void report_read_original_octets(struct report *report, struct span octets, bool headers_only);
/* The whole message is the mail. */
void report_read_original_message(struct report *report, GMimeMessage *message);
/* Derives what is missing and settles message ids. Call last. */
void report_finish(struct report *report, const struct report_settings *settings);
