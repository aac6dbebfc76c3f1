/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "study/auth_methods.h"
#include "study/method_names.h"

static const struct result_header headers[] = {
    { (char[]){ "Authentication-Results" }, RESULT_RFC8601 },
    { (char[]){ "X-KLMS-AntiSpam-Auth" }, RESULT_WORDS },
    { (char[]){ "X-DMARC-Verification" }, RESULT_WORDS },
};

static char *
joined(GHashTable *set)
{
    g_autoptr(GPtrArray) names = method_names_sorted(set);
    g_ptr_array_add(names, NULL);
    return g_strjoinv(" ", (char **)names->pdata);
}

#define AR "Authentication-Results: "
#define MAIL(fields) "Received: from a.example\n" fields "\nFrom: a@a.example\n\ntext\n"

/* clang-format off */
static const struct {
    const char *label, *mail, *correct, *paper; /* paper NULL: the same */
} cases[] = {
    { "RFC 8601", MAIL(AR "mx.example; spf=pass smtp.mailfrom=a.test; dkim=fail; dmarc=pass"), "dkim dmarc spf", NULL },
    { "folded", MAIL(AR "mx.example;\n\tspf=pass\n smtp.mailfrom=a.test;\n       dkim=pass;\n dmarc=pass"), "dkim dmarc spf", NULL },
    { "CRLF", "Authentication-Results: mx.example;\r\n\tdmarc=pass\r\n\r\nAuthentication-Results: x; spf=pass\r\n", "dmarc", NULL },
    { "none", MAIL(AR "mx.example; none"), "", NULL },
    { "results of none count", MAIL(AR "mx.example; arc=none; x-csa=none"), "arc x-csa", NULL },
    { "several fields", MAIL(AR "mx.example; spf=pass\n" AR "mx.example; dmarc=fail"), "dmarc spf", NULL },
    { "; at the end", MAIL(AR "mx.example; dkim=pass; dmarc=pass(p=NONE);"), "dkim dmarc", NULL },
    { "; in comments", MAIL(AR "w1.example (dis=neutral; info=dmarc default policy);\n\tdmarc=pass (p=none; aspf=r; spf=x)"), "dmarc", NULL },
    { "no authserv-id: paper counts three, unread", MAIL(AR "spf=pass (sender IP is 192.0.2.1)\n smtp.mailfrom=a.test;compauth=pass reason=100"), "compauth spf", "dkim dmarc spf" },
    { "unquoted IPv6", MAIL(AR "mx.example; iprev=pass smtp.remote-ip=2001:db8::1; spf=pass"), "iprev spf", NULL },
    { "quoted authserv-id", MAIL(AR "\"mx.example\"; dmarc=pass"), "dmarc", NULL },
    { "fold in a method", MAIL(AR "mx.example; s\n\tpf=pass smtp.mail=a.test; dk\n\tim=pass"), "dkim spf", NULL },
    { "fold in dm|arc, not arc", MAIL(AR "mx.example; dm\n\tarc=pass"), "dmarc", NULL },
    { "fold before =", MAIL(AR "mx.example; dmarc\n\t=pass"), "dmarc", NULL },
    { "fold in x-", MAIL(AR "mx.example; x-cs\n\ta=none"), "x-csa", NULL },
    { "fold in a property", MAIL(AR "mx.example; dkim=pass header\n\t.i=@a.test; spf=pa\n\tss"), "dkim spf", NULL },
    { "fold behind a value is no split", MAIL(AR "mx.example; dkim=pass header.d=x\n\tdmarc=pass; spf=pass"), "dkim spf", NULL },
    { "name of the field in another case", MAIL("authentication-results: mx.example; dmarc=pass"), "dmarc", "" },
    { "other fields do not count", MAIL("ARC-Authentication-Results: i=1; mx; dmarc=pass\nX-ME-Authentication-Results: mx; spf=pass\nReceived-SPF: pass\nX-Authentication-Results: mx; dkim=pass"), "", NULL },
    { "lines of the body do not count", MAIL("X-A: b") AR "mx.example; dmarc=pass\n", "", NULL },
    { "words", MAIL("X-KLMS-AntiSpam-Auth: dmarc=fail header.from=a.test policy=none;spf=softfail;dkim=none"), "dkim dmarc spf", NULL },
    { "words, one", MAIL("X-DMARC-Verification: dmarc: none"), "dmarc", NULL },
    { "words: pieces of longer ones", MAIL("X-DMARC-Verification: xdmarcy spf2"), "", "dmarc spf" },
    { "words in another case", MAIL("X-DMARC-Verification: DMARC=pass SPF"), "dmarc spf", "" },
    { "mbox From_ line in front", "From a Mon Sep 25 2023\n" MAIL(AR "mx.example; dmarc=pass"), "dmarc", NULL },
    { "no header", "\nAuthentication-Results: mx; dmarc=pass\n", "dmarc", NULL }, /* empty lines in front are passed over */
    { "empty", "", "", NULL },
    { "octets that are no UTF-8", MAIL(AR "mx.example (\xff\xfe); dmarc=pass"), "dmarc", NULL },
};
/* clang-format on */

static void
test_mails(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *want = cases[i].paper != NULL ? cases[i].paper : cases[i].correct;
        struct auth_methods methods;
        auth_methods_init(&methods);
        auth_methods_read(&methods, span_of(cases[i].mail), headers, G_N_ELEMENTS(headers));
        g_autofree char *correct = joined(methods.correct);
        g_autofree char *paper = joined(methods.paper);
        if (strcmp(correct, cases[i].correct) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", cases[i].label, correct, cases[i].correct);
        if (strcmp(paper, want) != 0)
            fail_msg("%s, paper: \"%s\", not \"%s\"", cases[i].label, paper, want);
        assert_true(g_utf8_validate(methods.shown->str, -1, NULL));
        auth_methods_clear(&methods);
    }
}

/* A fold at any column changes nothing, wherever it falls. */
static void
test_fold_anywhere(void **state)
{
    const char *whole =
        "mx.example; spf=pass smtp.mail=a@a.test; dkim=pass header.i=@a.test; dmarc=fail; "
        "x-csa=none; bimi=skipped";
    (void)state;
    for (size_t at = 13; at < strlen(whole); at++) {
        g_autofree char *mail = g_strdup_printf(AR "%.*s\n\t%s\n\n", (int)at, whole, whole + at);
        struct auth_methods methods;
        auth_methods_init(&methods);
        auth_methods_read(&methods, span_of(mail), headers, G_N_ELEMENTS(headers));
        g_autofree char *correct = joined(methods.correct);
        if (strcmp(correct, "bimi dkim dmarc spf x-csa") != 0)
            fail_msg("fold at %zu: \"%s\"", at, correct);
        auth_methods_clear(&methods);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mails),
        cmocka_unit_test(test_fold_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
