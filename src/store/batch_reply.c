/* SPDX-License-Identifier: Apache-2.0 */
/* Answers to complaints as rows. */
#include "base/limits.h"
#include "store/batch.h"

#define CHARS_ADDRESS 320
#define CHARS_STATUS 32
#define CHARS_TICKET 64

enum {
    REPLY_ID,
    REPLY_COMPLAINT,
    REPLY_POSITION,
    REPLY_RECEIVED,
    REPLY_KIND,
    REPLY_FROM,
    REPLY_SUBJECT,
    REPLY_STATUS,
    REPLY_NUMBER,
    REPLY_KEYED,
    REPLY_DIGEST,
    REPLY_RAW
};
const struct column batch_reply_columns[BATCH_REPLY_COLUMNS] = {
    [REPLY_ID] = { "replyId", CELL_NUMBER },
    [REPLY_COMPLAINT] = { "complaintId", CELL_NUMBER },
    [REPLY_POSITION] = { "position", CELL_NUMBER },
    [REPLY_RECEIVED] = { "received", CELL_TEXT },
    [REPLY_KIND] = { "kind", CELL_TEXT },
    [REPLY_FROM] = { "fromAddress", CELL_TEXT },
    [REPLY_SUBJECT] = { "subject", CELL_TEXT },
    [REPLY_STATUS] = { "status", CELL_TEXT },
    [REPLY_NUMBER] = { "ticket", CELL_TEXT },
    [REPLY_KEYED] = { "keyed", CELL_NUMBER },
    [REPLY_DIGEST] = { "digest", CELL_OCTETS },
    [REPLY_RAW] = { "rawId", CELL_NUMBER },
};

char *
batch_proof(const struct batch *batch)
{
    static const char *const rows[BATCH_TABLES] = {
        [BATCH_EMAIL] = "arfEmail WHERE emailId",
        [BATCH_HELD] = "heldMessage WHERE heldId",
        [BATCH_REPLY] = "complaintReply WHERE replyId",
    };
    return g_strdup_printf("SELECT 1 FROM %s = %" G_GINT64_FORMAT, rows[batch->proof_table],
                           batch->proof_id);
}

bool
batch_match_replies(struct db *db, struct record *const *records, size_t count, GError **error)
{
    for (size_t i = 0; i < count; i++) {
        struct record *record = records[i];
        if (record->reply == NULL || record->held_kind != NULL)
            continue;
        if (!reply_match(db, record->reply, error))
            return false;
        if (record->reply->complaint_id != 0)
            continue;
        record->held_kind = HELD_REPLY;
        record->held_reason = g_strdup("about no complaint that we know");
    }
    return true;
}

static void
put(struct batch *batch, unsigned column, const char *text, size_t chars)
{
    batch_text(batch, BATCH_REPLY, batch_reply_columns, column, text != NULL ? text : "", chars);
}

int64_t
batch_reply_row(struct batch *batch, const struct record *record, int64_t raw_id)
{
    const struct reply *reply = record->reply;
    struct rows *rows = batch->rows[BATCH_REPLY];
    int64_t id = id_block_next(&batch->reply_ids);
    rows_begin(rows);
    rows_number(rows, REPLY_ID, id);
    rows_number(rows, REPLY_COMPLAINT, reply->complaint_id);
    if (reply->position != 0)
        rows_number(rows, REPLY_POSITION, reply->position);
    batch_date(batch, BATCH_REPLY, REPLY_RECEIVED, batch_received(record));
    put(batch, REPLY_KIND, reply_kind_word(reply->kind), CHARS_STATUS);
    put(batch, REPLY_FROM, reply->from_address, CHARS_ADDRESS);
    put(batch, REPLY_SUBJECT, reply->subject, LIMIT_SUBJECT_CHARS);
    put(batch, REPLY_STATUS, reply->status, CHARS_STATUS);
    put(batch, REPLY_NUMBER, reply->ticket, CHARS_TICKET);
    rows_number(rows, REPLY_KEYED, reply->keyed);
    rows_text(rows, REPLY_DIGEST, (const char *)record->digest, DIGEST_OCTETS);
    if (raw_id != 0)
        rows_number(rows, REPLY_RAW, raw_id);
    return id;
}
