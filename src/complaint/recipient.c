/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/recipient.h"

#include "base/domain.h"
#include "base/mail_address.h"
#include "complaint/arf_message.h"
#include "report/address.h"
#include "report/header_line.h"

#define NAME_CHARS_MAX 100

bool
complaint_address_ok(const char *address)
{
    struct span local;
    g_autofree char *host = NULL;
    return mail_address_read(span_of(address), &local, &host) == NULL &&
           g_ascii_strcasecmp(address + local.len + 1, host) == 0;
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
