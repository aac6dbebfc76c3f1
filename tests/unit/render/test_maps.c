/* SPDX-License-Identifier: Apache-2.0 */
/* The world map and the map of IPv4. */
#include <stdlib.h>

#include "base/fault.h"
#include "render/hilbert.h"
#include "render/world_map.h"
#include "test.h"

#define WORLD(country)                                                                             \
    "{\"width\":100,\"height\":50,\"graticule\":\"M0 0l9 9\",\"countries\":[" country "]}"
#define GERMANY "{\"code\":\"DE\",\"name\":\"Germany\",\"path\":\"M9 9l5 0 0 5z\"}"

static const char world[] =
    WORLD(GERMANY ",{\"code\":\"AT\",\"name\":\"Austria\",\"path\":\"M1 1l2 2\",\"dot\":[1,2]},"
                  "{\"code\":\"SG\",\"name\":\"A <small> island\",\"dot\":[80,30]}");

/* clang-format off */
static const struct { const char *label, *text; } refused[] = {
    { "empty",              "" },
    { "no JSON",            "{" },
    { "no countries",       WORLD("") },
    { "no size",            "{\"countries\":[" GERMANY "]}" },
    { "a script for a path", WORLD("{\"code\":\"DE\",\"name\":\"x\",\"path\":\"\\\"><script>\"}") },
    { "a script for a grid", "{\"width\":1,\"height\":1,\"graticule\":\"<\",\"countries\":[" GERMANY "]}" },
    { "a long code",        WORLD("{\"code\":\"DEU\",\"name\":\"x\"}") },
    { "a code of quotes",   WORLD("{\"code\":\"\\\"\\\"\",\"name\":\"x\"}") },
    { "no name",            WORLD("{\"code\":\"DE\"}") },
};

static const struct { uint32_t side, index, x, y; } places[] = {
    { 16, 0, 0, 0 },   { 16, 1, 1, 0 },   { 16, 2, 1, 1 },    { 16, 3, 0, 1 },  { 16, 14, 2, 0 }, { 16, 15, 3, 0 },
    { 16, 16, 4, 0 },  { 16, 85, 0, 15 }, { 16, 170, 15, 15 }, { 16, 255, 15, 0 },
    { 2, 1, 0, 1 },    { 32, 4, 2, 0 },   { 64, 16, 4, 0 },   { 64, 4095, 63, 0 },
};
/* clang-format on */

static void
demand(const GString *svg, const char *part)
{
    if (strstr(svg->str, part) == NULL)
        fail_msg("no %s in %s", part, svg->str);
}

static void
test_what_is_no_map_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(GError) error = NULL;
        if (world_map_parse(span_of(refused[i].text), &error) != NULL)
            fail_msg("%s: taken", refused[i].label);
        assert_true(g_error_matches(error, FAULT, FAULT_OPERATOR));
    }
}

static void
test_countries_are_coloured_linked_and_told(void **state)
{
    const struct country_count counts[] = {
        { "DE", 99 }, { "SG", 1 }, { "ZZ", 5 }, { NULL, 2 }, { "DE", 1 }, { "EU", 3 },
    };
    const struct heat_map heat = { "Mails by country", "none", "/email?country=", counts, 6 };
    g_autoptr(WorldMap) map = world_map_parse(span_of(world), NULL);
    g_autoptr(GString) svg = g_string_new(NULL);
    (void)state;
    assert_int_equal(world_map_svg(svg, map, &heat), 10);
    demand(svg, "viewBox=\"0 0 100 50\" role=\"group\" aria-label=\"Mails by country\"");
    demand(svg, "href=\"/email?country=DE\"><path class=\"b3\" d=\"M9 9l5 0 0 5z\">"
                "<title>Germany (DE): 100, 90.1 %</title></path></a>");
    demand(svg, "<circle class=\"b0\" cx=\"80\" cy=\"30\" r=\"4.5\">"
                "<title>A &lt;small&gt; island (SG): 1, 0.9 %</title></circle>");
    demand(svg, "<path class=\"land\" d=\"M1 1l2 2\"><title>Austria</title></path>");
    assert_null(strstr(svg->str, "cx=\"1\""));
    assert_null(strstr(svg->str, "none"));
}

