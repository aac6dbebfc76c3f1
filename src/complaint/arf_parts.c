/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/arf_parts.h"

#include "complaint/feedback_part.h"
#include "complaint/recipient.h"
#include "complaint/text_part.h"
#include "complaint/xarf.h"
#include "complaint/zip.h"
#include "report/field.h"
#include "report/header_line.h"
#include "report/redact_entity.h"
#include "report/transfer.h"

/* What is made on the way to the parts. */
struct arf_parts {
    const struct complaint_facts *facts;
    const struct complaint_style *style;
    const struct redactor *redactor;
    const struct complaint_words *words;
    GPtrArray *parts;
    GBytes *whole;  /* redacted; NULL: there is only a header, or nothing */
    GBytes *header; /* redacted, or made from the facts */
    GBytes *zip;
    bool too_large;
};

static bool
answers_by_itself(const struct entity *entity)
{
    for (guint i = 0; i < entity->names->len; i++)
        if (g_ascii_strcasecmp(g_ptr_array_index(entity->names, i), "Auto-Submitted") == 0 &&
            span_starts_nocase(span_trim(span_of(g_ptr_array_index(entity->values, i))),
                               "auto-replied"))
            return true;
    return false;
}

const char *
arf_parts_loop(struct span original)
{
    const char *loop = NULL;
    struct entity entity;
    struct lines lines;
    lines_init(&lines, field_skip_preamble(original));
    entity_read(&entity, &lines, NULL);
    for (guint i = 0; i < entity.names->len; i++)
        if (g_ascii_strcasecmp(g_ptr_array_index(entity.names, i), ARF_LOOP_FIELD) == 0)
            loop = "a complaint of ours";
    if (loop == NULL && (strcmp(entity.type, "multipart/report") == 0 ||
                         strcmp(entity.type, "message/delivery-status") == 0 ||
                         strcmp(entity.type, "message/disposition-notification") == 0 ||
                         strcmp(entity.type, "message/feedback-report") == 0))
        loop = "a report or a bounce";
    if (loop == NULL && answers_by_itself(&entity))
        loop = "an automatic answer";
    entity_clear(&entity);
    lines_clear(&lines);
    return loop;
}

static GString *
new_part(struct arf_parts *made, const char *header)
{
    GString *part = g_string_new(header);
    g_string_append(part, "\r\n");
    g_ptr_array_add(made->parts, part);
    return part;
}

static void
add_octets(GString *part, GBytes *octets)
{
    struct span span = span_of_bytes(octets);
    g_string_append_len(part, span.octets, (gssize)span.len);
}

static void
add_base64(GString *part, struct span octets)
{
    transfer_append_base64(part, octets);
    g_string_append(part, "\r\n");
}

/* --- the mail --- */

/* Nothing of it is there: what its fields said. */
static GBytes *
header_of_facts(const struct complaint_words *words)
{
    GString *out = g_string_new("Subject: ");
    const char *subject = words->subject != NULL ? words->subject : "";
    g_autofree char *id = header_line_ascii(words->message_id, 300);
    transfer_append_words(out, out->len, span_of(subject));
    g_string_append(out, "\r\n");
    if (id[0] != '\0')
        g_string_append_printf(out, "Message-ID: %s\r\n", id);
    return g_string_free_to_bytes(out);
}

static void
read_original(struct arf_parts *made)
{
    const struct complaint_facts *facts = made->facts;
    if (facts->original == NULL) {
        made->header = header_of_facts(made->words);
        return;
    }
    made->header = redactor_mail(made->redactor, REDACT_HEADER);
    if (g_bytes_get_size(made->header) == 0) {
        g_bytes_unref(made->header);
        made->header = header_of_facts(made->words);
    }
    if (!facts->headers_only)
        made->whole = redactor_mail(made->redactor, REDACT_WHOLE);
}

static bool
shows_whole(const struct arf_parts *made)
{
    return made->whole != NULL && !made->style->headers_part &&
           g_bytes_get_size(made->whole) <= COMPLAINT_ORIGINAL_OCTETS_MAX;
}

static void
add_original(struct arf_parts *made)
{
    if (shows_whole(made))
        add_octets(new_part(made, "Content-Type: message/rfc822\r\n"
                                  "Content-Disposition: inline\r\n"),
                   made->whole);
    else
        add_octets(new_part(made, "Content-Type: text/rfc822-headers\r\n"
                                  "Content-Disposition: inline\r\n"),
                   made->header);
}

/* --- the zip --- */

