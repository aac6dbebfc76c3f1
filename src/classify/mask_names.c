/* SPDX-License-Identifier: Apache-2.0 */
#include "classify/mask_names.h"

#define NAME_WORDS_MAX 3
#define CJK_NAME_CHARS_MAX 6

/* clang-format off */
/* Words behind which mails put the name of whom they address or of who is said to have written. */
static const char *const lead_words[] = {
    /* en */ "for", "to", "from", "by", "with", "dear", "hello", "hi", "hey", "mr", "mrs", "ms",
    "miss", "dr", "attn", "attention",
    /* de */ "für", "an", "von", "herr", "frau", "herrn", "hallo", "liebe", "lieber", "geehrte",
    "geehrter", "guten", "mit",
    /* fr */ "pour", "à", "bonjour", "cher", "chère", "monsieur", "madame", "mme", "par", "avec",
    /* es, pt, it */ "para", "de", "hola", "señor", "señora", "sr", "sra", "estimado", "estimada",
    "por", "olá", "prezado", "prezada", "caro", "cara", "ciao", "gentile", "per", "da", "signor",
    "signora", "con",
    /* nl, sv, da */ "voor", "beste", "van", "till", "til", "från", "fra", "hej", "kære",
    /* ru, uk, pl, cs */ "для", "от", "від", "уважаемый", "уважаемая", "dla", "od", "pan", "pani",
    "pro", NULL
};

/* Words that open a subject and are no name. */
static const char *const plain_openers[] = {
    "your", "the", "this", "our", "my", "we", "you", "new", "final", "important", "urgent",
    "please", "action", "ihr", "ihre", "votre", "su", "tu", "il", "la", "le", "les", "el", "die",
    "der", "das", "seu", "sua", "uw", "ваш", "ваша", "ваше", NULL
};

static const char *const reply_marks[] = {
    "re", "fw", "fwd", "aw", "wg", "tr", "rv", "antw", "sv", "vs", "ref", NULL
};

static const char *const honorifics[] = {
    "様", "さま", "さん", "殿", "先生", "女士", "小姐", "님", NULL
};
/* clang-format on */

static struct piece *
piece_at(const struct pieces *pieces, size_t index)
{
    return index < pieces->count ? &pieces->at[index] : NULL;
}

static bool
is_gap(const struct piece *piece, const char *text)
{
    return piece != NULL && piece->kind == PIECE_GAP && piece->text.octets[0] == text[0] &&
           span_equals(piece->text, text);
}

/* Index behind the name-like words that begin at `first`; `first` itself when there are none. */
static size_t
name_end(const struct pieces *pieces, size_t first, size_t *words)
{
    size_t at = first;
    *words = 0;
    while (*words < NAME_WORDS_MAX) {
        const struct piece *piece = piece_at(pieces, at);
        if (piece == NULL || piece->kind != PIECE_WORD || !piece->capital)
            break;
        (*words)++;
        first = at + 1;
        const struct piece *gap = piece_at(pieces, at + 1);
        if (!is_gap(gap, " ") && !is_gap(gap, "-"))
            break;
        at += 2;
    }
    return first;
}

static void
hide(struct pieces *pieces, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (piece_at(pieces, i)->kind == PIECE_WORD)
            piece_at(pieces, i)->kind = PIECE_TOKEN;
}

static bool
begins_with_comma(const struct piece *piece)
{
    return piece != NULL && piece->kind == PIECE_GAP &&
           (piece->text.octets[0] == ',' || span_starts_nocase(piece->text, "，"));
}

/* The first piece behind opening marks and "Re: ". */
static size_t
opening(const struct pieces *pieces)
{
    size_t at = 0;
    const struct piece *piece = piece_at(pieces, 0);
    if (piece != NULL && piece->kind == PIECE_GAP)
        at++;
    while ((piece = piece_at(pieces, at)) != NULL && piece->kind == PIECE_WORD &&
           piece_is_any(piece, reply_marks) && is_gap(piece_at(pieces, at + 1), ": "))
        at += 2;
    return at;
}

/* "John, you have ..." and "John Smith sent you ..." */
static void
hide_opening(struct pieces *pieces)
{
    size_t words;
    size_t first = opening(pieces);
    size_t end = name_end(pieces, first, &words);
    const struct piece *after = piece_at(pieces, end);
    if (words == 0 || piece_is_any(piece_at(pieces, first), plain_openers))
        return;
    if (begins_with_comma(after)) {
        hide(pieces, first, end);
    } else if (words >= 2 && is_gap(after, " ")) {
        const struct piece *verb = piece_at(pieces, end + 1);
        if (verb != NULL && verb->kind == PIECE_WORD && verb->small)
            hide(pieces, first, end);
    }
}

/* "..., John Smith" at the end. */
static void
hide_closing(struct pieces *pieces)
{
    for (size_t i = pieces->count > 8 ? pieces->count - 8 : 0; i < pieces->count; i++) {
        size_t words;
        if (!begins_with_comma(piece_at(pieces, i)))
            continue;
        size_t end = name_end(pieces, i + 1, &words);
        const struct piece *after = piece_at(pieces, end);
        if (words > 0 && (after == NULL || (after->kind == PIECE_GAP && end + 1 == pieces->count)))
            hide(pieces, i + 1, end);
    }
}

/* "... for John Smith ..." */
static void
hide_behind_leads(struct pieces *pieces)
{
    for (size_t i = 0; i + 2 < pieces->count; i++) {
        const struct piece *piece = piece_at(pieces, i);
        const struct piece *gap = piece_at(pieces, i + 1);
        const struct piece *name = piece_at(pieces, i + 2);
        size_t words;
        if (piece->kind != PIECE_WORD || name->kind != PIECE_WORD || !name->capital ||
            (!is_gap(gap, " ") && !is_gap(gap, ". ")) || !piece_is_any(piece, lead_words) ||
            piece_is_any(name, lead_words))
            continue; /* of two leads ("Attention Mr.") the second one leads */
        size_t end = name_end(pieces, i + 2, &words);
        hide(pieces, i + 2, end);
    }
}

/* "田中様": up to the honorific, when the word is short enough for a name. */
static void
hide_before_honorifics(struct pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++) {
        struct piece *piece = piece_at(pieces, i);
        if (piece->kind != PIECE_WORD || (piece->text.octets[0] & 0x80) == 0)
            continue;
        for (const char *const *mark = honorifics; *mark != NULL; mark++) {
            size_t len = strlen(*mark);
            struct span text = piece->text;
            if (text.len <= len || memcmp(text.octets + text.len - len, *mark, len) != 0 ||
                g_utf8_strlen(text.octets, (gssize)(text.len - len)) > CJK_NAME_CHARS_MAX)
                continue;
            piece->kind = PIECE_TOKEN;
            break;
        }
    }
}

void
mask_names(struct pieces *pieces)
{
    hide_opening(pieces);
    hide_closing(pieces);
    hide_behind_leads(pieces);
    hide_before_honorifics(pieces);
}
