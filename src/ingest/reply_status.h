/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply_status - why a mail came back, and for whom
 *
 * In:      message/delivery-status as struct mail has it, or the text of a bounce without one.
 * Out:     a status code of RFC 3463 ("5.1.1"), and addresses.
 * Threads: no state.
 */
#pragma once

#include "report/report.h"

/* Status of the first recipient that failed, else of the first. NULL: none. Caller frees. */
char *reply_status_of_dsn(const char *delivery_status);
/* The first code that stands alone in the text; "5.0.0" for a bare reply code 550 to 554. NULL:
 * none. Caller frees. */
char *reply_status_of_text(struct span text);
/* Adds the addresses of Final-Recipient and Original-Recipient, at most `max` in all. */
void reply_status_addresses(const char *delivery_status, GPtrArray *addresses, size_t max);
