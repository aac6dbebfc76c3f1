/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/fault.h"
#include "render/template.h"
#include "test.h"

static const char *const raw_names[] = { "svg", "page.body", NULL };

/* clang-format off */
static const struct { const char *label, *text, *view, *want; } cases[] = {
    { "text alone",            "a <b> & 'c'\n",               "{}",                  "a <b> & 'c'\n" },
    { "escaped by default",    "{{a}}",                       "{\"a\":\"<&>\\\"'\"}", "&lt;&amp;&gt;&quot;&#39;" },
    { "hidden characters",     "{{a}}",                       "{\"a\":\"x\\u202Ey\"}", "x\xE2\x9F\xA6U+202E\xE2\x9F\xA7y" },
    { "raw name",              "{{{svg}}}{{&svg}}",           "{\"svg\":\"<g>\"}",   "<g><g>" },
    { "part of a URL",         "?a={{@a}}&amp;b={{@b}}{{#l}}{{@.}}{{/l}}", "{\"a\":\"a+b&<\\u00e4\",\"b\":3,\"l\":[\"/\"]}", "?a=a%2Bb%26%3C%C3%A4&amp;b=3%2F" },
    { "raw dotted name",       "{{{page.body}}}",             "{\"page\":{\"body\":\"<b>\"}}", "<b>" },
    { "integer, real",         "{{a}} {{b}} {{c}}",           "{\"a\":-5,\"b\":0.1,\"c\":1e300}", "-5 0.1 1e+300" },
    { "true, false, null",     "{{a}}{{b}}{{c}}",             "{\"a\":true,\"b\":false,\"c\":null}", "truefalse" },
    { "an object has no text", "[{{a}}{{b}}]",                "{\"a\":{\"x\":1},\"b\":[1]}", "[]" },
    { "section of an object",  "{{#a}}{{x}}{{y}}{{/a}}",      "{\"a\":{\"x\":1},\"y\":2}", "12" },
    { "inner name wins",       "{{#a}}{{x}}{{/a}}{{x}}",      "{\"a\":{\"x\":1},\"x\":2}", "12" },
    { "empty string is false", "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":\"\"}",        "no" },
    { "zero is true",          "{{#a}}{{a}}{{/a}}",           "{\"a\":0}",           "0" },
    { "string as scope",       "{{#a}}({{.}}){{/a}}",         "{\"a\":\"x\"}",       "(x)" },
    { "list",                  "{{#a}}{{.}},{{/a}}",          "{\"a\":[1,\"b\",2.5]}", "1,b,2.5," },
    { "list in list",          "{{#a}}{{#.}}{{.}}{{/.}};{{/a}}", "{\"a\":[[1,2],[3]]}", "12;3;" },
    { "empty list",            "{{#a}}x{{/a}}{{^a}}none{{/a}}", "{\"a\":[]}",          "none" },
    { "list of empty lists",   "{{#a}}{{#.}}x{{/.}}{{/a}}.",  "{\"a\":[[],[]]}",     "." },
    { "null item hides none",  "{{#a}}{{b}}{{/a}}",           "{\"a\":[null,{}],\"b\":1}", "11" },
    { "dotted section",        "{{#a.b}}{{c}}{{/a.b}}",       "{\"a\":{\"b\":{\"c\":1}}}", "1" },
    { "dotted chain broken",   "{{#a}}[{{b.c}}]{{/a}}",       "{\"a\":{\"b\":{}},\"b\":{\"c\":1}}", "[]" },
    { "standalone lines go",   "a\n {{#x}} \nb\n{{/x}}\r\nc", "{\"x\":true}",        "a\nb\nc" },
    { "a comment line goes",   "a\n{{! b\n c }}\nd",          "{}",                  "a\nd" },
    { "two tags in a line",    "{{#x}}{{/x}}\na",             "{\"x\":true}",        "\na" },
    { "delimiters",            "{{=<% %>=}}<%a%>{{a}}<%={{ }}=%>{{a}}", "{\"a\":1}", "1{{a}}1" },
    { "delimiters and raw",    "{{=<% %>=}}<%{svg}%><%&svg%>", "{\"svg\":\"<\"}",     "<<" },
    { "partial",               "[{{>p}}]",                    "{\"a\":1}",           "[p1\n]" },
    { "partial, indented",     "x\n  {{>two}}\ny",            "{\"a\":\"1\\n2\"}",   "x\n  1\n2\n  -\ny" },
    { "indented twice",        " {{>outer}}\n",               "{\"a\":1}",           " o\n   1\n   -\n" },
    { "indented section",      " {{>each}}",                  "{\"l\":[1,2]}",       " 1\n 2\n" },
    { "partial recurses",      "{{>tree}}",                   "{\"n\":1,\"k\":[{\"n\":2,\"k\":[]},{\"n\":3,\"k\":[{\"n\":4,\"k\":[]}]}]}", "1(2()3(4()))" },
    { "partial of nothing",    "[{{>absent}}]",               "{}",                  "[]" },
    { "no view",               "[{{a}}{{#a}}x{{/a}}{{.}}]",   NULL,                  "[]" },
    { "lone brace",            "{ {{a}} } }}",                "{\"a\":1}",           "{ 1 } }}" },
};