static void
test_an_empty_map_says_so(void **state)
{
    const struct heat_map heat = { "Mails", "No <mail>", "/email?country=", NULL, 0 };
    g_autoptr(WorldMap) map = world_map_parse(span_of(world), NULL);
    g_autoptr(GString) svg = g_string_new(NULL);
    (void)state;
    assert_int_equal(world_map_svg(svg, map, &heat), 0);
    demand(svg, ">No &lt;mail&gt;</text>");
    demand(svg, "role=\"img\"");
    assert_null(strstr(svg->str, "<a "));
}

static void
test_legend(void **state)
{
    json_t *legend = world_map_legend();
    (void)state;
    assert_int_equal(json_array_size(legend), 6);
    assert_string_equal(json_string_value(json_object_get(json_array_get(legend, 5), "class")),
                        "b5");
    json_decref(legend);
}

/* What web/make/world_map.mjs made, where `make vendor` ran: the traps of ui.md. */
static void
test_the_real_map_has_every_country(void **state)
{
    static const char *const codes[] = { "XK", "SG", "HK", "MT", "GP", "RE", "YT",
                                         "GF", "MQ", "SJ", "AU", "CY", "SO" };
    g_autofree char *text = NULL;
    gsize len = 0;
    (void)state;
    if (!g_file_get_contents("web/vendor/world.json", &text, &len, NULL))
        skip();
    g_autoptr(WorldMap) map = world_map_parse((struct span){ text, len }, NULL);
    assert_non_null(map);
    const struct country_count antarctica = { "AQ", 7 };
    const struct heat_map south = { "Mails", "none", NULL, &antarctica, 1 };
    g_autoptr(GString) empty = g_string_new(NULL);
    assert_int_equal(world_map_svg(empty, map, &south), 7);
    demand(empty, "<title>Australia</title>");
    for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
        const struct country_count count = { codes[i], 7 };
        const struct heat_map heat = { "Mails", "none", NULL, &count, 1 };
        g_autoptr(GString) svg = g_string_new(NULL);
        if (world_map_svg(svg, map, &heat) != 0 || strstr(svg->str, "class=\"b0\"") == NULL)
            fail_msg("%s is not drawn", codes[i]);
    }
}

static void
test_places_on_the_curve(void **state)
{
    uint32_t x = 0;
    uint32_t y = 0;
    uint32_t last_x = 0;
    uint32_t last_y = 0;
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        hilbert_place(places[i].side, places[i].index, &x, &y);
        if (x != places[i].x || y != places[i].y)
            fail_msg("%u of %u: at %u, %u", places[i].index, places[i].side, x, y);
    }
    for (uint32_t index = 1; index < 64 * 64; index++) {
        hilbert_place(64, index, &x, &y);
        assert_int_equal(abs((int)x - (int)last_x) + abs((int)y - (int)last_y), 1);
        last_x = x;
        last_y = y;
    }
}

static void
test_prefixes_are_where_they_belong(void **state)
{
    const struct hilbert_cell cells[] = { { 0xC00, 40 }, { 0xFFF, 1 }, { 0x1000, 9 }, { 5, 0 } };
    struct hilbert hilbert = { "IPv4", "/email?ip=", 12, cells, 4 };
    g_autoptr(GString) svg = g_string_new(NULL);
    (void)state;
    hilbert_svg(svg, &hilbert);
    /* 192/8 is the square at 15, 8: 16 units each; its first /12 is in its upper or lower corner. */
    demand(svg, "href=\"/email?ip=192.0.0.0%2F12\"><rect class=\"b2\"");
    demand(svg, "<title>192.0.0.0/12: 40</title>");
    demand(svg, "x=\"252\" y=\"0\" width=\"4\" height=\"4\"><title>255.240.0.0/12: 1</title>");
    assert_null(strstr(svg->str, ": 9<"));
    assert_null(strstr(svg->str, ": 0<"));
    hilbert.bits = 9;
    hilbert.href_prefix = NULL;
    hilbert.count = 1;
    g_string_truncate(svg, 0);
    hilbert_svg(svg, &hilbert);
    assert_null(strstr(svg->str, "<a "));
    demand(svg, "role=\"img\"");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_no_map_is_refused),
        cmocka_unit_test(test_countries_are_coloured_linked_and_told),
        cmocka_unit_test(test_an_empty_map_says_so),
        cmocka_unit_test(test_legend),
        cmocka_unit_test(test_the_real_map_has_every_country),
        cmocka_unit_test(test_places_on_the_curve),
        cmocka_unit_test(test_prefixes_are_where_they_belong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
