/* SPDX-License-Identifier: Apache-2.0 */
#include "http/map_view.h"

#include "http/site_parts.h"
#include "render/figure.h"
#include "render/graph.h"
#include "render/world_map.h"

static json_t *
networks_view(const struct visit *visit, const struct map *map, const char *more)
{
    json_t *list = json_array();
    for (size_t i = 0; i < map->network_count; i++) {
        const struct map_network *network = &map->networks[i];
        g_autoptr(GString) share = g_string_new(NULL);
        g_autoptr(GString) count = g_string_new(NULL);
        g_autoptr(GString) svg = g_string_new(NULL);
        g_autofree char *href = g_strdup_printf("/email?asn=%u%s", network->asn, more);
        figure_append_share(share, (guint64)network->total, (guint64)(map->total + map->unknown));
        figure_append_count(count, (guint64)network->total);
        graph_share(svg, (guint64)network->total, (guint64)map->networks[0].total);
        json_t *one =
            json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s}", "asn", (json_int_t)network->asn,
                      "name", network->name != NULL ? network->name : "", "cc",
                      network->country_code != NULL ? network->country_code : "", "count",
                      count->str, "share", share->str, "svg", svg->str, "href", href);
        json_object_set_new(
            one, "abuse",
            json_string(network->abuse != NULL && visit_is_analyst(visit) ? network->abuse : ""));
        json_array_append_new(list, one);
    }
    return list;
}

json_t *
map_view(const struct visit *visit, const struct map *map, bool reported, const char *query)
{
    g_autofree struct country_count *counts = g_new0(struct country_count, map->country_count + 1);
    g_autofree char *more = g_strdup_printf("%s%s%s", reported ? "&reported=1" : "",
                                            query[0] != '\0' ? "&" : "", query);
    g_autofree char *prefix = g_strdup_printf(
        "/email?%s%s&country=", more[0] == '&' ? more + 1 : more, more[0] == '\0' ? "all=1" : "");
    g_autofree char *unknown_href = g_strconcat(prefix, "ZZ", NULL);
    g_autoptr(GString) svg = g_string_new(NULL);
    g_autoptr(GString) total = g_string_new(NULL);
    g_autoptr(GString) unknown = g_string_new(NULL);
    guint64 elsewhere;
    for (size_t i = 0; i < map->country_count; i++)
        counts[i] = (struct country_count){ map->countries[i].country_code,
                                            (guint64)map->countries[i].total };
    elsewhere = world_map_svg(
        svg, visit->site->world,
        &(struct heat_map){ .label = reported ? "Reported mails by country" : "Mails by country",
                            .empty =
                                reported ? "No reported mail in this time" : "No mail in this time",
                            .href_prefix = prefix,
                            .counts = counts,
                            .count = map->country_count });
    figure_append_count(total, (guint64)map->total);
    if (elsewhere + (guint64)map->unknown > 0)
        figure_append_count(unknown, elsewhere + (guint64)map->unknown);
    return json_pack("{s:s, s:o, s:s, s:s, s:o, s:s}", "svg", svg->str, "legend",
                     world_map_legend(), "unknown", unknown->str, "unknown_href", unknown_href,
                     "networks", networks_view(visit, map, more), "total", total->str);
}

json_t *
map_view_json(const struct visit *visit, const struct map *map)
{
    json_t *countries = json_array(), *asns = json_array();
    for (size_t i = 0; i < map->country_count; i++)
        json_array_append_new(countries,
                              json_pack("{s:s, s:I}", "countryCode", map->countries[i].country_code,
                                        "total", (json_int_t)map->countries[i].total));
    for (size_t i = 0; i < map->network_count; i++) {
        const struct map_network *network = &map->networks[i];
        json_array_append_new(asns,
                              json_pack("{s:I, s:s?, s:s?, s:I, s:s?}", "asn",
                                        (json_int_t)network->asn, "name", network->name, "country",
                                        network->country_code, "total", (json_int_t)network->total,
                                        "abuse", visit_is_analyst(visit) ? network->abuse : NULL));
    }
    return json_pack("{s:I, s:o, s:o}", "total", (json_int_t)map->total, "countries", countries,
                     "asns", asns);
}
