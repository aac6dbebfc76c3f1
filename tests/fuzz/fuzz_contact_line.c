/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of any octets: a good one names an AS or a prefix and at least one address; what it says, written plainly,
 * is read again as the same. */
#include "demand.h"

#include "enrich/contact.h"
#include "enrich/contact_address.h"
#include "enrich/contact_line.h"

static void
check_again(const struct contact_line *line)
{
    struct contact_reader reader = { .begun = true };
    char text[IP_TEXT_MAX];
    g_autoptr(GString) addresses = g_string_new(NULL);
    struct contact_line again = { .addresses = addresses };
    g_autofree char *plain = line->kind == CONTACT_LINE_ASN
                                 ? g_strdup_printf("AS%u,%s", line->asn, line->addresses->str)
                                 : g_strdup_printf("%s/%u,%s", ip_text(&line->prefix.base, text),
                                                   line->prefix.prefix, line->addresses->str);
    demand(line->addresses->len > 0 && line->addresses->len <= CONTACT_LIST_OCTETS_MAX);
    contact_line_read(&reader, span_of(plain), &again);
    demand(again.kind == line->kind && strcmp(addresses->str, line->addresses->str) == 0);
    demand(line->kind != CONTACT_LINE_ASN || (line->asn != 0 && again.asn == line->asn));
    demand(line->kind != CONTACT_LINE_PREFIX || (ip_equal(&again.prefix.base, &line->prefix.base) &&
                                                 again.prefix.prefix == line->prefix.prefix &&
                                                 line->prefix.prefix >= CONTACT_PREFIX_V4_MIN));
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span rest = exact_copy(octets, len);
    struct contact_reader reader = { .begun = false };
    g_autoptr(GString) addresses = g_string_new(NULL);
    struct contact_line line = { .addresses = addresses };
    struct span at = rest, text;
    while (span_line(&at, &text)) {
        contact_line_read(&reader, text, &line);
        demand((line.kind == CONTACT_LINE_BAD) == (line.fault != NULL));
        if (line.kind == CONTACT_LINE_ASN || line.kind == CONTACT_LINE_PREFIX)
            check_again(&line);
    }
    return 0;
}
