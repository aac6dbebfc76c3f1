/* SPDX-License-Identifier: Apache-2.0 */
/* Complaints into the database, all in one transaction. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "store/bulk.h"
#include "store/id_block.h"
#include "store/outbox.h"
#include "store/outbox_message.h"
#include "store/statement.h"
#include "store/transaction.h"

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
    COMPLAINT_FORCED
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
    [COMPLAINT_FORCED] = { "forced", CELL_NUMBER },
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
    RECIPIENT_FORM,
    RECIPIENT_STATE,
    RECIPIENT_NEXT
};
static const struct column recipient_columns[] = {
    [RECIPIENT_COMPLAINT] = { "complaintId", CELL_NUMBER },
    [RECIPIENT_POSITION] = { "position", CELL_NUMBER },
    [RECIPIENT_ADDRESS] = { "address", CELL_TEXT },
    [RECIPIENT_ROLE] = { "role", CELL_TEXT },
    [RECIPIENT_ORIGIN] = { "origin", CELL_TEXT },
    [RECIPIENT_FORM] = { "form", CELL_TEXT },
    [RECIPIENT_STATE] = { "state", CELL_TEXT },
    [RECIPIENT_NEXT] = { "nextTry", CELL_TEXT },
};

struct putting {
    int64_t first_id;
    const struct outbox_order *order;
    char now[CLOCK_TEXT_MAX];
    struct rows *complaints, *emails, *recipients;
    struct outbox_message_rows *messages;
    GStringChunk *text;
};

/* A text cell of at most `chars` characters; what is no UTF-8 is repaired. */
static void
put_text(struct putting *putting, struct rows *rows, unsigned column, const char *text,
         size_t chars)
{
    g_autofree char *valid = text_utf8(span_of(text)); /* NULL is "" */
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
        put_text(putting, rows, RECIPIENT_FORM, recipient->form, 64);
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
              struct id_block *raw_ids)
{
    struct rows *rows = putting->complaints;
    const char *subject = complaint->message_count > 0 ? complaint->messages[0].subject : NULL;
    rows_begin(rows);
    rows_number(rows, COMPLAINT_ID, id);
    put_text(putting, rows, COMPLAINT_REFERENCE, complaint->reference, 1000);
    rows_text(rows, COMPLAINT_CREATED, putting->now, strlen(putting->now));
    put_text(putting, rows, COMPLAINT_WHO, putting->order->who, 64);
    put_text(putting, rows, COMPLAINT_TYPE, complaint->feedback_type, 16);
    rows_text(rows, COMPLAINT_IP, (const char *)complaint->source_ip.octets,
              complaint->source_ip.len);
    if (complaint->asn != 0)
        rows_number(rows, COMPLAINT_ASN, complaint->asn);
    put_text(putting, rows, COMPLAINT_HOST, complaint->host, 255);
    rows_number(rows, COMPLAINT_INCIDENTS, complaint->incidents);
    put_text(putting, rows, COMPLAINT_SUBJECT, subject, OUTBOX_SUBJECT_CHARS);
    rows_number(rows, COMPLAINT_FORCED, complaint->forced);
    for (size_t i = 0; i < complaint->message_count; i++)
        outbox_message_rows_add(putting->messages, id, &complaint->messages[i],
                                id_block_next(raw_ids));
    add_emails(putting, complaint, id);
    add_recipients(putting, complaint, id);
}

/* A draft is used up once. */
static bool
use_draft(struct db *db, const struct outbox_order *order, bool *final, GError **error)
{
    struct value values[] = { value_number(order->draft_id), value_number(order->user_id) };
    uint64_t removed = 0;
    if (order->draft_id == 0)
        return true;
    if (!statement_run(db, "DELETE FROM complaintDraft WHERE draftId = ? AND userId = ?", values, 2,
                       &removed, NULL, error))
        return false;
    *final = removed == 0;
    if (removed == 0) {
        g_set_error(error, FAULT, FAULT_REJECT,
                    "this draft is not there any more: it was sent or thrown away meanwhile");
        return false;
    }
    return statement_run(db, "DELETE FROM complaintDraftEmail WHERE draftId = ?", values, 1, NULL,
                         NULL, error);
}

static bool
put_work(struct db *db, void *self, bool *final, GError **error)
{
    const struct putting *putting = self;
    g_autofree char *there = NULL;
    g_autofree char *sql = g_strdup_printf(
        "SELECT 1 FROM complaint WHERE complaintId = %" G_GINT64_FORMAT, putting->first_id);
    if (!db_ask(db, sql, &there, error))
        return false;
    if (there != NULL) /* committed by the try before, whose answer was lost */
        return true;
    return use_draft(db, putting->order, final, error) &&
           outbox_message_rows_run(putting->messages, db, error) &&
           bulk_run(db, putting->complaints, "complaint", error) &&
           bulk_run(db, putting->emails, "complaintEmail", error) &&
           bulk_run(db, putting->recipients, "complaintRecipient", error);
}

static void
putting_init(struct putting *putting, const struct outbox_order *order, int64_t first_id)
{
    *putting = (struct putting){ .first_id = first_id, .order = order };
    clock_sql(clock_now(), putting->now);
    putting->messages = outbox_message_rows_new();
    putting->complaints =
        rows_new("INSERT INTO complaint", complaint_columns, G_N_ELEMENTS(complaint_columns));
    putting->emails =
        rows_new("INSERT INTO complaintEmail", email_columns, G_N_ELEMENTS(email_columns));
    putting->recipients = rows_new("INSERT INTO complaintRecipient", recipient_columns,
                                   G_N_ELEMENTS(recipient_columns));
    putting->text = g_string_chunk_new(16384);
}

static void
putting_clear(struct putting *putting)
{
    outbox_message_rows_free(putting->messages);
    rows_free(putting->complaints);
    rows_free(putting->emails);
    rows_free(putting->recipients);
    g_string_chunk_free(putting->text);
}

bool
outbox_put(struct db *db, const struct outbox_order *order,
           const struct outbox_complaint *complaints, size_t count, int64_t *first_id,
           GError **error)
{
    struct id_block ids = { .name = "complaint" }, raw_ids = { .name = "rawMessage" };
    struct putting putting;
    size_t messages = 0;
    if (count == 0) {
        g_set_error(error, FAULT, FAULT_REJECT, "there is no complaint to be sent");
        return false;
    }
    for (size_t i = 0; i < count; i++)
        messages += complaints[i].message_count;
    if (!id_block_reserve_few(db, &ids, count, error) ||
        (messages > 0 && !id_block_reserve_few(db, &raw_ids, messages, error)))
        return false;
    putting_init(&putting, order, ids.next);
    for (size_t i = 0; i < count; i++)
        add_complaint(&putting, &complaints[i], id_block_next(&ids), &raw_ids);
    bool ok = transaction_run(db, put_work, &putting, error);
    if (ok)
        *first_id = putting.first_id;
    putting_clear(&putting);
    return ok;
}
