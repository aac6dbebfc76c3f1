/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stdin_source - standard input as a mailbox: one message, or an mbox when it begins so
 *
 * Settling does nothing. Memory: one message.
 */
#pragma once

#include "mailbox/mailbox.h"

/* Reads from `fd` until its end; does not close it. */
struct mailbox *stdin_source_open(int fd);
