/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust - how far the report mail itself can be believed
 *
 * Pure, no state.
 */
#pragma once

#include "report/report.h"

/* 'p'ass, 'f'ail or 'n'one: what the topmost Authentication-Results of the report mail says, when
 * its authserv-id is one of ours (NULL or empty: none is). dmarc decides; without it an aligned
 * pass of SPF or DKIM. */
char trust_report_auth(const struct mail *outer, char *const *authserv_id);
/* Where the source address comes from: 's'tated by the report, 't'rusted Received line,
 * 'u'nproven, '-' there is none. */
char trust_source_ip(const struct report *report);
/* When the report came: the date of its topmost Received line, else its Date, else `otherwise`.
 * A date in the future counts as now. */
int64_t trust_received_date(const struct mail *outer, int64_t otherwise);