static bool
wants_zip(const struct arf_parts *made)
{
    enum complaint_zip zip = made->style->zip;
    return made->facts->original != NULL &&
           (zip == COMPLAINT_ZIP_ALWAYS ||
            (zip == COMPLAINT_ZIP_ATTACHMENTS && made->facts->has_attachments));
}

static bool
make_zip(struct arf_parts *made, GError **error)
{
    g_autofree char *name = g_strconcat(made->facts->reference, ".eml", NULL);
    GBytes *redacted = made->whole != NULL ? made->whole : made->header;
    GBytes *content = made->style->whole_in_zip ? made->facts->original : redacted;
    if (!wants_zip(made))
        return true;
    if (g_bytes_get_size(content) > ZIP_OCTETS_MAX) {
        made->too_large = true;
        return true;
    }
    made->zip = zip_one(name, span_of_bytes(content), made->style->zip_password,
                        made->style->zip_aes256 ? ZIP_AES256 : ZIP_CRYPTO, error);
    if (made->zip == NULL)
        return false;
    if (g_bytes_get_size(made->zip) > COMPLAINT_ZIP_OCTETS_MAX) {
        g_clear_pointer(&made->zip, g_bytes_unref);
        made->too_large = true;
    }
    return true;
}

static void
add_zip(struct arf_parts *made)
{
    g_autofree char *header = NULL;
    if (made->zip == NULL)
        return;
    header = g_strdup_printf("Content-Type: application/zip; name=\"%s.zip\"\r\n"
                             "Content-Transfer-Encoding: base64\r\n"
                             "Content-Disposition: attachment; filename=\"%s.zip\"\r\n",
                             made->facts->reference, made->facts->reference);
    add_base64(new_part(made, header), span_of_bytes(made->zip));
}

/* --- the others --- */

static void
add_text(struct arf_parts *made)
{
    g_autofree char *zip_name =
        made->zip != NULL ? g_strconcat(made->facts->reference, ".zip", NULL) : NULL;
    const struct text_part_notes notes = { .zip_name = zip_name,
                                           .whole_in_zip = made->style->whole_in_zip,
                                           .too_large = made->too_large,
                                           .shown_whole = shows_whole(made),
                                           .zip_is_header = made->whole == NULL,
                                           .has_original = made->facts->original != NULL };
    g_autoptr(GString) text = g_string_new(NULL);
    GString *part = new_part(made, "Content-Type: text/plain; charset=utf-8\r\n"
                                   "Content-Transfer-Encoding: quoted-printable\r\n");
    text_part_append(text, made->facts, made->style, made->words, made->redactor, &notes);
    transfer_append_quoted(part, (struct span){ text->str, text->len });
}

static bool
add_xarf(struct arf_parts *made, const char *site)
{
    g_autofree char *sender = recipient_sender(made->style->sender);
    bool whole = shows_whole(made) && g_bytes_get_size(made->whole) <= XARF_EVIDENCE_OCTETS_MAX;
    g_autofree char *text =
        made->style->xarf
            ? xarf_text(made->facts, made->words, sender, site, whole ? made->whole : made->header,
                        whole ? "message/rfc822" : "text/rfc822-headers")
            : NULL;
    if (text == NULL)
        return false;
    add_base64(new_part(made, "Content-Type: application/json; name=\"xarf.json\"\r\n"
                              "Content-Transfer-Encoding: base64\r\n"
                              "Content-Disposition: attachment; filename=\"xarf.json\"\r\n"),
               span_of(text));
    return true;
}

static void
free_part(gpointer part)
{
    g_string_free(part, TRUE);
}

GPtrArray *
arf_parts_new(const struct complaint_facts *facts, const struct complaint_style *style,
              const struct redactor *redactor, const struct complaint_words *words,
              const char *site, bool *zipped, bool *xarf, GError **error)
{
    struct arf_parts made = { .facts = facts,
                              .style = style,
                              .redactor = redactor,
                              .words = words,
                              .parts = g_ptr_array_new_with_free_func(free_part) };
    bool good;
    read_original(&made);
    made.too_large = made.whole != NULL && !style->headers_part && !shows_whole(&made);
    good = make_zip(&made, error);
    if (good) {
        add_text(&made);
        feedback_part_append(new_part(&made, "Content-Type: message/feedback-report\r\n"), facts,
                             words);
        add_original(&made);
        add_zip(&made);
        *zipped = made.zip != NULL;
        *xarf = add_xarf(&made, site);
    }
    g_clear_pointer(&made.whole, g_bytes_unref);
    g_clear_pointer(&made.header, g_bytes_unref);
    g_clear_pointer(&made.zip, g_bytes_unref);
    if (!good)
        g_clear_pointer(&made.parts, g_ptr_array_unref);
    return made.parts;
}
