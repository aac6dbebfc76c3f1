/* SPDX-License-Identifier: Apache-2.0 */
#include "report/transfer.h"

#include "base/text.h"

#define COLUMNS 76
#define WORD_OCTETS 45 /* 60 base64 digits and 12 around them */

bool
transfer_is_plain(struct span octets, size_t columns)
{
    size_t column = 0;
    for (size_t i = 0; i < octets.len; i++) {
        unsigned char octet = (unsigned char)octets.octets[i];
        if (octet == '\r' && i + 1 < octets.len && octets.octets[i + 1] == '\n') {
            column = 0;
            i++;
        } else if (octet == '\0' || octet == '\r' || octet == '\n' || octet >= 0x7F ||
                   ++column > columns) {
            return false;
        }
    }
    return true;
}

static void
append_hex(GString *out, unsigned char octet)
{
    static const char digits[] = "0123456789ABCDEF";
    g_string_append_c(out, '=');
    g_string_append_c(out, digits[octet >> 4]);
    g_string_append_c(out, digits[octet & 15]);
}

static bool
is_break(struct span octets, size_t at)
{
    return octets.len - at >= 2 && octets.octets[at] == '\r' && octets.octets[at + 1] == '\n';
}

/* At the front of a line: SMTP's dot, what could be a boundary, mbox's From. */
static bool
is_front_sign(struct span rest)
{
    return rest.octets[0] == '.' || (rest.len > 1 && memcmp(rest.octets, "--", 2) == 0) ||
           (rest.len > 4 && memcmp(rest.octets, "From ", 5) == 0);
}

void
transfer_append_quoted(GString *out, struct span octets)
{
    size_t column = 0;
    for (size_t i = 0; i < octets.len; i++) {
        unsigned char octet = (unsigned char)octets.octets[i];
        bool last = i + 1 == octets.len || is_break(octets, i + 1);
        /* a blank at the end of a line would be lost */
        bool plain = (octet > 0x20 && octet < 0x7F && octet != '=') ||
                     ((octet == ' ' || octet == '\t') && !last);
        if (is_break(octets, i)) {
            g_string_append_len(out, "\r\n", 2);
            column = 0;
            i++;
            continue;
        }
        if (column + (plain && column > 0 ? 1 : 3) > COLUMNS - (last ? 0 : 1)) {
            g_string_append_len(out, "=\r\n", 3);
            column = 0;
        }
        if (plain && !(column == 0 && is_front_sign(span_from(octets, i)))) {
            g_string_append_c(out, (char)octet);
            column++;
        } else {
            append_hex(out, octet);
            column += 3;
        }
    }
}

void
transfer_append_base64(GString *out, struct span octets)
{
    const size_t row = COLUMNS / 4 * 3;
    for (size_t i = 0; i < octets.len; i += row) {
        struct span piece = span_head(span_from(octets, i), row);
        char digits[COLUMNS + 8];
        int state = 0;
        int save = 0;
        gsize len = g_base64_encode_step((const guchar *)piece.octets, piece.len, FALSE, digits,
                                         &state, &save);
        len += g_base64_encode_close(FALSE, digits + len, &state, &save);
        if (i > 0)
            g_string_append_len(out, "\r\n", 2);
        g_string_append_len(out, digits, (gssize)len);
    }
}

/* An encoded word for the front of the text; how many octets it took. */
static size_t
append_word(GString *out, struct span text, size_t room)
{
    size_t fits = room > 16 ? MIN((room - 12) / 4 * 3, WORD_OCTETS) : 0;
    size_t len = text_cut_octets(text.octets, text.len, MAX(fits, 4));
    g_autofree char *digits = g_base64_encode((const guchar *)text.octets, len);
    g_string_append_printf(out, "=?utf-8?B?%s?=", digits);
    return len;
}

static bool
is_plain_word(struct span word)
{
    for (size_t i = 0; i < word.len; i++)
        if ((unsigned char)word.octets[i] <= 0x20 || (unsigned char)word.octets[i] >= 0x7F)
            return false;
    return span_find_string(word, "=?") < 0 && word.len < COLUMNS - 1;
}

