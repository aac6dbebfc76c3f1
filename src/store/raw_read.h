/* SPDX-License-Identifier: Apache-2.0 */
/*
 * raw_read - a stored message as it came
 *
 * Errors:  FAULT_REJECT when there is no such message, or its frame is damaged or of a kind that
 *          this program does not know; else as db.h.
 * Limits:  twice LIMIT_MESSAGE_OCTETS (masking makes a message longer).
 * Threads: as db.h.
 */
#pragma once

#include "store/db.h"

/* Caller unrefs. */
GBytes *raw_read(struct db *db, int64_t raw_id, GError **error);
