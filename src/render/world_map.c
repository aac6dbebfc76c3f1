/* SPDX-License-Identifier: Apache-2.0 */
#include "render/world_map.h"

#include <stdint.h>

#include "base/fault.h"
#include "render/escape.h"
#include "render/figure.h"
#include "render/svg.h"

#define COUNTRIES_MAX 400
#define DOT_RADIUS 4.5

struct country {
    const char *code, *name, *path; /* borrowed from the JSON; path may be NULL */
    double x, y;                    /* of the dot */
    bool has_dot;
};

struct world_map {
    json_t *json;
    int width, height;
    const char *graticule;
    size_t count;
    struct country countries[COUNTRIES_MAX];
    GHashTable *by_code; /* code to struct country */
};

/* What goes into the page as it is must be nothing but a path. */
static bool
is_path(const char *path)
{
    return path == NULL || strspn(path, "Mlz0123456789 -") == strlen(path);
}

static bool
read_country(const json_t *json, struct country *country)
{
    const json_t *dot = json_object_get(json, "dot");
    country->code = json_string_value(json_object_get(json, "code"));
    country->name = json_string_value(json_object_get(json, "name"));
    country->path = json_string_value(json_object_get(json, "path"));
    country->has_dot = json_array_size(dot) == 2;
    country->x = json_number_value(json_array_get(dot, 0));
    country->y = json_number_value(json_array_get(dot, 1));
    return country->code != NULL && strlen(country->code) == 2 &&
           g_ascii_isalpha(country->code[0]) && g_ascii_isalpha(country->code[1]) &&
           country->name != NULL && is_path(country->path);
}

static bool
read_map(struct world_map *map)
{
    const json_t *countries = json_object_get(map->json, "countries");
    map->width = (int)json_integer_value(json_object_get(map->json, "width"));
    map->height = (int)json_integer_value(json_object_get(map->json, "height"));
    map->graticule = json_string_value(json_object_get(map->json, "graticule"));
    if (map->width <= 0 || map->height <= 0 || !is_path(map->graticule) ||
        json_array_size(countries) == 0 || json_array_size(countries) > COUNTRIES_MAX)
        return false;
    for (; map->count < json_array_size(countries); map->count++) {
        struct country *country = &map->countries[map->count];
        if (!read_country(json_array_get(countries, map->count), country))
            return false;
        g_hash_table_insert(map->by_code, (gpointer)(uintptr_t)country->code, country);
    }
    return true;
}

struct world_map *
world_map_parse(struct span octets, GError **error)
{
    g_autoptr(WorldMap) map = g_new0(struct world_map, 1);
    json_error_t why = { .line = 0 };
    map->by_code = g_hash_table_new(g_str_hash, g_str_equal);
    if (octets.len > 0 && octets.len <= WORLD_MAP_OCTETS_MAX)
        map->json = json_loadb(octets.octets, octets.len, JSON_REJECT_DUPLICATES, &why);
    if (map->json != NULL && read_map(map))
        return g_steal_pointer(&map);
    g_set_error(error, FAULT, FAULT_OPERATOR,
                "world map: not a map made by web/make/world_map.mjs%s%s",
                *why.text != '\0' ? ": " : "", why.text);
    return NULL;
}

void
world_map_free(struct world_map *map)
{
    if (map == NULL)
        return;
    g_hash_table_destroy(map->by_code);
    json_decref(map->json);
    g_free(map);
}

json_t *
world_map_legend(void)
{
    json_t *legend = json_array();
    for (int bin = 0; bin < FIGURE_BINS; bin++) {
        char class[] = { 'b', (char)('0' + bin), '\0' };
        json_array_append_new(
            legend, json_pack("{s:s,s:s}", "class", class, "label", figure_bin_label(bin)));
    }
    return legend;
}

/* Counts by country, in the order of the map; returns the sum of all, *unknown that of no
 * country. */
static guint64
sum_counts(const struct world_map *map, const struct heat_map *heat, guint64 *by_country,
           guint64 *unknown)
{
    guint64 total = 0;
    *unknown = 0;
    for (size_t i = 0; i < heat->count; i++) {
        const char *code = heat->counts[i].code;
        const struct country *country =
            code != NULL ? g_hash_table_lookup(map->by_code, code) : NULL;
        total += heat->counts[i].count;
        if (country != NULL)
            by_country[country - map->countries] += heat->counts[i].count;
        else
            *unknown += heat->counts[i].count;
    }
    return total;
}

static void
append_country_title(GString *out, const struct country *country, guint64 count, guint64 total)
{
    g_autoptr(GString) title = g_string_new(country->name);
    if (count > 0) {
        g_string_append_printf(title, " (%s): ", country->code);
        figure_append_count(title, count);
        g_string_append(title, ", ");
        figure_append_share(title, count, total);
    }
    svg_append_title(out, title->str);
}

/* The country as a whole (path) or its dot. */
static void
append_shape(GString *out, const struct country *country, bool dot, guint64 count, guint64 total)
{
    char class[] = { 'b', (char)('0' + MAX(figure_bin(count), 0)), '\0' };
    g_string_append_printf(out, "<%s class=\"%s\"", dot ? "circle" : "path",
                           count > 0 ? class : "land");
    if (dot) {
        svg_append_attribute(out, "cx", country->x);
        svg_append_attribute(out, "cy", country->y);
        svg_append_attribute(out, "r", DOT_RADIUS);
    } else {
        g_string_append_printf(out, " d=\"%s\"", country->path);
    }
    g_string_append_c(out, '>');
    append_country_title(out, country, count, total);
    g_string_append(out, dot ? "</circle>" : "</path>");
}

static void
append_country(GString *out, const struct country *country, const struct heat_map *heat,
               guint64 count, guint64 total)
{
    g_autofree char *href = heat->href_prefix != NULL && count > 0
                                ? g_strconcat(heat->href_prefix, country->code, NULL)
                                : NULL;
    bool linked = svg_open_link(out, href);
    if (country->path != NULL)
        append_shape(out, country, false, count, total);
    if (country->has_dot && count > 0)
        append_shape(out, country, true, count, total);
    if (linked)
        g_string_append(out, "</a>");
}

guint64
world_map_svg(GString *out, const struct world_map *map, const struct heat_map *heat)
{
    g_autofree guint64 *counts = g_new0(guint64, map->count);
    guint64 unknown = 0;
    guint64 total = sum_counts(map, heat, counts, &unknown);
    bool linked = heat->href_prefix != NULL && total > unknown;
    g_string_append_printf(out,
                           "<svg class=\"map\" viewBox=\"0 0 %d %d\" role=\"%s\" aria-label=\"",
                           map->width, map->height, linked ? "group" : "img");
    escape_append_html(out, span_of(heat->label));
    g_string_append_printf(out, "\"><path class=\"graticule\" d=\"%s\"/>",
                           map->graticule != NULL ? map->graticule : "");
    /* Those with mail come last, so that a neighbour's edge or a dot is never under empty land. */
    for (size_t i = 0; i < map->count; i++)
        if (counts[i] == 0)
            append_country(out, &map->countries[i], heat, 0, total);
    for (size_t i = 0; i < map->count; i++)
        if (counts[i] > 0)
            append_country(out, &map->countries[i], heat, counts[i], total);
    if (total == 0)
        svg_append_text(out, "nothing", map->width / 2.0, map->height / 2.0, heat->empty);
    g_string_append(out, "</svg>");
    return unknown;
}
