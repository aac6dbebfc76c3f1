/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stored_frame - octets as a zstd frame that is not compressed: no library sees them
 *
 * For a message of which a library has died: nothing but copying touches it.
 * Source: RFC 8878, 3.1.1. Limits: 4 GB. Threads: no state.
 */
#pragma once

#include "base/span.h"

/* A frame that tells its size, for decompress(). Caller owns it. */
GBytes *stored_frame(struct span octets);
