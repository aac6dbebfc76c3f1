/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/url_trace.h"

#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test.h"

/* A server on 127.0.0.1: /hop/N leads to /hop/N-1, /hop/0 is the end; /long never ends. */
struct server {
    int listening;
    unsigned port;
    GThread *thread;
    gint asked;      /* atomic */
    GString *fields; /* of the last request */
};

static void
answer(struct server *server, int line)
{
    char request[4096] = "";
    unsigned hop = 0;
    ssize_t got = read(line, request, sizeof request - 1);
    g_atomic_int_inc(&server->asked);
    g_string_assign(server->fields, got > 0 ? request : "");
    if (sscanf(request, "GET /hop/%u", &hop) == 1 && hop > 0) {
        dprintf(line,
                "HTTP/1.1 302 Found here\r\nLocation: /hop/%u\r\nSet-Cookie: a=b\r\n"
                "Content-Length: 0\r\nConnection: close\r\n\r\n",
                hop - 1);
    } else if (g_str_has_prefix(request, "GET /long")) {
        static const char room[4096];
        dprintf(line, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while (send(line, room, sizeof room, MSG_NOSIGNAL) > 0)
            ;
    } else if (g_str_has_prefix(request, "GET /away")) {
        dprintf(line, "HTTP/1.1 301 Gone\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n"
                      "Connection: close\r\n\r\n");
    } else {
        dprintf(line,
                "HTTP/1.1 200 The \x1b[1mend\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    }
}

static void *
serve(void *closure)
{
    struct server *server = closure;
    int line;
    while ((line = accept(server->listening, NULL, NULL)) >= 0) {
        answer(server, line);
        close(line);
    }
    return NULL;
}

static void
start(struct server *server)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t len = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->listening = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(server->listening, (struct sockaddr *)(void *)&address, len), 0);
    assert_int_equal(listen(server->listening, 16), 0);
    assert_int_equal(getsockname(server->listening, (struct sockaddr *)(void *)&address, &len), 0);
    server->port = ntohs(address.sin_port);
    server->fields = g_string_new(NULL);
    server->thread = g_thread_new("server", serve, server);
}

static void
stop(struct server *server)
{
    shutdown(server->listening, SHUT_RDWR);
    g_thread_join(server->thread);
    close(server->listening);
    g_string_free(server->fields, TRUE);
}

static GPtrArray *
trace(const struct server *server, const char *path, bool allowed)
{
    static const struct ip_range loopback = { { { 127 }, 4 }, 8 };
    const struct trace_settings settings = { &loopback, allowed ? 1 : 0, true };
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u%s", server->port, path);
    return url_trace(url, &settings);
}

static const struct trace_hop *
hop_of(const GPtrArray *hops, guint i)
{
    return g_ptr_array_index(hops, i);
}

static void
test_hops(void **state)
{
    struct server server = { .asked = 0 };
    (void)state;
    start(&server);
    g_autoptr(GPtrArray) hops = trace(&server, "/hop/3", true);
    assert_int_equal(hops->len, 4);
    assert_int_equal(hop_of(hops, 0)->status, 302);
    assert_string_equal(hop_of(hops, 0)->text, "302 Found here");
    assert_string_equal(hop_of(hops, 0)->host, "127.0.0.1");
    assert_int_equal(hop_of(hops, 3)->status, 200);
    assert_null(strchr(hop_of(hops, 3)->text, 0x1b)); /* masked */
    assert_null(strstr(server.fields->str, "Cookie"));
    assert_null(strstr(server.fields->str, "Referer"));
    g_autoptr(GPtrArray) many = trace(&server, "/hop/50", true);
    assert_int_equal(many->len, TRACE_HOPS_MAX);
    stop(&server);
}

static void
test_a_body_without_end(void **state)
{
    struct server server = { .asked = 0 };
    (void)state;
    start(&server);
    g_autoptr(GPtrArray) hops = trace(&server, "/long", true);
    assert_int_equal(hops->len, 1);
    assert_int_equal(hop_of(hops, 0)->status, 200);
    stop(&server);
}

/* Neither at once nor by a redirect is a special-purpose address asked. */
static void
test_special_addresses(void **state)
{
    struct server server = { .asked = 0 };
    (void)state;
    start(&server);
    g_autoptr(GPtrArray) hops = trace(&server, "/hop/0", false);
    assert_int_equal(hops->len, 1);
    assert_int_equal(hop_of(hops, 0)->status, 0);
    assert_non_null(strstr(hop_of(hops, 0)->text, "special-purpose"));
    assert_int_equal(g_atomic_int_get(&server.asked), 0);
    g_autoptr(GPtrArray) away = trace(&server, "/away", true);
    assert_int_equal(away->len, 2);
    assert_int_equal(hop_of(away, 1)->status, 0);
    assert_non_null(strstr(hop_of(away, 1)->text, "special-purpose"));
    stop(&server);
}

static void
test_refused(void **state)
{
    static const struct {
        const char *url, *word;
    } cases[] = {
        { "", "no URL" },
        { "nonsense", "" },
        { "ftp://example.com/", "only http" },
        { "file:///etc/passwd", "" },
        { "http://user@example.com/", "user" },
        { "http://example.com:22/", "ports 80 and 443" },
        { "gopher://example.com/", "" },
    };
    const struct trace_settings settings = { NULL, 0, false };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) hops = url_trace(cases[i].url, &settings);
        if (hops->len != 1 || hop_of(hops, 0)->status != 0 ||
            strstr(hop_of(hops, 0)->text, cases[i].word) == NULL)
            fail_msg("%s: %s", cases[i].url, hop_of(hops, 0)->text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hops),
        cmocka_unit_test(test_a_body_without_end),
        cmocka_unit_test(test_special_addresses),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
