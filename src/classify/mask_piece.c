/* SPDX-License-Identifier: Apache-2.0 */
#include "classify/mask_piece.h"

#define RANDOM_LETTERS_MIN 8 /* shorter words without a vowel are abbreviations */
#define UUID_DIGITS 32
#define MIXED_OCTETS_MIN 6 /* letters and digits in turns: random from this length on */

/* Most text is ASCII: each question below has a short answer for it, because every character of
 * every mail goes through here several times. */
static gunichar
next_char(struct span *rest)
{
    gunichar c = (guchar)rest->octets[0];
    size_t len = 1;
    if (c >= 0x80) {
        c = g_utf8_get_char(rest->octets);
        len = MIN((size_t)g_utf8_skip[(guchar)rest->octets[0]], rest->len);
    }
    rest->octets += len;
    rest->len -= len;
    return c;
}

static bool
is_digit(gunichar c)
{
    return c < 0x80 ? g_ascii_isdigit((char)c) : g_unichar_isdigit(c);
}

static bool
is_upper(gunichar c)
{
    return c < 0x80 ? g_ascii_isupper((char)c) : g_unichar_isupper(c);
}

static bool
is_lower(gunichar c)
{
    return c < 0x80 ? g_ascii_islower((char)c) : g_unichar_islower(c);
}

static gunichar
to_lower(gunichar c)
{
    return c < 0x80 ? (guchar)g_ascii_tolower((char)c) : g_unichar_tolower(c);
}

static bool
is_vowel(gunichar c)
{
    const guint32 vowels = 1u << ('a' & 31) | 1u << ('e' & 31) | 1u << ('i' & 31) |
                           1u << ('o' & 31) | 1u << ('u' & 31) | 1u << ('y' & 31);
    return c < 0x80 && g_ascii_isalpha((char)c) && (vowels >> (c & 31) & 1) != 0;
}

static bool
is_part_of_run(gunichar c)
{
    return c < 0x80 ? g_ascii_isalnum((char)c) : g_unichar_isalnum(c) || g_unichar_ismark(c);
}

/* Octets up to the first character that is no part of a run. */
static size_t
run_len(struct span text)
{
    struct span rest = text;
    while (rest.len > 0) {
        struct span before = rest;
        if (!is_part_of_run(next_char(&rest)))
            return text.len - before.len;
    }
    return text.len;
}

struct run_facts {
    size_t letters, digits;
    size_t turns; /* from letters to digits and back */
    size_t flips; /* from a small letter to a capital */
    size_t capitals;
    bool vowel;
    bool ascii;
    bool hex;
    bool starts_with_digit;
};

static struct run_facts
look_at(struct span run)
{
    struct run_facts facts = { .ascii = true, .hex = true };
    struct span rest = run;
    bool was_digit = false;
    bool was_small = false;
    for (bool first = true; rest.len > 0; first = false) {
        gunichar c = next_char(&rest);
        bool digit = is_digit(c);
        bool upper = is_upper(c);
        facts.digits += digit;
        facts.letters += !digit;
        facts.capitals += upper;
        facts.flips += was_small && upper;
        facts.turns += !first && digit != was_digit;
        facts.vowel = facts.vowel || is_vowel(c);
        facts.ascii = facts.ascii && c < 128;
        facts.hex = facts.hex && c < 128 && g_ascii_isxdigit((char)c);
        if (first)
            facts.starts_with_digit = digit;
        was_digit = digit;
        was_small = is_lower(c);
    }
    return facts;
}

enum run_form {
    RUN_WORD,   /* ASCII letters, small ones behind the first: most are */
    RUN_DIGITS, /* ASCII */
    RUN_OTHER
};

/* Octets of the run that the text begins with. */
static size_t
run_at(struct span text, enum run_form *form)
{
    guint16 any = 0, all = G_ASCII_DIGIT;
    size_t len = 0;
    for (; len < text.len; len++) {
        guchar c = (guchar)text.octets[len];
        guint16 class = g_ascii_table[c]; /* 0 from 0x80 on */
        if ((class & G_ASCII_ALNUM) == 0)
            break;
        any |= len > 0 ? class : (guint16)(class & ~G_ASCII_UPPER);
        all &= class;
    }
    *form = RUN_OTHER;
    if (len < text.len && (guchar)text.octets[len] >= 0x80)
        return run_len(text);
    if ((any & (G_ASCII_DIGIT | G_ASCII_UPPER)) == 0)
        *form = RUN_WORD;
    else if (all != 0)
        *form = RUN_DIGITS;
    return len;
}

