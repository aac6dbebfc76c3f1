/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/imap_utf7.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

struct shift {
    uint32_t bits; /* not yet written, `held` of them */
    unsigned held;
    bool open;
};

static void
append_unit(GString *out, struct shift *shift, uint16_t unit)
{
    if (!shift->open)
        g_string_append_c(out, '&');
    shift->open = true;
    shift->bits = (shift->bits << 16) | unit;
    shift->held += 16;
    while (shift->held >= 6) {
        shift->held -= 6;
        g_string_append_c(out, digits[(shift->bits >> shift->held) & 0x3f]);
    }
    shift->bits &= (1u << shift->held) - 1;
}

static void
end_shift(GString *out, struct shift *shift)
{
    if (!shift->open)
        return;
    if (shift->held > 0)
        g_string_append_c(out, digits[(shift->bits << (6 - shift->held)) & 0x3f]);
    g_string_append_c(out, '-');
    *shift = (struct shift){ 0 };
}

char *
imap_utf7_encode(const char *name, GError **error)
{
    GString *out = NULL;
    struct shift shift = { 0 };
    bool ok = name[0] != '\0' && g_utf8_validate(name, -1, NULL);
    out = g_string_new(NULL);
    for (const char *at = name; ok && *at != '\0'; at += g_utf8_skip[(unsigned char)*at]) {
        gunichar c = g_utf8_get_char(at);
        if (c < 0x20 || c == 0x7f) {
            ok = false;
        } else if (c < 0x7f) {
            end_shift(out, &shift);
            g_string_append_c(out, (char)c);
            if (c == '&')
                g_string_append_c(out, '-');
        } else if (c > 0xffff) {
            append_unit(out, &shift, (uint16_t)(0xd800 + ((c - 0x10000) >> 10)));
            append_unit(out, &shift, (uint16_t)(0xdc00 + ((c - 0x10000) & 0x3ff)));
        } else {
            append_unit(out, &shift, (uint16_t)c);
        }
    }
    end_shift(out, &shift);
    if (ok)
        return g_string_free(out, FALSE);
    g_string_free(out, TRUE);
    g_set_error(error, FAULT, FAULT_OPERATOR,
                "IMAP folder: the name is empty, no UTF-8, or holds control characters");
    return NULL;
}
