/* SPDX-License-Identifier: Apache-2.0 */
/* mail_date - dates of mail: RFC 5322, 3.3, its obsolete forms, and what passes for them */
#pragma once

#include "base/clock.h"

/* Seconds since 1970 UTC, or CLOCK_UNKNOWN when it is no date. A wrong weekday does not matter, a
 * missing or unknown zone is UTC, comments are passed over. */
int64_t mail_date_parse(const char *text);
