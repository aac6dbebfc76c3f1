/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/rdap.h"

#include "base/fault.h"
#include "enrich/network_set.h"
#include "enrich/rdap_json.h"
#include "enrich/rdap_list.h"

#define STEP_MS 200

/* What was answered about one prefix. */
struct found {
    struct ip_range prefix;
    char *addresses;
};

struct rdap {
    struct rdap_settings settings;
    struct ip_range *public;
    RdapHttp *http;
    char *base; /* of the one server; NULL: IANA's lists say which */
    RdapBootstrap *bootstrap;
    bool asked[2], loaded[2]; /* list of IPv4, of IPv6 */
    GArray *wanted;           /* of struct ip */
    NetworkSet *networks;
    GPtrArray *found; /* of struct found *, the values of `networks` */
    char *failure;
};

/* One address under way. */
struct question {
    struct rdap *rdap;
    struct ip ip;
};

static void
found_free(gpointer item)
{
    struct found *found = item;
    g_free(found->addresses);
    g_free(found);
}

static void
set_failure(struct rdap *rdap, const char *why)
{
    g_free(rdap->failure);
    rdap->failure = g_strdup(why);
}

static bool
check_urls(const struct config *config, GError **error)
{
    bool listed = strcmp(config->rdap.url, "bootstrap") == 0;
    const char *url = listed ? config->rdap.bootstrap : config->rdap.url;
    const char *why = rdap_http_refuses(url);
    if (why == NULL && strchr(url, '?') == NULL && strchr(url, '#') == NULL)
        return true;
    g_set_error(error, FAULT, FAULT_OPERATOR, "[rdap] %s = %s: %s; write https://...",
                listed ? "bootstrap" : "url", url, why != NULL ? why : "a query");
    return false;
}

struct rdap *
rdap_new(const struct rdap_settings *settings, GError **error)
{
    const struct config *config = settings->config;
    if (config->rdap.url[0] == '\0' || !check_urls(config, error))
        return NULL;
    struct rdap_http_settings how = { .ca_file = config->rdap.ca_file,
                                      .timeout_ms = config->rdap.timeout_ms };
    g_autofree struct ip_range *public = config_ranges(config->networks.public, &how.public_count);
    how.public = public;
    RdapHttp *http = rdap_http_new(&how, error);
    if (http == NULL)
        return NULL;
    struct rdap *rdap = g_new0(struct rdap, 1);
    rdap->settings = *settings;
    rdap->public = g_steal_pointer(&public);
    rdap->http = http;
    rdap->wanted = g_array_new(FALSE, FALSE, sizeof(struct ip));
    rdap->networks = network_set_new();
    rdap->found = g_ptr_array_new_with_free_func(found_free);
    rdap->failure = g_strdup("");
    if (strcmp(config->rdap.url, "bootstrap") == 0)
        rdap->bootstrap = rdap_bootstrap_new();
    else
        rdap->base =
            g_strconcat(config->rdap.url, g_str_has_suffix(config->rdap.url, "/") ? "" : "/", NULL);
    return rdap;
}

void
rdap_free(struct rdap *rdap)
{
    if (rdap == NULL)
        return;
    rdap_http_free(rdap->http);
    rdap_bootstrap_free(rdap->bootstrap);
    network_set_free(rdap->networks);
    g_ptr_array_free(rdap->found, TRUE);
    g_array_free(rdap->wanted, TRUE);
    g_free(rdap->public);
    g_free(rdap->base);
    g_free(rdap->failure);
    g_free(rdap);
}

void
rdap_add(struct rdap *rdap, const struct ip *ip)
{
    g_array_append_val(rdap->wanted, *ip);
}

static void
keep(struct rdap *rdap, const struct ip_range *prefix, const char *addresses)
{
    struct found *found = g_new0(struct found, 1);
    found->prefix = *prefix;
    found->addresses = g_strdup(addresses);
    g_ptr_array_add(rdap->found, found);
    network_set_add(rdap->networks, prefix, found);
}

static void
take(void *user, const struct rdap_reply *reply)
{
    struct question *question = user;
    struct rdap *rdap = question->rdap;
    struct ip_range prefix = { .base = question->ip, .prefix = question->ip.len * 8u };
    g_autoptr(GString) list = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    if (reply->outcome == RDAP_NOT_KNOWN)
        set_failure(rdap, reply->failure);
    else if (reply->outcome == RDAP_NONE ||
             rdap_json_read(reply->body, &question->ip, rdap->settings.own, &prefix, list, &error))
        keep(rdap, &prefix, list->str);
    else
        set_failure(rdap, error->message);
    g_free(question);
}

