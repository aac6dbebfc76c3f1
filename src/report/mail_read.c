/* SPDX-License-Identifier: Apache-2.0 */
#include "report/mail_read.h"

#include "base/limits.h"
#include "base/text.h"
#include "report/address.h"
#include "report/body_read.h"
#include "report/mail_date.h"

const char *
mail_field(const struct mail *mail, const char *name)
{
    char initial = g_ascii_tolower(*name); /* few fields share it, and many are asked for */
    for (size_t i = 0; mail != NULL && i < mail->field_count; i++)
        if (g_ascii_tolower(*mail->fields[i].name) == initial &&
            g_ascii_strcasecmp(mail->fields[i].name, name) == 0)
            return mail->fields[i].value;
    return NULL;
}

/* The message's own fields, in order. */
static void
read_fields(struct mail_reader *reader, struct mail *mail, GMimeMessage *message)
{
    GMimeHeaderList *list = g_mime_object_get_header_list(GMIME_OBJECT(message));
    int count = g_mime_header_list_get_count(list);
    g_autoptr(GString) value = g_string_new(NULL);
    size_t room = LIMIT_HEADER_OCTETS;
    struct mail_field *fields;
    count = MIN(count, LIMIT_HEADER_FIELDS);
    reader->truncated |= count < g_mime_header_list_get_count(list);
    fields = g_new0(struct mail_field, (size_t)count + 1);
    for (int i = 0; i < count; i++) {
        GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
        const char *raw = g_mime_header_get_raw_value(header);
        struct span name = span_of(g_mime_header_get_name(header));
        g_autofree char *repaired = NULL;
        if (!g_utf8_validate_len(name.octets, name.len, NULL))
            name = span_of(repaired = text_utf8(name));
        gmime_border_header(span_of(raw), value);
        if (value->len + name.len > room) {
            reader->truncated = true;
            break;
        }
        room -= value->len + name.len;
        fields[mail->field_count++] = (struct mail_field){
            .name = g_string_chunk_insert_len(reader->arena, name.octets, (gssize)name.len),
            .value = g_string_chunk_insert_len(reader->arena, value->str, (gssize)value->len),
        };
    }
    mail->fields = fields;
}

static const char *
first_address(GStringChunk *arena, struct span field)
{
    g_autofree char *address = address_first(field);
    return address != NULL ? g_string_chunk_insert(arena, address) : NULL;
}

/* "as written": the raw value, which a decoder might have changed. */
static const char *
trimmed(GStringChunk *arena, const char *value)
{
    struct span span = span_trim(span_of(value));
    return g_string_chunk_insert_len(arena, span.octets, (gssize)span.len);
}

static void
read_known_fields(struct mail_reader *reader, struct mail *mail)
{
    const char *message_id = mail_field(mail, "Message-ID");
    const char *date = mail_field(mail, "Date");
    mail->subject = mail_field(mail, "Subject");
    mail->from = mail_field(mail, "From");
    if (mail->from != NULL)
        mail->from_address = first_address(reader->arena, span_of(mail->from));
    if (message_id != NULL)
        mail->message_id = trimmed(reader->arena, message_id);
    mail->date = date != NULL ? mail_date_parse(date) : CLOCK_UNKNOWN;
}

struct mail *
mail_read(struct mail_reader *reader, GMimeMessage *message, enum mail_extent extent)
{
    struct mail *mail = g_new0(struct mail, 1);
    reader->truncated |= gmime_border_was_cut(message);
    read_fields(reader, mail, message);
    read_known_fields(reader, mail);
    body_read(reader, mail, message, extent);
    return mail;
}

static const char *
kept(GStringChunk *arena, const char *text)
{
    return text != NULL ? g_string_chunk_insert(arena, text) : NULL;
}

struct mail *
mail_copy(const struct mail *mail, GStringChunk *arena)
{
    struct mail *copy = g_memdup2(mail, sizeof *mail);
    struct mail_field *fields = g_new0(struct mail_field, mail->field_count + 1);
    struct mail_part *parts = g_new0(struct mail_part, mail->part_count + 1);
    for (size_t i = 0; i < mail->field_count; i++)
        fields[i] = (struct mail_field){ kept(arena, mail->fields[i].name),
                                         kept(arena, mail->fields[i].value) };
    for (size_t i = 0; i < mail->part_count; i++) {
        parts[i] = mail->parts[i];
        parts[i].type = g_string_chunk_insert_const(arena, parts[i].type);
        parts[i].report_type = kept(arena, parts[i].report_type);
    }
    copy->fields = fields;
    copy->parts = parts;
    copy->subject = kept(arena, mail->subject);
    copy->from = kept(arena, mail->from);
    copy->from_address = kept(arena, mail->from_address);
    copy->message_id = kept(arena, mail->message_id);
    copy->text = g_string_chunk_insert_len(arena, mail->text, (gssize)mail->text_len);
    copy->delivery_status = kept(arena, mail->delivery_status);
    return copy;
}

void
mail_free(struct mail *mail)
{
    if (mail == NULL)
        return;
    g_free((void *)(uintptr_t)mail->fields);
    g_free((void *)(uintptr_t)mail->parts);
    g_free(mail);
}
