/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "base/text.h"
#include "report/link_entity.h"
#include "report/link_html.h"
#include "report/link_text.h"
#include "report/url.h"

/* A long base and many short references would cost their product. */
#define JOINED_OCTETS_MAX (16 * 1024 * 1024)
#define ESCAPED_OCTETS_MAX (8 * LIMIT_URL_OCTETS) /* "&#x41;" is six for one */

static struct span
string_span(const GString *string)
{
    return (struct span){ string->str, string->len };
}

/* A part that is quoted-printable and does not say so: no soft breaks, and "=" for "=3D". */
static void
append_hardened(GString *out, struct span value)
{
    for (size_t i = 0; i < value.len; i++) {
        struct span rest = span_from(value, i);
        if (span_starts_nocase(rest, "=\r\n"))
            i += 2;
        else if (span_starts_nocase(rest, "=\n"))
            i += 1;
        else
            g_string_append_c(out, value.octets[i]);
        if (span_starts_nocase(rest, "=3D"))
            i += 2;
    }
}

/* What the attribute says, into html->clean: references replaced, trimmed, no line breaks. */
static struct span
clean_value(struct link_html *html, struct span value, bool escaped)
{
    if (value.len > ESCAPED_OCTETS_MAX)
        value.len = text_cut_octets(value.octets, value.len, ESCAPED_OCTETS_MAX);
    if (html->scan.soft) {
        g_string_truncate(html->hardened, 0);
        append_hardened(html->hardened, value);
        value = string_span(html->hardened);
    }
    if (escaped && span_find(value, '&') >= 0) {
        g_string_truncate(html->decoded, 0);
        link_append_entities(html->decoded, value);
        value = string_span(html->decoded);
    }
    g_string_truncate(html->clean, 0);
    url_append_clean(html->clean, value);
    return string_span(html->clean);
}

/* Adds a clean reference: absolute, relative to the base, or without its scheme. */
static size_t
add_clean(struct link_html *html, struct span url, unsigned flags)
{
    flags |= html_in_comment(&html->scan) ? LINK_IN_COMMENT : 0;
    g_string_truncate(html->joined, 0);
    if (url.len == 0 || url.octets[0] == '#')
        return LINK_NONE;
    if (url_scheme_of(url) != URL_OTHER && memchr(url.octets, '[', url.len) == NULL)
        return link_set_add(html->set, url, flags);
    if (link_refang(html->joined, url))
        return link_set_add(html->set, string_span(html->joined), flags | LINK_DEFANGED);
    if (url_scheme_of(url) != URL_OTHER)
        return link_set_add(html->set, url, flags);
    if (link_is_bare(url) && (html->base->len == 0 || span_starts_nocase(url, "www.")))
        return link_set_add(html->set, url, flags | LINK_NO_SCHEME);
    if (url_scheme_len(url) > 0) /* mailto, tel, data, javascript, cid ... */
        return LINK_NONE;
    html->joined_octets += html->base->len;
    if (html->joined_octets > JOINED_OCTETS_MAX) {
        link_set_stop(html->set);
        return LINK_NONE;
    }
    if (url_append_joined(html->joined, string_span(html->base), url))
        return link_set_add(html->set, string_span(html->joined), flags);
    if (url.len > 2 && (url.octets[0] == '/' || url.octets[0] == '\\') &&
        (url.octets[1] == '/' || url.octets[1] == '\\'))
        return link_set_add(html->set, span_from(url, 2), flags | LINK_NO_SCHEME);
    return LINK_NONE;
}

static size_t
add_value(struct link_html *html, struct span value, unsigned flags)
{
    value = span_trim(value);
    if (value.len == 0 || value.octets[0] == '#' || span_starts_nocase(value, "data:") ||
        span_starts_nocase(value, "cid:") || span_starts_nocase(value, "mailto:"))
        return LINK_NONE; /* the usual ones at no cost; a picture in data: may have megabytes */
    return add_clean(html, clean_value(html, value, true), flags);
}

