/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every part of a page once, through the real layout: what our own code makes has no inline style and no
 * script, and closes what it opens. $LAFAYETTE_GALLERY names a file to write the page to, for people and
 * tests/browser; the real world map is used where web/vendor/ has it.
 */
#include "render/defang.h"
#include "render/graph.h"
#include "render/hilbert.h"
#include "render/template.h"
#include "render/world_map.h"
#include "test.h"

#define HOUR 3600
#define DAY 86400
#define NOW (1795305600LL) /* 2026-11-22 00:00 UTC */

static const char *const raw_names[] = { "svg", NULL };
static const char *const templates[] = { "head", "foot", "mark", "graph", "map_legend" };
static const struct graph_series types[] = { { "Normal", "s-normal" },
                                             { "Bounce", "s-bounce" },
                                             { "Auto-replied", "s-auto-replied" } };
static const struct graph_series reported[] = { { "Reported", "s-reported" } };
static const char tiny_world[] =
    "{\"width\":100,\"height\":50,\"graticule\":\"M0 0l9 9\",\"countries\":["
    "{\"code\":\"DE\",\"name\":\"Germany\",\"path\":\"M9 9l5 0 0 5z\"},"
    "{\"code\":\"SG\",\"name\":\"Singapore\",\"dot\":[80,30]}]}";

static guint32 seed = 7;

static guint32
next_number(guint32 below)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
}

static json_t *
graph_view(const char *title, const struct graph *graph)
{
    g_autoptr(GString) svg = g_string_new(NULL);
    graph_svg(svg, graph);
    return json_pack("{s:s,s:s,s:o}", "title", title, "svg", svg->str, "table", graph_table(graph));
}

static json_t *
hours_view(void)
{
    struct graph_bar bars[94] = { 0 };
    const struct graph graph = { "Mail by type, last 72 hours",
                                 "No mail in this time",
                                 GRAPH_HOURS,
                                 types,
                                 3,
                                 bars,
                                 G_N_ELEMENTS(bars) };
    for (size_t i = 0; i < G_N_ELEMENTS(bars); i++) {
        guint32 day = i % 24 > 7 && i % 24 < 18 ? 30 : 8;
        bars[i] =
            (struct graph_bar){ NOW - 3 * DAY + (int64_t)i * HOUR,
                                { 12 + next_number(day), next_number(day / 3 + 2), next_number(6) },
                                "/email?since=2026-11-22" };
    }
    return graph_view("Mail by type, last 72 hours", &graph);
}

static json_t *
days_view(void)
{
    struct graph_bar bars[91] = { 0 };
    const struct graph graph = { "Reported mails, last 90 days",
                                 "Nothing was reported",
                                 GRAPH_DAYS,
                                 reported,
                                 1,
                                 bars,
                                 G_N_ELEMENTS(bars) };
    for (size_t i = 0; i < G_N_ELEMENTS(bars); i++)
        bars[i] = (struct graph_bar){ NOW - 90 * DAY + (int64_t)i * DAY,
                                      { next_number(160) + (i == 66 ? 320 : 20) },
                                      "/email?reported=1" };
    return graph_view("Reported, last 90 days", &graph);
}

static json_t *
empty_view(void)
{
    const struct graph graph = {
        "Reported mails", "Nothing was reported in these 90 days", GRAPH_DAYS, reported, 1, NULL, 0
    };
    return graph_view("Reported, nothing", &graph);
}

static struct world_map *
open_map(void)
{
    g_autofree char *text = NULL;
    gsize len = 0;
    if (g_file_get_contents("web/vendor/world.json", &text, &len, NULL))
        return world_map_parse((struct span){ text, len }, NULL);
    return world_map_parse(span_of(tiny_world), NULL);
}

static json_t *
map_view(size_t count)
{
    static const struct country_count counts[] = {
        { "US", 2820 }, { "DE", 1455 }, { "NL", 322 }, { "FR", 252 }, { "GB", 409 }, { "BR", 179 },
        { "IN", 157 },  { "CN", 140 },  { "VN", 127 }, { "RU", 116 }, { "SG", 44 },  { "MU", 12 },
        { "RE", 3 },    { "ZA", 70 },   { "AU", 31 },  { "CA", 64 },  { "NG", 35 },  { "EG", 9 },
        { "MX", 88 },   { "CL", 47 },   { "PK", 14 },  { "ID", 74 },  { "MT", 5 },   { "ZZ", 37 },
    };
    g_autoptr(WorldMap) map = open_map();
    g_autoptr(GString) svg = g_string_new(NULL);
    const struct heat_map heat = { "Mails by country", "No mail in this time",
                                   "/email?country=", counts, count };
    assert_non_null(map);
    guint64 unknown = world_map_svg(svg, map, &heat);
    assert_true(count == 0 ? unknown == 0 : unknown >= 37);
    return json_pack("{s:s,s:o,s:I,s:s}", "svg", svg->str, "legend", world_map_legend(), "unknown",
                     (json_int_t)unknown, "unknown_href", "/email?country=ZZ");
}

static json_t *
hilbert_view(void)
{
    struct hilbert_cell cells[220] = { 0 };
    g_autoptr(GString) svg = g_string_new(NULL);
    const struct hilbert hilbert = { "IPv4 sources", "/email?ip=", 12, cells, G_N_ELEMENTS(cells) };
    for (uint32_t i = 0; i < G_N_ELEMENTS(cells); i++) {
        uint32_t prefix = (i * 37 + next_number(5) * 16) % 3584;
        cells[i] = (struct hilbert_cell){ prefix, (guint64)next_number(40) * next_number(40) + 1 };
    }
    hilbert_svg(svg, &hilbert);
    return json_pack("{s:s}", "svg", svg->str);
}

