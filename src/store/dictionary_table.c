/* SPDX-License-Identifier: Apache-2.0 */
#include "store/dictionary.h"

#include <string.h>

#include "base/clock.h"

enum { NAME_ID, NAME_TEXT, NAME_KEY };

static const struct column domain_columns[] = {
    [NAME_ID] = { "domainId", CELL_NUMBER },
    [NAME_TEXT] = { "domain", CELL_TEXT },
    [NAME_KEY] = { "keyHash", CELL_OCTETS },
};

static const struct column local_columns[] = {
    [NAME_ID] = { "emailLocalId", CELL_NUMBER },
    [NAME_TEXT] = { "emailLocal", CELL_TEXT },
    [NAME_KEY] = { "keyHash", CELL_OCTETS },
};

enum {
    URL_ID,
    URL_FIRST,
    URL_LAST,
    URL_IP,
    URL_DOMAIN,
    URL_ASN,
    URL_COUNTRY,
    URL_TEXT,
    URL_TAIL,
    URL_KEY
};

static const struct column url_columns[] = {
    [URL_ID] = { "urlId", CELL_NUMBER },    [URL_FIRST] = { "firstSeen", CELL_TEXT },
    [URL_LAST] = { "lastSeen", CELL_TEXT }, [URL_IP] = { "urlIp", CELL_OCTETS },
    [URL_ASN] = { "urlAsn", CELL_NUMBER },  [URL_DOMAIN] = { "urlDomainId", CELL_NUMBER },
    [URL_TEXT] = { "url", CELL_TEXT },      [URL_COUNTRY] = { "urlCountryCode", CELL_TEXT },
    [URL_TAIL] = { "tail", CELL_TEXT },     [URL_KEY] = { "keyHash", CELL_OCTETS },
};

enum { FILE_ID, FILE_FIRST, FILE_LAST, FILE_MD5, FILE_NAME, FILE_SIZE, FILE_SHA256, FILE_KEY };

static const struct column file_columns[] = {
    [FILE_ID] = { "fileId", CELL_NUMBER },   [FILE_FIRST] = { "firstSeen", CELL_TEXT },
    [FILE_LAST] = { "lastSeen", CELL_TEXT }, [FILE_MD5] = { "hash", CELL_TEXT },
    [FILE_NAME] = { "filename", CELL_TEXT }, [FILE_SIZE] = { "size", CELL_NUMBER },
    [FILE_SHA256] = { "sha256", CELL_TEXT }, [FILE_KEY] = { "keyHash", CELL_OCTETS },
};

enum { PATTERN_ID, PATTERN_KIND, PATTERN_TEXT, PATTERN_KEY };

static const struct column pattern_columns[] = {
    [PATTERN_ID] = { "patternId", CELL_NUMBER },
    [PATTERN_KIND] = { "kind", CELL_TEXT },
    [PATTERN_TEXT] = { "pattern", CELL_TEXT },
    [PATTERN_KEY] = { "keyHash", CELL_OCTETS },
};

static void
fill_name(struct rows *rows, const struct entry *entry, int64_t id, GStringChunk *dates)
{
    (void)dates;
    rows_number(rows, NAME_ID, id);
    rows_text(rows, NAME_TEXT, entry->text.octets, entry->text.len);
    rows_text(rows, NAME_KEY, (const char *)entry->key, KEY_OCTETS);
}

static void
put_date(struct rows *rows, unsigned column, int64_t when, GStringChunk *dates)
{
    char text[CLOCK_TEXT_MAX];
    const char *kept = g_string_chunk_insert(dates, clock_sql(when, text));
    rows_text(rows, column, kept, strlen(kept));
}

static void
put_host_fact(struct rows *rows, const struct known_host *fact)
{
    if (fact->ip.len != 0)
        rows_text(rows, URL_IP, (const char *)fact->ip.octets, fact->ip.len);
    if (fact->asn != 0)
        rows_number(rows, URL_ASN, fact->asn);
    if (fact->country[0] != '\0')
        rows_text(rows, URL_COUNTRY, fact->country, strlen(fact->country));
}

