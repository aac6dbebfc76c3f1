/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/left_out.h"

#include <inttypes.h>

#include "base/log.h"

void
left_out_tell(const struct mailbox *mailbox)
{
    uint64_t names = mailbox_left_out(mailbox);
    char number[24];
    if (names == 0)
        return;
    g_snprintf(number, sizeof number, "%" PRIu64, names);
    log_event(LOG_LEVEL_WARNING, "left-out", "names", number, "reason",
              "symbolic links, FIFOs and devices are not read", NULL);
}
