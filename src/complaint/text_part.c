/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/text_part.h"

#include <string.h>

#include "complaint/recipient.h"
#include "complaint/stamp.h"
#include "report/header_line.h"

#define COLUMNS 76
#define SIGNATURE_LINES_MAX 20
#define SIGNATURE_CHARS_MAX 500
#define LABEL_COLUMNS 17
#define OWN_DOMAINS_MAX 10
#define DOMAIN_CHARS_MAX 255

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
    g_autofree char *line = value != NULL ? header_line(value, 400) : NULL;
    if (line != NULL && line[0] != '\0')
        g_string_append_printf(out, "%-*s %s\r\n", LABEL_COLUMNS, label, line);
}

/* --- what happened, and who says so --- */

static void
add_opening(GString *out, const struct complaint_facts *facts, const struct complaint_words *words)
{
    static const char *const about[] = { "fraud (phishing)", "unwanted mail (spam)", "malware" };
    g_autofree char *mails = facts->incidents > 1
                                 ? g_strdup_printf("%u mails; one of them is", facts->incidents)
                                 : g_strdup("the mail that is");
    g_autofree char *text =
        g_strdup_printf("This is an abuse report about %s: %s, an address of your network, sent %s "
                        "described below.",
                        about[facts->type], words->source_ip, mails);
    add_paragraph(out, text);
}

static bool
is_report_of(const struct complaint_facts *facts, const char *type)
{
    return facts->reported_as != NULL && strcmp(facts->reported_as, type) == 0;
}

/* Only what the report says: others than DMARC ask for such reports, too. */
static void
append_auth_failure(GString *text, const struct complaint_facts *facts,
                    const struct complaint_words *words)
{
    const char *domain = words->domains->len > 0 ? g_ptr_array_index(words->domains, 0) : NULL;
    const char *failure = facts->auth_failure != NULL ? facts->auth_failure : "";
    g_string_append(text, "A mail server that received it reported that ");
    if (strcmp(failure, "dmarc") == 0)
        g_string_append_printf(text,
                               "it failed DMARC: it is written in the name of %s, and neither SPF "
                               "nor DKIM shows that %s allowed it.",
                               domain != NULL ? domain : "a domain",
                               domain != NULL ? "this domain" : "that domain");
    else
        g_string_append_printf(text, "it failed authentication%s.",
                               strcmp(failure, "spf") == 0 ? " (SPF)"
                               : strcmp(failure, "signature") == 0
                                   ? " (its DKIM signature is wrong)"
                               : strcmp(failure, "bodyhash") == 0 ? " (its DKIM signature is wrong)"
                                                                  : "");
}

static void
add_evidence(GString *out, const struct complaint_facts *facts, const struct complaint_words *words)
{
    static const struct {
        const char *reported_as, *sentence;
        int type; /* that it says already; -1: none */
    } reports[] = {
        { "abuse", "Its recipient, or a mail server that received it, reported it as unwanted.",
          COMPLAINT_ABUSE },
        { "fraud", "Its recipient, or a mail server that received it, reported it as fraud.",
          COMPLAINT_FRAUD },
        { "virus", "Its recipient, or a mail server that received it, reported it as malware.",
          COMPLAINT_VIRUS },
    };
    static const char *const ours[] = {
        "We take it for fraud: its author poses as somebody else to deceive.",
        "We take it for unwanted mail.",
        "We take it for malware: it carries such, or leads to it.",
    };
    g_autoptr(GString) text = g_string_new(NULL);
    int said = -1;
    for (size_t i = 0; i < G_N_ELEMENTS(reports); i++)
        if (is_report_of(facts, reports[i].reported_as)) {
            g_string_append(text, reports[i].sentence);
            said = reports[i].type;
        }
    if (is_report_of(facts, "auth-failure"))
        append_auth_failure(text, facts, words);
    else if (facts->reported_as == NULL)
        g_string_append(text, "It came to a mailbox of ours and was not wanted there.");
    else if (text->len == 0)
        g_string_append(text, "A mail server that received it reported it.");
    if (said != (int)facts->type && (facts->reported_as != NULL || facts->type != COMPLAINT_ABUSE))
        g_string_append_printf(text, " %s", ours[facts->type]);
    add_paragraph(out, text->str);
}

/* Who complains, and for whom. */
static void
add_complainer(GString *out, const struct complaint_style *style)
{
    const char *const *own = style->own_domains;
    g_autofree char *sender = recipient_sender(style->sender);
    g_autofree char *name = recipient_sender_name(style->sender);
    g_autoptr(GString) text = g_string_new("We are ");
    size_t count = 0, known = own != NULL ? g_strv_length((char **)(uintptr_t)own) : 0;
    if (name != NULL)
        g_string_append_printf(text, "%s, ", name);
    g_string_append_printf(text, "%s, and look after the mail of ", sender);
    for (; count < known && count < OWN_DOMAINS_MAX; count++) {
        g_autofree char *domain = header_line_ascii(own[count], DOMAIN_CHARS_MAX);
        g_string_append_printf(text, "%s%s", count > 0 ? ", " : "", domain);
    }
    if (count == 0)
        g_string_append(text, strchr(sender, '@') + 1);
    if (known > count)
        g_string_append_printf(text, " and %zu more domains", known - count);
    g_string_append(text, ".");
    add_paragraph(out, text->str);
}

/* --- the facts --- */

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
        add_fact(out, is_report_of(facts, "auth-failure") ? "Domain misused:" : "Reported domain:",
                 g_ptr_array_index(words->domains, i));
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
        g_autofree char *id = header_line(redacted, 300);
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
        g_autofree char *password = header_line_ascii(style->zip_password, 200);
        g_autofree char *text = g_strdup_printf(
            "%s is in the attached %s, so that nobody opens it by accident. The password is: %s",
            notes->whole_in_zip    ? "The mail as it was received"
            : notes->zip_is_header ? "The same header"
            : notes->shown_whole   ? "The same mail"
                                   : "The whole mail, made unreadable in the same places,",
            notes->zip_name, password);
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
        "Our reference is %s; please leave it in the subject of an answer. A person reads the "
        "answers to %s. To get no more reports from us, answer this mail with the word STOP.",
        facts->reference, sender);
    add_paragraph(out, reference);
    for (unsigned i = 0; i < SIGNATURE_LINES_MAX && lines[i] != NULL; i++) {
        g_autofree char *line = header_line(lines[i], SIGNATURE_CHARS_MAX);
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
    add_opening(out, facts, words);
    add_evidence(out, facts, words);
    add_complainer(out, style);
    add_facts(out, facts, words);
    add_paragraph(out,
                  "Please find out who used this address at that time, and stop it. Most mail of "
                  "this kind comes from computers or accounts that others have taken over, so "
                  "their owner may not know of it.");
    add_uris(out, words);
    add_times(out, facts, redactor);
    add_attachments(out, style, notes);
    add_signature(out, facts, style);
}
