/* SPDX-License-Identifier: Apache-2.0 */
#include "render/figure.h"

void
figure_append_count(GString *out, guint64 count)
{
    char digits[32];
    int len = g_snprintf(digits, sizeof(digits), "%" G_GUINT64_FORMAT, count);
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            g_string_append_c(out, ',');
        g_string_append_c(out, digits[i]);
    }
}

void
figure_append_share(GString *out, guint64 part, guint64 whole)
{
    double share = whole > 0 ? (double)part * 100 / (double)whole : 0;
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    if (part == 0 || whole == 0) {
        g_string_append(out, "0 %");
        return;
    }
    if (share < 0.1) {
        g_string_append(out, "<0.1 %");
        return;
    }
    g_ascii_formatd(text, sizeof(text), share > 99.95 ? "%.0f" : "%.1f", share);
    g_string_append(out, text);
    g_string_append(out, " %");
}

int
figure_bin(guint64 count)
{
    static const guint64 from[FIGURE_BINS] = { 1, 10, 30, 100, 300, 1000 };
    int bin = -1;
    while (bin + 1 < FIGURE_BINS && count >= from[bin + 1])
        bin++;
    return bin;
}

const char *
figure_bin_label(int bin)
{
    static const char *const labels[FIGURE_BINS] = {
        "1\xE2\x80\x93"
        "9",
        "10\xE2\x80\x93"
        "29",
        "30\xE2\x80\x93"
        "99",
        "100\xE2\x80\x93"
        "299",
        "300\xE2\x80\x93"
        "999",
        "1,000+",
    };
    return labels[CLAMP(bin, 0, FIGURE_BINS - 1)];
}

guint64
figure_scale(guint64 largest, unsigned lines, guint64 *top)
{
    static const guint64 steps[] = { 1, 2, 5 };
    guint64 step = 1;
    guint64 power = 1;
    largest = MIN(largest, G_MAXUINT64 / 100);
    for (size_t i = 0; (largest + step - 1) / step > MAX(lines, 1); i++) {
        power *= i % 3 == 2 ? 10 : 1;
        step = steps[(i + 1) % 3] * power;
    }
    *top = MAX((largest + step - 1) / step, 1) * step;
    return step;
}
