/* SPDX-License-Identifier: Apache-2.0 */
#include "http/sent_text.h"

#include <string.h>

#include "base/text.h"
#include "http/who.h"

/* Each text is shown by itself, the addresses ("to1", "abuseemail1" ...) as lines of one. */
static const struct written {
    const char *field, *name;
    bool numbered;
} writtens[] = {
    { "note", "The note", false },
    { "email", "The mail", false },
    { "to", "The addresses", true },
    { "abuseemail", "The abuse addresses", true },
};

static bool
is_field(const struct written *written, const char *name)
{
    size_t len = strlen(written->field);
    if (strncmp(name, written->field, len) != 0)
        return false;
    const char *number = name + len;
    return strspn(number, "0123456789") == strlen(number) && (*number != '\0') == written->numbered;
}

static void
add_text(json_t *list, const struct written *written, const struct form *form)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < form->pairs->len && text->len <= SENT_TEXT_OCTETS_MAX; i++) {
        const struct form_pair *pair = &g_array_index(form->pairs, struct form_pair, i);
        if (is_field(written, pair->name) && span_trim(span_of(pair->value)).len > 0)
            g_string_append_printf(text, "%s%s", text->len > 0 ? "\n" : "", pair->value);
    }
    size_t len = text_cut_octets(text->str, text->len, SENT_TEXT_OCTETS_MAX);
    if (len > 0)
        json_array_append_new(list, json_pack("{s:s, s:s%, s:b}", "name", written->name, "text",
                                              text->str, len, "cut", len < text->len));
}

json_t *
sent_text_view(const struct visit *visit)
{
    const struct request *request = visit->request;
    if (request->method != METHOD_POST || visit->api || request->authorization != NULL ||
        request->body_form.pairs == NULL || !who_is_same_origin(visit))
        return NULL;
    json_t *list = json_array();
    for (size_t i = 0; i < G_N_ELEMENTS(writtens); i++)
        add_text(list, &writtens[i], &request->body_form);
    if (json_array_size(list) > 0)
        return list;
    json_decref(list);
    return NULL;
}
