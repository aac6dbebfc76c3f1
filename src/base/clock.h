/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock - time of day in UTC, spans of time, and their texts
 *
 * Times of day are seconds since 1970-01-01 UTC in an int64_t. CLOCK_UNKNOWN stands for none.
 * Threads: no shared state but the pinned time of tests, which is set before threads start.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define CLOCK_UNKNOWN INT64_MIN
#define CLOCK_TEXT_MAX 24
#define CLOCK_HOUR_S 3600
#define CLOCK_DAY_S 86400

/* The range that DATETIME and RFC 3339 can tell: years 1 to 9999. */
#define CLOCK_MIN (-62135596800LL)
#define CLOCK_MAX 253402300799LL

/* As mail and mailboxes name them (RFC 5322, 3.3), from Sunday and from January on. */
extern const char *const clock_weekdays[7], *const clock_months[12];

/* Now, or what $LAFAYETTE_NOW (seconds since 1970) says: tests pin the time with it.
 * A value that is no such number is ignored. */
int64_t clock_now(void);
/* The start of the hour or day (CLOCK_HOUR_S, CLOCK_DAY_S) in UTC that `when` lies in. */
int64_t clock_floor(int64_t when, int64_t unit);
/* Microseconds of a clock that never goes back, for durations. */
int64_t clock_monotonic_us(void);
/* "2026-01-31T00:00:00Z" (RFC 3339); "" when unknown or out of range. Returns out. */
const char *clock_rfc3339(int64_t when, char out[CLOCK_TEXT_MAX]);
/* "2026-01-31 00:00:00", as SQL writes DATETIME; "" as above. Returns out. */
const char *clock_sql(int64_t when, char out[CLOCK_TEXT_MAX]);
