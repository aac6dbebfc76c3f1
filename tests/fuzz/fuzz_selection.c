/* SPDX-License-Identifier: Apache-2.0 */
/* A query string that is taken is written back canonically: read again it is the same. Its patterns
 * become values of SQL, never SQL. Paths give selections for which the same holds; places that were
 * not given by us are refused or harmless. */
#include "demand.h"

#include "select/cursor.h"
#include "select/match_text.h"
#include "select/selection_path.h"

static struct selection *
parse(const char *text)
{
    struct selection_pair pairs[SELECTION_PAIRS_MAX + 1];
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) parts = g_strsplit(text, "&", SELECTION_PAIRS_MAX + 1);
    size_t count = 0;
    for (unsigned i = 0; parts[i] != NULL; i++) {
        char *equals = strchr(parts[i], '=');
        if (equals == NULL)
            continue;
        *equals = '\0';
        char *value = g_uri_unescape_string(equals + 1, NULL);
        if (value == NULL)
            value = g_strdup(equals + 1);
        g_ptr_array_add(values, value);
        pairs[count++] = (struct selection_pair){ parts[i], value };
    }
    return selection_parse(pairs, count, NULL, NULL);
}

static void
check(const struct selection *selection)
{
    int64_t from, to;
    struct cursor place = { 0 };
    g_autofree char *query = selection_query(selection, false);
    g_autoptr(Selection) again = parse(query);
    demand(again != NULL);
    g_autofree char *twice = selection_query(again, false);
    demand(strcmp(query, twice) == 0);
    selection_window(selection, 1768480496, &from, &to);
    demand(from <= to && selection_limit(selection) <= SELECTION_LIMIT_MAX);
    if (selection->after != NULL && cursor_read(selection, &place, NULL)) {
        g_autofree char *text = cursor_text(selection, &place);
        demand(strcmp(text, selection->after) == 0);
        cursor_clear(&place);
    }
    for (unsigned i = 0; i < SELECTION_TEXTS; i++) {
        if (selection->texts[i] == NULL)
            continue;
        g_autoptr(GString) sql = g_string_new(NULL);
        g_autofree char *value = match_text(sql, "c", i % 3, selection->texts[i], i % 2 == 0);
        demand_text(value);
        demand(strcmp(sql->str, "c LIKE ?") == 0 || strcmp(sql->str, "c = ?") == 0 ||
               strcmp(sql->str, "c REGEXP ?") == 0);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    g_autofree char *text = g_strndup((const char *)octets, len);
    g_autoptr(Selection) selection = parse(text);
    struct selection_path path = { 0 };
    g_auto(GStrv) pieces = g_strsplit(text, "/", SELECTION_PIECES_MAX + 2);
    if (selection != NULL)
        check(selection);
    if (selection_from_path((const char *const *)pieces, g_strv_length(pieces), 1768480496, &path,
                            NULL) == PATH_FOUND)
        check(path.selection);
    selection_path_clear(&path);
    return 0;
}
