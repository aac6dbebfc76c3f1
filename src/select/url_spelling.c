/* SPDX-License-Identifier: Apache-2.0 */
#include "select/url_spelling.h"

#include <string.h>

#include "base/domain.h"

/* Where the host begins, and its length. */
static const char *
find_host(const char *text, size_t *len)
{
    const char *scheme = strstr(text, "://");
    const char *host = scheme != NULL ? scheme + strlen("://") : text;
    const char *end = host + strcspn(host, "/?#");
    for (const char *at = host; at < end; at++)
        if (*at == '@')
            host = at + 1;
    *len = end - host;
    return host;
}

/* Each stretch between dots, stars and the port's colon by itself. */
static bool
append_labels(GString *out, struct span host)
{
    while (host.len > 0) {
        size_t len = 0;
        while (len < host.len && strchr(".*:", host.octets[len]) == NULL)
            len++;
        struct span label = span_head(host, len);
        g_autofree char *typed = span_dup(label);
        g_autofree char *canonical =
            g_str_is_ascii(typed) ? g_steal_pointer(&typed) : domain_canonical(label);
        if (canonical == NULL)
            return false;
        g_string_append(out, canonical);
        host = span_from(host, len);
        if (host.len > 0) {
            g_string_append_c(out, host.octets[0]);
            host = span_from(host, 1);
        }
    }
    return true;
}

char *
url_spelling_ascii(const char *text)
{
    size_t len;
    const char *host = find_host(text, &len);
    g_autoptr(GString) out = g_string_new_len(text, host - text);
    if (!append_labels(out, (struct span){ host, len }))
        return NULL;
    /* Signs that only look like letters of ASCII: what was typed is no name of its own. */
    if (strstr(out->str + (host - text), "xn--") == NULL)
        return NULL;
    g_string_append(out, host + len);
    if (strcmp(out->str, text) == 0)
        return NULL;
    return g_string_free(g_steal_pointer(&out), FALSE);
}

void
url_spellings_clear(struct url_spellings *spellings)
{
    for (unsigned i = 0; i < URL_SPELLINGS_MAX; i++)
        g_free(spellings->values[i]);
    g_free(spellings->ascii);
    *spellings = (struct url_spellings){ .count = 0 };
}

void
url_spellings_match(struct url_spellings *spellings, GString *sql, const char *column,
                    enum match_form form, const char *text, bool regexp)
{
    char *ascii = form == MATCH_LIKE ? NULL : url_spelling_ascii(text);
    *spellings = (struct url_spellings){ .texts = { text, ascii },
                                         .ascii = ascii,
                                         .count = ascii != NULL ? 2 : 1 };
    g_string_append_c(sql, '(');
    for (unsigned i = 0; i < spellings->count; i++) {
        g_string_append(sql, i > 0 ? " OR " : "");
        spellings->values[i] = match_text(sql, column, form, spellings->texts[i], regexp);
    }
    g_string_append_c(sql, ')');
}
