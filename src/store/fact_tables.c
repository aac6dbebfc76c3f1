/* SPDX-License-Identifier: Apache-2.0 */
#include "store/fact_tables.h"

#include <string.h>

static void
put_text(struct rows *rows, unsigned column, const char *text)
{
    if (text != NULL)
        rows_text(rows, column, text, strlen(text));
}

static void
put_ip(struct rows *rows, unsigned column, const struct ip *ip)
{
    if (ip->len != 0)
        rows_text(rows, column, (const char *)ip->octets, ip->len);
}

static void
put_asn(struct rows *rows, unsigned column, int64_t asn)
{
    if (asn != 0)
        rows_number(rows, column, asn);
}

enum {
    IP_IP,
    IP_DOMAIN,
    IP_CONFIRMED,
    IP_DOMAIN_CHECKED,
    IP_DOMAIN_EXPIRES,
    IP_ASN,
    IP_COUNTRY,
    IP_FROM,
    IP_CHECKED,
    IP_EXPIRES
};

static const struct column ip_columns[] = {
    [IP_IP] = { "ip", CELL_OCTETS },
    [IP_DOMAIN] = { "domainId", CELL_REFERENCE },
    [IP_CONFIRMED] = { "domainConfirmed", CELL_NUMBER },
    [IP_DOMAIN_CHECKED] = { "domainChecked", CELL_TEXT },
    [IP_DOMAIN_EXPIRES] = { "domainExpires", CELL_TEXT },
    [IP_ASN] = { "asn", CELL_NUMBER },
    [IP_COUNTRY] = { "countryCode", CELL_TEXT },
    [IP_FROM] = { "networkFrom", CELL_TEXT },
    [IP_CHECKED] = { "networkChecked", CELL_TEXT },
    [IP_EXPIRES] = { "networkExpires", CELL_TEXT },
};

/* The dates come last: they say whether the new row knows the columns before them. */
static const char ip_sql[] =
    "INSERT INTO ipFact (ip, domainId, domainConfirmed, domainChecked, domainExpires, asn, "
    "countryCode, networkFrom, networkChecked, networkExpires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "
    "?) ON DUPLICATE KEY UPDATE "
    "domainId = IF(VALUES(domainChecked) IS NULL, domainId, VALUES(domainId)), "
    "domainConfirmed = IF(VALUES(domainChecked) IS NULL, domainConfirmed, "
    "VALUES(domainConfirmed)), "
    "domainExpires = COALESCE(VALUES(domainExpires), domainExpires), "
    "domainChecked = COALESCE(VALUES(domainChecked), domainChecked), "
    "asn = IF(VALUES(networkChecked) IS NULL, asn, VALUES(asn)), "
    "countryCode = IF(VALUES(networkChecked) IS NULL, countryCode, VALUES(countryCode)), "
    "networkFrom = IF(VALUES(networkChecked) IS NULL, networkFrom, VALUES(networkFrom)), "
    "networkExpires = COALESCE(VALUES(networkExpires), networkExpires), "
    "networkChecked = COALESCE(VALUES(networkChecked), networkChecked)";

static void
fill_ip(struct rows *rows, const struct fact *fact)
{
    put_ip(rows, IP_IP, &fact->ip);
    rows_reference(rows, IP_DOMAIN, fact->domain);
    if (fact->domain != NULL)
        rows_number(rows, IP_CONFIRMED, fact->confirmed);
    put_text(rows, IP_DOMAIN_CHECKED, fact->name_checked);
    put_text(rows, IP_DOMAIN_EXPIRES, fact->name_expires);
    put_asn(rows, IP_ASN, fact->asn);
    put_text(rows, IP_COUNTRY, fact->country);
    put_text(rows, IP_FROM, fact->from);
    put_text(rows, IP_CHECKED, fact->checked);
    put_text(rows, IP_EXPIRES, fact->expires);
}

