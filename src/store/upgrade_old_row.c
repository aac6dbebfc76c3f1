/* SPDX-License-Identifier: Apache-2.0 */
#include "store/upgrade_old_row.h"

#include <string.h>

#include "report/link.h"
#include "store/upgrade_read.h"
#include "store/upgrade_text.h"

#define NO_SCHEME "http://" /* what a URL without one is normalised with, as report/link does */

struct upgrade_old_rows *
upgrade_old_rows_new(void)
{
    struct upgrade_old_rows *rows = g_new0(struct upgrade_old_rows, 1);
    rows->wanted = wanted_new();
    rows->hosts = wanted_new();
    rows->rows = g_array_new(FALSE, TRUE, sizeof(struct upgrade_old_row));
    return rows;
}

void
upgrade_old_rows_free(struct upgrade_old_rows *rows)
{
    if (rows == NULL)
        return;
    wanted_free(rows->wanted);
    wanted_free(rows->hosts);
    g_array_unref(rows->rows);
    g_free(rows);
}

void
upgrade_old_rows_clear(struct upgrade_old_rows *rows)
{
    wanted_clear(rows->wanted);
    wanted_clear(rows->hosts);
    g_array_set_size(rows->rows, 0);
    rows->read = 0;
}

void
upgrade_old_found(void *self, const unsigned char key[KEY_OCTETS], int64_t id)
{
    struct entry *entry = g_hash_table_lookup(self, key);
    if (entry != NULL)
        entry->id = id;
}

static struct span
keep(struct upgrade_old_rows *rows, struct span text)
{
    return wanted_keep(rows->wanted, text);
}

/* Names: the clean ones in the first pass, those to be mended in the second. */

enum { NAME_ID, NAME_TEXT };
static const char *const domain_cells[] = { "domain", NULL };
static const char *const local_cells[] = { "emailLocal", NULL };

static void
add_name(struct upgrade_old_rows *rows, const struct span *cells, struct span mended, bool strays,
         struct entry *name(struct wanted *, struct span))
{
    if ((mended.len != cells[NAME_TEXT].len) != strays)
        return;
    struct upgrade_old_row old = { .id = upgrade_number(cells[NAME_ID], 0) };
    old.entry = name(rows->wanted, keep(rows, mended));
    g_array_append_val(rows->rows, old);
}

static void
read_domain(struct upgrade_old_rows *rows, const struct span *cells)
{
    add_name(rows, cells, upgrade_domain(cells[NAME_TEXT]), false, wanted_domain);
}

static void
read_stray_domain(struct upgrade_old_rows *rows, const struct span *cells)
{
    add_name(rows, cells, upgrade_domain(cells[NAME_TEXT]), true, wanted_domain);
}

static void
read_local(struct upgrade_old_rows *rows, const struct span *cells)
{
    add_name(rows, cells, upgrade_local(cells[NAME_TEXT]), false, wanted_local);
}

static void
read_stray_local(struct upgrade_old_rows *rows, const struct span *cells)
{
    add_name(rows, cells, upgrade_local(cells[NAME_TEXT]), true, wanted_local);
}

enum { NEW_NAME_ID, NEW_NAME_TEXT, NEW_NAME_KEY, NEW_NAME_COLUMNS };
static const struct column domain_columns[NEW_NAME_COLUMNS] = {
    [NEW_NAME_ID] = { "domainId", CELL_NUMBER },
    [NEW_NAME_TEXT] = { "domain", CELL_TEXT },
    [NEW_NAME_KEY] = { "keyHash", CELL_OCTETS },
};
static const struct column local_columns[NEW_NAME_COLUMNS] = {
    [NEW_NAME_ID] = { "emailLocalId", CELL_NUMBER },
    [NEW_NAME_TEXT] = { "emailLocal", CELL_TEXT },
    [NEW_NAME_KEY] = { "keyHash", CELL_OCTETS },
};

