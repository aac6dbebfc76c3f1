/* SPDX-License-Identifier: Apache-2.0 */
#include "classify/rule_route.h"

static bool
has_any(const struct mail *mail, const char *const *fields, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (signs_has_field(mail, fields[i]))
            return true;
    return false;
}

const char *
rule_report(struct signs *signs)
{
    const struct mail *mail = signs->mail;
    const char *type = mail->part_count > 0 ? mail->parts[0].report_type : NULL;
    if (type != NULL && strcmp(type, "feedback-report") == 0)
        return "feedback-report";
    if (type != NULL && strcmp(type, "tlsrpt") == 0)
        return "tls-report";
    if (signs_has_part(mail, "message/feedback-report"))
        return "feedback-report";
    return NULL;
}

const char *
rule_list(struct signs *signs)
{
    static const char *const fields[] = {
        "List-Id",        "List-Post",         "Mailing-List",
        "X-Mailing-List", "X-Google-Group-Id", "X-Mailman-Version"
    };
    const struct mail *mail = signs->mail;
    if (has_any(mail, fields, G_N_ELEMENTS(fields)) ||
        span_equals_nocase(signs_token(mail, "Precedence"), "list"))
        return "list";
    return NULL;
}

/* "SRS0=..." and "SRS1=...": the local part that a forwarder wrote (Sender Rewriting Scheme). */
static bool
is_srs(const char *path)
{
    struct span span = span_of(path);
    if (!span_starts_nocase(span, "srs0") && !span_starts_nocase(span, "srs1"))
        return false;
    return span.len > 4 && strchr("=+-", span.octets[4]) != NULL;
}

/* Delivered to one user and then to another: the first of them forwards. */
static bool
changed_hands(const struct mail *mail)
{
    const char *first = NULL;
    for (size_t i = 0; i < mail->field_count; i++) {
        const struct mail_field *field = &mail->fields[i];
        if (g_ascii_strcasecmp(field->name, "Delivered-To") != 0 &&
            g_ascii_strcasecmp(field->name, "X-Original-To") != 0)
            continue;
        if (first == NULL)
            first = field->value;
        else if (g_ascii_strcasecmp(first, field->value) != 0)
            return true;
    }
    return false;
}

/* The first hop of ARC (RFC 8617) is often the receiver's own; the second was another's. */
static bool
has_second_arc_hop(const struct mail *mail)
{
    for (size_t i = 0; i < mail->field_count; i++) {
        guint32 instance;
        struct span value = span_of(mail->fields[i].value);
        struct span piece;
        bool spent = false;
        if (g_ascii_strcasecmp(mail->fields[i].name, "ARC-Seal") != 0)
            continue;
        while (span_cut(&value, ';', &piece, &spent)) {
            piece = span_trim(piece);
            if (span_starts_nocase(piece, "i=") &&
                span_to_u32(span_trim(span_from(piece, 2)), &instance) && instance >= 2)
                return true;
        }
    }
    return false;
}

const char *
rule_forwarder(struct signs *signs)
{
    static const char *const fields[] = {
        "X-Forwarded-For",
        "X-Forwarded-To",
        "Resent-From",
        "Resent-To",
        "Resent-Date",
        "Resent-Message-ID",
        "Auto-Forwarded",
        "X-MS-Exchange-ForwardingLoop",
        "X-MS-Exchange-Parent-Message-Id",
        "X-MS-Exchange-Generated-Message-Source",
    };
    const struct mail *mail = signs->mail;
    if (has_any(mail, fields, G_N_ELEMENTS(fields)) || is_srs(signs->report->original_mail_from) ||
        changed_hands(mail) || has_second_arc_hop(mail))
        return "forwarder";
    return NULL;
}

const char *
rule_bulk(struct signs *signs)
{
    static const char *const fields[] = { "List-Unsubscribe", "List-Unsubscribe-Post",
                                          "Feedback-ID" };
    if (has_any(signs->mail, fields, G_N_ELEMENTS(fields)) || signs->precedence_bulk)
        return "bulk";
    return NULL;
}
