/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/clock.h"
#include "render/graph.h"
#include "test.h"

#define HOUR 3600
#define DAY 86400
#define MIDNIGHT 1795305600LL /* 2026-11-22, a Sunday */

static const struct graph_series types[] = { { "Normal", "s-normal" }, { "Bounce", "s-bounce" } };

/* clang-format off */
static const struct { enum graph_step step; int64_t start; const char *want; } labels[] = {
    { GRAPH_HOURS, MIDNIGHT,            "11/22 00" },
    { GRAPH_HOURS, MIDNIGHT + 23 * HOUR, "11/22 23" },
    { GRAPH_DAYS,  MIDNIGHT,            "2026/11/22 Sun" },
    { GRAPH_DAYS,  MIDNIGHT - DAY,      "2026/11/21 Sat" },
    { GRAPH_DAYS,  0,                   "1970/01/01 Thu" },
    { GRAPH_DAYS,  1709164800,          "2024/02/29 Thu" },
    { GRAPH_DAYS,  CLOCK_UNKNOWN,       "" },
    { GRAPH_DAYS,  CLOCK_MAX + 1,       "" },
    { GRAPH_DAYS,  -1,                  "" },
};
/* clang-format on */

static void
test_labels_of_the_original(void **state)
{
    char out[GRAPH_LABEL_MAX];
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++)
        assert_string_equal(graph_time_label(labels[i].step, labels[i].start, out), labels[i].want);
}

static void
demand(const GString *svg, const char *part)
{
    if (strstr(svg->str, part) == NULL)
        fail_msg("no %s in %s", part, svg->str);
}

