/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "classify/classify.h"

#include "made_report.h"

#define FROM "From: Ann <ann@mail.example.com>\n"

/* clang-format off */
static const struct {
    const char *label;
    struct made_text report;
    bool want;
} cases[] = {
    { "nothing passed", { .header = FROM, .auth = "mx.test; dkim=fail header.d=example.com; spf=softfail smtp.mailfrom=example.com\n" }, false },
    { "DKIM of the same name", { .header = FROM, .auth = "mx.test; dkim=pass header.d=mail.example.com\n" }, true },
    { "DKIM of the parent", { .header = FROM, .auth = "mx.test; dkim=pass header.d=EXAMPLE.com\n" }, true },
    { "DKIM of a neighbour", { .header = FROM, .auth = "mx.test; dkim=pass header.d=other.example.com\n" }, true },
    { "DKIM by identity", { .header = FROM, .auth = "mx.test; dkim=pass header.i=@example.com\n" }, true },
    { "DKIM of another", { .header = FROM, .auth = "mx.test; dkim=pass header.d=evilexample.com\n" }, false },
    { "DKIM under the same public suffix", { .header = "From: a@example.co.uk\n", .auth = "mx.test; dkim=pass header.d=other-example.co.uk\n" }, false },
    { "second of two signatures", { .header = FROM, .auth = "mx.test; dkim=pass header.d=esp.test; dkim=pass header.d=example.com\n" }, true },
    { "second of two fields", { .header = FROM, .auth = "mx.test; dkim=none\nmx.test; dkim=pass header.d=example.com\n" }, true },
    { "SPF of the same name", { .header = FROM, .auth = "spf=pass smtp.mailfrom=bounce@mail.example.com\n" }, true },
    { "SPF, name in the envelope", { .header = FROM, .path = "x@example.com", .auth = "mx.test; spf=pass\n" }, true },
    { "SPF of another", { .header = FROM, .path = "x@example.com", .auth = "mx.test; spf=pass smtp.mailfrom=evil.test\n" }, false },
    { "SPF, no name at all", { .header = FROM, .path = "", .auth = "mx.test; spf=pass\n" }, false },
    { "DKIM in a comment", { .header = FROM, .auth = "mx.test; spf=fail (dkim=pass header.d=example.com)\n" }, false },
    { "written into the reported mail", { .header = "Authentication-Results: mx.test; dkim=pass header.d=example.com\n" FROM }, false },
    { "no mail, reported domain unknown", { .auth = "mx.test; dkim=pass header.d=example.com\n" }, false },
    { "forwarder's SPF", { .header = FROM, .auth = "mx.test; spf=pass smtp.mailfrom=srs0=a=b=c=d@out.forwarder.test\n" }, true },
    { "forwarder's name, not passed", { .header = FROM, .path = "x@forwarder.test", .auth = "mx.test; spf=fail smtp.mailfrom=x@forwarder.test\n" }, false },
    { "not the forwarder's", { .header = FROM, .auth = "mx.test; spf=pass smtp.mailfrom=x@notforwarder.test\n" }, false },
    { "our network", { .header = FROM, .source = "192.0.2.77" }, true },
    { "our v6 network", { .header = FROM, .source = "2001:db8:1::7" }, true },
    { "another network", { .header = FROM, .source = "198.51.100.1" }, false },
    { "no source", { .header = FROM }, false },
};
/* clang-format on */

static struct ip_range networks[2];
static const char *const forwarders[] = { "forwarder.test" };
static const struct classify_settings settings = { networks, G_N_ELEMENTS(networks), forwarders,
                                                   G_N_ELEMENTS(forwarders) };

static int
make_networks(void **state)
{
    (void)state;
    return ip_range_parse(span_of("192.0.2.0/24"), &networks[0]) &&
                   ip_range_parse(span_of("2001:db8:1::/48"), &networks[1])
               ? 0
               : -1;
}

static void
test_signs_of_a_genuine_mail(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Made) made = made_new(&cases[i].report);
        struct verdict verdict;
        classify(&made->report, &settings, &verdict);
        if (verdict.likely_genuine != cases[i].want)
            fail_msg("%s", cases[i].label);
    }
}

static void
test_without_settings_only_alignment_counts(void **state)
{
    struct made_text ours = { .header = FROM, .source = "192.0.2.77" };
    struct made_text aligned = { .header = FROM, .auth = "dkim=pass header.d=example.com" };
    g_autoptr(Made) from_ours = made_new(&ours);
    g_autoptr(Made) signed_mail = made_new(&aligned);
    (void)state;
    assert_false(likely_genuine(&from_ours->report, NULL));
    assert_true(likely_genuine(&signed_mail->report, NULL));
}

static void
test_reported_domain_stands_in_for_a_missing_mail(void **state)
{
    static const char *const domains[] = { "example.com" };
    struct made_text text = { .auth = "mx.test; dkim=pass header.d=mail.example.com" };
    g_autoptr(Made) made = made_new(&text);
    (void)state;
    made->report.reported_domain = (struct string_list){ domains, 1 };
    assert_true(likely_genuine(&made->report, NULL));
}

static void
test_a_source_that_nobody_vouches_for_is_not_ours(void **state)
{
    static const struct {
        const char *from;
        bool want;
    } derivations[] = {
        { "received", false },
        { "received-unproven", false },
        { "received-trusted", true },
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(derivations); i++) {
        struct made_text text = { .header = FROM, .source = "192.0.2.77" };
        struct derived derived = { "source_ip", derivations[i].from };
        g_autoptr(Made) made = made_new(&text);
        made->report.derived = &derived;
        made->report.derived_count = 1;
        if (likely_genuine(&made->report, &settings) != derivations[i].want)
            fail_msg("%s", derivations[i].from);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signs_of_a_genuine_mail),
        cmocka_unit_test(test_without_settings_only_alignment_counts),
        cmocka_unit_test(test_reported_domain_stands_in_for_a_missing_mail),
        cmocka_unit_test(test_a_source_that_nobody_vouches_for_is_not_ours),
    };
    return cmocka_run_group_tests(tests, make_networks, NULL);
}