static void
fill_name(struct rows *out, const struct upgrade_old_row *old)
{
    rows_number(out, NEW_NAME_ID, old->id);
    rows_text(out, NEW_NAME_TEXT, old->entry->text.octets, old->entry->text.len);
    rows_text(out, NEW_NAME_KEY, (const char *)old->entry->key, KEY_OCTETS);
}

/* URLs. */

enum { URL_ID, URL_FIRST, URL_LAST, URL_IP, URL_DOMAIN, URL_ASN, URL_COUNTRY, URL_TEXT };
static const char *const url_cells[] = { "firstSeen", "lastSeen",       "urlIp", "urlDomainId",
                                         "urlAsn",    "urlCountryCode", "url",   NULL };

enum {
    NEW_URL_ID,
    NEW_URL_FIRST,
    NEW_URL_LAST,
    NEW_URL_IP,
    NEW_URL_DOMAIN,
    NEW_URL_ASN,
    NEW_URL_COUNTRY,
    NEW_URL_TEXT,
    NEW_URL_TAIL,
    NEW_URL_KEY,
    NEW_URL_COLUMNS
};
static const struct column url_columns[NEW_URL_COLUMNS] = {
    [NEW_URL_ID] = { "urlId", CELL_NUMBER },
    [NEW_URL_FIRST] = { "firstSeen", CELL_TEXT },
    [NEW_URL_LAST] = { "lastSeen", CELL_TEXT },
    [NEW_URL_IP] = { "urlIp", CELL_OCTETS },
    [NEW_URL_DOMAIN] = { "urlDomainId", CELL_NUMBER },
    [NEW_URL_ASN] = { "urlAsn", CELL_NUMBER },
    [NEW_URL_COUNTRY] = { "urlCountryCode", CELL_TEXT },
    [NEW_URL_TEXT] = { "url", CELL_TEXT },
    [NEW_URL_TAIL] = { "tail", CELL_TEXT },
    [NEW_URL_KEY] = { "keyHash", CELL_OCTETS },
};
#define WIDEN_DATES                                                                                \
    "firstSeen = LEAST(firstSeen, VALUES(firstSeen)), "                                            \
    "lastSeen = GREATEST(lastSeen, VALUES(lastSeen))"
#define URL_UPDATE                                                                                 \
    "INSERT INTO url (urlId, firstSeen, lastSeen, urlIp, urlDomainId, urlAsn, urlCountryCode, "    \
    "url, tail, keyHash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY "                  \
    "UPDATE " WIDEN_DATES ", "                                                                     \
    "urlIp = COALESCE(urlIp, VALUES(urlIp)), urlAsn = COALESCE(urlAsn, VALUES(urlAsn)), "          \
    "urlDomainId = COALESCE(urlDomainId, VALUES(urlDomainId))"

static bool
normalized(struct span url, GString *key, GString *host)
{
    g_autoptr(GString) whole = g_string_new(NO_SCHEME);
    if (url_normalize(url, key, host))
        return true;
    g_string_append_len(whole, url.octets, (gssize)url.len);
    return url_normalize((struct span){ whole->str, whole->len }, key, host);
}

static struct span
country(struct upgrade_old_rows *rows, struct span cell)
{
    bool known = cell.len == 2 && !span_equals(cell, "ZZ");
    return known ? keep(rows, cell) : (struct span){ NULL, 0 };
}

