/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mbox - a file of many messages as a mailbox
 *
 * The file is read up to the size it had when it was opened, at an instant when no delivery agent
 * held a lock on it: what is appended later comes with the next run. It is never rewritten:
 * SETTLE_KEEP leaves it alone; with SETTLE_MOVE or SETTLE_DELETE it is renamed or unlinked as a
 * whole in mailbox_finish(), under lock, if every message in it was settled and it has not changed
 * since. One that holds a message over the limit therefore stays.
 */
#pragma once

#include "mailbox/mailbox.h"
#include "mailbox/mbox_split.h"

struct mbox_place {
    int root;          /* an open folder, borrowed until mailbox_free() */
    const char *path;  /* of the file, below root; copied */
    const char *where; /* for people; copied */
    const char *done;  /* SETTLE_MOVE: folder below root, made when missing; NULL: the file becomes
                        * FILE.done where it is; copied */
};

/* A delivery of the piece, whose octets it takes over. It is called "mbox:WHERE#3", or just WHERE
 * when `may_be_plain` and there is only one. */
struct delivery *mbox_delivery(const struct mbox_piece *piece, const char *where,
                               bool may_be_plain);
/* Opens it for reading. FAULT_RETRY when it is locked; FAULT_OPERATOR when it cannot be opened. */
struct mailbox *mbox_open(const struct mbox_place *place, enum mbox_form form, enum settle settle,
                          GError **error);
/* From now on mailbox_free() closes the root. */
void mbox_own_root(struct mailbox *mailbox);
