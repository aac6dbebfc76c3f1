/* SPDX-License-Identifier: Apache-2.0 */
#include "report/redact.h"

#include "base/text.h"
#include "report/field.h"
#include "report/redact_leaf.h"

struct redactor {
    struct conceal *conceal;
    struct span mail;
    struct redact_wish wish;
    bool full; /* more recipients than can be concealed */
};

/* One pass over the mail: it collects recipients, or writes. */
struct walk {
    const struct redactor *redactor;
    struct lines lines;
    GString *out; /* NULL: it collects */
    unsigned parts;
    bool part_begins; /* behind a delimiter */
    bool room;
};

/* What ended a body. */
struct body_end {
    unsigned depth; /* of the delimiter; 0: the end of the mail */
    bool last;
};

/* Lines up to the next delimiter, which is eaten, with CRLF between; NULL: for nobody. */
static struct body_end
gather(struct lines *lines, GString *body)
{
    struct body_end end = { .depth = 0 };
    struct span line;
    bool first = true;
    while (lines_next(lines, &line)) {
        if (lines_is_delimiter(lines, line, &end.depth, &end.last))
            return end;
        if (body == NULL)
            continue;
        if (!first)
            g_string_append(body, "\r\n");
        first = false;
        g_string_append_len(body, line.octets, (gssize)line.len);
    }
    if (body != NULL && !first) /* the last line has its end */
        g_string_append(body, "\r\n");
    return (struct body_end){ .depth = 0 };
}

static void
write_delimiter(struct walk *walk, bool last)
{
    const struct lines *lines = &walk->lines;
    if (walk->out == NULL)
        return;
    g_string_append_printf(walk->out, "\r\n--%s%s\r\n", lines->boundaries[lines->depth - 1].written,
                           last ? "--" : "");
}

/* Closes what the delimiter ends, and writes what stands behind closed multiparts. True: a part
 * begins; false: the mail is over. */
static bool
end_body(struct walk *walk, struct body_end end)
{
    for (;;) {
        g_autoptr(GString) around = NULL;
        while (walk->lines.depth > end.depth) {
            write_delimiter(walk, true);
            lines_close(&walk->lines);
        }
        if (end.depth == 0)
            return false;
        write_delimiter(walk, end.last);
        if (!end.last)
            return true;
        lines_close(&walk->lines);
        around = g_string_new(NULL);
        end = gather(&walk->lines, around);
        if (walk->out != NULL)
            leaf_append_around(walk->out, walk->redactor->conceal,
                               (struct span){ around->str, around->len });
    }
}

static void
write_note(struct walk *walk, const struct entity *entity, const char *note)
{
    if (walk->out == NULL)
        return;
    entity_append_bare(walk->out, entity, walk->redactor->conceal);
    g_string_append_printf(walk->out, "\r\n[left out: %s]\r\n", note);
}

/* The rest of the mail is for nobody. */
static struct body_end
skip_rest(struct walk *walk)
{
    struct span line;
    while (lines_next(&walk->lines, &line))
        ;
    return (struct body_end){ .depth = 0 };
}

static struct body_end
walk_multipart(struct walk *walk, const struct entity *entity)
{
    const struct conceal *conceal = walk->redactor->conceal;
    g_autofree char *written =
        walk->out != NULL ? entity_boundary(entity, conceal) : g_strdup(entity->boundary);
    g_autoptr(GString) around = g_string_new(NULL);
    struct body_end end;
    if (!lines_open(&walk->lines, entity->boundary, written)) {
        write_note(walk, entity, "too deep");
        return gather(&walk->lines, NULL);
    }
    if (walk->out != NULL) {
        entity_append(walk->out, entity, conceal, entity->coding_said ? "7bit" : NULL, written);
        g_string_append(walk->out, "\r\n");
    }
    end = gather(&walk->lines, around);
    if (walk->out != NULL)
        leaf_append_around(walk->out, conceal, (struct span){ around->str, around->len });
    return end;
}

/* An attached message: what follows is its header. A coded one is decoded first. False: it was
 * left out, *end tells where. */
static bool
walk_message(struct walk *walk, const struct entity *entity, struct body_end *end)
{
    const struct conceal *conceal = walk->redactor->conceal;
    if (entity->coding != CODING_NONE) {
        g_autoptr(GString) body = g_string_new(NULL);
        GString *decoded;
        *end = gather(&walk->lines, body);
        decoded = leaf_decoded(entity, (struct span){ body->str, body->len });
        if (end->depth > 0)
            lines_unread(&walk->lines);
        if (decoded == NULL || !lines_push(&walk->lines, decoded)) {
            write_note(walk, entity, "a message in a message, coded");
            *end = gather(&walk->lines, NULL);
            return false;
        }
    }
    if (walk->out != NULL) {
        entity_append(walk->out, entity, conceal, entity->coding_said ? "7bit" : NULL, NULL);
        g_string_append(walk->out, "\r\n");
    }
    return true;
}

