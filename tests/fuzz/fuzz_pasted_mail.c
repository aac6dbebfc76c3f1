/* SPDX-License-Identifier: Apache-2.0 */
/* Texts are text, addresses are public and there once, and no masked field is left in the header. */
#include "demand.h"

#include "base/limits.h"
#include "complaint/pasted_mail.h"
#include "report/report_parse.h"

static void
demand_no_field(struct span text)
{
    struct span line;
    while (span_line(&text, &line) && span_trim(line).len > 0)
        demand(!span_starts_nocase(line, "X-Secret:"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    static const char *const mask[] = { "X-Secret", NULL };
    static const char *const own[] = { "example.com", NULL };
    const struct pasted_wish wish = { .mask_headers = mask, .own_domains = own };
    auto_exact struct span given = exact_copy(octets, len);
    report_open();
    g_autoptr(PastedMail) mail = pasted_mail_read(given, &wish, NULL);
    if (mail == NULL)
        return 0;
    demand_text(mail->subject);
    demand_text(mail->message_id);
    demand_text(mail->from_address);
    demand(mail->ips->len <= PASTED_IPS_MAX && mail->uris->len <= LIMIT_LINKS);
    for (guint i = 0; i < mail->ips->len; i++) {
        const struct ip *ip = &g_array_index(mail->ips, struct ip, i);
        demand(!ip_is_special(ip));
        for (guint k = 0; k < i; k++)
            demand(!ip_equal(ip, &g_array_index(mail->ips, struct ip, k)));
    }
    for (guint i = 0; i < mail->uris->len; i++) {
        const struct pasted_uri *uri = g_ptr_array_index(mail->uris, i);
        demand_text(uri->url);
        demand(uri->host[0] != '\0' && strcmp(uri->host, "example.com") != 0);
    }
    demand(g_bytes_get_size(mail->shown) <= len);
    demand_no_field(span_of_bytes(mail->shown));
    return 0;
}
