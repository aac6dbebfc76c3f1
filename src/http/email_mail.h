/* SPDX-License-Identifier: Apache-2.0 */
/*
 * email_mail - the octets of a stored mail, read anew for a person to look at
 *
 * Out:     text, header fields, links (defanged), attachments, authentication in words. All text;
 *          nothing is loaded, nothing can be followed.
 * Errors:  FAULT_REJECT: the octets are gone (purged) or are no report any more; else as db.h.
 */
#pragma once

#include <jansson.h>

#include "store/db.h"

/* `part`: of a message with several reports, else 0. Adds mail, header, links ... to the view. */
bool email_mail_put(struct db *db, int64_t raw_id, int64_t part, json_t *view, GError **error);
/* The whole message as text; caller frees with g_string_free(). */
GString *email_mail_source(struct db *db, int64_t raw_id, GError **error);
