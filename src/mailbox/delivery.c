/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/mailbox.h"

void
delivery_free(struct delivery *delivery)
{
    if (delivery == NULL)
        return;
    if (delivery->position_free != NULL)
        delivery->position_free(delivery->position);
    g_clear_pointer(&delivery->octets, g_bytes_unref);
    g_free(delivery->unreadable);
    g_free(delivery->where);
    g_free(delivery);
}