/* A list that can't be had is asked for once. */
static void
load_list(struct rdap *rdap, unsigned which, int64_t deadline_us, const volatile int *stop)
{
    static const char *const families[] = { "ipv4", "ipv6" };
    g_autoptr(GError) error = NULL;
    struct rdap_list list = { .url = rdap->settings.config->rdap.bootstrap,
                              .folder = rdap->settings.folder };
    if (rdap->asked[which])
        return;
    rdap->asked[which] = true;
    rdap->loaded[which] = rdap_list_load(&list, families[which], rdap->http, deadline_us, stop,
                                         rdap->bootstrap, &error);
    if (!rdap->loaded[which])
        set_failure(rdap, error->message);
}

/* The server that knows the address, borrowed; NULL when none does or can be found out. */
static const char *
base_for(struct rdap *rdap, const struct ip *ip, int64_t deadline_us, const volatile int *stop)
{
    unsigned which = ip->len == 4 ? 0 : 1;
    if (rdap->base != NULL)
        return rdap->base;
    load_list(rdap, which, deadline_us, stop);
    const char *base = rdap_bootstrap_find(rdap->bootstrap, ip);
    if (base == NULL && rdap->loaded[which])
        set_failure(rdap, "IANA's list names no https server for it");
    return base;
}

static void
ask(struct rdap *rdap, const struct ip *ip, const char *base)
{
    char text[IP_TEXT_MAX];
    g_autofree char *url = g_strconcat(base, "ip/", ip_text(ip, text), NULL);
    struct question *question = g_new0(struct question, 1);
    question->rdap = rdap;
    question->ip = *ip;
    rdap_http_ask(rdap->http, url, rdap->base != NULL, take, question);
}

void
rdap_run(struct rdap *rdap, int64_t deadline_us, const volatile int *stop)
{
    guint next = 0;
    set_failure(rdap, "");
    while (next < rdap->wanted->len || rdap_http_busy(rdap->http) > 0) {
        if (clock_monotonic_us() >= deadline_us || (stop != NULL && *stop)) {
            set_failure(rdap, "deadline");
            rdap_http_abort(rdap->http, "deadline");
            break;
        }
        if (next == rdap->wanted->len || rdap_http_busy(rdap->http) >= RDAP_IN_FLIGHT) {
            rdap_http_step(rdap->http, STEP_MS);
            continue;
        }
        struct ip ip = g_array_index(rdap->wanted, struct ip, next++);
        if (network_set_find(rdap->networks, &ip) != NULL)
            continue;
        const char *base = base_for(rdap, &ip, deadline_us, stop);
        if (base != NULL)
            ask(rdap, &ip, base);
    }
    g_array_set_size(rdap->wanted, 0);
}

struct rdap_fact
rdap_find(const struct rdap *rdap, const struct ip *ip)
{
    const struct found *found = network_set_find(rdap->networks, ip);
    struct rdap_fact fact = { .known = NOT_KNOWN, .addresses = "" };
    if (found != NULL) {
        fact.known = found->addresses[0] != '\0' ? KNOWN : KNOWN_NONE;
        fact.prefix = found->prefix;
        fact.addresses = found->addresses;
    }
    return fact;
}

const char *
rdap_failure(const struct rdap *rdap)
{
    return rdap->failure;
}

static void
take_help(void *user, const struct rdap_reply *reply)
{
    char **failure = user;
    if (reply->outcome == RDAP_NOT_KNOWN)
        *failure = g_strdup(reply->failure);
}

char *
rdap_probe(struct rdap *rdap, int64_t deadline_us)
{
    char *failure = NULL;
    if (rdap->base == NULL) {
        load_list(rdap, 0, deadline_us, NULL);
        return rdap->loaded[0] ? NULL : g_strdup(rdap->failure);
    }
    g_autofree char *url = g_strconcat(rdap->base, "help", NULL);
    rdap_http_ask(rdap->http, url, true, take_help, &failure);
    while (rdap_http_busy(rdap->http) > 0) {
        if (clock_monotonic_us() >= deadline_us)
            rdap_http_abort(rdap->http, "deadline");
        else
            rdap_http_step(rdap->http, STEP_MS);
    }
    return failure;
}
