/* SPDX-License-Identifier: Apache-2.0 */
#include "study/report_mail.h"

#include "base/limits.h"
#include "base/text.h"
#include "report/address.h"
#include "report/aggregate_report.h"
#include "report/encoded_word.h"
#include "report/field.h"
#include "report/raw_field.h"
#include "report/report_parse.h"

const char *const report_mail_kind_names[] = { "rua", "ruf", "tls", "unknown" };

void
report_mail_free(struct report_mail *mail)
{
    if (mail == NULL)
        return;
    g_free(mail->file);
    g_free(mail->mailbox);
    g_free(mail->subject);
    g_free(mail->to);
    g_free(mail->from);
    report_subject_clear(&mail->paper);
    report_subject_clear(&mail->correct);
    g_free(mail->paper_local);
    g_strfreev(mail->addresses);
    g_free(mail->reason);
    g_free(mail->duplicate_of);
    g_free(mail);
}

static char *
field_text(struct span raw)
{
    g_autoptr(GString) unfolded = g_string_new(NULL);
    g_autoptr(GString) decoded = g_string_new(NULL);
    g_autofree char *utf8 = NULL;
    text_append_unfolded(unfolded, raw);
    utf8 = text_utf8((struct span){ unfolded->str, unfolded->len });
    encoded_words_decode(span_of(utf8), decoded);
    return text_utf8((struct span){ decoded->str, decoded->len });
}

/* The first field of each name counts. */
static void
read_header(struct report_mail *mail, struct span message)
{
    struct {
        const char *name;
        char **text;
    } wanted[] = { { "Subject", &mail->subject }, { "To", &mail->to }, { "From", &mail->from } };
    struct span rest = span_head(field_skip_preamble(message), LIMIT_HEADER_OCTETS);
    struct span name, value;
    for (unsigned fields = 0; fields < LIMIT_HEADER_FIELDS && raw_field_next(&rest, &name, &value);
         fields++)
        for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
            if (*wanted[i].text == NULL && span_equals_nocase(name, wanted[i].name))
                *wanted[i].text = field_text(value);
    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
        if (*wanted[i].text == NULL)
            *wanted[i].text = g_strdup("");
}

/* Commas inside display names make pieces without an address. */
static void
read_addresses(struct report_mail *mail)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
    struct span rest = span_of(mail->to);
    struct span piece;
    bool spent = false;
    while (list->len < LIMIT_ATTACHMENTS && span_cut(&rest, ',', &piece, &spent)) {
        char *address = address_first(piece);
        if (address != NULL)
            g_ptr_array_add(list, address);
    }
    g_ptr_array_add(list, NULL);
    mail->addresses = (char **)g_ptr_array_free(g_steal_pointer(&list), FALSE);
    mail->paper_local = g_strndup(mail->to, strcspn(mail->to, "@"));
}

static enum report_mail_kind
kind_of(const GPtrArray *reports)
{
    const struct report *first = reports != NULL ? g_ptr_array_index(reports, 0) : NULL;
    if (first == NULL)
        return REPORT_MAIL_UNKNOWN;
    if (first->kind == REPORT_TLSRPT)
        return REPORT_MAIL_TLS;
    return first->kind == REPORT_AGGREGATE ? REPORT_MAIL_RUA : REPORT_MAIL_RUF;
}

static char *
domain_of_from(const struct report_mail *mail)
{
    g_autofree char *address = address_first(span_of(mail->from));
    return address_domain(address != NULL ? address : "");
}

/* The subject did not tell: the report that is attached does. */
static bool
read_aggregate(struct report_mail *mail, struct span message, GError **error)
{
    g_autoptr(AggregateReport) report = aggregate_report_of_message(message, error);
    if (report == NULL)
        return false;
    mail->correct.domain = g_strdup(report->domain);
    mail->correct.report_id = g_strdup(report->report_id != NULL ? report->report_id : "");
    if (report->submitter != NULL)
        mail->correct.submitter = g_strdup(report->submitter);
    else if (report->email != NULL && strchr(report->email, '@') != NULL)
        mail->correct.submitter = address_domain(report->email);
    else
        mail->correct.submitter = domain_of_from(mail);
    mail->source = "xml";
    return true;
}

static bool
read_feedback(struct report_mail *mail, const GPtrArray *reports)
{
    const struct report *report = g_ptr_array_index(reports, 0);
    if (report->reported_domain.count == 0)
        return false;
    mail->correct.domain = g_strdup(report->reported_domain.items[0]);
    mail->correct.submitter = domain_of_from(mail);
    mail->correct.report_id =
        g_strdup(report->report_message_id != NULL ? report->report_message_id : "");
    mail->source = "feedback";
    return true;
}

struct report_mail *
report_mail_read(struct span message)
{
    struct report_mail *mail = g_new0(struct report_mail, 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) reports = reports_parse(message, NULL, NULL);
    read_header(mail, message);
    read_addresses(mail);
    mail->kind = kind_of(reports);
    mail->has_paper = report_subject_read_paper(mail->subject, &mail->paper);
    mail->has_correct = report_subject_read(mail->subject, &mail->correct);
    mail->source = mail->has_correct ? "subject" : "";
    if (!mail->has_correct && mail->kind == REPORT_MAIL_RUA)
        mail->has_correct = read_aggregate(mail, message, &error);
    else if (!mail->has_correct && mail->kind == REPORT_MAIL_RUF)
        mail->has_correct = read_feedback(mail, reports);
    if (!mail->has_correct)
        mail->reason = g_strdup(error != NULL ? error->message
                                              : "neither subject nor attachment tell who reports "
                                                "about which domain");
    return mail;
}

bool
report_mail_is_to(const struct report_mail *mail, const char *address)
{
    for (char **to = mail->addresses; *to != NULL; to++)
        if (g_ascii_strcasecmp(*to, address) == 0)
            return true;
    return false;
}

bool
report_mail_is_to_local(const struct report_mail *mail, const char *local)
{
    size_t len = strlen(local);
    for (char **to = mail->addresses; *to != NULL; to++)
        if (g_ascii_strncasecmp(*to, local, len) == 0 && (*to)[len] == '@')
            return true;
    return false;
}