void
pieces_clear(struct pieces *pieces)
{
    g_free(pieces->at);
    *pieces = (struct pieces){ 0 };
}

static struct piece *
push(struct pieces *pieces)
{
    if (pieces->count == pieces->room) {
        pieces->room = MAX(2 * pieces->room, 64);
        pieces->at = g_renew(struct piece, pieces->at, pieces->room);
    }
    return &pieces->at[pieces->count++];
}

static void
add(struct pieces *pieces, enum piece_kind kind, struct span text)
{
    if (text.len > 0)
        *push(pieces) = (struct piece){ .kind = kind, .text = text };
}

/* `facts` are those of the word. */
static void
add_word(struct pieces *pieces, struct span word, const struct run_facts *facts)
{
    struct piece piece = { .kind = PIECE_WORD, .text = word };
    gunichar first = (guchar)word.octets[0];
    if (first >= 0x80)
        first = g_utf8_get_char(word.octets);
    bool upper = is_upper(first);
    piece.capital = (upper || (first >= 0x80 && g_unichar_istitle(first))) && facts->letters > 1 &&
                    facts->capitals - upper <= 1 && facts->letters > facts->capitals;
    piece.small = is_lower(first);
    piece.ascii = facts->ascii;
    *push(pieces) = piece;
}

/* The same for the usual word, of which all is known but whether it has a vowel. */
static void
add_plain_word(struct pieces *pieces, struct span word)
{
    bool capital = g_ascii_isupper(word.octets[0]);
    bool vowel = word.len < RANDOM_LETTERS_MIN;
    for (size_t i = 0; !vowel && i < word.len; i++)
        vowel = is_vowel((guchar)word.octets[i]);
    *push(pieces) = (struct piece){ .kind = vowel ? PIECE_WORD : PIECE_TOKEN,
                                    .capital = capital && word.len > 1,
                                    .small = !capital,
                                    .ascii = true,
                                    .text = word };
}

/* "PO4711": words and numbers by themselves. */
static void
add_split(struct pieces *pieces, struct span run)
{
    while (run.len > 0) {
        struct span rest = run;
        bool digit = is_digit(next_char(&rest));
        struct span part;
        while (rest.len > 0) {
            struct span before = rest;
            if (is_digit(next_char(&rest)) != digit) {
                rest = before;
                break;
            }
        }
        part = span_head(run, run.len - rest.len);
        run = rest;
        if (digit) {
            add(pieces, PIECE_NUMBER, part);
        } else {
            struct run_facts facts = look_at(part);
            add_word(pieces, part, &facts);
        }
    }
}

static void
add_run(struct pieces *pieces, struct span run)
{
    struct run_facts facts = look_at(run);
    if (facts.letters == 0) {
        add(pieces, PIECE_NUMBER, run);
    } else if (facts.digits == 0) {
        bool random = facts.flips >= 3 ||
                      (facts.ascii && !facts.vowel && facts.letters >= RANDOM_LETTERS_MIN);
        if (random)
            add(pieces, PIECE_TOKEN, run);
        else
            add_word(pieces, run, &facts);
    } else if (!facts.ascii) {
        add_split(pieces, run); /* scripts without spaces write numbers into their words */
    } else if (facts.hex && run.len >= RANDOM_LETTERS_MIN) {
        add(pieces, PIECE_TOKEN, run);
    } else if (facts.turns == 1 && facts.starts_with_digit && facts.letters <= 3) {
        add(pieces, PIECE_NUMBER, run); /* "5th", "12h" */
    } else if (facts.turns >= 3 || (facts.turns == 2 && run.len >= MIXED_OCTETS_MIN) ||
               (facts.turns == 1 && facts.starts_with_digit)) {
        add(pieces, PIECE_TOKEN, run);
    } else {
        add_split(pieces, run);
    }
}

