/* SPDX-License-Identifier: Apache-2.0 */
#include "report/url.h"
#include "report/link.h"

static const struct {
    const char *name;
    const char *port;
} schemes[] = {
    [URL_OTHER] = { NULL, "" },
    [URL_HTTP] = { "http", "80" },
    [URL_HTTPS] = { "https", "443" },
    [URL_FTP] = { "ftp", "21" },
};

size_t
url_scheme_len(struct span text)
{
    size_t len = 0;
    if (text.len == 0 || !g_ascii_isalpha(text.octets[0]))
        return 0;
    while (len < text.len && (g_ascii_isalnum(text.octets[len]) || text.octets[len] == '+' ||
                              text.octets[len] == '-' || text.octets[len] == '.'))
        len++;
    return len < text.len && text.octets[len] == ':' ? len + 1 : 0;
}

enum url_scheme
url_scheme_of(struct span text)
{
    size_t len = url_scheme_len(text);
    for (enum url_scheme scheme = URL_HTTP; len > 0 && scheme <= URL_FTP; scheme++)
        if (span_equals_nocase(span_head(text, len - 1), schemes[scheme].name))
            return scheme;
    return URL_OTHER;
}

static bool
is_control(char octet)
{
    return (unsigned char)octet < 0x20 || octet == 0x7F;
}

void
url_append_clean(GString *out, struct span written)
{
    while (written.len > 0 && (unsigned char)written.octets[0] <= 0x20)
        written = span_from(written, 1);
    while (written.len > 0 && (unsigned char)written.octets[written.len - 1] <= 0x20)
        written.len--;
    while (written.len > 0) {
        size_t plain = 0;
        while (plain < written.len && !is_control(written.octets[plain]))
            plain++;
        g_string_append_len(out, written.octets, (gssize)plain);
        if (plain < written.len) {
            char octet = written.octets[plain];
            if (octet != '\t' && octet != '\r' && octet != '\n')
                g_string_append_printf(out, "%%%02X", (unsigned)(unsigned char)octet);
            plain++;
        }
        written = span_from(written, plain);
    }
}

static bool
is_slash(char octet)
{
    return octet == '/' || octet == '\\';
}

bool
url_split(struct span clean, struct url_parts *parts)
{
    size_t at = url_scheme_len(clean);
    size_t start;
    parts->scheme = url_scheme_of(clean);
    if (parts->scheme == URL_OTHER)
        return false;
    while (at < clean.len && is_slash(clean.octets[at]))
        at++;
    start = at;
    while (at < clean.len && !is_slash(clean.octets[at]) && clean.octets[at] != '?' &&
           clean.octets[at] != '#')
        at++;
    parts->authority = (struct span){ clean.octets + start, at - start };
    start = at;
    while (at < clean.len && clean.octets[at] != '?' && clean.octets[at] != '#')
        at++;
    parts->path = (struct span){ clean.octets + start, at - start };
    parts->has_query = at < clean.len && clean.octets[at] == '?';
    start = parts->has_query ? at + 1 : at;
    at = start;
    while (parts->has_query && at < clean.len && clean.octets[at] != '#')
        at++;
    parts->query = (struct span){ clean.octets + start, at - start };
    return parts->authority.len > 0;
}

bool
url_split_authority(struct span authority, struct span *host, struct span *port)
{
    size_t end;
    for (size_t i = authority.len; i > 0; i--)
        if (authority.octets[i - 1] == '@') {
            authority = span_from(authority, i);
            break;
        }
    end = authority.len;
    *host = authority;
    *port = (struct span){ NULL, 0 };
    while (end > 0 && g_ascii_isdigit(authority.octets[end - 1]))
        end--;
    if (end > 0 && authority.octets[end - 1] == ':') {
        guint32 number = 0;
        *host = span_head(authority, end - 1);
        *port = span_from(authority, end);
        while (port->len > 1 && port->octets[0] == '0')
            *port = span_from(*port, 1);
        return port->len == 0 || (span_to_u32(*port, &number) && number <= G_MAXUINT16);
    }
    return true;
}

static bool
is_unreserved(char octet) /* RFC 3986, 2.3 */
{
    return g_ascii_isalnum(octet) || octet == '-' || octet == '.' || octet == '_' || octet == '~';
}

static const char hex_digits[] = "0123456789ABCDEF";

static void
append_escaped(GString *out, unsigned char octet)
{
    const char escape[] = { '%', hex_digits[octet >> 4], hex_digits[octet & 15] };
    g_string_append_len(out, escape, sizeof escape);
}

