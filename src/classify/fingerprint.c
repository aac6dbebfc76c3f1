/* SPDX-License-Identifier: Apache-2.0 */
#include "classify/fingerprint.h"

#include "base/sha256.h"

/* Each item goes in with its length before it: no two lists of items give the same octets. */
static void
add(GString *items, struct span item)
{
    char length[24];
    size_t at = sizeof length;
    length[--at] = ':';
    for (size_t left = item.len, first = 1; left > 0 || first; left /= 10, first = 0)
        length[--at] = (char)('0' + left % 10);
    g_string_append_len(items, length + at, (gssize)(sizeof length - at));
    g_string_append_len(items, item.octets, (gssize)item.len);
}

/* Written by mailboxes, not by who sent the mail. */
static bool
is_mailbox_field(const char *name)
{
    static const char *const fields[] = { "Status",     "X-Status",       "X-Keywords",
                                          "X-UID",      "X-UIDL",         "X-IMAP",
                                          "X-IMAPbase", "Content-Length", "Lines" };
    if (strchr("SsXxCcLl", *name) == NULL)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        if (g_ascii_strcasecmp(name, fields[i]) == 0)
            return true;
    return false;
}

static void
add_field(GString *items, GString *value, const struct mail_field *field)
{
    g_string_assign(value, field->name);
    g_string_ascii_down(value);
    add(items, (struct span){ value->str, value->len });
    g_string_truncate(value, 0);
    for (const char *at = field->value; *at != '\0'; at++) {
        if (*at != ' ' && *at != '\t' && *at != '\r' && *at != '\n')
            g_string_append_c(value, *at);
        else if (value->len > 0 && value->str[value->len - 1] != ' ')
            g_string_append_c(value, ' ');
    }
    add(items, span_trim((struct span){ value->str, value->len }));
}

void
report_fingerprint(const struct report *report, unsigned char out[FINGERPRINT_OCTETS])
{
    g_autoptr(GString) items = g_string_sized_new(4096);
    g_autoptr(GString) value = g_string_sized_new(512);
    g_autoptr(Sha256) sum = sha256_new();
    char date[CLOCK_TEXT_MAX];
    add(items,
        span_of(report->message_id != NULL ? report->message_id : report->report_message_id));
    add(items, (struct span){ (const char *)report->source_ip.octets, report->source_ip.len });
    add(items, span_of(clock_rfc3339(report->arrival_date, date)));
    for (size_t i = 0; report->original != NULL && i < report->original->field_count; i++)
        if (!is_mailbox_field(report->original->fields[i].name))
            add_field(items, value, &report->original->fields[i]);
    sha256_add(sum, (struct span){ items->str, items->len });
    sha256_end(sum, out);
}