enum { HOST_ID, HOST_REGISTRABLE, HOST_IP, HOST_ASN, HOST_COUNTRY, HOST_CHECKED, HOST_EXPIRES };

static const struct column host_columns[] = {
    [HOST_ID] = { "domainId", CELL_NUMBER },
    [HOST_REGISTRABLE] = { "registrableId", CELL_REFERENCE },
    [HOST_IP] = { "ip", CELL_OCTETS },
    [HOST_ASN] = { "asn", CELL_NUMBER },
    [HOST_COUNTRY] = { "countryCode", CELL_TEXT },
    [HOST_CHECKED] = { "checked", CELL_TEXT },
    [HOST_EXPIRES] = { "expires", CELL_TEXT },
};

static const char host_sql[] =
    "INSERT INTO hostFact (domainId, registrableId, ip, asn, countryCode, checked, expires) VALUES "
    "(?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE registrableId = VALUES(registrableId), "
    "ip = VALUES(ip), asn = VALUES(asn), countryCode = VALUES(countryCode), "
    "checked = VALUES(checked), expires = VALUES(expires)";

static void
fill_host(struct rows *rows, const struct fact *fact)
{
    rows_number(rows, HOST_ID, fact->id);
    rows_reference(rows, HOST_REGISTRABLE, fact->domain);
    put_ip(rows, HOST_IP, &fact->ip);
    put_asn(rows, HOST_ASN, fact->asn);
    put_text(rows, HOST_COUNTRY, fact->country);
    put_text(rows, HOST_CHECKED, fact->checked);
    put_text(rows, HOST_EXPIRES, fact->expires);
}

enum {
    NETWORK_BASE,
    NETWORK_PREFIX,
    NETWORK_ASN,
    NETWORK_ASNS,
    NETWORK_COUNTRY,
    NETWORK_CHECKED,
    NETWORK_EXPIRES
};

static const struct column network_columns[] = {
    [NETWORK_BASE] = { "base", CELL_OCTETS },         [NETWORK_PREFIX] = { "prefix", CELL_NUMBER },
    [NETWORK_ASN] = { "asn", CELL_NUMBER },           [NETWORK_ASNS] = { "asns", CELL_TEXT },
    [NETWORK_COUNTRY] = { "countryCode", CELL_TEXT }, [NETWORK_CHECKED] = { "checked", CELL_TEXT },
    [NETWORK_EXPIRES] = { "expires", CELL_TEXT },
};

static const char network_sql[] =
    "INSERT INTO network (base, prefix, asn, asns, countryCode, checked, expires) VALUES "
    "(?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE asn = VALUES(asn), asns = VALUES(asns), "
    "countryCode = VALUES(countryCode), checked = VALUES(checked), expires = VALUES(expires)";

static void
fill_network(struct rows *rows, const struct fact *fact)
{
    put_ip(rows, NETWORK_BASE, &fact->ip);
    rows_number(rows, NETWORK_PREFIX, fact->prefix);
    put_asn(rows, NETWORK_ASN, fact->asn);
    put_text(rows, NETWORK_ASNS, fact->text);
    put_text(rows, NETWORK_COUNTRY, fact->country);
    put_text(rows, NETWORK_CHECKED, fact->checked);
    put_text(rows, NETWORK_EXPIRES, fact->expires);
}

enum { AS_ASN, AS_NAME, AS_COUNTRY, AS_CHECKED, AS_EXPIRES };

static const struct column as_columns[] = {
    [AS_ASN] = { "asn", CELL_NUMBER },           [AS_NAME] = { "name", CELL_TEXT },
    [AS_COUNTRY] = { "countryCode", CELL_TEXT }, [AS_CHECKED] = { "checked", CELL_TEXT },
    [AS_EXPIRES] = { "expires", CELL_TEXT },
};

