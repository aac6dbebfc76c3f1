/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "http/time_view.h"
#include "test.h"

static void
expect(const char *label, json_t *view, const char *text, const char *iso)
{
    const char *got = json_string_value(json_object_get(view, "text"));
    const char *got_iso = json_string_value(json_object_get(view, "iso"));
    if (g_strcmp0(got, text) != 0 || g_strcmp0(got_iso, iso) != 0)
        fail_msg("%s: \"%s\" \"%s\"", label, got, got_iso);
    json_decref(view);
}

static void
test_one_format_for_all(void **state)
{
    (void)state;
    expect("seconds", time_view(1768480496), "2026-01-15 12:34", "2026-01-15T12:34:56Z");
    expect("not known", time_view(CLOCK_UNKNOWN), NULL, NULL);
    expect("of SQL", time_view_sql("2026-01-15 12:34:56"), "2026-01-15 12:34",
           "2026-01-15T12:34:56Z");
    expect("with a fraction", time_view_sql("2026-01-15 12:34:56.789"), "2026-01-15 12:34",
           "2026-01-15T12:34:56Z");
    expect("empty", time_view_sql(""), NULL, NULL);
    expect("NULL", time_view_sql(NULL), NULL, NULL);
    expect("a date alone", time_view_sql("2026-01-15"), NULL, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_one_format_for_all) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
