/* SPDX-License-Identifier: Apache-2.0 */
#include "http/route.h"

#include <string.h>

static bool
read_number(const char *text, int64_t *number)
{
    char *end = NULL;
    size_t len = strlen(text);
    if (len == 0 || len > 18 || strspn(text, "0123456789") != len)
        return false;
    *number = g_ascii_strtoll(text, &end, 10);
    return *number > 0;
}

bool
route_fits(const char *pattern, char *const *pieces, size_t count, const char **argument,
           int64_t *number)
{
    struct span rest = span_of(pattern + 1), word;
    bool spent = false;
    size_t at = 0;
    while (span_cut(&rest, '/', &word, &spent)) {
        if (span_equals(word, "**"))
            return true;
        if (at >= count)
            return false;
        if (span_equals(word, "*") && pieces[at][0] != '\0')
            *argument = pieces[at];
        else if (span_equals(word, "#") && read_number(pieces[at], number))
            *argument = pieces[at];
        else if (!span_equals(word, pieces[at]))
            return false;
        at++;
    }
    return at == count;
}
