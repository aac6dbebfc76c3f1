/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "mailbox/mail_digest.h"

#define PLAIN "From: a@example.com\nSubject: x\n\nFrom now\nline\n"

/* clang-format off */
static const struct {
    const char *label, *message, *other;
    bool same;
} cases[] = {
    { "CRLF",                  PLAIN, "From: a@example.com\r\nSubject: x\r\n\r\nFrom now\r\nline\r\n", true },
    { "two CRs",               PLAIN, "From: a@example.com\r\r\nSubject: x\n\r\nFrom now\r\nline\n",   true },
    { "empty lines at the end", PLAIN, PLAIN "\n\r\n\n",                                              true },
    { "no line end",           PLAIN, "From: a@example.com\nSubject: x\n\nFrom now\nline",            true },
    { "From_ line",            PLAIN, "From a Fri Feb 13 02:48:13 2015\n" PLAIN,                      true },
    { "From_ and >From_",      PLAIN, "From a Fri Feb 13 02:48:13 2015\r\n>From b\n" PLAIN,           true },
    { "quoted",                PLAIN, "From: a@example.com\nSubject: x\n\n>>From now\nline\n",        true },
    { "Status",                PLAIN, "Status: RO\n" PLAIN,                                           true },
    { "in the middle, folded", PLAIN, "From: a@example.com\nX-Keywords: a\n b\n\tc\nSubject: x\n\nFrom now\nline\n", true },
    { "last, any case",        PLAIN, "From: a@example.com\nSubject: x\nx-uid : 7\r\n\nFrom now\nline\n", true },
    { "X-IMAPbase",            PLAIN, "X-IMAPbase: 1 2\nX-IMAP: 1 2\n" PLAIN,                         true },
    { "mboxcl",                PLAIN, "Content-Length: 14\nLines: 2\n" PLAIN,                         true },
    { "Thunderbird",           PLAIN, "X-Mozilla-Status: 0001\nX-Mozilla-Status2: 0\nX-Mozilla-Keys:  \n" PLAIN, true },
    { "Status in the body",    PLAIN, PLAIN "Status: RO\n",                                           false },
    { "Status as a fold",      PLAIN, "From: a@example.com\n Status: RO\nSubject: x\n\nFrom now\nline\n", false },
    { "a name that goes on",   PLAIN, "Status-Code: 1\n" PLAIN,                                       false },
    { "Received",              PLAIN, "Received: x\n" PLAIN,                                          false },
    { "CR inside a line",      PLAIN, "From: a@example.com\nSub\rject: x\n\nFrom now\nline\n",        false },
    { "empty line inside",     PLAIN, "From: a@example.com\nSubject: x\n\nFrom now\n\nline\n",        false },
    { "blank at a line's end", PLAIN, "From: a@example.com\nSubject: x \n\nFrom now\nline\n",         false },
    { "blank after >",         PLAIN, "From: a@example.com\nSubject: x\n\n> From now\nline\n",        false },
    { "empty",                 "",    "\r\n\n",                                                       true },
    { "From_ line only",       "",    "From a Fri Feb 13 02:48:13 2015\n",                            true },
};
/* clang-format on */

static void
test_what_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        unsigned char a[MAIL_DIGEST_OCTETS], b[MAIL_DIGEST_OCTETS];
        mail_digest(span_of(cases[i].message), a);
        mail_digest(span_of(cases[i].other), b);
        if ((memcmp(a, b, sizeof(a)) == 0) != cases[i].same)
            fail_msg("%s: %s", cases[i].label, cases[i].same ? "differs" : "is the same");
    }
}

/* Stored for ever: a change of rule must be noticed here. */
static void
test_the_digest_is_that_of_the_normal_form(void **state)
{
    unsigned char got[MAIL_DIGEST_OCTETS], want[MAIL_DIGEST_OCTETS];
    gsize len = sizeof(want);
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    (void)state;
    g_checksum_update(sum, (const guchar *)PLAIN, (gssize)strlen(PLAIN));
    g_checksum_get_digest(sum, want, &len);
    mail_digest(span_of("Status: O\r\nFrom: a@example.com\r\nSubject: x\r\n\r\n"
                        ">From now\r\nline\r\n\r\n"),
                got);
    assert_memory_equal(got, want, sizeof(want));
}

static void
test_lines_of_any_length(void **state)
{
    (void)state;
    for (size_t len = 8100; len < 8300; len++) {
        g_autofree char *line = g_strnfill(len, 'x');
        g_autofree char *lf = g_strconcat("A: b\n\n", line, "\n", line, "\ny\n", NULL);
        g_autofree char *crlf = g_strconcat("A: b\r\n\r\n", line, "\r\n", line, "\r\ny", NULL);
        unsigned char a[MAIL_DIGEST_OCTETS], b[MAIL_DIGEST_OCTETS];
        g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
        gsize digest_len = sizeof(b);
        mail_digest(span_of(crlf), a);
        g_checksum_update(sum, (const guchar *)lf, (gssize)strlen(lf));
        g_checksum_get_digest(sum, b, &digest_len);
        assert_memory_equal(a, b, sizeof(a));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_counts),
        cmocka_unit_test(test_the_digest_is_that_of_the_normal_form),
        cmocka_unit_test(test_lines_of_any_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
