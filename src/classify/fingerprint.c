/* SPDX-License-Identifier: Apache-2.0 */
#include "classify/fingerprint.h"

#include "base/sha256.h"

/* Each item goes in with its length before it: no two lists of items give the same octets. */
static void
add(struct sha256 *sum, struct span item)
{
    char length[24];
    int len = g_snprintf(length, sizeof length, "%zu:", item.len);
    sha256_add(sum, (struct span){ length, (size_t)len });
    sha256_add(sum, item);
}

/* Written by mailboxes, not by who sent the mail. */
static bool
is_mailbox_field(const char *name)
{
    static const char *const fields[] = { "Status",     "X-Status",       "X-Keywords",
                                          "X-UID",      "X-UIDL",         "X-IMAP",
                                          "X-IMAPbase", "Content-Length", "Lines" };
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        if (g_ascii_strcasecmp(name, fields[i]) == 0)
            return true;
    return false;
}

static void
add_field(struct sha256 *sum, const struct mail_field *field)
{
    g_autofree char *name = g_ascii_strdown(field->name, -1);
    g_autoptr(GString) value = g_string_new(NULL);
    for (const char *at = field->value; *at != '\0'; at++) {
        if (strchr(" \t\r\n", *at) == NULL)
            g_string_append_c(value, *at);
        else if (value->len > 0 && value->str[value->len - 1] != ' ')
            g_string_append_c(value, ' ');
    }
    add(sum, span_of(name));
    add(sum, span_trim((struct span){ value->str, value->len }));
}

void
report_fingerprint(const struct report *report, unsigned char out[FINGERPRINT_OCTETS])
{
    g_autoptr(Sha256) sum = sha256_new();
    char date[CLOCK_TEXT_MAX];
    add(sum, span_of(report->message_id != NULL ? report->message_id : report->report_message_id));
    add(sum, (struct span){ (const char *)report->source_ip.octets, report->source_ip.len });
    add(sum, span_of(clock_rfc3339(report->arrival_date, date)));
    for (size_t i = 0; report->original != NULL && i < report->original->field_count; i++)
        if (!is_mailbox_field(report->original->fields[i].name))
            add_field(sum, &report->original->fields[i]);
    sha256_end(sum, out);
}
