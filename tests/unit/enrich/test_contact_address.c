/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "enrich/abusix.h"
#include "enrich/contact_address.h"

#define L64 "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcd"
#define D63 "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabc"
#define D189 "@" D63 "." D63 "." D63 /* with the 64 before it: 256 */

static char *own[] = { (char[]){ "example.net" }, (char[]){ "brand.example" }, NULL };

/* clang-format off */
static const struct {
    const char *label, *given, *want; /* NULL: refused */
} addresses[] = {
    { "plain",                   "abuse@example.com",             "abuse@example.com" },
    { "blanks around",           " \tabuse@example.com\r\n",      "abuse@example.com" },
    { "host in lower case",      "Abuse@EXAMPLE.com",             "Abuse@example.com" },
    { "final dot",               "abuse@example.com.",            "abuse@example.com" },
    { "U-label",                 "abuse@b\xC3\xBC" "cher.example", "abuse@xn--bcher-kva.example" },
    { "atext",                   "a.b+c=d_e-f@example.com",       "a.b+c=d_e-f@example.com" },
    { "mailto",                  "mailto:abuse@example.com",      "abuse@example.com" },
    { "local part of 64",        L64 "@example.com",              L64 "@example.com" },
    { "local part of 65",        L64 "x@example.com",             NULL },
    { "over 254",                L64 D189,                        NULL },
    { "empty",                   "",                              NULL },
    { "no @",                    "abuse.example.com",             NULL },
    { "two @",                   "abuse@a@example.com",           NULL },
    { "@ alone",                 "@",                             NULL },
    { "no local part",           "@example.com",                  NULL },
    { "no host",                 "abuse@",                        NULL },
    { "one label",               "abuse@localhost",               NULL },
    { "host with _",             "abuse@a_b.example",             NULL },
    { "address literal",         "abuse@[192.0.2.1]",             NULL },
    { "bare IPv4",               "abuse@192.0.2.1",               NULL },
    { "dot in front",            ".abuse@example.com",            NULL },
    { "dot behind",              "abuse.@example.com",            NULL },
    { "two dots",                "ab..use@example.com",           NULL },
    { "quoted",                  "\"ab use\"@example.com",        NULL },
    { "quoted @",                "\"a@b\"@example.com",           NULL },
    { "<>",                      "<abuse@example.com>",           NULL },
    { "a name and <>",           "Abuse <abuse@example.com>",     NULL },
    { "another behind ;",        "abuse@example.com;x@example.org", NULL },
    { "another behind a blank",  "abuse@example.com x@example.org", NULL },
    { "a second recipient",      "a@example.com>\r\nRCPT TO:<b@example.com", NULL },
    { "CR LF in the local part", "a\r\nb@example.com",            NULL },
    { "comment",                 "abuse(x)@example.com",          NULL },
    { "8 bit",                   "ab\xC3\xBCse@example.com",      NULL },
    { "route",                   "@a.example:abuse@example.com",  NULL },
    { "form",                    "https://example.com/abuse@form", NULL },
    { "LACNIC",                  "removed@lacnic.net",            NULL },
    { "redacted",                "REDACTED@example.com",          NULL },
    { "redacted within",         "email-redacted.for@example.com", NULL },
    { "redacted host",           "abuse@redacted.example",        NULL },
    { "RIPE's nobody",           "unread@ripe.net",               NULL },
    { "nobody reads",            "No-Reply@example.com",          NULL },
    { "noreply-abuse is a name", "noreply-abuse@example.com",     "noreply-abuse@example.com" },
    { "no such name",            "abuse@host.invalid",            NULL },
    { "our own",                 "abuse@example.net",             NULL },
    { "below our own",           "abuse@mx.Brand.EXAMPLE",        NULL },
    { "ends as our own",         "abuse@evilexample.net",         "abuse@evilexample.net" },
};

