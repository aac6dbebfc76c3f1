/* SPDX-License-Identifier: Apache-2.0 */
#include "report/derive.h"

#include "base/domain.h"
#include "report/address.h"
#include "report/authentication_results.h"
#include "report/feedback_report.h"
#include "report/mail_date.h"
#include "report/received.h"

void
derive_note(struct report *report, const char *field, const char *from)
{
    struct derived *list = (struct derived *)(uintptr_t)report->derived;
    list = g_renew(struct derived, list, report->derived_count + 1);
    list[report->derived_count++] = (struct derived){ field, from };
    report->derived = list;
}

static bool
names_host(char *const *hosts, struct span host)
{
    if (host.len > 0 && host.octets[host.len - 1] == '.')
        host.len--;
    for (char *const *name = hosts; name != NULL && *name != NULL; name++)
        if (span_equals_nocase(host, *name))
            return true;
    return false;
}

/* "client-ip=203.0.113.9;" of Received-SPF (RFC 7208, 9.1). */
static bool
received_spf_ip(const struct mail *mail, struct ip *ip)
{
    const char *spf = mail_field(mail, "Received-SPF");
    const char *at = spf != NULL ? strstr(spf, "client-ip=") : NULL;
    if (at == NULL)
        return false;
    at += strlen("client-ip=");
    return ip_parse((struct span){ at, strcspn(at, " \t;,)") }, ip);
}

/* The client's address in the lines that our own hosts wrote: the topmost ones, without a gap.
 * Below the first line of another's all may be made up, ours among it. A special address there is
 * one of our own hops (a filter behind the border), and so is a line without an address: a line
 * below it, still ours, tells more. */
static bool
trusted_ip(const struct mail *mail, char *const *hosts, struct ip *ip)
{
    bool found = false;
    for (size_t i = 0; i < mail->field_count; i++) {
        struct span value = span_of(mail->fields[i].value);
        struct ip seen;
        if (g_ascii_strcasecmp(mail->fields[i].name, "Received") != 0)
            continue;
        if (!names_host(hosts, received_by_host(value)))
            break;
        if (!received_from_ip(value, &seen))
            continue;
        if (!found || !ip_is_special(&seen))
            *ip = seen;
        found = true;
        if (!ip_is_special(&seen))
            break;
    }
    return found;
}

/* The first public address of all Received fields: maybe true, maybe made up. */
static bool
unproven_ip(const struct mail *mail, struct ip *ip)
{
    for (size_t i = 0; i < mail->field_count; i++)
        if (g_ascii_strcasecmp(mail->fields[i].name, "Received") == 0 &&
            received_from_ip(span_of(mail->fields[i].value), ip) && !ip_is_special(ip))
            return true;
    return false;
}

static void
derive_source_ip(struct report *report, const struct derive_settings *settings)
{
    const struct mail *mail = report->original;
    struct ip ip;
    const char *from = NULL;
    if (report->source_ip.len != 0 || mail == NULL)
        return;
    if (trusted_ip(mail, settings->received_by, &ip))
        from = "received-trusted";
    else if (received_spf_ip(mail, &ip))
        from = "received-spf";
    else if (unproven_ip(mail, &ip))
        from = "received-unproven";
    if (from == NULL)
        return;
    report->source_ip = ip;
    derive_note(report, "source_ip", from);
}

static void
derive_arrival_date(struct report *report)
{
    const char *received = mail_field(report->original, "Received");
    g_autofree char *date =
        received != NULL ? span_dup(received_date(span_of(received))) : g_strdup("");
    int64_t when = mail_date_parse(date);
    const char *from = "received";
    if (report->arrival_date != CLOCK_UNKNOWN)
        return;
    if (when == CLOCK_UNKNOWN && report->original != NULL) {
        when = report->original->date;
        from = "date";
    }
    if (when == CLOCK_UNKNOWN) {
        when = report->outer->date;
        from = "report-date";
    }
    if (when == CLOCK_UNKNOWN)
        return;
    report->arrival_date = when;
    derive_note(report, "arrival_date", from);
}

static void
derive_envelope(struct report *report)
{
    const char *path = mail_field(report->original, "Return-Path");
    const char *recipient = mail_field(report->original, "X-HmXmrOriginalRecipient");
    if (report->original_mail_from == NULL && path != NULL) {
        g_autofree char *address = address_path(span_of(path));
        report->original_mail_from = g_string_chunk_insert(report->arena, address);
        derive_note(report, "original_mail_from", "return-path");
    }
    if (report->original_rcpt_to.count == 0 && recipient != NULL) {
        g_autofree char *address = address_path(span_of(recipient));
        feedback_list_add(report, &report->original_rcpt_to, address);
        derive_note(report, "original_rcpt_to", "x-hmxmroriginalrecipient");
    }
}

static void
derive_reported_domain(struct report *report)
{
    g_autofree char *domain = NULL;
    g_autofree char *canonical = NULL;
    if (report->reported_domain.count > 0 || report->original == NULL ||
        report->original->from_address == NULL)
        return;
    domain = address_domain(report->original->from_address);
    canonical = domain_canonical(span_of(domain));
    if (canonical == NULL)
        return;
    feedback_list_add(report, &report->reported_domain, canonical);
    derive_note(report, "reported_domain", "from");
}

