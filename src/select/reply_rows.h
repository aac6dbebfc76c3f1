/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply_rows - what came back, to a complaint or from a contact
 *
 * Owns: all strings, until reply_rows_free(). Errors and threads: as db.h.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/db.h"

#define REPLY_ROWS_MAX 100

struct reply_row {
    int64_t complaint_id, raw_id;                                   /* raw_id 0: purged */
    const char *received, *kind, *from, *subject, *status, *ticket; /* "" when there is none */
    const char *contact; /* which of the complaint's contacts; "" when not known */
};

struct reply_rows {
    GArray *rows; /* of struct reply_row */
    GStringChunk *text;
};

/* Oldest first. */
struct reply_rows *reply_rows_of_complaint(struct db *db, int64_t complaint_id, GError **error);
/* To complaints that went to this address, unless they came from another of their recipients;
 * newest first. */
struct reply_rows *reply_rows_of_contact(struct db *db, const char *address, GError **error);
void reply_rows_free(struct reply_rows *rows); /* NULL is allowed */
typedef struct reply_rows ReplyRows;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReplyRows, reply_rows_free)
