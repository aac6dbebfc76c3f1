/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source - what each kind of mailbox implements; seen by this room only
 *
 * A source embeds struct mailbox as its first member.
 */
#pragma once

#include "mailbox/mailbox.h"

struct mailbox_class {
    struct delivery *(*next)(struct mailbox *mailbox, GError **error);
    bool (*settle)(struct mailbox *mailbox, const struct delivery *delivery, enum outcome outcome,
                   GError **error);
    bool (*finish)(struct mailbox *mailbox, GError **error);
    void (*free)(struct mailbox *mailbox);
};

struct mailbox {
    const struct mailbox_class *class;
    enum settle settle;
    uint64_t expected;       /* messages in all, 0: not known */
    uint64_t left_out;       /* what is neither file nor folder, so far */
    bool settles_unreadable; /* it has a place for them; else settle() never sees them */
};
