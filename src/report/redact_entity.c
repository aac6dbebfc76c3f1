/* SPDX-License-Identifier: Apache-2.0 */
#include "report/redact_entity.h"

#include <gmime/gmime.h>

#include "report/field.h"
#include "report/gmime_border.h"
#include "report/header_line.h"

#define TYPE_OCTETS_MAX 900 /* GMime's cost grows with its square; and it fits into one line */
#define BOUNDARY_MAX 70
#define BOUNDARY_READ_MAX 1000

typedef GMimeContentType MimeType;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MimeType, g_object_unref)

bool
entity_is_masked(struct span name, const char *const *mask)
{
    for (; mask != NULL && *mask != NULL; mask++)
        if (span_equals_nocase(name, *mask))
            return true;
    return false;
}

static bool
is_blank(struct span line)
{
    return span_trim(line).len == 0;
}

/* Octets of a field name at the front, 0: the line is no field. */
static size_t
name_len(struct span line)
{
    size_t len = 0;
    size_t at;
    while (len < line.len && line.octets[len] > ' ' && line.octets[len] < 0x7F &&
           line.octets[len] != ':')
        len++;
    at = len;
    while (at < line.len && (line.octets[at] == ' ' || line.octets[at] == '\t'))
        at++;
    return len <= FIELD_NAME_OCTETS_MAX && at < line.len && line.octets[at] == ':' ? len : 0;
}

/* A multipart without a boundary is no more than text. */
static void
read_type(struct entity *entity, struct span value)
{
    g_autoptr(GString) plain = g_string_new(NULL);
    g_autoptr(GString) name = g_string_new(NULL);
    g_autoptr(MimeType) type = NULL;
    const char *boundary;
    gmime_border_header(value, plain);
    type = g_mime_content_type_parse(NULL, plain->str);
    g_string_printf(name, "%s/%s", g_mime_content_type_get_media_type(type),
                    g_mime_content_type_get_media_subtype(type));
    boundary = g_mime_content_type_get_parameter(type, "boundary");
    g_free(entity->type);
    entity->type = g_ascii_strdown(name->str, -1);
    for (char *at = entity->type; *at != '\0'; at++)
        if (*at <= ' ' || *at >= 0x7F || strchr("\"();,:<>@[]\\?=", *at) != NULL)
            *at = '_';
    if (g_str_has_prefix(entity->type, "message/"))
        entity->kind = ENTITY_MESSAGE;
    if (!g_str_has_prefix(entity->type, "multipart/") || boundary == NULL || boundary[0] == '\0' ||
        strlen(boundary) > BOUNDARY_READ_MAX)
        return;
    entity->kind = ENTITY_MULTIPART;
    entity->boundary = g_strchomp(g_strdup(boundary));
}

/* What of it every parser reads alike; an unknown word counts as 8bit. */
static const char *
read_coding(struct entity *entity, struct span value)
{
    g_autoptr(GString) word = g_string_new(NULL);
    struct span coding;
    field_first_word(value, word);
    coding = (struct span){ word->str, word->len };
    entity->coding_said = true;
    entity->plain_coding = span_equals_nocase(coding, "7bit");
    if (entity->plain_coding)
        return " 7bit";
    if (span_equals_nocase(coding, "base64")) {
        entity->coding = CODING_BASE64;
        return " base64";
    }
    if (span_equals_nocase(coding, "quoted-printable")) {
        entity->coding = CODING_QUOTED;
        return " quoted-printable";
    }
    if (span_starts_nocase(coding, "x-uu") || span_starts_nocase(coding, "uu") ||
        span_starts_nocase(coding, "x-y") || span_starts_nocase(coding, "x-bin"))
        entity->coding = CODING_UNREADABLE;
    return " 8bit";
}

/* What was read of a header so far. */
struct reading {
    struct entity *entity;
    const char *const *mask;
    GString *name, *value; /* of the field that may go on; name empty: none, or one that goes */
    size_t octets;
    bool first;
};

