/* SPDX-License-Identifier: Apache-2.0 */
#include "classify/mask.h"

#include "base/text.h"
#include "classify/mask_names.h"

#define KNOWN_WORDS_MAX 32
#define KNOWN_OCTETS_MAX 4096 /* of an address list that is read */
#define KNOWN_LETTERS_MIN 3

/* clang-format off */
/* Words of addresses that name nobody. */
static const char *const roles[] = {
    "abuse", "account", "accounts", "admin", "alert", "alerts", "billing", "bounces", "company",
    "contact", "customer", "dev", "email", "finance", "help", "helpdesk", "hello", "hostmaster",
    "info", "invoice", "invoices", "job", "jobs", "kontakt", "list", "mail", "mailbox",
    "marketing", "news", "newsletter", "noreply", "office", "order", "orders", "payment",
    "payroll", "postmaster", "press", "recipients", "redacted", "reply", "root", "sales",
    "security", "service", "support", "team", "test", "the", "undisclosed", "user", "users",
    "webmaster", "xxx", NULL
};
/* clang-format on */

void
known_words_init(struct known_words *known)
{
    *known = (struct known_words){ .words = g_ptr_array_new_with_free_func(g_free) };
}

void
known_words_clear(struct known_words *known)
{
    g_clear_pointer(&known->words, g_ptr_array_unref);
}

static bool
is_known(const struct piece *piece, const struct known_words *known)
{
    char initial = piece->ascii ? g_ascii_tolower(piece->text.octets[0]) : piece_initial(piece);
    if (known == NULL || (known->initials[(guchar)initial / 32] >> (guchar)initial % 32 & 1) == 0)
        return false;
    for (size_t i = 0; i < known->words->len; i++) {
        const char *word = g_ptr_array_index(known->words, i);
        if (*word == initial && piece_equals(piece, word))
            return true;
    }
    return false;
}

static void
add_known(struct known_words *known, struct span word)
{
    struct piece piece = { .kind = PIECE_WORD, .text = word };
    if (g_utf8_strlen(word.octets, (gssize)word.len) < KNOWN_LETTERS_MIN ||
        known->words->len >= KNOWN_WORDS_MAX || piece_is_any(&piece, roles) ||
        is_known(&piece, known))
        return;
    char *lower = g_utf8_strdown(word.octets, (gssize)word.len);
    known->initials[(guchar)*lower / 32] |= 1u << (guchar)*lower % 32;
    g_ptr_array_add(known->words, lower);
}

void
known_words_add(struct known_words *known, const char *addresses)
{
    struct span rest = span_of(addresses);
    bool domain = false;
    rest = span_head(rest, text_cut_octets(rest.octets, rest.len, KNOWN_OCTETS_MAX));
    size_t at = 0;
    while (at < rest.len) {
        size_t start = at;
        while (at < rest.len && (g_ascii_isalpha(rest.octets[at]) || (rest.octets[at] & 0x80)))
            at++;
        if (at > start) {
            if (!domain)
                add_known(known, (struct span){ rest.octets + start, at - start });
            continue;
        }
        if (rest.octets[at] == '@')
            domain = true;
        else if (strchr(",;> \t", rest.octets[at]) != NULL)
            domain = false;
        at++;
    }
}

static void
hide_known(struct pieces *pieces, const struct known_words *known)
{
    for (size_t i = 0; i < pieces->count; i++) {
        struct piece *piece = &pieces->at[i];
        if (piece->kind == PIECE_WORD && is_known(piece, known))
            piece->kind = PIECE_TOKEN;
    }
}

static bool
is_mask(const struct piece *piece)
{
    return piece->kind == PIECE_NUMBER || piece->kind == PIECE_TOKEN;
}

/* "1.234,56", "2026-01-02" and "4f3a-77b1" are one number or token; "12 34" and two names are one
 * too. Returns the piece up to which pieces[first] reaches, and the kind of the whole. */
