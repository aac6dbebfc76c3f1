/* SPDX-License-Identifier: Apache-2.0 */
#include "http/form_parts.h"

#include "base/fault.h"

struct disposition {
    struct span name;
    bool has_name, has_file_name;
};

static bool
refuse(GError **error, const char *why)
{
    g_set_error_literal(error, FAULT, FAULT_REJECT, why);
    return false;
}

/* RFC 2046, 5.1.1: bchars. */
static bool
is_boundary_octet(char c)
{
    return c != '\0' && (g_ascii_isalnum(c) || strchr("'()+_,-./:=? ", c) != NULL);
}

bool
form_boundary(struct span content_type, struct span *boundary)
{
    struct span piece;
    bool spent = false;
    while (span_cut(&content_type, ';', &piece, &spent)) {
        ptrdiff_t mark = span_find(piece, '=');
        struct span value = mark < 0 ? piece : span_trim(span_from(piece, (size_t)mark + 1));
        if (mark < 0 || !span_equals_nocase(span_trim(span_head(piece, (size_t)mark)), "boundary"))
            continue;
        if (value.len >= 2 && value.octets[0] == '"' && value.octets[value.len - 1] == '"')
            value = span_head(span_from(value, 1), value.len - 2);
        if (value.len == 0 || value.len > FORM_BOUNDARY_MAX || value.octets[value.len - 1] == ' ')
            return false;
        for (size_t i = 0; i < value.len; i++)
            if (!is_boundary_octet(value.octets[i]))
                return false;
        *boundary = value;
        return true;
    }
    return false;
}

/* --- the header of a part --- */

/* Cuts `; name="value"` off *rest; the value may stand without quotes. False: it is none. */
static bool
cut_parameter(struct span *rest, struct span *name, struct span *value)
{
    struct span text = span_trim(*rest);
    ptrdiff_t mark;
    if (text.len == 0 || text.octets[0] != ';' || (mark = span_find(text, '=')) < 0)
        return false;
    *name = span_trim(span_head(span_from(text, 1), (size_t)mark - 1));
    text = span_trim(span_from(text, (size_t)mark + 1));
    if (text.len > 0 && text.octets[0] == '"') {
        text = span_from(text, 1);
        mark = span_find(text, '"');
        if (mark < 0)
            return false;
        *value = span_head(text, (size_t)mark);
        *rest = span_from(text, (size_t)mark + 1);
        return true;
    }
    mark = span_find(text, ';');
    *value = span_trim(mark < 0 ? text : span_head(text, (size_t)mark));
    *rest = mark < 0 ? span_of(NULL) : span_from(text, (size_t)mark);
    return true;
}

static bool
read_disposition(struct span value, struct disposition *disposition)
{
    ptrdiff_t mark = span_find(value, ';');
    struct span rest = mark < 0 ? span_of(NULL) : span_from(value, (size_t)mark);
    struct span parameter, text;
    if (!span_equals_nocase(span_trim(mark < 0 ? value : span_head(value, (size_t)mark)),
                            "form-data"))
        return true;
    while (span_trim(rest).len > 0) {
        if (!cut_parameter(&rest, &parameter, &text))
            return false;
        if (span_equals_nocase(parameter, "name")) {
            disposition->name = text;
            disposition->has_name = true;
        }
        if (span_equals_nocase(parameter, "filename") || span_equals_nocase(parameter, "filename*"))
            disposition->has_file_name = true;
    }
    return true;
}

static bool
read_header(struct span header, struct disposition *disposition)
{
    struct span line;
    while (span_line(&header, &line)) {
        ptrdiff_t mark = span_find(line, ':');
        if (mark <= 0)
            return false;
        if (span_equals_nocase(span_head(line, (size_t)mark), "Content-Disposition") &&
            !read_disposition(span_from(line, (size_t)mark + 1), disposition))
            return false;
    }
    return true;
}

/* --- parts --- */

/* What stands behind a delimiter: blanks and a line end, or "--" for the last one. */
static bool
cut_delimiter_end(struct span *rest, bool *last)
{
    struct span text = *rest;
    *last = text.len >= 2 && text.octets[0] == '-' && text.octets[1] == '-';
    if (*last)
        return true;
    while (text.len > 0 && (text.octets[0] == ' ' || text.octets[0] == '\t'))
        text = span_from(text, 1);
    if (text.len < 2 || text.octets[0] != '\r' || text.octets[1] != '\n')
        return false;
    *rest = span_from(text, 2);
    return true;
}

static bool
add_part(struct form *form, struct span part, struct span *file, GError **error)
{
    struct disposition disposition = { .has_name = false };
    bool bare = part.len >= 2 && part.octets[0] == '\r' && part.octets[1] == '\n';
    ptrdiff_t mark = bare ? 0 : span_find_string(span_head(part, FORM_PART_HEADER_MAX), "\r\n\r\n");
    if (mark < 0 || !read_header(span_head(part, (size_t)mark), &disposition))
        return refuse(error, "the header of a part of the form can't be read");
    part = span_from(part, (size_t)mark + (bare ? 2 : 4));
    if (disposition.has_file_name) {
        if (part.len > 0 && file->len > 0)
            return refuse(error, "one file at a time is taken");
        if (part.len > 0)
            *file = part;
        return true;
    }
    if (!disposition.has_name)
        return true;
    g_autofree char *name = span_dup(disposition.name);
    return strlen(name) == disposition.name.len ? form_add(form, name, part, error)
                                                : refuse(error, "the name of a field holds NUL");
}

bool
form_read_parts(struct form *form, struct span body, struct span boundary, struct span *file,
                GError **error)
{
    g_autofree char *delimiter = g_strdup_printf("\r\n--%.*s", (int)boundary.len, boundary.octets);
    size_t len = boundary.len + 4;
    bool last = false;
    *file = (struct span){ .octets = NULL };
    if (body.len < len - 2 || memcmp(body.octets, delimiter + 2, len - 2) != 0)
        return refuse(error, "the form does not begin with the delimiter that it names");
    body = span_from(body, len - 2);
    for (unsigned count = 0;; count++) {
        if (!cut_delimiter_end(&body, &last))
            return refuse(error, "a line of the form begins as a delimiter and is none");
        if (last)
            return true;
        ptrdiff_t mark = span_find_string(body, delimiter);
        if (mark < 0)
            return refuse(error, "the end of the form is missing");
        if (count == FORM_PAIRS_MAX)
            return refuse(error, "the form has too many parts");
        if (!add_part(form, span_head(body, (size_t)mark), file, error))
            return false;
        body = span_from(body, (size_t)mark + len);
    }
}
