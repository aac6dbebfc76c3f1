/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/fault.h"
#include "mailbox/imap_command.h"
#include "mailbox/imap_hosts.h"
#include "mailbox/imap_utf7.h"

/* clang-format off */
static const struct {
    const char *label, *name, *want; /* NULL: refused */
} names[] = {
    { "ASCII",             "INBOX/Done",      "INBOX/Done" },
    { "ampersand",         "this & that",     "this &- that" },
    { "RFC 3501, 5.1.3",   "~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-" },
    { "one letter",        "Prüfung",         "Pr&APw-fung" },
    { "at the end",        "ß",               "&AN8-" },
    { "ampersand between", "ä&ö",             "&AOQ-&-&APY-" },
    { "surrogates",        "😀",              "&2D3eAA-" },
    { "two in a row",      "äö",              "&AOQA9g-" },
    { "three in a row",    "äöü",             "&AOQA9gD8-" },
    { "empty",             "",                NULL },
    { "line break",        "a\r\nb",          NULL },
    { "delete",            "a\x7f",           NULL },
    { "no UTF-8",          "a\xff",           NULL },
};

static const struct {
    const char *label, *list;
    unsigned count; /* 0: refused */
    const char *last;
    uint16_t port;
    bool loopback;
} hosts[] = {
    { "name",             "imap.example.com",        1, "imap.example.com", 993, false },
    { "port",             "imap.example.com:1993",   1, "imap.example.com", 1993, false },
    { "list",             "a.test, 192.0.2.1:7",     2, "192.0.2.1", 7, false },
    { "version 6",        "[2001:db8::1]",           1, "[2001:db8::1]", 993, false },
    { "version 6, port",  "a.test,[::1]:143",        2, "[::1]", 143, true },
    { "localhost",        "LocalHost",               1, "LocalHost", 993, true },
    { "loopback",         "127.3.2.1",               1, "127.3.2.1", 993, true },
    { "looks like it",    "127.0.0.1.example.com",   1, "127.0.0.1.example.com", 993, false },
    { "looks like it too", "localhost.example.com",  1, "localhost.example.com", 993, false },
    { "empty",            "",                        0, NULL, 0, false },
    { "empty entry",      "a.test,,b.test",          0, NULL, 0, false },
    { "path",             "a.test/x",                0, NULL, 0, false },
    { "user",             "user@a.test",             0, NULL, 0, false },
    { "bare version 6",   "2001:db8::1",             0, NULL, 0, false },
    { "open bracket",     "[::1",                    0, NULL, 0, false },
    { "no address",       "[a.test]",                0, NULL, 0, false },
    { "port 0",           "a.test:0",                0, NULL, 0, false },
    { "port above",       "a.test:65536",            0, NULL, 0, false },
    { "no port",          "a.test:",                 0, NULL, 0, false },
    { "option",           "-oProxy",                 0, NULL, 0, false },
    { "too many",         "a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a", 0, NULL, 0, false },
};
/* clang-format on */

static void
test_folder_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *got = imap_utf7_encode(names[i].name, &error);
        if (g_strcmp0(got, names[i].want) != 0)
            fail_msg("%s: got %s", names[i].label, got != NULL ? got : "(refused)");
        if (got == NULL && !g_error_matches(error, FAULT, FAULT_OPERATOR))
            fail_msg("%s: not an operator's fault", names[i].label);
    }
}

static void
test_host_lists(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++) {
        g_autoptr(GError) error = NULL;
        GArray *got = imap_hosts_parse(hosts[i].list, 993, &error);
        const struct imap_host *last = NULL;
        if ((got != NULL ? got->len : 0) != hosts[i].count)
            fail_msg("%s: %u hosts", hosts[i].label, got != NULL ? got->len : 0);
        if (got == NULL) {
            assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
            continue;
        }
        last = &g_array_index(got, struct imap_host, got->len - 1);
        if (strcmp(last->name, hosts[i].last) != 0 || last->port != hosts[i].port ||
            imap_host_is_loopback(last) != hosts[i].loopback)
            fail_msg("%s: got %s port %u", hosts[i].label, last->name, last->port);
        g_array_unref(got);
    }
}

static void
test_quoted_names(void **state)
{
    g_autofree char *quoted = imap_command_quoted("a \"b\\c");
    (void)state;
    assert_string_equal(quoted, "\"a \\\"b\\\\c\"");
}

static void
test_tags_differ_from_session_to_session(void **state)
{
    struct imap_commands one;
    struct imap_commands other;
    (void)state;
    imap_commands_init(&one, NULL);
    imap_commands_init(&other, NULL);
    assert_int_equal(strlen(one.stem), sizeof one.stem - 1);
    assert_string_not_equal(one.stem, other.stem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folder_names),
        cmocka_unit_test(test_host_lists),
        cmocka_unit_test(test_quoted_names),
        cmocka_unit_test(test_tags_differ_from_session_to_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
