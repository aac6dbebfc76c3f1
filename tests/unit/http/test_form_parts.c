/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fault.h"
#include "http/form_parts.h"
#include "test.h"

#define OCTETS(text)                                                                               \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }
#define NONE                                                                                       \
    {                                                                                              \
        NULL, 0                                                                                    \
    }
#define PART(name, value)                                                                          \
    "--b\r\nContent-Disposition: form-data; name=" name "\r\n\r\n" value "\r\n"
#define FILE_PART(name, value) PART("\"f\"; filename=" name, value)
#define HEADER(header) OCTETS("--b\r\n" header "\r\n--b--")
#define END "--b--\r\n"

/* clang-format off */
static const struct { const char *label; struct span body; const char *want; struct span file; } cases[] = {
    { "no part",              OCTETS("--b--"),                                  "", NONE },
    { "one field",            OCTETS(PART("\"a\"", "x") END),                   "a=x;", NONE },
    { "an empty field",       OCTETS(PART("\"a\"", "") END),                    "a=;", NONE },
    { "two fields",           OCTETS(PART("\"a\"", "x") PART("\"c\"", "y") END), "a=x;c=y;", NONE },
    { "the same twice",       OCTETS(PART("\"a\"", "1") PART("\"a\"", "2") END), "a=1;a=2;", NONE },
    { "nothing is decoded",   OCTETS(PART("\"a%41\"", "x+%20") END),            "a%41=x+%20;", NONE },
    { "UTF-8",                OCTETS(PART("\"a\"", "\xC3\xA4") END),            "a=\xC3\xA4;", NONE },
    { "a name in no quotes",  OCTETS(PART("a", "x") END),                       "a=x;", NONE },
    { "blanks",               OCTETS(PART(" \"a\" ; x = \"y\"", "x") END),      "a=x;", NONE },
    { "a semicolon in quotes", OCTETS(PART("\"a;filename=b\"", "x") END),       "a;filename=b=x;", NONE },
    { "no name",              HEADER("Content-Disposition: form-data\r\n\r\nx"), "", NONE },
    { "no header",            HEADER("\r\nx"),                                  "", NONE },
    { "another disposition",  HEADER("Content-Disposition: file; name=a\r\n\r\nx"), "", NONE },
    { "other fields",         HEADER("A: b\r\ncontent-disposition:FORM-DATA;NAME=a\r\nC: d\r\n\r\nx"), "a=x;", NONE },
    { "an empty line inside", OCTETS(PART("\"a\"", "x\r\n\r\ny") END),          "a=x\r\n\r\ny;", NONE },
    { "line ends stay",       OCTETS(PART("\"a\"", "\r\nx\r\n") END),           "a=\r\nx\r\n;", NONE },
    { "nearly a delimiter",   OCTETS(PART("\"a\"", "x--b\n--b\r\n-b") END),     "a=x--b\n--b\r\n-b;", NONE },
    { "blanks behind one",    OCTETS("--b \t\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b--"),
                                                                                "a=x;", NONE },
    { "what comes after all", OCTETS(PART("\"a\"", "x") "--b--y\r\n" PART("\"c\"", "y")), "a=x;", NONE },
    { "a file",               OCTETS(FILE_PART("\"x.eml\"", "A: b") END),       "", OCTETS("A: b") },
    { "its octets",           OCTETS(FILE_PART("\"x\"", "\xff\0\r\n-b\n\r\n") END), "", OCTETS("\xff\0\r\n-b\n\r\n") },
    { "its name in no quotes", OCTETS(FILE_PART("x", "A") END),                 "", OCTETS("A") },
    { "its name is coded",    OCTETS(PART("\"f\"; filename*=UTF-8''x", "A") END), "", OCTETS("A") },
    { "its name holds a backslash", OCTETS(FILE_PART("\"C:\\x\\\"", "A") END),  "", OCTETS("A") },
    { "no file chosen",       OCTETS(FILE_PART("\"\"", "") PART("\"a\"", "x") END), "a=x;", NONE },
    { "field, file, field",   OCTETS(PART("a", "1") FILE_PART("x", "A") PART("b", "2") END), "a=1;b=2;", OCTETS("A") },
    { "a file and none",      OCTETS(FILE_PART("x", "A") FILE_PART("\"\"", "") END), "", OCTETS("A") },
    { "two files",            OCTETS(FILE_PART("x", "A") FILE_PART("y", "B") END), NULL, NONE },
    { "empty",                OCTETS(""),                                       NULL, NONE },
    { "a delimiter alone",    OCTETS("--b"),                                    NULL, NONE },
    { "and its line end",     OCTETS("--b\r\n"),                                NULL, NONE },
    { "another delimiter",    OCTETS("--c\r\n\r\nx\r\n--c--"),                  NULL, NONE },
    { "text before it",       OCTETS("x\r\n" PART("a", "x") END),               NULL, NONE },
    { "a longer one",         OCTETS("--bb\r\n\r\nx\r\n--bb--"),                NULL, NONE },
    { "a longer one inside",  OCTETS(PART("a", "x\r\n--bc") END),               NULL, NONE },
    { "no end",               OCTETS(PART("a", "x")),                           NULL, NONE },
    { "cut",                  OCTETS(PART("a", "x") "--b-"),                    NULL, NONE },
    { "LF alone",             OCTETS("--b\nContent-Disposition: form-data; name=a\n\nx\n--b--"), NULL, NONE },
    { "a part of nothing",    HEADER(""),                                       NULL, NONE },
    { "a header without end", HEADER("Content-Disposition: form-data; name=a"), NULL, NONE },
    { "a line that is none",  HEADER("nonsense\r\n\r\nx"),                      NULL, NONE },
    { "quotes without end",   HEADER("Content-Disposition: form-data; name=\"a\r\n\r\nx"), NULL, NONE },
    { "text behind quotes",   HEADER("Content-Disposition: form-data; name=\"a\"b\r\n\r\nx"), NULL, NONE },
    { "a parameter of no value", HEADER("Content-Disposition: form-data; name\r\n\r\nx"), NULL, NONE },
    { "NUL",                  OCTETS(PART("a", "x\0y") END),                    NULL, NONE },
    { "NUL in a name",        OCTETS(PART("\"a\0b\"", "x") END),                NULL, NONE },
    { "no UTF-8",             OCTETS(PART("a", "\xff") END),                    NULL, NONE },
    { "a name of no UTF-8",   OCTETS(PART("\"\xff\"", "x") END),                NULL, NONE },
};

