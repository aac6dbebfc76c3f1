/* SPDX-License-Identifier: Apache-2.0 */
#include "render/hilbert.h"

#include "render/escape.h"
#include "render/figure.h"
#include "render/svg.h"

#define SQUARE 16 /* units a /8 */
#define SIDE (16 * SQUARE)

void
hilbert_place(uint32_t side, uint32_t index, uint32_t *x, uint32_t *y)
{
    *x = 0;
    *y = 0;
    for (uint32_t s = 1; s < side; s *= 2) {
        uint32_t right = 1 & (index / 2);
        uint32_t down = 1 & (index ^ right);
        if (down == 0) {
            uint32_t swap = right ? s - 1 - *x : *x;
            *x = right ? s - 1 - *y : *y;
            *y = swap;
        }
        *x += s * right;
        *y += s * down;
        index /= 4;
    }
}

static bool
is_reserved(uint32_t octet)
{
    return octet == 0 || octet == 10 || octet == 127 || octet >= 224;
}

static void
append_square(GString *out, const char *class, double x, double y, double size)
{
    g_string_append_printf(out, "<rect class=\"%s\"", class);
    svg_append_attribute(out, "x", x);
    svg_append_attribute(out, "y", y);
    svg_append_attribute(out, "width", size);
    svg_append_attribute(out, "height", size);
}

static void
append_ground(GString *out)
{
    uint32_t x;
    uint32_t y;
    for (uint32_t octet = 0; octet < 256; octet++) {
        hilbert_place(16, octet, &x, &y);
        if (!is_reserved(octet))
            continue;
        append_square(out, "reserved", x * SQUARE, y * SQUARE, SQUARE);
        g_string_append(out, "/>");
    }
    g_string_append(out, "<path class=\"gridline\" d=\"");
    for (int at = 0; at <= SIDE; at += SQUARE)
        g_string_append_printf(out, "M%d 0V%dM0 %dH%d", at, SIDE, at, SIDE);
    g_string_append(out, "\"/>");
}

static void
append_numbers(GString *out)
{
    g_string_append(out, "<g class=\"octets\" aria-hidden=\"true\">");
    for (uint32_t octet = 0; octet < 256; octet++) {
        uint32_t x;
        uint32_t y;
        hilbert_place(16, octet, &x, &y);
        g_string_append_printf(out, "<text x=\"%u\" y=\"%u\">%u</text>", x * SQUARE + 1,
                               y * SQUARE + 5, octet);
    }
    g_string_append(out, "</g>");
}

static void
append_cell(GString *out, const struct hilbert *hilbert, unsigned bits, uint32_t side,
            const struct hilbert_cell *cell)
{
    char class[] = { 'b', (char)('0' + MAX(figure_bin(cell->count), 0)), '\0' };
    uint32_t address = cell->prefix << (32 - bits);
    g_autofree char *prefix =
        g_strdup_printf("%u.%u.0.0/%u", address >> 24, address >> 16 & 255, bits);
    g_autoptr(GString) href = g_string_new(hilbert->href_prefix);
    g_autoptr(GString) title = g_string_new(prefix);
    uint32_t x;
    uint32_t y;
    hilbert_place(side, cell->prefix, &x, &y);
    escape_append_url(href, span_of(prefix));
    bool linked = svg_open_link(out, hilbert->href_prefix != NULL ? href->str : NULL);
    double size = (double)SIDE / side;
    append_square(out, class, x * size, y * size, size);
    g_string_append_c(out, '>');
    g_string_append(title, ": ");
    figure_append_count(title, cell->count);
    svg_append_title(out, title->str);
    g_string_append(out, linked ? "</rect></a>" : "</rect>");
}

void
hilbert_svg(GString *out, const struct hilbert *hilbert)
{
    unsigned bits =
        hilbert->bits >= 8 && hilbert->bits <= 16 && hilbert->bits % 2 == 0 ? hilbert->bits : 8;
    uint32_t side = UINT32_C(1) << (bits / 2);
    g_string_append_printf(
        out, "<svg class=\"hilbert\" viewBox=\"0 0 %d %d\" role=\"%s\" aria-label=\"", SIDE, SIDE,
        hilbert->href_prefix != NULL && hilbert->count > 0 ? "group" : "img");
    escape_append_html(out, span_of(hilbert->label));
    g_string_append(out, "\">");
    append_ground(out);
    append_numbers(out);
    for (size_t i = 0; i < MIN(hilbert->count, HILBERT_CELLS_MAX); i++)
        if (hilbert->cells[i].prefix >> bits == 0 && hilbert->cells[i].count > 0)
            append_cell(out, hilbert, bits, side, &hilbert->cells[i]);
    g_string_append(out, "</svg>");
}