/* Nobody follows a base, so it is never reported itself. */
static void
set_base(struct link_html *html, struct span value)
{
    struct url_parts parts;
    struct span url = clean_value(html, value, true);
    if (html->base->len > 0 || url.len > LIMIT_URL_OCTETS || !url_split(url, &parts))
        return;
    g_string_append_len(html->base, url.octets, (gssize)url.len);
    add_clean(html, url, LINK_NOT_REPORTABLE);
}

/* "a.png 1x, b.png 2x": white space ends a URL, commas stand between candidates. */
static void
add_srcset(struct link_html *html, struct span value)
{
    size_t at = 0;
    while (at < value.len) {
        size_t start;
        while (at < value.len && strchr(" \t\r\n\f,", value.octets[at]) != NULL)
            at++;
        start = at;
        while (at < value.len && strchr(" \t\r\n\f", value.octets[at]) == NULL)
            at++;
        if (at > start)
            add_value(html, (struct span){ value.octets + start, at - start }, LINK_NOT_REPORTABLE);
        while (at < value.len && value.octets[at] != ',')
            at++;
    }
}

/* One string or word of CSS at `at`; returns where it ends. */
static size_t
add_css_url(struct link_html *html, struct span css, size_t at, bool bare)
{
    char quote = '\0';
    size_t start;
    while (at < css.len && strchr(" \t\r\n\f", css.octets[at]) != NULL)
        at++;
    if (at < css.len && (css.octets[at] == '"' || css.octets[at] == '\''))
        quote = css.octets[at++];
    else if (!bare)
        return at;
    start = at;
    while (at < css.len && (quote != '\0' ? css.octets[at] != quote : css.octets[at] != ')') &&
           css.octets[at] != '\n')
        at++;
    if (at > start && !span_starts_nocase(span_from(css, start), "data:"))
        add_clean(html, clean_value(html, (struct span){ css.octets + start, at - start }, false),
                  LINK_NOT_REPORTABLE);
    return at;
}

void
link_html_css(struct link_html *html, struct span css)
{
    size_t at = 0;
    while (at < css.len) {
        if (css.octets[at] == '(' && at >= 3 &&
            span_starts_nocase((struct span){ css.octets + at - 3, 3 }, "url"))
            at = add_css_url(html, css, at + 1, true);
        else if (css.octets[at] == '@' && span_starts_nocase(span_from(css, at), "@import"))
            at = add_css_url(html, css, at + 7, false);
        else
            at++;
    }
}

static void
add_style(struct link_html *html, struct span value)
{
    g_autoptr(GString) css = NULL;
    if (memchr(value.octets, '(', value.len) == NULL &&
        memchr(value.octets, '&', value.len) == NULL)
        return;
    css = g_string_sized_new(value.len);
    link_append_entities(css, value);
    link_html_css(html, string_span(css));
}

/* content="0; URL='http://a.test/'" (WHATWG HTML, 4.2.5.3). */
static void
add_refresh(struct link_html *html, struct span content)
{
    g_autoptr(GString) text = g_string_new(NULL);
    struct span rest;
    link_append_entities(text, content);
    rest = span_trim(string_span(text));
    while (rest.len > 0 && (g_ascii_isdigit(rest.octets[0]) || rest.octets[0] == '.'))
        rest = span_from(rest, 1);
    while (rest.len > 0 && strchr(" \t\r\n\f;,", rest.octets[0]) != NULL)
        rest = span_from(rest, 1);
    if (span_starts_nocase(rest, "url")) {
        struct span value = span_trim(span_from(rest, 3));
        if (value.len > 0 && value.octets[0] == '=')
            rest = span_trim(span_from(value, 1));
    }
    if (rest.len > 0 && (rest.octets[0] == '"' || rest.octets[0] == '\'')) {
        ptrdiff_t close = span_find(span_from(rest, 1), rest.octets[0]);
        rest = span_head(span_from(rest, 1), close < 0 ? rest.len : (size_t)close);
    }
    add_clean(html, clean_value(html, rest, false), LINK_REFRESH);
}

