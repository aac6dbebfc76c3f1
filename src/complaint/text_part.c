/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/text_part.h"

#include "complaint/recipient.h"
#include "complaint/stamp.h"

#define COLUMNS 76
#define SIGNATURE_LINES_MAX 20
#define SIGNATURE_CHARS_MAX 500
#define LABEL_COLUMNS 17

/* A paragraph, its words wrapped. */
static void
add_paragraph(GString *out, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    glong column = 0;
    for (char **word = words; *word != NULL; word++) {
        glong width = g_utf8_strlen(*word, -1);
        if (column > 0 && column + 1 + width > COLUMNS) {
            g_string_append(out, "\r\n");
            column = 0;
        } else if (column > 0) {
            g_string_append_c(out, ' ');
            column++;
        }
        g_string_append(out, *word);
        column += width;
    }
    g_string_append(out, "\r\n\r\n");
}

static void
add_fact(GString *out, const char *label, const char *value)
{
    g_autofree char *line = value != NULL ? recipient_line(value, 400) : NULL;
    if (line != NULL && line[0] != '\0')
        g_string_append_printf(out, "%-*s %s\r\n", LABEL_COLUMNS, label, line);
}

static const char *
opening(enum complaint_type type)
{
    switch (type) {
    case COMPLAINT_FRAUD:
        return "This is an abuse report about fraud. A mail from a host of your network failed "
               "DMARC: its author used a domain that is not his and posed as another. It was "
               "chosen from such mails: fraud (phishing), not spam.";
    case COMPLAINT_VIRUS:
        return "This is an abuse report about malware. A mail from a host of your network carries "
               "malware or leads to it.";
    case COMPLAINT_ABUSE:
        break;
    }
    return "This is an abuse report. A mail from a host of your network was not wanted by its "
           "recipient.";
}

static void
add_facts(GString *out, const struct complaint_facts *facts, const struct complaint_words *words)
{
    char when[STAMP_TEXT_MAX];
    g_autofree char *port =
        facts->source_port > 0 ? g_strdup_printf("%u", facts->source_port) : NULL;
    g_autofree char *name =
        words->source_domain != NULL
            ? g_strconcat(words->source_domain, facts->source_confirmed ? "" : " (not confirmed)",
                          NULL)
            : NULL;
    g_autofree char *count = facts->incidents > 1 ? g_strdup_printf("%u", facts->incidents) : NULL;
    g_autofree char *from = words->mail_from != NULL && words->mail_from[0] == '\0'
                                ? g_strdup("<> (none)")
                                : g_strdup(words->mail_from);
    add_fact(out, "Source address:", words->source_ip);
    add_fact(out, "Source port:", port);
    add_fact(out, "Host name:", name);
    add_fact(out, "Network:", words->network);
    add_fact(out, "Time:", stamp_text(facts->arrival, when));
    add_fact(out, "Mails seen:", count);
    add_fact(out, "Envelope sender:", from);
    add_fact(out, "Subject:", words->subject);
    add_fact(out, "Message-ID:", words->message_id);
    add_fact(out, "Received by:", words->reporting_mta);
    for (guint i = 0; i < words->domains->len; i++)
        add_fact(out, "Domain misused:", g_ptr_array_index(words->domains, i));
    g_string_append(out, "\r\n");
}

static void
add_uris(GString *out, const struct complaint_words *words)
{
    if (words->uris->len == 0)
        return;
    add_paragraph(out, "URLs in the mail, made harmless (hxxp for http, [.] for a dot); take care, "
                       "they may lead to malware:");
    for (guint i = 0; i < words->uris->len; i++) {
        g_string_append(out, "  ");
        complaint_words_defang(out, g_ptr_array_index(words->uris, i));
        g_string_append(out, "\r\n");
    }
    g_string_append(out, "\r\n");
}

static void
add_times(GString *out, const struct complaint_facts *facts, const struct redactor *redactor)
{
    char when[STAMP_TEXT_MAX];
    size_t count = MIN(facts->time_count, COMPLAINT_TIMES_MAX);
    if (count == 0)
        return;
    add_paragraph(out, "More mails of the same series from this address (UTC):");
    for (size_t i = 0; i < count; i++) {
        g_autofree char *redacted =
            redactor_text(redactor, facts->times[i].message_id, CONCEAL_FIELD);
        g_autofree char *id = recipient_line(redacted, 300);
        g_string_append_printf(out, "  %s%s%s\r\n", stamp_text(facts->times[i].arrival, when),
                               id[0] != '\0' ? "  " : "", id);
    }
    if (facts->incidents > count + 1)
        g_string_append_printf(out, "  and %u more\r\n", facts->incidents - (unsigned)count - 1);
    g_string_append(out, "\r\n");
}

static void
add_attachments(GString *out, const struct complaint_style *style,
                const struct text_part_notes *notes)
{
    if (notes->has_original)
        add_paragraph(out, notes->shown_whole
                               ? "The third part of this message is the mail. Its recipients are "
                                 "made unreadable (RFC 6590), so its DKIM signatures no longer fit."
                               : "The third part of this message is the header of the mail. Its "
                                 "recipients are made unreadable (RFC 6590), so its DKIM "
                                 "signatures no longer fit.");
    if (notes->zip_name != NULL) {
        g_autofree char *password = recipient_ascii(style->zip_password, 200);
        g_autofree char *text = g_strdup_printf(
            "%s is in the attached %s, so that nobody opens it by accident. The password is: %s",
            notes->whole_in_zip ? "The mail as it was received" : "The same mail", notes->zip_name,
            password);
        add_paragraph(out, text);
    }
    if (notes->too_large)
        add_paragraph(out, "The mail is too large to be sent along as a whole; ask us for it.");
}

static void
add_signature(GString *out, const struct complaint_facts *facts,
              const struct complaint_style *style)
{
    g_auto(GStrv) lines = g_strsplit(style->contact_text != NULL ? style->contact_text : "", "\n",
                                     SIGNATURE_LINES_MAX + 1);
    g_autofree char *sender = recipient_sender(style->sender);
    g_autofree char *reference = g_strdup_printf(
        "Our reference is %s. A person reads the answers to %s. To get no more reports from us, "
        "answer this mail with the word STOP.",
        facts->reference, sender);
    add_paragraph(out, reference);
    for (unsigned i = 0; i < SIGNATURE_LINES_MAX && lines[i] != NULL; i++) {
        g_autofree char *line = recipient_line(lines[i], SIGNATURE_CHARS_MAX);
        if (line[0] != '\0')
            g_string_append_printf(out, "%s\r\n", line);
    }
    if (lines[0] != NULL && lines[0][0] != '\0')
        g_string_append(out, "\r\n");
    add_paragraph(out, "This message is in the Abuse Reporting Format, https://www.rfc-editor.org/"
                       "rfc/rfc5965: its second part is for programs.");
}

void
text_part_append(GString *out, const struct complaint_facts *facts,
                 const struct complaint_style *style, const struct complaint_words *words,
                 const struct redactor *redactor, const struct text_part_notes *notes)
{
    add_paragraph(out, opening(facts->type));
    add_facts(out, facts, words);
    add_paragraph(out, "The host is likely compromised: most senders of such mail use computers of "
                       "others. Please look after it; the sooner it is mended, the fewer people "
                       "are harmed.");
    add_uris(out, words);
    add_times(out, facts, redactor);
    add_attachments(out, style, notes);
    add_signature(out, facts, style);
}
