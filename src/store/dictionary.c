/* SPDX-License-Identifier: Apache-2.0 */
#include "store/dictionary.h"

#include <string.h>

#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"

#define NAME_CHARS 255
#define PATTERN_CHARS 766
#define TAIL_CHARS 255

struct wanted {
    GHashTable *entries[DICTIONARIES]; /* key to struct entry */
    struct sha256 *sum;
    GStringChunk *kept;
};

struct wanted *
wanted_new(void)
{
    struct wanted *wanted = g_new0(struct wanted, 1);
    for (int i = 0; i < DICTIONARIES; i++)
        wanted->entries[i] = g_hash_table_new_full(key_hash, key_equal, NULL, g_free);
    wanted->sum = sha256_new();
    wanted->kept = g_string_chunk_new(4096);
    return wanted;
}

void
wanted_free(struct wanted *wanted)
{
    if (wanted == NULL)
        return;
    for (int i = 0; i < DICTIONARIES; i++)
        g_hash_table_unref(wanted->entries[i]);
    sha256_free(wanted->sum);
    g_string_chunk_free(wanted->kept);
    g_free(wanted);
}

void
wanted_clear(struct wanted *wanted)
{
    for (int i = 0; i < DICTIONARIES; i++)
        g_hash_table_remove_all(wanted->entries[i]);
    g_string_chunk_clear(wanted->kept);
}

struct span
wanted_keep(struct wanted *wanted, struct span text)
{
    return (struct span){ g_string_chunk_insert_len(wanted->kept, text.len > 0 ? text.octets : "",
                                                    (gssize)text.len),
                          text.len };
}

static void
key_of(struct wanted *wanted, struct span prefix, struct span text, unsigned char key[KEY_OCTETS])
{
    sha256_add(wanted->sum, prefix);
    sha256_add(wanted->sum, text);
    sha256_end(wanted->sum, key);
}

static struct entry *
entry_get(struct wanted *wanted, enum dictionary dictionary, const unsigned char key[KEY_OCTETS],
          bool *is_new)
{
    struct entry *entry = g_hash_table_lookup(wanted->entries[dictionary], key);
    *is_new = entry == NULL;
    if (entry == NULL) {
        entry = g_new0(struct entry, 1);
        memcpy(entry->key, key, KEY_OCTETS);
        entry->dictionary = dictionary;
        g_hash_table_insert(wanted->entries[dictionary], entry->key, entry);
    }
    return entry;
}

static struct entry *
named(struct wanted *wanted, enum dictionary dictionary, struct span name)
{
    unsigned char key[KEY_OCTETS];
    bool is_new;
    name = span_head(name, text_cut_chars(name.octets, name.len, NAME_CHARS));
    key_of(wanted, (struct span){ NULL, 0 }, name, key);
    struct entry *entry = entry_get(wanted, dictionary, key, &is_new);
    if (is_new)
        entry->text = name;
    return entry;
}

struct entry *
wanted_domain(struct wanted *wanted, struct span name)
{
    return named(wanted, DICTIONARY_DOMAIN, name);
}

struct entry *
wanted_local(struct wanted *wanted, struct span local)
{
    return named(wanted, DICTIONARY_LOCAL, local);
}

static void
entry_seen(struct entry *entry, bool is_new, int64_t when)
{
    entry->first = is_new ? when : MIN(entry->first, when);
    entry->last = is_new ? when : MAX(entry->last, when);
}

struct entry *
wanted_url(struct wanted *wanted, struct span key_text, struct span url, const struct entry *host,
           int64_t when)
{
    unsigned char key[KEY_OCTETS];
    bool is_new;
    key_of(wanted, (struct span){ NULL, 0 }, key_text, key);
    struct entry *entry = entry_get(wanted, DICTIONARY_URL, key, &is_new);
    if (is_new) {
        entry->text = span_head(url, text_cut_octets(url.octets, url.len, LIMIT_URL_OCTETS));
        entry->host = host;
    }
    entry_seen(entry, is_new, when);
    return entry;
}

struct entry *
wanted_file(struct wanted *wanted, const struct attachment *file, int64_t when)
{
    unsigned char key[KEY_OCTETS];
    bool is_new;
    for (int i = 0; i < KEY_OCTETS; i++) { /* what is no hex makes a wrong key, never a bad row */
        int high = g_ascii_xdigit_value(file->sha256[2 * i]);
        int low = high >= 0 ? g_ascii_xdigit_value(file->sha256[2 * i + 1]) : -1;
        if (low < 0) {
            key_of(wanted, span_of("md5:"), span_of(file->md5), key);
            break;
        }
        key[i] = (unsigned char)(high << 4 | low);
    }
    struct entry *entry = entry_get(wanted, DICTIONARY_FILE, key, &is_new);
    if (is_new) {
        struct span name = span_of(file->filename);
        entry->text = span_head(name, text_cut_chars(name.octets, name.len, NAME_CHARS));
        entry->attachment = file;
    }
    entry_seen(entry, is_new, when);
    return entry;
}

struct entry *
wanted_pattern(struct wanted *wanted, const char *kind, struct span text)
{
    unsigned char key[KEY_OCTETS];
    bool is_new;
    text = span_head(text, text_cut_chars(text.octets, text.len, PATTERN_CHARS));
    key_of(wanted, (struct span){ kind, strlen(kind) + 1 }, text, key); /* with its NUL */
    struct entry *entry = entry_get(wanted, DICTIONARY_PATTERN, key, &is_new);
    if (is_new) {
        entry->text = text;
        entry->kind = kind;
    }
    return entry;
}

static gint
by_key(gconstpointer a, gconstpointer b)
{
    const struct entry *left = *(struct entry *const *)a, *right = *(struct entry *const *)b;
    return memcmp(left->key, right->key, KEY_OCTETS);
}

GPtrArray *
wanted_sorted(struct wanted *wanted, enum dictionary dictionary)
{
    GPtrArray *sorted = g_ptr_array_sized_new(g_hash_table_size(wanted->entries[dictionary]));
    GHashTableIter at;
    gpointer entry;
    g_hash_table_iter_init(&at, wanted->entries[dictionary]);
    while (g_hash_table_iter_next(&at, NULL, &entry))
        g_ptr_array_add(sorted, entry);
    g_ptr_array_sort(sorted, by_key);
    return sorted;
}

struct span
url_tail(struct span url)
{
    size_t from = url.len;
    while (from > 0 && url.octets[from - 1] != '/')
        from--;
    struct span tail = span_from(url, from);
    size_t chars = 0, at = tail.len;
    while (at > 0 && chars < TAIL_CHARS) {
        at--;
        chars += ((unsigned char)tail.octets[at] & 0xC0) != 0x80;
    }
    return span_from(tail, at);
}
