/* SPDX-License-Identifier: Apache-2.0 */
#include "store/fact_read.h"

#include <string.h>

#include "base/clock.h"
#include "base/domain.h"
#include "store/id_list.h"
#include "store/query.h"

bool
fact_asks_ip(const struct fact_wants *wants, const struct ip *ip)
{
    return ip_is_public(ip, wants->public_ranges, wants->public_count);
}

bool
fact_asks_host(const struct fact_wants *wants, struct span host)
{
    struct ip ip;
    if (host.len == 0)
        return false;
    char last = host.octets[host.len - 1];
    if ((g_ascii_isdigit(last) || memchr(host.octets, ':', host.len) != NULL) &&
        ip_parse(host, &ip))
        return fact_asks_ip(wants, &ip);
    if (wants->allowed == NULL || wants->allowed[0] == NULL)
        return true;
    g_autofree char *name = g_strndup(host.octets, host.len);
    for (char *const *parent = wants->allowed; *parent != NULL; parent++)
        if (domain_is_within(name, *parent))
            return false;
    return true;
}

int64_t
fact_since(const struct fact_wants *wants, int64_t now)
{
    return wants->days > 0 ? now - (int64_t)wants->days * CLOCK_DAY_S : INT64_MAX;
}

guint
fact_ip_hash(gconstpointer pointer)
{
    const struct ip *ip = pointer;
    guint hash = 2166136261u; /* FNV-1a */
    for (unsigned i = 0; i < ip->len; i++)
        hash = (hash ^ ip->octets[i]) * 16777619u;
    return hash;
}

gboolean
fact_ip_equal(gconstpointer a, gconstpointer b)
{
    return ip_equal(a, b);
}

static void
append_hex(GString *list, const char *octets, size_t len)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < len; i++) {
        g_string_append_c(list, digits[(unsigned char)octets[i] >> 4]);
        g_string_append_c(list, digits[(unsigned char)octets[i] & 15]);
    }
}

void
fact_ip_literal(GString *list, const struct ip *ip)
{
    g_string_append(list, list->len > 0 ? ",x'" : "x'");
    append_hex(list, (const char *)ip->octets, ip->len);
    g_string_append_c(list, '\'');
}

/* Two columns: how many of the lists are known, and until when all of them hold. */
static void
append_listings(GString *sql, const char *table, const char *key, const struct fact_lists *wanted,
                const char *now)
{
    char *const *lists = wanted->names;
    if (lists == NULL || lists[0] == NULL) {
        g_string_append(sql, "0, NULL");
        return;
    }
    g_autoptr(GString) where = g_string_new(NULL);
    g_string_append_printf(where,
                           " FROM %s l WHERE l.%s = f.%s AND l.expires > '%s' AND l.list IN (",
                           table, key, key, now);
    for (size_t i = 0; lists[i] != NULL; i++) {
        g_string_append(where, i > 0 ? ", _utf8mb4 x'" : "_utf8mb4 x'");
        append_hex(where, lists[i], strlen(lists[i]));
        g_string_append_c(where, '\'');
    }
    g_string_append_printf(sql,
                           "(SELECT COUNT(*)%s)), (SELECT TIMESTAMPDIFF(SECOND, '1970-01-01', "
                           "MIN(l.expires))%s))",
                           where->str, where->str);
}

/* How many lists there are for an address of so many octets; 0: a name. */
static unsigned
list_count(const struct fact_lists *lists, size_t octets)
{
    return octets == 4 ? lists->of_ip4 : octets == 16 ? lists->of_ip6 : lists->of_name;
}

/* True when the cell is a time that is not over; *expires is then no later than that. */
static bool
holds(const struct query *query, unsigned column, int64_t now, int64_t *expires)
{
    int64_t until = query_number(query, column);
    if (query_text(query, column) == NULL || until <= now)
        return false;
    *expires = MIN(*expires, until);
    return true;
}

/* Whether all lists are known; without lists they are. */
static bool
lists_hold(const struct query *query, unsigned column, unsigned count, int64_t *expires)
{
    if (query_number(query, column) < count)
        return false;
    if (count > 0)
        *expires = MIN(*expires, query_number(query, column + 1));
    return true;
}

static void
take_ip(const struct query *query, unsigned column, struct ip *ip)
{
    size_t len = query_len(query, column);
    *ip = (struct ip){ .len = 0 };
    if (len != 4 && len != 16)
        return;
    memcpy(ip->octets, query_text(query, column), len);
    ip->len = (unsigned char)len;
}

