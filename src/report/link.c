/* SPDX-License-Identifier: Apache-2.0 */
#include "report/link.h"

#include "base/limits.h"
#include "base/text.h"
#include "report/link_set.h"
#include "report/url.h"

#define WRAPPERS_DEEP 5

struct link_set {
    GStringChunk *arena;
    GArray *links;       /* struct link */
    GHashTable *by_key;  /* key, in the arena -> index + 1 */
    GHashTable *by_form; /* clean form, in the arena -> index + 1: saves normalising it again */
    bool full;
    /* scratch of link_set_add() */
    GString *written;
    GString *url;
    GString *next;
    GString *key;
    GString *host;
};

struct link_set *
link_set_new(GStringChunk *arena)
{
    struct link_set *set = g_new0(struct link_set, 1);
    set->arena = arena;
    set->links = g_array_new(FALSE, FALSE, sizeof(struct link));
    set->by_key = g_hash_table_new(g_str_hash, g_str_equal);
    set->by_form = g_hash_table_new(g_str_hash, g_str_equal);
    set->written = g_string_new(NULL);
    set->url = g_string_new(NULL);
    set->next = g_string_new(NULL);
    set->key = g_string_new(NULL);
    set->host = g_string_new(NULL);
    return set;
}

void
link_set_free(struct link_set *set)
{
    if (set == NULL)
        return;
    g_array_unref(set->links);
    g_hash_table_unref(set->by_key);
    g_hash_table_unref(set->by_form);
    g_string_free(set->written, TRUE);
    g_string_free(set->url, TRUE);
    g_string_free(set->next, TRUE);
    g_string_free(set->key, TRUE);
    g_string_free(set->host, TRUE);
    g_free(set);
}

static struct span
string_span(const GString *string)
{
    return (struct span){ string->str, string->len };
}

static char *
kept(struct link_set *set, const char *string)
{
    return g_string_chunk_insert(set->arena, string);
}

/* Safe Links carries the recipient's address in data=: personal, and of no use to us. */
static char *
kept_outer(struct link_set *set, struct span outer)
{
    g_autoptr(GString) shorter = NULL;
    struct url_parts parts;
    struct span query;
    struct span pair;
    bool spent = false;
    if (!url_split(outer, &parts) || !parts.has_query ||
        span_find_string(parts.authority, "safelinks") < 0)
        return g_string_chunk_insert_len(set->arena, outer.octets, (gssize)outer.len);
    shorter = g_string_new_len(outer.octets, parts.query.octets - outer.octets);
    query = parts.query;
    while (span_cut(&query, '&', &pair, &spent)) {
        if (span_starts_nocase(pair, "data=") || span_starts_nocase(pair, "amp;data="))
            continue;
        if (shorter->str[shorter->len - 1] != '?')
            g_string_append_c(shorter, '&');
        g_string_append_len(shorter, pair.octets, (gssize)pair.len);
    }
    return kept(set, shorter->str);
}

/* Puts the clean, cut form into set->written. Cutting comes first, too, so that a text of megabytes
 * without a blank costs no more than it must. */
static void
take_written(struct link_set *set, struct span url, unsigned *flags)
{
    size_t start = *flags & LINK_NO_SCHEME ? strlen("http://") : 0;
    size_t room = 4 * LIMIT_URL_OCTETS;
    if (url.len > room)
        url.len = text_cut_octets(url.octets, url.len, room);
    g_string_assign(set->written, start > 0 ? "http://" : "");
    url_append_clean(set->written, url);
    if (set->written->len > start + LIMIT_URL_OCTETS) {
        g_string_truncate(set->written, text_cut_octets(set->written->str, set->written->len,
                                                        start + LIMIT_URL_OCTETS));
        *flags |= LINK_CUT;
    }
}

static bool
normalize(struct link_set *set, const GString *url)
{
    g_string_truncate(set->key, 0);
    g_string_truncate(set->host, 0);
    return url_normalize(string_span(url), set->key, set->host);
}

/* Turns what was written into set->url, ->key and ->host; false when it is no URL that we keep. */
static bool
resolve(struct link_set *set, unsigned *flags)
{
    g_string_truncate(set->url, 0);
    g_string_append_len(set->url, set->written->str, (gssize)set->written->len);
    if (!normalize(set, set->url))
        return false;
    for (unsigned deep = 0; deep < WRAPPERS_DEEP && url_host_wraps(set->host->str); deep++) {
        g_string_truncate(set->next, 0);
        if (!url_unwrap(string_span(set->url), set->next) || !normalize(set, set->next))
            return normalize(set, set->url);
        g_string_truncate(set->url, 0);
        url_append_clean(set->url, string_span(set->next));
        *flags |= LINK_UNWRAPPED;
    }
    return true;
}

