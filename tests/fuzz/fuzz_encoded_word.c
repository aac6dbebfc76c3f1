/* SPDX-License-Identifier: Apache-2.0 */
/* The first octet: as a value already UTF-8, or as the octets of a header field. */
#include "demand.h"

#include "base/text.h"
#include "report/encoded_word.h"
#include "report/gmime_border.h"

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span copy = exact_copy(octets + (len > 0), len - (len > 0));
    g_autoptr(GString) out = g_string_new("before");
    gmime_border_open();
    if (len > 0 && octets[0] % 2 == 0) {
        g_autofree char *text = text_utf8(copy);
        auto_exact struct span value = exact_copy(text, strlen(text));
        encoded_words_decode(value, out);
        demand(g_str_has_prefix(out->str, "before"));
        if (strstr(text, "=?") == NULL)
            demand(strcmp(out->str + strlen("before"), text) == 0);
    } else {
        gmime_border_header(copy, out);
        demand(strpbrk(out->str, "\r\n") == NULL);
    }
    demand(strlen(out->str) == out->len);
    demand(g_utf8_validate(out->str, (gssize)out->len, NULL));
    return 0;
}
