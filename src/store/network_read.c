/* SPDX-License-Identifier: Apache-2.0 */
#include "store/network_read.h"

#include <string.h>

#include "base/clock.h"
#include "store/id_list.h"
#include "store/query.h"

bool
network_read(struct db *db, int64_t now, network_found *found, void *self, GError **error)
{
    char text[CLOCK_TEXT_MAX];
    struct value values[] = { value_text(clock_sql(now, text)), value_number(NETWORKS_READ_MAX) };
    g_autoptr(Query) rows =
        query_run(db,
                  "SELECT base, prefix, asn, asns, countryCode, TIMESTAMPDIFF(SECOND, "
                  "'1970-01-01', expires) FROM network WHERE expires > ? LIMIT ?",
                  values, G_N_ELEMENTS(values), error);
    if (rows == NULL)
        return false;
    while (query_next(rows)) {
        size_t len = query_len(rows, 0);
        struct fact_network network = { .prefix.prefix = (unsigned)query_number(rows, 1),
                                        .asn = query_number(rows, 2),
                                        .asns = query_text(rows, 3),
                                        .country = query_text(rows, 4),
                                        .expires = query_number(rows, 5) };
        if ((len != 4 && len != 16) || network.prefix.prefix > len * 8)
            continue;
        memcpy(network.prefix.base.octets, query_text(rows, 0), len);
        network.prefix.base.len = (unsigned char)len;
        found(self, &network);
    }
    return true;
}

bool
network_read_as_names(struct db *db, int64_t now, GArray *asns, GError **error)
{
    char text[CLOCK_TEXT_MAX];
    if (asns->len == 0)
        return true;
    g_autofree char *ids = id_list_text(asns);
    g_autofree char *sql = g_strconcat("SELECT asn FROM asName WHERE asn IN (", ids,
                                       ") AND expires > '", clock_sql(now, text), "'", NULL);
    g_autoptr(Query) rows = query_run_once(db, sql, error);
    if (rows == NULL)
        return false;
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    while (query_next(rows)) {
        int64_t asn = query_number(rows, 0);
        g_hash_table_add(known, g_memdup2(&asn, sizeof asn));
    }
    for (guint i = asns->len; i-- > 0;)
        if (g_hash_table_contains(known, &g_array_index(asns, int64_t, i)))
            g_array_remove_index_fast(asns, i);
    return true;
}
