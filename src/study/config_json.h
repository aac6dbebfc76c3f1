/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_json - the study's file as one JSON value, whichever of its two forms it has
 *
 * Errors: FAULT_OPERATOR. Threads: no state.
 */
#pragma once

#include <jansson.h>

#include "base/span.h"

/* Caller owns the object. `path` is for messages. */
json_t *config_json_read(const char *path, struct span octets, GError **error);
