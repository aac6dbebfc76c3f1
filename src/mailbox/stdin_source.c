/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/stdin_source.h"

#include <errno.h>
#include <unistd.h>

#include "base/limits.h"
#include "mailbox/beneath.h"
#include "mailbox/mbox.h"
#include "mailbox/source.h"

struct stdin_source {
    struct mailbox base;
    int fd;
    bool given; /* at least one message */
    bool failed;
    struct mbox_split *split;
};

static ptrdiff_t
stdin_read(void *source, char *out, size_t max, GError **error)
{
    const struct stdin_source *input = source;
    ssize_t got;
    do
        got = read(input->fd, out, max);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        beneath_set_error(error, "read", "-", errno);
    return got;
}

static struct delivery *
stdin_next(struct mailbox *mailbox, GError **error)
{
    struct stdin_source *input = (struct stdin_source *)mailbox;
    g_autoptr(GError) cause = NULL;
    struct mbox_piece piece = { .number = 1, .last = true, .date = CLOCK_UNKNOWN };
    if (!mbox_split_next(input->split, &piece, &cause)) {
        if (cause != NULL)
            input->failed = true;
        if (cause != NULL && error != NULL)
            *error = g_steal_pointer(&cause);
        if (input->failed || input->given)
            return NULL;
        piece.octets = g_bytes_new(NULL, 0); /* an empty message is still one to tell about */
    }
    input->given = true;
    return mbox_delivery(&piece, "-", true);
}

static bool
stdin_settle(struct mailbox *mailbox, const struct delivery *delivery, enum outcome outcome,
             GError **error)
{
    (void)mailbox;
    (void)delivery;
    (void)outcome;
    (void)error;
    return true;
}

static bool
stdin_finish(struct mailbox *mailbox, GError **error)
{
    (void)mailbox;
    (void)error;
    return true;
}

static void
stdin_free(struct mailbox *mailbox)
{
    struct stdin_source *input = (struct stdin_source *)mailbox;
    mbox_split_free(input->split);
    g_free(input);
}

static const struct mailbox_class stdin_class = { stdin_next, stdin_settle, stdin_finish,
                                                  stdin_free };

struct mailbox *
stdin_source_open(int fd)
{
    struct stdin_source *input = g_new0(struct stdin_source, 1);
    input->base.class = &stdin_class;
    input->base.settle = SETTLE_KEEP;
    input->fd = fd;
    input->split = mbox_split_new(stdin_read, input, MBOX_FORM_AUTO, LIMIT_MESSAGE_OCTETS);
    return &input->base;
}
