/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_folders - a folder that holds a folder of mails for each name
 *
 * In:      in each, whatever mailbox/ reads (files, Maildir, mbox); folders and mails come in order
 *          of name, hidden names are left out. Nothing is moved or changed.
 * Errors:  FAULT_OPERATOR, FAULT_RETRY: a folder can't be read. What is no folder, breaks off, or
 *          is a mail that can't be read is named in `problems` and passed over. Symbolic links,
 *          FIFOs and devices in a folder are counted there, in one line.
 * Threads: one at a time.
 */
#pragma once

#include "mailbox/mailbox.h"
#include "study/problems.h"

struct mail_folders {
    void (*begin)(void *self, const char *name);               /* all that comes is of it */
    void (*take)(void *self, const struct delivery *delivery); /* has octets */
    enum problem_kind kind;                                    /* of a mail */
};

bool mail_folders_read(const char *folder, const struct mail_folders *taker, void *self,
                       struct problems *problems, GError **error);
