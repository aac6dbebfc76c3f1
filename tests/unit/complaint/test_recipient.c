/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "complaint/arf_message.h"
#include "complaint/recipient.h"
#include "report/header_line.h"

/* clang-format off */
static const struct {
    const char *label, *address;
    bool ok;
} addresses[] = {
    { "plain", "abuse@example.net", true },
    { "signs", "a.b+c/d='e'@sub.example.net", true },
    { "upper case", "Abuse@Example.NET", true },
    { "A-label", "abuse@xn--mnchen-3ya.example", true },
    { "longest local part", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.net", true },
    { "local part too long", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.net", false },
    { "empty", "", false },
    { "no local part", "@example.net", false },
    { "no domain", "abuse@", false },
    { "no at", "example.net", false },
    { "two at", "a@b@example.net", false },
    { "no dot", "abuse@localhost", false },
    { "dot first", ".abuse@example.net", false },
    { "dot last", "abuse.@example.net", false },
    { "two dots", "a..b@example.net", false },
    { "final dot", "abuse@example.net.", false },
    { "quoted", "\"a b\"@example.net", false },
    { "literal", "abuse@[192.0.2.1]", false },
    { "address as a domain", "abuse@192.0.2.1", false },
    { "CRLF", "abuse@example.net\r\nRCPT TO:<b@example.net>", false },
    { "LF in the local part", "ab\nuse@example.net", false },
    { "blank", "abuse @example.net", false },
    { "angles", "<abuse@example.net>", false },
    { "comma", "a,b@example.net", false },
    { "underline", "abuse@a_b.example.net", false },
    { "U-label", "abuse@m\303\274nchen.example", false },
    { "8-bit local part", "\303\244@example.net", false },
    { "next line", "abuse@example.net\302\205", false },
};

static const struct {
    const char *label, *text;
    size_t chars;
    const char *line, *ascii;
} lines[] = {
    { "plain", "a text", 50, "a text", "a text" },
    { "CRLF", "a\r\nBcc: b", 50, "a Bcc: b", "a Bcc: b" },
    { "controls", "a\x01\x1b[31m\x7f" "b", 50, "a [31m b", "a [31m b" },
    { "U+0085, U+2028, U+2029", "a\302\205b\342\200\250c\342\200\251d", 50, "a b c d", "a b c d" },
    { "direction", "a\342\200\256" "b\342\201\246c\357\273\277", 50, "a b c", "a b c" },
    { "no-break space", "\302\240 a\302\240 ", 50, "a", "a" },
    { "no UTF-8", "a\377b", 50, "a\357\277\275b", "a?b" },
    { "umlaut", "\303\274ber", 50, "\303\274ber", "?ber" },
    { "cut", "abcdefghij", 8, "abcde...", "abcde..." },
    { "cut at a character", "\303\244\303\244\303\244\303\244\303\244", 4, "\303\244...", "?..." },
    { "fits", "abcdefgh", 8, "abcdefgh", "abcdefgh" },
    { "NULL", NULL, 8, "", "" },
};

static const struct {
    const char *label, *text, *address;
} senders[] = {
    { "bare", "desk@example.com", "desk@example.com" },
    { "with name", "Abuse Desk <desk@example.com>", "desk@example.com" },
    { "no address", "Abuse Desk", NULL },
    { "break", "desk@example.com\r\nBcc: x@example.org", NULL },
    { "NULL", NULL, NULL },
};
/* clang-format on */

static void
test_addresses(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++)
        if (complaint_address_ok(addresses[i].address) != addresses[i].ok)
            fail_msg("%s", addresses[i].label);
}

static void
test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree char *line = header_line(lines[i].text, lines[i].chars);
        g_autofree char *ascii = header_line_ascii(lines[i].text, lines[i].chars);
        if (strcmp(line, lines[i].line) != 0 || strcmp(ascii, lines[i].ascii) != 0)
            fail_msg("%s: \"%s\", \"%s\"", lines[i].label, line, ascii);
    }
}

static void
test_senders(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(senders); i++) {
        g_autofree char *address = recipient_sender(senders[i].text);
        if (g_strcmp0(address, senders[i].address) != 0)
            fail_msg("%s: %s", senders[i].label, address);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_senders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
