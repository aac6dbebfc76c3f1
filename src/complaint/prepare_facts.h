/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prepare_facts - what the database has of one mail, as arf_message.h wants it
 */
#pragma once

#include "complaint/prepare.h"

struct prepared_facts {
    struct complaint_facts facts;                     /* borrows from all below and from the row */
    GPtrArray *uris, *domains, *results, *recipients; /* of strings; NULL-terminated */
    GStringChunk *text;
};

/* The rows of these mails that lists do not show, read at once. */
struct prepared_rows;
struct prepared_rows *prepared_rows_read(struct db *db, const int64_t *ids, size_t count,
                                         GError **error);
void prepared_rows_free(struct prepared_rows *rows); /* NULL is allowed */
typedef struct prepared_rows PreparedRows;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PreparedRows, prepared_rows_free)

/* Fills all but reference, type, times and incidents. */
bool prepared_facts_fill(struct prepared_facts *facts, struct db *db, const struct config *config,
                         const struct prepared_rows *rows, const struct prepared_mail *mail,
                         GError **error);
/* The host of a mail's first reportable URL, or NULL. Caller frees. */
char *prepared_facts_host(const struct config *config, const struct email_row *row);
void prepared_facts_clear(struct prepared_facts *facts);
