/* SPDX-License-Identifier: Apache-2.0 */
/* Complaints into the database, all in one transaction. */
#include <string.h>

#include "base/clock.h"
#include "base/compress.h"
#include "base/text.h"
#include "store/bulk.h"
#include "store/id_block.h"
#include "store/outbox.h"
#include "store/query.h"
#include "store/raw_piece.h"
#include "store/transaction.h"

#define ZSTD_LEVEL 3

enum {
    COMPLAINT_ID,
    COMPLAINT_REFERENCE,
    COMPLAINT_CREATED,
    COMPLAINT_WHO,
    COMPLAINT_TYPE,
    COMPLAINT_IP,
    COMPLAINT_ASN,
    COMPLAINT_HOST,
    COMPLAINT_INCIDENTS,
    COMPLAINT_SUBJECT,
    COMPLAINT_MESSAGE_ID,
    COMPLAINT_FORCED,
    COMPLAINT_RAW
};
static const struct column complaint_columns[] = {
    [COMPLAINT_ID] = { "complaintId", CELL_NUMBER },
    [COMPLAINT_REFERENCE] = { "reference", CELL_TEXT },
    [COMPLAINT_CREATED] = { "created", CELL_TEXT },
    [COMPLAINT_WHO] = { "who", CELL_TEXT },
    [COMPLAINT_TYPE] = { "feedbackType", CELL_TEXT },
    [COMPLAINT_IP] = { "sourceIp", CELL_OCTETS },
    [COMPLAINT_ASN] = { "asn", CELL_NUMBER },
    [COMPLAINT_HOST] = { "host", CELL_TEXT },
    [COMPLAINT_INCIDENTS] = { "incidents", CELL_NUMBER },
    [COMPLAINT_SUBJECT] = { "subject", CELL_TEXT },
    [COMPLAINT_MESSAGE_ID] = { "messageId", CELL_TEXT },
    [COMPLAINT_FORCED] = { "forced", CELL_NUMBER },
    [COMPLAINT_RAW] = { "rawId", CELL_NUMBER },
};

enum { EMAIL_COMPLAINT, EMAIL_ID };
static const struct column email_columns[] = {
    [EMAIL_COMPLAINT] = { "complaintId", CELL_NUMBER },
    [EMAIL_ID] = { "emailId", CELL_NUMBER },
};

enum {
    RECIPIENT_COMPLAINT,
    RECIPIENT_POSITION,
    RECIPIENT_ADDRESS,
    RECIPIENT_ROLE,
    RECIPIENT_ORIGIN,
    RECIPIENT_STATE,
    RECIPIENT_NEXT
};
static const struct column recipient_columns[] = {
    [RECIPIENT_COMPLAINT] = { "complaintId", CELL_NUMBER },
    [RECIPIENT_POSITION] = { "position", CELL_NUMBER },
    [RECIPIENT_ADDRESS] = { "address", CELL_TEXT },
    [RECIPIENT_ROLE] = { "role", CELL_TEXT },
    [RECIPIENT_ORIGIN] = { "origin", CELL_TEXT },
    [RECIPIENT_STATE] = { "state", CELL_TEXT },
    [RECIPIENT_NEXT] = { "nextTry", CELL_TEXT },
};

struct putting {
    int64_t first_id;
    const char *who;
    char now[CLOCK_TEXT_MAX];
    struct rows *raws, *complaints, *emails, *recipients;
    GPtrArray *frames; /* of GBytes */
    GStringChunk *text;
};

/* A text cell of at most `chars` characters; what is no UTF-8 is repaired. */
static void
put_text(struct putting *putting, struct rows *rows, unsigned column, const char *text,
         size_t chars)
{
    g_autofree char *valid = text_utf8(span_of(text));
    const char *kept = g_string_chunk_insert(putting->text, valid);
    rows_text(rows, column, kept, text_cut_chars(kept, strlen(kept), chars));
}

static void
add_recipients(struct putting *putting, const struct outbox_complaint *complaint, int64_t id)
{
    struct rows *rows = putting->recipients;
    for (size_t i = 0; i < complaint->recipient_count; i++) {
        const struct outbox_recipient *recipient = &complaint->recipients[i];
        const char *at = strrchr(recipient->address, '@');
        g_autofree char *address = g_strdup(recipient->address);
        for (char *at_octet = address + (at != NULL ? at - recipient->address : 0);
             *at_octet != '\0'; at_octet++)
            *at_octet = g_ascii_tolower(*at_octet);
        rows_begin(rows);
        rows_number(rows, RECIPIENT_COMPLAINT, id);
        rows_number(rows, RECIPIENT_POSITION, (int64_t)i + 1);
        put_text(putting, rows, RECIPIENT_ADDRESS, address, 1000); /* too long fails, not cut */
        put_text(putting, rows, RECIPIENT_ROLE, recipient->role, 16);
        put_text(putting, rows, RECIPIENT_ORIGIN, recipient->origin, 16);
        rows_text(rows, RECIPIENT_STATE, "queued", strlen("queued"));
        rows_text(rows, RECIPIENT_NEXT, putting->now, strlen(putting->now));
    }
}

