/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "store/contact.h"
#include "store/query.h"
#include "store/statement.h"

bool
opt_out_read_all(struct db *db, opt_out_found *found, void *user, GError **error)
{
    g_autoptr(Query) query =
        query_run(db,
                  "SELECT kind, subject, reason, TIMESTAMPDIFF(SECOND, '1970-01-01', since) FROM "
                  "contactOptOut ORDER BY kind, subject",
                  NULL, 0, error);
    if (query == NULL)
        return false;
    while (query_next(query)) {
        struct opt_out_row row = { .kind = query_text(query, 0),
                                   .subject = query_text(query, 1),
                                   .reason = query_text(query, 2),
                                   .since = query_number(query, 3) };
        found(user, &row);
    }
    return true;
}

bool
opt_out_write(struct db *db, const struct opt_out_row *row, GError **error)
{
    char since[CLOCK_TEXT_MAX];
    struct value values[] = { value_text(row->kind), value_text(row->subject),
                              value_text(row->reason), value_text(clock_sql(row->since, since)) };
    return statement_run(db,
                         "INSERT INTO contactOptOut (kind, subject, reason, since) VALUES (?, ?, "
                         "?, ?) ON DUPLICATE KEY UPDATE reason = VALUES(reason)",
                         values, G_N_ELEMENTS(values), NULL, NULL, error);
}

bool
opt_out_remove(struct db *db, const char *kind, const char *subject, bool *there, GError **error)
{
    struct value values[] = { value_text(kind), value_text(subject) };
    uint64_t affected = 0;
    if (!statement_run(db, "DELETE FROM contactOptOut WHERE kind = ? AND subject = ?", values,
                       G_N_ELEMENTS(values), &affected, NULL, error))
        return false;
    *there = affected > 0;
    return true;
}