static const char as_sql[] =
    "INSERT INTO asName (asn, name, countryCode, checked, expires) VALUES (?, ?, ?, ?, ?) "
    "ON DUPLICATE KEY UPDATE name = VALUES(name), countryCode = VALUES(countryCode), "
    "checked = VALUES(checked), expires = VALUES(expires)";

static void
fill_as(struct rows *rows, const struct fact *fact)
{
    rows_number(rows, AS_ASN, fact->id);
    put_text(rows, AS_NAME, fact->text);
    put_text(rows, AS_COUNTRY, fact->country);
    put_text(rows, AS_CHECKED, fact->checked);
    put_text(rows, AS_EXPIRES, fact->expires);
}

enum {
    LISTING_KEY,
    LISTING_LIST,
    LISTING_STATE,
    LISTING_CODES,
    LISTING_MEANING,
    LISTING_CHECKED,
    LISTING_EXPIRES,
    LISTING_LISTED
};

#define LISTING_COLUMNS(key, cell)                                                                 \
    [LISTING_KEY] = { key, cell }, [LISTING_LIST] = { "list", CELL_TEXT },                         \
    [LISTING_STATE] = { "state", CELL_TEXT }, [LISTING_CODES] = { "codes", CELL_TEXT },            \
    [LISTING_MEANING] = { "meaning", CELL_TEXT }, [LISTING_CHECKED] = { "checked", CELL_TEXT },    \
    [LISTING_EXPIRES] = { "expires", CELL_TEXT }, [LISTING_LISTED] = { "listed", CELL_TEXT }

static const struct column ip_listing_columns[] = { LISTING_COLUMNS("ip", CELL_OCTETS) };
static const struct column host_listing_columns[] = { LISTING_COLUMNS("domainId", CELL_NUMBER) };

#define LISTING_SQL(table, key)                                                                    \
    "INSERT INTO " table " (" key ", list, state, codes, meaning, checked, expires, listed) "      \
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE state = VALUES(state), "              \
    "codes = VALUES(codes), meaning = VALUES(meaning), checked = VALUES(checked), "                \
    "expires = VALUES(expires), listed = COALESCE(VALUES(listed), listed)"

static void
fill_listing(struct rows *rows, const struct fact *fact)
{
    put_text(rows, LISTING_LIST, fact->list);
    put_text(rows, LISTING_STATE, fact->from);
    put_text(rows, LISTING_CODES, fact->text);
    put_text(rows, LISTING_MEANING, fact->meaning);
    put_text(rows, LISTING_CHECKED, fact->checked);
    put_text(rows, LISTING_EXPIRES, fact->expires);
    put_text(rows, LISTING_LISTED, fact->listed);
}

static void
fill_ip_listing(struct rows *rows, const struct fact *fact)
{
    put_ip(rows, LISTING_KEY, &fact->ip);
    fill_listing(rows, fact);
}

static void
fill_host_listing(struct rows *rows, const struct fact *fact)
{
    rows_number(rows, LISTING_KEY, fact->id);
    fill_listing(rows, fact);
}

#define TABLE(name, what)                                                                          \
    {                                                                                              \
        name, what##_sql, what##_columns, G_N_ELEMENTS(what##_columns), fill_##what                \
    }
static const char ip_listing_sql[] = LISTING_SQL("ipListing", "ip");
static const char host_listing_sql[] = LISTING_SQL("hostListing", "domainId");

static const struct fact_table tables[FACT_TABLES] = {
    [FACT_TABLE_IP] = TABLE("ipFact", ip),
    [FACT_TABLE_HOST] = TABLE("hostFact", host),
    [FACT_TABLE_NETWORK] = TABLE("network", network),
    [FACT_TABLE_AS] = TABLE("asName", as),
    [FACT_TABLE_IP_LISTING] = TABLE("ipListing", ip_listing),
    [FACT_TABLE_HOST_LISTING] = TABLE("hostListing", host_listing),
};

const struct fact_table *
fact_table(enum fact_table_name name)
{
    return &tables[name];
}
