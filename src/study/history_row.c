/* SPDX-License-Identifier: Apache-2.0 */
#include "study/history_row.h"

#include "report/address.h"

#define LABEL_OCTETS_MAX 63

static const char *
text_of(json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    return text != NULL ? text : "";
}

bool
history_row_read(json_t *json, struct history_row *row, const char **reason)
{
    json_t *rcpt = json_object_get(json, "rcpt_smtp");
    json_t *symbol = json_object_get(json_object_get(json, "symbols"), "DKIM_SIGNED");
    const char *first = json_string_value(json_is_array(rcpt) ? json_array_get(rcpt, 0) : rcpt);
    if (!json_is_object(json)) {
        *reason = "no JSON object";
        return false;
    }
    if (json_object_get(json, "sender_smtp") == NULL && rcpt == NULL) {
        *reason = "no row of a history: neither sender_smtp nor rcpt_smtp";
        return false;
    }
    row->json = json;
    row->unix_time = json_number_value(json_object_get(json, "unix_time"));
    row->message_id = text_of(json, "message-id");
    row->sender_smtp = text_of(json, "sender_smtp");
    row->rcpt_smtp = first != NULL ? first : "";
    row->dkim_signed = json_string_value(json_array_get(json_object_get(symbol, "options"), 0));
    return true;
}

static bool
begins_with_local(const char *address, const char *local)
{
    size_t len = strlen(local);
    return strncmp(address, local, len) == 0 && address[len] == '@';
}

static bool
is_label(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!g_ascii_isalnum(text[i]) && strchr("-_", text[i]) == NULL)
            return false;
    return len > 0 && len <= LABEL_OCTETS_MAX;
}

bool
test_mail_read(const struct history_row *row, const struct test_mail_words *words,
               struct test_mail *mail)
{
    bool pass = begins_with_local(row->sender_smtp, words->spf_pass);
    const char *host = strchr(row->sender_smtp, '@');
    const char *dot = host != NULL ? strchr(host, '.') : NULL;
    if (dot == NULL || (!pass && !begins_with_local(row->sender_smtp, words->spf_fail)) ||
        !is_label(host + 1, (size_t)(dot - host - 1)))
        return false;
    mail->label = g_ascii_strdown(host + 1, dot - host - 1);
    mail->sender_domain = g_ascii_strdown(dot + 1, -1);
    mail->rcpt_domain = address_domain(row->rcpt_smtp);
    mail->spf_aligned = pass;
    mail->dkim_aligned = ALIGNED_UNKNOWN;
    if (row->dkim_signed != NULL)
        mail->dkim_aligned =
            strstr(row->dkim_signed, words->selector_fail) == NULL ? ALIGNED_YES : ALIGNED_NO;
    return true;
}

void
test_mail_clear(struct test_mail *mail)
{
    g_clear_pointer(&mail->label, g_free);
    g_clear_pointer(&mail->sender_domain, g_free);
    g_clear_pointer(&mail->rcpt_domain, g_free);
}
