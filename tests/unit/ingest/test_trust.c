/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "ingest/trust.h"

#define OWN "mx.example.net"

static char own_id[] = OWN;
static char other_id[] = "mx2.example.net";
static char *const own_ids[] = { other_id, own_id, NULL };

/* clang-format off */
static const struct {
    const char *label, *from, *top, *below; /* Authentication-Results fields */
    char want;
} auths[] = {
    { "none",                   "r@example.com", NULL, NULL, 'n' },
    { "dmarc pass",             "r@example.com", OWN "; dmarc=pass header.from=example.com", NULL, 'p' },
    { "dmarc fail",             "r@example.com", OWN "; dmarc=fail header.from=example.com", NULL, 'f' },
    { "dmarc before all else",  "r@example.com",
      OWN "; spf=pass smtp.mailfrom=example.com; dmarc=fail; dkim=pass header.d=example.com", NULL, 'f' },
    { "dmarc pass, spf fail",   "r@example.com", OWN "; spf=fail smtp.mailfrom=x.test; dmarc=pass", NULL, 'p' },
    { "another server's",       "r@example.com", "mx.evil.test; dmarc=pass", NULL, 'n' },
    { "name only begins so",    "r@example.com", OWN ".evil.test; dmarc=pass", NULL, 'n' },
    { "name only ends so",      "r@example.com", "evil" OWN "; dmarc=pass", NULL, 'n' },
    { "no name at all",         "r@example.com", "dmarc=pass header.from=example.com", NULL, 'n' },
    { "name in any case",       "r@example.com", "MX.Example.NET; dmarc=pass", NULL, 'p' },
    { "second of ours",         "r@example.com", "mx2.example.net; dmarc=pass", NULL, 'p' },
    { "version behind the name", "r@example.com", OWN " 1; dmarc=pass", NULL, 'p' },
    { "name in a comment",      "r@example.com", "(" OWN ") mx.evil.test; dmarc=pass", NULL, 'n' },
    { "only the topmost",       "r@example.com", OWN "; dmarc=fail", OWN "; dmarc=pass", 'f' },
    { "a forged one below",     "r@example.com", "relay.test; none", OWN "; dmarc=pass", 'n' },
    { "ours without a result",  "r@example.com", OWN "; none", OWN "; dmarc=pass", 'n' },
    { "aligned spf",            "r@example.com", OWN "; spf=pass smtp.mailfrom=b@bounce.example.com", NULL, 'p' },
    { "aligned spf, domain",    "r@mail.example.com", OWN "; spf=pass smtp.mailfrom=example.com", NULL, 'p' },
    { "spf of another",         "r@example.com", OWN "; spf=pass smtp.mailfrom=b@evil.test", NULL, 'f' },
    { "spf of a look-alike",    "r@example.com", OWN "; spf=pass smtp.mailfrom=evilexample.com", NULL, 'f' },
    { "spf fail",               "r@example.com", OWN "; spf=fail smtp.mailfrom=example.com", NULL, 'f' },
    { "spf softfail",           "r@example.com", OWN "; spf=softfail smtp.mailfrom=example.com", NULL, 'f' },
    { "aligned dkim",           "r@example.com", OWN "; dkim=pass header.d=example.com", NULL, 'p' },
    { "aligned dkim, identity", "r@example.com", OWN "; dkim=pass header.i=@example.com", NULL, 'p' },
    { "dkim of another",        "r@example.com", OWN "; dkim=pass header.d=evil.test", NULL, 'f' },
    { "one of two signatures",  "r@example.com",
      OWN "; dkim=pass header.d=evil.test; dkim=pass header.d=example.com; spf=fail", NULL, 'p' },
    { "pass first",             "r@example.com", OWN "; dkim=pass header.d=example.com; spf=fail", NULL, 'p' },
    { "dmarc says nothing",     "r@example.com",
      OWN "; dmarc=none; dkim=pass header.d=example.com", NULL, 'p' },
    { "dmarc broken",           "r@example.com", OWN "; dmarc=permerror; spf=fail", NULL, 'f' },
    { "other methods alone",    "r@example.com", OWN "; iprev=pass; auth=pass", NULL, 'n' },
    { "same suffix is not the same", "r@example.co.uk", OWN "; dkim=pass header.d=evil.co.uk", NULL, 'f' },
    { "From is a suffix",       "r@co.uk", OWN "; dkim=pass header.d=evil.co.uk", NULL, 'f' },
    { "no From",                NULL, OWN "; dkim=pass header.d=example.com", NULL, 'f' },
    { "no From, dmarc",         NULL, OWN "; dmarc=pass", NULL, 'p' },
    { "empty",                  "r@example.com", "", NULL, 'n' },
    { "name alone",             "r@example.com", OWN, NULL, 'n' },
};
/* clang-format on */

