/* SPDX-License-Identifier: Apache-2.0 */
#include "http/form.h"

#include "base/fault.h"

static int
hex_digit(char c)
{
    return g_ascii_isxdigit(c) ? g_ascii_xdigit_value(c) : -1;
}

/* Appends the decoded octets; false when they are none that we take. */
static bool
decode(GString *out, struct span octets, bool plus_is_blank)
{
    size_t start = out->len;
    for (size_t i = 0; i < octets.len; i++) {
        char c = octets.octets[i];
        if (c == '+' && plus_is_blank)
            c = ' ';
        if (c == '%') {
            if (octets.len - i < 3)
                return false;
            int high = hex_digit(octets.octets[i + 1]), low = hex_digit(octets.octets[i + 2]);
            if (high < 0 || low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        }
        if (c == '\0')
            return false;
        g_string_append_c(out, c);
    }
    return g_utf8_validate(out->str + start, (gssize)(out->len - start), NULL);
}

static void
form_open(struct form *form)
{
    if (form->pairs == NULL) {
        form->pairs = g_array_new(FALSE, FALSE, sizeof(struct form_pair));
        form->text = g_string_chunk_new(1024);
    }
}

static bool
has_room(const struct form *form, GError **error)
{
    if (form->pairs->len < FORM_PAIRS_MAX)
        return true;
    g_set_error(error, FAULT, FAULT_REJECT, "more than %d fields", FORM_PAIRS_MAX);
    return false;
}

static bool
add(struct form *form, struct span name, struct span value, GString *scratch, GError **error)
{
    struct form_pair pair;
    if (!has_room(form, error))
        return false;
    g_string_truncate(scratch, 0);
    if (!decode(scratch, name, true)) {
        g_set_error(error, FAULT, FAULT_REJECT,
                    "the name of a field is no UTF-8 text in percent encoding");
        return false;
    }
    pair.name = g_string_chunk_insert_len(form->text, scratch->str, (gssize)scratch->len);
    g_string_truncate(scratch, 0);
    if (!decode(scratch, value, true)) {
        g_set_error(error, FAULT, FAULT_REJECT,
                    "the value of a field is no UTF-8 text in percent encoding");
        return false;
    }
    pair.value = g_string_chunk_insert_len(form->text, scratch->str, (gssize)scratch->len);
    g_array_append_val(form->pairs, pair);
    return true;
}

bool
form_add(struct form *form, const char *name, struct span value, GError **error)
{
    struct form_pair pair;
    form_open(form);
    if (value.octets == NULL)
        value = span_of("");
    if (!has_room(form, error))
        return false;
    /* It refuses NUL, too. */
    if (!g_utf8_validate(name, -1, NULL) ||
        !g_utf8_validate(value.octets, (gssize)value.len, NULL)) {
        g_set_error(error, FAULT, FAULT_REJECT, "a field of the form is no UTF-8 text");
        return false;
    }
    pair.name = g_string_chunk_insert(form->text, name);
    pair.value = g_string_chunk_insert_len(form->text, value.octets, (gssize)value.len);
    g_array_append_val(form->pairs, pair);
    return true;
}

bool
form_read(struct form *form, struct span octets, GError **error)
{
    g_autoptr(GString) scratch = g_string_new(NULL);
    struct span piece;
    bool spent = octets.len == 0;
    form_open(form);
    while (span_cut(&octets, '&', &piece, &spent)) {
        ptrdiff_t mark = span_find(piece, '=');
        struct span name = mark < 0 ? piece : span_head(piece, (size_t)mark);
        struct span value = mark < 0 ? span_of(NULL) : span_from(piece, (size_t)mark + 1);
        if (piece.len > 0 && !add(form, name, value, scratch, error))
            return false;
    }
    return true;
}

char *
form_decode_path(struct span path, GError **error)
{
    g_autoptr(GString) out = g_string_sized_new(path.len + 1);
    if (decode(out, path, false))
        return g_string_free(g_steal_pointer(&out), FALSE);
    g_set_error(error, FAULT, FAULT_REJECT, "the path is no UTF-8 text in percent encoding");
    return NULL;
}

bool
form_read_cookies(struct form *form, struct span field, GError **error)
{
    struct span piece;
    bool spent = field.len == 0;
    form_open(form);
    while (span_cut(&field, ';', &piece, &spent)) {
        struct form_pair pair;
        struct span trimmed = span_trim(piece);
        ptrdiff_t mark = span_find(trimmed, '=');
        if (mark <= 0 || memchr(trimmed.octets, '\0', trimmed.len) != NULL ||
            !g_utf8_validate(trimmed.octets, (gssize)trimmed.len, NULL))
            continue;
        if (form->pairs->len >= FORM_PAIRS_MAX) {
            g_set_error(error, FAULT, FAULT_REJECT, "more than %d cookies", FORM_PAIRS_MAX);
            return false;
        }
        struct span value = span_trim(span_from(trimmed, (size_t)mark + 1));
        pair.name = g_string_chunk_insert_len(form->text, trimmed.octets, mark);
        pair.value = g_string_chunk_insert_len(form->text, value.octets, (gssize)value.len);
        g_array_append_val(form->pairs, pair);
    }
    return true;
}

void
form_clear(struct form *form)
{
    if (form->pairs != NULL) {
        g_array_unref(form->pairs);
        g_string_chunk_free(form->text);
    }
    *form = (struct form){ .pairs = NULL };
}

const char *
form_get(const struct form *form, const char *name)
{
    for (guint i = 0; form->pairs != NULL && i < form->pairs->len; i++) {
        const struct form_pair *pair = &g_array_index(form->pairs, struct form_pair, i);
        if (strcmp(pair->name, name) == 0)
            return pair->value;
    }
    return NULL;
}
