/* SPDX-License-Identifier: Apache-2.0 */
#include "classify/rule_bounce.h"

#include "classify/rule_auto_reply.h"

enum action { ACTION_NONE, ACTION_SUCCESS, ACTION_DELAYED, ACTION_FAILED };

/* Action of RFC 3464, 2.3.3. */
static enum action
action_of(struct span value)
{
    if (span_starts_nocase(value, "fail"))
        return ACTION_FAILED;
    if (span_starts_nocase(value, "delayed"))
        return ACTION_DELAYED;
    if (span_starts_nocase(value, "delivered") || span_starts_nocase(value, "relayed") ||
        span_starts_nocase(value, "expanded"))
        return ACTION_SUCCESS;
    return ACTION_NONE;
}

/* Class of a status code (RFC 3463): read when no Action says more. */
static enum action
status_of(struct span value)
{
    if (value.len < 2 || value.octets[1] != '.')
        return ACTION_NONE;
    switch (value.octets[0]) {
    case '5':
        return ACTION_FAILED;
    case '4':
        return ACTION_DELAYED;
    case '2':
        return ACTION_SUCCESS;
    default:
        return ACTION_NONE;
    }
}

/* The worst that befell one of the recipients. */
static enum action
worst_action(const char *delivery_status)
{
    enum action action = ACTION_NONE;
    enum action status = ACTION_NONE;
    struct span rest = span_of(delivery_status);
    struct span line;
    while (span_line(&rest, &line)) {
        ptrdiff_t colon = span_find(line, ':');
        if (colon < 0)
            continue;
        struct span name = span_trim(span_head(line, (size_t)colon));
        struct span value = span_trim(span_from(line, (size_t)colon + 1));
        if (span_equals_nocase(name, "Action"))
            action = MAX(action, action_of(value));
        else if (span_equals_nocase(name, "Status"))
            status = MAX(status, status_of(value));
    }
    return action != ACTION_NONE ? action : status;
}

static const char *
dsn_name(struct signs *signs)
{
    enum action action = worst_action(signs->mail->delivery_status);
    if (action == ACTION_NONE && words_match(WORDS_SUCCESS, signs->title))
        action = ACTION_SUCCESS;
    else if (action == ACTION_NONE && words_match(WORDS_DELAY, signs->subject))
        action = ACTION_DELAYED;
    switch (action) {
    case ACTION_DELAYED:
        return "dsn-delayed";
    case ACTION_SUCCESS:
        return "dsn-success";
    case ACTION_FAILED:
    case ACTION_NONE:
        break;
    }
    return "dsn-failed";
}

/* message/delivery-status, message/global-delivery-status (RFC 6533), and misspelt ones. */
static bool
is_status_type(const char *type)
{
    return g_str_has_prefix(type, "message/") && g_str_has_suffix(type, "delivery-status");
}

const char *
rule_dsn(struct signs *signs)
{
    const struct mail *mail = signs->mail;
    for (size_t i = 0; i < mail->part_count; i++) {
        const struct mail_part *part = &mail->parts[i];
        /* A delivery status inside an attached mail was passed on by somebody: what counts is
         * the mail around it. */
        if (part->message > 0)
            continue;
        if (part->report_type != NULL && !g_str_has_suffix(part->report_type, "delivery-status") &&
            i == 0)
            return NULL; /* a report of another kind says so at its root */
        if (is_status_type(part->type) ||
            (part->report_type != NULL && g_str_has_suffix(part->report_type, "delivery-status")))
            return dsn_name(signs);
    }
    return NULL;
}

const char *
rule_bounce_field(struct signs *signs)
{
    if (signs_has_field(signs->mail, "X-Failed-Recipients"))
        return "x-failed-recipients";
    if (signs_has_field(signs->mail, "X-MS-Exchange-Message-Is-Ndr"))
        return "ms-ndr";
    return NULL;
}

/* The mail brings another one, or its header, along. */
static bool
brings_mail(const struct mail *mail)
{
    return signs_has_part(mail, "message/rfc822") || signs_has_part(mail, "message/global") ||
           signs_has_part(mail, "text/rfc822-headers") ||
           signs_has_part(mail, "message/rfc822-headers") ||
           signs_has_part(mail, "message/global-headers");
}

/* The text may speak of a bounce that an automatic reply or a disposition notification quotes;
 * there only the subject counts. Sieve's reject (RFC 5429) sends a disposition notification whose
 * subject does say so. */
static bool
text_tells(struct signs *signs)
{
    return !words_match(WORDS_AUTO, signs->title) && rule_mdn(signs) == NULL &&
           words_match(WORDS_BOUNCE_TEXT, signs_text(signs));
}

const char *
rule_bounce_words(struct signs *signs)
{
    bool subject =
        words_match(WORDS_BOUNCE, signs->title) || words_match(WORDS_BOUNCE, signs->opening);
    if (signs->null_path && (subject || text_tells(signs)))
        return "null-path-bounce-words";
    if (signs->daemon && (subject || text_tells(signs)))
        return "daemon-bounce-words";
    if (subject && (brings_mail(signs->mail) || words_match(WORDS_BOUNCE_CODE, signs_text(signs))))
        return "returned-bounce-words";
    return NULL;
}

const char *
rule_null_path(struct signs *signs)
{
    return signs->null_path ? "null-path" : NULL;
}
