/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/mmdb.h"

#include <maxminddb.h>
#include <netinet/in.h>

#include "base/fault.h"
#include "enrich/plain_text.h"

#define NAME_CHARS_MAX 255
#define MAPPED_BITS 96 /* IPv4 lies in an IPv6 tree under ::/96 */

/* Where a file may keep a value. */
static const char *const country_paths[][3] = {
    { "country", "iso_code", NULL },
    { "registered_country", "iso_code", NULL },
    { "country_code", NULL, NULL },
};
static const char *const asn_paths[][3] = {
    { "autonomous_system_number", NULL, NULL },
    { "asn", NULL, NULL },
};
static const char *const name_paths[][3] = {
    { "autonomous_system_organization", NULL, NULL },
    { "as_name", NULL, NULL },
};

struct mmdb {
    MMDB_s country, asn;
    bool has_country, has_asn;
};

static bool
open_one(const char *key, const char *path, MMDB_s *file, bool *opened, GError **error)
{
    int code;
    if (path == NULL || path[0] == '\0')
        return true;
    code = MMDB_open(path, MMDB_MODE_MMAP, file);
    if (code != MMDB_SUCCESS) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "[networks] %s: %s: %s", key, path,
                    MMDB_strerror(code));
        return false;
    }
    *opened = true;
    return true;
}

struct mmdb *
mmdb_open(const char *country_path, const char *asn_path, GError **error)
{
    g_autoptr(Mmdb) mmdb = g_new0(struct mmdb, 1);
    if (!open_one("countryDb", country_path, &mmdb->country, &mmdb->has_country, error) ||
        !open_one("asnDb", asn_path, &mmdb->asn, &mmdb->has_asn, error))
        return NULL;
    return g_steal_pointer(&mmdb);
}

void
mmdb_close(struct mmdb *mmdb)
{
    if (mmdb == NULL)
        return;
    if (mmdb->has_country)
        MMDB_close(&mmdb->country);
    if (mmdb->has_asn)
        MMDB_close(&mmdb->asn);
    g_free(mmdb);
}

static bool
find(const MMDB_s *file, const struct ip *ip, MMDB_lookup_result_s *result)
{
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    int code = MMDB_SUCCESS;
    memcpy(&v4.sin_addr, ip->octets, 4);
    memcpy(&v6.sin6_addr, ip->octets, 16);
    *result = MMDB_lookup_sockaddr(file,
                                   ip->len == 4 ? (const struct sockaddr *)(const void *)&v4
                                                : (const struct sockaddr *)(const void *)&v6,
                                   &code);
    return code == MMDB_SUCCESS && result->found_entry;
}

static bool
value_at(MMDB_lookup_result_s *result, const char *const path[3], MMDB_entry_data_s *value)
{
    return MMDB_aget_value(&result->entry, value, path) == MMDB_SUCCESS && value->has_data;
}

static struct span
text_of(const MMDB_entry_data_s *value)
{
    if (value->type != MMDB_DATA_TYPE_UTF8_STRING)
        return span_of(NULL);
    return (struct span){ value->utf8_string, value->data_size };
}

static uint32_t
number_of(const MMDB_entry_data_s *value)
{
    struct span text = text_of(value);
    guint32 number = 0;
    if (value->type == MMDB_DATA_TYPE_UINT32)
        return value->uint32;
    if (value->type == MMDB_DATA_TYPE_UINT16)
        return value->uint16;
    if (span_starts_nocase(text, "AS"))
        text = span_from(text, 2);
    span_to_u32(text, &number);
    return number;
}

/* The prefix of the tree's node; an IPv4 address in a tree of IPv6 counts from ::/96. */
static void
note_prefix(const struct ip *ip, const MMDB_lookup_result_s *result, const MMDB_s *file,
            struct network *network)
{
    unsigned bits = result->netmask;
    if (ip->len == 4 && file->metadata.ip_version == 6)
        bits = bits > MAPPED_BITS ? bits - MAPPED_BITS : 0;
    bits = MIN(bits, ip->len * 8u);
    if (network->prefix.base.len != 0 && network->prefix.prefix >= bits)
        return;
    network->prefix.base = *ip;
    network->prefix.prefix = bits;
    for (unsigned bit = bits; bit < ip->len * 8u; bit++)
        network->prefix.base.octets[bit / 8] &= (unsigned char)~(0x80u >> (bit % 8));
}

static void
find_country(const struct mmdb *mmdb, const struct ip *ip, struct network *network)
{
    MMDB_lookup_result_s result;
    MMDB_entry_data_s value;
    if (!mmdb->has_country || !find(&mmdb->country, ip, &result))
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(country_paths) && network->country[0] == '\0'; i++)
        if (value_at(&result, country_paths[i], &value))
            plain_country(text_of(&value), network->country);
    if (network->country[0] != '\0')
        note_prefix(ip, &result, &mmdb->country, network);
}

static void
find_asn(const struct mmdb *mmdb, const struct ip *ip, struct network *network, GString *name)
{
    MMDB_lookup_result_s result;
    MMDB_entry_data_s value;
    if (!mmdb->has_asn || !find(&mmdb->asn, ip, &result))
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(asn_paths) && network->asn == 0; i++)
        if (value_at(&result, asn_paths[i], &value))
            network->asn = number_of(&value);
    if (network->asn == 0)
        return;
    note_prefix(ip, &result, &mmdb->asn, network);
    for (size_t i = 0; i < G_N_ELEMENTS(name_paths) && name->len == 0; i++)
        if (value_at(&result, name_paths[i], &value))
            plain_text_append(name, text_of(&value), NAME_CHARS_MAX);
}

bool
mmdb_find(const struct mmdb *mmdb, const struct ip *ip, struct network *network, GString *name)
{
    struct network found = { .asn = 0 };
    g_string_truncate(name, 0);
    if (ip->len == 0)
        return false;
    find_country(mmdb, ip, &found);
    find_asn(mmdb, ip, &found, name);
    if (found.asn == 0 && found.country[0] == '\0')
        return false;
    network->prefix = found.prefix;
    network->asn = found.asn;
    memcpy(network->country, found.country, sizeof network->country);
    return true;
}
