/* SPDX-License-Identifier: Apache-2.0 */
/* Templates as text, up to NUL, then a view as JSON: what parses renders or is refused within the limits; what is
 * put in is escaped, so without raw names no < comes from the view. */
#include "demand.h"
#include "render/template.h"

static size_t
count_open(const char *text, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++)
        count += text[i] == '<';
    return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    static const char *const no_raw[] = { NULL };
    auto_exact struct span copy = exact_copy(octets, len);
    ptrdiff_t end = span_find(copy, '\0');
    struct span text = end >= 0 ? span_head(copy, (size_t)end) : copy;
    struct span rest = end >= 0 ? span_from(copy, (size_t)end + 1) : (struct span){ "{}", 2 };
    g_autoptr(TemplateSet) set = template_set_new(no_raw);
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    json_t *view = json_loadb(rest.octets != NULL ? rest.octets : "", rest.len, 0, NULL);
    bool added = template_set_add(set, "main", text, &error);
    demand(added == (error == NULL));
    if (added && len < 4096) {
        bool good = template_render(set, "main", view, out, &error);
        demand(good == (error == NULL));
        demand(good || out->len == 0);
        /* Each partial of itself and each round of a section may repeat what the template has. */
        if (count_open(text.octets, text.len) == 0)
            demand(count_open(out->str, out->len) == 0);
    }
    json_decref(view);
    return 0;
}
