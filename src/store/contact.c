/* SPDX-License-Identifier: Apache-2.0 */
#include "store/contact.h"

#include "base/clock.h"
#include "store/bulk.h"
#include "store/fact_read.h"
#include "store/query.h"
#include "store/statement.h"
#include "store/transaction.h"

#define KEYS_MAX 2000
#define PAGE_ROWS 5000
#define PREFIX_V4_MIN 8 /* those of enrich/contact.h */
#define PREFIX_V6_MIN 16
#define SECONDS_OF(column) "TIMESTAMPDIFF(SECOND, '1970-01-01', " column ")"
#define COLUMNS                                                                                    \
    "base, prefix, origin, email, " SECONDS_OF("checked") ", " SECONDS_OF("expires") ", origin + " \
                                                                                     "0"

enum { BASE, PREFIX, ORIGIN, EMAIL, CHECKED, EXPIRES, ORIGIN_NUMBER };

/* False when the row has no address that is one. */
static bool
take_row(const struct query *query, struct contact_row *row)
{
    size_t len = query_len(query, BASE);
    if (len != 4 && len != 16)
        return false;
    *row = (struct contact_row){ .origin = query_text(query, ORIGIN),
                                 .email = query_text(query, EMAIL),
                                 .checked = query_number(query, CHECKED),
                                 .expires = CLOCK_UNKNOWN };
    if (query_text(query, EXPIRES) != NULL)
        row->expires = query_number(query, EXPIRES);
    memcpy(row->prefix.base.octets, query_text(query, BASE), len);
    row->prefix.base.len = (unsigned char)len;
    row->prefix.prefix = (unsigned)query_number(query, PREFIX);
    return row->prefix.prefix <= len * 8;
}

/* One question about the bases in `list`; `each` gets every row. */
static bool
ask_bases(struct db *db, const char *select, const GString *list,
          void (*each)(void *self, const struct query *row), void *self, GError **error)
{
    g_autofree char *sql = g_strconcat(select, " WHERE base IN (", list->str, ")", NULL);
    g_autoptr(Query) query = query_run_once(db, sql, error);
    if (query == NULL)
        return false;
    while (query_next(query))
        each(self, query);
    return true;
}

/* The bases that a prefix holding the address may have: it with more and more bits cleared. */
static void
add_bases(GHashTable *bases, const struct ip *ip)
{
    struct ip base = *ip;
    unsigned shortest = ip->len == 4 ? PREFIX_V4_MIN : PREFIX_V6_MIN;
    for (unsigned bits = ip->len * 8u; bits >= shortest; bits--) {
        if (bits < ip->len * 8u)
            base.octets[bits / 8] &= (unsigned char)~(0x80u >> (bits % 8));
        if (!g_hash_table_contains(bases, &base))
            g_hash_table_add(bases, g_memdup2(&base, sizeof base));
    }
}

/* Rows of a table of prefixes of which one may hold one of the addresses. */
static bool
ask_prefixes(struct db *db, const char *select, const struct ip *ips, size_t count,
             void (*each)(void *self, const struct query *row), void *self, GError **error)
{
    g_autoptr(GHashTable) bases = g_hash_table_new_full(fact_ip_hash, fact_ip_equal, g_free, NULL);
    g_autoptr(GString) list = g_string_new(NULL);
    GHashTableIter at;
    gpointer base;
    unsigned keys = 0;
    for (size_t i = 0; i < count; i++)
        if (ips[i].len != 0)
            add_bases(bases, &ips[i]);
    g_hash_table_iter_init(&at, bases);
    while (g_hash_table_iter_next(&at, &base, NULL)) {
        fact_ip_literal(list, base);
        if (++keys < KEYS_MAX)
            continue;
        if (!ask_bases(db, select, list, each, self, error))
            return false;
        g_string_truncate(list, 0);
        keys = 0;
    }
    return keys == 0 || ask_bases(db, select, list, each, self, error);
}

struct reader {
    contact_row_found *found;
    void *user;
};

static void
hand_on(void *self, const struct query *query)
{
    const struct reader *reader = self;
    struct contact_row row;
    if (take_row(query, &row))
        reader->found(reader->user, &row);
}

bool
contact_read(struct db *db, const struct ip *ips, size_t count, contact_row_found *found,
             void *user, GError **error)
{
    struct reader reader = { found, user };
    return ask_prefixes(db, "SELECT " COLUMNS " FROM contact", ips, count, hand_on, &reader, error);
}