static const struct { const char *label, *text, *want; } refused[] = {
    { "section open",        "a\n{{#b}}",                  "template main, line 2: a section without its end: b" },
    { "not open",            "a\n\n{{/b}}",                "template main, line 3: the end of a section that is not open: b" },
    { "crossed",             "{{#a}}\n{{#b}}\n{{/a}}",     "template main, line 3: the end of another section than the open one: a" },
    { "tag open",            "x\n{{a",                     "template main, line 2: a tag without its end: a" },
    { "triple not closed",   "{{{svg}}",                   "template main, line 1: a tag without its end: svg}}" },
    { "no name",             "{{ }}",                      "template main, line 1: a tag without a name" },
    { "no name, sigil",      "{{# }}",                     "template main, line 1: a tag without a name" },
    { "space in a name",     "{{a b}}",                    "template main, line 1: white space in a name: a b" },
    { "empty piece",         "{{a..b}}",                   "template main, line 1: a bad dotted name: a..b" },
    { "too many pieces",     "{{1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7}}", "template main, line 1: a bad dotted name: 1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7" },
    { "raw is not allowed",  "\n{{{subject}}}",            "template main, line 2: not a name that may be raw: subject" },
    { "nor with &",          "{{&subject}}",               "template main, line 1: not a name that may be raw: subject" },
    { "nor the item",        "{{{.}}}",                    "template main, line 1: not a name that may be raw: ." },
    { "nor another path",    "{{{x.svg}}}",                "template main, line 1: not a name that may be raw: x.svg" },
    { "one delimiter",       "{{=<%=}}",                   "template main, line 1: these are no two delimiters: <%" },
    { "three delimiters",    "{{=a b c=}}",                "template main, line 1: these are no two delimiters: a b c" },
    { "long delimiter",      "{{=123456789 b=}}",          "template main, line 1: these are no two delimiters: 123456789 b" },
};
/* clang-format on */

static struct template_set *
new_set(void)
{
    static const char *const partials[][2] = {
        { "p", "p{{a}}\n" },
        { "two", "{{a}}\n-\n" },
        { "outer", "o\n  {{>two}}\n" },
        { "each", "{{#l}}\n{{.}}\n{{/l}}\n" },
        { "tree", "{{n}}({{#k}}{{>tree}}{{/k}})" },
        { "endless", "{{>endless}}" },
    };
    struct template_set *set = template_set_new(raw_names);
    for (size_t i = 0; i < G_N_ELEMENTS(partials); i++)
        assert_true(template_set_add(set, partials[i][0], span_of(partials[i][1]), NULL));
    return set;
}

static void
test_renders(void **state)
{
    g_autoptr(TemplateSet) set = new_set();
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GString) out = g_string_new("before ");
        g_autoptr(GError) error = NULL;
        json_t *view = cases[i].view != NULL ? json_loads(cases[i].view, 0, NULL) : NULL;
        bool good = template_set_add(set, "main", span_of(cases[i].text), &error) &&
                    template_render(set, "main", view, out, &error);
        if (!good || strcmp(out->str + 7, cases[i].want) != 0)
            fail_msg("%s: got \"%s\" %s", cases[i].label, out->str, error ? error->message : "");
        json_decref(view);
    }
}