static gint
by_number(gconstpointer a, gconstpointer b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

static void
add_emails(struct putting *putting, const struct outbox_complaint *complaint, int64_t id)
{
    g_autofree int64_t *ids =
        g_memdup2(complaint->email_ids, complaint->email_count * sizeof *complaint->email_ids);
    if (complaint->email_count > 0)
        qsort(ids, complaint->email_count, sizeof *ids, by_number);
    for (size_t i = 0; i < complaint->email_count; i++) {
        if (i > 0 && ids[i] == ids[i - 1])
            continue;
        rows_begin(putting->emails);
        rows_number(putting->emails, EMAIL_COMPLAINT, id);
        rows_number(putting->emails, EMAIL_ID, ids[i]);
    }
}

static void
add_complaint(struct putting *putting, const struct outbox_complaint *complaint, int64_t id,
              int64_t raw_id)
{
    struct rows *rows = putting->complaints;
    rows_begin(rows);
    rows_number(rows, COMPLAINT_ID, id);
    put_text(putting, rows, COMPLAINT_REFERENCE, complaint->reference, 1000);
    rows_text(rows, COMPLAINT_CREATED, putting->now, strlen(putting->now));
    put_text(putting, rows, COMPLAINT_WHO, putting->who, 64);
    put_text(putting, rows, COMPLAINT_TYPE, complaint->feedback_type, 16);
    rows_text(rows, COMPLAINT_IP, (const char *)complaint->source_ip.octets,
              complaint->source_ip.len);
    if (complaint->asn != 0)
        rows_number(rows, COMPLAINT_ASN, complaint->asn);
    put_text(putting, rows, COMPLAINT_HOST, complaint->host != NULL ? complaint->host : "", 255);
    rows_number(rows, COMPLAINT_INCIDENTS, complaint->incidents);
    put_text(putting, rows, COMPLAINT_SUBJECT, complaint->subject != NULL ? complaint->subject : "",
             766);
    put_text(putting, rows, COMPLAINT_MESSAGE_ID, complaint->message_id, 1000);
    rows_number(rows, COMPLAINT_FORCED, complaint->forced);
    rows_number(rows, COMPLAINT_RAW, raw_id);
    add_emails(putting, complaint, id);
    add_recipients(putting, complaint, id);
}

static bool
put_work(struct db *db, void *self, bool *final, GError **error)
{
    const struct putting *putting = self;
    g_autofree char *there = NULL;
    g_autofree char *sql = g_strdup_printf(
        "SELECT 1 FROM complaint WHERE complaintId = %" G_GINT64_FORMAT, putting->first_id);
    (void) final;
    if (!db_ask(db, sql, &there, error))
        return false;
    if (there != NULL) /* committed by the try before, whose answer was lost */
        return true;
    return bulk_run(db, putting->raws, "rawMessage", error) &&
           bulk_run(db, putting->complaints, "complaint", error) &&
           bulk_run(db, putting->emails, "complaintEmail", error) &&
           bulk_run(db, putting->recipients, "complaintRecipient", error);
}

static void
putting_init(struct putting *putting, const char *who, int64_t first_id)
{
    *putting = (struct putting){ .first_id = first_id, .who = who };
    clock_sql(clock_now(), putting->now);
    putting->raws = raw_piece_rows();
    putting->complaints =
        rows_new("INSERT INTO complaint", complaint_columns, G_N_ELEMENTS(complaint_columns));
    putting->emails =
        rows_new("INSERT INTO complaintEmail", email_columns, G_N_ELEMENTS(email_columns));
    putting->recipients = rows_new("INSERT INTO complaintRecipient", recipient_columns,
                                   G_N_ELEMENTS(recipient_columns));
    putting->frames = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    putting->text = g_string_chunk_new(16384);
}

static void
putting_clear(struct putting *putting)
{
    rows_free(putting->raws);
    rows_free(putting->complaints);
    rows_free(putting->emails);
    rows_free(putting->recipients);
    g_ptr_array_unref(putting->frames);
    g_string_chunk_free(putting->text);
}

bool
outbox_put(struct db *db, const char *who, const struct outbox_complaint *complaints, size_t count,
           int64_t *first_id, GError **error)
{
    struct id_block ids = { .name = "complaint" }, raw_ids = { .name = "rawMessage" };
    struct putting putting;
    if (count == 0) {
        g_set_error(error, FAULT, FAULT_REJECT, "there is no complaint to be sent");
        return false;
    }
    if (!id_block_reserve_few(db, &ids, count, error) ||
        !id_block_reserve_few(db, &raw_ids, count, error))
        return false;
    putting_init(&putting, who, ids.next);
    g_autoptr(Compressor) compressor = compressor_new(ZSTD_LEVEL);
    for (size_t i = 0; i < count; i++) {
        int64_t raw_id = id_block_next(&raw_ids);
        GBytes *frame = compressor_run(compressor, span_of_bytes(complaints[i].rest));
        g_ptr_array_add(putting.frames, frame);
        raw_piece_add(putting.raws, raw_id, span_of_bytes(frame));
        add_complaint(&putting, &complaints[i], id_block_next(&ids), raw_id);
    }
    bool ok = transaction_run(db, put_work, &putting, error);
    if (ok)
        *first_id = putting.first_id;
    putting_clear(&putting);
    return ok;
}