static void
read_url(struct upgrade_old_rows *rows, const struct span *cells)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) key = g_string_new(NULL);
    g_autoptr(GString) host = g_string_new(NULL);
    struct ip ip = { 0 };
    struct upgrade_old_row old = { .id = upgrade_number(cells[URL_ID], 0),
                                   .asn = upgrade_number(cells[URL_ASN], 0),
                                   .country = country(rows, cells[URL_COUNTRY]),
                                   .first = keep(rows, cells[URL_FIRST]).octets,
                                   .last = keep(rows, cells[URL_LAST]).octets };
    old.domain = upgrade_map_id(rows->domains, upgrade_number(cells[URL_DOMAIN], 0));
    upgrade_url(text, cells[URL_TEXT]);
    struct span url = keep(rows, (struct span){ text->str, text->len });
    bool is_url = normalized(url, key, host);
    old.entry =
        wanted_url(rows->wanted, is_url ? (struct span){ key->str, key->len } : url, url, NULL, 0);
    if (upgrade_ip(cells[URL_IP], &ip))
        old.ip = keep(rows, (struct span){ (const char *)ip.octets, ip.len });
    if (old.domain == 0 && is_url)
        old.host = wanted_domain(rows->hosts, keep(rows, (struct span){ host->str, host->len }));
    g_array_append_val(rows->rows, old);
}

static void
fill_url(struct rows *out, const struct upgrade_old_row *old)
{
    struct span text = old->entry->text, tail = url_tail(text);
    rows_number(out, NEW_URL_ID, old->id);
    rows_text(out, NEW_URL_FIRST, old->first, strlen(old->first));
    rows_text(out, NEW_URL_LAST, old->last, strlen(old->last));
    if (old->ip.len > 0)
        rows_text(out, NEW_URL_IP, old->ip.octets, old->ip.len);
    if (old->domain != 0 || old->host != NULL)
        rows_number(out, NEW_URL_DOMAIN, old->host != NULL ? old->host->id : old->domain);
    if (old->asn > 0)
        rows_number(out, NEW_URL_ASN, old->asn);
    if (old->country.len > 0)
        rows_text(out, NEW_URL_COUNTRY, old->country.octets, old->country.len);
    rows_text(out, NEW_URL_TEXT, text.octets, text.len);
    rows_text(out, NEW_URL_TAIL, tail.octets, tail.len);
    rows_text(out, NEW_URL_KEY, (const char *)old->entry->key, KEY_OCTETS);
}

/* Files: known by their MD5 only. */

enum { FILE_ID, FILE_FIRST, FILE_LAST, FILE_HASH, FILE_NAME };
static const char *const file_cells[] = { "firstSeen", "lastSeen", "hash", "filename", NULL };

enum {
    NEW_FILE_ID,
    NEW_FILE_FIRST,
    NEW_FILE_LAST,
    NEW_FILE_HASH,
    NEW_FILE_NAME,
    NEW_FILE_KEY,
    NEW_FILE_COLUMNS
};
static const struct column file_columns[NEW_FILE_COLUMNS] = {
    [NEW_FILE_ID] = { "fileId", CELL_NUMBER },   [NEW_FILE_FIRST] = { "firstSeen", CELL_TEXT },
    [NEW_FILE_LAST] = { "lastSeen", CELL_TEXT }, [NEW_FILE_HASH] = { "hash", CELL_TEXT },
    [NEW_FILE_NAME] = { "filename", CELL_TEXT }, [NEW_FILE_KEY] = { "keyHash", CELL_OCTETS },
};
#define FILE_UPDATE                                                                                \
    "INSERT INTO file (fileId, firstSeen, lastSeen, hash, filename, keyHash) "                     \
    "VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE " WIDEN_DATES

static void
read_file(struct upgrade_old_rows *rows, const struct span *cells)
{
    struct attachment file = { .filename = "" };
    struct upgrade_old_row old = { .id = upgrade_number(cells[FILE_ID], 0),
                                   .first = keep(rows, cells[FILE_FIRST]).octets,
                                   .last = keep(rows, cells[FILE_LAST]).octets,
                                   .name = keep(rows, cells[FILE_NAME]) };
    for (size_t i = 0; i < cells[FILE_HASH].len && i + 1 < sizeof file.md5; i++)
        file.md5[i] = g_ascii_tolower(cells[FILE_HASH].octets[i]);
    old.entry = wanted_file(rows->wanted, &file, 0);
    if (old.entry->attachment == &file) { /* it is gone when this returns */
        old.entry->attachment = NULL;
        old.entry->text = keep(rows, span_of(file.md5));
    }
    g_array_append_val(rows->rows, old);
}

