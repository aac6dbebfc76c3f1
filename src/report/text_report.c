/* SPDX-License-Identifier: Apache-2.0 */
#include "report/text_report.h"

#include "base/domain.h"
#include "report/address.h"
#include "report/derive.h"
#include "report/feedback_report.h"
#include "report/field.h"
#include "report/mail_date.h"
#include "report/report_build.h"

#define PROSE_OCTETS_MAX (64 * 1024)

enum meaning { MEANS_DOMAIN, MEANS_IP, MEANS_DATE, MEANS_MAIL_FROM, MEANS_RESULT };

/* clang-format off */
static const struct { const char *label; enum meaning meaning; } labels[] = {
    { "sender domain", MEANS_DOMAIN },      { "from domain", MEANS_DOMAIN },
    { "header from domain", MEANS_DOMAIN }, { "reported domain", MEANS_DOMAIN },
    { "sender ip address", MEANS_IP },      { "sender ip", MEANS_IP },
    { "source ip address", MEANS_IP },      { "source ip", MEANS_IP },
    { "client ip", MEANS_IP },              { "connecting ip", MEANS_IP },
    { "received date", MEANS_DATE },        { "arrival date", MEANS_DATE },
    { "envelope from", MEANS_MAIL_FROM },   { "mail from", MEANS_MAIL_FROM },
    { "dmarc results", MEANS_RESULT },      { "dmarc result", MEANS_RESULT },
};
/* clang-format on */

static void
take_domain(struct report *report, struct span value)
{
    g_autofree char *domain = domain_canonical(value);
    if (domain == NULL || report->reported_domain.count > 0)
        return;
    feedback_list_add(report, &report->reported_domain, domain);
    derive_note(report, "reported_domain", "text");
}

/* "None, Accept": the policy, then what was done. */
static void
take_result(struct report *report, struct span value)
{
    ptrdiff_t comma = span_find(value, ',');
    struct span done = comma >= 0 ? span_trim(span_from(value, (size_t)comma + 1)) : value;
    if (comma < 0 || report->disposition != NULL)
        return;
    if (span_starts_nocase(done, "accept"))
        report->disposition = "none";
    else if (span_starts_nocase(done, "quarantine"))
        report->disposition = "quarantine";
    else if (span_starts_nocase(done, "reject"))
        report->disposition = "reject";
    if (report->disposition != NULL)
        derive_note(report, "disposition", "text");
}

static void
take_label(struct report *report, enum meaning meaning, struct span value)
{
    g_autofree char *copy = span_dup(value);
    switch (meaning) {
    case MEANS_DOMAIN:
        take_domain(report, value);
        break;
    case MEANS_IP:
        if (report->source_ip.len == 0 && ip_parse(value, &report->source_ip))
            derive_note(report, "source_ip", "text");
        break;
    case MEANS_DATE:
        if (report->arrival_date == CLOCK_UNKNOWN &&
            (report->arrival_date = mail_date_parse(copy)) != CLOCK_UNKNOWN)
            derive_note(report, "arrival_date", "text");
        break;
    case MEANS_MAIL_FROM:
        if (report->original_mail_from == NULL) {
            g_autofree char *path = address_path(value);
            report->original_mail_from = g_string_chunk_insert(report->arena, path);
            derive_note(report, "original_mail_from", "text");
        }
        break;
    case MEANS_RESULT:
        take_result(report, value);
        break;
    }
}

/* "------ This is a copy of the headers that were received": the reported header follows. */
static bool
begins_copy(struct span line)
{
    return span_starts_nocase(line, "-----") &&
           (span_find_string(line, "copy of") >= 0 || span_find_string(line, "eaders") >= 0 ||
            span_find_string(line, "riginal") >= 0);
}