static struct mail
mail_of(const struct mail_field *fields, size_t count)
{
    return (struct mail){ .fields = fields, .field_count = count, .date = CLOCK_UNKNOWN };
}

static void
test_report_auth(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(auths); i++) {
        const struct mail_field fields[] = {
            { "Received", "from x" },
            { "authentication-results", auths[i].top },
            { "Authentication-Results", auths[i].below },
        };
        size_t count = auths[i].top == NULL ? 1 : auths[i].below == NULL ? 2 : 3;
        struct mail mail = mail_of(fields, count);
        char *const nobody[] = { NULL };
        char got;
        mail.from_address = auths[i].from;
        got = trust_report_auth(&mail, own_ids);
        if (got != auths[i].want)
            fail_msg("%s: got %c", auths[i].label, got);
        if (trust_report_auth(&mail, NULL) != 'n' || trust_report_auth(&mail, nobody) != 'n')
            fail_msg("%s: believed without an authservId", auths[i].label);
    }
}

static void
test_source_ip(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        unsigned char len;
        const char *from; /* NULL: not derived */
        char want;
    } cases[] = {
        { "none", 0, NULL, '-' },
        { "none, though derived", 0, "received", '-' },
        { "stated", 4, NULL, 's' },
        { "stated in prose", 16, "text", 's' },
        { "our border host", 4, "received-trusted", 't' },
        { "any host", 4, "received-unproven", 'u' },
        { "a word not known", 4, "authentication-results", 'u' },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct derived derived[] = { { "subject", "received-trusted" },
                                           { "source_ip", cases[i].from } };
        struct report report = { .derived = derived };
        report.source_ip.len = cases[i].len;
        report.derived_count = cases[i].from != NULL ? 2 : 1;
        if (trust_source_ip(&report) != cases[i].want)
            fail_msg("%s: got %c", cases[i].label, trust_source_ip(&report));
    }
}

static void
test_received_date(void **state)
{
    (void)state;
    static const struct {
        const char *label, *top, *below;
        int64_t date, want;
    } cases[] = {
        { "topmost", "from a by b; Tue, 14 Nov 2023 22:13:20 +0000",
          "from c by d; Tue, 14 Nov 2023 20:00:00 +0000", 1600000000, 1700000000 },
        { "a zone, a comment", "from a by b (x; y); Tue, 14 Nov 2023 23:13:20 +0100 (CET)", NULL,
          CLOCK_UNKNOWN, 1700000000 },
        { "no date there: Date", "from a by b", "from c by d; Tue, 14 Nov 2023 20:00:00 +0000",
          1600000000, 1600000000 },
        { "no date that one can read", "from a by b; yesterday", NULL, 1600000000, 1600000000 },
        { "no Received", NULL, NULL, 1600000000, 1600000000 },
        { "nothing", NULL, NULL, CLOCK_UNKNOWN, 1650000000 },
        { "from the future", "from a by b; Fri, 14 Nov 2053 22:13:20 +0000", NULL, CLOCK_UNKNOWN,
          1750000000 },
        { "Date from the future", NULL, NULL, CLOCK_MAX, 1750000000 },
    };
    g_setenv("LAFAYETTE_NOW", "1750000000", TRUE);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct mail_field fields[] = { { "RECEIVED", cases[i].top },
                                             { "Received", cases[i].below } };
        size_t count = cases[i].top == NULL ? 0 : cases[i].below == NULL ? 1 : 2;
        struct mail mail = mail_of(fields, count);
        int64_t got;
        mail.date = cases[i].date;
        got = trust_received_date(&mail, 1650000000);
        if (got != cases[i].want)
            fail_msg("%s: got %lld", cases[i].label, (long long)got);
    }
    g_unsetenv("LAFAYETTE_NOW");
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_report_auth),
                                        cmocka_unit_test(test_source_ip),
                                        cmocka_unit_test(test_received_date) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
