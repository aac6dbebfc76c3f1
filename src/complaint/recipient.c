/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/recipient.h"

#include "base/domain.h"
#include "complaint/arf_message.h"
#include "report/address.h"
#include "report/header_line.h"

#define ADDRESS_OCTETS_MAX 254
#define LOCAL_OCTETS_MAX 64
#define NAME_CHARS_MAX 100

static bool
is_dot_atom(struct span local)
{
    char before = '.';
    if (local.len == 0 || local.len > LOCAL_OCTETS_MAX)
        return false;
    for (size_t i = 0; i < local.len; i++) {
        char octet = local.octets[i];
        bool dot = octet == '.';
        if (dot ? before == '.'
                : !g_ascii_isalnum(octet) && strchr("!#$%&'*+-/=?^_`{|}~", octet) == NULL)
            return false;
        before = octet;
    }
    return before != '.';
}

bool
complaint_address_ok(const char *address)
{
    struct span whole = span_of(address);
    ptrdiff_t at = span_find(whole, '@');
    g_autofree char *domain = NULL;
    g_autofree char *lower = NULL;
    /* Of other octets a NUL can't be here; strchr() in is_dot_atom() finds none, either. */
    if (at < 0 || whole.len > ADDRESS_OCTETS_MAX || !is_dot_atom(span_head(whole, (size_t)at)))
        return false;
    domain = domain_canonical(span_from(whole, (size_t)at + 1));
    lower = g_ascii_strdown(address + at + 1, -1);
    return domain != NULL && strcmp(domain, lower) == 0 && strchr(domain, '.') != NULL &&
           strchr(domain, '_') == NULL && g_ascii_isalpha(strrchr(domain, '.')[1]);
}

bool
recipient_typed(const char *address, char *const *own, GError **error)
{
    if (!complaint_address_ok(address)) {
        g_set_error(error, FAULT, FAULT_REJECT, "\"%s\" is no address to send to", address);
        return false;
    }
    for (; own != NULL && *own != NULL; own++)
        if (domain_is_within(strrchr(address, '@') + 1, *own)) {
            g_set_error(
                error, FAULT, FAULT_REJECT,
                "\"%s\" is one of our own: complaints don't go to %s, which [dnsbl] wldomain "
                "or [web] reportSender names; who is to get copies stands in [reports] "
                "email and emailSpam",
                address, *own);
            return false;
        }
    return true;
}

char *
recipient_sender(const char *text)
{
    g_autofree char *address =
        text != NULL && strpbrk(text, "\r\n") == NULL ? address_first(span_of(text)) : NULL;
    return address != NULL && complaint_address_ok(address) ? g_steal_pointer(&address) : NULL;
}

char *
recipient_sender_name(const char *text)
{
    const char *open = text != NULL ? strchr(text, '<') : NULL;
    g_autofree char *front = g_strndup(text, open != NULL ? (size_t)(open - text) : 0);
    g_autofree char *name = header_line(front, NAME_CHARS_MAX);
    g_strdelimit(name, "\"\\", ' ');
    g_strstrip(name);
    return strchr(name, '@') == NULL && name[0] != '\0' ? g_steal_pointer(&name) : NULL;
}