/* Reads the labels of one text; returns the octets behind the line that begins the copy. */
static struct span
read_prose(struct report *report, struct span text, bool *claims)
{
    struct span rest = text;
    struct span line;
    while (span_line(&rest, &line)) {
        ptrdiff_t colon;
        line = span_trim(line);
        *claims |= span_find_string(line, "claiming to be from you") >= 0;
        if (begins_copy(line))
            return field_first(rest); /* the sentence may go on over some lines */
        colon = span_find(line, ':');
        for (size_t i = 0; colon > 0 && i < G_N_ELEMENTS(labels); i++)
            if (span_equals_nocase(span_head(line, (size_t)colon), labels[i].label))
                take_label(report, labels[i].meaning,
                           span_trim(span_from(line, (size_t)colon + 1)));
    }
    return (struct span){ NULL, 0 };
}

static bool
read_exim(struct report *report, const struct message_shape *shape)
{
    g_autoptr(GByteArray) scratch = g_byte_array_new();
    bool claims = false;
    for (guint i = 0; i < shape->texts->len; i++) {
        GMimeObject *object = g_ptr_array_index(shape->texts, i);
        struct span content = GMIME_IS_PART(object)
                                  ? gmime_border_content(GMIME_PART(object), scratch)
                                  : (struct span){ NULL, 0 };
        g_autofree char *text = NULL;
        struct span copy;
        GString *utf8 = g_string_new(NULL);
        gmime_border_text(span_head(content, PROSE_OCTETS_MAX),
                          g_mime_object_get_content_type_parameter(object, "charset"), utf8);
        text = g_string_free(utf8, FALSE);
        copy = read_prose(report, span_of(text), &claims);
        if (copy.len > 0 && report->original == NULL)
            report_read_original_octets(report, copy, true);
    }
    return report->source_ip.len != 0 && (report->reported_domain.count > 0 || claims);
}

/* "complaint about message from 192.0.2.1" */
static bool
subject_ip(const struct mail *outer, struct ip *ip)
{
    static const char words[] = "complaint about message from";
    struct span subject = span_trim(span_of(outer->subject));
    return span_starts_nocase(subject, words) && ip_parse(span_from(subject, sizeof words - 1), ip);
}

static void
read_pair(struct report *report, const struct message_shape *shape)
{
    const struct shape_pair *pair =
        shape->pairs->len > 0 ? &g_array_index(shape->pairs, struct shape_pair, 0) : NULL;
    if (pair != NULL && pair->original != NULL && report->original == NULL)
        report_read_original(report, pair->original, pair->headers_only);
}

static bool
read_jmrp(struct report *report, const struct message_shape *shape)
{
    bool has_ip = subject_ip(report->outer, &report->source_ip);
    if (shape->pairs->len == 0)
        return false;
    read_pair(report, shape);
    if (!has_ip && mail_field(report->original, "X-HmXmrOriginalRecipient") == NULL)
        return false;
    if (has_ip)
        derive_note(report, "source_ip", "subject");
    report->feedback_type = "abuse";
    derive_note(report, "feedback_type", "form");
    return true;
}

static bool
read_apple(struct report *report, const struct message_shape *shape)
{
    const char *mark = mail_field(report->outer, "X-Apple-Unsubscribe");
    if (mark == NULL || g_ascii_strncasecmp(mark, "true", 4) != 0)
        return false;
    read_pair(report, shape);
    report->feedback_type = "opt-out";
    derive_note(report, "feedback_type", "form");
    if (report->outer->from_address != NULL) {
        feedback_list_add(report, &report->original_rcpt_to, report->outer->from_address);
        derive_note(report, "original_rcpt_to", "from");
    }
    return true;
}

struct report *
text_report_read(GMimeMessage *message, const struct message_shape *shape,
                 const struct report_settings *settings)
{
    static bool (*const forms[])(
        struct report *, const struct message_shape *) = { read_jmrp, read_apple, read_exim };
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_autoptr(Report) report = report_new(REPORT_TEXT, message);
        if (!forms[i](report, shape))
            continue;
        if (report->feedback_type == NULL) {
            report->feedback_type = "auth-failure";
            derive_note(report, "feedback_type", "form");
        }
        read_pair(report, shape);
        report_finish(report, settings);
        return g_steal_pointer(&report);
    }
    return NULL;
}