static void
fill_url(struct rows *rows, const struct entry *entry, int64_t id, GStringChunk *dates)
{
    struct span tail = url_tail(entry->text);
    rows_number(rows, URL_ID, id);
    put_date(rows, URL_FIRST, entry->first, dates);
    put_date(rows, URL_LAST, entry->last, dates);
    if (entry->host != NULL)
        rows_number(rows, URL_DOMAIN, entry->host->id);
    if (entry->host_fact != NULL)
        put_host_fact(rows, entry->host_fact);
    rows_text(rows, URL_TEXT, entry->text.octets, entry->text.len);
    rows_text(rows, URL_TAIL, tail.octets, tail.len);
    rows_text(rows, URL_KEY, (const char *)entry->key, KEY_OCTETS);
}

static void
fill_file(struct rows *rows, const struct entry *entry, int64_t id, GStringChunk *dates)
{
    const struct attachment *file = entry->attachment;
    rows_number(rows, FILE_ID, id);
    put_date(rows, FILE_FIRST, entry->first, dates);
    put_date(rows, FILE_LAST, entry->last, dates);
    rows_text(rows, FILE_MD5, file->md5, strlen(file->md5));
    rows_text(rows, FILE_NAME, entry->text.octets, entry->text.len);
    rows_number(rows, FILE_SIZE, (int64_t)file->size);
    if (file->sha256[0] != '\0')
        rows_text(rows, FILE_SHA256, file->sha256, strlen(file->sha256));
    rows_text(rows, FILE_KEY, (const char *)entry->key, KEY_OCTETS);
}

static void
fill_pattern(struct rows *rows, const struct entry *entry, int64_t id, GStringChunk *dates)
{
    (void)dates;
    rows_number(rows, PATTERN_ID, id);
    rows_text(rows, PATTERN_KIND, entry->kind, strlen(entry->kind));
    rows_text(rows, PATTERN_TEXT, entry->text.octets, entry->text.len);
    rows_text(rows, PATTERN_KEY, (const char *)entry->key, KEY_OCTETS);
}

static const struct dictionary_table tables[DICTIONARIES] = {
    [DICTIONARY_DOMAIN] = { "domain", "SELECT keyHash, domainId FROM domain WHERE keyHash IN ",
                            NULL, domain_columns, G_N_ELEMENTS(domain_columns), fill_name },
    [DICTIONARY_LOCAL] = { "emailLocal",
                           "SELECT keyHash, emailLocalId FROM emailLocal WHERE keyHash IN ", NULL,
                           local_columns, G_N_ELEMENTS(local_columns), fill_name },
    [DICTIONARY_URL] = { "url", "SELECT keyHash, urlId FROM url WHERE keyHash IN ",
                         "UPDATE url SET firstSeen = LEAST(firstSeen, ?), "
                         "lastSeen = GREATEST(lastSeen, ?) WHERE urlId = ?",
                         url_columns, G_N_ELEMENTS(url_columns), fill_url },
    [DICTIONARY_FILE] = { "file", "SELECT keyHash, fileId FROM file WHERE keyHash IN ",
                          "UPDATE file SET firstSeen = LEAST(firstSeen, ?), "
                          "lastSeen = GREATEST(lastSeen, ?) WHERE fileId = ?",
                          file_columns, G_N_ELEMENTS(file_columns), fill_file },
    [DICTIONARY_PATTERN] = { "pattern", "SELECT keyHash, patternId FROM pattern WHERE keyHash IN ",
                             NULL, pattern_columns, G_N_ELEMENTS(pattern_columns), fill_pattern },
};

const struct dictionary_table *
dictionary_table(enum dictionary dictionary)
{
    return &tables[dictionary];
}
