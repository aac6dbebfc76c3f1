/* SPDX-License-Identifier: Apache-2.0 */
#include "report/redact_lines.h"

void
lines_init(struct lines *lines, struct span text)
{
    *lines = (struct lines){ .source_count = 1 };
    lines->sources[0].text = text;
}

static void
drop_source(struct lines *lines)
{
    struct line_source *source = &lines->sources[--lines->source_count];
    if (source->owned != NULL)
        g_string_free(source->owned, TRUE);
    *source = (struct line_source){ .at = 0 };
}

void
lines_clear(struct lines *lines)
{
    while (lines->source_count > 0)
        drop_source(lines);
    while (lines->depth > 0)
        lines_close(lines);
}

bool
lines_next(struct lines *lines, struct span *line)
{
    struct line_source *source = &lines->sources[lines->source_count - 1];
    size_t end;
    while (source->at >= source->text.len) {
        if (lines->source_count == 1)
            return false;
        drop_source(lines);
        source = &lines->sources[lines->source_count - 1];
    }
    lines->last_at = end = source->at;
    while (end < source->text.len && source->text.octets[end] != '\r' &&
           source->text.octets[end] != '\n')
        end++;
    *line = span_head(span_from(source->text, source->at), end - source->at);
    if (end + 1 < source->text.len && source->text.octets[end] == '\r' &&
        source->text.octets[end + 1] == '\n')
        end++;
    source->at = end + 1;
    return true;
}

void
lines_unread(struct lines *lines)
{
    lines->sources[lines->source_count - 1].at = lines->last_at;
}

bool
lines_push(struct lines *lines, GString *decoded)
{
    struct line_source *source = &lines->sources[lines->source_count];
    if (lines->source_count == LINES_SOURCES) {
        g_string_free(decoded, TRUE);
        return false;
    }
    lines->source_count++;
    *source = (struct line_source){ .text = { decoded->str, decoded->len }, .owned = decoded };
    return true;
}

bool
lines_open(struct lines *lines, const char *read, const char *written)
{
    if (lines->depth == LIMIT_MIME_DEPTH)
        return false;
    lines->boundaries[lines->depth].read = g_strdup(read);
    lines->boundaries[lines->depth++].written = g_strdup(written);
    return true;
}

void
lines_close(struct lines *lines)
{
    struct boundary *boundary = &lines->boundaries[--lines->depth];
    g_free(boundary->read);
    g_free(boundary->written);
    *boundary = (struct boundary){ .read = NULL };
}

bool
lines_is_delimiter(const struct lines *lines, struct span line, unsigned *depth, bool *last)
{
    if (line.len < 3 || line.octets[0] != '-' || line.octets[1] != '-')
        return false;
    line = span_from(line, 2);
    while (line.len > 0 && (line.octets[line.len - 1] == ' ' || line.octets[line.len - 1] == '\t'))
        line.len--;
    for (unsigned i = lines->depth; i > 0; i--) {
        const char *boundary = lines->boundaries[i - 1].read;
        size_t len = strlen(boundary);
        if (line.len < len || memcmp(line.octets, boundary, len) != 0)
            continue;
        *last = span_equals(span_from(line, len), "--");
        *depth = i;
        if (line.len == len || *last)
            return true;
    }
    return false;
}