static size_t
joined(const struct pieces *pieces, size_t first, enum piece_kind *kind)
{
    size_t last = first;
    *kind = pieces->at[first].kind;
    while (last + 2 < pieces->count) {
        const struct piece *gap = &pieces->at[last + 1];
        const struct piece *next = &pieces->at[last + 2];
        if (gap->kind != PIECE_GAP || gap->text.len != 1 || !is_mask(next))
            break;
        if (gap->text.octets[0] == ' ' ? next->kind != *kind
                                       : strchr(".,:/-_'", gap->text.octets[0]) == NULL)
            break;
        if (next->kind == PIECE_TOKEN)
            *kind = PIECE_TOKEN;
        last += 2;
    }
    return last;
}

/* White space of the gap becomes one space; at the ends it goes. */
static void
append_gap(GString *out, struct span gap, bool at_end)
{
    if (gap.len == 1 && gap.octets[0] == ' ' && !at_end) { /* most are */
        if (out->len > 0 && out->str[out->len - 1] != ' ')
            g_string_append_c(out, ' ');
        return;
    }
    for (const char *at = gap.octets; at < gap.octets + gap.len; at += g_utf8_skip[(guchar)*at]) {
        gunichar c = g_utf8_get_char(at);
        if (c < 0x80 && g_ascii_isgraph((char)c)) {
            g_string_append_c(out, (char)c);
            continue;
        }
        if (!g_unichar_isspace(c) && !g_unichar_iscntrl(c))
            g_string_append_unichar(out, c);
        else if (out->len > 0 && out->str[out->len - 1] != ' ')
            g_string_append_c(out, ' ');
    }
    while (at_end && out->len > 0 && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
}

static void
write_template(const struct pieces *pieces, GString *out)
{
    g_string_truncate(out, 0);
    for (size_t i = 0; i < pieces->count; i++) {
        const struct piece *piece = &pieces->at[i];
        enum piece_kind kind;
        if (piece->kind == PIECE_GAP) {
            append_gap(out, piece->text, i + 1 == pieces->count);
        } else if (piece->kind == PIECE_WORD) {
            g_string_append_len(out, piece->text.octets, (gssize)piece->text.len);
        } else {
            i = joined(pieces, i, &kind);
            g_string_append_c(out, kind == PIECE_NUMBER ? '#' : '*');
        }
    }
    if (out->len > PATTERN_CHARS_MAX)
        g_string_truncate(out, text_cut_chars(out->str, out->len, PATTERN_CHARS_MAX));
}

void
masker_init(struct masker *masker)
{
    masker->pieces = (struct pieces){ 0 };
    masker->out = g_string_new(NULL);
}

void
masker_clear(struct masker *masker)
{
    pieces_clear(&masker->pieces);
    g_string_free(masker->out, TRUE);
}

const struct pieces *
masker_cut(struct masker *masker, struct span utf8, enum mask_scope scope,
           const struct known_words *known)
{
    struct span head = span_head(utf8, text_cut_octets(utf8.octets, utf8.len, MASK_OCTETS_MAX));
    pieces_cut(&masker->pieces, head);
    if (scope == MASK_NAMES)
        mask_names(&masker->pieces);
    if (known != NULL && known->words->len > 0)
        hide_known(&masker->pieces, known);
    return &masker->pieces;
}

const GString *
masker_run(struct masker *masker, struct span utf8, enum mask_scope scope,
           const struct known_words *known)
{
    write_template(masker_cut(masker, utf8, scope, known), masker->out);
    return masker->out;
}

char *
mask_text(struct span utf8, enum mask_scope scope, const struct known_words *known)
{
    struct masker masker;
    masker_init(&masker);
    char *text = g_strdup(masker_run(&masker, utf8, scope, known)->str);
    masker_clear(&masker);
    return text;
}

size_t
mask_letters(const char *masked)
{
    size_t letters = 0;
    for (const char *at = masked; *at != '\0'; at += g_utf8_skip[(guchar)*at])
        letters +=
            (guchar)*at < 0x80 ? g_ascii_isalpha(*at) : g_unichar_isalpha(g_utf8_get_char(at));
    return letters;
}
