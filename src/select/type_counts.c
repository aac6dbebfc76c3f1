/* SPDX-License-Identifier: Apache-2.0 */
#include "select/type_counts.h"

#include <string.h>

#include "select/read.h"
#include "select/selection_sql.h"

static void
add(struct type_counts *counts, const char *word, int64_t count)
{
    for (unsigned type = TYPE_NORMAL; type <= TYPE_AUTO_REPLIED; type++)
        if (strcmp(word, selection_types[type]) == 0)
            counts->of[type] += count;
    counts->of[TYPE_ANY] += count;
}

/* The index that is walked holds the types: a count reads no row. */
static bool
is_covered(const struct selection_sql *sql)
{
    return strstr(sql->from->str, "(arrivalWords)") != NULL;
}

static bool
is_cheap(const struct selection *selection, const struct email_rows *page, int64_t now,
         int64_t total)
{
    const struct selection_sql *sql = page->sql;
    if (page->slow || total == EMAIL_TOTAL_SLOW) /* that read no more rows than this would */
        return false;
    if (selection->type == TYPE_ANY && total >= 0 && total <= TYPE_COUNTS_ROWS)
        return true;
    return is_covered(sql) && sql->from_date > CLOCK_MIN &&
           MIN(sql->to_date, now) - sql->from_date <= TYPE_COUNTS_SECONDS;
}

/* The conditions but that of the type. */
static char *
where_of(const struct selection_sql *sql)
{
    return g_strdup_printf("%.*s%s", (int)sql->type_at, sql->where->str,
                           sql->where->str + sql->type_at + sql->type_len);
}

static bool
count(struct db *db, const struct selection_sql *sql, struct type_counts *counts, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autofree char *where = where_of(sql);
    g_autofree char *text =
        sql->distinct
            ? g_strdup_printf("SELECT x.t, COUNT(*) FROM (SELECT DISTINCT e.emailId, e.emailType "
                              "AS t FROM %s WHERE %s) x GROUP BY x.t",
                              sql->from->str, where)
            : g_strdup_printf("SELECT e.emailType, COUNT(*) FROM %s WHERE %s GROUP BY e.emailType",
                              sql->from->str, where);
    g_autoptr(Query) query =
        read_rows(db, READ_TOTAL_MS, text, sql->values, sql->value_count, &problem);
    if (query == NULL && !read_was_slow(db)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    counts->known = query != NULL;
    while (query != NULL && query_next(query))
        add(counts, query_text(query, 0), query_number(query, 1));
    return true;
}

bool
type_counts_read(struct db *db, const struct selection *selection, int64_t now,
                 const struct email_rows *page, int64_t total, struct type_counts *counts,
                 GError **error)
{
    const struct selection_sql *sql = page->sql;
    *counts = (struct type_counts){ .known = false };
    if (selection->type == TYPE_ANY && selection->after == NULL && page->next == NULL) {
        counts->known = true;
        for (size_t i = 0; i < page->count; i++)
            add(counts, page->rows[i].email_type, 1);
        return true;
    }
    return sql->none || !is_cheap(selection, page, now, total) || count(db, sql, counts, error);
}
