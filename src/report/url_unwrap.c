/* SPDX-License-Identifier: Apache-2.0 */
/* Wrappers that mail filters and search engines put around URLs, taken off without asking them. */
#include "base/domain.h"
#include "base/limits.h"
#include "base/text.h"
#include "report/link.h"
#include "report/link_entity.h"
#include "report/url.h"

/* What a wrapper's rule gets: the pieces of the outer URL. It appends the inner one. */
typedef bool (*unwrap_rule)(const struct url_parts *outer, GString *inner);

/* The value of the first parameter with that name in a query; "amp;name" counts as "name". */
static bool
query_value(struct span query, const char *name, struct span *value)
{
    struct span pair;
    bool spent = false;
    while (span_cut(&query, '&', &pair, &spent)) {
        ptrdiff_t equals = span_find(pair, '=');
        struct span key = span_head(pair, equals < 0 ? pair.len : (size_t)equals);
        if (span_starts_nocase(key, "amp;")) /* the "&" was written as an entity */
            key = span_from(key, 4);
        if (equals >= 0 && span_equals_nocase(key, name)) {
            *value = span_from(pair, (size_t)equals + 1);
            return true;
        }
    }
    return false;
}

static bool
parameter(const struct url_parts *outer, const char *name, GString *inner)
{
    struct span value;
    if (!query_value(outer->query, name, &value) || value.len == 0)
        return false;
    url_append_decoded(inner, value);
    return true;
}

static bool
unwrap_safelinks(const struct url_parts *outer, GString *inner)
{
    return parameter(outer, "url", inner);
}

static bool
unwrap_barracuda(const struct url_parts *outer, GString *inner)
{
    return parameter(outer, "a", inner);
}

/* secure-web.cisco.com/SIGNATURE/https%3A%2F%2F... */
static bool
unwrap_cisco(const struct url_parts *outer, GString *inner)
{
    size_t slash = outer->path.len;
    while (slash > 0 && outer->path.octets[slash - 1] != '/')
        slash--;
    if (slash < 2)
        return false;
    url_append_decoded(inner, span_from(outer->path, slash));
    return true;
}

/* v2 writes "-" for "%" and "_" for "/"; what it wraps may hold entities. */
static bool
unwrap_proofpoint_query(const struct url_parts *outer, GString *inner)
{
    g_autoptr(GString) escaped = g_string_new(NULL);
    g_autoptr(GString) decoded = g_string_new(NULL);
    bool v2 = span_starts_nocase(outer->path, "/v2/");
    struct span value;
    if (!query_value(outer->query, "u", &value))
        return false;
    for (size_t i = 0; i < value.len; i++) {
        char octet = value.octets[i];
        g_string_append_c(escaped, v2 && octet == '-' ? '%' : v2 && octet == '_' ? '/' : octet);
    }
    url_append_decoded(decoded, (struct span){ escaped->str, escaped->len });
    link_append_entities(inner, (struct span){ decoded->str, decoded->len });
    return true;
}

/* Base64url without padding; what is none of its letters ends it. */
static void
append_base64url(GString *out, struct span text)
{
    guint32 bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < text.len; i++) {
        char octet = text.octets[i];
        unsigned value;
        if (g_ascii_isupper(octet))
            value = (unsigned)(octet - 'A');
        else if (g_ascii_islower(octet))
            value = (unsigned)(octet - 'a') + 26;
        else if (g_ascii_isdigit(octet))
            value = (unsigned)(octet - '0') + 52;
        else if (octet == '-' || octet == '_')
            value = octet == '-' ? 62 : 63;
        else
            return;
        bits = bits << 6 | value;
        have += 6;
        if (have >= 8) {
            have -= 8;
            g_string_append_c(out, (char)(bits >> have & 255));
        }
    }
}

/* How many characters "**X" stands for: A is 2, B is 3 ...; 0 when X is none. */
static unsigned
run_length(char letter)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *at = letter != '\0' ? strchr(alphabet, letter) : NULL;
    return at != NULL ? (unsigned)(at - alphabet) + 2 : 0;
}

/* Puts the replaced characters back: each "*" is the next one, "**X" a run of them. */
static bool
append_replaced(GString *out, struct span pattern, GString *characters)
{
    const char *next = characters->str;
    if (!g_utf8_validate(characters->str, (gssize)characters->len, NULL))
        return false;
    for (size_t i = 0; i < pattern.len; i++) {
        unsigned count = 1;
        const char *from = next;
        if (pattern.octets[i] != '*') {
            g_string_append_c(out, pattern.octets[i]);
            continue;
        }
        if (i + 2 < pattern.len && pattern.octets[i + 1] == '*') {
            count = run_length(pattern.octets[i + 2]);
            if (count == 0)
                return false;
            i += 2;
        }
        while (count > 0 && *next != '\0') {
            next += g_utf8_skip[(unsigned char)*next];
            count--;
        }
        if (count > 0)
            return false;
        g_string_append_len(out, from, next - from);
    }
    return true;
}

