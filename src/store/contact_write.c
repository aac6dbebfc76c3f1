/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "store/bulk.h"
#include "store/contact.h"
#include "store/transaction.h"

/* clang-format off */
static const struct column contact_columns[] = {
    { "base", CELL_OCTETS }, { "prefix", CELL_NUMBER }, { "origin", CELL_TEXT },
    { "email", CELL_TEXT }, { "checked", CELL_TEXT }, { "expires", CELL_TEXT },
};
static const struct column asn_columns[] = { { "asn", CELL_NUMBER }, { "email", CELL_TEXT } };
/* clang-format on */

static const char contact_sql[] =
    "INSERT INTO contact (base, prefix, origin, email, checked, expires) VALUES (?, ?, ?, ?, ?, ?) "
    "ON DUPLICATE KEY UPDATE email = VALUES(email), checked = VALUES(checked), "
    "expires = VALUES(expires)";
static const char asn_sql[] =
    "INSERT INTO asn (asn, email) VALUES (?, ?) ON DUPLICATE KEY UPDATE email = VALUES(email)";

struct contact_batch {
    Rows *contacts, *asns;
    GStringChunk *texts;
};

struct contact_batch *
contact_batch_new(void)
{
    struct contact_batch *batch = g_new0(struct contact_batch, 1);
    batch->contacts = rows_new_sql(contact_sql, contact_columns, G_N_ELEMENTS(contact_columns));
    batch->asns = rows_new_sql(asn_sql, asn_columns, G_N_ELEMENTS(asn_columns));
    batch->texts = g_string_chunk_new(4096);
    return batch;
}

void
contact_batch_free(struct contact_batch *batch)
{
    if (batch == NULL)
        return;
    rows_free(batch->contacts);
    rows_free(batch->asns);
    g_string_chunk_free(batch->texts);
    g_free(batch);
}

static void
set_text(struct contact_batch *batch, struct rows *rows, unsigned column, const char *text)
{
    rows_text(rows, column, g_string_chunk_insert_const(batch->texts, text), strlen(text));
}

void
contact_batch_add(struct contact_batch *batch, const struct contact_row *row)
{
    char text[CLOCK_TEXT_MAX];
    const struct ip *base = &row->prefix.base;
    struct rows *rows = batch->contacts;
    rows_begin(rows);
    rows_text(rows, 0,
              g_string_chunk_insert_len(batch->texts, (const char *)base->octets, base->len),
              base->len);
    rows_number(rows, 1, row->prefix.prefix);
    set_text(batch, rows, 2, row->origin);
    set_text(batch, rows, 3, row->email);
    set_text(batch, rows, 4, clock_sql(row->checked, text));
    if (row->expires != CLOCK_UNKNOWN)
        set_text(batch, rows, 5, clock_sql(row->expires, text));
}

void
contact_batch_add_asn(struct contact_batch *batch, uint32_t asn, const char *email)
{
    rows_begin(batch->asns);
    rows_number(batch->asns, 0, asn);
    set_text(batch, batch->asns, 1, email);
}

size_t
contact_batch_count(const struct contact_batch *batch)
{
    return rows_count(batch->contacts) + rows_count(batch->asns);
}

static bool
write_rows(struct db *db, void *self, bool *final, GError **error)
{
    const struct contact_batch *batch = self;
    (void) final;
    return bulk_run(db, batch->asns, "asn", error) &&
           bulk_run(db, batch->contacts, "contact", error);
}

bool
contact_batch_write(struct contact_batch *batch, struct db *db, GError **error)
{
    if (contact_batch_count(batch) == 0)
        return true;
    bool good = transaction_run(db, write_rows, batch, error);
    rows_clear(batch->contacts);
    rows_clear(batch->asns);
    g_string_chunk_clear(batch->texts);
    return good;
}
