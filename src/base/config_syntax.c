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

char *
config_syntax_fault(struct span text)
{
    struct span rest = text;
    struct span line;
    bool in_section = false;
    for (unsigned number = 1; span_line(&rest, &line); number++) {
        g_autofree char *shown = NULL;
        line = span_trim(line);
        in_section = in_section || is_section(line);
        if (line.len == 0 || line.octets[0] == '#' || is_section(line) ||
            (in_section && is_pair(line)))
            continue;
        shown = config_key_shown(line);
        return g_strdup_printf(in_section || !is_pair(line)
                                   ? "line %u: \"%s ...\" is no [section], key = value or # comment"
                                   : "line %u: \"%s\" stands before the first [section]",
                               number, shown);
    }
    return g_strdup("is no file of [section] and key = value");
}
