/* SPDX-License-Identifier: Apache-2.0 */
#include <zlib.h>

#include "http/gzip.h"
#include "test.h"

static const struct {
    const char *field;
    bool accepted;
} lists[] = {
    { NULL, false },
    { "", false },
    { "gzip", true },
    { "deflate, GZip", true },
    { "br;q=1, gzip;q=0.5", true },
    { "gzip;q=0", false },
    { "gzip; q=0.000", false },
    { "gzip;q=0.001", true },
    { "gzipped", false },
    { "identity", false },
    { "*", false },
    { "x-gzip", true },
    { ",,;,gzip", true },
};

static void
test_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        if (gzip_is_accepted(lists[i].field) != lists[i].accepted)
            fail_msg("%s", lists[i].field);
}

static GBytes *
make_page(void)
{
    GString *page = g_string_new(NULL);
    for (unsigned i = 0; i < 2000; i++)
        g_string_append_printf(page, "<tr><td>%u</td></tr>\n", i * 2654435761u);
    return g_string_free_to_bytes(page);
}

static void
test_round_trip(void **state)
{
    g_autoptr(GBytes) page = make_page();
    (void)state;
    for (int level = GZIP_FAST; level <= GZIP_BEST; level += GZIP_BEST - GZIP_FAST) {
        g_autoptr(GBytes) packed = gzip_pack(page, (enum gzip_level)level);
        gsize len = g_bytes_get_size(page);
        g_autofree char *out = g_malloc(len + 1);
        z_stream stream = { .next_in = (Bytef *)(uintptr_t)g_bytes_get_data(packed, NULL),
                            .avail_in = (uInt)g_bytes_get_size(packed),
                            .next_out = (Bytef *)out,
                            .avail_out = (uInt)len + 1 };
        assert_true(g_bytes_get_size(packed) < len / 2);
        assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
        assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
        assert_int_equal(stream.total_out, len);
        assert_memory_equal(out, g_bytes_get_data(page, NULL), len);
        inflateEnd(&stream);
    }
    g_autoptr(GBytes) small = g_bytes_new_static("x", 1);
    assert_null(gzip_pack(small, GZIP_BEST));
}

static const struct {
    const char *label, *type, *accept, *site, *cookie;
    bool secure, cacheable, small, packed;
} replies[] = {
    { "plain HTTP", REPLY_HTML, "gzip", NULL, "a=b", false, false, false, true },
    { "JSON", REPLY_JSON, "gzip", NULL, NULL, true, false, false, true },
    { "own site", REPLY_HTML, "gzip", "same-origin", "a=b", true, false, false, true },
    { "typed in", REPLY_HTML, "gzip", "none", "a=b", true, false, false, true },
    { "strange site", REPLY_HTML, "gzip", "cross-site", "a=b", true, false, false, false },
    { "neighbour", REPLY_HTML, "gzip", "same-site", "a=b", true, false, false, false },
    { "strange, no cookie", REPLY_HTML, "gzip", "cross-site", NULL, true, false, false, false },
    { "browser that does not say", REPLY_HTML, "gzip", NULL, "a=b", true, false, false, false },
    { "not wanted", REPLY_HTML, NULL, NULL, NULL, false, false, false, false },
    { "zip", REPLY_ZIP, "gzip", NULL, NULL, false, false, false, false },
    { "a file, packed before", REPLY_HTML, "gzip", NULL, NULL, false, true, false, false },
    { "small", REPLY_HTML, "gzip", NULL, NULL, false, false, true, false },
};

static void
test_replies(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(replies); i++) {
        struct request *request = g_new0(struct request, 1);
        GBytes *page = replies[i].small ? g_bytes_new_static("x", 1) : make_page();
        gsize len = g_bytes_get_size(page);
        request->secure = replies[i].secure;
        request->accept_encoding = g_strdup(replies[i].accept);
        request->fetch_site = g_strdup(replies[i].site);
        if (replies[i].cookie != NULL)
            form_read_cookies(&request->cookies, span_of(replies[i].cookie), NULL);
        reply_set(&request->reply, 200, replies[i].type, page);
        request->reply.cacheable = replies[i].cacheable;
        gzip_reply(request);
        if ((g_bytes_get_size(request->reply.body) < len) != replies[i].packed)
            fail_msg("%s", replies[i].label);
        request_free(request);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_accepted),
                                        cmocka_unit_test(test_round_trip),
                                        cmocka_unit_test(test_replies) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
