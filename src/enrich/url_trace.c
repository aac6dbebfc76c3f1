/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/url_trace.h"

#include <curl/curl.h>
#include <string.h>

#include "base/domain.h"
#include "base/socket_address.h"
#include "base/text.h"

#define AGENT "Mozilla/5.0 (compatible)"
#define REASON_OCTETS 200

struct tracing {
    const struct trace_settings *settings;
    size_t octets;
    bool refused; /* the address is a special one */
    GString *reason;
};

static void
free_hop(void *one)
{
    struct trace_hop *hop = one;
    g_free(hop->url);
    g_free(hop->host);
    g_free(hop->text);
    g_free(hop);
}

static curl_socket_t
open_socket(void *closure, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct tracing *tracing = closure;
    struct ip ip;
    (void)purpose;
    if (!socket_address_ip(&address->addr, &ip) ||
        !ip_is_public(&ip, tracing->settings->public, tracing->settings->public_count)) {
        tracing->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype, address->protocol);
}

/* The body counts for nothing; what is over the limit ends the transfer. */
static size_t
take_body(char *octets, size_t size, size_t count, void *closure)
{
    struct tracing *tracing = closure;
    (void)octets;
    tracing->octets += size * count;
    return tracing->octets > TRACE_OCTETS ? 0 : size * count;
}

static size_t
take_field(char *octets, size_t size, size_t count, void *closure)
{
    struct tracing *tracing = closure;
    struct span line = span_trim((struct span){ octets, size * count });
    if (span_starts_nocase(line, "HTTP/")) {
        ptrdiff_t first = span_find(line, ' ');
        g_string_truncate(tracing->reason, 0);
        if (first >= 0)
            g_string_append_len(tracing->reason, line.octets + first + 1,
                                (gssize)line.len - first - 1);
    }
    return size * count;
}

static void
set_up(CURL *curl, const char *url, struct tracing *tracing)
{
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TRACE_SECONDS);
    curl_easy_setopt(curl, CURLOPT_MAXFILESIZE, (long)TRACE_OCTETS);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, AGENT);
    /* Where it leads is asked, not who it says it is. */
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, tracing);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, tracing);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_field);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, tracing);
}

/* Why this URL is not asked, static, or NULL; *host is its canonical host. */
static const char *
refusal(const char *url, const struct trace_settings *settings, char **host)
{
    CURLU *parts = curl_url();
    char *scheme = NULL, *name = NULL, *port = NULL, *user = NULL;
    const char *why = NULL;
    if (strlen(url) > TRACE_URL_OCTETS || curl_url_set(parts, CURLUPART_URL, url, 0) != CURLUE_OK ||
        curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
        curl_url_get(parts, CURLUPART_HOST, &name, 0) != CURLUE_OK ||
        curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK)
        why = "this is no URL";
    else if (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)
        why = "only http and https are followed";
    else if (curl_url_get(parts, CURLUPART_USER, &user, 0) == CURLUE_OK)
        why = "a URL with a user in it is not followed";
    else if (!settings->any_port && strcmp(port, "80") != 0 && strcmp(port, "443") != 0)
        why = "only ports 80 and 443 are asked";
    if (name != NULL)
        *host = domain_canonical(span_of(name));
    curl_free(scheme);
    curl_free(name);
    curl_free(port);
    curl_free(user);
    curl_url_cleanup(parts);
    return why;
}

/* Asks one hop; the URL that it leads to, which the caller frees, or NULL. */
static char *
ask(CURL *curl, struct trace_hop *hop, const struct trace_settings *settings)
{
    struct tracing tracing = { .settings = settings, .reason = g_string_new(NULL) };
    const char *why = refusal(hop->url, settings, &hop->host);
    char *location = NULL, *next = NULL;
    CURLcode code = CURLE_OK;
    if (why == NULL) {
        curl_easy_reset(curl);
        set_up(curl, hop->url, &tracing);
        code = curl_easy_perform(curl);
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &hop->status);
        curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &location);
        next = g_strdup(location);
    }
    /* One of several addresses may be special, and another one have answered. */
    if (tracing.refused && hop->status == 0)
        why = "its address is a special-purpose one: not asked";
    else if (why == NULL && hop->status == 0)
        why = curl_easy_strerror(code);
    hop->text = why != NULL ? g_strdup(why)
                            : text_masked((struct span){ tracing.reason->str, tracing.reason->len },
                                          REASON_OCTETS);
    g_string_free(tracing.reason, TRUE);
    return next;
}

GPtrArray *
url_trace(const char *url, const struct trace_settings *settings)
{
    GPtrArray *hops = g_ptr_array_new_with_free_func(free_hop);
    CURL *curl = curl_easy_init();
    char *next = g_strdup(url);
    while (next != NULL && hops->len < TRACE_HOPS_MAX) {
        struct trace_hop *hop = g_new0(struct trace_hop, 1);
        hop->url = next;
        g_ptr_array_add(hops, hop);
        next = curl != NULL ? ask(curl, hop, settings) : NULL;
    }
    g_free(next);
    curl_easy_cleanup(curl);
    return hops;
}