/* /v3/__URL__;ENC!...: the URL may hold "?" and "#", so the parts of the outer one do not help. */
static bool
unwrap_proofpoint_v3(const struct url_parts *outer, GString *inner)
{
    g_autoptr(GString) decoded = g_string_new(NULL);
    g_autoptr(GString) pattern = g_string_new(NULL);
    g_autoptr(GString) characters = g_string_new(NULL);
    struct span rest = { outer->path.octets, outer->path.len };
    struct span wrapped;
    ptrdiff_t end;
    size_t colon;
    if (outer->has_query) /* they are neighbours in one string */
        rest.len = (size_t)(outer->query.octets + outer->query.len - outer->path.octets);
    rest = span_from(rest, strlen("/v3/__"));
    end = span_find_string(rest, "__;");
    if (end <= 0)
        return false;
    wrapped = span_head(rest, (size_t)end);
    append_base64url(characters, span_from(rest, (size_t)end + 3));
    url_append_decoded(decoded, wrapped);
    wrapped = (struct span){ decoded->str, decoded->len };
    colon = url_scheme_len(wrapped); /* some gateways make "//" one slash */
    g_string_append_len(pattern, wrapped.octets, (gssize)colon);
    if (colon > 0 && colon + 1 < wrapped.len && wrapped.octets[colon] == '/' &&
        wrapped.octets[colon + 1] != '/')
        g_string_append_c(pattern, '/');
    g_string_append_len(pattern, wrapped.octets + colon, (gssize)(wrapped.len - colon));
    return append_replaced(inner, (struct span){ pattern->str, pattern->len }, characters);
}

static bool
unwrap_google(const struct url_parts *outer, GString *inner)
{
    struct span path = outer->path;
    if (span_starts_nocase(path, "/amp/")) {
        bool tls = span_starts_nocase(path, "/amp/s/");
        struct span target = span_from(path, tls ? 7 : 5);
        if (span_find(target, '.') < 0)
            return false;
        g_string_append(inner, tls ? "https://" : "http://");
        g_string_append_len(inner, target.octets, (gssize)target.len);
        if (outer->has_query) {
            g_string_append_c(inner, '?');
            g_string_append_len(inner, outer->query.octets, (gssize)outer->query.len);
        }
        return true;
    }
    return parameter(outer, "q", inner) || parameter(outer, "url", inner);
}

/* google.com, www.google.de, maps.google.co.uk, but not google.example.com. */
static bool
is_google(const char *host)
{
    const char *tld = g_str_has_prefix(host, "google.") ? host : strstr(host, ".google.");
    size_t first;
    if (tld == NULL)
        return false;
    tld = strstr(tld, "google.") + strlen("google.");
    first = strcspn(tld, ".");
    if (tld[first] == '\0')
        return first == 2 || strcmp(tld, "com") == 0 || strcmp(tld, "cat") == 0;
    return (g_str_has_prefix(tld, "co.") || g_str_has_prefix(tld, "com.")) &&
           strlen(tld + first + 1) == 2;
}

/* clang-format off */
static const struct {
    const char *host; /* this and what lies below it; NULL: Google's */
    const char *path; /* what the path begins with */
    unwrap_rule rule;
} wrappers[] = {
    { "safelinks.protection.outlook.com",    "/",        unwrap_safelinks },
    { "safelinks.protection.office365.us",   "/",        unwrap_safelinks },
    { "safelinks.protection.partner.outlook.cn", "/",    unwrap_safelinks },
    { "urldefense.proofpoint.com",           "/v1/url",  unwrap_proofpoint_query },
    { "urldefense.proofpoint.com",           "/v2/url",  unwrap_proofpoint_query },
    { "urldefense.proofpoint.com",           "/v3/__",   unwrap_proofpoint_v3 },
    { "urldefense.com",                      "/v3/__",   unwrap_proofpoint_v3 },
    { "urldefense.us",                       "/v3/__",   unwrap_proofpoint_v3 },
    { "linkprotect.cudasvc.com",             "/url",     unwrap_barracuda },
    { "secure-web.cisco.com",                "/",        unwrap_cisco },
    { NULL,                                  "/url",     unwrap_google },
    { NULL,                                  "/amp/",    unwrap_google },
};
/* clang-format on */

static bool
is_host_of(const char *host, size_t wrapper)
{
    return wrappers[wrapper].host != NULL ? domain_is_within(host, wrappers[wrapper].host)
                                          : is_google(host);
}

bool
url_host_wraps(const char *host)
{
    for (size_t i = 0; i < G_N_ELEMENTS(wrappers); i++)
        if (is_host_of(host, i))
            return true;
    return false;
}

/* "www.a.test" in a wrapper means what it means in text. */
static bool
append_inner(GString *inner, const GString *found)
{
    struct span text = span_trim((struct span){ found->str, found->len });
    if (url_scheme_of(text) == URL_OTHER && !span_starts_nocase(text, "www."))
        return false;
    if (url_scheme_of(text) == URL_OTHER)
        g_string_append(inner, "http://");
    text_append_utf8(inner, text);
    return true;
}

bool
url_unwrap(struct span url, GString *inner)
{
    g_autoptr(GString) host = g_string_new(NULL);
    g_autoptr(GString) found = g_string_new(NULL);
    struct url_parts outer;
    struct span name;
    struct span port;
    if (!url_split(url, &outer) || !url_split_authority(outer.authority, &name, &port) ||
        !url_append_host(host, name))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(wrappers); i++) {
        if (is_host_of(host->str, i) && span_starts_nocase(outer.path, wrappers[i].path)) {
            if (wrappers[i].rule(&outer, found) && append_inner(inner, found))
                return true;
            g_string_truncate(found, 0);
        }
    }
    return false;
}
