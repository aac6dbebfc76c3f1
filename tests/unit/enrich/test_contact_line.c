/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "enrich/contact_line.h"

static char *own[] = { (char[]){ "own.example" }, NULL };

/* Lines of one file, separated by "|"; what they say, separated by ";", "!" before a fault. */
/* clang-format off */
static const struct {
    const char *label, *lines, *want;
} files[] = {
    { "commas",          "AS64496,a@x.example|64497, b@x.example , c@x.example",
                         "AS64496 a@x.example;AS64497 b@x.example,c@x.example" },
    { "tabs",            "192.0.2.0/24\ta@x.example\tb@x.example", "192.0.2.0/24 a@x.example,b@x.example" },
    { "quotes",          "\"as64496\",\"a@x.example, b@x.example\"", "AS64496 a@x.example,b@x.example" },
    { "a blank",         "64496 a@x.example, b@x.example", "AS64496 a@x.example,b@x.example" },
    { "addresses",       "192.0.2.9,a@x.example|2001:db8::/32,b@x.example|::ffff:192.0.2.0/120,c@x.example",
                         "192.0.2.9/32 a@x.example;2001:db8::/32 b@x.example;192.0.2.0/24 c@x.example" },
    { "comments",        "# a list||  |#,,|64496,a@x.example", ";;;;AS64496 a@x.example" },
    { "byte order mark", "\xEF\xBB\xBF" "64496,a@x.example", "AS64496 a@x.example" },
    { "header",          "ASN,Email|64496,a@x.example", ";AS64496 a@x.example" },
    { "header behind a comment", "# x|prefix\tname\tabuse|192.0.2.0/24\tExample\ta@x.example",
                         ";;192.0.2.0/24 a@x.example" },
    { "a networks file", "prefix,asn,name,country,abuse|192.0.2.0/24,64496,\"Ex, ample\",DE,a@x.example|"
                         "198.51.100.0/24,64497,X,,|,64498,,,b@x.example",
                         ";192.0.2.0/24 a@x.example;;AS64498 b@x.example" },
    { "no header later", "64496,a@x.example|asn,email", "AS64496 a@x.example;!neither an AS number nor a prefix" },
    { "names alone are no header", "asn,name|64496,a@x.example",
                         "!neither an AS number nor a prefix;AS64496 a@x.example" },
    { "no address",      "64496|64496,|64496,,", "!no address;!no address;!no address" },
    { "no key",          "a@x.example|,a@x.example|x,a@x.example",
                         "!neither an AS number nor a prefix;!neither an AS number nor a prefix;"
                         "!neither an AS number nor a prefix" },
    { "no key below a header", "asn,prefix,email|,,a@x.example", ";!neither an AS number nor a prefix" },
    { "AS 0, too large", "AS0,a@x.example|4294967296,a@x.example|4294967295,a@x.example",
                         "!neither an AS number nor a prefix;!neither an AS number nor a prefix;"
                         "AS4294967295 a@x.example" },
    { "too wide",        "0.0.0.0/0,a@x.example|10.0.0.0/8,a@x.example|2001::/15,a@x.example",
                         "!neither an AS number nor a prefix;10.0.0.0/8 a@x.example;"
                         "!neither an AS number nor a prefix" },
    { "too wide, by its column", "cidr,mail|0.0.0.0/7,a@x.example|x,b@x.example",
                         ";!a prefix that is too wide;!no prefix" },
    { "bad address",     "64496,a@x.example,nonsense|64496,a@x.example>|64496,removed@lacnic.net",
                         "!no address;!no host name behind the @;!a placeholder" },
    { "our own",         "64496,a@mx.own.example", "!one of our own domains" },
    { "more fields than columns", "asn,email|64496,a@x.example,b@x.example", ";!more fields than columns" },
    { "twice the same",  "64496,a@x.example,A@x.example", "AS64496 a@x.example" },
    { "open quote",      "\"64496,a@x.example", "!neither an AS number nor a prefix" },
};
/* clang-format on */

static void
say(GString *out, const struct contact_line *line)
{
    char text[IP_TEXT_MAX];
    switch (line->kind) {
    case CONTACT_LINE_NOTHING:
        break;
    case CONTACT_LINE_ASN:
        g_string_append_printf(out, "AS%u %s", line->asn, line->addresses->str);
        break;
    case CONTACT_LINE_PREFIX:
        g_string_append_printf(out, "%s/%u %s", ip_text(&line->prefix.base, text),
                               line->prefix.prefix, line->addresses->str);
        break;
    case CONTACT_LINE_BAD:
        g_string_append_printf(out, "!%s", line->fault);
        break;
    }
}

static void
test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        struct contact_reader reader = { .own = own };
        g_autoptr(GString) addresses = g_string_new(NULL);
        g_autoptr(GString) got = g_string_new(NULL);
        struct contact_line line = { .addresses = addresses };
        struct span rest = span_of(files[i].lines), text;
        bool spent = false, first = true;
        while (span_cut(&rest, '|', &text, &spent)) {
            if (!first)
                g_string_append_c(got, ';');
            first = false;
            contact_line_read(&reader, text, &line);
            say(got, &line);
        }
        if (strcmp(got->str, files[i].want) != 0)
            fail_msg("%s: got %s", files[i].label, got->str);
    }
}

static void
test_limits(void **state)
{
    (void)state;
    struct contact_reader reader = { .own = own };
    g_autoptr(GString) addresses = g_string_new(NULL);
    g_autoptr(GString) text = g_string_new("64496,a@x.example,");
    struct contact_line line = { .addresses = addresses };
    while (text->len < CONTACT_LINE_OCTETS_MAX)
        g_string_append_c(text, '"');
    contact_line_read(&reader, (struct span){ text->str, text->len }, &line);
    assert_string_equal(line.fault, "no address");
    g_string_append_c(text, '"');
    contact_line_read(&reader, (struct span){ text->str, text->len }, &line);
    assert_string_equal(line.fault, "longer than 8192 octets");
    g_string_assign(text, "64496");
    for (int i = 0; i < CONTACT_FIELDS_MAX - 1; i++)
        g_string_append(text, ",a@x.example");
    contact_line_read(&reader, (struct span){ text->str, text->len }, &line);
    assert_int_equal(line.kind, CONTACT_LINE_ASN);
    g_string_append_c(text, ',');
    contact_line_read(&reader, (struct span){ text->str, text->len }, &line);
    assert_string_equal(line.fault, "more than 64 fields");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
