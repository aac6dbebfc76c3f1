/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/contacts.h"

#include <errno.h>
#include <stdio.h>

#include "admin/option.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "enrich/contact.h"
#include "enrich/contact_address.h"
#include "enrich/contact_line.h"
#include "store/contact.h"

#define FILE_OCTETS_MAX (64 * 1024 * 1024)
#define BAD_SHOWN_MAX 100
#define LINE_SHOWN_OCTETS 80

struct import {
    GHashTable *asns;     /* number as text to GString of addresses */
    GHashTable *prefixes; /* struct ip_range to the same */
    unsigned lines, bad;
};

static guint
range_hash(gconstpointer pointer)
{
    const struct ip_range *range = pointer;
    guint hash = range->prefix;
    for (unsigned i = 0; i < range->base.len; i++)
        hash = hash * 31 + range->base.octets[i];
    return hash;
}

static gboolean
range_equal(gconstpointer a, gconstpointer b)
{
    const struct ip_range *left = a, *right = b;
    return left->prefix == right->prefix && ip_equal(&left->base, &right->base);
}

static void
string_free(gpointer string)
{
    g_string_free(string, TRUE);
}

static void
tell_bad(struct import *import, unsigned number, struct span text, const char *fault)
{
    if (++import->bad > BAD_SHOWN_MAX)
        return;
    g_autofree char *place = g_strdup_printf("%u", number);
    g_autofree char *shown = text_masked(text, LINE_SHOWN_OCTETS);
    log_event(LOG_LEVEL_ERROR, "bad-line", "line", place, "reason", fault, "text", shown, NULL);
}

/* The addresses of an AS or a prefix that were read so far. */
static GString *
list_of(struct import *import, const struct contact_line *line)
{
    bool as = line->kind == CONTACT_LINE_ASN;
    GHashTable *table = as ? import->asns : import->prefixes;
    gconstpointer key = as ? (gconstpointer)GUINT_TO_POINTER(line->asn) : &line->prefix;
    GString *list = g_hash_table_lookup(table, key);
    if (list == NULL) {
        list = g_string_new(NULL);
        g_hash_table_insert(
            table, as ? GUINT_TO_POINTER(line->asn) : g_memdup2(&line->prefix, sizeof line->prefix),
            list);
    }
    return list;
}

static void
read_lines(struct import *import, char *const *own, struct span rest)
{
    struct contact_reader reader = { .own = own };
    g_autoptr(GString) addresses = g_string_new(NULL);
    struct contact_line line = { .addresses = addresses };
    struct span text;
    for (unsigned number = 1; span_line(&rest, &text); number++) {
        contact_line_read(&reader, text, &line);
        if (line.kind == CONTACT_LINE_NOTHING)
            continue;
        import->lines++;
        const char *fault = line.fault;
        if (fault == NULL)
            fault = contact_list_add(list_of(import, &line), span_of(addresses->str), own);
        if (fault != NULL)
            tell_bad(import, number, text, fault);
    }
}

/* The whole file; "-" is stdin. */
static GBytes *
read_file(const char *path, GError **error)
{
    bool from_stdin = strcmp(path, "-") == 0;
    FILE *file = from_stdin ? stdin : fopen(path, "rbe");
    g_autoptr(GByteArray) octets = g_byte_array_new();
    guint8 piece[65536];
    size_t n = 0;
    if (file == NULL) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: %s", path, g_strerror(errno));
        return NULL;
    }
    errno = 0;
    while (octets->len <= FILE_OCTETS_MAX && (n = fread(piece, 1, sizeof piece, file)) > 0)
        g_byte_array_append(octets, piece, (guint)n);
    int cause = ferror(file) ? errno : 0;
    if (!from_stdin)
        fclose(file);
    if (cause != 0 || octets->len > FILE_OCTETS_MAX) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: %s", path,
                    cause != 0 ? g_strerror(cause) : "more than 64 MB");
        return NULL;
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&octets));
}

static bool
write_all(const struct contacts_site *site, const struct import *import, GError **error)
{
    g_autoptr(ContactBatch) batch = contact_batch_new();
    GHashTableIter at;
    gpointer key, list;
    g_hash_table_iter_init(&at, import->asns);
    while (g_hash_table_iter_next(&at, &key, &list))
        contact_batch_add_asn(batch, GPOINTER_TO_UINT(key), ((GString *)list)->str);
    g_hash_table_iter_init(&at, import->prefixes);
    while (g_hash_table_iter_next(&at, &key, &list)) {
        struct contact_row row = { .prefix = *(const struct ip_range *)key,
                                   .origin = contact_origin_word(CONTACT_PERSON),
                                   .email = ((GString *)list)->str,
                                   .checked = clock_now(),
                                   .expires = CLOCK_UNKNOWN };
        contact_batch_add(batch, &row);
    }
    return contact_batch_write(batch, site->db, error);
}

static bool
import_file(const struct contacts_site *site, const char *path, bool dry, struct import *import,
            GError **error)
{
    g_auto(GStrv) own = contact_own_domains(site->config);
    g_autoptr(GBytes) octets = read_file(path, error);
    if (octets == NULL)
        return false;
    read_lines(import, own, span_of_bytes(octets));
    if (import->bad > 0) {
        g_set_error(error, FAULT, FAULT_REJECT, "%s: %u of %u lines are bad; nothing was imported",
                    path, import->bad, import->lines);
        return false;
    }
    if (!dry && !write_all(site, import, error))
        return false;
    printf("%s AS numbers %u, networks %u\n", dry ? "would import" : "imported",
           g_hash_table_size(import->asns), g_hash_table_size(import->prefixes));
    return true;
}

bool
contacts_import(const struct contacts_site *site, int argc, char **argv, GError **error)
{
    gboolean dry = FALSE;
    g_auto(GStrv) rest = NULL;
    const GOptionEntry entries[] = { { "dry-run", 'n', 0, G_OPTION_ARG_NONE, &dry,
                                       "Read the file, change nothing", NULL },
                                     G_OPTION_ENTRY_NULL };
    if (!option_read(
            argc, argv, entries, "FILE",
            "Each line: an AS number or a prefix, then addresses; commas or tabs between.\n"
            "A header may name the columns (asn, prefix, abuse). \"-\" is stdin. What was\n"
            "known of the same AS or prefix is replaced. With a bad line nothing is imported\n"
            "(exit 65).",
            &rest, error))
        return false;
    if (rest[0] == NULL || rest[1] != NULL) {
        g_set_error(error, FAULT, FAULT_USAGE, "%s takes one file", argv[0]);
        return false;
    }
    struct import import = {
        .asns = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, string_free),
        .prefixes = g_hash_table_new_full(range_hash, range_equal, g_free, string_free),
    };
    bool good = import_file(site, rest[0], dry, &import, error);
    g_hash_table_destroy(import.asns);
    g_hash_table_destroy(import.prefixes);
    return good;
}