static const struct { const char *label, *type, *want; } types[] = {
    { "plain",             "multipart/form-data; boundary=b",              "b" },
    { "as Chromium",       "multipart/form-data; boundary=----WebKitFormBoundary1a", "----WebKitFormBoundary1a" },
    { "in quotes",         "multipart/form-data; boundary=\"a b:c\"",      "a b:c" },
    { "behind another",    "multipart/form-data; charset=utf-8;BOUNDARY = b ; x=y", "b" },
    { "none",              "multipart/form-data",                          NULL },
    { "no value",          "multipart/form-data; boundary",                NULL },
    { "empty",             "multipart/form-data; boundary=",               NULL },
    { "empty quotes",      "multipart/form-data; boundary=\"\"",           NULL },
    { "one quote",         "multipart/form-data; boundary=\"b",            NULL },
    { "blank at its end",  "multipart/form-data; boundary=\"b \"",         NULL },
    { "line end",          "multipart/form-data; boundary=\"b\r\nc\"",     NULL },
    { "octet above 127",   "multipart/form-data; boundary=b\xC3\xA4",      NULL },
};
/* clang-format on */

static char *
flat(const struct form *form)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; form->pairs != NULL && i < form->pairs->len; i++) {
        const struct form_pair *pair = &g_array_index(form->pairs, struct form_pair, i);
        g_string_append_printf(out, "%s=%s;", pair->name, pair->value);
    }
    return g_string_free(out, FALSE);
}

static bool
read_whole(struct form *form, const GString *body, GError **error)
{
    struct span file;
    return form_read_parts(form, (struct span){ body->str, body->len }, span_of("b"), &file, error);
}

static void
test_parts(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct form form = { .pairs = NULL };
        struct span file;
        g_autoptr(GError) error = NULL;
        bool good = form_read_parts(&form, cases[i].body, span_of("b"), &file, &error);
        g_autofree char *got = flat(&form);
        form_clear(&form);
        if (good != (cases[i].want != NULL) || (good && strcmp(got, cases[i].want) != 0))
            fail_msg("%s: %s", cases[i].label, good ? got : error->message);
        if (!good && !g_error_matches(error, FAULT, FAULT_REJECT))
            fail_msg("%s: another error", cases[i].label);
        if (good && (file.len != cases[i].file.len ||
                     (file.len > 0 && memcmp(file.octets, cases[i].file.octets, file.len) != 0)))
            fail_msg("%s: another file, %zu octets", cases[i].label, file.len);
    }
}

/* Of a whole body, no beginning is one. */
static void
test_cut(void **state)
{
    static const char whole[] = PART("\"a\"", "x") FILE_PART("\"y\"", "A: b\r\n\r\nc") "--b--";
    (void)state;
    for (size_t len = 0; len < sizeof whole; len++) {
        struct form form = { .pairs = NULL };
        struct span file;
        bool good = form_read_parts(&form, (struct span){ whole, len }, span_of("b"), &file, NULL);
        form_clear(&form);
        if (good != (len == sizeof whole - 1))
            fail_msg("%zu octets", len);
    }
}

static void
test_boundaries(void **state)
{
    char longest[FORM_BOUNDARY_MAX + 2] = "";
    g_autofree char *field = NULL;
    struct span got;
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        bool good = form_boundary(span_of(types[i].type), &got);
        if (good != (types[i].want != NULL) || (good && !span_equals(got, types[i].want)))
            fail_msg("%s", types[i].label);
    }
    memset(longest, 'b', FORM_BOUNDARY_MAX);
    field = g_strconcat("a; boundary=", longest, NULL);
    assert_true(form_boundary(span_of(field), &got));
    g_free(field);
    field = g_strconcat("a; boundary=", longest, "b", NULL);
    assert_false(form_boundary(span_of(field), &got));
}

static void
test_limits(void **state)
{
    struct form form = { .pairs = NULL };
    g_autoptr(GString) many = g_string_new(NULL), header = g_string_new("--b\r\nX: ");
    (void)state;
    for (int i = 0; i < FORM_PAIRS_MAX; i++)
        g_string_append(many, PART("a", ""));
    g_string_append(many, END);
    assert_true(read_whole(&form, many, NULL));
    form_clear(&form);
    g_string_prepend(many, "--b\r\n\r\nx\r\n");
    assert_false(read_whole(&form, many, NULL));
    form_clear(&form);
    for (int i = 0; i < FORM_PART_HEADER_MAX - 7; i++)
        g_string_append_c(header, 'x');
    g_string_append(header, "\r\n\r\ny\r\n--b--");
    assert_true(read_whole(&form, header, NULL));
    form_clear(&form);
    g_string_insert(header, 9, "x");
    assert_false(read_whole(&form, header, NULL));
    form_clear(&form);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_boundaries),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
