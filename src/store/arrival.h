/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arrival - which dates of a mail are believed
 *
 * A report may claim any date; a claim that is far from when the report itself came would put the
 * mail out of every list. Threads: no state.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The claimed arrival when it is within [received - 30 days, received + 1 day], else `received`
 * and *doubted is set; CLOCK_UNKNOWN is doubted as well. */
int64_t arrival_counted(int64_t claimed, int64_t received, bool *doubted);
/* False for what is no date of mail: unknown, before 1970, or behind the year 9999. */
bool arrival_is_date(int64_t when);
