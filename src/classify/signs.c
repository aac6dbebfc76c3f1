/* SPDX-License-Identifier: Apache-2.0 */
#include "classify/signs.h"

#include "base/limits.h"

/* Room for folding a subject: characters of up to 4 octets, and marks that vanish. */
#define SUBJECT_OCTETS (LIMIT_SUBJECT_CHARS * 4)

/* Local parts that mail systems send from; compared without their separators. */
static const char *const daemon_names[] = {
    "mailerdaemon",       "postmaster",
    "maildaemon",         "mdaemon",
    "mailerdeamon",       "daemon",
    "doublebounce",       "mailsystem",
    "maildeliverysystem", "maildeliverysubsystem",
    "mailadministrator",
};

/* Display names of the same, folded. */
static const char *const daemon_titles[] = {
    "mail delivery system", "mail delivery subsystem", "mail deliver system",  "mailer-daemon",
    "mailer daemon",        "mail administrator",      "system administrator", "postmaster",
};

/* Behind the white space and the comments that lead (CFWS); comments may stand in comments, and one
 * without an end takes all. */
static struct span
after_comments(struct span value)
{
    size_t depth = 0;
    size_t at;
    for (at = 0; at < value.len; at++) {
        char c = value.octets[at];
        if (c == '(')
            depth++;
        else if (depth == 0 && strchr(" \t\r\n", c) == NULL)
            break;
        else if (c == ')')
            depth--;
        else if (c == '\\') /* of a quoted pair */
            at++;
    }
    return span_from(value, at);
}

struct span
signs_token(const struct mail *mail, const char *field)
{
    const char *value = mail_field(mail, field);
    struct span span = after_comments(span_of(value));
    size_t len = 0;
    while (len < span.len && strchr(" \t\r\n;(,", span.octets[len]) == NULL)
        len++;
    return span_head(span, len);
}

bool
signs_has_field(const struct mail *mail, const char *field)
{
    return mail_field(mail, field) != NULL;
}

bool
signs_has_part(const struct mail *mail, const char *type)
{
    for (size_t i = 0; i < mail->part_count; i++)
        if (mail->parts[i].message == 0 && strcmp(mail->parts[i].type, type) == 0)
            return true;
    return false;
}

static bool
is_null_path(const struct report *report)
{
    const char *path = report->original_mail_from;
    if (path == NULL)
        path = mail_field(report->original, "Return-Path");
    if (path == NULL)
        return false;
    return span_equals(span_trim(span_of(path)), "<>") ||
           (report->original_mail_from != NULL && span_trim(span_of(path)).len == 0);
}

/* The local part of `address` names a mail system: MAILER-DAEMON@host, Mail.Delivery.System@... */
static bool
is_daemon_address(const char *address)
{
    char name[32];
    size_t len = 0;
    if (address == NULL)
        return false;
    for (const char *at = address + strspn(address, "<\" "); *at != '\0' && *at != '@'; at++) {
        if (strchr("-_.\"\\ >", *at) != NULL)
            continue;
        if (len == sizeof name - 1)
            return false;
        name[len++] = g_ascii_tolower(*at);
    }
    name[len] = '\0';
    for (size_t i = 0; i < G_N_ELEMENTS(daemon_names); i++)
        if (strcmp(name, daemon_names[i]) == 0)
            return true;
    return false;
}

static bool
is_daemon_title(const char *from)
{
    g_autofree char *folded = words_fold(span_of(from), SUBJECT_OCTETS);
    for (size_t i = 0; i < G_N_ELEMENTS(daemon_titles); i++)
        if (g_str_has_prefix(folded + strspn(folded, "\"'"), daemon_titles[i]))
            return true;
    return false;
}

static bool
is_from_daemon(const struct report *report)
{
    const struct mail *mail = report->original;
    const char *path = report->original_mail_from;
    if (path == NULL)
        path = mail_field(mail, "Return-Path");
    return is_daemon_address(mail->from_address) || is_daemon_address(path) ||
           (mail->from_address == NULL && is_daemon_address(mail->from)) ||
           is_daemon_title(mail->from) ||
           (mail->from != NULL && span_equals(span_trim(span_of(mail->from)), "<>"));
}

void
signs_init(struct signs *signs, const struct report *report)
{
    const struct mail *mail = report->original;
    struct span precedence = signs_token(mail, "Precedence");
    struct span automatic = signs_token(mail, "Auto-Submitted");
    *signs = (struct signs){ .report = report, .mail = mail };
    signs->subject = words_fold(span_of(mail->subject), SUBJECT_OCTETS);
    signs->opening = words_after_marks(signs->subject);
    signs->title = words_after_tag(signs->subject);
    signs->null_path = is_null_path(report);
    signs->daemon = is_from_daemon(report);
    signs->precedence_bulk =
        span_equals_nocase(precedence, "bulk") || span_equals_nocase(precedence, "junk");
    signs->automatic = automatic.len > 0 && !span_equals_nocase(automatic, "no");
}

void
signs_clear(struct signs *signs)
{
    g_clear_pointer(&signs->subject, g_free);
    g_clear_pointer(&signs->text, g_free);
}

const char *
signs_text(struct signs *signs)
{
    if (signs->text == NULL)
        signs->text = words_fold((struct span){ signs->mail->text, signs->mail->text_len },
                                 SIGNS_TEXT_OCTETS);
    return signs->text;
}
