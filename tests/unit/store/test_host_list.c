/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/fault.h"
#include "store/host_list.h"

/* clang-format off */
static const struct {
    const char *label, *text, *want; /* NULL: FAULT_OPERATOR */
} cases[] = {
    { "nothing",             "",                              "- 0" },
    { "no list",             NULL,                            "- 0" },
    { "one",                 "db1",                           "db1 0" },
    { "blanks and an empty", " db1 , ,db2:3307 ",             "db1 0|db2 3307" },
    { "IPv4",                "192.0.2.1:3306",                "192.0.2.1 3306" },
    { "IPv6",                "2001:db8::1",                   "2001:db8::1 0" },
    { "IPv6 in brackets",    "[2001:db8::1]",                 "2001:db8::1 0" },
    { "IPv6 with port",      "[2001:db8::1]:3307,localhost",  "2001:db8::1 3307|localhost 0" },
    { "no port",             "db1:",                          NULL },
    { "no number",           "db1:x",                         NULL },
    { "port 0",              "db1:0",                         NULL },
    { "port too large",      "db1:65536",                     NULL },
    { "no name",             ":3306",                         NULL },
    { "bracket open",        "[2001:db8::1",                  NULL },
    { "behind the bracket",  "[2001:db8::1]3306",             NULL },
    { "empty brackets",      "[]:3306",                       NULL },
};
/* clang-format on */

static void
test_lists(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) hosts = host_list_parse(cases[i].text, &error);
        g_autoptr(GString) got = g_string_new(NULL);
        for (unsigned k = 0; hosts != NULL && k < hosts->len; k++) {
            const struct host *host = g_ptr_array_index(hosts, k);
            g_string_append_printf(got, "%s%s %u", k > 0 ? "|" : "",
                                   host->name != NULL ? host->name : "-", host->port);
        }
        if (cases[i].want == NULL) {
            if (hosts != NULL || !g_error_matches(error, FAULT, FAULT_OPERATOR))
                fail_msg("%s: got %s", cases[i].label, got->str);
        } else if (g_strcmp0(got->str, cases[i].want) != 0) {
            fail_msg("%s: got %s", cases[i].label, got->str);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_lists) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
