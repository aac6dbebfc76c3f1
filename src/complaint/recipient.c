/* SPDX-License-Identifier: Apache-2.0 */
#include "complaint/recipient.h"

#include "base/domain.h"
#include "base/text.h"
#include "complaint/arf_message.h"
#include "report/address.h"

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

static bool
is_gap(gunichar character)
{
    return character <= 0x20 || (character >= 0x7F && character <= 0xA0) || character == 0x61C ||
           (character >= 0x200B && character <= 0x200F) ||
           (character >= 0x2028 && character <= 0x202F) ||
           (character >= 0x2060 && character <= 0x206F) || character == 0xFEFF ||
           (character >= 0xFFF9 && character <= 0xFFFB);
}

char *
recipient_line(const char *text, size_t chars)
{
    g_autofree char *valid = text_utf8(span_of(text));
    GString *line = g_string_new(NULL);
    bool gap = false;
    for (char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar character = g_utf8_get_char(at);
        if (is_gap(character)) {
            gap = line->len > 0;
            continue;
        }
        if (gap)
            g_string_append_c(line, ' ');
        gap = false;
        g_string_append_unichar(line, character);
    }
    size_t whole = text_cut_chars(line->str, line->len, chars);
    if (whole < line->len && chars > 3) {
        g_string_truncate(line, text_cut_chars(line->str, line->len, chars - 3));
        g_string_append(line, "...");
    }
    return g_string_free(line, FALSE);
}

char *
recipient_ascii(const char *text, size_t chars)
{
    g_autofree char *line = recipient_line(text, chars);
    GString *ascii = g_string_new(NULL);
    for (char *at = line; *at != '\0'; at = g_utf8_next_char(at))
        g_string_append_c(ascii, g_utf8_get_char(at) < 0x7F ? *at : '?');
    return g_string_free(ascii, FALSE);
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
    g_autofree char *name = recipient_line(front, NAME_CHARS_MAX);
    g_strdelimit(name, "\"\\", ' ');
    g_strstrip(name);
    return strchr(name, '@') == NULL && name[0] != '\0' ? g_steal_pointer(&name) : NULL;
}
