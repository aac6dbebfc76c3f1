/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/limits.h"
#include "report/field.h"

/* clang-format off */
static const struct {
    const char *label, *block, *want; /* "name=value|..." */
    enum field_end end;
} cases[] = {
    { "two", "A: 1\r\nB: 2\r\n", "A=1|B=2|", FIELD_END_AT_EMPTY },
    { "line feeds, no last one", "A: 1\nB: 2", "A=1|B=2|", FIELD_END_AT_EMPTY },
    { "no blank", "A:1\n", "A=1|", FIELD_END_AT_EMPTY },
    { "no value", "A:\nB: \n", "A=|B=|", FIELD_END_AT_EMPTY },
    { "blank before the colon", "A : 1\nB\t: 2\n", "A=1|B=2|", FIELD_END_AT_EMPTY },
    { "folded", "A: 1\r\n 2\r\n\t3\nB: 4\n", "A=1 2 3|B=4|", FIELD_END_AT_EMPTY },
    { "value begins on the next line", "A:\n 1\n", "A=1|", FIELD_END_AT_EMPTY },
    { "colon in the value", "A: b: c\n", "A=b: c|", FIELD_END_AT_EMPTY },
    { "ends at the empty line", "A: 1\n\nB: 2\n", "A=1|", FIELD_END_AT_EMPTY },
    { "goes on behind it", "A: 1\n\n \nB: 2\n", "A=1|B=2|", FIELD_END_NEVER },
    { "empty lines in front", "\n\r\n \nA: 1\n", "A=1|", FIELD_END_AT_EMPTY },
    { "continuation of nothing", " 1\nA: 2\n", "A=2|", FIELD_END_AT_EMPTY },
    { "lines that are no field", "hello\nA: 1\nwith a blank: x\n: y\nB: 2\n", "A=1|B=2|", FIELD_END_AT_EMPTY },
    { "continuation of no field", "A: 1\nhello\n there\nB: 2\n", "A=1|B=2|", FIELD_END_AT_EMPTY },
    { "name above 127", "\xC3\xBC: 1\nB: 2\n", "B=2|", FIELD_END_AT_EMPTY },
    { "same name twice", "A: 1\na: 2\n", "A=1|a=2|", FIELD_END_AT_EMPTY },
    { "value in UTF-8", "A: \xC3\xBC\n", "A=\xC3\xBC|", FIELD_END_AT_EMPTY },
    { "value in Windows-1252", "A: \x80 \xFC\n", "A=\xE2\x82\xAC \xC3\xBC|", FIELD_END_AT_EMPTY },
    { "encoded words stay", "A: =?utf-8?q?a?=\n", "A==?utf-8?q?a?=|", FIELD_END_AT_EMPTY },
    { "nothing", "", "", FIELD_END_AT_EMPTY },
};
static const struct {
    const char *label, *octets, *rest;
} preambles[] = {
    { "none", "A: 1\n", "A: 1\n" },
    { "mark", "\xEF\xBB\xBF" "A: 1\n", "A: 1\n" },
    { "empty lines", "\r\n \nA: 1\n", "A: 1\n" },
    { "mbox", "From a@b.test Sat\nA: 1\n", "A: 1\n" },
    { "mbox, quoted", "\n>From a@b.test Sat\n\nA: 1\n", "A: 1\n" },
    { "mark and mbox", "\xEF\xBB\xBF" "From a\nA: 1\n", "A: 1\n" },
    { "From: is a field", "From: a\n", "From: a\n" },
    { "nothing else", "\n\n", "" },
};
static const struct {
    const char *label, *octets, *rest;
} firsts[] = {
    { "at once", "A: 1\n", "A: 1\n" },
    { "behind a sentence", "   was detected.\n\nA: 1\nB: 2\n", "A: 1\nB: 2\n" },
    { "none", "hello\nthere\n", "" },
};
static const struct {
    const char *label, *value, *bare, *word;
} values[] = {
    { "none", "192.0.2.1", "192.0.2.1", "192.0.2.1" },
    { "behind", "192.0.2.1 (mx.example.com)", "192.0.2.1", "192.0.2.1" },
    { "in front", "(a) b", "b", "b" },
    { "between", "a (b) c", "a   c", "a" },
    { "nested", "a (b (c) d) e", "a   e", "a" },
    { "quoted pair", "(a \\) b) c", "c", "c" },
    { "in quotes it is none", "\"a (b)\" c", "\"a (b)\" c", "\"a" },
    { "quote escaped", "\"a \\\" (b)\" c", "\"a \\\" (b)\" c", "\"a" },
    { "never closed", "a (b", "a", "a" },
    { "list", "a, b", "a, b", "a" },
    { "semicolon", "a;b", "a;b", "a" },
    { "comment alone", "(a)", "", "" },
};
/* clang-format on */

static char *
read_block(const char *block, enum field_end end)
{
    g_autoptr(GStringChunk) arena = g_string_chunk_new(256);
    g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(struct mail_field));
    GString *got = g_string_new(NULL);
    field_read(span_of(block), end, arena, fields);
    for (guint i = 0; i < fields->len; i++) {
        const struct mail_field *field = &g_array_index(fields, struct mail_field, i);
        g_string_append_printf(got, "%s=%s|", field->name, field->value);
    }
    return g_string_free(got, FALSE);
}

static void
test_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = read_block(cases[i].block, cases[i].end);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: got %s", cases[i].label, got);
    }
}

static void
test_skip(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(preambles); i++)
        if (!span_equals(field_skip_preamble(span_of(preambles[i].octets)), preambles[i].rest))
            fail_msg("%s", preambles[i].label);
    for (size_t i = 0; i < G_N_ELEMENTS(firsts); i++)
        if (!span_equals(field_first(span_of(firsts[i].octets)), firsts[i].rest))
            fail_msg("%s", firsts[i].label);
}

static void
test_comments(void **state)
{
    g_autoptr(GString) out = g_string_new("old");
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        field_without_comments(span_of(values[i].value), out);
        if (strcmp(out->str, values[i].bare) != 0)
            fail_msg("%s: got '%s'", values[i].label, out->str);
        field_first_word(span_of(values[i].value), out);
        if (strcmp(out->str, values[i].word) != 0)
            fail_msg("%s: first word '%s'", values[i].label, out->str);
    }
}

static void
test_limits(void **state)
{
    g_autoptr(GStringChunk) arena = g_string_chunk_new(256);
    g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(struct mail_field));
    g_autoptr(GString) block = g_string_new(NULL);
    (void)state;
    for (unsigned i = 0; i < LIMIT_HEADER_FIELDS + 1; i++)
        g_string_append(block, "A: 1\n");
    assert_true(field_read(span_of(block->str), FIELD_END_NEVER, arena, fields) < block->len);
    assert_int_equal(fields->len, LIMIT_HEADER_FIELDS);
    g_array_set_size(fields, 0);
    g_string_set_size(block, FIELD_BLOCK_OCTETS + 10);
    memset(block->str + 3, 'x', block->len - 3);
    assert_int_equal(
        field_read((struct span){ block->str, block->len }, FIELD_END_NEVER, arena, fields),
        FIELD_BLOCK_OCTETS);
    assert_int_equal(fields->len, 1);
    assert_int_equal(strlen(g_array_index(fields, struct mail_field, 0).value),
                     FIELD_BLOCK_OCTETS - 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_skip),
        cmocka_unit_test(test_comments),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
