/* SPDX-License-Identifier: Apache-2.0 */
#include "http/list_export.h"

#include <string.h>

#include "http/page.h"
#include "render/csv.h"

static void
put_cell(struct csv *csv, const json_t *value)
{
    if (json_is_integer(value))
        csv_number(csv, json_integer_value(value));
    else if (json_is_string(value))
        csv_text(csv, json_string_value(value));
    else
        csv_empty(csv);
}

static void
reply_csv(struct visit *visit, const char *name, const json_t *rows, const char *const *columns)
{
    g_autofree char *file = g_strdup_printf("attachment; filename=\"%s.csv\"", name);
    struct csv csv = { .out = g_string_new(NULL) };
    size_t i;
    json_t *row;
    csv_header(&csv, columns);
    json_array_foreach(rows, i, row)
    {
        for (const char *const *column = columns; *column != NULL; column++)
            put_cell(&csv, json_object_get(row, *column));
        csv_end_row(&csv);
    }
    reply_field(visit->reply, "Content-Disposition", file);
    reply_take(visit->reply, 200, CSV_TYPE, csv.out);
}

bool
list_export(struct visit *visit, const char *name, json_t *rows, const char *const *columns)
{
    if (g_strcmp0(visit->extension, "csv") == 0) {
        reply_csv(visit, name, rows, columns);
        return true;
    }
    return g_strcmp0(visit->extension, "json") == 0 &&
           page_json(visit, 200, json_pack("{s:O}", name, rows), NULL);
}