static const struct {
    const char *label, *before, *given, *want;
    bool refused;
} lists[] = {
    { "none",         "",              "",                                   "",                            false },
    { "one",          "",              "a@example.com",                      "a@example.com",               false },
    { "several",      "",              "a@example.com, b@example.com,c@example.org",
                                       "a@example.com,b@example.com,c@example.org",                         false },
    { "empty pieces", "",              " , a@example.com,,",                 "a@example.com",               false },
    { "one of them",  "",              "a@example.com,DATA REDACTED",        "a@example.com",               true },
    { "more",         "a@example.com", "b@example.com",                      "a@example.com,b@example.com", false },
    { "again",        "a@example.com", "A@EXAMPLE.com,a@example.com",        "a@example.com",               false },
    { "part of one",  "aa@example.com", "a@example.com",                     "aa@example.com,a@example.com", false },
    { "too many",     "1@example.com,2@example.com,3@example.com,4@example.com,5@example.com,"
                      "6@example.com,7@example.com", "8@example.com,9@example.com",
                      "1@example.com,2@example.com,3@example.com,4@example.com,5@example.com,"
                      "6@example.com,7@example.com,8@example.com",                                          true },
};
/* clang-format on */

static void
test_addresses(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
        char *untouched = (char[]){ "untouched" };
        char *address = untouched;
        const char *why = contact_address_read(span_of(addresses[i].given), own, &address);
        if ((why == NULL) != (addresses[i].want != NULL))
            fail_msg("%s: %s", addresses[i].label, why != NULL ? why : address);
        if (why == NULL && strcmp(address, addresses[i].want) != 0)
            fail_msg("%s: got %s", addresses[i].label, address);
        if (why != NULL && address != untouched)
            fail_msg("%s: the result is touched", addresses[i].label);
        if (why == NULL)
            g_free(address);
    }
    char *address = NULL;
    assert_non_null(contact_address_read((struct span){ "a\0b@example.com", 15 }, NULL, &address));
    assert_non_null(contact_address_read((struct span){ "b@example.com\0", 14 }, NULL, &address));
    assert_null(contact_address_read(span_of("abuse@example.net"), NULL, &address));
    g_free(address);
}

static void
test_lists(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autoptr(GString) list = g_string_new(lists[i].before);
        const char *why = contact_list_add(list, span_of(lists[i].given), own);
        if (strcmp(list->str, lists[i].want) != 0)
            fail_msg("%s: got %s", lists[i].label, list->str);
        if ((why != NULL) != lists[i].refused)
            fail_msg("%s: %s", lists[i].label, why != NULL ? why : "nothing refused");
    }
    assert_int_equal(contact_list_count(""), 0);
    assert_int_equal(contact_list_count("a@example.com,b@example.com"), 2);
    assert_true(contact_list_has("a@example.com,b@example.com", "B@example.com"));
    assert_false(contact_list_has("", ""));
}

/* 1,000 octets is what the columns hold. */
static void
test_list_length(void **state)
{
    (void)state;
    g_autoptr(GString) list = g_string_new(NULL);
    const char *why = NULL;
    for (int i = 0; i < 5; i++) {
        g_autofree char *address =
            g_strdup_printf("%d%s@%s.%s.example.com", i, D63, D63, D63); /* 216 octets */
        g_autofree char *longer = g_strconcat("mailto:", address, NULL);
        why = contact_list_add(list, span_of(longer), NULL);
    }
    assert_string_equal(why, "too many addresses");
    assert_int_equal(contact_list_count(list->str), 4);
}

static void
test_abusix(void **state)
{
    (void)state;
    struct answer_record records[] = {
        { .text = span_of("abuse@example.com,noc@example.com") },
        { .text = span_of("removed@lacnic.net") },
        { .text = span_of("abuse@EXAMPLE.com") },
        { .text = { "x\0y@example.com", 15 } },
        { .text = span_of("abuse@example.net, third@example.org") },
    };
    struct answer answer = { .outcome = ANSWER_FOUND, .records = records, .count = 5 };
    g_autoptr(GString) list = g_string_new(NULL);
    abusix_read(&answer, own, list);
    assert_string_equal(list->str, "abuse@example.com,noc@example.com,third@example.org");
    g_string_truncate(list, 0);
    answer.outcome = ANSWER_NONE;
    abusix_read(&answer, own, list);
    assert_string_equal(list->str, "");
    struct ip ip, none = { .len = 0 };
    assert_true(ip_parse(span_of("192.0.2.1"), &ip));
    g_autofree char *name = abusix_name(&ip, "abuse.example");
    assert_string_equal(name, "1.2.0.192.abuse.example");
    assert_null(abusix_name(&ip, ""));
    assert_null(abusix_name(&none, "abuse.example"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_list_length),
        cmocka_unit_test(test_abusix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
