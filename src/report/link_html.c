/* SPDX-License-Identifier: Apache-2.0 */
#include "report/link_html.h"

#include "base/domain.h"
#include "base/text.h"
#include "report/link_entity.h"
#include "report/link_text.h"
#include "report/report.h"

static struct span
string_span(const GString *string)
{
    return (struct span){ string->str, string->len };
}

/* A URL in the text. That of a link's text is its target once more, or else a lure: it names a
 * host that a click does not lead to. */
static void
found_in_text(void *self, struct span url, unsigned flags)
{
    struct link_html *html = self;
    if (html->anchor != LINK_NONE) {
        g_string_truncate(html->host, 0);
        if (!link_set_host_of(html->set, url, flags, html->host) ||
            link_set_has_host(html->set, html->anchor, html->host->str))
            return;
        link_set_flag(html->set, html->anchor, LINK_TEXT_DIFFERS);
        flags |= LINK_NOT_REPORTABLE;
    }
    link_set_add(html->set, url, flags);
}

static void
found_in_comment(void *self, struct span url, unsigned flags)
{
    struct link_html *html = self;
    link_set_add(html->set, url, flags | LINK_IN_COMMENT);
}

static void
found_in_script(void *self, struct span url, unsigned flags)
{
    struct link_html *html = self;
    link_set_add(html->set, url, flags | (html_in_comment(&html->scan) ? LINK_IN_COMMENT : 0u));
}

/* "bank.test" as the text of a link is no URL by itself, but it names a host. */
static void
compare_bare_host(struct link_html *html)
{
    struct span text = span_trim(string_span(html->run));
    g_autofree char *host = NULL;
    if (html->anchor == LINK_NONE || text.len > DOMAIN_OCTETS_MAX || span_find(text, '.') < 0 ||
        span_find(text, ' ') >= 0)
        return;
    host = domain_canonical(text);
    if (host != NULL && domain_has_known_tld(host) &&
        !link_set_has_host(html->set, html->anchor, host))
        link_set_flag(html->set, html->anchor, LINK_TEXT_DIFFERS);
}

static void
append_visible(struct link_html *html, struct span text)
{
    GString *visible = html->visible;
    char last = visible->len > 0 ? visible->str[visible->len - 1] : '\n';
    if (visible->len >= MAIL_TEXT_OCTETS)
        return;
    if (text.len > 0 && text.octets[0] == ' ' && (last == ' ' || last == '\n'))
        text = span_from(text, 1);
    g_string_append_len(
        visible, text.octets,
        (gssize)text_cut_octets(text.octets, text.len, MAIL_TEXT_OCTETS - visible->len));
}

/* The text up to here is one piece: what comes next is another link, or another block. */
static void
end_run(struct link_html *html)
{
    if (html->run->len == 0)
        return;
    compare_bare_host(html);
    link_text_scan(string_span(html->run), LINK_TEXT_ALL, found_in_text, html);
    if (html->visible != NULL)
        append_visible(html, string_span(html->run));
    g_string_truncate(html->run, 0);
}

static void
end_line(struct link_html *html)
{
    GString *visible = html->visible;
    end_run(html);
    if (visible == NULL || visible->len >= MAIL_TEXT_OCTETS)
        return;
    if (visible->len > 0 && visible->str[visible->len - 1] == ' ')
        g_string_truncate(visible, visible->len - 1);
    if (visible->len > 0 && visible->str[visible->len - 1] != '\n')
        g_string_append_c(visible, '\n');
}

static void
append_blank(struct link_html *html, char octet)
{
    GString *run = html->run;
    if (html->pre > 0 && octet == '\n')
        g_string_append_c(run, '\n');
    else if (run->len == 0 || (run->str[run->len - 1] != ' ' && run->str[run->len - 1] != '\n'))
        g_string_append_c(run, ' ');
}

/* clang-format off */
static const unsigned char special[256] = {
    [' '] = 1, ['\t'] = 1, ['\r'] = 1, ['\n'] = 1, ['\f'] = 1, ['\0'] = 1, ['&'] = 2,
};
/* clang-format on */

