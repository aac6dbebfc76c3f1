/* SPDX-License-Identifier: Apache-2.0 */
#include "store/batch.h"

#include <string.h>

#include "base/text.h"
#include "store/arrival.h"
#include "store/bulk.h"
#include "store/raw_piece.h"

enum { LEDGER_DIGEST, LEDGER_SEEN };
static const struct column ledger_columns[] = {
    [LEDGER_DIGEST] = { "digest", CELL_OCTETS },
    [LEDGER_SEEN] = { "seen", CELL_TEXT },
};

enum {
    HELD_ID,
    HELD_KIND,
    HELD_REASON,
    HELD_FEED,
    HELD_PLACE,
    HELD_RECEIVED,
    HELD_OCTETS,
    HELD_DIGEST,
    HELD_RAW,
    HELD_PARSER
};
static const struct column held_columns[] = {
    [HELD_ID] = { "heldId", CELL_NUMBER },     [HELD_KIND] = { "kind", CELL_TEXT },
    [HELD_REASON] = { "reason", CELL_TEXT },   [HELD_FEED] = { "feed", CELL_TEXT },
    [HELD_PLACE] = { "place", CELL_TEXT },     [HELD_RECEIVED] = { "receivedDate", CELL_TEXT },
    [HELD_OCTETS] = { "octets", CELL_NUMBER }, [HELD_DIGEST] = { "digest", CELL_OCTETS },
    [HELD_RAW] = { "rawId", CELL_NUMBER },     [HELD_PARSER] = { "parserVersion", CELL_NUMBER },
};

enum { STATE_FEED, STATE_MAILBOX, STATE_VALIDITY, STATE_UID };
static const struct column state_columns[] = {
    [STATE_FEED] = { "feed", CELL_TEXT },
    [STATE_MAILBOX] = { "mailbox", CELL_TEXT },
    [STATE_VALIDITY] = { "uidValidity", CELL_NUMBER },
    [STATE_UID] = { "uid", CELL_NUMBER },
};

static const char *const table_names[BATCH_TABLES] = {
    [BATCH_LEDGER] = "ledger",        [BATCH_EMAIL] = "arfEmail",
    [BATCH_URL] = "emailUrl",         [BATCH_FILE] = "emailFile",
    [BATCH_RCPT_TO] = "emailRcptTo",  [BATCH_REPORTED_DOMAIN] = "emailReportedDomain",
    [BATCH_PATTERN] = "emailPattern", [BATCH_RAW] = "rawMessage",
    [BATCH_HELD] = "heldMessage",     [BATCH_FEED_STATE] = "feedState",
    [BATCH_LOOKUP] = "lookup",        [BATCH_REPLY] = "complaintReply",
};

static void
open_table(struct batch *batch, enum batch_table table, const struct column *columns, size_t count)
{
    /* The state of a message that was fetched twice is there already. */
    g_autofree char *insert = g_strdup_printf(
        "INSERT %sINTO %s", table == BATCH_FEED_STATE ? "IGNORE " : "", table_names[table]);
    batch->rows[table] = rows_new(insert, columns, count);
}

void
batch_init(struct batch *batch)
{
    *batch = (struct batch){ .email_ids = { .name = "arfEmail" },
                             .raw_ids = { .name = "rawMessage" },
                             .held_ids = { .name = "heldMessage" },
                             .reply_ids = { .name = "complaintReply" } };
    batch->wanted = wanted_new();
    batch->search = search_lines_new(SEARCH_SUBJECT);
    batch->text = g_string_chunk_new(16384);
    open_table(batch, BATCH_LEDGER, ledger_columns, G_N_ELEMENTS(ledger_columns));
    open_table(batch, BATCH_EMAIL, batch_email_columns, batch_email_column_count);
    open_table(batch, BATCH_URL, batch_url_columns, BATCH_URL_COLUMNS);
    open_table(batch, BATCH_FILE, batch_file_columns, BATCH_FILE_COLUMNS);
    open_table(batch, BATCH_RCPT_TO, batch_rcpt_columns, BATCH_RCPT_COLUMNS);
    open_table(batch, BATCH_REPORTED_DOMAIN, batch_domain_columns, BATCH_DOMAIN_COLUMNS);
    open_table(batch, BATCH_PATTERN, batch_pattern_columns, BATCH_PATTERN_COLUMNS);
    batch->rows[BATCH_RAW] = raw_piece_rows();
    open_table(batch, BATCH_HELD, held_columns, G_N_ELEMENTS(held_columns));
    open_table(batch, BATCH_REPLY, batch_reply_columns, BATCH_REPLY_COLUMNS);
    open_table(batch, BATCH_FEED_STATE, state_columns, G_N_ELEMENTS(state_columns));
    open_table(batch, BATCH_LOOKUP, batch_lookup_columns, BATCH_LOOKUP_COLUMNS);
    batch->fills = g_array_new(FALSE, FALSE, sizeof(struct fill));
    batch->links = g_ptr_array_new();
}

