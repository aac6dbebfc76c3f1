/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "report/encoded_word.h"
#include "report/gmime_border.h"

/* clang-format off */
static const struct {
    const char *label, *value, *want;
} cases[] = {
    { "none", "plain text?=", "plain text?=" },
    { "empty", "", "" },
    { "q", "=?utf-8?q?J=C3=B6rg?=", "J\xC3\xB6rg" },
    { "q, underscore", "=?utf-8?Q?a_b=5Fc?=", "a b_c" },
    { "q, not hex", "=?utf-8?q?a=ZZ=4?=", "a=ZZ=4" },
    { "b", "=?UTF-8?B?SsO2cmc=?=", "J\xC3\xB6rg" },
    { "b, no padding", "=?utf-8?b?SsO2cmc?=", "J\xC3\xB6rg" },
    { "b, padding in the middle", "=?utf-8?b?YQ==Yg==?=", "ab" },
    { "b, line break and rubbish", "=?utf-8?b?S!sO2\tcmc=?=", "J\xC3\xB6rg" },
    { "neighbours", "=?utf-8?q?a?= =?utf-8?q?b?=", "ab" },
    { "neighbours, no blank", "=?utf-8?q?a?==?utf-8?q?b?=", "ab" },
    { "neighbours, other charset", "=?utf-8?q?a?=  =?iso-8859-1?q?=E9?=", "a\xC3\xA9" },
    { "text between", "=?utf-8?q?a?= and =?utf-8?q?b?=", "a and b" },
    { "text around", "x =?utf-8?q?a?= y", "x a y" },
    { "inside a word", "x=?utf-8?q?a?=y", "xay" },
    { "character split, b", "=?utf-8?b?4oI=?= =?utf-8?b?rA==?=", "\xE2\x82\xAC" },
    { "character split, b and q", "=?utf-8?b?4oI=?= =?UTF-8?q?=AC?=", "\xE2\x82\xAC" },
    { "character split, gb2312", "=?gb2312?q?=D6?= =?gb2312?q?=D0?=", "\xE4\xB8\xAD" },
    { "language", "=?utf-8*de?q?a?=", "a" },
    { "blank within", "=?utf-8?q?a b?=", "a b" },
    { "iso-2022-jp", "=?ISO-2022-JP?B?GyRCJUYlOSVIGyhC?=", "\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88" },
    { "shift left open, then again", "=?ISO-2022-JP?B?GyRCJUY=?= x =?ISO-2022-JP?Q?ab?=", "\xE3\x83\x86 x ab" },
    { "byte order mark", "=?utf-16?b?/v8AYQ==?= x =?utf-16?b?//5hAA==?= y =?utf-16?b?/v8AYg==?=", "a x a y b" },
    { "koi8-r", "=?koi8-r?b?9MXT1A==?=", "\xD0\xA2\xD0\xB5\xD1\x81\xD1\x82" },
    { "charset unknown", "=?x-unheard-of?q?a=E9?=", "a\xC3\xA9" },
    { "charset unknown, UTF-8 in it", "=?x-unheard-of?q?=C3=A9?=", "\xC3\xA9" },
    { "bad octets of UTF-8", "=?utf-8?q?a=E9b?=", "a\xEF\xBF\xBD" "b" },
    { "UTF-7 is not read", "=?utf-7?q?+ADw-?=", "+ADw-" },
    { "a NUL", "=?utf-8?q?a=00b?=", "a\xEF\xBF\xBD" "b" },
    { "encoding unknown", "=?utf-8?x?a?=", "=?utf-8?x?a?=" },
    { "no charset", "=??q?a?=", "=??q?a?=" },
    { "charset with a blank", "=?utf 8?q?a?=", "=?utf 8?q?a?=" },
    { "charset too long", "=?aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffg?q?a?=", "=?aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffg?q?a?=" },
    { "never closed", "=?utf-8?q?a", "=?utf-8?q?a" },
    { "cut after the charset", "=?utf-8?", "=?utf-8?" },
    { "opened twice", "=?=?utf-8?q?a?=", "=?a" },
    { "empty word", "a =?utf-8?q?" "?= b", "a  b" },
};
/* clang-format on */

static void
test_decode(void **state)
{
    (void)state;
    gmime_border_open();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        encoded_words_decode(span_of(cases[i].value), out);
        if (strcmp(out->str, cases[i].want) != 0)
            fail_msg("%s: got %s", cases[i].label, out->str);
    }
}

/* Folded, and with octets above 127 beside the words. */
static void
test_header(void **state)
{
    g_autoptr(GString) out = g_string_new("old");
    (void)state;
    gmime_border_open();
    gmime_border_header(span_of(" =?utf-8?q?a?=\r\n =?utf-8?q?b?=\r\n\tc\xFC \r\n"), out);
    assert_string_equal(out->str, "ab c\xC3\xBC");
    gmime_border_header(span_of(" =?utf-8?q?a=0D=0Ab?= x\xC3\xBC"), out);
    assert_string_equal(out->str, "a b x\xC3\xBC");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
