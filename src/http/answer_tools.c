/* SPDX-License-Identifier: Apache-2.0 */
/* /tools: an address looked up now; where a URL leads. */
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "enrich/enrich.h"
#include "enrich/url_trace.h"
#include "http/answers.h"
#include "http/page.h"
#include "ingest/contact_gather.h"
#include "ingest/contact_run.h"
#include "report/link_text.h"
#include "store/contact.h"

#define ASK_SECONDS 6

/* --- an address --- */

static json_t *
listings_view(const struct listing *listings, size_t count)
{
    static const char *const words[] = { "not known", "not on it", "policy", "listed" };
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:b}", "list", listings[i].list, "state",
                                        words[listings[i].state], "meaning", listings[i].meaning,
                                        "listed", listings[i].state == LISTING_LISTED));
    return list;
}

static bool
put_contact(struct visit *visit, const struct ip *ip, json_t *view, GError **error)
{
    struct contact_run_counts counts = { .failure = "" };
    g_autoptr(ContactFind) find = contact_find_open(visit->config, error);
    if (find == NULL || !contact_run_ask(find, visit->db, ip, 1,
                                         clock_monotonic_us() + ASK_SECONDS * G_TIME_SPAN_SECOND,
                                         NULL, &counts, error))
        return false;
    struct contact_result result = contact_find_ip(find, ip);
    if (result.known == KNOWN && result.first != NULL) {
        json_object_set_new(view, "contact", json_string(result.first->addresses));
        json_object_set_new(view, "contact_origin",
                            json_string(contact_origin_word(result.first->origin)));
    } else {
        json_object_set_new(view, "contact",
                            json_string(result.known == KNOWN_NONE ? "none" : "not known"));
    }
    return true;
}

static bool
put_address(struct visit *visit, const char *text, json_t *view, GError **error)
{
    struct ip ip;
    char canonical[IP_TEXT_MAX];
    g_autofree char *stripped = g_strstrip(g_strdup(text));
    json_object_set_new(view, "asked_ip", json_string(stripped));
    if (!ip_parse(span_of(stripped), &ip)) {
        g_set_error(error, FAULT, FAULT_REJECT, "ip: an IPv4 or IPv6 address");
        return false;
    }
    g_autoptr(Enrich) enrich = enrich_new(visit->config, error);
    if (enrich == NULL)
        return false;
    enrich_add_ip(enrich, &ip, ENRICH_NAME | ENRICH_NETWORK | ENRICH_LISTS);
    enrich_run(enrich, clock_monotonic_us() + ASK_SECONDS * G_TIME_SPAN_SECOND, NULL);
    const struct ip_fact *fact = enrich_ip(enrich, &ip);
    json_t *one = json_pack("{s:s, s:b, s:s, s:b, s:s, s:o}", "ip", ip_text(&ip, canonical),
                            "special", fact->special, "name",
                            fact->name_known == KNOWN        ? fact->name
                            : fact->name_known == KNOWN_NONE ? "none"
                                                             : "not known",
                            "confirmed", fact->name_confirmed, "country",
                            fact->network_known == KNOWN ? fact->network.country : "", "listings",
                            listings_view(fact->listings, fact->listing_count));
    if (fact->network_known == KNOWN && fact->network.asn != 0)
        json_object_set_new(one, "asn", json_integer(fact->network.asn));
    json_object_set_new(view, "address", one);
    return fact->special || put_contact(visit, &ip, one, error);
}

/* --- a URL --- */

static bool
put_hops(struct visit *visit, const char *url, json_t *view, GError **error)
{
    size_t count = 0;
    g_autofree struct ip_range *ranges = config_ranges(visit->config->networks.public, &count);
    const struct trace_settings settings = { .public = ranges, .public_count = count };
    g_autofree char *stripped = g_strstrip(g_strdup(url));
    g_autoptr(GString) plain = g_string_new(NULL); /* our own pages write hxxp and [.] */
    const char *asked = link_refang(plain, span_of(stripped)) ? plain->str : stripped;
    json_t *list = json_array();
    json_object_set_new(view, "asked_url", json_string(stripped));
    json_object_set_new(view, "hops", list);
    if (!visit->config->tools.trace) {
        g_set_error(error, FAULT, FAULT_REJECT,
                    "URLs are not followed here: [tools] trace = yes allows it");
        return false;
    }
    if (!visit_audit(visit, "trace", "url", asked, error))
        return false;
    g_autoptr(GPtrArray) hops = url_trace(asked, &settings);
    g_autoptr(Enrich) enrich = enrich_new(visit->config, error);
    if (enrich == NULL)
        return false;
    for (guint i = 0; i < hops->len; i++) {
        const struct trace_hop *hop = g_ptr_array_index(hops, i);
        if (hop->host != NULL)
            enrich_add_host(enrich, hop->host, ENRICH_LISTS);
    }
    enrich_run(enrich, clock_monotonic_us() + ASK_SECONDS * G_TIME_SPAN_SECOND, NULL);
    for (guint i = 0; i < hops->len; i++) {
        const struct trace_hop *hop = g_ptr_array_index(hops, i);
        const struct host_fact *fact = hop->host != NULL ? enrich_host(enrich, hop->host) : NULL;
        json_array_append_new(
            list, json_pack("{s:s, s:I, s:s, s:o}", "url", hop->url, "status",
                            (json_int_t)hop->status, "text", hop->text, "listings",
                            fact != NULL ? listings_view(fact->listings, fact->listing_count)
                                         : json_array()));
    }
    return true;
}

static bool
tools_page(struct visit *visit, json_t *view, GError **error)
{
    json_object_set_new(view, "may_trace", json_boolean(visit->config->tools.trace));
    return page_render(visit, 200, "tools", "Tools", view, error);
}

bool
answer_tools(struct visit *visit, GError **error)
{
    return tools_page(visit, json_object(), error);
}

bool
answer_tools_post(struct visit *visit, GError **error)
{
    const char *url = request_form(visit->request, "url");
    const char *ip = request_form(visit->request, "ip");
    json_t *view = json_object();
    g_autoptr(GError) trouble = NULL;
    if ((ip == NULL || ip[0] == '\0' || put_address(visit, ip, view, &trouble)) &&
        (url == NULL || url[0] == '\0' || put_hops(visit, url, view, &trouble)))
        return tools_page(visit, view, error);
    if (!g_error_matches(trouble, FAULT, FAULT_REJECT)) {
        json_decref(view);
        g_propagate_error(error, g_steal_pointer(&trouble));
        return false;
    }
    json_object_set_new(view, "problem", json_string(trouble->message));
    return tools_page(visit, view, error);
}
