/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "report/authentication_results.h"

/* What was read, as "id | method=result name=value ... (comment) | ...". */
static char *
shown(const char *value)
{
    g_autoptr(AuthResults) results = auth_results_parse(value);
    GString *out = g_string_new(results->authserv_id);
    for (size_t i = 0; i < results->item_count; i++) {
        const struct auth_item *item = &results->items[i];
        g_autofree char *comment = g_strstrip(g_strdup(item->comment));
        g_string_append_printf(out, " | %s=%s", item->method, item->result);
        for (size_t k = 0; k < item->property_count; k++)
            g_string_append_printf(out, " %s=%s", item->properties[k].name,
                                   item->properties[k].value);
        if (comment[0] != '\0')
            g_string_append_printf(out, " (%s)", comment);
    }
    return g_string_free(out, FALSE);
}

/* clang-format off */
static const struct {
    const char *label, *value, *want;
} cases[] = {
    { "RFC 8601", "mx.example.net 1; spf=pass smtp.mailfrom=a@example.com; dkim=pass (good) header.i=@example.com",
      "mx.example.net | spf=pass smtp.mailfrom=a@example.com | dkim=pass header.i=@example.com (good)" },
    { "none", "mx.example.net; none", "mx.example.net" },
    { "none with version", "mx.example.net 1; none", "mx.example.net" },
    { "id alone", "mx.example.net", "mx.example.net" },
    { "empty", "", "" },
    { "id quoted", "\"MX.example.net\"; spf=pass", "mx.example.net | spf=pass" },
    { "method version", "mx; dkim/1=pass", "mx | dkim=pass" },
    { "reason", "mx; dmarc=fail reason=\"no policy; none\" header.from=a.test", "mx | dmarc=fail reason=no policy; none header.from=a.test" },
    { "blanks round =", "mx; spf = pass smtp.mailfrom = a.test", "mx | spf=pass smtp.mailfrom=a.test" },
    { "Microsoft", "spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=x.test;dkim=none (message not signed) header.d=none;dmarc=fail action=oreject header.from=y.test;compauth=fail reason=000",
      " | spf=fail smtp.mailfrom=x.test (sender IP is 192.0.2.1) | dkim=none header.d=none (message not signed) | dmarc=fail action=oreject header.from=y.test | compauth=fail reason=000" },
    { "Microsoft, bare domain", "spf=pass smtp.mailfrom=a.test; example.com; dkim=none header.d=none;example.com; dmarc=none header.from=;",
      " | spf=pass smtp.mailfrom=a.test | dkim=none header.d=none | dmarc=none header.from=" },
    { "Microsoft ARC", "i=1; mx.example.com 1; spf=fail smtp.rcpttodomain=a.test; dmarc=fail (p=reject sp=reject pct=100) action=oreject header.from=b.test; arc=none (0)",
      "mx.example.com | spf=fail smtp.rcpttodomain=a.test | dmarc=fail action=oreject header.from=b.test (p=reject sp=reject pct=100) | arc=none (0)" },
    { "Google", "mx.example.com; dkim=pass header.i=@d.test header.s=s1 header.b=\"ab/cd+e=\"; dmarc=fail (p=REJECT sp=REJECT dis=NONE) header.from=d.test",
      "mx.example.com | dkim=pass header.i=@d.test header.s=s1 header.b=ab/cd+e= | dmarc=fail header.from=d.test (p=REJECT sp=REJECT dis=NONE)" },
    { "Yahoo", "mx.example.com; dkim=dkim_pass header.i=@a.test; dmarc=success(p=REJECT) header.from=a.test;",
      "mx.example.com | dkim=pass header.i=@a.test | dmarc=pass header.from=a.test (p=REJECT)" },
    { "Yahoo, old: nothing behind the id", "mta1.example.com from=a.test; domainkeys=neutral (no sig); from=a.test; dkim=neutral (no sig)",
      "mta1.example.com | from=a.test | domainkeys=neutral (no sig) | from=a.test | dkim=neutral (no sig)" },
    { "LinkedIn: ; in a comment", "dmarc=fail (p=none; dis=none) header.from=a.test", " | dmarc=fail header.from=a.test (p=none; dis=none)" },
    { "domain.de: , in a comment", "mx.example.de; dmarc=fail (p=none, dis=none) header.from=a.test", "mx.example.de | dmarc=fail header.from=a.test (p=none, dis=none)" },
    { "OpenDMARC: job behind the id", "mx.example.net/4XyZ; dmarc=fail (p=none dis=none) header.from=a.test", "mx.example.net | dmarc=fail header.from=a.test (p=none dis=none)" },
    { "Ironport", "esa.example.net; spf=Pass smtp.mailfrom=a@a.test; dmarc=pass (p=reject dis=none) d=a.test", "esa.example.net | spf=pass smtp.mailfrom=a@a.test | dmarc=pass d=a.test (p=reject dis=none)" },
    { "empty quotes", "mx; spf=none smtp.mailfrom=\"\"; iprev=pass policy.iprev=\"192.0.2.1\"", "mx | spf=none smtp.mailfrom= | iprev=pass policy.iprev=192.0.2.1" },
    { "quoted, with blanks and =", "mx; spf=fail smtp.mailfrom=\"a b=c\"@a.test", "mx | spf=fail smtp.mailfrom=a b=c@a.test" },
    { "Kaspersky", "dmarc=fail header.from=a.test policy=none;spf=softfail smtp.mailfrom=a.test;dkim=none", " | dmarc=fail header.from=a.test policy=none | spf=softfail smtp.mailfrom=a.test | dkim=none" },
    { "words brought to RFC 8601's", "mx; spf=hardfail; dkim=error; dmarc=permfail; dmarc=bestguesspass", "mx | spf=fail | dkim=permerror | dmarc=permerror | dmarc=bestguesspass" },
    { "quotes in place of a method", "mx; \"a;b\"=pass; dkim=pass", "mx | dkim=pass" },
    { "no method", "mx; =pass; \xC3\xA9=pass; dkim=pass", "mx | dkim=pass" },
    { "doubled ;", "mx;; spf=pass;;", "mx | spf=pass" },
    { "comment in front", "(hi) mx (there); spf=pass", "mx | spf=pass" },
    { "comments nested, quoted pair", "mx; spf=pass (a (b) \\) c) x=y", "mx | spf=pass x=y (a  b ) c)" },
    { "comment never closed", "mx; spf=pass (a; dkim=fail", "mx | spf=pass (a; dkim=fail)" },
    { "quotes never closed", "mx; spf=pass smtp.mailfrom=\"a; dkim=fail", "mx | spf=pass smtp.mailfrom=a; dkim=fail" },
    { "result without a word", "mx; spf=", "mx | spf=" },
    { "tabs", "mx;\tspf=pass\tsmtp.helo=a.test", "mx | spf=pass smtp.helo=a.test" },
};
static const struct {
    const char *label, *comment, *key, *want;
} keys[] = {
    { "Google", "p=REJECT sp=REJECT dis=NONE", "dis", "none" },
    { "LinkedIn", "p=none; dis=none", "dis", "none" },
    { "comma", "p=none, dis=quarantine", "dis", "quarantine" },
    { "no blank", "p=none,dis=reject", "dis", "reject" },
    { "part of another word", "xdis=none", "dis", NULL },
    { "p is not sp", "sp=reject p=none", "p", "none" },
    { "nothing behind", "dis=", "dis", "" },
    { "absent", "p=none", "dis", NULL },
    { "empty", "", "dis", NULL },
};
/* clang-format on */

