/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trap_mask - a message of a spam trap without mail addresses, so that the trap stays unknown
 *
 * Every address in header and text becomes xxx@xxx; the fields Message-ID, References and
 * In-Reply-To are left as they are, for they look like addresses and are none. What is in base64
 * is not seen. Threads: no state.
 */
#pragma once

#include "base/span.h"

/* A masked copy; caller owns it. */
GBytes *trap_mask(struct span message);
