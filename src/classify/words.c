/* SPDX-License-Identifier: Apache-2.0 */
#include "classify/words.h"

#include "base/text.h"
#include "classify/word_tables.h"

#define TAG_OCTETS 40 /* of the longest name of a list in brackets */

/* Characters that show nothing; spammers and gateways sprinkle them. */
static bool
is_invisible(gunichar c)
{
    return c == 0x00AD || c == 0x034F || c == 0xFEFF || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0x061C;
}

/* Turkish pairs i with a dotted capital and I with a dotless small letter; case folding takes it
 * for English. So all four are one here: the dot above i goes, and what never had one is i. */
static bool
is_dot_of_i(gunichar c, const GString *before)
{
    return c == 0x0307 && before->len > 0 && before->str[before->len - 1] == 'i';
}

static gunichar
plain_mark(gunichar c)
{
    switch (c) {
    case 0x0131: /* dotless i */
        return 'i';
    case 0x2018:
    case 0x2019:
    case 0x02BC:
        return '\'';
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
        return '-';
    case 0xFF1A: /* full-width colon */
        return ':';
    default:
        return c;
    }
}

/* The same for ASCII, as most text is. */
static char *
fold_ascii(struct span text)
{
    char *out = g_malloc(text.len + 1);
    size_t len = 0;
    bool space = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.octets[i];
        if (!g_ascii_isgraph(c)) {
            space = len > 0;
            continue;
        }
        if (space)
            out[len++] = ' ';
        space = false;
        out[len++] = g_ascii_tolower(c);
    }
    out[len] = '\0';
    return out;
}

static bool
is_ascii(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((text.octets[i] & 0x80) != 0 || text.octets[i] == '\0')
            return false;
    return true;
}

char *
words_fold(struct span utf8, size_t max)
{
    size_t len = text_cut_octets(utf8.octets, utf8.len, max);
    if (is_ascii(span_head(utf8, len)))
        return fold_ascii(span_head(utf8, len));
    g_autofree char *cased = g_utf8_casefold(utf8.octets != NULL ? utf8.octets : "", (gssize)len);
    g_autofree char *composed = g_utf8_normalize(cased, -1, G_NORMALIZE_NFC);
    GString *out = g_string_sized_new(len);
    bool space = false;
    for (const char *at = composed; at != NULL && *at != '\0'; at += g_utf8_skip[(guchar)*at]) {
        gunichar c = g_utf8_get_char(at);
        if (is_invisible(c) || (!space && is_dot_of_i(c, out)))
            continue;
        if (g_unichar_isspace(c) || g_unichar_iscntrl(c)) {
            space = out->len > 0;
            continue;
        }
        if (space)
            g_string_append_c(out, ' ');
        space = false;
        g_string_append_unichar(out, plain_mark(c));
    }
    return g_string_free(out, FALSE);
}

const char *
words_after_marks(const char *folded)
{
    return folded + strspn(folded, "[(*\"'<#!- ");
}

const char *
words_after_tag(const char *folded)
{
    const char *close = folded[0] == '[' ? strchr(folded, ']') : NULL;
    if (close != NULL && close[1] == ' ' && close - folded <= TAG_OCTETS)
        folded = close + 2;
    return words_after_marks(folded);
}

/* Scripts without spaces between words end a phrase anywhere. */
static bool
is_spaced_letter(gunichar c)
{
    return g_unichar_isalnum(c) && c < 0x0E00;
}

static bool
ends_phrase(const char *rest, enum word_place place)
{
    gunichar c = g_utf8_get_char(rest);
    if (place == PLACE_TITLE) {
        rest += strspn(rest, " .!)]\"'");
        return *rest == '\0' || *rest == ':';
    }
    return !is_spaced_letter(c);
}

static bool
stands(const struct word *word, const char *folded)
{
    size_t len;
    switch (word->place) {
    case PLACE_OPENS:
    case PLACE_TITLE:
        if (folded[0] != word->phrase[0])
            return false;
        len = strlen(word->phrase);
        return strncmp(folded, word->phrase, len) == 0 && ends_phrase(folded + len, word->place);
    case PLACE_CLOSES: {
        len = strlen(word->phrase);
        size_t total = strlen(folded);
        while (total > 0 && strchr(" .!)]\"'", folded[total - 1]) != NULL)
            total--;
        return total >= len && memcmp(folded + total - len, word->phrase, len) == 0;
    }
    case PLACE_ANYWHERE:
        return strstr(folded, word->phrase) != NULL;
    }
    return false;
}

bool
words_match(enum word_list list, const char *folded)
{
    for (const struct word *word = word_table(list); word->phrase != NULL; word++)
        if (stands(word, folded))
            return true;
    return false;
}

const char *
words_phrase(enum word_list list, size_t index)
{
    const struct word *word = word_table(list);
    for (size_t i = 0; word->phrase != NULL && i < index; i++)
        word++;
    return word->phrase;
}
