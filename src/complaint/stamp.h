/* SPDX-License-Identifier: Apache-2.0 */
/* stamp - times as mail and people write them, in UTC. Threads: no state. */
#pragma once

#include "base/clock.h"

#define STAMP_TEXT_MAX 40

/* "Sat, 31 Jan 2026 09:26:53 +0000" (RFC 5322, 3.3); "" when unknown. Returns out. */
const char *stamp_mail(int64_t when, char out[STAMP_TEXT_MAX]);
/* "2026-01-31 09:26:53 UTC"; "not known". Returns out. */
const char *stamp_text(int64_t when, char out[STAMP_TEXT_MAX]);
