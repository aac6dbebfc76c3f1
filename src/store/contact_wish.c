/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "store/contact.h"
#include "store/query.h"
#include "store/statement.h"

#define SELECT                                                                                     \
    "SELECT kind, subject, zip, mail, xarf, TIMESTAMPDIFF(SECOND, '1970-01-01', since) FROM "      \
    "contactWish "

static void
hand_on(struct query *query, wish_found *found, void *user)
{
    while (query_next(query)) {
        struct wish_row row = { .kind = query_text(query, 0),
                                .subject = query_text(query, 1),
                                .zip = query_text(query, 2),
                                .mail = query_text(query, 3),
                                .xarf = query_text(query, 4),
                                .since = query_number(query, 5) };
        found(user, &row);
    }
}

bool
wish_read_all(struct db *db, wish_found *found, void *user, GError **error)
{
    g_autoptr(Query) query = query_run(db, SELECT "ORDER BY kind, subject", NULL, 0, error);
    if (query == NULL)
        return false;
    hand_on(query, found, user);
    return true;
}

bool
wish_read_of(struct db *db, const char *address, wish_found *found, void *user, GError **error)
{
    g_autofree char *lower = g_ascii_strdown(address, -1);
    const char *at = strrchr(lower, '@');
    struct value values[] = { value_text(lower), value_text(at != NULL ? at + 1 : "") };
    g_autoptr(Query) query =
        query_run(db,
                  SELECT "WHERE (kind = 'address' AND subject = ?) OR (kind = 'domain' AND subject "
                         "= ?)",
                  values, G_N_ELEMENTS(values), error);
    if (query == NULL)
        return false;
    hand_on(query, found, user);
    return true;
}

static struct value
word_or_nothing(const char *word)
{
    return value_text(word != NULL ? word : "");
}

bool
wish_write(struct db *db, const struct wish_row *row, GError **error)
{
    char since[CLOCK_TEXT_MAX];
    struct value values[] = {
        value_text(row->kind),      value_text(row->subject),
        word_or_nothing(row->zip),  word_or_nothing(row->mail),
        word_or_nothing(row->xarf), value_text(clock_sql(row->since, since))
    };
    if (row->zip == NULL && row->mail == NULL && row->xarf == NULL)
        return statement_run(db, "DELETE FROM contactWish WHERE kind = ? AND subject = ?", values,
                             2, NULL, NULL, error);
    return statement_run(db,
                         "INSERT INTO contactWish (kind, subject, zip, mail, xarf, since) VALUES "
                         "(?, ?, NULLIF(?, ''), NULLIF(?, ''), NULLIF(?, ''), ?) ON DUPLICATE KEY "
                         "UPDATE zip = VALUES(zip), mail = VALUES(mail), xarf = VALUES(xarf)",
                         values, G_N_ELEMENTS(values), NULL, NULL, error);
}
