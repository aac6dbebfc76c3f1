/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memrchr */
#include "report/link_text.h"

#include "base/domain.h"
#include "base/limits.h"
#include "report/link_defang.h"
#include "report/link_read.h"
#include "report/report.h"

#define LABEL_OCTETS_MAX 63
#define PORT_OCTETS_MAX 9 /* "[:]65535/" */

struct scan {
    const char *begin;
    const char *end;
    const char *at;
    const char *floor; /* end of the last token: nothing before it is taken again */
    const char *line;  /* start of the current line */
    link_found found;
    void *self;
    GString *url;
    GString *joined;
};

static struct span
ahead(const struct scan *scan, const char *from)
{
    return (struct span){ from, (size_t)(scan->end - from) };
}

static void
consume(struct scan *scan, const char *end)
{
    const char *newline = memrchr(scan->at, '\n', (size_t)(end - scan->at));
    if (newline != NULL)
        scan->line = newline + 1;
    scan->at = end;
    scan->floor = end;
}

/* The octet in front of the URL tells how it may end. "<URL:" is RFC 3986, appendix C. */
static char
opening(const struct scan *scan, const char *start)
{
    if (start - scan->begin >= 5 && g_ascii_strncasecmp(start - 5, "<URL:", 5) == 0)
        return '<';
    return start > scan->begin ? start[-1] : '\0';
}

/* Copies what stands in <...> into scan->joined, line breaks and the quote marks of a reply left
 * out. Returns the ">" or NULL when it is not that simple: then only the first line counts. */
static const char *
join_bracketed(struct scan *scan, const char *from)
{
    bool quoted = *scan->line == '>';
    const char *at = from;
    g_string_truncate(scan->joined, 0);
    while (at < scan->end && at - from < 2 * LIMIT_URL_OCTETS) {
        unsigned breaks = 0;
        if (*at == '>')
            return at;
        if (*at == '<' || *at == '"')
            return NULL;
        if ((unsigned char)*at > ' ') {
            g_string_append_c(scan->joined, *at++);
            continue;
        }
        while (at < scan->end && strchr(" \t\r\n", *at) != NULL && *at != '\0')
            breaks += *at++ == '\n' ? 1 : 0;
        if (breaks != 1)
            return at < scan->end && *at == '>' ? at : NULL;
        while (quoted && at < scan->end && (*at == '>' || *at == ' '))
            at++;
    }
    return NULL;
}

/* Reads the URL at `from` behind what scan->url holds already; returns where it ends. */
static const char *
read_url(struct scan *scan, const char *start, const char *from, bool *defanged)
{
    struct link_reading reading = { .opening = opening(scan, start), .defanged = *defanged };
    size_t front = scan->url->len;
    const char *end = reading.opening == '<' ? join_bracketed(scan, from) : NULL;
    if (end != NULL) {
        link_read(&reading, (struct span){ scan->joined->str, scan->joined->len }, scan->url);
    } else {
        reading.line_octets = (size_t)(from - scan->line);
        end = from + link_read(&reading, ahead(scan, from), scan->url);
    }
    *defanged = reading.defanged;
    link_read_trim(scan->url, front, reading.opening);
    return end;
}

/* A ":" that may belong to "http://"; true when it did and all of it is taken. */
static bool
scan_scheme(struct scan *scan)
{
    bool bracket = scan->at > scan->floor && (scan->at[-1] == '[' || scan->at[-1] == '(');
    const char *colon = bracket ? scan->at - 1 : scan->at;
    struct defang_scheme scheme;
    bool defanged = false;
    size_t separator = defang_separator(ahead(scan, colon), &defanged);
    const char *host = colon + separator;
    const char *end;
    if (separator == 0 ||
        !defang_scheme_before((struct span){ scan->floor, (size_t)(colon - scan->floor) }, &scheme))
        return false;
    if (span_starts_nocase(ahead(scan, host), "http://") ||
        span_starts_nocase(ahead(scan, host), "https://"))
        return false; /* written twice: the second one counts */
    defanged = defanged || scheme.defanged;
    g_string_truncate(scan->url, 0);
    if (scheme.defanged)
        g_string_append(scan->url, scheme.scheme);
    else
        g_string_append_len(scan->url, colon - scheme.len, (gssize)scheme.len);
    g_string_append(scan->url, "://");
    end = read_url(scan, colon - scheme.len, host, &defanged);
    scan->found(scan->self, (struct span){ scan->url->str, scan->url->len },
                defanged ? LINK_DEFANGED : 0);
    consume(scan, end);
    return true;
}

bool
link_is_bare(struct span url)
{
    size_t len = 0;
    size_t www = span_starts_nocase(url, "www") ? 3 : 0;
    size_t dots = 0;
    g_autofree char *host = NULL;
    while (len < url.len && strchr("/?#:\\", url.octets[len]) == NULL) {
        dots += url.octets[len] == '.' ? 1 : 0;
        len++;
    }
    while (www > 0 && www < 6 && www < len && g_ascii_isdigit(url.octets[www]))
        www++;
    if (www > 0 && www < len && url.octets[www] == '.')
        return dots >= 2;
    if (dots == 0 || len == url.len || span_find(url, '/') < 0)
        return false;
    host = domain_canonical(span_head(url, len));
    return host != NULL && domain_has_known_tld(host);
}

/* Letters, digits, "-", "_", and in front of the first dot only scripts that are written with
 * blanks between words: elsewhere a sentence may run into the name. */
