/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "base/span.h"

/* A span of a literal with its NULs; the octets behind it are never touched. */
#define SPAN(literal) ((struct span){ literal, sizeof(literal) - 1 })

static void
expect(const char *label, struct span got, struct span want)
{
    if (got.len != want.len || (want.len > 0 && memcmp(got.octets, want.octets, want.len) != 0))
        fail_msg("%s: got %zu octets \"%.*s\"", label, got.len, (int)got.len,
                 got.octets != NULL ? got.octets : "");
}

static void
test_parts(void **state)
{
    (void)state;
    struct span whole = SPAN("abc");
    struct span none = span_of(NULL);
    g_autoptr(GBytes) bytes = g_bytes_new_static("a\0b", 3);
    g_autoptr(GBytes) empty = g_bytes_new(NULL, 0);
    assert_int_equal(none.len, 0);
    expect("of bytes", span_of_bytes(bytes), SPAN("a\0b"));
    expect("of no bytes", span_of_bytes(empty), SPAN(""));
    expect("from 0", span_from(whole, 0), whole);
    expect("from 2", span_from(whole, 2), SPAN("c"));
    expect("from the end", span_from(whole, 3), SPAN(""));
    expect("from past the end", span_from(whole, SIZE_MAX), SPAN(""));
    expect("from, of nothing", span_from(none, 1), SPAN(""));
    expect("head 0", span_head(whole, 0), SPAN(""));
    expect("head 2", span_head(whole, 2), SPAN("ab"));
    expect("head of more", span_head(whole, SIZE_MAX), whole);
    expect("head of nothing", span_head(none, 5), SPAN(""));
}

/* clang-format off */
static const struct {
    const char *label;
    struct span given, want;
} trims[] = {
    { "empty",              { "", 0 },           { "", 0 } },
    { "null",               { NULL, 0 },         { "", 0 } },
    { "blanks alone",       { " \t\r\n ", 5 },   { "", 0 } },
    { "both ends",          { "\r\n a b\t\n", 8 }, { "a b", 3 } },
    { "NUL is no blank",    { " \0 ", 3 },       { "\0", 1 } },
    { "nor vertical tab",   { "\va\f", 3 },      { "\va\f", 3 } },
    { "nor no-break space", { "\xC2\xA0", 2 },   { "\xC2\xA0", 2 } },
};
/* clang-format on */

static void
test_trim(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(trims); i++)
        expect(trims[i].label, span_trim(trims[i].given), trims[i].want);
}

/* clang-format off */
static const struct {
    const char *label;
    struct span given, want;
} marks[] = {
    { "empty",            { "", 0 },                         { "", 0 } },
    { "null",             { NULL, 0 },                       { "", 0 } },
    { "mark alone",       { "\xEF\xBB\xBF", 3 },             { "", 0 } },
    { "mark and text",    { "\xEF\xBB\xBF" "a", 4 },         { "a", 1 } },
    { "one of two",       { "\xEF\xBB\xBF\xEF\xBB\xBF", 6 }, { "\xEF\xBB\xBF", 3 } },
    { "cut short",        { "\xEF\xBB\xBF", 2 },             { "\xEF\xBB", 2 } },
    { "behind a blank",   { " \xEF\xBB\xBF", 4 },            { " \xEF\xBB\xBF", 4 } },
    { "another mark",     { "\xFF\xFE" "a", 3 },             { "\xFF\xFE" "a", 3 } },
};
/* clang-format on */

static void
test_after_mark(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
        expect(marks[i].label, span_after_mark(marks[i].given), marks[i].want);
}

/* clang-format off */
static const struct {
    const char *label;
    struct span given;
    const char *want; /* each line with "|" behind it, NUL as 0 */
} lines[] = {
    { "empty",               { "", 0 },              "" },
    { "null",                { NULL, 0 },            "" },
    { "no end",              { "a", 1 },             "a|" },
    { "LF",                  { "a\n", 2 },           "a|" },
    { "CRLF",                { "a\r\nb", 4 },        "a|b|" },
    { "empty lines",         { "\n\r\n\n", 4 },      "|||" },
    { "bare CR stays",       { "a\rb\n", 4 },        "a\rb|" },
    { "one CR goes",         { "a\r\r\n", 4 },       "a\r|" },
    { "CR at the very end",  { "a\r", 2 },           "a|" },
    { "NUL",                 { "a\0b\n\0", 5 },      "a0b|0|" },
};
/* clang-format on */

static void
test_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        struct span rest = lines[i].given;
        struct span line;
        g_autoptr(GString) got = g_string_new(NULL);
        while (span_line(&rest, &line)) {
            for (size_t k = 0; k < line.len; k++)
                g_string_append_c(got, line.octets[k] != '\0' ? line.octets[k] : '0');
            g_string_append_c(got, '|');
        }
        if (strcmp(got->str, lines[i].want) != 0)
            fail_msg("%s: got \"%s\"", lines[i].label, got->str);
    }
}

