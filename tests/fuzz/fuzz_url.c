/* SPDX-License-Identifier: Apache-2.0 */
/* A key's key is itself, it is ASCII, and what is unwrapped is UTF-8. Any octets may come in. */
#include "report/link.h"
#include "report/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len);

static void
demand(bool promise)
{
    if (!promise)
        __builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    g_autoptr(GString) key = g_string_new(NULL);
    g_autoptr(GString) host = g_string_new(NULL);
    g_autoptr(GString) again = g_string_new(NULL);
    g_autoptr(GString) host_again = g_string_new(NULL);
    g_autoptr(GString) inner = g_string_new(NULL);
    g_autoptr(GString) joined = g_string_new(NULL);
    char *copy = g_memdup2(octets, len);
    struct span url = { copy, len };
    if (url_normalize(url, key, host)) {
        struct span whole = { key->str, key->len };
        demand(host->len > 0 && strlen(key->str) == key->len);
        for (size_t i = 0; i < key->len; i++)
            demand(g_ascii_isgraph(key->str[i]));
        demand(url_normalize(whole, again, host_again));
        demand(g_string_equal(key, again) && g_string_equal(host, host_again));
        demand(url_append_joined(joined, whole, span_of("../a?b")));
        g_string_truncate(again, 0);
        demand(url_normalize((struct span){ joined->str, joined->len }, again, host_again));
    } else {
        demand(key->len == 0 && host->len == 0);
    }
    if (url_unwrap(url, inner))
        demand(inner->len > 0 && g_utf8_validate(inner->str, (gssize)inner->len, NULL));
    else
        demand(inner->len == 0);
    g_free(copy);
    return 0;
}
