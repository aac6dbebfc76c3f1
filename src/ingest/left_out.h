/* SPDX-License-Identifier: Apache-2.0 */
/*
 * left_out - what in a mailbox is neither file nor folder is not read, and its user is told
 *
 * Out:     one line of the log a mailbox, with the number of names; none when all was read.
 * Threads: the mailbox's.
 */
#pragma once

#include "mailbox/mailbox.h"

/* To be called behind the last message: the number grows until then. */
void left_out_tell(const struct mailbox *mailbox);