static void
append_text(struct link_html *html, struct span text)
{
    while (text.len > 0) {
        size_t plain = 0;
        size_t taken = 1;
        while (plain < text.len && special[(unsigned char)text.octets[plain]] == 0)
            plain++;
        g_string_append_len(html->run, text.octets, (gssize)plain);
        text = span_from(text, plain);
        if (text.len == 0)
            return;
        if (text.octets[0] == '&') {
            size_t before = html->run->len;
            taken = link_append_entity(html->run, text);
            if (taken == 0) {
                g_string_append_c(html->run, '&');
                taken = 1;
            } else if (strcmp(html->run->str + before, "\xC2\xA0") == 0) {
                g_string_truncate(html->run, before);
                append_blank(html, ' ');
            }
        } else {
            append_blank(html, text.octets[0]);
        }
        text = span_from(text, taken);
    }
}

/* Text in a comment is seen by nobody. */
static void
scan_comment_text(struct link_html *html, struct span text)
{
    g_string_truncate(html->decoded, 0);
    link_append_entities(html->decoded, text);
    link_text_scan(string_span(html->decoded), LINK_TEXT_ALL, found_in_comment, html);
}

static void
scan_raw(struct link_html *html, unsigned element)
{
    struct span raw;
    if (element & HTML_SCRIPT && html_raw_text(&html->scan, HTML_RAW_SCRIPT, &raw))
        link_text_scan(raw, LINK_TEXT_SCHEMES, found_in_script, html);
    else if (element & HTML_STYLE && html_raw_text(&html->scan, HTML_RAW_STYLE, &raw))
        link_html_css(html, raw);
    else if (element & HTML_TITLE)
        html_raw_text(&html->scan, HTML_RAW_TITLE, &raw);
}

static void
take_tag(struct link_html *html, const struct html_token *tag)
{
    unsigned element = html_element_of(tag->name);
    size_t href;
    if (!html_in_comment(&html->scan)) {
        if (element & HTML_BLOCK)
            end_line(html);
        else if (element & (HTML_ANCHOR | HTML_MEDIA))
            end_run(html);
        if (element & HTML_PRE)
            html->pre = tag->type == HTML_START ? html->pre + 1 : html->pre - (html->pre > 0);
    }
    if (tag->type == HTML_CLOSE) {
        struct span name;
        struct span value;
        while (html_attribute(&html->scan, &name, &value))
            continue;
        if (element & HTML_ANCHOR)
            html->anchor = LINK_NONE;
        return;
    }
    href = link_html_attributes(html, element);
    if (element & HTML_ANCHOR)
        html->anchor = html_in_comment(&html->scan) ? LINK_NONE : href;
    scan_raw(html, element);
}

static void
scan_tokens(struct link_html *html)
{
    struct html_token token;
    while (html_next(&html->scan, &token)) {
        if (token.type != HTML_TEXT)
            take_tag(html, &token);
        else if (html_in_comment(&html->scan))
            scan_comment_text(html, token.text);
        else
            append_text(html, token.text);
        if (link_set_is_full(html->set) &&
            (html->visible == NULL || html->visible->len >= MAIL_TEXT_OCTETS))
            return;
    }
    end_run(html);
}

void
link_scan_html(struct link_set *set, struct span utf8, GString *visible)
{
    struct link_html html = { .set = set,
                              .base = g_string_new(NULL),
                              .hardened = g_string_new(NULL),
                              .decoded = g_string_new(NULL),
                              .clean = g_string_new(NULL),
                              .joined = g_string_new(NULL),
                              .host = g_string_new(NULL),
                              .run = g_string_new(NULL),
                              .visible = visible,
                              .anchor = LINK_NONE };
    html_scan_start(&html.scan, utf8);
    scan_tokens(&html);
    g_string_free(html.base, TRUE);
    g_string_free(html.hardened, TRUE);
    g_string_free(html.decoded, TRUE);
    g_string_free(html.clean, TRUE);
    g_string_free(html.joined, TRUE);
    g_string_free(html.host, TRUE);
    g_string_free(html.run, TRUE);
}
