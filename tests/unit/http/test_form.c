/* SPDX-License-Identifier: Apache-2.0 */
#include "http/form.h"
#include "test.h"

#define OCTETS(text)                                                                               \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

/* clang-format off */
static const struct { const char *label; struct span octets; const char *want; } forms[] = {
    { "empty",              OCTETS(""),                     "" },
    { "one",                OCTETS("a=b"),                  "a=b;" },
    { "two",                OCTETS("a=b&c=d"),              "a=b;c=d;" },
    { "no value",           OCTETS("a"),                    "a=;" },
    { "empty value",        OCTETS("a="),                   "a=;" },
    { "empty pieces",       OCTETS("&&a=b&&"),              "a=b;" },
    { "second equals sign", OCTETS("a=b=c"),                "a=b=c;" },
    { "plus and percent",   OCTETS("a+b=c%20d%2B"),         "a b=c d+;" },
    { "ampersand inside",   OCTETS("a=%26%3d"),             "a=&=;" },
    { "UTF-8",              OCTETS("a=%C3%A4"),             "a=\xC3\xA4;" },
    { "the same twice",     OCTETS("a=1&a=2"),              "a=1;a=2;" },
    { "percent alone",      OCTETS("a=%"),                  NULL },
    { "one digit",          OCTETS("a=%4"),                 NULL },
    { "no digits",          OCTETS("a=%zz"),                NULL },
    { "NUL coded",          OCTETS("a=%00"),                NULL },
    { "NUL",                OCTETS("a=\0"),                 NULL },
    { "no UTF-8",           OCTETS("a=%ff"),                NULL },
    { "UTF-8 cut",          OCTETS("a=%C3"),                NULL },
    { "over two fields",    OCTETS("a%C3=%A4"),             NULL },
};

static const struct { const char *label; struct span field; const char *want; } cookies[] = {
    { "one",                OCTETS("a=b"),                  "a=b;" },
    { "two, blanks",        OCTETS(" a=b ;  c = d"),        "a=b;c =d;" },
    { "nothing is decoded", OCTETS("a=%41+"),               "a=%41+;" },
    { "odd ones left out",  OCTETS("a; =b; c=d"),           "c=d;" },
    { "no UTF-8",           OCTETS("a=\xff; b=c"),          "b=c;" },
};

static const struct { const char *label; struct span path; const char *want; } paths[] = {
    { "plus stays",         OCTETS("/a+b"),                 "/a+b" },
    { "slash coded",        OCTETS("/a%2Fb"),               "/a/b" },
    { "NUL",                OCTETS("/%00"),                 NULL },
    { "no UTF-8",           OCTETS("/%80"),                 NULL },
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

static void
test_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        struct form form = { .pairs = NULL };
        g_autoptr(GError) error = NULL;
        bool good = form_read(&form, forms[i].octets, &error);
        g_autofree char *got = flat(&form);
        form_clear(&form);
        if (good != (forms[i].want != NULL) || (good && strcmp(got, forms[i].want) != 0))
            fail_msg("%s: %s", forms[i].label, good ? got : error->message);
    }
}

static void
test_cookies(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cookies); i++) {
        struct form form = { .pairs = NULL };
        bool good = form_read_cookies(&form, cookies[i].field, NULL);
        g_autofree char *got = flat(&form);
        form_clear(&form);
        if (!good || strcmp(got, cookies[i].want) != 0)
            fail_msg("%s: %s", cookies[i].label, got);
    }
}

static void
test_paths(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autofree char *got = form_decode_path(paths[i].path, NULL);
        if (g_strcmp0(got, paths[i].want) != 0)
            fail_msg("%s: %s", paths[i].label, got);
    }
}

static void
test_too_many(void **state)
{
    g_autoptr(GString) many = g_string_new(NULL);
    struct form form = { .pairs = NULL };
    g_autoptr(GError) error = NULL;
    (void)state;
    for (int i = 0; i < FORM_PAIRS_MAX; i++)
        g_string_append(many, "a&");
    assert_true(form_read(&form, (struct span){ many->str, many->len }, NULL));
    form_clear(&form);
    g_string_append(many, "b");
    assert_false(form_read(&form, (struct span){ many->str, many->len }, &error));
    assert_non_null(error);
    form_clear(&form);
}

static void
test_get(void **state)
{
    struct form form = { .pairs = NULL };
    (void)state;
    assert_null(form_get(&form, "a"));
    assert_true(form_read(&form, span_of("a=1&b=&a=2"), NULL));
    assert_string_equal(form_get(&form, "a"), "1");
    assert_string_equal(form_get(&form, "b"), "");
    assert_null(form_get(&form, "c"));
    form_clear(&form);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms), cmocka_unit_test(test_cookies),
        cmocka_unit_test(test_paths), cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_get),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