/* A "%" that starts no escape becomes %25, or else the key of a key could be another one. */
static void
append_normal(GString *out, struct span part)
{
    for (size_t i = 0; i < part.len; i++) {
        unsigned char octet = (unsigned char)part.octets[i];
        if (octet == '%' && i + 2 < part.len && g_ascii_isxdigit(part.octets[i + 1]) &&
            g_ascii_isxdigit(part.octets[i + 2])) {
            int value = g_ascii_xdigit_value(part.octets[i + 1]) * 16 +
                        g_ascii_xdigit_value(part.octets[i + 2]);
            i += 2;
            if (is_unreserved((char)value))
                g_string_append_c(out, (char)value);
            else
                append_escaped(out, (unsigned char)value);
        } else if (octet <= ' ' || octet >= 0x7F || strchr("%\"<>`{}^|\\", octet) != NULL) {
            append_escaped(out, octet);
        } else {
            g_string_append_c(out, (char)octet);
        }
    }
}

static void
append_path(GString *out, struct span path)
{
    size_t root = out->len;
    while (path.len > 0) {
        size_t len = 1; /* behind the slash */
        size_t start = out->len;
        bool last;
        while (len < path.len && !is_slash(path.octets[len]))
            len++;
        last = len == path.len;
        g_string_append_c(out, '/');
        append_normal(out, (struct span){ path.octets + 1, len - 1 });
        if (strcmp(out->str + start, "/.") == 0) {
            g_string_truncate(out, start);
        } else if (strcmp(out->str + start, "/..") == 0) {
            while (start > root && out->str[start - 1] != '/')
                start--;
            g_string_truncate(out, start > root ? start - 1 : root);
        } else {
            last = false;
        }
        if (last)
            g_string_append_c(out, '/');
        path = span_from(path, len);
    }
    if (out->len == root)
        g_string_append_c(out, '/');
}

static void
append_authority(GString *out, enum url_scheme scheme, const char *host, struct span port)
{
    bool v6 = strchr(host, ':') != NULL;
    g_string_append(out, schemes[scheme].name);
    g_string_append(out, v6 ? "://[" : "://");
    g_string_append(out, host);
    if (v6)
        g_string_append_c(out, ']');
    if (port.len > 0 && !span_equals(port, schemes[scheme].port)) {
        g_string_append_c(out, ':');
        g_string_append_len(out, port.octets, (gssize)port.len);
    }
}

static bool
needs_cleaning(struct span url)
{
    for (size_t i = 0; i < url.len; i++)
        if (is_control(url.octets[i]))
            return true;
    return url.len > 0 && (url.octets[0] == ' ' || url.octets[url.len - 1] == ' ');
}

bool
url_normalize(struct span url, GString *key, GString *host)
{
    g_autoptr(GString) clean = NULL;
    struct url_parts parts;
    struct span name;
    struct span port;
    size_t start = host->len;
    if (needs_cleaning(url)) {
        clean = g_string_sized_new(url.len);
        url_append_clean(clean, url);
        url = (struct span){ clean->str, clean->len };
    }
    if (!url_split(url, &parts) || !url_split_authority(parts.authority, &name, &port) ||
        !url_append_host(host, name))
        return false;
    append_authority(key, parts.scheme, host->str + start, port);
    append_path(key, parts.path);
    if (parts.has_query) {
        g_string_append_c(key, '?');
        append_normal(key, parts.query);
    }
    return true;
}

/* What of the base stays in front of the reference (RFC 3986, 5.2.2). */
static struct span
kept_path(const struct url_parts *base, struct span reference)
{
    size_t len = base->path.len;
    if (is_slash(reference.octets[0]))
        return (struct span){ NULL, 0 };
    if (reference.octets[0] == '?')
        return base->path;
    while (len > 0 && !is_slash(base->path.octets[len - 1]))
        len--;
    return span_head(base->path, len);
}

bool
url_append_joined(GString *out, struct span base, struct span reference)
{
    g_autoptr(GString) path = NULL;
    struct url_parts parts;
    struct span kept;
    size_t path_len = 0;
    if (reference.len == 0 || reference.octets[0] == '#' || !url_split(base, &parts))
        return false;
    g_string_append(out, schemes[parts.scheme].name);
    if (reference.len > 1 && is_slash(reference.octets[0]) && is_slash(reference.octets[1])) {
        g_string_append_c(out, ':');
        g_string_append_len(out, reference.octets, (gssize)reference.len);
        return true;
    }
    g_string_append(out, "://");
    g_string_append_len(out, parts.authority.octets, (gssize)parts.authority.len);
    while (path_len < reference.len && reference.octets[path_len] != '?' &&
           reference.octets[path_len] != '#')
        path_len++;
    path = g_string_new(NULL);
    kept = kept_path(&parts, reference);
    g_string_append_len(path, kept.octets, (gssize)kept.len);
    if (path->len == 0 && path_len > 0 && !is_slash(reference.octets[0]))
        g_string_append_c(path, '/');
    g_string_append_len(path, reference.octets, (gssize)path_len);
    append_path(out, (struct span){ path->str, path->len });
    reference = span_from(reference, path_len);
    g_string_append_len(out, reference.octets, (gssize)reference.len);
    return true;
}
