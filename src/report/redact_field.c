/* SPDX-License-Identifier: Apache-2.0 */
#include "report/redact_field.h"

#include "report/address.h"
#include "report/address_mask.h"
#include "report/gmime_border.h"
#include "report/header_line.h"
#include "report/redact_list.h"
#include "report/transfer.h"

#define FIELD_LINE_MAX 998
#define ANEW_ROUNDS 3

static bool
has_word(struct span name, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; i + len <= name.len; i++)
        if (span_starts_nocase(span_from(name, i), word))
            return true;
    return false;
}

static bool
ends_with(struct span name, const char *end)
{
    size_t len = strlen(end);
    return name.len >= len && span_equals_nocase(span_from(name, name.len - len), end);
}

static bool
is_one_of(struct span name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (span_equals_nocase(name, *names))
            return true;
    return false;
}

static bool
names_recipients(struct span name)
{
    static const char *const names[] = { "To",
                                         "Cc",
                                         "Bcc",
                                         "Resent-To",
                                         "Resent-Cc",
                                         "X-To",
                                         "Resent-Bcc",
                                         "X-Forwarded-For",
                                         "X-Receiver",
                                         "X-RCPT",
                                         "X-Real-To",
                                         "X-Resolved-To",
                                         "X-Envelope-For",
                                         NULL };
    static const char *const ends[] = { "delivered-to", "original-to", "envelope-to",
                                        "apparently-to", "forwarded-to" };
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
        if (ends_with(name, ends[i]))
            return true;
    return is_one_of(name, names) || has_word(name, "rcpt") || has_word(name, "recipient");
}

/* Where a person writes, and a name is no part of how the mail came. */
static bool
holds_words(struct span name)
{
    static const char *const names[] = { "Comments",
                                         "Keywords",
                                         "From",
                                         "Reply-To",
                                         "Sender",
                                         "Content-Description",
                                         "Content-Disposition",
                                         "Thread-Topic",
                                         "Organization",
                                         NULL };
    return is_one_of(name, names) || has_word(name, "subject");
}

/* --- who is named --- */

static bool
collect_names(struct conceal *conceal, struct span list)
{
    struct span piece;
    bool spent = false;
    bool room = true;
    while (room && span_cut(&list, ',', &piece, &spent)) {
        ptrdiff_t angle = span_find(piece, '<');
        struct span name = span_trim(span_head(piece, angle > 0 ? (size_t)angle : 0));
        if (span_find(name, '@') >= 0)
            continue;
        if (name.len > 1 && name.octets[0] == '"' && name.octets[name.len - 1] == '"')
            name = span_head(span_from(name, 1), name.len - 2);
        room = conceal_add_name(conceal, name);
    }
    return room;
}

static bool
collect_list(struct conceal *conceal, struct span value)
{
    g_autoptr(GString) decoded = g_string_new(NULL);
    struct span rest;
    struct span address;
    g_autofree char *first = NULL;
    bool any = false;
    bool room = true;
    gmime_border_header(value, decoded);
    rest = (struct span){ decoded->str, decoded->len };
    first = address_first(rest); /* knows quoted local parts */
    if (first != NULL)
        room = conceal_add_address(conceal, span_of(first));
    while (room && redact_list_next(&rest, &address)) {
        any = true;
        room = conceal_add_address(conceal, address);
    }
    rest = (struct span){ decoded->str, decoded->len };
    return room && (any ? collect_names(conceal, rest) : conceal_add_name(conceal, rest));
}

static bool
collect_behind(struct conceal *conceal, struct span value, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; i + len < value.len; i++) {
        struct span rest = span_from(value, i);
        struct span address;
        if (!span_starts_nocase(rest, word))
            continue;
        rest = span_trim(span_head(span_from(rest, len), 330));
        if (rest.len > 0 && rest.octets[0] == '<')
            rest = span_from(rest, 1);
        /* only the word that stands right there */
        if (redact_list_next(&rest, &address) && address.octets < value.octets + i + len + 4 &&
            !conceal_add_address(conceal, address))
            return false;
    }
    return true;
}

/* --- the field anew --- */

/* Folds hold blanks and something behind them, nothing is a control, no line is too long. */
static bool
may_stand(size_t column, struct span value)
{
    bool blank = false;
    for (size_t i = 0; i < value.len; i++) {
        unsigned char octet = (unsigned char)value.octets[i];
        size_t fold = octet == '\r' && span_from(value, i).len > 2 && value.octets[i + 1] == '\n' &&
                              (value.octets[i + 2] == ' ' || value.octets[i + 2] == '\t')
                          ? 2
                          : 0;
        if (fold > 0 && (blank || i == 0)) /* a line of blanks alone */
            return false;
        if (fold > 0) {
            column = 0;
            blank = true;
            i += fold - 1;
        } else if ((octet < 0x20 && octet != '\t') || octet >= 0x7F || ++column > FIELD_LINE_MAX) {
            return false;
        } else if (octet != ' ' && octet != '\t') {
            blank = false;
        }
    }
    return !blank;
}

char *
redact_field_fit(struct span value)
{
    g_autoptr(GString) decoded = NULL;
    g_autofree char *line = NULL;
    if (may_stand(0, value))
        return NULL;
    decoded = g_string_new(NULL);
    gmime_border_header(value, decoded);
    line = header_line(decoded->str, decoded->len);
    return g_strconcat(" ", line, NULL);
}