/* The octets of the text that must be encoded as a whole: up to the last word that is not plain. */
static size_t
encoded_len(struct span text)
{
    struct span rest = text;
    struct span word;
    bool spent = false;
    size_t len = 0;
    while (span_cut(&rest, ' ', &word, &spent))
        if (!is_plain_word(word))
            len = (size_t)(word.octets + word.len - text.octets);
    return len;
}

static void
append_blank(GString *out, size_t *column)
{
    g_string_append_c(out, ' ');
    *column += 1;
}

static void
append_fold(GString *out, size_t *column)
{
    g_string_append_len(out, "\r\n ", 3);
    *column = 1;
}

void
transfer_append_words(GString *out, size_t column, struct span text)
{
    size_t encoded = encoded_len(text);
    struct span rest = span_from(text, encoded);
    struct span word;
    bool spent = false;
    bool first = true;
    for (size_t done = 0; done < encoded;) {
        size_t before;
        if (column + 12 + 8 > COLUMNS) /* a word of at least one character */
            append_fold(out, &column);
        else if (done > 0)
            append_blank(out, &column);
        before = out->len;
        done +=
            append_word(out, span_head(span_from(text, done), encoded - done), COLUMNS - column);
        column += out->len - before;
    }
    while (span_cut(&rest, ' ', &word, &spent)) {
        if (!first || encoded > 0) {
            if (first && word.len == 0) { /* what stands before the blank behind encoded words */
                first = false;
                continue;
            }
            if (column + 1 + word.len > COLUMNS && word.len > 0)
                append_fold(out, &column);
            else
                append_blank(out, &column);
        }
        first = false;
        g_string_append_len(out, word.octets, (gssize)word.len);
        column += word.len;
    }
}

int
transfer_digit(char octet)
{
    if (octet >= 'A' && octet <= 'Z')
        return octet - 'A';
    if (octet >= 'a' && octet <= 'z')
        return octet - 'a' + 26;
    if (octet >= '0' && octet <= '9')
        return octet - '0' + 52;
    return octet == '+' || octet == '-' ? 62 : octet == '/' || octet == '_' ? 63 : -1;
}

static void
flush_group(GString *out, unsigned *bits, unsigned *digits)
{
    unsigned whole = *bits << (6 * (4 - *digits));
    for (unsigned i = 0; i + 1 < *digits; i++)
        g_string_append_c(out, (char)(whole >> (16 - 8 * i) & 255));
    *bits = *digits = 0;
}

GString *
transfer_base64_decoded(struct span text, bool *canonical)
{
    GString *out = g_string_sized_new(text.len / 4 * 3 + 4);
    unsigned bits = 0;
    unsigned digits = 0;
    bool ended = false;
    *canonical = true;
    for (size_t i = 0; i < text.len; i++) {
        char octet = text.octets[i];
        int digit = transfer_digit(octet);
        if (octet == '\r' || octet == '\n')
            continue;
        if (octet == '=') {
            ended = true;
            if (digits > 0)
                flush_group(out, &bits, &digits);
            continue;
        }
        if (digit < 0 || ended || octet == '-' || octet == '_')
            *canonical = false;
        if (digit < 0)
            continue;
        bits = bits << 6 | (unsigned)digit;
        if (++digits == 4)
            flush_group(out, &bits, &digits);
    }
    if (digits > 0) {
        *canonical = false;
        flush_group(out, &bits, &digits);
    }
    return out;
}

GString *
transfer_quoted_decoded(struct span text)
{
    GString *out = g_string_sized_new(text.len);
    for (size_t i = 0; i < text.len; i++) {
        const char *at = text.octets + i;
        size_t left = text.len - i;
        size_t blanks = 1;
        if (*at != '=') {
            g_string_append_c(out, *at);
            continue;
        }
        if (left > 2 && g_ascii_isxdigit(at[1]) && g_ascii_isxdigit(at[2])) {
            g_string_append_c(
                out, (char)(g_ascii_xdigit_value(at[1]) * 16 + g_ascii_xdigit_value(at[2])));
            i += 2;
            continue;
        }
        while (blanks < left && blanks < COLUMNS && (at[blanks] == ' ' || at[blanks] == '\t'))
            blanks++;
        if (blanks == left)
            break;
        if (is_break(text, i + blanks))
            i += blanks + 1;
        else if (at[blanks] == '\n')
            i += blanks;
        else
            g_string_append_c(out, '=');
    }
    return out;
}
