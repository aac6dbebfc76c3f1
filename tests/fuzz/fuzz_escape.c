/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets, for each place: valid UTF-8 without hidden characters comes out, nothing that ends the place it is
 * written to, no URL that works, no cell that is a formula, and never more than the promised growth. */
#include "demand.h"
#include "render/csv.h"
#include "render/defang.h"
#include "render/escape.h"

static void
demand_shown(const GString *out, size_t len)
{
    demand(out->len <= len * ESCAPE_GROWTH_MAX && g_utf8_validate_len(out->str, out->len, NULL));
    for (const char *at = out->str; *at != '\0'; at += g_utf8_skip[(unsigned char)*at])
        demand(!escape_is_hidden(g_utf8_get_char(at)));
}

static void
check_escapes(struct span text)
{
    g_autoptr(GString) out = g_string_new(NULL);
    escape_append_visible(out, text);
    demand_shown(out, text.len);
    g_string_truncate(out, 0);
    escape_append_html(out, text);
    demand_shown(out, text.len);
    demand(strpbrk(out->str, "<>\"'") == NULL);
    g_string_truncate(out, 0);
    escape_append_url(out, text);
    demand(
        strspn(out->str, "%-._~abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") ==
        out->len);
    g_autoptr(GBytes) back = g_uri_unescape_bytes(out->str, (gssize)out->len, NULL, NULL);
    demand(back != NULL && g_bytes_get_size(back) == text.len);
}

static void
check_defang(struct span text)
{
    g_autoptr(GString) out = g_string_new(NULL);
    defang_append_url(out, text);
    demand_shown(out, text.len);
    demand(g_ascii_strncasecmp(out->str, "http", 4) != 0 || out->str[4] != ':');
    /* Without a path all of it is host. */
    if (strpbrk(out->str, "/?#\\") == NULL)
        for (const char *at = out->str; (at = strchr(at, '.')) != NULL; at++)
            demand(at > out->str && at[-1] == '[' && at[1] == ']');
    g_string_truncate(out, 0);
    defang_append_text(out, text);
    demand_shown(out, text.len);
    for (const char *at = out->str; (at = strstr(at, "://")) != NULL; at++)
        demand(at - out->str < 4 || g_ascii_strncasecmp(at - 4, "http", 4) != 0);
}

static void
check_csv(struct span text)
{
    g_autoptr(GString) out = g_string_new(NULL);
    struct csv csv = { .out = out };
    csv_span(&csv, text);
    csv_end_row(&csv);
    demand(out->len >= 4 && out->str[0] == '"' && strchr("=+-@\t\r", out->str[1]) == NULL);
    demand(g_str_has_suffix(out->str, "\"\r\n"));
    size_t quotes = 0;
    for (size_t i = 1; i < out->len - 3; i++)
        quotes += out->str[i] == '"';
    demand(quotes % 2 == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
    auto_exact struct span copy = exact_copy(octets, len);
    check_escapes(copy);
    check_defang(copy);
    check_csv(copy);
    return 0;
}
