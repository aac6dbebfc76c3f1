/* SPDX-License-Identifier: Apache-2.0 */
#include "classify/genuine.h"

#include "base/domain.h"
#include "report/authentication_results.h"

/* The canonical domain of an address or of a bare name, or NULL; caller frees. */
static char *
domain_of(const char *address)
{
    struct span span = span_trim(span_of(address));
    const char *at = span.len > 0 ? g_strrstr_len(span.octets, (gssize)span.len, "@") : NULL;
    if (at != NULL)
        span = span_from(span, (size_t)(at + 1 - span.octets));
    if (span.len > 0 && span.octets[span.len - 1] == '>')
        span = span_head(span, span.len - 1);
    return domain_canonical(span);
}

/* Relaxed alignment: the same registrable domain, or the same name. */
static bool
is_aligned(const char *name, const char *with)
{
    const char *a = domain_registrable(name);
    const char *b = domain_registrable(with);
    if (a == NULL || b == NULL)
        return strcmp(name, with) == 0;
    return strcmp(a, b) == 0;
}

static bool
is_forwarder(const char *name, const struct classify_settings *settings)
{
    for (size_t i = 0; settings != NULL && i < settings->forwarder_count; i++)
        if (domain_is_within(name, settings->forwarders[i]))
            return true;
    return false;
}

/* The domain that the item vouches for, or NULL; caller frees. */
static char *
vouched_domain(const struct auth_item *item, const struct report *report)
{
    const char *property = NULL;
    if (strcmp(item->result, "pass") != 0)
        return NULL;
    if (strcmp(item->method, "dkim") == 0) {
        property = auth_item_property(item, "header.d");
        if (property == NULL)
            property = auth_item_property(item, "header.i");
    } else if (strcmp(item->method, "spf") == 0) {
        property = auth_item_property(item, "smtp.mailfrom");
        if (property == NULL)
            property = auth_item_property(item, "smtp.mail");
        if (property == NULL)
            property = report->original_mail_from;
    }
    return property != NULL ? domain_of(property) : NULL;
}

/* The domain whose name stands in From:, or else what the report was about; caller frees. */
static char *
author_domain(const struct report *report)
{
    if (report->original != NULL && report->original->from_address != NULL)
        return domain_of(report->original->from_address);
    if (report->reported_domain.count > 0)
        return domain_of(report->reported_domain.items[0]);
    return NULL;
}

static bool
is_vouched_for(const struct report *report, const struct classify_settings *settings)
{
    g_autofree char *author = author_domain(report);
    for (size_t i = 0; i < report->authentication_results.count; i++) {
        g_autoptr(AuthResults) results =
            auth_results_parse(report->authentication_results.items[i]);
        for (size_t k = 0; results != NULL && k < results->item_count; k++) {
            g_autofree char *vouched = vouched_domain(&results->items[k], report);
            if (vouched == NULL)
                continue;
            if (is_forwarder(vouched, settings) || (author != NULL && is_aligned(vouched, author)))
                return true;
        }
    }
    return false;
}

/* False for an address that was read from a Received field which nobody vouches for. */
static bool
is_source_trusted(const struct report *report)
{
    for (size_t i = 0; i < report->derived_count; i++)
        if (strcmp(report->derived[i].field, "source_ip") == 0)
            return strcmp(report->derived[i].from, "received-trusted") == 0;
    return true;
}

bool
likely_genuine(const struct report *report, const struct classify_settings *settings)
{
    for (size_t i = 0; settings != NULL && i < settings->own_network_count; i++)
        if (report->source_ip.len > 0 && is_source_trusted(report) &&
            ip_in_range(&report->source_ip, &settings->own_networks[i]))
            return true;
    return is_vouched_for(report, settings);
}