static json_t *
networks_view(void)
{
    json_t *list = json_array();
    for (int i = 0; i < 14; i++) {
        g_autoptr(GString) svg = g_string_new(NULL);
        graph_share(svg, (guint64)(820 / (i + 1)), 820);
        json_array_append_new(list, json_pack("{s:i,s:s,s:s,s:i,s:s}", "asn", 64496 + i, "name",
                                              "Northgate Hosting", "cc", "US", "count",
                                              820 / (i + 1), "svg", svg->str));
    }
    return list;
}

static json_t *
mails_view(void)
{
    static const char *const subjects[] = { "Refund of 214.80 approved",
                                            "Your parcel is waiting: pay the 1.99 fee",
                                            "<script>alert(1)</script> & more",
                                            ("Invoice gpj.\xE2\x80\xAE"
                                             "exe") };
    json_t *list = json_array();
    for (int i = 0; i < 12; i++)
        json_array_append_new(
            list,
            json_pack("{s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b,s:b,s:s}", "id", 9038 - i, "class",
                      i == 3       ? "chosen"
                      : i % 5 == 1 ? "reported"
                      : i % 7 == 2 ? "delivered"
                                   : "",
                      "type", types[i % 3].name, "type_class", types[i % 3].class, "from",
                      "notice@parcel-track.example", "subject", subjects[i % 4], "ip",
                      "203.0.113.130", "cc", "RO", "time", "11/22 01:59", "reported", i % 5 == 1,
                      "chosen", i == 3, "list", i % 4 == 0 ? "Z" : ""));
    return list;
}

static json_t *
page_view(void)
{
    g_autoptr(GString) link = g_string_new(NULL);
    defang_append_url(link, span_of("https://secure-card.example/confirm?id=88213"));
    json_t *view = json_pack(
        "{s:s,s:s,s:s,s:s,s:{s:s,s:s,s:b},s:[{s:s,s:s,s:b},{s:s,s:s,s:s},{s:s,s:s}],s:{s:s}}",
        "title", "Gallery", "version", "0.1", "files", "1", "csrf", "x", "user", "name", "anna",
        "role", "analyst", "own", 1, "nav", "href", "/", "text", "Overview", "here", 1, "href",
        "/email", "text", "Mails", "count", "1,284", "href", "/url", "text", "URLs", "flash",
        "text", "3 emails have been reported to the abuse handle of each IP");
    json_object_set_new(view, "hours", hours_view());
    json_object_set_new(view, "days", days_view());
    json_object_set_new(view, "map", map_view(24));
    json_object_set_new(view, "empty", empty_view());
    json_object_set_new(view, "empty_map", map_view(0));
    json_object_set_new(view, "hilbert", hilbert_view());
    json_object_set_new(view, "networks", networks_view());
    json_object_set_new(view, "mails", mails_view());
    json_object_set_new(view, "link", json_string(link->str));
    json_object_set_new(view, "text", json_string("Go to <b>http://x.test</b> \xE2\x80\x8B!"));
    return view;
}

static void
add_template(struct template_set *set, const char *folder, const char *name)
{
    g_autofree char *path = g_strdup_printf("%s/%s.mustache", folder, name);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    gsize len = 0;
    if (!g_file_get_contents(path, &text, &len, &error) ||
        !template_set_add(set, name, (struct span){ text, len }, &error))
        fail_msg("%s: %s", path, error->message);
}

/* Walks the tags; void elements of HTML and XML's own empty ones close themselves. */
static void
assert_balanced(const char *html)
{
    static const char *const voids[] = { "meta", "link", "input", "br", "!doctype" };
    g_autoptr(GPtrArray) open = g_ptr_array_new_with_free_func(g_free);
    for (const char *at = html; (at = strchr(at, '<')) != NULL; at++) {
        bool closes = at[1] == '/';
        size_t len = strcspn(at + 1 + closes, " />\n");
        g_autofree char *name = g_strndup(at + 1 + closes, len);
        const char *end = strchr(at, '>');
        assert_non_null(end);
        if (closes) {
            const char *last = open->len > 0 ? g_ptr_array_index(open, open->len - 1) : "";
            if (strcmp(last, name) != 0)
                fail_msg("</%s> closes <%s>: %.60s", name, last, at);
            g_ptr_array_set_size(open, (gint)open->len - 1);
        } else if (end[-1] != '/') {
            bool is_void = false;
            for (size_t i = 0; i < G_N_ELEMENTS(voids); i++)
                is_void = is_void || strcmp(voids[i], name) == 0;
            if (!is_void)
                g_ptr_array_add(open, g_strdup(name));
        }
    }
    assert_int_equal(open->len, 0);
}

static void
test_gallery_is_sound(void **state)
{
    g_autoptr(TemplateSet) set = template_set_new(raw_names);
    g_autoptr(GString) page = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    const char *to = g_getenv("LAFAYETTE_GALLERY");
    json_t *view = page_view();
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(templates); i++)
        add_template(set, "templates", templates[i]);
    add_template(set, "tests/browser", "gallery");
    if (!template_set_check(set, &error) || !template_render(set, "gallery", view, page, &error))
        fail_msg("%s", error->message);
    json_decref(view);
    assert_null(strstr(page->str, " style="));
    assert_null(strstr(page->str, "<style"));
    assert_null(strstr(page->str, " onclick"));
    assert_null(strstr(page->str, "<script>"));
    assert_null(strstr(page->str, "nan"));
    assert_non_null(strstr(page->str, "&lt;script&gt;alert(1)"));
    assert_balanced(page->str);
    if (to != NULL)
        assert_true(g_file_set_contents(to, page->str, (gssize)page->len, NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gallery_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
