/* SPDX-License-Identifier: Apache-2.0 */
#include "http/exchange.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/socket_address.h"
#include "http/form_parts.h"
#include "http/stream.h"

#define URL_LOG_OCTETS 2048
#define STREAM_BLOCK (64 * 1024)

static char *
field(struct exchange *exchange, const char *name)
{
    const char *value = NULL;
    size_t len = 0;
    if (MHD_lookup_connection_value_n(exchange->connection, MHD_HEADER_KIND, name, strlen(name),
                                      &value, &len) != MHD_YES ||
        value == NULL || strlen(value) != len || !g_utf8_validate(value, (gssize)len, NULL))
        return NULL;
    return g_strdup(value);
}

static void
flaw(struct request *request, unsigned status, GError *error)
{
    if (request->flaw != NULL) {
        g_clear_error(&error);
        return;
    }
    request->flaw_status = status;
    request->flaw = error;
}

struct exchange *
exchange_new(struct server *server, const char *target)
{
    struct exchange *exchange = g_new0(struct exchange, 1);
    struct request *request = g_new0(struct request, 1);
    struct span whole = span_of(target);
    ptrdiff_t mark = span_find(whole, '?');
    struct span path = mark < 0 ? whole : span_head(whole, (size_t)mark);
    GError *error = NULL;
    exchange->server = server;
    exchange->request = request;
    request->started_us = clock_monotonic_us();
    request->raw_path = span_dup(path);
    request->url = span_dup(span_head(whole, URL_LOG_OCTETS));
    request->path = form_decode_path(path, &error);
    if (request->path == NULL)
        flaw(request, MHD_HTTP_BAD_REQUEST, error);
    else if (request->path[0] != '/')
        flaw(request, MHD_HTTP_BAD_REQUEST,
             g_error_new(FAULT, FAULT_REJECT, "the path does not begin with /"));
    error = NULL;
    if (mark >= 0 && !form_read(&request->query, span_from(whole, (size_t)mark + 1), &error))
        flaw(request, MHD_HTTP_BAD_REQUEST, error);
    return exchange;
}

void
exchange_free(struct exchange *exchange)
{
    if (exchange == NULL)
        return;
    request_free(exchange->request);
    g_free(exchange);
}

static void
read_peer(struct exchange *exchange)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info != NULL && info->client_addr != NULL)
        socket_address_ip(info->client_addr, &exchange->request->peer);
}

static bool
is_proxy(const struct server_settings *settings, const struct ip *ip)
{
    for (size_t i = 0; i < settings->proxy_count; i++)
        if (ip_in_range(ip, &settings->proxies[i]))
            return true;
    return false;
}

/* The last address of X-Forwarded-For that is no proxy of ours: what stands left of it is the
 * client's own word. */
static void
read_forwarded_for(struct request *request, const struct server_settings *settings, char *list)
{
    for (char *comma = list; comma != NULL && is_proxy(settings, &request->peer);) {
        struct ip ip;
        comma = strrchr(list, ',');
        if (!ip_parse(span_trim(span_of(comma != NULL ? comma + 1 : list)), &ip))
            return;
        request->peer = ip;
        if (comma != NULL)
            *comma = '\0';
    }
}

static void
read_proxy(struct exchange *exchange, const struct server_settings *settings)
{
    struct request *request = exchange->request;
    g_autofree char *list = field(exchange, "X-Forwarded-For");
    g_autofree char *proto = field(exchange, "X-Forwarded-Proto");
    char *host = field(exchange, "X-Forwarded-Host");
    if (host != NULL) {
        g_free(request->host);
        request->host = host;
    }
    if (proto != NULL)
        request->secure = g_ascii_strcasecmp(proto, "https") == 0;
    if (settings->proxy_user_field != NULL)
        request->proxy_user = field(exchange, settings->proxy_user_field);
    if (list != NULL)
        read_forwarded_for(request, settings, list);
}

static enum method
method_of(const char *name)
{
    if (strcmp(name, "GET") == 0 || strcmp(name, "HEAD") == 0)
        return METHOD_GET;
    return strcmp(name, "POST") == 0 ? METHOD_POST : METHOD_OTHER;
}

void
exchange_read_fields(struct exchange *exchange, const struct server_settings *settings)
{
    struct request *request = exchange->request;
    g_autofree char *cookies = field(exchange, "Cookie");
    GError *error = NULL;
    request->method = method_of(request->method_name);
    request->host = field(exchange, "Host");
    request->authorization = field(exchange, "Authorization");
    request->origin = field(exchange, "Origin");
    request->fetch_site = field(exchange, "Sec-Fetch-Site");
    request->if_none_match = field(exchange, "If-None-Match");
    request->accept_encoding = field(exchange, "Accept-Encoding");
    request->content_type = field(exchange, "Content-Type");
    request->secure = settings->certificate != NULL;
    read_peer(exchange);
    if (is_proxy(settings, &request->peer))
        read_proxy(exchange, settings);
    if (cookies != NULL && !form_read_cookies(&request->cookies, span_of(cookies), &error))
        flaw(request, MHD_HTTP_BAD_REQUEST, error);
}