bool
contact_read_all(struct db *db, const char *origin, contact_row_found *found, void *user,
                 GError **error)
{
    static const char sql[] =
        "SELECT " COLUMNS " FROM contact WHERE (? = '' OR origin = ?) AND (base > ? OR (base = ? "
        "AND (prefix > ? OR (prefix = ? AND origin + 0 > ?)))) ORDER BY base, prefix, origin LIMIT "
        "?";
    g_autofree char *last_base = g_strdup("");
    size_t base_len = 0;
    int64_t prefix = 0, number = 0;
    size_t rows = PAGE_ROWS;
    origin = origin != NULL ? origin : "";
    while (rows == PAGE_ROWS) {
        struct value base = { .text = last_base, .len = base_len };
        struct value values[] = { value_text(origin),
                                  value_text(origin),
                                  base,
                                  base,
                                  value_number(prefix),
                                  value_number(prefix),
                                  value_number(number),
                                  value_number(PAGE_ROWS) };
        g_autoptr(Query) query = query_run(db, sql, values, G_N_ELEMENTS(values), error);
        if (query == NULL)
            return false;
        rows = query_rows(query);
        while (query_next(query)) {
            struct contact_row row;
            if (take_row(query, &row))
                found(user, &row);
            g_free(last_base);
            base_len = query_len(query, BASE);
            last_base = g_memdup2(query_text(query, BASE), base_len + 1);
            prefix = query_number(query, PREFIX);
            number = query_number(query, ORIGIN_NUMBER);
        }
    }
    return true;
}

bool
contact_read_asn(struct db *db, uint32_t asn, char **email, GError **error)
{
    struct value value = value_number(asn);
    g_autoptr(Query) query = query_run(db, "SELECT email FROM asn WHERE asn = ?", &value, 1, error);
    if (query == NULL)
        return false;
    *email = query_next(query) ? g_strdup(query_text(query, 0)) : NULL;
    return true;
}

bool
contact_read_asns_of(struct db *db, const uint32_t *asns, size_t count, contact_asn_found *found,
                     void *user, GError **error)
{
    g_autoptr(GString) sql = g_string_new("SELECT asn, email FROM asn WHERE asn IN (");
    if (count == 0)
        return true;
    for (size_t i = 0; i < count; i++)
        g_string_append_printf(sql, "%s%" G_GUINT32_FORMAT, i > 0 ? "," : "", asns[i]);
    g_string_append(sql, ")");
    g_autoptr(Query) query = query_run_once(db, sql->str, error);
    if (query == NULL)
        return false;
    while (query_next(query))
        found(user, (uint32_t)query_number(query, 0), query_text(query, 1));
    return true;
}

bool
contact_read_asns(struct db *db, contact_asn_found *found, void *user, GError **error)
{
    int64_t last = -1;
    size_t rows = PAGE_ROWS;
    while (rows == PAGE_ROWS) {
        struct value values[] = { value_number(last), value_number(PAGE_ROWS) };
        g_autoptr(Query) query =
            query_run(db, "SELECT asn, email FROM asn WHERE asn > ? ORDER BY asn LIMIT ?", values,
                      G_N_ELEMENTS(values), error);
        if (query == NULL)
            return false;
        rows = query_rows(query);
        while (query_next(query)) {
            last = query_number(query, 0);
            if (last > 0 && last <= UINT32_MAX)
                found(user, (uint32_t)last, query_text(query, 1));
        }
    }
    return true;
}

/* Which AS the longest network that holds an address belongs to. */
struct asn_search {
    const struct ip *ip;
    unsigned longest;
    uint32_t asn;
};

static void
note_network(void *self, const struct query *query)
{
    struct asn_search *search = self;
    size_t len = query_len(query, 0);
    int64_t asn = query_number(query, 2);
    struct ip_range range = { .prefix = (unsigned)query_number(query, 1) };
    if (len != search->ip->len || range.prefix > len * 8)
        return;
    memcpy(range.base.octets, query_text(query, 0), len);
    range.base.len = (unsigned char)len;
    if (!ip_in_range(search->ip, &range) || range.prefix < search->longest || asn <= 0 ||
        asn > UINT32_MAX)
        return;
    search->longest = range.prefix;
    search->asn = (uint32_t)asn;
}

bool
contact_asn_of(struct db *db, const struct ip *ip, uint32_t *asn, GError **error)
{
    struct asn_search search = { .ip = ip };
    struct value value = { .text = (const char *)ip->octets, .len = ip->len };
    int64_t number = 0;
    if (!query_figure(db, "SELECT asn FROM ipFact WHERE ip = ? AND asn IS NOT NULL", &value, 1,
                      &number, error))
        return false;
    if (number > 0 && number <= UINT32_MAX)
        search.asn = (uint32_t)number;
    else if (!ask_prefixes(db, "SELECT base, prefix, asn FROM network", ip, 1, note_network,
                           &search, error))
        return false;
    *asn = search.asn;
    return true;
}

bool
contact_purge(struct db *db, int64_t before, uint64_t *count, GError **error)
{
    char text[CLOCK_TEXT_MAX];
    struct value value = value_text(clock_sql(before, text));
    return statement_run(db, "DELETE FROM contact WHERE expires IS NOT NULL AND expires < ?",
                         &value, 1, count, NULL, error);
}
