/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/redact_field.h"

#include "complaint/recipient.h"
#include "complaint/transfer.h"
#include "report/address.h"
#include "report/gmime_border.h"

#define FIELD_LINE_MAX 998
#define LISTED_MAX 2000 /* recipients of one field */

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

/* The next word with an "@", without what stands around addresses. */
static bool
next_address(struct span *rest, struct span *address)
{
    static const char around[] = " \t\r\n<>,;:()\"[]'";
    while (rest->len > 0) {
        size_t len = 0;
        while (len < rest->len && rest->octets[len] != '\0' &&
               strchr(around, rest->octets[len]) == NULL)
            len++;
        *address = span_head(*rest, len);
        *rest = span_from(*rest, len + (len < rest->len));
        if (span_find(*address, '@') > 0)
            return true;
    }
    return false;
}

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
    while (room && next_address(&rest, &address)) {
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
        if (next_address(&rest, &address) && address.octets < value.octets + i + len + 4 &&
            !conceal_add_address(conceal, address))
            return false;
    }
    return true;
}

bool
redact_field_collect(struct conceal *conceal, const struct redact_field *field)
{
    if (names_recipients(field->name))
        return collect_list(conceal, field->value);
    if (ends_with(field->name, "received"))
        return collect_behind(conceal, field->value, " for ") &&
               collect_behind(conceal, field->value, "\tfor ");
    return collect_behind(conceal, field->value, "rcptto=") &&
           collect_behind(conceal, field->value, "rcpt=");
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

static void
append_anew(GString *out, struct span name, struct span value)
{
    g_autoptr(GString) decoded = g_string_new(NULL);
    g_autofree char *line = NULL;
    gmime_border_header(value, decoded);
    line = recipient_line(decoded->str, decoded->len);
    g_string_append_c(out, ' ');
    transfer_append_words(out, name.len + 2, span_of(line));
    g_string_append_len(out, "\r\n", 2);
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

/* "redacted-...@example.com" for each address; lists without one become a token as a whole. */
static void
append_list(GString *out, const struct conceal *conceal, const struct redact_field *field)
{
    g_autoptr(GString) decoded = g_string_new(NULL);
    g_autoptr(GString) list = g_string_new(NULL);
    struct span rest;
    struct span address;
    unsigned count = 0;
    gmime_border_header(field->value, decoded);
    rest = (struct span){ decoded->str, decoded->len };
    while (count < LISTED_MAX && next_address(&rest, &address)) {
        g_autofree char *domain = NULL;
        struct span local;
        size_t at = address.len;
        while (address.octets[at - 1] != '@')
            at--;
        local = span_head(address, at - 1);
        domain = span_dup(span_from(address, at));
        g_autofree char *token =
            conceal_ends_in_token(local) ? span_dup(local) : conceal_token(conceal, address);
        g_autofree char *ascii = recipient_ascii(domain, 255);
        g_string_append_printf(list, "%s%s@%s", count++ > 0 ? ", " : "", token, ascii);
    }
    if (count == 0) {
        struct span whole = span_trim((struct span){ decoded->str, decoded->len });
        g_autofree char *token = NULL;
        if (span_starts_nocase(whole, "undisclosed"))
            token = g_strdup("undisclosed-recipients:;");
        else if (whole.len == 0 ||
                 (whole.len == CONCEAL_TOKEN_OCTETS && conceal_ends_in_token(whole)))
            token = span_dup(whole);
        else
            token = conceal_token(conceal, whole);
        g_string_assign(list, token);
    }
    g_string_append_len(out, field->name.octets, (gssize)field->name.len);
    g_string_append(out, ": ");
    transfer_append_words(out, field->name.len + 2, (struct span){ list->str, list->len });
    g_string_append_len(out, "\r\n", 2);
}

/* <https://host/token>, <mailto:token@host>: all but scheme and host may tell the recipient. */
static void
append_unsubscribe(GString *list, const struct conceal *conceal, struct span url)
{
    bool mail = span_starts_nocase(url, "mailto:");
    ptrdiff_t slashes = span_find_string(url, "://");
    struct span secret = span_from(url, mail ? 7 : slashes > 0 ? (size_t)slashes + 3 : 0);
    size_t len = 0;
    g_autofree char *host = NULL;
    g_autofree char *token = NULL;
    ptrdiff_t at = span_find(secret, '@');
    struct span name = mail && at >= 0 ? span_from(secret, (size_t)at + 1) : secret;
    while (len < name.len &&
           (g_ascii_isalnum(name.octets[len]) || strchr(".-_:", name.octets[len]) != NULL))
        len++;
    host = span_dup(span_head(name, mail || slashes > 0 ? len : 0));
    if (list->len > 0)
        g_string_append(list, ", ");
    if (mail && at > 0 && conceal_ends_in_token(span_head(secret, (size_t)at)))
        token = span_dup(span_head(secret, (size_t)at));
    else if (!mail && name.len == len + 1 + CONCEAL_TOKEN_OCTETS && conceal_ends_in_token(name))
        token = span_dup(span_from(name, len + 1));
    else
        token = conceal_token(conceal, url);
    if (mail)
        g_string_append_printf(list, "<mailto:%s@%s>", token, host);
    else
        g_string_append_printf(list, "<%s://%s/%s>",
                               span_starts_nocase(url, "http:") ? "http" : "https", host, token);
}

static void
append_unsubscribes(GString *out, const struct conceal *conceal, const struct redact_field *field)
{
    g_autoptr(GString) decoded = g_string_new(NULL);
    g_autoptr(GString) list = g_string_new(NULL);
    struct span rest;
    gmime_border_header(field->value, decoded);
    rest = (struct span){ decoded->str, decoded->len };
    for (;;) {
        ptrdiff_t open = span_find(rest, '<');
        ptrdiff_t close = open >= 0 ? span_find(span_from(rest, (size_t)open), '>') : -1;
        if (close <= 0)
            break;
        append_unsubscribe(
            list, conceal,
            span_trim(span_head(span_from(rest, (size_t)open + 1), (size_t)close - 1)));
        rest = span_from(rest, (size_t)(open + close) + 1);
    }
    g_string_append_len(out, field->name.octets, (gssize)field->name.len);
    g_string_append(out, ": ");
    transfer_append_words(out, field->name.len + 2, (struct span){ list->str, list->len });
    g_string_append_len(out, "\r\n", 2);
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

void
redact_field_append(GString *out, const struct conceal *conceal, const struct redact_field *field)
{
    unsigned flags = CONCEAL_FIELD | (holds_words(field->name) ? CONCEAL_WORDS : 0u);
    g_autoptr(GString) changed = NULL;
    g_autoptr(GString) decoded = NULL;
    g_autoptr(GString) again = NULL;
    struct span value = field->value;
    if (names_recipients(field->name)) {
        append_list(out, conceal, field);
        return;
    }
    if (span_equals_nocase(field->name, "List-Unsubscribe")) {
        append_unsubscribes(out, conceal, field);
        return;
    }
    changed = span_equals_nocase(field->name, "Content-Type") ? concealed_type(conceal, value)
                                                              : conceal_text(conceal, value, flags);
    if (changed != NULL)
        value = (struct span){ changed->str, changed->len };
    if (!may_stand(0, value) || span_find_string(value, "=?") >= 0) {
        decoded = g_string_new(NULL);
        gmime_border_header(value, decoded);
        again = conceal_text(conceal, (struct span){ decoded->str, decoded->len }, flags);
    }
    if (again != NULL) { /* within encoded words */
        g_string_insert_c(again, 0, ' ');
        value = (struct span){ again->str, again->len };
    }
    redact_field_append_fit(out, field->name, value);
}