static bool
has_type(const struct request *request, const char *wanted)
{
    struct span type = span_of(request->content_type);
    ptrdiff_t mark = span_find(type, ';');
    return span_equals_nocase(span_trim(mark < 0 ? type : span_head(type, (size_t)mark)), wanted);
}

void
exchange_read_body(struct exchange *exchange)
{
    struct request *request = exchange->request;
    struct span body, boundary;
    GError *error = NULL;
    bool good = true;
    if (request->body == NULL || request->flaw != NULL)
        return;
    body = (struct span){ (const char *)request->body->data, request->body->len };
    if (has_type(request, "application/x-www-form-urlencoded")) {
        request->body_is_form = true;
        good = form_read(&request->body_form, body, &error);
    } else if (has_type(request, "multipart/form-data")) {
        request->body_is_form = true;
        good = form_boundary(span_of(request->content_type), &boundary);
        if (!good)
            g_set_error(&error, FAULT, FAULT_REJECT, "the form does not name its delimiter");
        good = good && form_read_parts(&request->body_form, body, boundary, &request->file, &error);
    }
    if (!good)
        flaw(request, MHD_HTTP_BAD_REQUEST, error);
}

/* --- the answer --- */

struct flow {
    struct stream *stream;
    struct MHD_Connection *connection;
};

static void
park(void *closure)
{
    MHD_suspend_connection(closure);
}

static void
wake(void *closure)
{
    MHD_resume_connection(closure);
}

static ssize_t
flow_read(void *closure, uint64_t at, char *out, size_t max)
{
    struct flow *flow = closure;
    size_t len = 0;
    (void)at;
    switch (stream_take(flow->stream, out, max, &len, park, wake, flow->connection)) {
    case STREAM_OCTETS:
        return (ssize_t)len;
    case STREAM_WAIT:
        return 0;
    case STREAM_DONE:
        return MHD_CONTENT_READER_END_OF_STREAM;
    case STREAM_BROKEN:
        break;
    }
    return MHD_CONTENT_READER_END_WITH_ERROR;
}

static void
flow_free(void *closure)
{
    struct flow *flow = closure;
    stream_abandon(flow->stream);
    stream_unref(flow->stream);
    g_free(flow);
}

static void
unref_bytes(void *bytes)
{
    g_bytes_unref(bytes);
}

static struct MHD_Response *
make_response(struct exchange *exchange)
{
    struct reply *reply = &exchange->request->reply;
    gsize len = 0;
    const void *octets;
    if (reply->stream != NULL) {
        struct flow *flow = g_new0(struct flow, 1);
        flow->stream = g_steal_pointer(&reply->stream);
        flow->connection = exchange->connection;
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, flow_read, flow,
                                                 flow_free);
    }
    if (reply->body == NULL)
        reply->body = g_bytes_new_static("", 0);
    octets = g_bytes_get_data(reply->body, &len);
    return MHD_create_response_from_buffer_with_free_callback_cls(
        len, (void *)(uintptr_t)(octets != NULL ? octets : ""), unref_bytes,
        g_bytes_ref(reply->body));
}

static void
put_fields(struct MHD_Response *response, const struct request *request)
{
    static const struct {
        const char *name, *value;
    } always[] = {
        { "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src "
          "'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
          "'none'" },
        { "X-Content-Type-Options", "nosniff" },
        { "X-Frame-Options", "DENY" },
        { "Referrer-Policy", "no-referrer" },
        { "Cross-Origin-Opener-Policy", "same-origin" },
        { "Cross-Origin-Resource-Policy", "same-origin" },
        { "Permissions-Policy", "camera=(), geolocation=(), microphone=()" },
        { "X-Robots-Tag", "noindex, nofollow" },
    };
    const struct reply *reply = &request->reply;
    for (size_t i = 0; i < G_N_ELEMENTS(always); i++)
        MHD_add_response_header(response, always[i].name, always[i].value);
    if (request->secure)
        MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
    if (!reply->cacheable)
        MHD_add_response_header(response, "Cache-Control", "no-store");
    if (reply->type != NULL)
        MHD_add_response_header(response, "Content-Type", reply->type);
    for (guint i = 0; reply->fields != NULL && i < reply->fields->len; i++) {
        const struct reply_field *one = &g_array_index(reply->fields, struct reply_field, i);
        MHD_add_response_header(response, one->name, one->value);
    }
}

enum MHD_Result
exchange_send(struct exchange *exchange)
{
    struct MHD_Response *response = make_response(exchange);
    enum MHD_Result result;
    exchange->phase = PHASE_SENDING;
    if (response == NULL)
        return MHD_NO;
    put_fields(response, exchange->request);
    deadline_set(exchange->deadline, SERVER_ANSWER_SECONDS);
    result = MHD_queue_response(exchange->connection, exchange->request->reply.status, response);
    MHD_destroy_response(response);
    return result;
}