void
batch_done(struct batch *batch)
{
    for (int i = 0; i < BATCH_TABLES; i++)
        rows_free(batch->rows[i]);
    wanted_free(batch->wanted);
    search_lines_free(batch->search);
    g_string_chunk_free(batch->text);
    g_array_unref(batch->fills);
    g_ptr_array_unref(batch->links);
}

void
batch_clear(struct batch *batch)
{
    for (int i = 0; i < BATCH_TABLES; i++)
        rows_clear(batch->rows[i]);
    wanted_clear(batch->wanted);
    if (batch->search != NULL)
        search_lines_clear(batch->search);
    g_string_chunk_clear(batch->text);
    g_array_set_size(batch->fills, 0);
    g_ptr_array_set_size(batch->links, 0);
    batch->filling = false;
    batch->flaw = NULL;
    batch->proof_id = 0;
}

bool
batch_reserve(struct batch *batch, struct db *db, struct record *const *records, size_t count,
              GError **error)
{
    size_t emails = 0, replies = 0;
    for (size_t i = 0; i < count; i++) {
        emails += records[i]->report_count;
        replies += records[i]->reply != NULL;
    }
    return id_block_reserve(db, &batch->email_ids, emails, error) &&
           (batch->search == NULL || search_lines_reserve(batch->search, db, emails, error)) &&
           id_block_reserve(db, &batch->raw_ids, count, error) &&
           id_block_reserve(db, &batch->held_ids, count, error) &&
           (replies == 0 || id_block_reserve(db, &batch->reply_ids, replies, error));
}

void
batch_text(struct batch *batch, enum batch_table table, const struct column *columns,
           unsigned column, const char *text, size_t chars)
{
    if (text == NULL)
        return;
    size_t len = strlen(text);
    if (!g_utf8_validate(text, (gssize)len, NULL))
        batch->flaw = columns[column].name;
    else
        rows_text(batch->rows[table], column, text, text_cut_chars(text, len, chars));
}

void
batch_date(struct batch *batch, enum batch_table table, unsigned column, int64_t when)
{
    char text[CLOCK_TEXT_MAX];
    const char *kept = g_string_chunk_insert_const(batch->text, clock_sql(when, text));
    rows_text(batch->rows[table], column, kept, strlen(kept));
}

int64_t
batch_received(const struct record *record)
{
    return arrival_is_date(record->received_date) ? record->received_date : clock_now();
}

bool
batch_is_held(const struct record *record)
{
    return record->held_kind != NULL || (record->report_count == 0 && record->reply == NULL);
}

static int64_t
add_raw(struct batch *batch, const struct record *record)
{
    if (record->raw == NULL)
        return 0;
    int64_t raw_id = id_block_next(&batch->raw_ids);
    raw_piece_add(batch->rows[BATCH_RAW], raw_id, span_of_bytes(record->raw));
    return raw_id;
}

/* Text about the message itself is repaired: nothing may keep it from being held. */
static void
put_repaired(struct batch *batch, unsigned column, const char *text, size_t chars)
{
    g_autofree char *valid = text_utf8(span_of(text));
    batch_text(batch, BATCH_HELD, held_columns, column, g_string_chunk_insert(batch->text, valid),
               chars);
}

