/* SPDX-License-Identifier: Apache-2.0 */
/* What a stranger sends as query, form, Cookie or path: all that comes out is UTF-8 without NUL, and
 * no more pairs than allowed. */
#include <stdint.h>

#include "http/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len);

static void
check(struct form *form)
{
    if (form->pairs != NULL && form->pairs->len > FORM_PAIRS_MAX)
        __builtin_trap();
    for (guint i = 0; form->pairs != NULL && i < form->pairs->len; i++) {
        const struct form_pair *pair = &g_array_index(form->pairs, struct form_pair, i);
        if (!g_utf8_validate(pair->name, -1, NULL) || !g_utf8_validate(pair->value, -1, NULL))
            __builtin_trap();
    }
    form_clear(form);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    g_autofree char *copy = g_memdup2(octets, len);
    struct span text = { copy, len };
    struct form form = { .pairs = NULL };
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) second = NULL;
    g_autofree char *path = form_decode_path(text, NULL);
    if (path != NULL && (strlen(path) > len || !g_utf8_validate(path, -1, NULL)))
        __builtin_trap();
    form_read(&form, text, &error);
    check(&form);
    form_read_cookies(&form, text, &second);
    check(&form);
    return 0;
}
