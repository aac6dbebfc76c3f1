/* SPDX-License-Identifier: Apache-2.0 */
#include "http/list_export.h"

#include <string.h>

#include "http/page.h"
#include "render/csv.h"

static const json_t *
cell_of(const json_t *row, const struct list_column *column)
{
    return json_object_get(row, column->key != NULL ? column->key : column->name);
}

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
put_header(struct csv *csv, const struct list_column *columns)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const struct list_column *column = columns; column->name != NULL; column++)
        g_ptr_array_add(names, (char *)(uintptr_t)column->name);
    g_ptr_array_add(names, NULL);
    csv_header(csv, (const char *const *)names->pdata);
}

static void
reply_csv(struct visit *visit, const struct list_form *form, const json_t *rows)
{
    g_autofree char *file = g_strdup_printf("attachment; filename=\"%s.csv\"", form->name);
    struct csv csv = { .out = g_string_new(NULL) };
    put_header(&csv, form->columns);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        for (const struct list_column *column = form->columns; column->name != NULL; column++)
            put_cell(&csv, cell_of(json_array_get(rows, i), column));
        csv_end_row(&csv);
    }
    if (form->cut || form->next != NULL) {
        g_autofree char *text =
            g_strdup_printf("cut: there are more than %zu", json_array_size(rows));
        csv_text(&csv, text);
        csv_end_row(&csv);
    }
    reply_field(visit->reply, "Content-Disposition", file);
    reply_take(visit->reply, 200, CSV_TYPE, csv.out);
}

static bool
reply_json(struct visit *visit, const struct list_form *form, const json_t *rows)
{
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(rows); i++) {
        json_t *one = json_object();
        for (const struct list_column *column = form->columns; column->name != NULL; column++) {
            const json_t *value = cell_of(json_array_get(rows, i), column);
            if (value != NULL)
                json_object_set(one, column->name, (json_t *)(uintptr_t)value);
        }
        json_array_append_new(list, one);
    }
    return page_json(visit, 200,
                     json_pack("{s:o, s:b, s:s*}", form->name, list, "cut",
                               form->cut || form->next != NULL, "next", form->next),
                     NULL);
}

size_t
list_export_limit(const struct visit *visit, size_t shown)
{
    return visit->extension != NULL ? LIST_EXPORT_ROWS : shown;
}

bool
list_export(struct visit *visit, const struct list_form *form, const json_t *rows)
{
    if (g_strcmp0(visit->extension, "csv") == 0) {
        reply_csv(visit, form, rows);
        return true;
    }
    return (visit->api || visit->extension != NULL) && reply_json(visit, form, rows);
}