static void
fill_file(struct rows *out, const struct upgrade_old_row *old)
{
    rows_number(out, NEW_FILE_ID, old->id);
    rows_text(out, NEW_FILE_FIRST, old->first, strlen(old->first));
    rows_text(out, NEW_FILE_LAST, old->last, strlen(old->last));
    rows_text(out, NEW_FILE_HASH, old->entry->text.octets, old->entry->text.len);
    rows_text(out, NEW_FILE_NAME, old->name.octets, old->name.len);
    rows_text(out, NEW_FILE_KEY, (const char *)old->entry->key, KEY_OCTETS);
}

#define NAMES(table, id, cells, columns, dictionary, read)                                         \
    {                                                                                              \
        dictionary, table, id, cells, columns, NEW_NAME_COLUMNS, NULL, read, fill_name             \
    }

const struct upgrade_old_kind upgrade_old_kinds[] = {
    NAMES("domain", "domainId", domain_cells, domain_columns, DICTIONARY_DOMAIN, read_domain),
    NAMES("domain", "domainId", domain_cells, domain_columns, DICTIONARY_DOMAIN, read_stray_domain),
    NAMES("emailLocal", "emailLocalId", local_cells, local_columns, DICTIONARY_LOCAL, read_local),
    NAMES("emailLocal", "emailLocalId", local_cells, local_columns, DICTIONARY_LOCAL,
          read_stray_local),
    { DICTIONARY_URL, "url", "urlId", url_cells, url_columns, NEW_URL_COLUMNS, URL_UPDATE, read_url,
      fill_url },
    { DICTIONARY_FILE, "file", "fileId", file_cells, file_columns, NEW_FILE_COLUMNS, FILE_UPDATE,
      read_file, fill_file },
};

/* A date that is not known is that of the other end, else that of the mails, else the first of
 * all. */
static char *
date_sql(const struct upgrade_old_kind *kind, const struct upgrade_source *source,
         const char *column)
{
    bool first = strcmp(column, "firstSeen") == 0, url = strcmp(kind->table, "url") == 0;
    const char *link = url ? "emailUrl" : "emailFile";
    g_autofree char *own = upgrade_source_column(source, kind->table, "o", column);
    g_autofree char *other =
        upgrade_source_column(source, kind->table, "o", first ? "lastSeen" : "firstSeen");
    g_autofree char *arrival = upgrade_source_column(source, "arfEmail", "a", "arrivalDate");
    g_autofree char *mails =
        upgrade_source_has(source, link)
            ? g_strdup_printf("(SELECT %s(%s) FROM original_%s l JOIN original_arfEmail a "
                              "ON a.emailId = l.emailId WHERE l.%s = o.%s)",
                              first ? "MIN" : "MAX", arrival, link, kind->id, kind->id)
            : g_strdup("NULL");
    return g_strdup_printf("COALESCE(%s, %s, %s, '1970-01-01 00:00:00')", own, other, mails);
}

char *
upgrade_old_select(const struct upgrade_old_kind *kind, const struct upgrade_source *source)
{
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "SELECT o.%s", kind->id);
    for (size_t i = 0; kind->cells[i] != NULL; i++) {
        bool date = g_str_has_suffix(kind->cells[i], "Seen");
        g_autofree char *cell =
            date ? date_sql(kind, source, kind->cells[i])
                 : upgrade_source_column(source, kind->table, "o", kind->cells[i]);
        g_string_append_printf(sql, ", %s", cell);
    }
    g_string_append_printf(sql, " FROM original_%s o WHERE o.%s", kind->table, kind->id);
    return g_string_free(sql, FALSE);
}