static void
test_items(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = shown(cases[i].value);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: got  %s\n%*s want %s", cases[i].label, got, (int)strlen(cases[i].label),
                     "", cases[i].want);
    }
}

static void
test_comment_value(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        struct auth_item item = { .comment = keys[i].comment };
        g_autofree char *got = auth_item_comment_value(&item, keys[i].key);
        if (g_strcmp0(got, keys[i].want) != 0)
            fail_msg("%s: got %s", keys[i].label, got != NULL ? got : "(none)");
    }
}

static void
test_limits(void **state)
{
    g_autoptr(GString) value = g_string_new("mx");
    g_autoptr(AuthResults) results = NULL;
    (void)state;
    for (unsigned i = 0; i < AUTH_ITEMS_MAX + 5; i++) {
        g_string_append(value, "; spf=pass");
        for (unsigned k = 0; k < AUTH_PROPERTIES_MAX + 5; k++)
            g_string_append_printf(value, " p%u=%u", k, i);
    }
    results = auth_results_parse(value->str);
    assert_int_equal(results->item_count, AUTH_ITEMS_MAX);
    assert_int_equal(results->items[0].property_count, AUTH_PROPERTIES_MAX);
    assert_string_equal(auth_item_property(&results->items[99], "p31"), "99");
    assert_null(auth_item_property(&results->items[99], "p32"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_comment_value),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