/* White space, brackets, quotation marks and NUL: what a chunk ends at. */
static bool
is_break(guchar c)
{
    const guint64 low = 1ull << '\0' | 1ull << ' ' | 1ull << '\t' | 1ull << '\r' | 1ull << '\n' |
                        1ull << '<' | 1ull << '>' | 1ull << '(' | 1ull << ')' | 1ull << '"' |
                        1ull << '\'';
    return c < 64 ? (low >> c & 1) != 0 : c == '[' || c == ']';
}

/* The chunk between white space that begins with the run, without the marks behind it; *marked: it
 * holds what addresses hold. */
static struct span
chunk_of(struct span text, size_t run, bool *marked)
{
    size_t len = run;
    *marked = text.octets[0] == 'w' || text.octets[0] == 'W';
    for (; len < text.len && !is_break((guchar)text.octets[len]); len++)
        *marked = *marked || text.octets[len] == '@' || text.octets[len] == ':';
    while (len > run && strchr(".,;:!?", text.octets[len - 1]) != NULL)
        len--;
    return (struct span){ text.octets, len };
}

/* 123e4567-e89b-12d3-a456-426614174000, with or without the hyphens */
static bool
is_uuid(struct span chunk)
{
    for (size_t i = 0; chunk.len >= UUID_DIGITS && i < chunk.len; i++)
        if (!g_ascii_isxdigit(chunk.octets[i]) && chunk.octets[i] != '-')
            return false;
    return chunk.len >= UUID_DIGITS;
}

/* user@host.tld, http://..., www.host.tld */
static bool
is_address(struct span chunk)
{
    ptrdiff_t at = span_find(chunk, '@');
    if (at > 0 && span_find(span_from(chunk, (size_t)at), '.') > 1)
        return true;
    return span_find_string(chunk, "://") > 0 ||
           (span_starts_nocase(chunk, "www.") && chunk.len > 7);
}

void
pieces_cut(struct pieces *pieces, struct span utf8)
{
    size_t gap = 0;
    struct span rest = utf8;
    bool fresh = true; /* a chunk begins here */
    pieces->count = 0;
    while (rest.len > 0) {
        enum run_form form;
        bool marked = false;
        struct span run = { rest.octets, run_at(rest, &form) };
        if (run.len == 0) {
            size_t len = MIN((size_t)g_utf8_skip[(guchar)rest.octets[0]], rest.len);
            fresh = fresh || is_break((guchar)rest.octets[0]);
            gap += len;
            rest = (struct span){ rest.octets + len, rest.len - len };
            continue;
        }
        add(pieces, PIECE_GAP, (struct span){ rest.octets - gap, gap });
        gap = 0;
        struct span chunk = fresh ? chunk_of(rest, run.len, &marked) : run;
        fresh = false;
        if ((marked && is_address(chunk)) || is_uuid(chunk)) {
            run = chunk;
            add(pieces, PIECE_TOKEN, run);
        } else if (form == RUN_WORD) {
            add_plain_word(pieces, run);
        } else if (form == RUN_DIGITS) {
            add(pieces, PIECE_NUMBER, run);
        } else {
            add_run(pieces, run);
        }
        rest = (struct span){ rest.octets + run.len, rest.len - run.len };
    }
    add(pieces, PIECE_GAP, span_from(utf8, utf8.len - gap));
}

bool
piece_equals(const struct piece *piece, const char *lower)
{
    struct span rest = piece->text;
    struct span want = span_of(lower);
    if (piece->ascii && rest.len != want.len)
        return false;
    while (rest.len > 0 && want.len > 0)
        if (to_lower(next_char(&rest)) != next_char(&want))
            return false;
    return rest.len == 0 && want.len == 0;
}

char
piece_initial(const struct piece *piece)
{
    char initial[6] = "";
    if (piece->text.len == 0)
        return '\0';
    if ((piece->text.octets[0] & 0x80) == 0)
        return g_ascii_tolower(piece->text.octets[0]);
    g_unichar_to_utf8(g_unichar_tolower(g_utf8_get_char(piece->text.octets)), initial);
    return initial[0];
}

bool
piece_is_any(const struct piece *piece, const char *const *list)
{
    char initial = piece_initial(piece);
    for (; *list != NULL; list++)
        if (**list == initial && piece_equals(piece, *list))
            return true;
    return false;
}