static void
test_refuses_with_name_and_line(void **state)
{
    g_autoptr(TemplateSet) set = new_set();
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(GError) error = NULL;
        if (template_set_add(set, "main", span_of(refused[i].text), &error))
            fail_msg("%s: taken", refused[i].label);
        if (!g_error_matches(error, FAULT, FAULT_OPERATOR) ||
            strcmp(error->message, refused[i].want) != 0)
            fail_msg("%s: got \"%s\"", refused[i].label, error->message);
        assert_false(template_set_has(set, "main"));
    }
}

static void
test_missing_partial_is_found_by_the_check(void **state)
{
    g_autoptr(TemplateSet) set = template_set_new(raw_names);
    g_autoptr(GError) error = NULL;
    (void)state;
    assert_true(template_set_add(set, "page", span_of("a\n\n{{>foot}}\n"), NULL));
    assert_false(template_set_check(set, &error));
    assert_string_equal(error->message, "template page, line 3: no partial foot");
    assert_true(template_set_add(set, "foot", span_of("x"), NULL));
    assert_true(template_set_check(set, NULL));
}

/* Sections inside each other, as deep as `depth`. */
static char *
nested(size_t depth)
{
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < depth; i++)
        g_string_append(text, "{{#a}}");
    g_string_append_c(text, 'x');
    for (size_t i = 0; i < depth; i++)
        g_string_append(text, "{{/a}}");
    return g_string_free(text, FALSE);
}

static void
test_depth_has_a_limit(void **state)
{
    g_autoptr(TemplateSet) set = new_set();
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *deep = nested(TEMPLATE_DEPTH_MAX - 1);
    g_autofree char *too_deep = nested(TEMPLATE_DEPTH_MAX + 1);
    g_autoptr(GError) error = NULL;
    json_t *view = json_pack("{s:b}", "a", 1);
    (void)state;
    assert_true(template_set_add(set, "main", span_of(deep), NULL));
    assert_true(template_render(set, "main", view, out, NULL));
    assert_string_equal(out->str, "x");
    assert_false(template_set_add(set, "main", span_of(too_deep), &error));
    assert_string_equal(error->message, "template main, line 1: sections too deep");
    g_clear_error(&error);
    assert_false(template_render(set, "endless", view, out, &error));
    assert_string_equal(error->message, "template endless, line 1: sections and partials too deep");
    assert_string_equal(out->str, "x");
    json_decref(view);
}

/* 30 partials that each include the next one twice would make 2^30 pieces. */
static void
test_work_has_a_limit(void **state)
{
    g_autoptr(TemplateSet) set = template_set_new(raw_names);
    g_autoptr(GString) out = g_string_new("kept");
    g_autoptr(GError) error = NULL;
    (void)state;
    for (int i = 0; i < 30; i++) {
        g_autofree char *name = g_strdup_printf("p%d", i);
        g_autofree char *text = g_strdup_printf("{{>p%d}}{{>p%d}}", i + 1, i + 1);
        assert_true(template_set_add(set, name, span_of(text), NULL));
    }
    assert_false(template_render(set, "p0", NULL, out, &error));
    assert_non_null(strstr(error->message, "the page becomes too large"));
    assert_string_equal(out->str, "kept");
}

static void
test_unknown_template_and_long_template(void **state)
{
    g_autoptr(TemplateSet) set = new_set();
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strnfill(TEMPLATE_OCTETS_MAX + 1, 'a');
    (void)state;
    assert_false(template_render(set, "none", NULL, out, &error));
    assert_string_equal(error->message, "template none: there is none");
    assert_false(template_set_add(set, "main", span_of(text), NULL));
    text[TEMPLATE_OCTETS_MAX] = '\0';
    assert_true(template_set_add(set, "main", span_of(text), NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_renders),
        cmocka_unit_test(test_refuses_with_name_and_line),
        cmocka_unit_test(test_missing_partial_is_found_by_the_check),
        cmocka_unit_test(test_depth_has_a_limit),
        cmocka_unit_test(test_work_has_a_limit),
        cmocka_unit_test(test_unknown_template_and_long_template),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
