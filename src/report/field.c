/* SPDX-License-Identifier: Apache-2.0 */
#include "report/field.h"

#include "base/limits.h"
#include "base/text.h"
#include "report/gmime_border.h"

/* Length of the field name at the start of a line, 0 when the line is no field. Blanks between
 * name and colon were allowed once (RFC 5322, 4.5). */
static size_t
name_length(struct span line, size_t *colon)
{
    ptrdiff_t at = span_find(line, ':');
    size_t len;
    if (at <= 0)
        return 0;
    *colon = (size_t)at;
    len = (size_t)at;
    while (len > 0 && (line.octets[len - 1] == ' ' || line.octets[len - 1] == '\t'))
        len--;
    for (size_t i = 0; i < len; i++)
        if (line.octets[i] <= ' ' || (unsigned char)line.octets[i] >= 0x7f)
            return 0;
    return len;
}

static void
end_field(GStringChunk *arena, GArray *fields, struct mail_field *field, GString *value)
{
    g_autoptr(GString) unfolded = NULL;
    struct span text;
    if (field->name == NULL)
        return;
    unfolded = g_string_sized_new(value->len + 1);
    text_append_unfolded(unfolded, (struct span){ value->str, value->len });
    text = (struct span){ unfolded->str, unfolded->len };
    if (g_utf8_validate_len(text.octets, text.len, NULL)) {
        field->value = g_string_chunk_insert_len(arena, text.octets, (gssize)text.len);
    } else {
        g_autoptr(GString) utf8 = g_string_sized_new(unfolded->len + 1);
        gmime_border_text(text, NULL, utf8);
        field->value = g_string_chunk_insert(arena, utf8->str);
    }
    g_array_append_val(fields, *field);
    field->name = NULL;
}

size_t
field_read(struct span octets, enum field_end end, GStringChunk *arena, GArray *fields)
{
    struct span rest = span_head(octets, FIELD_BLOCK_OCTETS);
    struct span line;
    struct mail_field field = { NULL, NULL };
    g_autoptr(GString) value = g_string_new(NULL);
    size_t whole = rest.len;
    for (struct span before = rest; span_line(&rest, &line); before = rest) {
        size_t colon = 0;
        size_t len;
        bool empty = span_trim(line).len == 0;
        if (empty && end == FIELD_END_AT_EMPTY && (fields->len > 0 || field.name != NULL))
            break;
        if (empty)
            continue;
        if ((line.octets[0] == ' ' || line.octets[0] == '\t') && field.name != NULL) {
            g_string_append_c(value, '\n');
            g_string_append_len(value, line.octets, (gssize)line.len);
            continue;
        }
        end_field(arena, fields, &field, value);
        len = name_length(line, &colon);
        if (len == 0)
            continue;
        if (fields->len >= LIMIT_HEADER_FIELDS) {
            rest = before;
            break;
        }
        field.name = g_string_chunk_insert_len(arena, line.octets, (gssize)len);
        g_string_truncate(value, 0);
        g_string_append_len(value, line.octets + colon + 1, (gssize)(line.len - colon - 1));
    }
    end_field(arena, fields, &field, value);
    return whole - rest.len;
}

struct span
field_skip_preamble(struct span octets)
{
    struct span rest = span_after_mark(octets);
    struct span line;
    for (struct span after = rest; span_line(&after, &line); rest = after)
        if (span_trim(line).len != 0 && !span_starts_nocase(line, "From ") &&
            !span_starts_nocase(line, ">From "))
            break;
    return rest;
}

struct span
field_first(struct span octets)
{
    struct span rest = octets;
    struct span line;
    size_t colon;
    for (struct span after = rest; span_line(&after, &line); rest = after)
        if (name_length(line, &colon) > 0)
            return rest;
    return (struct span){ NULL, 0 };
}

void
field_without_comments(struct span value, GString *out)
{
    unsigned depth = 0;
    bool quoted = false;
    g_string_truncate(out, 0);
    for (size_t i = 0; i < value.len; i++) {
        char octet = value.octets[i];
        bool pair = octet == '\\' && i + 1 < value.len && (quoted || depth > 0);
        if (!quoted && octet == '(') {
            depth++;
        } else if (depth > 0) {
            i += pair;
            if (octet == ')' && --depth == 0)
                g_string_append_c(out, ' ');
        } else {
            if (octet == '"')
                quoted = !quoted;
            g_string_append_c(out, octet);
            if (pair)
                g_string_append_c(out, value.octets[++i]);
        }
    }
    while (out->len > 0 && g_ascii_isspace(out->str[out->len - 1]))
        g_string_truncate(out, out->len - 1);
    g_string_erase(out, 0, (gssize)strspn(out->str, " \t\r\n"));
}

void
field_first_word(struct span value, GString *out)
{
    field_without_comments(value, out);
    g_string_truncate(out, strcspn(out->str, " \t\r\n,;"));
}