static void
append_anew(GString *out, struct span name, struct span value)
{
    g_autoptr(GString) decoded = g_string_new(NULL);
    g_autofree char *line = NULL;
    gmime_border_header(value, decoded);
    line = header_line(decoded->str, decoded->len);
    g_string_append_c(out, ' ');
    transfer_append_words(out, name.len + 2, span_of(line));
    g_string_append_len(out, "\r\n", 2);
}

bool
redact_field_collect(struct conceal *conceal, const struct redact_field *field)
{
    g_autofree char *fit = redact_field_fit(field->value);
    struct span value = fit != NULL ? span_of(fit) : field->value;
    if (names_recipients(field->name))
        return collect_list(conceal, value);
    if (ends_with(field->name, "received"))
        return collect_behind(conceal, value, " for ") && collect_behind(conceal, value, "\tfor ");
    return collect_behind(conceal, value, "rcptto=") && collect_behind(conceal, value, "rcpt=");
}

void
redact_field_append_fit(GString *out, struct span name, struct span value)
{
    g_string_append_len(out, name.octets, (gssize)name.len);
    g_string_append_c(out, ':');
    if (may_stand(name.len + 1, value)) {
        g_string_append_len(out, value.octets, (gssize)value.len);
        g_string_append_len(out, "\r\n", 2);
    } else {
        append_anew(out, name, value);
    }
}

/* What a type names is no text; its parameters may be file names. */
static GString *
concealed_type(const struct conceal *conceal, struct span value)
{
    ptrdiff_t end = span_find(value, ';');
    size_t front = end >= 0 ? (size_t)end : value.len;
    struct span rest = span_from(value, front);
    GString *head = conceal_text(conceal, span_head(value, front), CONCEAL_FIELD);
    g_autoptr(GString) tail = conceal_text(conceal, rest, CONCEAL_FIELD | CONCEAL_WORDS);
    if (head == NULL && tail == NULL)
        return NULL;
    if (head == NULL)
        head = g_string_new_len(value.octets, (gssize)front);
    if (tail != NULL)
        rest = (struct span){ tail->str, tail->len };
    return g_string_append_len(head, rest.octets, (gssize)rest.len);
}

/* Encoded words are read before anything else, so that a needle within them goes as text does;
 * NULL: nothing to conceal. */
static GString *
concealed_value(const struct conceal *conceal, struct span value, unsigned flags)
{
    g_autoptr(GString) decoded = NULL;
    g_autofree char *line = NULL;
    g_autofree char *text = NULL;
    GString *changed;
    if (may_stand(0, value) && span_find_string(value, "=?") < 0)
        return conceal_text(conceal, value, flags);
    decoded = g_string_new(NULL);
    gmime_border_header(value, decoded);
    line = header_line(decoded->str, decoded->len); /* as it will be written */
    text = g_strconcat(" ", line, NULL);
    changed = conceal_text(conceal, span_of(text), flags);
    return changed != NULL ? changed : conceal_text(conceal, value, flags);
}

/* A field that is written anew is folded where it was not, and who reads it takes folds out: what
 * stands there then, is looked at again. */
static void
append_concealed(GString *out, const struct conceal *conceal, struct span name, struct span value,
                 unsigned flags)
{
    g_autoptr(GString) changed = NULL;
    for (unsigned round = 0; round < ANEW_ROUNDS; round++) {
        size_t start = out->len;
        bool stands = may_stand(name.len + 1, value);
        redact_field_append_fit(out, name, value);
        if (stands)
            return;
        struct span written = span_from((struct span){ out->str, out->len }, start + name.len + 1);
        GString *again = concealed_value(conceal, span_head(written, written.len - 2), flags);
        if (again == NULL)
            return;
        g_string_truncate(out, start);
        if (changed != NULL)
            g_string_free(changed, TRUE);
        changed = again;
        value = (struct span){ changed->str, changed->len };
    }
    redact_field_append_fit(out, name, value);
}

static void
append_field(GString *out, const struct conceal *conceal, const struct redact_field *field)
{
    unsigned flags = CONCEAL_FIELD | (holds_words(field->name) ? CONCEAL_WORDS : 0u) |
                     (is_one_of(field->name, address_id_fields) ? CONCEAL_IDS : 0u);
    g_autoptr(GString) changed = NULL;
    struct span value = field->value;
    if (names_recipients(field->name)) {
        redact_list_append(out, conceal, field);
        return;
    }
    if (span_equals_nocase(field->name, "List-Unsubscribe")) {
        redact_list_append_unsubscribe(out, conceal, field);
        return;
    }
    changed = span_equals_nocase(field->name, "Content-Type")
                  ? concealed_type(conceal, value)
                  : concealed_value(conceal, value, flags);
    if (changed != NULL)
        value = (struct span){ changed->str, changed->len };
    append_concealed(out, conceal, field->name, value, flags);
}

void
redact_field_append(GString *out, const struct conceal *conceal, const struct redact_field *field)
{
    g_autoptr(GString) name = conceal_text(conceal, field->name, 0); /* even there */
    struct redact_field named = *field;
    if (name != NULL)
        named.name = span_head((struct span){ name->str, name->len }, FIELD_NAME_OCTETS_MAX);
    append_field(out, conceal, &named);
}
