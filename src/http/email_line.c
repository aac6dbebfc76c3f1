/* SPDX-License-Identifier: Apache-2.0 */
#include "http/email_line.h"

#include <string.h>

#include "http/time_view.h"
#include "render/mask.h"

enum email_view
email_line_view(const struct visit *visit)
{
    return visit_is_analyst(visit) ? EMAIL_VIEW_WHOLE : EMAIL_VIEW_MASKED;
}

char *
email_line_text(const struct visit *visit, const char *text)
{
    GString *masked;
    if (text == NULL || visit_is_analyst(visit))
        return g_strdup(text);
    masked = g_string_new(NULL);
    mask_append_addresses(masked, span_of(text));
    return g_string_free(masked, FALSE);
}

static const char *
type_text(const char *type)
{
    return strcmp(type, "normal") == 0   ? "Normal"
           : strcmp(type, "bounce") == 0 ? "Bounce"
                                         : "Auto-reply";
}

/* Of whom the mail says that it is. */
static char *
sender_text(const struct visit *visit, const struct email_row *row)
{
    const char *sender = row->from_address != NULL ? row->from_address : row->from;
    GString *masked;
    if (sender == NULL || visit_is_analyst(visit))
        return g_strdup(sender);
    masked = g_string_new(NULL);
    mask_append_mailbox(masked, row->from_address);
    return g_string_free(masked, FALSE);
}

/* How the row is coloured: reported before delivered (original.md 6). */
static const char *
row_class(const struct email_row *row)
{
    if (row->reported)
        return "reported";
    return row->delivery_result != NULL && strcmp(row->delivery_result, "none") == 0 ? "delivered"
                                                                                     : "";
}

json_t *
email_line(const struct visit *visit, const struct email_row *row)
{
    g_autofree char *from = sender_text(visit, row);
    g_autofree char *subject = email_line_text(visit, row->subject);
    g_autofree char *swatch = g_strdup_printf("s-%s", row->email_type);
    char list[2] = { row->list == LIST_CLEAN ? '\0' : (char)row->list, '\0' };
    json_t *view = json_pack(
        "{s:I, s:s, s:s, s:s, s:o, s:b, s:s, s:s, s:s*, s:s*, s:s*, s:s*, s:s*, s:s}", "id",
        (json_int_t)row->email_id, "class", row_class(row), "type", type_text(row->email_type),
        "swatch", swatch, "time", time_view(row->arrival_date), "reported", row->reported,
        "subject", subject[0] != '\0' ? subject : "(no subject)", "list", list, "from", from,
        "domain", row->reported_domain, "source", row->source_domain, "ip", row->source_ip, "cc",
        row->country_code, "delivery", row->delivery_result != NULL ? row->delivery_result : "");
    if (row->source_asn != 0)
        json_object_set_new(view, "asn", json_integer(row->source_asn));
    json_object_set_new(view, "as_name",
                        row->as_name != NULL ? json_string(row->as_name) : json_null());
    json_object_set_new(view, "unconfirmed",
                        json_boolean(row->source_domain != NULL && !row->source_confirmed));
    json_object_set_new(view, "genuine", json_boolean(row->likely_genuine));
    json_object_set_new(view, "special", json_boolean(row->source_special));
    json_object_set_new(view, "listed", json_boolean(row->list == LIST_LISTED));
    return view;
}
