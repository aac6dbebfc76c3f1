/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_build.h"

#include "base/limits.h"
#include "report/derive.h"
#include "report/field.h"
#include "report/mail_read.h"

static struct report *
empty_report(enum report_kind kind)
{
    struct report *report = g_new0(struct report, 1);
    report->kind = kind;
    report->arena = g_string_chunk_new(8192);
    report->arrival_date = CLOCK_UNKNOWN;
    return report;
}

struct report *
report_new(enum report_kind kind, GMimeMessage *outer)
{
    struct report *report = empty_report(kind);
    struct mail_reader reader = { .arena = report->arena };
    report->outer = outer != NULL ? mail_read(&reader, outer, MAIL_HEADER) : g_new0(struct mail, 1);
    report->report_message_id = report->outer->message_id;
    report->truncated = reader.truncated;
    return report;
}

struct report *
report_new_beside(const struct report *first)
{
    struct report *report = empty_report(first->kind);
    report->outer = mail_copy(first->outer, report->arena);
    report->report_message_id = report->outer->message_id;
    return report;
}

/* A Subject longer than the database takes is cut on the way there, and that is told. */
static void
note_subject_limit(struct report *report, const struct mail *mail)
{
    if (mail->subject != NULL && g_utf8_strlen(mail->subject, -1) > LIMIT_SUBJECT_CHARS)
        report->truncated = true;
}

void
report_read_original_message(struct report *report, GMimeMessage *message)
{
    GArray *attachments = g_array_new(FALSE, FALSE, sizeof(struct attachment));
    g_autoptr(LinkSet) links = link_set_new(report->arena);
    struct mail_reader reader = { report->arena, links, attachments, false };
    struct mail *mail = mail_read(&reader, message, MAIL_WHOLE);
    bool full = false;
    const struct link *list = NULL;
    if (mail->field_count == 0) { /* "REDACTED", or nothing at all */
        mail_free(mail);
        g_array_free(attachments, TRUE);
        return;
    }
    report->original = mail;
    report->attachment_count = attachments->len;
    report->attachments = (struct attachment *)g_array_free(attachments, FALSE);
    report->link_count = link_set_take(links, &list, &full);
    report->links = list;
    report->truncated |= reader.truncated || full;
    note_subject_limit(report, mail);
    for (size_t i = 0; i < report->link_count; i++)
        report->truncated |= (report->links[i].flags & LINK_CUT) != 0;
}

void
report_read_original_octets(struct report *report, struct span octets, bool headers_only)
{
    g_autoptr(MimeMessage) message = gmime_border_parse(field_skip_preamble(octets));
    report->headers_only = headers_only;
    if (message != NULL)
        report_read_original_message(report, message);
}

/* Empty lines before the header, which the MIME parser takes for its end: the mail is the body. */
static void
read_below_empty_lines(struct report *report, GMimeMessage *message)
{
    g_autoptr(GByteArray) scratch = g_byte_array_new();
    GMimeObject *body = g_mime_message_get_mime_part(message);
    g_autoptr(MimeMessage) inner = NULL;
    if (!GMIME_IS_PART(body))
        return;
    inner =
        gmime_border_parse(field_skip_preamble(gmime_border_content(GMIME_PART(body), scratch)));
    if (inner != NULL && (g_mime_object_get_header(GMIME_OBJECT(inner), "From") != NULL ||
                          g_mime_object_get_header(GMIME_OBJECT(inner), "Received") != NULL))
        report_read_original_message(report, inner);
}

void
report_read_original(struct report *report, GMimeObject *original, bool headers_only)
{
    g_autoptr(GByteArray) scratch = g_byte_array_new();
    if (GMIME_IS_MESSAGE_PART(original)) {
        GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(original));
        report->headers_only = headers_only;
        if (message != NULL)
            report_read_original_message(report, message);
        if (message != NULL && report->original == NULL)
            read_below_empty_lines(report, message);
        return;
    }
    if (GMIME_IS_PART(original))
        report_read_original_octets(report, gmime_border_content(GMIME_PART(original), scratch),
                                    headers_only);
}

void
report_finish(struct report *report, const struct report_settings *settings)
{
    struct derive_settings derive = { settings != NULL ? settings->received_by : NULL };
    if (report->original != NULL && report->original->message_id != NULL)
        report->message_id = report->original->message_id;
    derive_all(report, &derive);
}