static size_t
count_of(const GString *svg, const char *part)
{
    size_t count = 0;
    for (const char *at = svg->str; (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

static void
test_bars_are_stacked_linked_and_told(void **state)
{
    const struct graph_bar bars[] = {
        { MIDNIGHT, { 30, 10 }, "/email?a=1&b=2" },
        { MIDNIGHT + HOUR, { 0, 40 }, NULL },
    };
    const struct graph graph = { "Mail \"by\" type", "none", GRAPH_HOURS, types, 2, bars, 2 };
    g_autoptr(GString) svg = g_string_new(NULL);
    (void)state;
    graph_svg(svg, &graph);
    demand(svg, "role=\"group\" aria-label=\"Mail &quot;by&quot; type\"");
    demand(svg, "<a tabindex=\"-1\" href=\"/email?a=1&amp;b=2\">");
    demand(svg, "<title>11/22 00: 30 Normal, 10 Bounce</title>");
    demand(svg, "<title>11/22 01: 0 Normal, 40 Bounce</title>");
    /* 166 pixels are 40 mails: 30 are 124.5 high, 10 above them 41.5. */
    demand(svg, "<rect class=\"s-normal\" x=\"0%\" width=\"50%\" y=\"49.5\" height=\"124.5\"/>");
    demand(svg, "<rect class=\"s-bounce\" x=\"0%\" width=\"50%\" y=\"8\" height=\"41.5\"/>");
    demand(svg, "<rect class=\"s-bounce\" x=\"50%\" width=\"50%\" y=\"8\" height=\"166\"/>");
    assert_int_equal(count_of(svg, "class=\"s-normal\""), 1);
    assert_int_equal(count_of(svg, "class=\"gridline\""), 4);
    assert_int_equal(count_of(svg, "</a>"), 1);
    assert_null(strstr(svg->str, "style"));
}

static void
test_nothing_is_a_picture_that_says_so(void **state)
{
    const struct graph_bar zeros[] = { { MIDNIGHT, { 0, 0 }, NULL } };
    struct graph graph = { "Mail", "No <mail>", GRAPH_DAYS, types, 2, NULL, 0 };
    g_autoptr(GString) svg = g_string_new(NULL);
    (void)state;
    graph_svg(svg, &graph);
    demand(svg, ">No &lt;mail&gt;</text>");
    demand(svg, "role=\"img\"");
    g_string_truncate(svg, 0);
    graph.bars = zeros;
    graph.bar_count = 1;
    graph_svg(svg, &graph);
    demand(svg, ">No &lt;mail&gt;</text>");
}

static void
test_too_many_bars_leave_out_the_oldest(void **state)
{
    g_autofree struct graph_bar *bars = g_new0(struct graph_bar, GRAPH_BARS_MAX + 5);
    const struct graph graph = { "Mail", "none", GRAPH_HOURS, types, 2, bars, GRAPH_BARS_MAX + 5 };
    g_autoptr(GString) svg = g_string_new(NULL);
    (void)state;
    for (size_t i = 0; i < GRAPH_BARS_MAX + 5; i++)
        bars[i] = (struct graph_bar){ MIDNIGHT + (int64_t)i * HOUR, { i < 5 ? 999 : 1, 0 }, NULL };
    graph_svg(svg, &graph);
    assert_int_equal(count_of(svg, "<g class=\"bar\">"), GRAPH_BARS_MAX);
    assert_null(strstr(svg->str, "999"));
}

static void
test_days_names_stand_apart(void **state)
{
    static const struct {
        const char *label;
        unsigned from, hours;
        bool named, tight;
    } cases[] = {
        { "a whole day", 0, 72, true, false },
        { "most of a day", 9, 72, true, false },
        { "half a day", 12, 72, true, true },
        { "eight hours", 16, 72, true, true },
        { "seven hours, then another day", 17, 72, false, false },
        { "one hour", 23, 72, false, false },
        { "seven hours, and the next day has no name", 17, 9, true, true },
        { "an hour alone", 23, 1, false, false },
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct graph_bar bars[72];
        const struct graph graph = { "Mail", "none", GRAPH_HOURS, types, 2, bars, cases[i].hours };
        g_autoptr(GString) svg = g_string_new(NULL);
        for (unsigned k = 0; k < cases[i].hours; k++)
            bars[k] = (struct graph_bar){ MIDNIGHT + (cases[i].from + k) * HOUR, { 1, 0 }, NULL };
        graph_svg(svg, &graph);
        print_message("%s\n", cases[i].label);
        assert_int_equal(strstr(svg->str, ">Sun 22 Nov</text>") != NULL, cases[i].named);
        assert_int_equal(strstr(svg->str, "<text class=\"axis-day tight\" x=\"0%\"") != NULL,
                         cases[i].tight);
    }
}

static void
test_table_has_the_same_figures(void **state)
{
    const struct graph_bar bars[] = {
        { MIDNIGHT - DAY, { 1000, 2 }, "/a" },
        { MIDNIGHT, { 500, 0 }, NULL },
    };
    const struct graph graph = { "Mail", "none", GRAPH_DAYS, types, 2, bars, 2 };
    json_t *table = graph_table(&graph);
    char *text = json_dumps(table, JSON_COMPACT | JSON_SORT_KEYS);
    (void)state;
    assert_string_equal(text,
                        "{\"label\":\"Mail\",\"rows\":["
                        "{\"cells\":[500,0],\"href\":null,\"iso\":\"2026-11-22T00:00:00Z\","
                        "\"label\":\"2026/11/22 Sun\",\"total\":500},"
                        "{\"cells\":[1000,2],\"href\":\"/a\",\"iso\":\"2026-11-21T00:00:00Z\","
                        "\"label\":\"2026/11/21 Sat\",\"total\":1002}],\"totals\":["
                        "{\"class\":\"s-normal\",\"name\":\"Normal\",\"total\":\"1,500\"},"
                        "{\"class\":\"s-bounce\",\"name\":\"Bounce\",\"total\":\"2\"}]}");
    free(text);
    json_decref(table);
}

static void
test_sparks_and_shares(void **state)
{
    const guint64 values[] = { 0, 10, 5 };
    g_autoptr(GString) svg = g_string_new(NULL);
    (void)state;
    graph_spark(svg, "a<b", values, 3);
    demand(svg, "aria-label=\"a&lt;b\"");
    demand(svg, "d=\"M0 29L50 1L100 15\"");
    g_string_truncate(svg, 0);
    graph_spark(svg, "none", NULL, 0);
    assert_null(strstr(svg->str, "<path"));
    g_string_truncate(svg, 0);
    graph_spark(svg, "one", values, 1);
    demand(svg, "d=\"M50 29\"");
    g_string_truncate(svg, 0);
    graph_share(svg, 1, 8);
    graph_share(svg, 9, 8);
    graph_share(svg, 1, 0);
    demand(svg, "width=\"12.5%\"");
    demand(svg, "width=\"100%\"");
    demand(svg, "width=\"0%\"");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels_of_the_original),
        cmocka_unit_test(test_bars_are_stacked_linked_and_told),
        cmocka_unit_test(test_nothing_is_a_picture_that_says_so),
        cmocka_unit_test(test_too_many_bars_leave_out_the_oldest),
        cmocka_unit_test(test_days_names_stand_apart),
        cmocka_unit_test(test_table_has_the_same_figures),
        cmocka_unit_test(test_sparks_and_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