static size_t
seen_again(struct link_set *set, size_t index, unsigned flags)
{
    struct link *link = &g_array_index(set->links, struct link, index);
    unsigned both = LINK_IN_COMMENT | LINK_NOT_REPORTABLE;
    bool asset = link_is_asset(link->key, link->host);
    link->flags |= flags & (LINK_FORM | LINK_REFRESH | LINK_TEXT_DIFFERS);
    link->flags &= flags | ~both;
    if (asset)
        link->flags |= LINK_NOT_REPORTABLE;
    return index;
}

size_t
link_set_add(struct link_set *set, struct span written, unsigned flags)
{
    struct link link;
    gpointer index;
    char *url;
    char *key;
    size_t start = flags & LINK_NO_SCHEME ? strlen("http://") : 0;
    if (set->full)
        return LINK_NONE;
    take_written(set, written, &flags);
    index = g_hash_table_lookup(set->by_form, set->written->str);
    if (index != NULL)
        return seen_again(set, GPOINTER_TO_SIZE(index) - 1, flags);
    if (!resolve(set, &flags))
        return LINK_NONE;
    index = g_hash_table_lookup(set->by_key, set->key->str);
    if (index != NULL)
        return seen_again(set, GPOINTER_TO_SIZE(index) - 1, flags);
    if (set->links->len == LIMIT_LINKS) {
        set->full = true;
        return LINK_NONE;
    }
    if (link_is_asset(set->key->str, set->host->str))
        flags |= LINK_NOT_REPORTABLE;
    key = kept(set, set->key->str);
    url = kept(set, set->url->str);
    link.key = key;
    link.host = kept(set, set->host->str);
    link.url = url;
    link.outer = NULL;
    if (flags & LINK_UNWRAPPED) {
        flags &= ~(unsigned)LINK_NO_SCHEME;
        link.outer = kept_outer(set, string_span(set->written));
    } else {
        link.url += start;
        g_hash_table_insert(set->by_form, url, GSIZE_TO_POINTER(set->links->len + 1));
    }
    link.flags = flags;
    g_array_append_val(set->links, link);
    g_hash_table_insert(set->by_key, key, GSIZE_TO_POINTER(set->links->len));
    return set->links->len - 1;
}

bool
link_set_is_full(const struct link_set *set)
{
    return set->full;
}

void
link_set_stop(struct link_set *set)
{
    set->full = true;
}

void
link_set_flag(struct link_set *set, size_t index, unsigned flags)
{
    if (index < set->links->len)
        g_array_index(set->links, struct link, index).flags |= flags;
}

static const char *
without_www(const char *host)
{
    return g_str_has_prefix(host, "www.") ? host + strlen("www.") : host;
}

bool
link_set_has_host(const struct link_set *set, size_t index, const char *host)
{
    const struct link *link = &g_array_index(set->links, struct link, index);
    g_autoptr(GString) key = NULL;
    g_autoptr(GString) outer = NULL;
    if (strcmp(without_www(link->host), without_www(host)) == 0)
        return true;
    if (link->outer == NULL)
        return false;
    key = g_string_new(NULL);
    outer = g_string_new(NULL);
    return url_normalize(span_of(link->outer), key, outer) &&
           strcmp(without_www(outer->str), without_www(host)) == 0;
}

bool
link_set_host_of(struct link_set *set, struct span url, unsigned flags, GString *host)
{
    take_written(set, url, &flags);
    if (!resolve(set, &flags))
        return false;
    g_string_append(host, set->host->str);
    return true;
}

/* A GStringChunk knows no alignment, so ask for more and start at the next edge. */
static void *
arena_copy(GStringChunk *arena, const void *octets, size_t len, size_t alignment)
{
    g_autofree char *blank = g_malloc0(len + alignment);
    char *place = g_string_chunk_insert_len(arena, blank, (gssize)(len + alignment));
    place += (alignment - (uintptr_t)place % alignment) % alignment;
    return memcpy(place, octets, len);
}

size_t
link_set_take(struct link_set *set, const struct link **links, bool *full)
{
    *full = set->full;
    *links = NULL;
    if (set->links->len > 0)
        *links = arena_copy(set->arena, set->links->data, set->links->len * sizeof(struct link),
                            _Alignof(struct link));
    return set->links->len;
}
