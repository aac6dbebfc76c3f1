/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/rdap_http.h"

#include <curl/curl.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "base/socket_address.h"
#include "enrich/rdap_json.h"

#define ACCEPT "Accept: application/rdap+json, application/json;q=0.9"
#define FAILURE_CHARS_MAX 200

/* What is known of one server. */
struct server {
    unsigned failures; /* in turn */
    char *closed;      /* why it is asked no more; or NULL */
};

struct rdap_http {
    struct rdap_http_settings settings;
    CURLM *multi;
    struct curl_slist *headers;
    GPtrArray *active;   /* of struct transfer * */
    GHashTable *servers; /* "https://host:443" to struct server * */
};

struct transfer {
    struct rdap_http *http;
    CURL *curl;
    char *origin; /* key of its server */
    bool trusted;
    bool plain;   /* http: to this machine only */
    bool special; /* an address was refused */
    bool too_large;
    unsigned hops;
    GString *body;
    char reason[CURL_ERROR_SIZE];
    rdap_http_done *done;
    void *user;
};

static void
server_free(gpointer item)
{
    struct server *server = item;
    g_free(server->closed);
    g_free(server);
}

struct rdap_http *
rdap_http_new(const struct rdap_http_settings *settings, GError **error)
{
    CURLM *multi = curl_multi_init();
    if (multi == NULL) {
        g_set_error(error, FAULT, FAULT_RETRY, "libcurl does not start");
        return NULL;
    }
    struct rdap_http *http = g_new0(struct rdap_http, 1);
    http->settings = *settings;
    http->multi = multi;
    http->headers = curl_slist_append(NULL, ACCEPT);
    http->active = g_ptr_array_new();
    http->servers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, server_free);
    return http;
}

void
rdap_http_free(struct rdap_http *http)
{
    if (http == NULL)
        return;
    rdap_http_abort(http, "stopped");
    g_ptr_array_free(http->active, TRUE);
    g_hash_table_destroy(http->servers);
    curl_slist_free_all(http->headers);
    curl_multi_cleanup(http->multi);
    g_free(http);
}

static char *
part_of(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    if (curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK)
        return NULL;
    char *copy = g_strdup(text);
    curl_free(text);
    return copy;
}

static bool
is_this_machine(const char *host)
{
    static const struct ip_range v4 = { { { 127 }, 4 }, 8 };
    static const struct ip_range v6 = { { { [15] = 1 }, 16 }, 128 };
    struct ip ip;
    return g_ascii_strcasecmp(host, "localhost") == 0 ||
           (ip_parse(span_of(host), &ip) && (ip_in_range(&ip, &v4) || ip_in_range(&ip, &v6)));
}

/* Scheme, host and port of a URL that may be asked; NULL and *why, static. Caller frees. */
static char *
origin_of(const char *text, bool *plain, const char **why)
{
    CURLU *url = curl_url();
    char *origin = NULL;
    *why = "no URL";
    if (url != NULL && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK) {
        g_autofree char *scheme = part_of(url, CURLUPART_SCHEME);
        g_autofree char *host = part_of(url, CURLUPART_HOST);
        g_autofree char *port = part_of(url, CURLUPART_PORT);
        g_autofree char *user = part_of(url, CURLUPART_USER);
        *plain = g_strcmp0(scheme, "http") == 0;
        if (user != NULL)
            *why = "a URL with an account in it";
        else if (g_strcmp0(scheme, "https") != 0 &&
                 !(*plain && host != NULL && is_this_machine(host)))
            *why = "not https";
        else if (host != NULL && port != NULL)
            origin = g_strdup_printf("%s://%s:%s", scheme, host, port);
    }
    curl_url_cleanup(url);
    return origin;
}

const char *
rdap_http_refuses(const char *url)
{
    bool plain = false;
    const char *why = NULL;
    g_autofree char *origin = origin_of(url, &plain, &why);
    return origin != NULL ? NULL : why;
}

static bool
is_public(const struct rdap_http *http, const struct ip *ip)
{
    return ip_is_public(ip, http->settings.public, http->settings.public_count);
}

/* Each connection comes by here, after the name was looked up. */
static curl_socket_t
open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *transfer = user;
    char text[IP_TEXT_MAX];
    struct ip ip;
    if (purpose != CURLSOCKTYPE_IPCXN || !socket_address_ip(&address->addr, &ip))
        return CURL_SOCKET_BAD;
    if ((transfer->plain && !is_this_machine(ip_text(&ip, text))) ||
        (!transfer->trusted && !is_public(transfer->http, &ip))) {
        transfer->special = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t
take_body(char *octets, size_t size, size_t count, void *user)
{
    struct transfer *transfer = user;
    if (transfer->body->len + size * count > RDAP_OCTETS_MAX) {
        transfer->too_large = true;
        return 0;
    }
    g_string_append_len(transfer->body, octets, (gssize)(size * count));
    return size * count;
}

static void
set_up(struct transfer *transfer, const char *url)
{
    const struct rdap_http_settings *settings = &transfer->http->settings;
    CURL *curl = transfer->curl;
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->reason);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->http->headers);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "lafayette/" LAFAYETTE_VERSION);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)settings->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)settings->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_MAXFILESIZE, (long)RDAP_OCTETS_MAX);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (settings->ca_file != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, settings->ca_file);
}

