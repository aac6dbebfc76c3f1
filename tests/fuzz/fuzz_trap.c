/* SPDX-License-Identifier: Apache-2.0 */
/* A mail of a spam trap is read as one when it is masked, too, and names no trap. */
#include "demand.h"

#include "ingest/trap.h"
#include "report/report_parse.h"

#define TRAP "secrettrap@trap.example"

static bool
is_read(struct span octets)
{
    const struct report_settings settings = { .spamtrap = true };
    g_autoptr(GPtrArray) reports = reports_parse(octets, &settings, NULL);
    return reports != NULL && ((struct report *)g_ptr_array_index(reports, 0))->outer != NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    static const char field[] = "Delivered-To: <" TRAP ">\r\n";
    g_autoptr(GString) mail = g_string_new(field);
    report_open();
    g_string_append_len(mail, (const char *)octets, (gssize)len);
    struct span whole = { mail->str, mail->len };
    g_autoptr(Trap) trap = trap_new(whole);
    g_autoptr(GBytes) masked = trap_mail(trap);
    g_autofree char *text = span_dup(span_of_bytes(masked));
    demand(!is_read(whole) || is_read(span_of_bytes(masked)));
    demand(strstr(text, TRAP) == NULL);
    return 0;
}
