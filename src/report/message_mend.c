/* SPDX-License-Identifier: Apache-2.0 */
#include "report/message_mend.h"

#define BARE_CR_FIELDS 3
#define BOUNDARY_OCTETS_MAX 70 /* RFC 2046, 5.1.1 */

/* True when a CR that ends a line alone stands before something like a field: "\rSubject:". */
static bool
begins_field(struct span after)
{
    struct span head = span_head(after, 40);
    size_t len = 0;
    while (len < head.len && (g_ascii_isalnum(head.octets[len]) || head.octets[len] == '-'))
        len++;
    return len > 1 && len < head.len && head.octets[len] == ':';
}

GBytes *
mend_bare_cr(struct span octets)
{
    char *mended = NULL;
    unsigned fields = 0;
    ptrdiff_t at;
    for (size_t from = 0; fields < BARE_CR_FIELDS; from += (size_t)at + 1) {
        at = span_find(span_from(octets, from), '\r');
        if (at < 0)
            return NULL;
        fields += begins_field(span_from(octets, from + (size_t)at + 1));
    }
    mended = g_memdup2(octets.octets, octets.len);
    for (size_t i = 0; i < octets.len; i++)
        if (mended[i] == '\r' && (i + 1 == octets.len || mended[i + 1] != '\n'))
            mended[i] = '\n';
    return g_bytes_new_take(mended, octets.len);
}

GBytes *
mend_blank_lines(struct span octets)
{
    GString *mended = g_string_sized_new(octets.len);
    struct span rest = octets;
    struct span line;
    bool changed = false;
    while (span_line(&rest, &line)) {
        bool blank = line.len > 0 && span_trim(line).len == 0;
        changed |= blank;
        if (!blank)
            g_string_append_len(mended, line.octets, (gssize)line.len);
        g_string_append_c(mended, '\n');
    }
    if (!changed) {
        g_string_free(mended, TRUE);
        return NULL;
    }
    return g_string_free_to_bytes(mended);
}

/* Cuts the header off *rest and tells the value of its Content-Type, folded lines included. */
static struct span
cut_content_type(struct span *rest)
{
    struct span type = { NULL, 0 };
    struct span line;
    bool in_type = false;
    while (span_line(rest, &line) && line.len > 0) {
        bool continues = line.octets[0] == ' ' || line.octets[0] == '\t';
        in_type = continues ? in_type : span_starts_nocase(line, "Content-Type:");
        if (in_type && !continues)
            type = line;
        else if (in_type)
            type.len = (size_t)(line.octets + line.len - type.octets);
    }
    return span_trim(span_from(type, strlen("Content-Type:")));
}

/* What follows "--" in the first line that may be a boundary. */
static struct span
first_boundary(struct span body)
{
    struct span line;
    while (span_line(&body, &line)) {
        struct span mark = span_trim(span_from(line, 2));
        if (span_starts_nocase(line, "--") && mark.len > 0 && mark.len <= BOUNDARY_OCTETS_MAX &&
            span_find(mark, '"') < 0 && span_find(mark, '\\') < 0)
            return mark;
    }
    return (struct span){ NULL, 0 };
}

GBytes *
mend_boundary(struct span octets)
{
    struct span body = octets;
    struct span type = cut_content_type(&body);
    struct span mark = first_boundary(body);
    struct span head = span_head(octets, octets.len - body.len);
    GString *mended;
    size_t len = 0;
    if (!span_starts_nocase(type, "multipart/") || mark.len == 0)
        return NULL;
    while (len < type.len && strchr("; \t\r\n", type.octets[len]) == NULL)
        len++;
    /* Of two such fields the last one counts; the empty line goes behind it. */
    while (head.len > 0 && strchr("\r\n", head.octets[head.len - 1]) != NULL)
        head.len--;
    mended = g_string_sized_new(octets.len + 200);
    g_string_append_len(mended, head.octets, (gssize)head.len);
    g_string_append_printf(mended, "\nContent-Type: %.*s; boundary=\"%.*s\"\n\n", (int)len,
                           type.octets, (int)mark.len, mark.octets);
    g_string_append_len(mended, body.octets, (gssize)body.len);
    return g_string_free_to_bytes(mended);
}
