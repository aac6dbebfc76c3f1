/* SPDX-License-Identifier: Apache-2.0 */
#include "admin/shown.h"

#include "base/text.h"

static bool
is_hidden(gunichar c)
{
    if (c < 0x20 || (c >= 0x7F && c < 0xA0))
        return true;
    switch (g_unichar_type(c)) {
    case G_UNICODE_FORMAT: /* direction, joiners, tags, zero width */
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_PRIVATE_USE:
        return true;
    default:
        return false;
    }
}

char *
shown_text(struct span text, bool lines)
{
    g_autofree char *utf8 = text_utf8(text);
    GString *out = g_string_sized_new(text.len);
    for (const char *at = utf8; *at != '\0'; at += g_utf8_skip[(unsigned char)*at]) {
        gunichar c = g_utf8_get_char(at);
        if (!is_hidden(c) || (lines && c == '\n'))
            g_string_append_unichar(out, c);
        else
            g_string_append_printf(out, "\\u{%04X}", c);
    }
    return g_string_free(out, FALSE);
}

char *
shown_url(const char *url)
{
    g_autofree char *plain = shown_text(span_of(url), false);
    const char *at = strstr(plain, "://");
    GString *out = g_string_new(NULL);
    if (g_ascii_strncasecmp(plain, "http", 4) == 0)
        g_string_append_printf(out, "hxxp%.*s", (int)(at != NULL ? at - plain - 4 : 0), plain + 4);
    else if (at != NULL)
        g_string_append_len(out, plain, at - plain);
    at = at != NULL ? at : plain;
    size_t head = strncmp(at, "://", 3) == 0 ? 3 : 0;
    g_string_append_len(out, at, (gssize)head);
    for (at += head; *at != '\0' && strchr("/?#", *at) == NULL; at++)
        g_string_append(out, *at == '.' ? "[.]" : (char[]){ *at, '\0' });
    g_string_append(out, at);
    return g_string_free(out, FALSE);
}
