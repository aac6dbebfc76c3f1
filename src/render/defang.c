/* SPDX-License-Identifier: Apache-2.0 */
#include "render/defang.h"

#include "render/escape.h"

#define SCHEME_MAX 20

/* Octets of the dots of IDNA (RFC 3490, 3.1): full stop, and three that look like it. */
static size_t
dot_octets(struct span text)
{
    static const char *const dots[] = { ".", "\xE3\x80\x82", "\xEF\xBC\x8E", "\xEF\xBD\xA1" };
    for (size_t i = 0; i < G_N_ELEMENTS(dots); i++) {
        size_t len = strlen(dots[i]);
        if (text.len >= len && memcmp(text.octets, dots[i], len) == 0)
            return len;
    }
    return 0;
}

/* Where a host, with user and port, ends: in running text at what writers put around URLs as
 * well. */
#define ENDS_HOST "/?#\\"
#define ENDS_URL "<>\"'(){}|,;"

static size_t
host_octets(struct span text, bool in_text)
{
    size_t len = 0;
    while (len < text.len) {
        char octet = text.octets[len];
        if (octet != '\0' && strchr(ENDS_HOST, octet) != NULL)
            break;
        if (in_text && ((unsigned char)octet <= ' ' || strchr(ENDS_URL, octet) != NULL))
            break;
        len++;
    }
    return len;
}

static void
append_host(GString *out, struct span host)
{
    size_t from = 0;
    for (size_t i = 0; i < host.len;) {
        size_t dot = dot_octets(span_from(host, i));
        bool done = dot == 1 && i > 0 && host.octets[i - 1] == '[' && i + 1 < host.len &&
                    host.octets[i + 1] == ']';
        if (dot == 0 || done) {
            i++;
            continue;
        }
        escape_append_visible(out, span_head(span_from(host, from), i - from));
        g_string_append(out, "[.]");
        i += dot;
        from = i;
    }
    /* A colon in front of a slash could be read as that of a scheme. */
    bool colon = host.len > from && host.octets[host.len - 1] == ':';
    escape_append_visible(out, span_head(span_from(host, from), host.len - from - colon));
    g_string_append(out, colon ? "[:]" : "");
}

/* What lies between URLs; a scheme too long to be one, or glued to a word, loses its colon. */
static void
append_between(GString *out, struct span text)
{
    ptrdiff_t found;
    while ((found = span_find_string(text, "://")) >= 0) {
        escape_append_visible(out, span_head(text, (size_t)found));
        g_string_append(out, "[:]//");
        text = span_from(text, (size_t)found + 3);
    }
    escape_append_visible(out, text);
}

/* Octets of the scheme at the front when a colon follows, else 0. */
static size_t
scheme_octets(struct span text)
{
    size_t len = 0;
    while (
        len < text.len && len <= SCHEME_MAX &&
        (g_ascii_isalnum(text.octets[len]) || text.octets[len] == '+' || text.octets[len] == '-'))
        len++;
    return len > 0 && len < text.len && text.octets[len] == ':' && len <= SCHEME_MAX ? len : 0;
}

static void
append_scheme(GString *out, struct span scheme)
{
    if (span_equals_nocase(scheme, "http") || span_equals_nocase(scheme, "hxxp"))
        g_string_append(out, "hxxp:");
    else if (span_equals_nocase(scheme, "https") || span_equals_nocase(scheme, "hxxps"))
        g_string_append(out, "hxxps:");
    else if (span_equals_nocase(scheme, "ftp") || span_equals_nocase(scheme, "fxp"))
        g_string_append(out, "fxp:");
    else {
        escape_append_visible(out, scheme);
        g_string_append(out, "[:]");
    }
}

/* Scheme, slashes and host at the front; returns what was eaten. */
static size_t
append_front(GString *out, struct span text, size_t scheme, bool in_text)
{
    size_t at = scheme > 0 ? scheme + 1 : 0;
    size_t slashes = at;
    if (scheme > 0)
        append_scheme(out, span_head(text, scheme));
    while (at < text.len && (text.octets[at] == '/' || text.octets[at] == '\\'))
        at++;
    if (at > slashes)
        g_string_append_len(out, text.octets + slashes, (gssize)(at - slashes));
    struct span host = span_head(span_from(text, at), host_octets(span_from(text, at), in_text));
    append_host(out, host);
    return at + host.len;
}

void
defang_append_url(GString *out, struct span url)
{
    defang_append_text(out, span_from(url, append_front(out, url, scheme_octets(url), false)));
}

/* Does a URL begin at octet i? *scheme is the length of its scheme, 0 for "www.". */
static bool
url_begins(struct span text, size_t i, size_t *scheme)
{
    struct span rest = span_from(text, i);
    if (!g_ascii_isalnum(*rest.octets) || (i > 0 && g_ascii_isalnum(text.octets[i - 1])))
        return false;
    *scheme = scheme_octets(rest);
    if (*scheme > 0)
        return rest.len >= *scheme + 3 && memcmp(rest.octets + *scheme, "://", 3) == 0;
    return span_starts_nocase(rest, "www.");
}

void
defang_append_text(GString *out, struct span text)
{
    size_t from = 0;
    for (size_t i = 0; i < text.len;) {
        size_t scheme = 0;
        if (!url_begins(text, i, &scheme)) {
            i++;
            continue;
        }
        append_between(out, span_head(span_from(text, from), i - from));
        i += append_front(out, span_from(text, i), scheme, true);
        from = i;
    }
    append_between(out, span_from(text, from));
}
