/* SPDX-License-Identifier: Apache-2.0 */
#include "report/link_html_token.h"

void
html_scan_start(struct html_scan *scan, struct span html)
{
    const char *end = html.len > 0 ? html.octets + html.len : html.octets;
    *scan = (struct html_scan){ .at = html.octets, .end = end, .whole_end = end };
}

bool
html_in_comment(const struct html_scan *scan)
{
    return scan->resume != NULL;
}

static struct span
ahead(const struct html_scan *scan)
{
    return (struct span){ scan->at, (size_t)(scan->end - scan->at) };
}

static bool
is_blank(char octet)
{
    return octet == ' ' || octet == '\t' || octet == '\n' || octet == '\r' || octet == '\f';
}

/* Behind "<!--": from now on the input ends where the comment does. */
static void
enter_comment(struct html_scan *scan)
{
    ptrdiff_t end;
    ptrdiff_t odd;
    if (span_starts_nocase(ahead(scan), ">") || span_starts_nocase(ahead(scan), "->")) {
        scan->at += *scan->at == '>' ? 1 : 2;
        return;
    }
    end = span_find_string(ahead(scan), "-->");
    odd = end < 0 ? -1 : span_find_string(span_head(ahead(scan), (size_t)end), "--!>");
    end = odd >= 0 ? odd : end;
    scan->resume = end < 0 ? scan->end : scan->at + end + (odd >= 0 ? 4 : 3);
    scan->end = end < 0 ? scan->end : scan->at + end;
    memset(scan->unclosed[true], 0, sizeof scan->unclosed[true]);
    if (span_starts_nocase(ahead(scan), "[if")) { /* the condition is no text */
        ptrdiff_t close = span_find(ahead(scan), '>');
        scan->at = close < 0 ? scan->end : scan->at + close + 1;
    }
}

static void
leave_comment(struct html_scan *scan)
{
    scan->at = scan->resume;
    scan->end = scan->whole_end;
    scan->resume = NULL;
}

static void
skip_past_close(struct html_scan *scan)
{
    ptrdiff_t close = span_find(ahead(scan), '>');
    scan->at = close < 0 ? scan->end : scan->at + close + 1;
}

/* True when a tag begins at the "<"; markup that is none is passed over, text is left alone. */
static bool
take_markup(struct html_scan *scan, struct html_token *token)
{
    struct span rest = span_from(ahead(scan), 1);
    size_t len = 0;
    token->type = HTML_START;
    if (rest.octets[0] == '!' || rest.octets[0] == '?') {
        bool comment = span_starts_nocase(rest, "!--");
        scan->at += comment ? 4 : 2;
        if (comment && !html_in_comment(scan))
            enter_comment(scan);
        else if (!comment)
            skip_past_close(scan);
        return false;
    }
    if (rest.octets[0] == '/') {
        token->type = HTML_CLOSE;
        rest = span_from(rest, 1);
        if (rest.len == 0 || !g_ascii_isalpha(rest.octets[0])) {
            skip_past_close(scan);
            return false;
        }
    }
    while (len < rest.len && !is_blank(rest.octets[len]) && rest.octets[len] != '/' &&
           rest.octets[len] != '>') {
        if (len < HTML_NAME_OCTETS_MAX)
            token->name[len] = g_ascii_tolower(rest.octets[len]);
        len++;
    }
    token->name[MIN(len, HTML_NAME_OCTETS_MAX)] = '\0';
    scan->at = rest.octets + len;
    return true;
}

static bool
begins_markup(const struct html_scan *scan, const char *mark)
{
    return scan->end - mark > 1 &&
           (g_ascii_isalpha(mark[1]) || mark[1] == '/' || mark[1] == '!' || mark[1] == '?');
}

bool
html_next(struct html_scan *scan, struct html_token *token)
{
    for (;;) {
        const char *mark = scan->at;
        if (scan->at >= scan->end) {
            if (!html_in_comment(scan))
                return false;
            leave_comment(scan);
            continue;
        }
        while (mark < scan->end && !(*mark == '<' && begins_markup(scan, mark))) {
            mark = memchr(mark + 1, '<', (size_t)(scan->end - mark) - 1);
            mark = mark != NULL ? mark : scan->end;
        }
        if (mark > scan->at) {
            token->type = HTML_TEXT;
            token->text = (struct span){ scan->at, (size_t)(mark - scan->at) };
            scan->at = mark;
            return true;
        }
        if (take_markup(scan, token))
            return true;
    }
}

static struct span
attribute_value(struct html_scan *scan)
{
    const char *start;
    char quote;
    bool broken = false;
    if (span_starts_nocase(ahead(scan), "3D\"") || span_starts_nocase(ahead(scan), "3D'")) {
        scan->soft = true; /* href=3D"...": nobody has undone the quoted-printable */
        scan->at += 2;
    }
    start = scan->at;
    quote = *start;
    if (quote == '"' || quote == '\'') {
        const char *close;
        start++;
        close = memchr(start, quote, (size_t)(scan->end - start));
        if (close != NULL) {
            scan->at = close + 1;
            return (struct span){ start, (size_t)(close - start) };
        }
        scan->at = start; /* it was the last quote, so this search was the last, too */
        broken = true;
    }
    while (scan->at < scan->end && !is_blank(*scan->at) && *scan->at != '>' &&
           !(broken && *scan->at == '<'))
        scan->at++;
    return (struct span){ start, (size_t)(scan->at - start) };
}

bool
html_attribute(struct html_scan *scan, struct span *name, struct span *value)
{
    const char *start;
    while (scan->at < scan->end && (is_blank(*scan->at) || *scan->at == '/'))
        scan->at++;
    if (scan->at >= scan->end)
        return false;
    if (*scan->at == '>') {
        scan->at++;
        return false;
    }
    start = scan->at++; /* a "=" in front is part of the name */
    while (scan->at < scan->end && !is_blank(*scan->at) && *scan->at != '/' && *scan->at != '>' &&
           *scan->at != '=')
        scan->at++;
    *name = (struct span){ start, (size_t)(scan->at - start) };
    *value = (struct span){ NULL, 0 };
    while (scan->at < scan->end && is_blank(*scan->at))
        scan->at++;
    if (scan->at >= scan->end || *scan->at != '=')
        return true;
    scan->at++;
    while (scan->at < scan->end && is_blank(*scan->at))
        scan->at++;
    if (scan->at < scan->end && *scan->at != '>')
        *value = attribute_value(scan);
    return true;
}

bool
html_raw_text(struct html_scan *scan, enum html_raw element, struct span *raw)
{
    static const char *const ends[] = {
        [HTML_RAW_SCRIPT] = "</script", [HTML_RAW_STYLE] = "</style", [HTML_RAW_TITLE] = "</title"
    };
    const char *start = scan->at;
    const char *at = start;
    bool *unclosed = &scan->unclosed[html_in_comment(scan)][element];
    if (*unclosed)
        return false;
    while (at < scan->end && (at = memchr(at, '<', (size_t)(scan->end - at))) != NULL) {
        if (span_starts_nocase((struct span){ at, (size_t)(scan->end - at) }, ends[element])) {
            *raw = (struct span){ start, (size_t)(at - start) };
            scan->at = at;
            return true;
        }
        at++;
    }
    *unclosed = true;
    return false;
}
