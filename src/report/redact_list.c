/* SPDX-License-Identifier: Apache-2.0 */
#include "report/redact_list.h"

#include "base/domain.h"
#include "report/address_mask.h"
#include "report/gmime_border.h"

#define LISTED_MAX 2000 /* recipients of one field */
#define BETWEEN ",\r\n "

bool
redact_list_next(struct span *rest, struct span *address)
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

/* A-labels; what is no host name, with nothing that a list could be parted by. */
static char *
list_domain(const char *domain)
{
    char *name = domain_canonical(span_of(domain));
    if (name != NULL)
        return name;
    name = g_ascii_strdown(domain, MIN((gssize)strlen(domain), DOMAIN_OCTETS_MAX));
    for (char *at = name; *at != '\0'; at++)
        if (!g_ascii_isalnum(*at) && strchr("-_", *at) == NULL)
            *at = *at == '.' && at[1] != '\0' && at[1] != '.' ? '.' : '_';
    return name;
}

void
redact_list_append(GString *out, const struct conceal *conceal, const struct redact_field *field)
{
    g_autoptr(GString) decoded = g_string_new(NULL);
    g_autoptr(GString) list = g_string_new(NULL);
    struct span rest;
    struct span address;
    unsigned count = 0;
    gmime_border_header(field->value, decoded);
    rest = (struct span){ decoded->str, decoded->len };
    while (count < LISTED_MAX && redact_list_next(&rest, &address)) {
        g_autofree char *domain = NULL;
        struct span local;
        size_t at = address.len;
        while (address.octets[at - 1] != '@')
            at--;
        local = span_head(address, at - 1);
        domain = span_dup(span_from(address, at));
        g_autofree char *token =
            conceal_ends_in_token(local) ? span_dup(local) : conceal_token(conceal, address);
        g_autofree char *ascii = list_domain(domain);
        g_string_append(list, count++ > 0 ? BETWEEN : "");
        if (conceal_is_all(conceal))
            g_string_append(list, ADDRESS_MASK);
        else
            g_string_append_printf(list, "%s@%s", token, ascii);
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
    g_string_append_len(out, list->str, (gssize)list->len);
    g_string_append_len(out, "\r\n", 2);
}

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
        g_string_append(list, BETWEEN);
    if (mail && at > 0 && conceal_ends_in_token(span_head(secret, (size_t)at)))
        token = span_dup(span_head(secret, (size_t)at));
    else if (!mail && name.len == len + 1 + CONCEAL_TOKEN_OCTETS && conceal_ends_in_token(name))
        token = span_dup(span_from(name, len + 1));
    else
        token = conceal_token(conceal, url);
    if (mail && conceal_is_all(conceal))
        g_string_append(list, "<mailto:" ADDRESS_MASK ">");
    else if (mail)
        g_string_append_printf(list, "<mailto:%s@%s>", token, host);
    else
        g_string_append_printf(list, "<%s://%s/%s>",
                               span_starts_nocase(url, "http:") ? "http" : "https", host, token);
}

void
redact_list_append_unsubscribe(GString *out, const struct conceal *conceal,
                               const struct redact_field *field)
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
    g_string_append_len(out, list->str, (gssize)list->len);
    g_string_append_len(out, "\r\n", 2);
}
