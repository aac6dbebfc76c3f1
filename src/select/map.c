/* SPDX-License-Identifier: Apache-2.0 */
#include "select/map.h"

#include "select/read.h"
#include "select/selection_sql.h"

/* "FROM ... WHERE ..." of the mails counted. */
static char *
mails(int64_t from, int64_t to, bool reported)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "arfEmail e FORCE INDEX (%s) WHERE %s",
                           reported ? "reportedArrival" : "arrivalWords",
                           reported ? "e.reported = 1" : "1 = 1");
    selection_sql_dates(out, "e.arrivalDate", from, to);
    return g_string_free(out, FALSE);
}

static bool
read_countries(struct db *db, struct map *map, const char *where, GError **error)
{
    g_autofree char *sql = g_strdup_printf("SELECT e.countryCode, COUNT(*) n FROM %s "
                                           "GROUP BY e.countryCode ORDER BY n DESC, e.countryCode",
                                           where);
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, sql, NULL, 0, error);
    if (query == NULL)
        return false;
    map->countries = g_new0(struct map_country, query_rows(query) + 1);
    while (query_next(query)) {
        const char *code = query_text(query, 0);
        if (code == NULL || *code == '\0' || g_strcmp0(code, "ZZ") == 0) {
            map->unknown += query_number(query, 1);
            continue;
        }
        struct map_country *country = &map->countries[map->country_count++];
        g_strlcpy(country->country_code, code, sizeof(country->country_code));
        country->total = query_number(query, 1);
        map->total += country->total;
    }
    return true;
}

static bool
read_networks(struct db *db, struct map *map, const char *where, GError **error)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT t.sourceAsn, t.n, a.name, a.countryCode, c.email FROM "
        "(SELECT e.sourceAsn, COUNT(*) n FROM %s AND e.sourceAsn IS NOT NULL GROUP BY e.sourceAsn "
        "ORDER BY n DESC, e.sourceAsn LIMIT %d) t LEFT JOIN asName a ON a.asn = t.sourceAsn "
        "LEFT JOIN asn c ON c.asn = t.sourceAsn ORDER BY t.n DESC, t.sourceAsn",
        where, MAP_NETWORKS);
    g_autoptr(Query) query = read_rows(db, READ_LIST_MS, sql, NULL, 0, error);
    if (query == NULL)
        return false;
    map->networks = g_new0(struct map_network, query_rows(query) + 1);
    while (query_next(query)) {
        struct map_network *network = &map->networks[map->network_count++];
        network->asn = (uint32_t)query_number(query, 0);
        network->total = query_number(query, 1);
        network->name = read_text(query, 2, map->text);
        network->country_code = read_text(query, 3, map->text);
        network->abuse = read_text(query, 4, map->text);
    }
    return true;
}

struct map *
map_read(struct db *db, int64_t from, int64_t to, bool reported, GError **error)
{
    g_autoptr(Map) map = g_new0(struct map, 1);
    g_autofree char *where = mails(from, to, reported);
    map->text = g_string_chunk_new(1024);
    return read_countries(db, map, where, error) && read_networks(db, map, where, error)
               ? g_steal_pointer(&map)
               : NULL;
}

void
map_free(struct map *map)
{
    if (map == NULL)
        return;
    g_free(map->countries);
    g_free(map->networks);
    g_string_chunk_free(map->text);
    g_free(map);
}
