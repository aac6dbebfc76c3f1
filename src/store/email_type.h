/* SPDX-License-Identifier: Apache-2.0 */
/*
 * email_type - what a person says a mail is: it stands for the rules' word, and reparse leaves it
 *
 * Threads, errors: as db.h.
 */
#pragma once

#include "store/db.h"

/* `type` is "normal", "bounce" or "auto-replied". */
bool email_type_set(struct db *db, int64_t email_id, const char *type, GError **error);
