/* SPDX-License-Identifier: Apache-2.0 */
#include "report/raw_field.h"

static bool
is_fold(struct span line)
{
    return line.len > 0 && (line.octets[0] == ' ' || line.octets[0] == '\t');
}

/* The name in front of the colon; empty when the line is no field. */
static struct span
name_of(struct span line, size_t *value_at)
{
    ptrdiff_t colon = span_find(line, ':');
    struct span name = span_trim(span_head(line, colon > 0 ? (size_t)colon : 0));
    for (size_t i = 0; i < name.len; i++)
        if (name.octets[i] <= ' ' || (unsigned char)name.octets[i] >= 0x7f)
            return (struct span){ NULL, 0 };
    *value_at = colon > 0 ? (size_t)colon + 1 : 0;
    return name;
}

bool
raw_field_next(struct span *rest, struct span *name, struct span *value)
{
    struct span line;
    while (span_line(rest, &line)) {
        size_t at = 0;
        const char *end = line.octets + line.len;
        if (line.len == 0)
            break;
        *name = is_fold(line) ? (struct span){ NULL, 0 } : name_of(line, &at);
        if (name->len == 0)
            continue;
        value->octets = line.octets + at;
        while (is_fold(*rest) && span_line(rest, &line))
            end = line.octets + line.len;
        value->len = (size_t)(end - value->octets);
        return true;
    }
    *rest = (struct span){ NULL, 0 };
    return false;
}