enum attribute {
    ATTRIBUTE_NONE,
    ATTRIBUTE_HREF,
    ATTRIBUTE_SRC,
    ATTRIBUTE_ACTION,
    ATTRIBUTE_PICTURE,
    ATTRIBUTE_DATA,
    ATTRIBUTE_SRCSET,
    ATTRIBUTE_STYLE,
    ATTRIBUTE_CONTENT,
    ATTRIBUTE_EQUIV
};

static enum attribute
attribute_of(struct span name)
{
    /* clang-format off */
    static const struct { const char *name; size_t len; enum attribute attribute; } names[] = {
        { "href",        4, ATTRIBUTE_HREF },
        { "src",         3, ATTRIBUTE_SRC },
        { "style",       5, ATTRIBUTE_STYLE },
        { "background", 10, ATTRIBUTE_PICTURE },
        { "action",      6, ATTRIBUTE_ACTION },
        { "formaction", 10, ATTRIBUTE_ACTION },
        { "xlink:href", 10, ATTRIBUTE_HREF },
        { "poster",      6, ATTRIBUTE_PICTURE },
        { "cite",        4, ATTRIBUTE_PICTURE },
        { "data",        4, ATTRIBUTE_DATA },
        { "srcset",      6, ATTRIBUTE_SRCSET },
        { "content",     7, ATTRIBUTE_CONTENT },
        { "http-equiv", 10, ATTRIBUTE_EQUIV },
    };
    /* clang-format on */
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (name.len == names[i].len &&
            g_ascii_strncasecmp(name.octets, names[i].name, name.len) == 0)
            return names[i].attribute;
    return ATTRIBUTE_NONE;
}

static size_t
add_href(struct link_html *html, unsigned element, struct span value)
{
    if (element & HTML_BASE) {
        set_base(html, value);
        return LINK_NONE;
    }
    return add_value(html, value, element & HTML_LINKED ? LINK_NOT_REPORTABLE : 0);
}

size_t
link_html_attributes(struct link_html *html, unsigned element)
{
    struct span name;
    struct span value;
    struct span content = { NULL, 0 };
    size_t href = LINK_NONE;
    unsigned met = 0; /* of two attributes with one name the first counts */
    bool refresh = false;
    while (html_attribute(&html->scan, &name, &value)) {
        enum attribute attribute = attribute_of(name);
        if (value.len == 0 || attribute == ATTRIBUTE_NONE || (met & 1u << attribute))
            continue;
        if (attribute != ATTRIBUTE_PICTURE && attribute != ATTRIBUTE_ACTION)
            met |= 1u << attribute;
        if (attribute == ATTRIBUTE_HREF)
            href = add_href(html, element, value);
        else if (attribute == ATTRIBUTE_SRC)
            add_value(html, value, element & HTML_MEDIA ? LINK_NOT_REPORTABLE : 0);
        else if (attribute == ATTRIBUTE_ACTION)
            add_value(html, value, LINK_FORM);
        else if (attribute == ATTRIBUTE_PICTURE)
            add_value(html, value, LINK_NOT_REPORTABLE);
        else if (attribute == ATTRIBUTE_DATA && (element & HTML_OBJECT))
            add_value(html, value, 0);
        else if (attribute == ATTRIBUTE_SRCSET)
            add_srcset(html, value);
        else if (attribute == ATTRIBUTE_STYLE)
            add_style(html, value);
        else if (attribute == ATTRIBUTE_CONTENT)
            content = value;
        else if (attribute == ATTRIBUTE_EQUIV)
            refresh = span_equals_nocase(span_trim(value), "refresh");
    }
    if (refresh && (element & HTML_META))
        add_refresh(html, content);
    return href;
}
