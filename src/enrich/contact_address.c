/* SPDX-License-Identifier: Apache-2.0 */
#include "enrich/contact_address.h"

#include "base/domain.h"
#include "base/ip.h"

/* What stands where a registry or a company took the address away, or where nobody reads. */
static bool
is_placeholder(struct span local, const char *host)
{
    static const char *const locals[] = { "removed",  "redacted", "none",       "null",
                                          "nobody",   "devnull",  "noreply",    "no-reply",
                                          "no_reply", "no.reply", "donotreply", "do-not-reply",
                                          "no-email", "unread" };
    static const char *const parents[] = { "invalid", "localhost", "local" };
    g_autofree char *copy = span_dup(local);
    g_autofree char *word = g_ascii_strdown(copy, -1);
    for (size_t i = 0; i < G_N_ELEMENTS(locals); i++)
        if (strcmp(word, locals[i]) == 0)
            return true;
    for (size_t i = 0; i < G_N_ELEMENTS(parents); i++)
        if (domain_is_within(host, parents[i]))
            return true;
    return strstr(word, "redacted") != NULL || strstr(host, "redacted") != NULL;
}

static bool
is_own(const char *host, char *const *own)
{
    for (; own != NULL && *own != NULL; own++)
        if (domain_is_within(host, *own))
            return true;
    return false;
}

const char *
contact_address_read(struct span text, char *const *own, char **address)
{
    text = span_trim(text);
    if (span_starts_nocase(text, "mailto:"))
        text = span_from(text, strlen("mailto:"));
    struct span local;
    g_autofree char *host = NULL;
    const char *why = mail_address_read(text, &local, &host);
    if (why != NULL)
        return why;
    if (is_placeholder(local, host))
        return "a placeholder";
    if (is_own(host, own))
        return "one of our own domains";
    *address = g_strdup_printf("%.*s@%s", (int)local.len, local.octets, host);
    return NULL;
}

bool
contact_list_has(const char *list, const char *address)
{
    struct span rest = span_of(list), piece;
    bool spent = list[0] == '\0';
    while (span_cut(&rest, ',', &piece, &spent))
        if (span_equals_nocase(span_trim(piece), address))
            return true;
    return false;
}

size_t
contact_list_count(const char *list)
{
    size_t count = list[0] != '\0';
    for (; *list != '\0'; list++)
        count += *list == ',';
    return count;
}

static const char *
add_one(GString *list, struct span text, char *const *own)
{
    g_autofree char *address = NULL;
    const char *why = contact_address_read(text, own, &address);
    if (why != NULL || contact_list_has(list->str, address))
        return why;
    if (contact_list_count(list->str) == CONTACT_ADDRESSES_MAX ||
        list->len + 1 + strlen(address) > CONTACT_LIST_OCTETS_MAX)
        return "too many addresses";
    if (list->len > 0)
        g_string_append_c(list, ',');
    g_string_append(list, address);
    return NULL;
}

const char *
contact_list_add(GString *list, struct span texts, char *const *own)
{
    const char *first = NULL;
    struct span piece;
    bool spent = texts.len == 0;
    while (span_cut(&texts, ',', &piece, &spent)) {
        if (span_trim(piece).len == 0)
            continue;
        const char *why = add_one(list, piece, own);
        if (first == NULL)
            first = why;
    }
    return first;
}

char *
contact_domain_read(struct span text)
{
    g_autofree char *name = domain_canonical(text);
    struct ip ip;
    if (name == NULL || strchr(name, '.') == NULL || ip_parse(span_of(name), &ip))
        return NULL;
    return g_steal_pointer(&name);
}