static void
test_cut(void **state)
{
    (void)state;
    static const struct {
        const char *label, *given, *want;
    } cases[] = {
        { "empty is one empty piece", "", "()" },
        { "null as well", NULL, "()" },
        { "one", "a", "(a)" },
        { "mark at the end", "a,", "(a)()" },
        { "mark alone", ",", "()()" },
        { "marks", ",,a", "()()(a)" },
        { "blanks stay", " a , b", "( a )( b)" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct span rest = span_of(cases[i].given);
        struct span piece;
        bool spent = false;
        g_autoptr(GString) got = g_string_new(NULL);
        while (span_cut(&rest, ',', &piece, &spent) && got->len < 100) {
            g_string_append_c(got, '(');
            g_string_append_len(got, piece.octets, (gssize)piece.len);
            g_string_append_c(got, ')');
        }
        if (strcmp(got->str, cases[i].want) != 0)
            fail_msg("%s: got \"%s\"", cases[i].label, got->str);
    }
}

static void
test_find_and_compare(void **state)
{
    (void)state;
    struct span none = { NULL, 0 };
    assert_int_equal(span_find(SPAN("a\0b"), 'b'), 2);
    assert_int_equal(span_find(SPAN("a\0b"), '\0'), 1);
    assert_int_equal(span_find(SPAN("ab"), '\0'), -1);
    assert_int_equal(span_find(none, 'a'), -1);
    assert_int_equal(span_find((struct span){ "abc", 2 }, 'c'), -1);
    assert_int_equal(span_find_string(SPAN("a\0needle"), "needle"), 2);
    assert_int_equal(span_find_string((struct span){ "needle", 5 }, "needle"), -1);
    assert_int_equal(span_find_string(SPAN("Needle"), "needle"), -1);
    assert_int_equal(span_find_string(none, "x"), -1);
    assert_true(span_equals(SPAN("ab"), "ab"));
    assert_true(span_equals(none, ""));
    assert_false(span_equals(SPAN("ab\0"), "ab"));
    assert_false(span_equals(SPAN("ab"), "abc"));
    assert_false(span_equals(SPAN("AB"), "ab"));
    assert_true(span_equals_nocase(SPAN("aB"), "Ab"));
    assert_true(span_equals_nocase(none, ""));
    assert_false(span_equals_nocase(SPAN("ab\0"), "ab"));
    assert_false(span_equals_nocase(SPAN("\xC4"), "\xE4")); /* ASCII only */
    assert_true(span_starts_nocase(SPAN("Received: x"), "received:"));
    assert_true(span_starts_nocase(none, ""));
    assert_false(span_starts_nocase(SPAN("rec"), "received"));
    assert_false(span_starts_nocase(none, "r"));
}

static void
test_number(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        struct span given;
        bool good;
        guint32 want;
    } cases[] = {
        { "zero", { "0", 1 }, true, 0 },
        { "leading zeros", { "0000000012", 10 }, true, 12 },
        { "largest", { "4294967295", 10 }, true, G_MAXUINT32 },
        { "one more", { "4294967296", 10 }, false, 0 },
        { "ten nines", { "9999999999", 10 }, false, 0 },
        { "eleven digits", { "00000000001", 11 }, false, 0 },
        { "empty", { "", 0 }, false, 0 },
        { "minus", { "-1", 2 }, false, 0 },
        { "plus", { "+1", 2 }, false, 0 },
        { "blank", { " 1", 2 }, false, 0 },
        { "hex", { "0x1", 3 }, false, 0 },
        { "NUL behind", { "1\0", 2 }, false, 0 },
        { "only its own octets", { "123", 2 }, true, 12 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        guint32 got = 77;
        bool good = span_to_u32(cases[i].given, &got);
        if (good != cases[i].good || got != (good ? cases[i].want : 77))
            fail_msg("%s: got %d, %u", cases[i].label, good, got);
    }
}

static void
test_dup(void **state)
{
    (void)state;
    g_autofree char *part = span_dup((struct span){ "abc", 2 });
    g_autofree char *none = span_dup((struct span){ NULL, 0 });
    assert_string_equal(part, "ab");
    assert_string_equal(none, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),      cmocka_unit_test(test_trim),
        cmocka_unit_test(test_after_mark), cmocka_unit_test(test_line),
        cmocka_unit_test(test_cut),        cmocka_unit_test(test_find_and_compare),
        cmocka_unit_test(test_number),     cmocka_unit_test(test_dup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
