/* SPDX-License-Identifier: Apache-2.0 */
#include "base/domain.h"
#include "base/ip.h"
#include "report/url.h"

void
url_append_decoded(GString *out, struct span escaped)
{
    size_t start = out->len;
    bool valid;
    g_string_append_len(out, escaped.octets, (gssize)escaped.len);
    for (int pass = 0; pass < 2; pass++) { /* the second leaves octets above 127 alone */
        g_string_truncate(out, start);
        for (size_t i = 0; i < escaped.len; i++) {
            int value = -1;
            if (escaped.octets[i] == '%' && i + 2 < escaped.len &&
                g_ascii_isxdigit(escaped.octets[i + 1]) && g_ascii_isxdigit(escaped.octets[i + 2]))
                value = g_ascii_xdigit_value(escaped.octets[i + 1]) * 16 +
                        g_ascii_xdigit_value(escaped.octets[i + 2]);
            if (value >= 0x20 && value != 0x7F && (pass == 0 || value < 0x80)) {
                g_string_append_c(out, (char)value);
                i += 2;
            } else {
                g_string_append_c(out, escaped.octets[i]);
            }
        }
        valid = g_utf8_validate(out->str + start, (gssize)(out->len - start), NULL);
        if (valid)
            return;
    }
}

/* One number of an IPv4 address as browsers and inet_aton read it: 0x hex, 0 octal, decimal. */
static bool
read_number(struct span digits, guint64 *number)
{
    unsigned base = 10;
    *number = 0;
    if (digits.len > 1 && digits.octets[0] == '0') {
        base = g_ascii_tolower(digits.octets[1]) == 'x' ? 16 : 8;
        digits = span_from(digits, base == 16 ? 2 : 1);
        if (digits.len == 0)
            return base == 16; /* "0x" is 0 */
    }
    if (digits.len == 0)
        return false;
    for (size_t i = 0; i < digits.len; i++) {
        int value = g_ascii_xdigit_value(digits.octets[i]);
        if (value < 0 || value >= (int)base)
            return false;
        *number = *number * base + (guint64)value;
        if (*number > G_MAXUINT32)
            return false;
    }
    return true;
}

/* Whether the last label makes the name an address (WHATWG, "ends in a number"). */
static bool
ends_in_number(const char *name)
{
    const char *dot = strrchr(name, '.');
    const char *label = dot != NULL ? dot + 1 : name;
    return strspn(label, "0123456789") == strlen(label) ||
           (label[0] == '0' && label[1] == 'x' &&
            strspn(label + 2, "0123456789abcdef") == strlen(label + 2));
}

/* "127.1", "0x7f.0.0.1", "2130706433": the last number fills all octets that are left. */
static bool
append_ipv4(GString *out, const char *name)
{
    struct span rest = span_of(name);
    struct span label;
    bool spent = false;
    guint64 address = 0;
    guint64 number = 0;
    unsigned labels = 0;
    while (span_cut(&rest, '.', &label, &spent)) {
        if (labels == 4 || !read_number(label, &number))
            return false;
        labels++;
        if (spent)
            break;
        if (number > 255)
            return false;
        address |= number << (8 * (4 - labels));
    }
    if (number >= (G_GUINT64_CONSTANT(1) << (8 * (5 - labels))))
        return false;
    address |= number;
    g_string_append_printf(out, "%u.%u.%u.%u", (unsigned)(address >> 24 & 255),
                           (unsigned)(address >> 16 & 255), (unsigned)(address >> 8 & 255),
                           (unsigned)(address & 255));
    return true;
}

static bool
append_literal(GString *out, struct span written)
{
    char text[IP_TEXT_MAX];
    struct ip ip;
    if (written.octets[written.len - 1] != ']' || !ip_parse(written, &ip))
        return false;
    g_string_append(out, ip_text(&ip, text));
    return true;
}

bool
url_append_host(GString *out, struct span written)
{
    g_autoptr(GString) decoded = NULL;
    g_autofree char *name = NULL;
    if (written.len > 0 && written.octets[0] == '[')
        return append_literal(out, written);
    if (span_find(written, '%') >= 0 && written.len <= 16 * DOMAIN_OCTETS_MAX) {
        decoded = g_string_sized_new(written.len);
        url_append_decoded(decoded, written);
        written = (struct span){ decoded->str, decoded->len };
    }
    name = domain_canonical(written);
    if (name == NULL)
        return false;
    if (ends_in_number(name))
        return append_ipv4(out, name);
    g_string_append(out, name);
    return true;
}
