/* SPDX-License-Identifier: Apache-2.0 */
#include "report/mime_guard.h"

#include <stdint.h>

#include "base/limits.h"

#define NAME_OCTETS_MAX 78

/* clang-format off */
static const struct { const char *name; size_t max; } costly[] = {
    { "Subject:", 8192 }, { "Content-Type:", 16384 }, { "Content-Disposition:", 16384 },
    { "From:", 65536 }, { "To:", 65536 }, { "Cc:", 65536 }, { "Bcc:", 65536 },
    { "Reply-To:", 65536 }, { "Sender:", 65536 }, { "Resent-From:", 65536 },
    { "Resent-To:", 65536 }, { "Resent-Cc:", 65536 }, { "Message-ID:", 8192 },
    { "Content-ID:", 8192 }, { "Content-Transfer-Encoding:", 8192 }, { "Date:", 8192 },
};
/* clang-format on */

struct guard {
    GString *out;      /* NULL until something was taken out */
    const char *start; /* of the message */
    size_t field_left; /* octets that the field in hand may still have */
    bool in_field;     /* the last line was a field or went on with one */
    size_t run;        /* octets of consecutive field lines */
    unsigned dash_lines;
};

static size_t
field_limit(struct span line)
{
    char initial = g_ascii_toupper(line.octets[0]);
    for (size_t i = 0; i < G_N_ELEMENTS(costly); i++)
        if (initial == costly[i].name[0] && span_starts_nocase(line, costly[i].name))
            return costly[i].max;
    return SIZE_MAX;
}

static bool
is_field(struct span line)
{
    struct span head = span_head(line, NAME_OCTETS_MAX);
    for (size_t i = 0; i < head.len; i++) {
        if (head.octets[i] == ':')
            return i > 0;
        if (head.octets[i] <= ' ')
            return false;
    }
    return false;
}

/* How many octets of the line stay. */
static size_t
allowed(struct guard *guard, struct span line)
{
    bool continues = guard->in_field && (line.octets[0] == ' ' || line.octets[0] == '\t');
    size_t keep = line.len;
    if (!continues) {
        guard->in_field = is_field(line);
        guard->field_left = guard->in_field ? field_limit(line) : SIZE_MAX;
    }
    if (!guard->in_field) {
        guard->run = 0;
        return keep;
    }
    if (guard->run > LIMIT_HEADER_OCTETS)
        return 0;
    keep = MIN(keep, guard->field_left);
    if (guard->field_left != SIZE_MAX)
        guard->field_left -= keep;
    guard->run += keep;
    return keep;
}

GBytes *
mime_guard(struct span message)
{
    struct guard guard = { .start = message.octets };
    struct span rest = message;
    if (message.len <= GUARD_SMALL_OCTETS)
        return NULL;
    while (rest.len > 0) {
        ptrdiff_t end = span_find(rest, '\n');
        struct span line = span_head(rest, end >= 0 ? (size_t)end + 1 : rest.len);
        size_t keep = allowed(&guard, line);
        if (line.len > 1 && line.octets[0] == '-' && line.octets[1] == '-' &&
            ++guard.dash_lines > GUARD_DASH_LINES)
            keep = 0;
        if (keep < line.len && guard.out == NULL)
            guard.out = g_string_new_len(guard.start, rest.octets - guard.start);
        if (guard.out != NULL) {
            g_string_append_len(guard.out, line.octets, (gssize)keep);
            if (keep < line.len && keep > 0)
                g_string_append_c(guard.out, '\n');
        }
        if (guard.dash_lines > GUARD_DASH_LINES)
            break;
        rest = span_from(rest, line.len);
    }
    return guard.out != NULL ? g_string_free_to_bytes(guard.out) : NULL;
}