/* The table's row of that id, for the batch's proof. */
static void
prove(struct batch *batch, enum batch_table table, int64_t id)
{
    if (batch->proof_id != 0)
        return;
    batch->proof_id = id;
    batch->proof_table = table;
}

static void
add_held(struct batch *batch, const struct record *record, const char *why_held, int64_t raw_id)
{
    struct rows *rows = batch->rows[BATCH_HELD];
    int64_t held_id = id_block_next(&batch->held_ids);
    const char *kind = record->held_kind != NULL ? record->held_kind : "unreadable";
    const char *reason = record->held_reason != NULL ? record->held_reason : "";
    if (why_held != NULL) {
        kind = HELD_UNSTORABLE;
        reason = why_held;
    }
    rows_begin(rows);
    rows_number(rows, HELD_ID, held_id);
    put_repaired(batch, HELD_KIND, kind, RECORD_HELD_KIND_CHARS);
    put_repaired(batch, HELD_REASON, reason, RECORD_HELD_REASON_CHARS);
    put_repaired(batch, HELD_FEED, record->feed != NULL ? record->feed : "", 64);
    if (record->where != NULL)
        put_repaired(batch, HELD_PLACE, record->where, RECORD_HELD_REASON_CHARS);
    batch_date(batch, BATCH_HELD, HELD_RECEIVED, batch_received(record));
    rows_number(rows, HELD_OCTETS, (int64_t)record->octets);
    rows_text(rows, HELD_DIGEST, (const char *)record->digest, DIGEST_OCTETS);
    if (raw_id != 0)
        rows_number(rows, HELD_RAW, raw_id);
    rows_number(rows, HELD_PARSER, RECORD_PARSER_VERSION);
    prove(batch, BATCH_HELD, held_id);
}

void
batch_add_feed_state(struct batch *batch, const struct record *record)
{
    struct rows *rows = batch->rows[BATCH_FEED_STATE];
    if (record->folder == NULL)
        return;
    rows_begin(rows);
    batch_text(batch, BATCH_FEED_STATE, state_columns, STATE_FEED,
               record->feed != NULL ? record->feed : "", 64);
    batch_text(batch, BATCH_FEED_STATE, state_columns, STATE_MAILBOX, record->folder, 255);
    rows_number(rows, STATE_VALIDITY, record->uid_validity);
    rows_number(rows, STATE_UID, record->uid);
}

void
batch_add_ledger(struct batch *batch, const struct record *record)
{
    struct rows *rows = batch->rows[BATCH_LEDGER];
    rows_begin(rows);
    rows_text(rows, LEDGER_DIGEST, (const char *)record->digest, DIGEST_OCTETS);
    batch_date(batch, BATCH_LEDGER, LEDGER_SEEN, clock_now());
}

const char *
batch_add(struct batch *batch, const struct record *record, const char *why_held)
{
    batch->flaw = NULL;
    int64_t raw_id = add_raw(batch, record);
    if (why_held != NULL || batch_is_held(record)) {
        add_held(batch, record, why_held, raw_id);
    } else if (record->reply != NULL) {
        prove(batch, BATCH_REPLY, batch_reply_row(batch, record, raw_id));
    } else {
        for (size_t i = 0; i < record->report_count; i++) {
            int64_t email_id = id_block_next(&batch->email_ids);
            batch_email_row(batch, record, &record->reports[i], email_id, raw_id);
            prove(batch, BATCH_EMAIL, email_id);
        }
    }
    batch_add_feed_state(batch, record);
    return batch->flaw;
}

bool
batch_send(struct batch *batch, struct db *db, GError **error)
{
    for (enum batch_table i = 0; i < BATCH_TABLES; i++) {
        batch->failed = i;
        rows_resolve(batch->rows[i]);
        if (!bulk_run(db, batch->rows[i], table_names[i], error))
            return false;
    }
    return batch->search == NULL || search_lines_send(batch->search, db, error);
}
