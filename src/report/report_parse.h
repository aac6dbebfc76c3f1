/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_parse - octets of one message become its reports
 *
 * In:      the message as it lies in a mailbox; any octets.
 * Out:     its reports, mostly one. A DMARC aggregate or TLS report gives one report of that kind,
 *          not read further.
 * Errors:  FAULT_REJECT when it is no report; the text tells a person what it looks like instead.
 * Limits:  base/limits.h. No recursion on input. Nothing is fetched.
 * Threads: safe from any thread after report_open().
 */
#pragma once

#include "report/report.h"

struct report_settings {
    char *const *received_by; /* our border hosts (derive.h), NULL: none */
    bool spamtrap;            /* what is no report is a mail that the trap caught */
};

/* Once a process, before threads start. */
void report_open(void);
/* The reports (struct report *) of one message; never empty. Caller frees with
 * g_ptr_array_unref(). `settings` may be NULL. */
GPtrArray *reports_parse(struct span octets, const struct report_settings *settings,
                         GError **error);