static bool
stays(const struct reading *reading)
{
    static const char *const single[] = { "Content-Type", "Content-Transfer-Encoding",
                                          "MIME-Version" };
    struct span name = { reading->name->str, reading->name->len };
    const GPtrArray *names = reading->entity->names;
    if (name.len == 0 || names->len >= LIMIT_HEADER_FIELDS ||
        entity_is_masked(name, reading->mask) ||
        (span_equals_nocase(name, single[0]) && reading->value->len > TYPE_OCTETS_MAX))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(single); i++)
        for (guint k = 0; span_equals_nocase(name, single[i]) && k < names->len; k++)
            if (span_equals_nocase(name, g_ptr_array_index(names, k)))
                return false;
    return true;
}

/* The fields that say how to read the rest are written as they are read here. */
static char *
read_structure(struct entity *entity, const char *name, const char *value)
{
    g_autofree char *fit = redact_field_fit(span_of(value));
    if (g_ascii_strcasecmp(name, "Content-Transfer-Encoding") == 0)
        return g_strdup(read_coding(entity, span_of(fit != NULL ? fit : value)));
    if (g_ascii_strcasecmp(name, "MIME-Version") == 0) {
        entity->has_version = true;
        return g_strdup(" 1.0");
    }
    if (g_ascii_strcasecmp(name, "Content-Type") != 0)
        return g_strdup(value);
    if (fit != NULL) { /* encoded words mean nothing in it */
        g_autofree char *ascii = header_line_ascii(fit, TYPE_OCTETS_MAX);
        g_free(fit);
        fit = g_strconcat(" ", ascii, NULL);
    }
    read_type(entity, span_of(fit != NULL ? fit : value));
    return fit != NULL ? g_steal_pointer(&fit) : g_strdup(value);
}

static void
end_field(struct reading *reading)
{
    if (stays(reading)) {
        g_ptr_array_add(reading->entity->names, g_strdup(reading->name->str));
        g_ptr_array_add(reading->entity->values,
                        read_structure(reading->entity, reading->name->str, reading->value->str));
    }
    g_string_truncate(reading->name, 0);
    g_string_truncate(reading->value, 0);
}

static void
add_octets(struct reading *reading, struct span octets)
{
    reading->octets += octets.len;
    for (size_t i = 0; i < octets.len && reading->octets <= LIMIT_HEADER_OCTETS; i++)
        g_string_append_c(reading->value, octets.octets[i] != '\0' ? octets.octets[i] : ' ');
}

/* False: the line is of the body. */
static bool
read_line(struct reading *reading, struct span line)
{
    size_t len = name_len(line);
    bool first = reading->first;
    reading->first = false;
    if (line.octets[0] == ' ' || line.octets[0] == '\t') {
        if (!is_blank(line)) {
            g_string_append(reading->value, "\r\n");
            add_octets(reading, line);
        }
        return true;
    }
    if (len == 0) /* a mailbox's mark before the mail */
        return first && (span_starts_nocase(line, "From ") || span_starts_nocase(line, ">From "));
    end_field(reading);
    if (reading->octets > LIMIT_HEADER_OCTETS)
        return true;
    g_string_append_len(reading->name, line.octets, (gssize)len);
    reading->octets += len;
    add_octets(reading, span_from(line, (size_t)span_find(line, ':') + 1));
    return true;
}

void
entity_read(struct entity *entity, struct lines *lines, const char *const *mask)
{
    g_autoptr(GString) name = g_string_new(NULL);
    g_autoptr(GString) value = g_string_new(NULL);
    struct reading reading = {
        .entity = entity, .mask = mask, .name = name, .value = value, .first = true
    };
    bool more = true;
    struct span line;
    unsigned depth;
    bool last;
    *entity = (struct entity){ .names = g_ptr_array_new_with_free_func(g_free),
                               .values = g_ptr_array_new_with_free_func(g_free),
                               .type = g_strdup("text/plain"),
                               .plain_coding = true };
    while (more && lines_next(lines, &line)) {
        if (line.len == 0) {
            more = false;
        } else if (lines_is_delimiter(lines, line, &depth, &last)) {
            lines_unread(lines);
            more = false;
        } else if (!read_line(&reading, line)) {
            lines_unread(lines);
            more = false;
        }
    }
    end_field(&reading);
}