static void
answer(struct transfer *transfer, enum rdap_outcome outcome, const char *failure)
{
    struct rdap_reply reply = { .outcome = outcome, .failure = failure };
    g_ptr_array_remove_fast(transfer->http->active, transfer);
    if (outcome == RDAP_GOT)
        reply.body = (struct span){ transfer->body->str, transfer->body->len };
    transfer->done(transfer->user, &reply);
    curl_easy_cleanup(transfer->curl);
    g_string_free(transfer->body, TRUE);
    g_free(transfer->origin);
    g_free(transfer);
}

static struct server *
server_of(struct rdap_http *http, const char *origin)
{
    struct server *server = g_hash_table_lookup(http->servers, origin);
    if (server == NULL) {
        server = g_new0(struct server, 1);
        g_hash_table_insert(http->servers, g_strdup(origin), server);
    }
    return server;
}

/* Sends the request, or answers it: this URL or this server is not to be asked. */
static void
begin(struct transfer *transfer, const char *url, bool redirected)
{
    const char *why = NULL;
    bool plain = false;
    g_autofree char *origin = origin_of(url, &plain, &why);
    if (origin == NULL || (redirected && plain)) {
        answer(transfer, RDAP_NOT_KNOWN, origin == NULL ? why : "not https");
        return;
    }
    struct server *server = server_of(transfer->http, origin);
    if (server->closed != NULL) {
        answer(transfer, RDAP_NOT_KNOWN, server->closed);
        return;
    }
    transfer->plain = plain;
    transfer->special = false;
    transfer->trusted = transfer->trusted && (!redirected || strcmp(origin, transfer->origin) == 0);
    g_free(transfer->origin);
    transfer->origin = g_steal_pointer(&origin);
    g_string_truncate(transfer->body, 0);
    set_up(transfer, url);
    if (curl_multi_add_handle(transfer->http->multi, transfer->curl) != CURLM_OK)
        answer(transfer, RDAP_NOT_KNOWN, "libcurl does not begin");
}

void
rdap_http_ask(struct rdap_http *http, const char *url, bool trusted, rdap_http_done *done,
              void *user)
{
    struct transfer *transfer = g_new0(struct transfer, 1);
    transfer->http = http;
    transfer->trusted = trusted;
    transfer->done = done;
    transfer->user = user;
    transfer->body = g_string_new(NULL);
    transfer->curl = curl_easy_init();
    g_ptr_array_add(http->active, transfer);
    if (transfer->curl == NULL)
        answer(transfer, RDAP_NOT_KNOWN, "libcurl does not begin");
    else
        begin(transfer, url, false);
}

/* Counts a failure; a server that refuses us, or fails too often, is left alone. */
static void
fail(struct transfer *transfer, bool refused, const char *why)
{
    struct server *server = server_of(transfer->http, transfer->origin);
    g_autofree char *text = g_strdup_printf("%s: %.*s", transfer->origin, FAILURE_CHARS_MAX, why);
    if (server->closed == NULL && (refused || ++server->failures >= RDAP_FAILURES_MAX))
        server->closed = g_strdup(text);
    answer(transfer, RDAP_NOT_KNOWN, text);
}

static void
read_status(struct transfer *transfer, long status)
{
    char *location = NULL;
    curl_easy_getinfo(transfer->curl, CURLINFO_REDIRECT_URL, &location);
    g_autofree char *next = g_strdup(location);
    if (status == 200 || status == 404) {
        server_of(transfer->http, transfer->origin)->failures = 0;
        answer(transfer, status == 200 ? RDAP_GOT : RDAP_NONE, NULL);
    } else if (status >= 300 && status < 400 && next != NULL) {
        if (++transfer->hops > RDAP_REDIRECTS_MAX)
            fail(transfer, false, "too many redirects");
        else
            begin(transfer, next, true);
    } else {
        g_autofree char *why = g_strdup_printf("HTTP status %ld", status);
        fail(transfer, status == 429 || status == 503, why);
    }
}

static void
finish(struct transfer *transfer, CURLcode code)
{
    long status = 0;
    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(transfer->http->multi, transfer->curl);
    if (code != CURLE_OK && transfer->special)
        fail(transfer, false, "leads to a special-purpose address");
    else if (transfer->too_large || code == CURLE_FILESIZE_EXCEEDED)
        fail(transfer, false, "the answer is too large");
    else if (code != CURLE_OK)
        fail(transfer, false,
             transfer->reason[0] != '\0' ? transfer->reason : curl_easy_strerror(code));
    else
        read_status(transfer, status);
}

size_t
rdap_http_busy(const struct rdap_http *http)
{
    return http->active->len;
}

void
rdap_http_step(struct rdap_http *http, int wait_ms)
{
    int running = 0, left = 0;
    const CURLMsg *message;
    curl_multi_perform(http->multi, &running);
    if (running > 0 && (guint)running == http->active->len) {
        curl_multi_poll(http->multi, NULL, 0, wait_ms, NULL);
        curl_multi_perform(http->multi, &running);
    }
    while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
        struct transfer *transfer = NULL;
        CURLcode code = message->data.result;
        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        finish(transfer, code);
    }
}

void
rdap_http_abort(struct rdap_http *http, const char *why)
{
    while (http->active->len > 0) {
        struct transfer *transfer = g_ptr_array_index(http->active, http->active->len - 1);
        curl_multi_remove_handle(http->multi, transfer->curl);
        answer(transfer, RDAP_NOT_KNOWN, why);
    }
}
