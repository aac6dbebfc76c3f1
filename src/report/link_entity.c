/* SPDX-License-Identifier: Apache-2.0 */
#include "report/link_entity.h"

#include <libxml/HTMLparser.h>

#define NAME_OCTETS_MAX 24

/* The names that libxml2's table of HTML 4 lacks. Those a browser takes without ";" are in HTML 4,
 * so here the ";" is needed. Sorted. */
static const struct entity {
    const char *name;
    gunichar character;
} html5_names[] = {
    { "AMP", '&' },       { "GT", '>' },     { "LT", '<' },     { "NewLine", '\n' },
    { "QUOT", '"' },      { "Tab", '\t' },   { "apos", '\'' },  { "ast", '*' },
    { "bsol", '\\' },     { "colon", ':' },  { "comma", ',' },  { "commat", '@' },
    { "dollar", '$' },    { "equals", '=' }, { "excl", '!' },   { "grave", '`' },
    { "hyphen", 0x2010 }, { "lbrace", '{' }, { "lbrack", '[' }, { "lcub", '{' },
    { "lowbar", '_' },    { "lpar", '(' },   { "lsqb", '[' },   { "num", '#' },
    { "percnt", '%' },    { "period", '.' }, { "plus", '+' },   { "quest", '?' },
    { "rbrace", '}' },    { "rbrack", ']' }, { "rcub", '}' },   { "rpar", ')' },
    { "rsqb", ']' },      { "semi", ';' },   { "sol", '/' },    { "verbar", '|' },
    { "vert", '|' },
};

static int
compare_entity(const void *name, const void *entity)
{
    return strcmp(name, ((const struct entity *)entity)->name);
}

/* The character of a name, or 0. */
static gunichar
named_character(const char *name, bool ended)
{
    const struct entity *entity;
    const htmlEntityDesc *html4;
    if (strcmp(name, "amp") == 0) /* nearly all of them */
        return '&';
    if (strcmp(name, "nbsp") == 0)
        return 0xA0;
    entity = ended ? bsearch(name, html5_names, G_N_ELEMENTS(html5_names), sizeof html5_names[0],
                             compare_entity)
                   : NULL;
    if (entity != NULL)
        return entity->character;
    html4 = htmlEntityLookup((const xmlChar *)name);
    if (html4 == NULL || (!ended && html4->value > 255))
        return 0;
    return html4->value;
}

/* What browsers make of a number (WHATWG HTML, 13.2.5.80). */
static gunichar
numbered_character(guint32 number)
{
    static const guint16 windows_1252[32] = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178,
    };
    if (number >= 0x80 && number < 0xA0)
        return windows_1252[number - 0x80];
    if (number == 0 || number > 0x10FFFF || (number >= 0xD800 && number < 0xE000))
        return 0xFFFD;
    return number;
}

static size_t
append_number(GString *out, struct span text)
{
    size_t at = 2;
    unsigned base = 10;
    guint32 number = 0;
    size_t start;
    if (at < text.len && g_ascii_tolower(text.octets[at]) == 'x') {
        base = 16;
        at++;
    }
    for (start = at; at < text.len; at++) {
        int value = g_ascii_xdigit_value(text.octets[at]);
        if (value < 0 || value >= (int)base)
            break;
        number = MIN(number * base + (guint32)value, 0x110000);
    }
    if (at == start)
        return 0;
    g_string_append_unichar(out, numbered_character(number));
    return at < text.len && text.octets[at] == ';' ? at + 1 : at;
}

size_t
link_append_entity(GString *out, struct span text)
{
    char name[NAME_OCTETS_MAX + 1];
    gunichar character;
    size_t len = 0;
    bool ended;
    if (text.len > 2 && text.octets[1] == '#')
        return append_number(out, text);
    while (len < NAME_OCTETS_MAX && 1 + len < text.len && g_ascii_isalnum(text.octets[1 + len])) {
        name[len] = text.octets[1 + len];
        len++;
    }
    name[len] = '\0';
    ended = 1 + len < text.len && text.octets[1 + len] == ';';
    if (len < 2 || (1 + len < text.len && text.octets[1 + len] == '='))
        return 0;
    if (1 + len < text.len && g_ascii_isalnum(text.octets[1 + len]))
        return 0;
    character = named_character(name, ended);
    if (character == 0)
        return 0;
    g_string_append_unichar(out, character);
    return 1 + len + (ended ? 1 : 0);
}

void
link_append_entities(GString *out, struct span text)
{
    while (text.len > 0) {
        ptrdiff_t mark = span_find(text, '&');
        size_t plain = mark < 0 ? text.len : (size_t)mark;
        size_t len;
        g_string_append_len(out, text.octets, (gssize)plain);
        text = span_from(text, plain);
        if (text.len == 0)
            return;
        len = link_append_entity(out, text);
        if (len == 0) {
            g_string_append_c(out, '&');
            len = 1;
        }
        text = span_from(text, len);
    }
}
