/* SPDX-License-Identifier: Apache-2.0 */
/* What comes out, also of what came out, is 7-bit mail with short lines, and the recipient stands
 * in it neither plain nor percent-encoded nor in quoted-printable. Redacting it again changes
 * nothing where no field had to be read as more than its octets. */
#include "demand.h"

#include "report/redact.h"
#include "report/report_parse.h"
#include "report/transfer.h"

#define RECIPIENT "jane.roe@example.com"

static GBytes *
redact(struct span mail, bool headers_only, enum redact_extent extent)
{
    static const char *const recipients[] = { RECIPIENT, NULL };
    static const char *const mask[] = { "X-Secret", NULL };
    const struct redact_wish wish = {
        .recipients = recipients, .mask_headers = mask, .key = "key", .headers_only = headers_only
    };
    g_autoptr(Redactor) redactor = redactor_new(mail, &wish);
    return redactor_mail(redactor, extent);
}

static void
demand_absent(struct span text)
{
    g_autofree char *lower =
        g_ascii_strdown(text.octets != NULL ? text.octets : "", (gssize)text.len);
    demand(strstr(lower, RECIPIENT) == NULL);
    demand(strstr(lower, "jane.roe%40example.com") == NULL);
}

/* Whether the line may be a field: none goes on in the next one, whatever its last octet is. */
static bool
is_field(struct span text)
{
    size_t len = 0;
    while (len < text.len && g_ascii_isgraph(text.octets[len]) && text.octets[len] != ':')
        len++;
    return len > 0 && len < text.len && text.octets[len] == ':';
}

/* With the ends of lines before what may be fields made words. */
static GString *
fields_apart(struct span text)
{
    GString *apart = g_string_sized_new(text.len);
    for (size_t i = 0; i < text.len; i++) {
        if (text.octets[i] == '\r' && is_field(span_from(text, i + 2)))
            g_string_append_c(apart, '|');
        g_string_append_c(apart, text.octets[i]);
    }
    return apart;
}

static void
demand_absent_quoted(struct span text)
{
    g_autoptr(GString) apart = fields_apart(text);
    g_autoptr(GString) decoded = transfer_quoted_decoded((struct span){ apart->str, apart->len });
    for (size_t i = 0; i < decoded->len; i++)
        if (decoded->str[i] == '\0')
            decoded->str[i] = ' ';
    demand_absent((struct span){ decoded->str, decoded->len });
}

static void
demand_redacted(GBytes *mail)
{
    struct span text = span_of_bytes(mail);
    demand(transfer_is_plain(text, 998));
    demand_absent(text);
    demand_absent_quoted(text);
}

/* Fields with other octets or with encoded words are written anew, and broken ones may read
 * otherwise then. */
static bool
is_literal(struct span mail)
{
    return transfer_is_plain(mail, 998) && span_find_string(mail, "=?") < 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span mail = exact_copy(octets, len);
    report_open();
    g_autoptr(GBytes) whole = redact(mail, false, REDACT_WHOLE);
    g_autoptr(GBytes) again = redact(span_of_bytes(whole), false, REDACT_WHOLE);
    g_autoptr(GBytes) header = redact(mail, true, REDACT_HEADER);
    demand_redacted(whole);
    demand_redacted(header);
    demand_redacted(again);
    demand(!is_literal(mail) || g_bytes_equal(whole, again));
    return 0;
}