/* Reporting-MTA is "dns; host"; the host alone has been seen too. */
static bool
is_reporting_mta(const struct report *report, const char *host)
{
    struct span mta = span_of(report->reporting_mta);
    ptrdiff_t semicolon = span_find(mta, ';');
    g_autofree char *name =
        domain_canonical(span_trim(semicolon >= 0 ? span_from(mta, (size_t)semicolon + 1) : mta));
    return name != NULL && strcmp(name, host) == 0;
}

/* A host of the one who sent the report: then what it wrote into the reported mail is its word. */
static bool
is_reporter(const struct report *report, const char *authserv_id)
{
    g_autofree char *domain =
        address_domain(report->outer->from_address != NULL ? report->outer->from_address : "");
    g_autofree char *id = domain_canonical(span_of(authserv_id));
    g_autofree char *from = domain_canonical(span_of(domain));
    const char *organisation = from != NULL ? domain_registrable(from) : NULL;
    if (id == NULL)
        return false;
    return is_reporting_mta(report, id) ||
           (organisation != NULL && domain_is_within(id, organisation));
}

/* The reported mail's own Authentication-Results count only when the reporter wrote them. */
static void
derive_authentication_results(struct report *report)
{
    const struct mail *mail = report->original;
    if (report->authentication_results.count > 0 || mail == NULL)
        return;
    for (size_t i = 0; i < mail->field_count; i++) {
        g_autoptr(AuthResults) results = NULL;
        if (g_ascii_strcasecmp(mail->fields[i].name, "Authentication-Results") != 0)
            continue;
        results = auth_results_parse(mail->fields[i].value);
        if (is_reporter(report, results->authserv_id))
            feedback_list_add(report, &report->authentication_results, mail->fields[i].value);
    }
    if (report->authentication_results.count > 0)
        derive_note(report, "authentication_results", "authentication-results");
}

/* The dmarc item of the first Authentication-Results that has one; *results keeps it alive. */
static const struct auth_item *
dmarc_item(const struct report *report, struct auth_results **results)
{
    for (size_t i = 0; i < report->authentication_results.count; i++) {
        g_autoptr(AuthResults) parsed = auth_results_parse(report->authentication_results.items[i]);
        for (size_t k = 0; k < parsed->item_count; k++) {
            if (strcmp(parsed->items[k].method, "dmarc") == 0) {
                *results = g_steal_pointer(&parsed);
                return &(*results)->items[k];
            }
        }
    }
    return NULL;
}

static void
derive_types(struct report *report)
{
    g_autoptr(AuthResults) results = NULL;
    const struct auth_item *dmarc = dmarc_item(report, &results);
    if (report->feedback_type == NULL) {
        bool failure = report->auth_failure != NULL || report->identity_alignment != NULL ||
                       report->authentication_results.count > 0;
        report->feedback_type = failure ? "auth-failure" : "abuse";
        derive_note(report, "feedback_type", "form");
    }
    if (strcmp(report->feedback_type, "auth-failure") != 0 || report->auth_failure != NULL)
        return;
    if (dmarc != NULL && strcmp(dmarc->result, "fail") == 0) {
        report->auth_failure = "dmarc";
        derive_note(report, "auth_failure", "authentication-results");
    } else if (report->identity_alignment != NULL) {
        report->auth_failure = "dmarc"; /* only DMARC reports have this field (RFC 7489, 7.3) */
        derive_note(report, "auth_failure", "identity-alignment");
    }
}

/* clang-format off */
static const struct { const char *word, *disposition; } dispositions[] = {
    { "none", "none" }, { "quarantine", "quarantine" }, { "reject", "reject" },
    { "oreject", "quarantine" },                              /* Microsoft: reject overridden to junk */
    { "pct.quarantine", "none" }, { "pct.reject", "none" },   /* Microsoft: not applied */
};
/* clang-format on */

static const char *
disposition_of(const char *word)
{
    for (size_t i = 0; word != NULL && i < G_N_ELEMENTS(dispositions); i++)
        if (g_ascii_strcasecmp(word, dispositions[i].word) == 0)
            return dispositions[i].disposition;
    return NULL;
}

/* none, quarantine or reject of what Delivery-Result and Authentication-Results say (dis=, then
 * policy.dmarc, then action=); without any of it "none", but NULL for auth-failure. */
static const char *
derive_disposition(const struct report *report)
{
    const char *result = report->delivery_result;
    const char *type = report->feedback_type;
    const char *found = NULL;
    g_autoptr(AuthResults) results = NULL;
    const struct auth_item *dmarc;
    if (result != NULL && strcmp(result, "delivered") == 0)
        return "none";
    if (result != NULL && (strcmp(result, "spam") == 0 || strcmp(result, "policy") == 0))
        return "quarantine";
    if (result != NULL && strcmp(result, "reject") == 0)
        return "reject";
    dmarc = dmarc_item(report, &results);
    if (dmarc != NULL) {
        g_autofree char *dis = auth_item_comment_value(dmarc, "dis");
        const char *policy = auth_item_property(dmarc, "policy.dmarc");
        const char *action = auth_item_property(dmarc, "action");
        found = disposition_of(dis);
        found = found != NULL ? found : disposition_of(policy);
        found = found != NULL ? found : disposition_of(action);
    }
    if (found == NULL && type != NULL && strcmp(type, "auth-failure") != 0)
        found = "none";
    return found;
}

void
derive_all(struct report *report, const struct derive_settings *settings)
{
    derive_source_ip(report, settings);
    derive_arrival_date(report);
    derive_envelope(report);
    derive_reported_domain(report);
    derive_authentication_results(report);
    derive_types(report);
    if (report->disposition == NULL)
        report->disposition = derive_disposition(report);
}
