/* SPDX-License-Identifier: Apache-2.0 */
#include "store/upgrade_text.h"

#include "base/text.h"
#include "report/encoded_word.h"

#define LOST "&#65533;"
#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define REFERENCE_DIGITS_MAX 7
#define INTEGER_DIGITS_MAX 10

void
upgrade_content(GString *out, struct span stored)
{
    ptrdiff_t at;
    while ((at = span_find_string(stored, LOST)) >= 0) {
        g_string_append_len(out, stored.octets, at);
        g_string_append(out, REPLACEMENT);
        stored = span_from(stored, (size_t)at + strlen(LOST));
    }
    g_string_append_len(out, stored.octets, (gssize)stored.len);
}

bool
upgrade_has_body(struct span content)
{
    struct span line;
    while (span_line(&content, &line))
        if (line.len == 0)
            return span_trim(content).len > 0;
    return false;
}

/* The length of the reference at the front of `text`, or 0. */
static size_t
reference_at(struct span text, gunichar *character)
{
    size_t at = 2;
    gunichar value = 0;
    if (text.len < 2 || text.octets[0] != '&' || text.octets[1] != '#')
        return 0;
    for (; at < text.len && at < 2 + REFERENCE_DIGITS_MAX && g_ascii_isdigit(text.octets[at]); at++)
        value = value * 10 + (gunichar)g_ascii_digit_value(text.octets[at]);
    if (at == 2 || at >= text.len || text.octets[at] != ';' || value < 0x80 ||
        !g_unichar_validate(value))
        return 0;
    *character = value;
    return at + 1;
}

static void
append_references(GString *out, struct span text)
{
    while (text.len > 0) {
        gunichar character;
        ptrdiff_t at = span_find(text, '&');
        size_t plain = at >= 0 ? (size_t)at : text.len;
        g_string_append_len(out, text.octets, (gssize)plain);
        text = span_from(text, plain);
        size_t len = reference_at(text, &character);
        if (len > 0)
            g_string_append_unichar(out, character);
        else if (text.len > 0)
            g_string_append_c(out, '&');
        text = span_from(text, MAX(len, 1));
    }
}

char *
upgrade_subject(struct span stored)
{
    g_autoptr(GString) unfolded = g_string_new(NULL);
    g_autoptr(GString) plain = g_string_new(NULL);
    GString *decoded = g_string_new(NULL);
    text_append_unfolded(unfolded, stored);
    /* References first: those inside an encoded word are the sender's own text. */
    append_references(plain, (struct span){ unfolded->str, unfolded->len });
    encoded_words_decode((struct span){ plain->str, plain->len }, decoded);
    return g_string_free(decoded, FALSE);
}

void
upgrade_url(GString *out, struct span stored)
{
    for (size_t i = 0; i < stored.len; i++) {
        bool escape = stored.octets[i] == '\\' && i + 1 < stored.len &&
                      (stored.octets[i + 1] == '\'' || stored.octets[i + 1] == '"');
        if (!escape)
            g_string_append_c(out, stored.octets[i]);
    }
}

struct span
upgrade_local(struct span stored)
{
    size_t from = stored.len;
    /* A quoted local part may hold anything. */
    if (stored.len > 0 && stored.octets[stored.len - 1] == '"')
        return stored.octets[0] == '<' ? span_from(stored, 1) : stored;
    while (from > 0 && stored.octets[from - 1] != '<')
        from--;
    struct span local = span_from(stored, from);
    ptrdiff_t end = span_find(local, '>');
    return end < 0 ? local : span_head(local, (size_t)end);
}

struct span
upgrade_domain(struct span stored)
{
    struct span name = stored;
    while (name.len > 0 && name.octets[0] == '<')
        name = span_from(name, 1);
    ptrdiff_t end = span_find(name, '>');
    return end < 0 ? name : span_head(name, (size_t)end);
}

static bool
integer_ip(struct span digits, struct ip *ip)
{
    guint32 number;
    if (!span_to_u32(digits, &number))
        return false;
    *ip = (struct ip){ .len = 4 };
    for (int i = 3; i >= 0; i--, number >>= 8)
        ip->octets[i] = (unsigned char)(number & 0xFF);
    return true;
}

bool
upgrade_ip(struct span stored, struct ip *ip)
{
    static const unsigned char mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF };
    struct span octets = stored;
    if (octets.len == 16 && memcmp(octets.octets, mapped, sizeof mapped) == 0)
        octets = span_from(octets, sizeof mapped);
    if (octets.len != 4 && octets.len != 16)
        return octets.len > 0 && octets.len <= INTEGER_DIGITS_MAX && integer_ip(octets, ip);
    *ip = (struct ip){ .len = (unsigned char)octets.len };
    memcpy(ip->octets, octets.octets, octets.len);
    return true;
}
