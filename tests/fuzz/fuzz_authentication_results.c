/* SPDX-License-Identifier: Apache-2.0 */
/* One unfolded value, made UTF-8 as the callers do. */
#include "demand.h"

#include "base/text.h"
#include "report/authentication_results.h"

static void
check_lower(const char *text)
{
    demand_text(text);
    for (const char *p = text; *p != '\0'; p++)
        demand(!g_ascii_isupper(*p));
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    static const char *const keys[] = { "dis", "p", "", "action" };
    g_autofree char *value = text_utf8((struct span){ (const char *)octets, len });
    g_autoptr(AuthResults) results = auth_results_parse(value);
    check_lower(results->authserv_id);
    demand(results->item_count <= AUTH_ITEMS_MAX);
    for (size_t i = 0; i < results->item_count; i++) {
        const struct auth_item *item = &results->items[i];
        check_lower(item->method);
        check_lower(item->result);
        demand_text(item->comment);
        demand(item->property_count <= AUTH_PROPERTIES_MAX);
        for (size_t k = 0; k < item->property_count; k++) {
            check_lower(item->properties[k].name);
            demand_text(item->properties[k].value);
            demand(auth_item_property(item, item->properties[k].name) != NULL);
        }
        for (size_t k = 0; k < G_N_ELEMENTS(keys); k++) {
            g_autofree char *found = auth_item_comment_value(item, keys[k]);
            demand(found == NULL || strpbrk(found, " \t,;") == NULL);
            demand_text(found);
        }
    }
    return 0;
}
