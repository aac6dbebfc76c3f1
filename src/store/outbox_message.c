/* SPDX-License-Identifier: Apache-2.0 */
#include "store/outbox_message.h"

#include "base/clock.h"
#include "base/compress.h"
#include "base/text.h"
#include "store/bulk.h"
#include "store/raw_piece.h"

#define ZSTD_LEVEL 3

enum { MESSAGE_COMPLAINT, MESSAGE_FORM, MESSAGE_WRITTEN, MESSAGE_ID, MESSAGE_RAW };
static const struct column columns[] = {
    [MESSAGE_COMPLAINT] = { "complaintId", CELL_NUMBER },
    [MESSAGE_FORM] = { "form", CELL_TEXT },
    [MESSAGE_WRITTEN] = { "written", CELL_TEXT },
    [MESSAGE_ID] = { "messageId", CELL_TEXT },
    [MESSAGE_RAW] = { "rawId", CELL_NUMBER },
};

struct outbox_message_rows {
    struct rows *raws, *messages;
    GPtrArray *frames; /* of GBytes */
    GStringChunk *text;
    Compressor *compressor;
    char now[CLOCK_TEXT_MAX];
};

struct outbox_message_rows *
outbox_message_rows_new(void)
{
    struct outbox_message_rows *rows = g_new0(struct outbox_message_rows, 1);
    rows->raws = raw_piece_rows();
    rows->messages = rows_new("INSERT INTO complaintMessage", columns, G_N_ELEMENTS(columns));
    rows->frames = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    rows->text = g_string_chunk_new(1024);
    clock_sql(clock_now(), rows->now);
    return rows;
}

void
outbox_message_rows_free(struct outbox_message_rows *rows)
{
    if (rows == NULL)
        return;
    rows_free(rows->raws);
    rows_free(rows->messages);
    g_ptr_array_unref(rows->frames);
    g_string_chunk_free(rows->text);
    compressor_free(rows->compressor);
    g_free(rows);
}

/* Too long fails, it is not cut. */
static void
put_text(struct outbox_message_rows *rows, unsigned column, const char *text)
{
    g_autofree char *valid = text_utf8(span_of(text));
    const char *kept = g_string_chunk_insert(rows->text, valid);
    rows_text(rows->messages, column, kept, strlen(kept));
}

void
outbox_message_rows_add(struct outbox_message_rows *rows, int64_t complaint_id,
                        const struct outbox_message *message, int64_t raw_id)
{
    if (rows->compressor == NULL)
        rows->compressor = compressor_new(ZSTD_LEVEL);
    GBytes *frame = compressor_run(rows->compressor, span_of_bytes(message->rest));
    g_ptr_array_add(rows->frames, frame);
    raw_piece_add(rows->raws, raw_id, span_of_bytes(frame));
    rows_begin(rows->messages);
    rows_number(rows->messages, MESSAGE_COMPLAINT, complaint_id);
    put_text(rows, MESSAGE_FORM, message->form);
    rows_text(rows->messages, MESSAGE_WRITTEN, rows->now, strlen(rows->now));
    put_text(rows, MESSAGE_ID, message->message_id);
    rows_number(rows->messages, MESSAGE_RAW, raw_id);
}

bool
outbox_message_rows_run(const struct outbox_message_rows *rows, struct db *db, GError **error)
{
    return bulk_run(db, rows->raws, "rawMessage", error) &&
           bulk_run(db, rows->messages, "complaintMessage", error);
}
