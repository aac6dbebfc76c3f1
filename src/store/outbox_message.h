/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbox_message - rows of complaintMessage and their octets, for who puts or writes complaints
 *
 * Errors, threads: as db.h.
 */
#pragma once

#include "store/outbox.h"

#define OUTBOX_SUBJECT_CHARS 766

struct outbox_message_rows;
struct outbox_message_rows *outbox_message_rows_new(void);
void outbox_message_rows_free(struct outbox_message_rows *rows); /* NULL is allowed */
typedef struct outbox_message_rows OutboxMessageRows;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OutboxMessageRows, outbox_message_rows_free)
/* Copied. */
void outbox_message_rows_add(struct outbox_message_rows *rows, int64_t complaint_id,
                             const struct outbox_message *message, int64_t raw_id);
/* Inserts them, in the caller's transaction. */
bool outbox_message_rows_run(const struct outbox_message_rows *rows, struct db *db, GError **error);
