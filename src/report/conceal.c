/* SPDX-License-Identifier: Apache-2.0 */
#include "report/conceal.h"

#include "base/domain.h"
#include "base/text.h"
#include "report/address_mask.h"
#include "report/conceal_view.h"

#define ADDRESS_OCTETS_MAX 320
#define NAME_OCTETS_MIN 4
#define NAME_OCTETS_MAX 128
#define TOKEN_DIGITS 16
#define TOKEN_OF_ALL CONCEAL_TOKEN_FRONT "0000000000000000"
#define ROUNDS_MAX 3

struct conceal {
    struct needles *needles;
    GPtrArray *tokens;
    GHashTable *known; /* addresses in lower case */
    char *key;
    unsigned addresses;
    bool full;
    bool all;
};

struct conceal *
conceal_new(const char *key)
{
    struct conceal *conceal = g_new0(struct conceal, 1);
    conceal->needles = needles_new();
    conceal->tokens = g_ptr_array_new_with_free_func(g_free);
    conceal->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    conceal->key = g_strdup(key != NULL ? key : "");
    return conceal;
}

void
conceal_free(struct conceal *conceal)
{
    if (conceal == NULL)
        return;
    needles_free(conceal->needles);
    g_ptr_array_unref(conceal->tokens);
    g_hash_table_unref(conceal->known);
    g_free(conceal->key);
    g_free(conceal);
}

void
conceal_all(struct conceal *conceal)
{
    conceal->all = true;
}

bool
conceal_is_all(const struct conceal *conceal)
{
    return conceal->all;
}

char *
conceal_token(const struct conceal *conceal, struct span secret)
{
    return conceal->all ? g_strdup(TOKEN_OF_ALL) : conceal_label(conceal, secret);
}

char *
conceal_label(const struct conceal *conceal, struct span secret)
{
    g_autofree char *lower =
        g_ascii_strdown(secret.octets != NULL ? secret.octets : "", (gssize)secret.len);
    g_autofree char *digest =
        g_compute_hmac_for_data(G_CHECKSUM_SHA256, (const guchar *)conceal->key,
                                strlen(conceal->key), (const guchar *)lower, secret.len);
    return g_strdup_printf(CONCEAL_TOKEN_FRONT "%.*s", TOKEN_DIGITS, digest);
}

bool
conceal_ends_in_token(struct span text)
{
    struct span token = span_from(text, text.len - MIN(text.len, CONCEAL_TOKEN_OCTETS));
    if (token.len < CONCEAL_TOKEN_OCTETS || !span_starts_nocase(token, CONCEAL_TOKEN_FRONT))
        return false;
    for (size_t i = strlen(CONCEAL_TOKEN_FRONT); i < token.len; i++)
        if (!g_ascii_isxdigit(token.octets[i]))
            return false;
    return true;
}

/* An address that a token is part of is none of the mail's own: it came to be when another was
 * replaced. */
static bool
holds_token(struct span text)
{
    for (size_t end = CONCEAL_TOKEN_OCTETS; end <= text.len; end++)
        if (conceal_ends_in_token(span_head(text, end)))
            return true;
    return false;
}

/* --- needles --- */

struct pieces {
    struct span local;
    const char *domain;
    uint32_t token;
};

/* "BEFORE local BEHIND": only the local part is the secret, unless all of it is. */
static bool
add_needle(struct conceal *conceal, const struct pieces *pieces, const char *before,
           const char *behind)
{
    g_autoptr(GString) text = g_string_new(before);
    struct needle needle = { .from = (uint16_t)text->len, .token = pieces->token };
    g_string_append_len(text, pieces->local.octets, (gssize)pieces->local.len);
    needle.to = (uint16_t)text->len;
    g_string_append(text, behind);
    if (conceal->all) {
        needle.from = 0;
        needle.to = (uint16_t)text->len;
    }
    return needles_add(conceal->needles, (struct span){ text->str, text->len }, needle);
}

static bool
add_forms(struct conceal *conceal, const struct pieces *pieces)
{
    g_autofree char *at = g_strconcat("@", pieces->domain, NULL);
    g_autofree char *verp = g_strconcat("=", pieces->domain, NULL);
    g_autofree char *srs = g_strconcat(pieces->domain, "=", NULL);
    return add_needle(conceal, pieces, "", at) && add_needle(conceal, pieces, "", verp) &&
           add_needle(conceal, pieces, srs, "@");
}

/* Both forms of a domain: as it stands, as A-labels, as U-labels. */
static bool
add_domains(struct conceal *conceal, struct pieces *pieces, struct span domain)
{
    g_autofree char *written = span_dup(domain);
    g_autofree char *ascii = domain_canonical(domain);
    g_autofree char *unicode = ascii != NULL ? g_hostname_to_unicode(ascii) : NULL;
    const char *const forms[] = { written, ascii, unicode };
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        pieces->domain = forms[i];
        if (forms[i] != NULL && !add_forms(conceal, pieces))
            return false;
    }
    return true;
}

