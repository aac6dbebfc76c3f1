/* SPDX-License-Identifier: Apache-2.0 */
/*
 * time_view - a time as all pages show it, for templates/time
 *
 * Out:     {"text": "2026-01-31 08:00", "whole": "2026-01-31 08:00:59 UTC", "iso":
 *          "2026-01-31T08:00:59Z"}; null when it is not known. UTC. Caller decrefs. Threads: no
 *          state.
 */
#pragma once

#include <jansson.h>
#include <stdint.h>

json_t *time_view(int64_t when);         /* base/clock.h */
json_t *time_view_sql(const char *when); /* "2026-01-31 08:00:59[.5]"; NULL or "": not known */
/* Such a cell for programs: RFC 3339, seconds; "" where it is not known. */
json_t *time_view_rfc3339(const char *when);
