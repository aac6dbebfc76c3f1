/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/reply_read.h"

#include "ingest/reply_status.h"
#include "ingest/reply_ticket.h"
#include "ingest/trust.h"
#include "report/address.h"
#include "report/plain_mail.h"

#define TICKET_TEXT_OCTETS 4096
#define STATUS_TEXT_OCTETS 16384
#define MESSAGE_ID_OCTETS_MAX 255
#define REFERENCE_OCTETS_MIN 4

static void
add_key(GPtrArray *keys, struct span text)
{
    if (keys->len < REPLY_KEYS_MAX && text.len > 0)
        g_ptr_array_add(keys, span_dup(text));
}

/* All "<...>" of a value. */
static void
add_message_ids(GPtrArray *ids, struct span value)
{
    for (ptrdiff_t open; (open = span_find(value, '<')) >= 0;) {
        value = span_from(value, (size_t)open);
        ptrdiff_t shut = span_find(value, '>');
        if (shut < 0)
            return;
        if (shut < MESSAGE_ID_OCTETS_MAX)
            add_key(ids, span_head(value, (size_t)shut + 1));
        value = span_from(value, (size_t)shut + 1);
    }
}

/* Words in brackets: the database knows which of them is ours. */
static void
add_references(GPtrArray *references, struct span subject)
{
    for (ptrdiff_t open; (open = span_find(subject, '[')) >= 0;) {
        subject = span_from(subject, (size_t)open + 1);
        ptrdiff_t shut = span_find(subject, ']');
        bool word = shut >= REFERENCE_OCTETS_MIN && shut <= VERP_REFERENCE_MAX;
        for (ptrdiff_t i = 0; word && i < shut; i++)
            word = g_ascii_isalnum(subject.octets[i]) || subject.octets[i] == '-';
        if (word)
            add_key(references, span_head(subject, (size_t)shut));
    }
}

/* The first address in the value whose key is right. */
static void
read_verp(struct reply *reply, struct span value, const struct reply_settings *settings)
{
    size_t from = 0;
    if (reply->verp_reference[0] != '\0')
        return;
    for (size_t i = 0; i <= value.len; i++) {
        if (i < value.len && strchr(" \t,;:<>\"()", value.octets[i]) == NULL)
            continue;
        struct span word = span_head(span_from(value, from), i - from);
        from = i + 1;
        if (word.len > 0 && verp_read(word, settings->bounce_address, settings->secret,
                                      reply->verp_reference, &reply->verp_position))
            return;
    }
}

/* Whom it came to, and what it answers. */
static void
read_fields(struct reply *reply, const struct mail *mail, const struct reply_settings *settings)
{
    static const char *const envelope[] = { "X-Original-To", "Delivered-To", "Envelope-To",
                                            "X-Envelope-To", "To",           "Cc" };
    bool keyed = settings->bounce_address != NULL && settings->bounce_address[0] != '\0' &&
                 settings->secret != NULL;
    for (size_t i = 0; i < mail->field_count; i++) {
        const struct mail_field *field = &mail->fields[i];
        struct span value = span_of(field->value);
        for (size_t k = 0; keyed && k < G_N_ELEMENTS(envelope); k++)
            if (g_ascii_strcasecmp(field->name, envelope[k]) == 0)
                read_verp(reply, value, settings);
        if (g_ascii_strcasecmp(field->name, "In-Reply-To") == 0 ||
            g_ascii_strcasecmp(field->name, "References") == 0)
            add_message_ids(reply->message_ids, value);
        if (g_ascii_strcasecmp(field->name, "X-Failed-Recipients") == 0) {
            char *address = address_first(value);
            if (address != NULL)
                g_ptr_array_add(reply->addresses, address);
        }
    }
}

/* "Message-ID: <...>" in lines of text, as bounces without MIME quote the mail. */
static void
add_quoted_ids(GPtrArray *ids, struct span text)
{
    struct span line;
    while (ids->len < REPLY_KEYS_MAX && span_line(&text, &line)) {
        line = span_trim(line);
        while (line.len > 0 && (line.octets[0] == '>' || line.octets[0] == ' '))
            line = span_from(line, 1);
        if (span_starts_nocase(line, "Message-ID:"))
            add_message_ids(ids, line);
    }
}

/* That it came from the null path says only that a machine wrote it; a success is none. */
static bool
is_bounce(const struct verdict *verdict)
{
    return verdict->type == EMAIL_BOUNCE && strcmp(verdict->rule, "dsn-success") != 0 &&
           strcmp(verdict->rule, "null-path") != 0;
}

static bool
is_automatic(const struct mail *mail, const struct verdict *verdict)
{
    const char *word = mail_field(mail, "Auto-Submitted");
    return verdict->type != EMAIL_NORMAL || strcmp(verdict->rule, "feedback-report") == 0 ||
           (word != NULL && !span_starts_nocase(span_trim(span_of(word)), "no"));
}

static void
judge(struct reply *reply, const struct report *report)
{
    const struct mail *mail = report->original;
    struct span text = { mail->text, mail->text_len };
    struct verdict verdict;
    classify(report, NULL, &verdict);
    reply->ticket = reply_ticket_of_subject(reply->subject);
    if (strcmp(verdict.rule, "dsn-delayed") == 0)
        reply->kind = REPLY_DELAY;
    else if (is_bounce(&verdict))
        reply->kind = REPLY_BOUNCE;
    else if (!is_automatic(mail, &verdict))
        reply->kind = REPLY_HUMAN;
    else {
        if (reply->ticket == NULL)
            reply->ticket = reply_ticket_of_text(span_head(text, TICKET_TEXT_OCTETS));
        reply->kind = reply->ticket != NULL ? REPLY_TICKET : REPLY_AUTO;
    }
    if (mail->delivery_status != NULL) {
        reply->status = reply_status_of_dsn(mail->delivery_status);
        reply_status_addresses(mail->delivery_status, reply->addresses, REPLY_KEYS_MAX);
    } else if (reply->kind == REPLY_BOUNCE)
        reply->status = reply_status_of_text(span_head(text, STATUS_TEXT_OCTETS));
}

/* What the mails brought along say of themselves. */
static void
read_returned(struct reply *reply, const GPtrArray *brought)
{
    for (guint i = 0; i < brought->len; i++)
        add_message_ids(reply->message_ids, span_of(g_ptr_array_index(brought, i)));
}

static void
fill(struct reply *reply, const struct report *report, const GPtrArray *brought,
     const struct reply_settings *settings)
{
    const struct mail *mail = report->original;
    reply->from_address = g_strdup(mail->from_address != NULL ? mail->from_address : "");
    reply->subject = g_strdup(mail->subject != NULL ? mail->subject : "");
    read_fields(reply, mail, settings);
    read_returned(reply, brought);
    add_quoted_ids(reply->message_ids, (struct span){ mail->text, mail->text_len });
    add_references(reply->references, span_of(reply->subject));
    judge(reply, report);
    add_key(reply->addresses, span_of(reply->from_address));
    if (reply->status == NULL)
        reply->status = g_strdup("");
    if (reply->ticket == NULL)
        reply->ticket = g_strdup("");
}

struct reply *
reply_read(struct span octets, const struct reply_settings *settings, int64_t otherwise,
           int64_t *received, GError **error)
{
    g_autoptr(GPtrArray) brought = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Report) report = plain_mail_read(octets, brought, REPLY_KEYS_MAX, error);
    if (report == NULL)
        return NULL;
    struct reply *reply = reply_new();
    fill(reply, report, brought, settings);
    *received = trust_received_date(report->outer, otherwise);
    return reply;
}
