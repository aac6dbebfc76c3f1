/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/imap_message.h"

#include "base/limits.h"

#define ESTIMATE_SLACK (64 * 1024)

char *
imap_message_too_large(uint32_t size)
{
    return g_strdup_printf("too large: %u octets, at most %d are read", size, LIMIT_MESSAGE_OCTETS);
}

char *
imap_message_fault(const struct imap_message *message, const struct imap_item *item,
                   uint64_t skipped)
{
    uint64_t len = item->body.octets.len;
    if (skipped > 0)
        return g_strdup_printf("too large: %" G_GUINT64_FORMAT " octets where %u were announced",
                               skipped, message->size);
    if (message->size > 0 && len > 2 * (uint64_t)message->size + ESTIMATE_SLACK)
        return g_strdup_printf("%" G_GUINT64_FORMAT " octets came where %u were announced", len,
                               message->size);
    return NULL;
}

GBytes *
imap_message_octets(const struct imap_item *item)
{
    size_t len = 0;
    char *plain = NULL;
    if (item->body.kind == IMAP_LITERAL)
        return g_bytes_new(item->body.octets.octets, item->body.octets.len);
    plain = imap_token_unquoted(item->body, &len);
    return g_bytes_new_take(plain, len);
}

struct delivery *
imap_message_delivery(const struct imap_message *message, uint32_t uid_validity, const char *folder,
                      GBytes *octets, char *unreadable)
{
    struct delivery *delivery = g_new0(struct delivery, 1);
    delivery->octets = octets;
    delivery->unreadable = unreadable;
    delivery->where = g_strdup_printf("imap %s uid %u", folder, message->uid);
    delivery->received_date = message->date;
    delivery->uid_validity = uid_validity;
    delivery->uid = message->uid;
    return delivery;
}
