/* SPDX-License-Identifier: Apache-2.0 */
/*
 * note - what people wrote about a mail
 *
 * Threads, errors: as db.h.
 */
#pragma once

#include "store/db.h"

#define NOTE_CHARS_MAX 4000
#define NOTES_MAX 200

struct note {
    char *who, *at, *text;
};

/* Line ends become LF (forms send CRLF, which a browser counts as one). Longer than NOTE_CHARS_MAX:
 * FAULT_REJECT. */
bool note_add(struct db *db, int64_t email_id, const char *who, const char *text, GError **error);
/* Oldest first; of struct note, freed with the array. */
GPtrArray *note_list(struct db *db, int64_t email_id, GError **error);
