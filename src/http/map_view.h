/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map_view - mails by country and network, as a picture and tables, or as JSON
 */
#pragma once

#include <jansson.h>

#include "http/visit.h"
#include "select/map.h"

/* {svg, legend, unknown, unknown_href, networks, total}; links lead to lists with `query`
 * ("days=7", "" for none) added. */
json_t *map_view(const struct visit *visit, const struct map *map, bool reported,
                 const char *query);
/* {"total","countries":[{countryCode,total}],"asns":[{asn,name,country,total,abuse}]} */
json_t *map_view_json(const struct visit *visit, const struct map *map);
