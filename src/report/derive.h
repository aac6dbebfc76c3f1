/* SPDX-License-Identifier: Apache-2.0 */
/*
 * derive - what the report left out, as far as the reported mail or its own words prove it
 *
 * Each field filled here is named in report->derived with where it came from, so that nobody takes
 * it for a statement of the reporter. Nothing that was stated is changed.
 * Where from: "received-trusted" (a Received line that one of our border hosts wrote),
 * "received-unproven" (another one), "received-spf", "subject", "text", "form", "from", "date",
 * "report-date", "received", "return-path", "x-hmxmroriginalrecipient", "authentication-results",
 * "identity-alignment".
 */
#pragma once

#include "report/report.h"

struct derive_settings {
    char *const *received_by; /* our border hosts, NULL-terminated; NULL: none */
};

void derive_all(struct report *report, const struct derive_settings *settings);
/* Notes that `field` came from `from` (both static). */
void derive_note(struct report *report, const char *field, const char *from);
