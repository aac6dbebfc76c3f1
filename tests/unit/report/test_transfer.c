/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "report/transfer.h"

/* clang-format off */
static const struct {
    const char *label, *text, *quoted;
} quoted[] = {
    { "plain", "abc\r\ndef", "abc\r\ndef" },
    { "equals sign", "a=b", "a=3Db" },
    { "8-bit", "\303\244", "=C3=A4" },
    { "blank at the end of a line", "a \r\nb\t", "a=20\r\nb=09" },
    { "bare LF and CR", "a\nb\rc", "a=0Ab=0Dc" },
    { "dot in front", ".\r\n..a\r\na.", "=2E\r\n=2E.a\r\na." },
    { "what could be a boundary", "--b\r\n-b\r\na--", "=2D-b\r\n-b\r\na--" },
    { "mbox", "From a\r\nFrom: b", "=46rom a\r\nFrom: b" },
    { "76 columns", "1234567890123456789012345678901234567890123456789012345678901234567890123456",
      "1234567890123456789012345678901234567890123456789012345678901234567890123456" },
    { "77 columns", "12345678901234567890123456789012345678901234567890123456789012345678901234567",
      "123456789012345678901234567890123456789012345678901234567890123456789012345=\r\n67" },
};

static const struct {
    const char *label, *text, *decoded;
    bool canonical;
} coded[] = {
    { "plain", "YWJj", "abc", true },
    { "padded", "YWI=", "ab", true },
    { "lines", "YW\r\nJj\r\n", "abc", true },
    { "junk", "Y W*Jj", "abc", false },
    { "padding within", "YQ==YWJj", "aabc", false },
    { "no padding", "YWI", "ab", false },
    { "digits of URLs", "-_-_", "\373\377\277", false },
    { "one digit over", "YWJjY", "abc", false },
    { "empty", "", "", true },
};

static const struct {
    const char *label, *text, *decoded;
} unquoted[] = {
    { "plain", "abc", "abc" },
    { "octets", "=41=6a", "Aj" },
    { "soft break", "a=\r\nb=\nc=  \r\nd", "abcd" },
    { "no octet", "a=4x=", "a=4x" },
    { "at the end", "a=4", "a=4" },
};

static const struct {
    const char *label;
    size_t column;
    const char *text, *words;
} words[] = {
    { "plain", 9, "a text", "a text" },
    { "8-bit", 9, "\303\244", "=?utf-8?B?w6Q=?=" },
    { "8-bit, then plain", 9, "\303\244 b c", "=?utf-8?B?w6Q=?= b c" },
    { "plain, then 8-bit", 9, "b \303\244", "=?utf-8?B?YiDDpA==?=" },
    { "what looks like a word", 9, "=?x", "=?utf-8?B?PT94?=" },
    { "folded", 70, "abcdefg hij", "abcdefg\r\n hij" },
    { "blanks", 9, "a  b", "a  b" },
    { "empty", 9, "", "" },
};

static const struct {
    const char *label, *text;
    size_t len, columns;
    bool plain;
} plains[] = {
    { "plain", "abc\r\ndef", 8, 3, true },
    { "long", "abcd", 4, 3, false },
    { "NUL", "a\0b", 3, 9, false },
    { "LF", "a\n", 2, 9, false },
    { "CR", "a\rb", 3, 9, false },
    { "8-bit", "\344", 1, 9, false },
    { "tab", "\t", 1, 9, true },
    { "empty", "", 0, 0, true },
};
/* clang-format on */

static void
check(const char *label, const GString *got, const char *want)
{
    if (got->len != strlen(want) || memcmp(got->str, want, got->len) != 0)
        fail_msg("%s: \"%s\"", label, got->str);
}

static void
test_quoted(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(quoted); i++) {
        g_autoptr(GString) got = g_string_new(NULL);
        transfer_append_quoted(got, span_of(quoted[i].text));
        check(quoted[i].label, got, quoted[i].quoted);
        g_autoptr(GString) back = transfer_quoted_decoded((struct span){ got->str, got->len });
        check(quoted[i].label, back, quoted[i].text);
    }
}

static void
test_base64(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(coded); i++) {
        bool canonical;
        g_autoptr(GString) got = transfer_base64_decoded(span_of(coded[i].text), &canonical);
        check(coded[i].label, got, coded[i].decoded);
        if (canonical != coded[i].canonical)
            fail_msg("%s: canonical %d", coded[i].label, canonical);
    }
}

static void
test_base64_lines(void **state)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) out = g_string_new(NULL);
    bool canonical;
    (void)state;
    for (int i = 0; i < 200; i++)
        g_string_append_c(text, (char)i);
    transfer_append_base64(out, (struct span){ text->str, text->len });
    assert_true(transfer_is_plain((struct span){ out->str, out->len }, 76));
    assert_int_equal(strcspn(out->str, "\r"), 76);
    g_autoptr(GString) back =
        transfer_base64_decoded((struct span){ out->str, out->len }, &canonical);
    assert_true(canonical);
    assert_true(g_string_equal(text, back));
}

static void
test_unquoted(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(unquoted); i++) {
        g_autoptr(GString) got = transfer_quoted_decoded(span_of(unquoted[i].text));
        check(unquoted[i].label, got, unquoted[i].decoded);
    }
}

static void
test_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autoptr(GString) got = g_string_new(NULL);
        transfer_append_words(got, words[i].column, span_of(words[i].text));
        check(words[i].label, got, words[i].words);
    }
}

static void
test_plain(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(plains); i++)
        if (transfer_is_plain((struct span){ plains[i].text, plains[i].len }, plains[i].columns) !=
            plains[i].plain)
            fail_msg("%s", plains[i].label);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quoted),   cmocka_unit_test(test_base64),
        cmocka_unit_test(test_unquoted), cmocka_unit_test(test_base64_lines),
        cmocka_unit_test(test_words),    cmocka_unit_test(test_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