enum { IP, IP_DOMAIN, IP_CONFIRMED, IP_NAME_UNTIL, IP_ASN, IP_COUNTRY, IP_NETWORK_UNTIL, IP_LISTS };

static void
take_known_ip(const struct query *row, const struct fact_wants *wants, int64_t now,
              struct known_ip *known)
{
    *known = (struct known_ip){ .expires = INT64_MAX };
    take_ip(row, IP, &known->ip);
    if (holds(row, IP_NAME_UNTIL, now, &known->expires)) {
        known->known |= FACT_NAME;
        known->domain_id = query_number(row, IP_DOMAIN);
        known->confirmed = query_number(row, IP_CONFIRMED) != 0;
    }
    if (holds(row, IP_NETWORK_UNTIL, now, &known->expires)) {
        known->known |= FACT_NETWORK;
        known->asn = query_number(row, IP_ASN);
        if (query_text(row, IP_COUNTRY) != NULL)
            g_strlcpy(known->country, query_text(row, IP_COUNTRY), sizeof known->country);
    }
    if (lists_hold(row, IP_LISTS, list_count(&wants->ip_lists, known->ip.len), &known->expires))
        known->known |= FACT_LISTS;
}

bool
fact_read_ips(struct db *db, const struct fact_wants *wants, const GArray *ips, int64_t now,
              fact_ip_found *found, void *self, GError **error)
{
    char text[CLOCK_TEXT_MAX];
    g_autoptr(GString) list = g_string_new(NULL);
    if (ips->len == 0)
        return true;
    for (guint i = 0; i < ips->len; i++)
        fact_ip_literal(list, &g_array_index(ips, struct ip, i));
    g_autoptr(GString) sql = g_string_new(
        "SELECT f.ip, f.domainId, f.domainConfirmed, TIMESTAMPDIFF(SECOND, '1970-01-01', "
        "f.domainExpires), f.asn, f.countryCode, TIMESTAMPDIFF(SECOND, '1970-01-01', "
        "f.networkExpires), ");
    append_listings(sql, "ipListing", "ip", &wants->ip_lists, clock_sql(now, text));
    g_string_append_printf(sql, " FROM ipFact f WHERE f.ip IN (%s)", list->str);
    g_autoptr(Query) query = query_run_once(db, sql->str, error);
    if (query == NULL)
        return false;
    while (query_next(query)) {
        struct known_ip known;
        take_known_ip(query, wants, now, &known);
        found(self, &known);
    }
    return true;
}

enum { HOST, HOST_IP, HOST_ASN, HOST_COUNTRY, HOST_UNTIL, HOST_OCTETS, HOST_LISTS };

bool
fact_read_hosts(struct db *db, const struct fact_wants *wants, const GArray *domains, int64_t now,
                fact_host_found *found, void *self, GError **error)
{
    char text[CLOCK_TEXT_MAX];
    if (domains->len == 0)
        return true;
    g_autofree char *list = id_list_text(domains);
    g_autoptr(GString) sql =
        g_string_new("SELECT f.domainId, f.ip, f.asn, f.countryCode, TIMESTAMPDIFF(SECOND, "
                     "'1970-01-01', f.expires), (SELECT LENGTH(INET6_ATON(d.domain)) FROM domain d "
                     "WHERE d.domainId = f.domainId), ");
    append_listings(sql, "hostListing", "domainId", &wants->host_lists, clock_sql(now, text));
    g_string_append_printf(sql, " FROM hostFact f WHERE f.domainId IN (%s)", list);
    g_autoptr(Query) query = query_run_once(db, sql->str, error);
    if (query == NULL)
        return false;
    while (query_next(query)) {
        struct known_host known = { .domain_id = query_number(query, HOST), .expires = INT64_MAX };
        if (holds(query, HOST_UNTIL, now, &known.expires)) {
            known.known |= FACT_ADDRESS | FACT_NETWORK;
            take_ip(query, HOST_IP, &known.ip);
            known.asn = query_number(query, HOST_ASN);
            if (query_text(query, HOST_COUNTRY) != NULL)
                g_strlcpy(known.country, query_text(query, HOST_COUNTRY), sizeof known.country);
        }
        unsigned lists = list_count(&wants->host_lists, (size_t)query_number(query, HOST_OCTETS));
        if (lists_hold(query, HOST_LISTS, lists, &known.expires))
            known.known |= FACT_LISTS;
        found(self, &known);
    }
    return true;
}
