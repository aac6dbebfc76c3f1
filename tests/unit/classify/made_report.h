/* SPDX-License-Identifier: Apache-2.0 */
/*
 * made_report - a struct report written down as a few lines of text, without a parser
 *
 * In:      NULL stands for what the report leaves out; lines end in LF. Any octets are allowed:
 *          the fuzz targets build reports of what the fuzzer gives.
 * Owns:    everything lies in the arena; made_free().
 */
#pragma once

#include "base/text.h"
#include "report/report.h"

#define MADE_ITEMS_MAX 600

struct made_text {
    const char *header; /* "Name: value" a line: the reported mail; NULL: the report holds none */
    const char *parts;  /* "[N]type[;report-type]" a line; N message/rfc822 stand above it */
    const char *path;   /* Original-Mail-From */
    const char *text;   /* visible text */
    const char *status; /* delivery_status */
    const char *auth;   /* Authentication-Results, one a line */
    const char *links;  /* keys, one a line; "!" before it: not reportable */
    const char *files;  /* names of attachments, one a line */
    const char *rcpt;   /* Original-Rcpt-To, one a line */
    const char *source; /* Source-IP */
};

struct made {
    struct report report;
    struct mail mail;
    struct mail outer;
    GStringChunk *arena;
    GArray *fields, *parts, *links, *files;
    GPtrArray *auth, *rcpt;
};

static inline const char *
made_keep(struct made *made, struct span octets)
{
    g_autofree char *clean = text_utf8(octets);
    return g_string_chunk_insert(made->arena, clean);
}

static inline void
made_field(struct made *made, struct span line)
{
    ptrdiff_t colon = span_find(line, ':');
    struct mail_field field;
    if (colon < 0)
        return;
    field.name = made_keep(made, span_head(line, (size_t)colon));
    field.value = made_keep(made, span_trim(span_from(line, (size_t)colon + 1)));
    g_array_append_val(made->fields, field);
}

static inline void
made_part(struct made *made, struct span line)
{
    struct mail_part part = { 0 };
    struct span rest = line;
    struct span type;
    bool spent = false;
    if (line.len > 0 && g_ascii_isdigit(line.octets[0])) {
        part.message = (unsigned)(line.octets[0] - '0');
        rest = span_from(line, 1);
    }
    part.depth = made->parts->len > 0 ? 1 + part.message : 0;
    span_cut(&rest, ';', &type, &spent);
    part.type = made_keep(made, type);
    part.report_type = spent ? NULL : made_keep(made, rest);
    g_array_append_val(made->parts, part);
}

static inline void
made_link(struct made *made, struct span line)
{
    struct link link = { 0 };
    if (line.len > 0 && line.octets[0] == '!') {
        link.flags = LINK_NOT_REPORTABLE;
        line = span_from(line, 1);
    }
    link.key = link.url = made_keep(made, line);
    link.host = "host.example";
    g_array_append_val(made->links, link);
}

static inline void
made_file(struct made *made, struct span line)
{
    struct attachment file = { .type = "application/octet-stream", .size = line.len };
    g_autofree char *sum =
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)line.octets, line.len);
    file.filename = made_keep(made, line);
    g_strlcpy(file.sha256, sum, sizeof file.sha256);
    g_array_append_val(made->files, file);
}

static inline void
made_lines(struct made *made, const char *text, void (*add)(struct made *made, struct span line))
{
    struct span rest = span_of(text);
    struct span line;
    for (int i = 0; i < MADE_ITEMS_MAX && span_line(&rest, &line); i++)
        add(made, line);
}

static inline void
made_auth(struct made *made, struct span line)
{
    g_ptr_array_add(made->auth, (void *)(uintptr_t)made_keep(made, line));
}

static inline void
made_rcpt(struct made *made, struct span line)
{
    g_ptr_array_add(made->rcpt, (void *)(uintptr_t)made_keep(made, line));
}

/* The address in <> of a From: value, or the value. */
static inline const char *
made_address(struct made *made, const char *from)
{
    struct span value = span_of(from);
    ptrdiff_t open = span_find(value, '<');
    ptrdiff_t shut = span_find(value, '>');
    if (from == NULL || open < 0 || shut < open)
        return from;
    value = span_from(span_head(value, (size_t)shut), (size_t)open + 1);
    return value.len > 0 ? made_keep(made, value) : NULL;
}

static inline void
made_mail(struct made *made, const struct made_text *from)
{
    struct mail *mail = &made->mail;
    made_lines(made, from->header, made_field);
    made_lines(made, from->parts, made_part);
    mail->fields = (const struct mail_field *)(void *)made->fields->data;
    mail->field_count = made->fields->len;
    mail->parts = (const struct mail_part *)(void *)made->parts->data;
    mail->part_count = made->parts->len;
    mail->subject = mail_field(mail, "Subject");
    mail->from = mail_field(mail, "From");
    mail->from_address = made_address(made, mail->from);
    mail->message_id = mail_field(mail, "Message-ID");
    mail->date = CLOCK_UNKNOWN;
    mail->text = from->text != NULL ? made_keep(made, span_of(from->text)) : NULL;
    mail->text_len = mail->text != NULL ? strlen(mail->text) : 0;
    if (from->status != NULL)
        mail->delivery_status = made_keep(made, span_of(from->status));
    made->report.original = mail;
    made->report.message_id = mail->message_id;
}

static inline struct made *
made_new(const struct made_text *from)
{
    struct made *made = g_new0(struct made, 1);
    struct report *report = &made->report;
    made->arena = g_string_chunk_new(4096);
    made->fields = g_array_new(FALSE, FALSE, sizeof(struct mail_field));
    made->parts = g_array_new(FALSE, FALSE, sizeof(struct mail_part));
    made->links = g_array_new(FALSE, FALSE, sizeof(struct link));
    made->files = g_array_new(FALSE, FALSE, sizeof(struct attachment));
    made->auth = g_ptr_array_new();
    made->rcpt = g_ptr_array_new();
    report->arrival_date = CLOCK_UNKNOWN;
    report->outer = &made->outer;
    if (from->path != NULL)
        report->original_mail_from = made_keep(made, span_of(from->path));
    if (from->source != NULL)
        ip_parse(span_of(from->source), &report->source_ip);
    if (from->header != NULL)
        made_mail(made, from);
    made_lines(made, from->links, made_link);
    made_lines(made, from->files, made_file);
    made_lines(made, from->auth, made_auth);
    made_lines(made, from->rcpt, made_rcpt);
    report->links = (const struct link *)(void *)made->links->data;
    report->link_count = made->links->len;
    report->attachments = (const struct attachment *)(void *)made->files->data;
    report->attachment_count = made->files->len;
    report->authentication_results.items = (const char *const *)made->auth->pdata;
    report->authentication_results.count = made->auth->len;
    report->original_rcpt_to.items = (const char *const *)made->rcpt->pdata;
    report->original_rcpt_to.count = made->rcpt->len;
    return made;
}

static inline void
made_free(struct made *made)
{
    g_string_chunk_free(made->arena);
    g_array_unref(made->fields);
    g_array_unref(made->parts);
    g_array_unref(made->links);
    g_array_unref(made->files);
    g_ptr_array_unref(made->auth);
    g_ptr_array_unref(made->rcpt);
    g_free(made);
}
typedef struct made Made;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Made, made_free)