/* Words that stand in every text, or belong to nobody. */
static bool
is_common(struct span local)
{
    static const char *const words[] = {
        "abuse",     "account",  "accounts",   "admin",    "administrator", "alert",  "billing",
        "contact",   "email",    "help",       "helpdesk", "hello",         "home",   "hostmaster",
        "http",      "https",    "info",       "invoice",  "list",          "mail",   "mailbox",
        "marketing", "news",     "newsletter", "noreply",  "no-reply",      "office", "order",
        "orders",    "post",     "postmaster", "press",    "root",          "sales",  "security",
        "service",   "services", "shop",       "spam",     "support",       "team",   "test",
        "user",      "users",    "webmaster",  "your",     "redacted",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (span_equals_nocase(local, words[i]))
            return true;
    return false;
}

/* Of letters, with what stands in names between them: an address of the source, a host or a date
 * in a recipient's place must not take facts out of the mail. */
static bool
is_name(struct span name)
{
    size_t letters = 0;
    for (size_t i = 0; i < name.len; i++) {
        unsigned char octet = (unsigned char)name.octets[i];
        if (g_ascii_isalpha((char)octet) || octet >= 0x80)
            letters++;
        else if (octet < 0x20 || strchr(" .'-_+0123456789", octet) == NULL)
            return false;
    }
    return name.len >= NAME_OCTETS_MIN && name.len <= NAME_OCTETS_MAX && letters * 2 > name.len &&
           !is_common(name) && !conceal_ends_in_token(name);
}

static bool
add_word(struct conceal *conceal, struct span word, uint32_t token)
{
    struct needle needle = { .to = (uint16_t)word.len, .place = NEEDLE_WORD, .token = token };
    g_autofree char *narrow = NULL;
    gsize len = 0;
    if (!is_name(word))
        return true;
    narrow = g_convert(word.octets, (gssize)word.len, "windows-1252", "utf-8", NULL, &len, NULL);
    if (narrow != NULL && len < word.len) {
        struct needle other = needle;
        other.to = (uint16_t)len;
        if (!needles_add(conceal->needles, (struct span){ narrow, len }, other))
            return false;
    }
    return needles_add(conceal->needles, word, needle);
}

static uint32_t
new_token(struct conceal *conceal, struct span secret)
{
    g_ptr_array_add(conceal->tokens, conceal_token(conceal, secret));
    return conceal->tokens->len - 1;
}

static ptrdiff_t
last_at(struct span address)
{
    for (size_t i = address.len; i > 0; i--)
        if (address.octets[i - 1] == '@')
            return (ptrdiff_t)i - 1;
    return -1;
}

static bool
add_local(struct conceal *conceal, struct pieces *pieces, struct span domain)
{
    return add_domains(conceal, pieces, domain) && add_word(conceal, pieces->local, pieces->token);
}

bool
conceal_add_address(struct conceal *conceal, struct span address)
{
    struct span trimmed = span_trim(address);
    ptrdiff_t at = last_at(trimmed);
    struct pieces pieces = { .local = span_head(trimmed, at > 0 ? (size_t)at : 0) };
    struct span domain = span_from(trimmed, (size_t)at + 1);
    ptrdiff_t plus = span_find(pieces.local, '+');
    g_autofree char *lower = NULL;
    if (conceal->all && span_equals(trimmed, ADDRESS_MASK))
        return !conceal->full;
    if (at <= 0 || domain.len == 0 || trimmed.len > ADDRESS_OCTETS_MAX ||
        memchr(trimmed.octets, '\0', trimmed.len) != NULL || holds_token(pieces.local))
        return !conceal->full;
    lower = g_ascii_strdown(trimmed.octets, (gssize)trimmed.len);
    if (g_hash_table_contains(conceal->known, lower))
        return !conceal->full;
    if (++conceal->addresses > CONCEAL_ADDRESSES_MAX) {
        conceal->full = true;
        return false;
    }
    pieces.token = new_token(conceal, trimmed);
    g_hash_table_add(conceal->known, g_steal_pointer(&lower));
    conceal->full = !add_local(conceal, &pieces, domain);
    if (plus > 0 && !conceal->full) {
        pieces.local = span_head(pieces.local, (size_t)plus);
        conceal->full = !add_local(conceal, &pieces, domain);
    }
    return !conceal->full;
}

bool
conceal_add_name(struct conceal *conceal, struct span name)
{
    struct span trimmed = span_trim(name);
    if (is_name(trimmed) && !add_word(conceal, trimmed, new_token(conceal, trimmed)))
        conceal->full = true;
    return !conceal->full;
}

void
conceal_close(struct conceal *conceal)
{
    needles_close(conceal->needles);
}

GString *
conceal_text(const struct conceal *conceal, struct span text, unsigned flags)
{
    bool masks = conceal->all && (flags & (CONCEAL_FIELD | CONCEAL_WORDS)) != 0 &&
                 (flags & CONCEAL_IDS) == 0;
    GString *now = masks ? address_mask(text) : NULL;
    bool again = conceal->tokens->len > 0;
    enum view end = (flags & CONCEAL_PLAIN) != 0 ? VIEW_PLAIN + 1 : VIEWS;
    /* A second round sees what the first one left whole; it finds nothing in texts of people. */
    for (unsigned round = 0; again && round < ROUNDS_MAX; round++) {
        again = false;
        for (enum view view = VIEW_PLAIN; view < end; view++) {
            struct span from = now != NULL ? (struct span){ now->str, now->len } : text;
            GString *next = conceal_view(conceal->needles, (char *const *)conceal->tokens->pdata,
                                         from, view, flags);
            if (next == NULL)
                continue;
            if (now != NULL)
                g_string_free(now, TRUE);
            now = next;
            again = true;
        }
    }
    return now;
}
