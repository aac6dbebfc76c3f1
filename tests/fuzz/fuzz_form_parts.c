/* SPDX-License-Identifier: Apache-2.0 */
/* A form with a file, from a stranger: the first line is its Content-Type, the rest its body. What
 * comes out is UTF-8 without NUL, the file lies inside of the body, and no limit is passed. */
#include "demand.h"
#include "http/form_parts.h"

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span whole = exact_copy(octets, len);
    struct span body = whole, type, boundary, file;
    struct form form = { .pairs = NULL };
    g_autoptr(GError) error = NULL;
    if (!span_line(&body, &type) || !form_boundary(type, &boundary))
        return 0;
    demand(boundary.len > 0 && boundary.len <= FORM_BOUNDARY_MAX);
    bool good = form_read_parts(&form, body, boundary, &file, &error);
    demand(good == (error == NULL));
    demand(file.len == 0 ||
           (file.octets >= body.octets && file.octets + file.len <= body.octets + body.len));
    demand(form.pairs == NULL || form.pairs->len <= FORM_PAIRS_MAX);
    for (guint i = 0; form.pairs != NULL && i < form.pairs->len; i++) {
        const struct form_pair *pair = &g_array_index(form.pairs, struct form_pair, i);
        demand_text(pair->name);
        demand_text(pair->value);
        demand(strlen(pair->name) + strlen(pair->value) <= body.len);
    }
    form_clear(&form);
    return 0;
}
