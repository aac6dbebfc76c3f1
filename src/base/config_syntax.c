/* SPDX-License-Identifier: Apache-2.0 */
#include "base/config_syntax.h"

#include "base/text.h"

#define SHOWN_OCTETS_MAX 40

char *
config_key_shown(struct span name)
{
    size_t len = 0;
    name = span_trim(name);
    while (len < name.len && strchr(":=; \t", name.octets[len]) == NULL)
        len++;
    return text_masked(span_head(name, len), SHOWN_OCTETS_MAX);
}

static bool
is_section(struct span line)
{
    return line.len > 2 && line.octets[0] == '[' && span_find(line, ']') == (ptrdiff_t)line.len - 1;
}

static bool
is_pair(struct span line)
{
    ptrdiff_t equals = span_find(line, '=');
    struct span name = span_head(line, equals > 0 ? (size_t)equals : 0);
    return span_trim(name).len > 0 && span_find(name, '[') < 0 && span_find(name, ']') < 0;
}

/* Names the line, and its key when it has one; a line that goes on with the last value has none. */
static char *
fault_of(struct span line, unsigned number, const char *reason)
{
    g_autofree char *shown = NULL;
    if (g_ascii_isalpha(line.octets[0]) && (span_find(line, ':') > 0 || span_find(line, '=') > 0))
        shown = config_key_shown(line);
    return shown != NULL ? g_strdup_printf("line %u: \"%s\" %s", number, shown, reason)
                         : g_strdup_printf("line %u %s", number, reason);
}

char *
config_syntax_fault(struct span text)
{
    struct span rest = text;
    struct span line;
    bool in_section = false;
    for (unsigned number = 1; span_line(&rest, &line); number++) {
        struct span trimmed = span_trim(line);
        in_section = in_section || is_section(trimmed);
        if (trimmed.len == 0 || trimmed.octets[0] == '#' || is_section(trimmed))
            continue;
        if (!is_pair(trimmed))
            return fault_of(line, number, "is no [section], key = value or # comment");
        if (!in_section)
            return fault_of(line, number, "stands before the first [section]");
    }
    return g_strdup("is no file of [section] and key = value");
}
