/* SPDX-License-Identifier: Apache-2.0 */
/* The six core modules of the mustache specification, where the sample folder has them. */
#include <stdlib.h>

#include "render/template.h"
#include "test.h"

static const char *const modules[] = { "comments", "delimiters", "interpolation",
                                       "inverted", "partials",   "sections" };

/* Returns false and prints why when one case of the specification fails. */
static bool
run_case(const json_t *one)
{
    g_autoptr(TemplateSet) set = template_set_new(NULL);
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    const char *want = json_string_value(json_object_get(one, "expected"));
    const char *name;
    json_t *text;
    bool good = template_set_add(
        set, "main", span_of(json_string_value(json_object_get(one, "template"))), &error);
    json_object_foreach(json_object_get(one, "partials"), name, text) good =
        good && template_set_add(set, name, span_of(json_string_value(text)), &error);
    good = good && template_render(set, "main", json_object_get(one, "data"), out, &error);
    if (good && strcmp(out->str, want) == 0)
        return true;
    print_error("%s: %s: want \"%s\", got \"%s\"\n",
                json_string_value(json_object_get(one, "name")), error ? error->message : "", want,
                out->str);
    return false;
}

static void
test_core_modules_of_the_specification(void **state)
{
    const char *corpus = g_getenv("LAFAYETTE_CORPUS");
    (void)state;
    if (corpus == NULL)
        skip();
    size_t bad = 0;
    size_t cases = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(modules); i++) {
        g_autofree char *path = g_strdup_printf("%s/mustache-spec/%s.json", corpus, modules[i]);
        json_t *module = json_load_file(path, 0, NULL);
        size_t index;
        json_t *one;
        assert_non_null(module);
        json_array_foreach(json_object_get(module, "tests"), index, one)
        {
            bad += !run_case(one);
            cases++;
        }
        json_decref(module);
    }
    assert_true(cases >= 130);
    assert_int_equal(bad, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_core_modules_of_the_specification),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