static const char *
label_start(const struct scan *scan, const char *dot)
{
    const char *at = dot;
    while (at > scan->floor && dot - at < LABEL_OCTETS_MAX) {
        unsigned char before = (unsigned char)at[-1];
        if (g_ascii_isalnum(before) || before == '-' || before == '_')
            at--;
        else if ((before & 0xC0) == 0x80 && at - scan->floor >= 2 &&
                 (unsigned char)at[-2] >= 0xC3 && (unsigned char)at[-2] < 0xE0)
            at -= 2;
        else
            break;
    }
    return at;
}

static const char *
name_end(const struct scan *scan, const char *at)
{
    bool defanged = false;
    while (at < scan->end) {
        size_t dot = defang_dot(ahead(scan, at), &defanged);
        if (dot > 0)
            at += dot;
        else if (g_ascii_isalnum(*at) || *at == '-' || *at == '_')
            at++;
        else if ((unsigned char)*at >= 0x80 && !link_read_stops(ahead(scan, at)))
            at += MIN(g_utf8_skip[(unsigned char)*at], scan->end - at);
        else
            break;
    }
    return at;
}

/* Whether the name, and what stands around it, is the start of a URL. Looks at the name and the
 * few octets behind it only: a path is not read twice. */
static bool
begins_bare(struct scan *scan, const char *start, const char *end)
{
    struct link_reading reading = { .blanks = false };
    if ((start > scan->begin && strchr("@/\\.%", start[-1]) != NULL) ||
        (end < scan->end && *end == '@'))
        return false;
    if (!span_starts_nocase(ahead(scan, start), "www") &&
        (end == scan->end || strchr("/:[", *end) == NULL))
        return false;
    g_string_truncate(scan->url, 0);
    end += MIN(scan->end - end, PORT_OCTETS_MAX);
    link_read(&reading, (struct span){ start, (size_t)(end - start) }, scan->url);
    return link_is_bare((struct span){ scan->url->str, scan->url->len });
}

/* A dot that may be the first one of a name; true when the whole name is taken, URL or not. */
static bool
scan_bare(struct scan *scan)
{
    bool defanged = false;
    size_t dot = defang_dot(ahead(scan, scan->at), &defanged);
    const char *after = scan->at + dot;
    const char *start;
    const char *end;
    const char *read_end;
    if (dot == 0 || after == scan->end ||
        (!g_ascii_isalnum(*after) && (unsigned char)*after < 0x80))
        return false;
    start = label_start(scan, scan->at);
    while (start < scan->at && (*start == '_' || *start == '-')) /* _www.a.test_ */
        start++;
    if (start == scan->at)
        return false;
    end = name_end(scan, after);
    if (!begins_bare(scan, start, end)) {
        consume(scan, end);
        return true;
    }
    defanged = false;
    g_string_truncate(scan->url, 0);
    read_end = read_url(scan, start, start, &defanged);
    if (link_is_bare((struct span){ scan->url->str, scan->url->len }))
        scan->found(scan->self, (struct span){ scan->url->str, scan->url->len },
                    LINK_NO_SCHEME | (defanged ? LINK_DEFANGED : 0u));
    consume(scan, MAX(end, read_end));
    return true;
}

/* clang-format off */
static const unsigned char triggers[256] = {
    ['\n'] = 1, [':'] = 1, ['.'] = 1, ['['] = 1, ['('] = 1, ['{'] = 1,
    [0xE3] = 1, [0xEF] = 1, /* full-width dots */
};
/* clang-format on */

void
link_text_scan(struct span text, enum link_text_extent extent, link_found found, void *self)
{
    struct scan scan = { .begin = text.octets,
                         .at = text.octets,
                         .floor = text.octets,
                         .line = text.octets,
                         .found = found,
                         .self = self };
    if (text.len == 0)
        return;
    scan.end = text.octets + text.len;
    scan.url = g_string_new(NULL);
    scan.joined = g_string_new(NULL);
    while (scan.at < scan.end) {
        char octet = *scan.at;
        bool taken = false;
        if (!triggers[(unsigned char)octet]) {
            scan.at++;
            continue;
        }
        if (octet == '\n')
            scan.line = scan.at + 1;
        else if (octet == ':')
            taken = scan_scheme(&scan);
        else if (extent == LINK_TEXT_ALL)
            taken = scan_bare(&scan);
        if (!taken)
            scan.at++;
    }
    g_string_free(scan.url, TRUE);
    g_string_free(scan.joined, TRUE);
}

bool
link_refang(GString *out, struct span url)
{
    size_t letters = 0;
    struct defang_scheme scheme;
    struct link_reading reading = { .blanks = true };
    size_t start = out->len;
    size_t separator;
    while (letters < url.len && letters < DEFANG_SCHEME_MAX &&
           (g_ascii_isalpha(url.octets[letters]) || url.octets[letters] == '*'))
        letters++;
    separator = defang_separator(span_from(url, letters), &reading.defanged);
    if (separator == 0 || !defang_scheme_before(span_head(url, letters), &scheme) ||
        scheme.len != letters)
        return false;
    reading.defanged = reading.defanged || scheme.defanged;
    g_string_append(out, scheme.scheme);
    g_string_append(out, "://");
    link_read(&reading, span_from(url, letters + separator), out);
    if (!reading.defanged)
        g_string_truncate(out, start);
    return reading.defanged;
}
