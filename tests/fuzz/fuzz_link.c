/* SPDX-License-Identifier: Apache-2.0 */
/* The first octet chooses the scanner; the rest, made UTF-8 as the callers do, is what it reads. */
#include "base/limits.h"
#include "base/text.h"
#include "report/link.h"
#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len);

static void
demand(bool promise)
{
    if (!promise)
        __builtin_trap();
}

static void
check_link(const struct link *link)
{
    g_autoptr(GString) key = g_string_new(NULL);
    g_autoptr(GString) host = g_string_new(NULL);
    demand(g_utf8_validate(link->url, -1, NULL) && link->url[0] != '\0');
    demand(g_utf8_validate(link->key, -1, NULL) && g_utf8_validate(link->host, -1, NULL));
    demand(link->host[0] != '\0');
    demand((link->outer != NULL) == ((link->flags & LINK_UNWRAPPED) != 0));
    demand(link->outer == NULL || g_utf8_validate(link->outer, -1, NULL));
    demand(url_normalize(span_of(link->key), key, host));
    demand(strcmp(key->str, link->key) == 0 && strcmp(host->str, link->host) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    GStringChunk *arena = g_string_chunk_new(1024);
    g_autoptr(LinkSet) set = link_set_new(arena);
    g_autoptr(GString) visible = g_string_new(NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GHashTable) keys = g_hash_table_new(g_str_hash, g_str_equal);
    const struct link *links = NULL;
    struct span span;
    size_t count;
    bool full = true;
    unsigned choice = len > 0 ? octets[0] % 8u : 0;
    text_append_utf8(text, span_from((struct span){ (const char *)octets, len }, 1));
    /* A copy without a NUL behind it, so that reading too far is seen. */
    span.len = text->len;
    span.octets = g_memdup2(text->str, text->len);
    if (choice < 3)
        link_scan_text(set, span, (enum text_flow)choice);
    else
        link_scan_html(set, span, visible);
    count = link_set_take(set, &links, &full);
    demand(count <= LIMIT_LINKS);
    for (size_t i = 0; i < count; i++) {
        check_link(&links[i]);
        demand(!g_hash_table_contains(keys, links[i].key));
        g_hash_table_insert(keys, (gpointer)(uintptr_t)links[i].key, keys);
    }
    demand(visible->len <= MAIL_TEXT_OCTETS + 1);
    demand(g_utf8_validate(visible->str, (gssize)visible->len, NULL));
    g_free((gpointer)(uintptr_t)span.octets);
    g_string_chunk_free(arena);
    return 0;
}
