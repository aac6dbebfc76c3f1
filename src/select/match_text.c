/* SPDX-License-Identifier: Apache-2.0 */
#include "select/match_text.h"

#include <string.h>

/* Latin letters with their accented forms (Latin-1 and Latin Extended-A), lower case: the server
 * matches without regard to case. */
/* clang-format off */
static const char *const accents[26] = {
    ['a' - 'a'] = "aàáâãäåāăą", ['c' - 'a'] = "cçćĉċč", ['d' - 'a'] = "dď",
    ['e' - 'a'] = "eèéêëēĕėęě", ['g' - 'a'] = "gĝğġģ",  ['h' - 'a'] = "hĥ",
    ['i' - 'a'] = "iìíîïĩīĭį",  ['j' - 'a'] = "jĵ",     ['k' - 'a'] = "kķ",
    ['l' - 'a'] = "lĺļľ",       ['n' - 'a'] = "nñńņň",  ['o' - 'a'] = "oòóôõöōŏő",
    ['r' - 'a'] = "rŕŗř",       ['s' - 'a'] = "sśŝşš",  ['t' - 'a'] = "tţť",
    ['u' - 'a'] = "uùúûüũūŭůűų", ['w' - 'a'] = "wŵ",    ['y' - 'a'] = "yýÿŷ",
    ['z' - 'a'] = "zźżž",
};
/* clang-format on */

char *
match_like(const char *text, bool contains)
{
    GString *like = g_string_new(contains ? "%" : "");
    for (; *text != '\0'; text++) {
        if (strchr("%_\\", *text) != NULL)
            g_string_append_c(like, '\\');
        g_string_append_c(like, *text == '*' ? '%' : *text);
    }
    if (contains)
        g_string_append_c(like, '%');
    return g_string_free(like, FALSE);
}

/* As render/mask.c has it: a sign, and what may stand before it; in SQL and in a regular expression
 * of PCRE or ICU. A local part begins where none did before, so that a text is gone through
 * once. */
#define SIGN "@|%40|\uFF20|\uFE6B"
#define LOCAL "[!#$%''*+^_`{|}~.0-9A-Za-z\\\\x{80}-\\\\x{10FFFF}-]"
#define ADDRESS "\"[^\"]*\"(?=" SIGN ")|(?:(?<!" LOCAL ")|(?<=" SIGN "))" LOCAL "+?(?=" SIGN ")"

char *
match_column(const char *column, bool masked)
{
    return masked ? g_strdup_printf("IF(%s REGEXP '%s', REGEXP_REPLACE(%s, '%s', '***'), %s)",
                                    column, SIGN, column, ADDRESS, column)
                  : g_strdup(column);
}

/* The base letter of a character, or NULL. */
static const char *
letter_class(gunichar c)
{
    gunichar small = g_unichar_tolower(c);
    for (unsigned i = 0; i < G_N_ELEMENTS(accents); i++)
        if (accents[i] != NULL && g_utf8_strchr(accents[i], -1, small) != NULL)
            return accents[i];
    return NULL;
}

static char *
regexp_of(const char *text)
{
    GString *out = g_string_new(NULL);
    for (; *text != '\0'; text += g_utf8_skip[(unsigned char)*text]) {
        gunichar c = g_utf8_get_char(text);
        const char *letters = letter_class(c);
        if (letters != NULL)
            g_string_append_printf(out, "[%s]", letters);
        else if (c < 0x80 && !g_ascii_isalnum((char)c))
            g_string_append_printf(out, "\\x{%02X}", (unsigned)c);
        else
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

/* The text without the stars at its ends, which mean nothing for "contains". */
static char *
bare(const char *text)
{
    size_t len = strlen(text);
    while (*text == '*') {
        text++;
        len--;
    }
    while (len > 0 && text[len - 1] == '*')
        len--;
    return g_strndup(text, len);
}

static bool
is_regexp(enum match_form form, const char *core, bool regexp)
{
    return form == MATCH_CONTAINS && regexp && *core != '\0' && strchr(core, '*') == NULL;
}

/* The character of printable ASCII, in lower case, that a character of a regular expression
 * matches; 0: none. */
static char
ascii_of(gunichar c)
{
    const char *letters = letter_class(c);
    if (letters != NULL)
        return letters[0];
    if (c == 0x017F) /* the long s is an s in another case */
        return 's';
    return c >= 0x20 && c <= 0x7E ? g_ascii_tolower((char)c) : '\0';
}

static char *
regexp_piece(const char *core)
{
    g_autoptr(GString) piece = g_string_new(NULL);
    for (; *core != '\0'; core += g_utf8_skip[(unsigned char)*core]) {
        char c = ascii_of(g_utf8_get_char(core));
        if (c == '\0')
            return NULL;
        g_string_append_c(piece, c);
    }
    return g_strdup(piece->str);
}

/* The longest run of characters that stand for themselves alone. Under the collation any other may
 * be equal to one of ASCII; a star may be of a mask. */
static char *
like_piece(const char *like)
{
    g_autoptr(GString) run = g_string_new(NULL), longest = g_string_new(NULL);
    for (bool literal = false;; like++) {
        bool escape = *like == '\\' && !literal && like[1] != '\0';
        bool wild = *like == '*' || (!literal && strchr("%_", *like) != NULL);
        if (escape) {
            literal = true;
            continue;
        }
        literal = false;
        if (*like >= 0x20 && *like <= 0x7E && !wild) {
            g_string_append_c(run, g_ascii_tolower(*like));
            continue;
        }
        if (run->len > longest->len)
            g_string_assign(longest, run->str);
        g_string_truncate(run, 0);
        if (*like == '\0')
            return g_strdup(longest->str);
    }
}

char *
match_piece(enum match_form form, const char *text, bool regexp)
{
    if (form == MATCH_LIKE)
        return like_piece(text);
    g_autofree char *core = bare(text);
    if (is_regexp(form, core, regexp))
        return regexp_piece(core);
    g_autofree char *like = match_like(core, form == MATCH_CONTAINS);
    return like_piece(like);
}

char *
match_text(GString *sql, const char *column, enum match_form form, const char *text, bool regexp)
{
    if (form == MATCH_LIKE) {
        g_string_append_printf(sql, "%s LIKE ?", column);
        return g_strdup(text);
    }
    if (form == MATCH_WHOLE) {
        bool equal = strchr(text, '*') == NULL;
        g_string_append_printf(sql, "%s %s ?", column, equal ? "=" : "LIKE");
        return equal ? g_strdup(text) : match_like(text, false);
    }
    g_autofree char *core = bare(text);
    if (is_regexp(form, core, regexp)) {
        g_string_append_printf(sql, "%s REGEXP ?", column);
        return regexp_of(core);
    }
    g_string_append_printf(sql, "%s LIKE ?", column);
    return match_like(core, true);
}
