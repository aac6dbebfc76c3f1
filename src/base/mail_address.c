/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mail_address.h"

#include <string.h>

#include "base/domain.h"

static bool
is_atext(char c) /* a NUL is none */
{
    return g_ascii_isalnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool
is_dot_atom(struct span local)
{
    bool after_dot = true;
    for (size_t i = 0; i < local.len; i++) {
        char c = local.octets[i];
        if (c == '.' ? after_dot : !is_atext(c))
            return false;
        after_dot = c == '.';
    }
    return !after_dot;
}

static char *
read_host(struct span text)
{
    g_autofree char *host = domain_canonical(text);
    const char *last = host != NULL ? strrchr(host, '.') : NULL;
    if (last == NULL || g_ascii_isdigit(last[1]) || strchr(host, '_') != NULL)
        return NULL;
    return g_steal_pointer(&host);
}

const char *
mail_address_read(struct span text, struct span *local, char **host)
{
    ptrdiff_t at = span_find(text, '@');
    if (at < 0)
        return "no address";
    struct span before = span_head(text, (size_t)at);
    if (text.len > MAIL_ADDRESS_OCTETS_MAX || before.len > MAIL_LOCAL_OCTETS_MAX)
        return "too long";
    if (!is_dot_atom(before))
        return "no plain local part";
    g_autofree char *name = read_host(span_from(text, (size_t)at + 1));
    if (name == NULL)
        return "no host name behind the @";
    if (before.len + 1 + strlen(name) > MAIL_ADDRESS_OCTETS_MAX)
        return "too long"; /* a U-label grew */
    *local = before;
    *host = g_steal_pointer(&name);
    return NULL;
}
