/* SPDX-License-Identifier: Apache-2.0 */
/* What an SMTP server says, and how long is waited for it. */
#include "test.h"

#include "complaint/sender.h"
#include "complaint/smtp_reply.h"

/* clang-format off */
static const struct {
    const char *label;
    const char *lines; /* parted by "|" */
    unsigned code;     /* 0: no whole reply */
    const char *text;
} replies[] = {
    { "one line",               "250 2.0.0 queued\r\n",                  250, "2.0.0 queued" },
    { "code alone",             "250\r\n",                               250, "" },
    { "several lines",          "550-no\r\n|550-such\r\n|550 user\r\n",  550, "no such user" },
    { "the last of two",        "250 ok\r\n|550 no\r\n",                 550, "no" },
    { "not whole",              "550-no\r\n",                            0,   NULL },
    { "another code begins",    "250-a\r\n|550 b\r\n",                   550, "b" },
    { "no reply at all",        "hello\r\n",                             0,   NULL },
    { "a class that is none",   "650 x\r\n|150 y\r\n",                   0,   NULL },
    { "no blank behind",        "2500 x\r\n|250x\r\n",                   0,   NULL },
    { "noise between",          "550-a\r\n|\x01\xff|550 b\r\n",          550, "a b" },
    { "empty lines",            "|\r\n|250 ok\r\n",                      250, "ok" },
};
/* clang-format on */

static void
test_replies(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(replies); i++) {
        g_auto(GStrv) lines = g_strsplit(replies[i].lines, "|", -1);
        struct smtp_reply reply = { 0 };
        print_message("%s\n", replies[i].label);
        for (char **line = lines; *line != NULL; line++)
            smtp_reply_add(&reply, span_of(*line));
        assert_int_equal(reply.whole ? reply.code : 0, replies[i].code);
        if (replies[i].text == NULL)
            continue;
        assert_int_equal(reply.len, strlen(replies[i].text));
        assert_memory_equal(reply.text, replies[i].text, reply.len);
    }
}

static void
test_long_reply(void **state)
{
    g_autofree char *line = g_strnfill(2000, 'x');
    struct smtp_reply reply = { 0 };
    (void)state;
    memcpy(line, "250-", 4);
    for (unsigned i = 0; i < 100; i++)
        assert_false(smtp_reply_add(&reply, span_of(line)));
    assert_true(smtp_reply_add(&reply, span_of("250 end")));
    assert_int_equal(reply.len, SMTP_REPLY_OCTETS);
}

static void
test_waits(void **state)
{
    int64_t all = 0, wait;
    unsigned tries = 1;
    (void)state;
    assert_int_equal(sender_wait_after(1), 300);
    assert_int_equal(sender_wait_after(2), 600);
    assert_int_equal(sender_wait_after(7), 14400);
    while ((wait = sender_wait_after(tries)) != 0 && tries < 1000) {
        assert_true(wait >= 300 && wait <= 14400);
        all += wait;
        tries++;
    }
    assert_true(all <= 3 * 86400 && all + 14400 > 3 * 86400);
    assert_int_equal(sender_wait_after(65535), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_long_reply),
        cmocka_unit_test(test_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
