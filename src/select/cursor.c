/* SPDX-License-Identifier: Apache-2.0 */
#include "select/cursor.h"

#include <string.h>

#include "base/fault.h"
#include "base/span.h"

#define HASH_CHARS 16
#define VALUE_OCTETS_MAX 3100 /* 766 characters */

void
cursor_clear(struct cursor *cursor)
{
    g_clear_pointer(&cursor->value, g_free);
}

/* Of what a place belongs to: filters and order, but not how many rows a page has. */
static char *
hash_of(const struct selection *selection)
{
    g_autoptr(Selection) copy = selection_copy(selection);
    copy->limit = 0;
    g_autofree char *query = selection_query(copy, false);
    char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, query, -1);
    hash[HASH_CHARS] = '\0';
    return hash;
}

char *
cursor_text(const struct selection *selection, const struct cursor *cursor)
{
    g_autofree char *hash = hash_of(selection);
    g_autofree char *value = g_base64_encode((const guchar *)cursor->value, strlen(cursor->value));
    g_strdelimit(value, "+", '-');
    g_strdelimit(value, "/", '_');
    g_strdelimit(value, "=", '.');
    return g_strdup_printf("%s.%c.%" G_GINT64_FORMAT ".%s", hash, cursor->backward ? 'p' : 'n',
                           cursor->id, value);
}

static char *
value_read(struct span text)
{
    gsize len = 0;
    g_autofree char *plain = span_dup(text);
    g_strdelimit(plain, "-", '+');
    g_strdelimit(plain, "_", '/');
    g_strdelimit(plain, ".", '=');
    g_autofree guchar *octets = g_base64_decode(plain, &len);
    if (len > VALUE_OCTETS_MAX || memchr(octets, '\0', len) != NULL ||
        !g_utf8_validate((const char *)octets, (gssize)len, NULL))
        return NULL;
    return g_strndup((const char *)octets, len);
}

bool
cursor_read(const struct selection *selection, struct cursor *cursor, GError **error)
{
    struct span rest = span_of(selection->after), hash, direction, id;
    bool spent = false;
    g_autofree char *want = hash_of(selection);
    g_autofree char *value = NULL;
    bool whole = span_cut(&rest, '.', &hash, &spent) && span_cut(&rest, '.', &direction, &spent) &&
                 span_cut(&rest, '.', &id, &spent) && !spent;
    guint64 number = 0;
    g_autofree char *digits = whole ? span_dup(id) : NULL;
    if (whole && span_equals(hash, want) &&
        (span_equals(direction, "n") || span_equals(direction, "p")) &&
        g_ascii_string_to_unsigned(digits, 10, 0, G_MAXINT64, &number, NULL))
        value = value_read(rest);
    struct cursor found = { whole && span_equals(direction, "p"), value, (int64_t)number };
    g_autofree char *again = value != NULL ? cursor_text(selection, &found) : NULL;
    if (g_strcmp0(again, selection->after) != 0) {
        g_set_error(error, FAULT, FAULT_REJECT,
                    "after: not a place in this list; begin at its first page");
        return false;
    }
    *cursor = found;
    value = NULL; /* the cursor's now */
    return true;
}
