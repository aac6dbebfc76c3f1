/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/trust.h"

#include "base/domain.h"
#include "report/address.h"
#include "report/authentication_results.h"
#include "report/mail_date.h"
#include "report/received.h"

static bool
is_listed(const char *id, char *const *ids)
{
    for (char *const *own = ids; own != NULL && *own != NULL; own++)
        if (g_ascii_strcasecmp(*own, id) == 0)
            return true;
    return false;
}

/* SPF or DKIM passed for a domain of the same organisation as the From address. */
static bool
is_aligned_pass(const struct auth_item *item, const char *from_domain)
{
    static const char *const properties[] = { "header.d", "header.i", "smtp.mailfrom" };
    g_autofree char *from = domain_canonical(span_of(from_domain));
    const char *organisation = from != NULL ? domain_registrable(from) : NULL;
    if (organisation == NULL || strcmp(item->result, "pass") != 0)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(properties); i++) {
        const char *value = auth_item_property(item, properties[i]);
        const char *at = value != NULL ? strrchr(value, '@') : NULL;
        if (value != NULL && domain_is_within(at != NULL ? at + 1 : value, organisation))
            return true;
    }
    return false;
}

char
trust_report_auth(const struct mail *outer, char *const *authserv_id)
{
    const char *field = mail_field(outer, "Authentication-Results");
    g_autoptr(AuthResults) results = field != NULL ? auth_results_parse(field) : NULL;
    g_autofree char *domain =
        address_domain(outer->from_address != NULL ? outer->from_address : "");
    char answer = 'n';
    if (results == NULL || !is_listed(results->authserv_id, authserv_id))
        return 'n';
    for (size_t i = 0; i < results->item_count; i++) {
        const struct auth_item *item = &results->items[i];
        if (strcmp(item->method, "dmarc") == 0 &&
            (strcmp(item->result, "pass") == 0 || strcmp(item->result, "fail") == 0))
            return item->result[0];
        if (strcmp(item->method, "dkim") == 0 || strcmp(item->method, "spf") == 0)
            answer = answer == 'p' || is_aligned_pass(item, domain) ? 'p' : 'f';
    }
    return answer;
}

char
trust_source_ip(const struct report *report)
{
    if (report->source_ip.len == 0)
        return '-';
    for (size_t i = 0; i < report->derived_count; i++) {
        if (strcmp(report->derived[i].field, "source_ip") != 0)
            continue;
        if (strcmp(report->derived[i].from, "text") == 0)
            return 's'; /* the report says it, in prose */
        return strcmp(report->derived[i].from, "received-trusted") == 0 ? 't' : 'u';
    }
    return 's';
}

int64_t
trust_received_date(const struct mail *outer, int64_t otherwise)
{
    const char *received = mail_field(outer, "Received");
    g_autofree char *text =
        received != NULL ? span_dup(received_date(span_of(received))) : g_strdup("");
    int64_t when = mail_date_parse(text);
    if (when == CLOCK_UNKNOWN)
        when = outer->date != CLOCK_UNKNOWN ? outer->date : otherwise;
    return MIN(when, clock_now());
}
