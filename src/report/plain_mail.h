/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plain_mail - a message read as the mail that it is, whatever reports it may carry
 *
 * In:      octets of one message; any octets.
 * Out:     a report of kind spamtrap whose original is the whole message, never NULL; and the
 *          Message-ID fields of the mails that it brings along: attached ones, headers of returned
 *          ones.
 * Errors:  FAULT_REJECT: no header, none but MIME's own fields, or more than LIMIT_MESSAGE_OCTETS.
 * Threads: safe from any thread after report_open().
 */
#pragma once

#include "report/report.h"

/* Appends the values of the fields to `brought` (char *, to be freed with g_free), at most `max`.
 * Caller frees the report. */
struct report *plain_mail_read(struct span octets, GPtrArray *brought, size_t max, GError **error);