void
entity_clear(struct entity *entity)
{
    g_ptr_array_unref(entity->names);
    g_ptr_array_unref(entity->values);
    g_free(entity->type);
    g_free(entity->boundary);
}

static struct redact_field
field_at(const struct entity *entity, guint at)
{
    return (struct redact_field){ span_of(g_ptr_array_index(entity->names, at)),
                                  span_of(g_ptr_array_index(entity->values, at)) };
}

bool
entity_collect(const struct entity *entity, struct conceal *conceal)
{
    bool room = true;
    for (guint i = 0; room && i < entity->names->len; i++) {
        struct redact_field field = field_at(entity, i);
        room = redact_field_collect(conceal, &field);
    }
    return room;
}

/* --- written anew --- */

static bool
is_simple_boundary(const char *boundary)
{
    static const char others[] = "'()+_,-./:=?";
    size_t len = strlen(boundary);
    for (size_t i = 0; i < len; i++)
        if (!g_ascii_isalnum(boundary[i]) && strchr(others, boundary[i]) == NULL)
            return false;
    return len <= BOUNDARY_MAX;
}

char *
entity_boundary(const struct entity *entity, const struct conceal *conceal)
{
    g_autoptr(GString) changed = conceal_text(conceal, span_of(entity->boundary), CONCEAL_WORDS);
    g_autofree char *secret = NULL;
    if (changed == NULL && is_simple_boundary(entity->boundary))
        return g_strdup(entity->boundary);
    secret = g_strconcat("boundary ", entity->boundary, NULL); /* no token of the text */
    return conceal_label(conceal, span_of(secret));
}

static void
append_multipart(GString *out, const struct entity *entity, const struct conceal *conceal,
                 const char *boundary)
{
    g_autoptr(GString) changed = conceal_text(conceal, span_of(entity->type), CONCEAL_FIELD);
    const char *type =
        changed == NULL && strlen(entity->type) <= 60 ? entity->type : "multipart/mixed";
    g_string_append_printf(out, "Content-Type: %s;\r\n boundary=\"%s\"\r\n", type, boundary);
}

void
entity_append(GString *out, const struct entity *entity, const struct conceal *conceal,
              const char *coding, const char *boundary)
{
    bool told = coding == NULL;
    for (guint i = 0; i < entity->names->len; i++) {
        struct redact_field field = field_at(entity, i);
        if (boundary != NULL && span_equals_nocase(field.name, "Content-Type"))
            append_multipart(out, entity, conceal, boundary);
        else if (!span_equals_nocase(field.name, "Content-Transfer-Encoding"))
            redact_field_append(out, conceal, &field);
        else if (coding == NULL)
            redact_field_append_fit(out, field.name, field.value);
        else if (!told)
            g_string_append_printf(out, "Content-Transfer-Encoding: %s\r\n", coding);
        told = told || span_equals_nocase(field.name, "Content-Transfer-Encoding");
    }
    if (told)
        return;
    if (!entity->has_version && !entity->is_part)
        g_string_append(out, "MIME-Version: 1.0\r\n");
    g_string_append_printf(out, "Content-Transfer-Encoding: %s\r\n", coding);
}

void
entity_append_bare(GString *out, const struct entity *entity, const struct conceal *conceal)
{
    for (guint i = 0; i < entity->names->len; i++) {
        struct redact_field field = field_at(entity, i);
        if (!span_starts_nocase(field.name, "Content-"))
            redact_field_append(out, conceal, &field);
    }
}