static struct body_end
walk_leaf(struct walk *walk, const struct entity *entity)
{
    g_autoptr(GString) body = walk->out != NULL ? g_string_new(NULL) : NULL;
    struct body_end end = gather(&walk->lines, body);
    if (body == NULL) /* it collects */
        return end;
    if (walk->redactor->full) {
        write_note(walk, entity, "more recipients than can be taken out");
        return end;
    }
    leaf_append(walk->out, entity, walk->redactor->conceal, (struct span){ body->str, body->len });
    if (end.depth == 0 && walk->lines.depth == 0 && body->len > 0 &&
        walk->out->str[walk->out->len - 1] != '\n')
        g_string_append(walk->out, "\r\n");
    return end;
}

/* One header and what it is about. True: another header follows. */
static bool
walk_entity(struct walk *walk, struct entity *entity)
{
    const struct redactor *redactor = walk->redactor;
    struct body_end end;
    entity_read(entity, &walk->lines, redactor->wish.mask_headers);
    entity->is_part = walk->part_begins;
    walk->part_begins = false;
    if (walk->out == NULL)
        walk->room = entity_collect(entity, redactor->conceal) && walk->room;
    if (++walk->parts > LIMIT_PARTS) {
        write_note(walk, entity, "too many parts");
        end = skip_rest(walk);
    } else if (entity->kind == ENTITY_MULTIPART) {
        end = walk_multipart(walk, entity);
    } else if (entity->kind == ENTITY_MESSAGE) {
        if (walk_message(walk, entity, &end))
            return true;
    } else {
        end = walk_leaf(walk, entity);
    }
    walk->part_begins = end_body(walk, end);
    return walk->part_begins;
}

static void
walk_mail(struct walk *walk)
{
    struct entity entity;
    bool more = true;
    lines_init(&walk->lines, field_skip_preamble(walk->redactor->mail));
    while (more) {
        more = walk_entity(walk, &entity);
        entity_clear(&entity);
    }
    lines_clear(&walk->lines);
}

struct redactor *
redactor_new(struct span mail, const struct redact_wish *wish)
{
    struct redactor *redactor = g_new0(struct redactor, 1);
    struct walk walk = { .redactor = redactor, .room = true };
    redactor->conceal = conceal_new(wish->key);
    if (wish->all_addresses)
        conceal_all(redactor->conceal);
    redactor->mail = mail;
    redactor->wish = *wish;
    for (const char *const *one = wish->recipients; one != NULL && *one != NULL; one++)
        walk.room = conceal_add_address(redactor->conceal, span_of(*one)) && walk.room;
    /* fields that go may name recipients that stand elsewhere, too */
    redactor->wish.mask_headers = NULL;
    walk_mail(&walk);
    redactor->wish.mask_headers = wish->mask_headers;
    redactor->full = !walk.room;
    conceal_close(redactor->conceal);
    return redactor;
}

void
redactor_free(struct redactor *redactor)
{
    if (redactor == NULL)
        return;
    conceal_free(redactor->conceal);
    g_free(redactor);
}

/* The fields alone; what they say of the body stays as it is. */
static GBytes *
header_alone(const struct redactor *redactor)
{
    GString *out = g_string_new(NULL);
    struct lines lines;
    struct entity entity;
    lines_init(&lines, field_skip_preamble(redactor->mail));
    entity_read(&entity, &lines, redactor->wish.mask_headers);
    entity_append(out, &entity, redactor->conceal, NULL, NULL);
    entity_clear(&entity);
    lines_clear(&lines);
    return g_string_free_to_bytes(out);
}

GBytes *
redactor_mail(const struct redactor *redactor, enum redact_extent extent)
{
    struct walk walk = { .redactor = redactor, .room = true };
    if (extent == REDACT_HEADER || redactor->wish.headers_only)
        return header_alone(redactor);
    walk.out = g_string_sized_new(redactor->mail.len + 1024);
    walk_mail(&walk);
    /* Blank lines before a mail are passed over; the body's first ones may look like fields. */
    if (g_str_has_prefix(walk.out->str, "\r\n"))
        g_string_prepend(walk.out, "MIME-Version: 1.0\r\n");
    return g_string_free_to_bytes(walk.out);
}

char *
redactor_text(const struct redactor *redactor, const char *text, unsigned flags)
{
    g_autoptr(GString) changed = NULL;
    if (text == NULL)
        return NULL;
    changed = conceal_text(redactor->conceal, span_of(text), flags);
    return g_strdup(changed != NULL ? changed->str : text);
}

GBytes *
redact_fields(struct span mail, const char *const *mask_headers)
{
    GString *out = g_string_sized_new(mail.len);
    struct span rest = field_skip_preamble(mail);
    bool goes = false;
    while (rest.len > 0) {
        ptrdiff_t end = span_find(rest, '\n');
        struct span line = span_head(rest, end >= 0 ? (size_t)end + 1 : rest.len);
        ptrdiff_t colon = span_find(line, ':');
        if (span_trim(line).len == 0)
            break;
        if (line.octets[0] != ' ' && line.octets[0] != '\t')
            goes = colon > 0 &&
                   entity_is_masked(span_trim(span_head(line, (size_t)colon)), mask_headers);
        if (!goes)
            g_string_append_len(out, line.octets, (gssize)line.len);
        rest = span_from(rest, line.len);
    }
    g_string_append_len(out, rest.octets, (gssize)rest.len);
    return g_string_free_to_bytes(out);
}
