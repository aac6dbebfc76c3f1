/* SPDX-License-Identifier: Apache-2.0 */
/*
 * raw_field - the header of a message field by field, each value as it was written, folds and all
 *
 * For those who have to see where a value was folded; field.h and mail_read.h give unfolded ones.
 * In:      any octets; lines that are no field are passed over.
 * Limits:  the caller's: cut the header to LIMIT_HEADER_OCTETS.
 * Threads: no state.
 */
#pragma once

#include "base/span.h"

/* Cuts the next field off *rest; name without the colon, value without its last line end. Both are
 * borrowed. False at the empty line that ends the header, and at the end. */
bool raw_field_next(struct span *rest, struct span *name, struct span *value);
