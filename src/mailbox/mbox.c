/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/mbox.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/fault.h"
#include "base/limits.h"
#include "mailbox/beneath.h"
#include "mailbox/mbox_lock.h"
#include "mailbox/message_file.h"
#include "mailbox/source.h"

#define LOCK_WAIT_MS 10000

struct mbox {
    struct mailbox base;
    int root;
    bool owns_root;
    char *path, *where, *done;
    enum mbox_form form;
    struct message_file file; /* fd is -1 once all is read */
    uint64_t offset;
    struct mbox_split *split;
    uint64_t given;
    bool whole;          /* read to the end without a fault */
    GHashTable *settled; /* numbers of messages */
};

static struct mbox *
mbox_of(struct mailbox *mailbox)
{
    return (struct mbox *)mailbox;
}

static ptrdiff_t
mbox_read(void *source, char *out, size_t max, GError **error)
{
    struct mbox *mbox = source;
    uint64_t left = (uint64_t)mbox->file.stat.st_size - mbox->offset;
    ssize_t got;
    do
        got = pread(mbox->file.fd, out, (size_t)MIN(max, left), (off_t)mbox->offset);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        beneath_set_error(error, "read", mbox->where, errno);
    else
        mbox->offset += (uint64_t)got;
    return got;
}

static void
mbox_rest(struct mbox *mbox)
{
    g_clear_pointer(&mbox->split, mbox_split_free);
    if (mbox->file.fd >= 0)
        close(mbox->file.fd);
    mbox->file.fd = -1;
}

struct delivery *
mbox_delivery(const struct mbox_piece *piece, const char *where, bool may_be_plain)
{
    g_autofree char *name =
        may_be_plain && piece->number == 1 && piece->last
            ? g_strdup(where)
            : g_strdup_printf("mbox:%s#%" G_GUINT64_FORMAT, where, piece->number);
    struct delivery *delivery = message_file_unreadable(name, NULL);
    delivery->octets = piece->octets;
    if (piece->octets == NULL)
        delivery->unreadable =
            g_strdup_printf("%" G_GUINT64_FORMAT " octets, more than the limit of %d", piece->size,
                            LIMIT_MESSAGE_OCTETS);
    delivery->received_date = piece->date;
    delivery->date_is_weak = piece->date == CLOCK_UNKNOWN;
    delivery->mark = piece->mark;
    return delivery;
}

static struct delivery *
mbox_next(struct mailbox *mailbox, GError **error)
{
    struct mbox *mbox = mbox_of(mailbox);
    struct mbox_piece piece;
    struct delivery *delivery;
    g_autoptr(GError) cause = NULL;
    if (mbox->split == NULL)
        return NULL;
    if (!mbox_split_next(mbox->split, &piece, &cause)) {
        mbox->whole = cause == NULL && mbox->offset == (uint64_t)mbox->file.stat.st_size;
        mbox_rest(mbox);
        if (cause != NULL)
            g_propagate_error(error, g_steal_pointer(&cause));
        return NULL;
    }
    mbox->given = piece.number;
    delivery = mbox_delivery(&piece, mbox->where, mbox->form == MBOX_FORM_AUTO);
    if (delivery->date_is_weak)
        delivery->received_date = mbox->file.stat.st_mtim.tv_sec;
    delivery->position = g_memdup2(&piece.number, sizeof(piece.number));
    delivery->position_free = g_free;
    return delivery;
}

static bool
mbox_settle(struct mailbox *mailbox, const struct delivery *delivery, enum outcome outcome,
            GError **error)
{
    struct mbox *mbox = mbox_of(mailbox);
    (void)outcome;
    (void)error;
    if (mailbox->settle != SETTLE_KEEP && delivery->position != NULL)
        g_hash_table_add(mbox->settled, g_memdup2(delivery->position, sizeof(uint64_t)));
    return true;
}

/* Renames or unlinks; the locks are held. */
static bool
mbox_take_away(struct mbox *mbox, int folder, const char *name, GError **error)
{
    const char *what = "move";
    bool ok;
    if (mbox->base.settle == SETTLE_DELETE) {
        what = "remove";
        ok = unlinkat(folder, name, 0) == 0;
    } else if (mbox->done == NULL) {
        g_autofree char *stem = g_strconcat(name, ".done", NULL);
        ok = beneath_move(folder, name, folder, stem, "");
    } else {
        auto_fd int done = beneath_make_folder(mbox->root, mbox->done);
        ok = done >= 0 && beneath_move(folder, name, done, name, "") && fsync(done) == 0;
    }
    if (!ok || fsync(folder) != 0) {
        beneath_set_error(error, what, mbox->where, errno);
        return false;
    }
    return true;
}

static bool
mbox_finish(struct mailbox *mailbox, GError **error)
{
    struct mbox *mbox = mbox_of(mailbox);
    const char *name;
    struct stat now;
    bool ok = true;
    if (mailbox->settle == SETTLE_KEEP || !mbox->whole || mbox->given == 0 ||
        g_hash_table_size(mbox->settled) != mbox->given)
        return true;
    auto_fd int folder = beneath_open_parent(mbox->root, mbox->path, &name);
    auto_fd int fd = folder < 0 ? -1 : openat(folder, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) /* an earlier finish, or another ingester, did it */
        return true;
    if (fd < 0) {
        beneath_set_error(error, "open", mbox->where, errno);
        return false;
    }
    if (!mbox_lock_take(folder, name, fd, LOCK_WAIT_MS, error))
        return false;
    /* By name: the file that is open may have been renamed before the lock was ours. */
    if (fstatat(folder, name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
        message_file_is_same(&now, &mbox->file.stat))
        ok = mbox_take_away(mbox, folder, name, error);
    mbox_lock_drop(folder, name);
    return ok;
}

static void
mbox_free(struct mailbox *mailbox)
{
    struct mbox *mbox = mbox_of(mailbox);
    mbox_rest(mbox);
    g_hash_table_unref(mbox->settled);
    if (mbox->owns_root)
        close(mbox->root);
    g_free(mbox->path);
    g_free(mbox->where);
    g_free(mbox->done);
    g_free(mbox);
}

static const struct mailbox_class mbox_class = { mbox_next, mbox_settle, mbox_finish, mbox_free };

/* Opens the file and notes how long it is while nobody writes. */
static bool
mbox_begin(struct mbox *mbox, GError **error)
{
    const char *name;
    g_autofree char *refused = NULL;
    auto_fd int folder = beneath_open_parent(mbox->root, mbox->path, &name);
    if (folder < 0) {
        beneath_set_error(error, "open folder of", mbox->where, errno);
        return false;
    }
    if (!message_file_open(folder, name, &mbox->file, &refused)) {
        mbox->file.fd = -1;
        if (refused == NULL) /* a spool file is made with the first mail: none is an empty one */
            return true;
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: %s", mbox->where, refused);
        return false;
    }
    if (!mbox_lock_quiet(folder, name, mbox->file.fd, LOCK_WAIT_MS, error))
        return false;
    if (fstat(mbox->file.fd, &mbox->file.stat) != 0) {
        beneath_set_error(error, "stat", mbox->where, errno);
        return false;
    }
    mbox->split = mbox_split_new(mbox_read, mbox, mbox->form, LIMIT_MESSAGE_OCTETS);
    return true;
}

struct mailbox *
mbox_open(const struct mbox_place *place, enum mbox_form form, enum settle settle, GError **error)
{
    struct mbox *mbox = g_new0(struct mbox, 1);
    mbox->base.class = &mbox_class;
    mbox->base.settle = settle;
    mbox->base.settles_unreadable = settle == SETTLE_MOVE; /* its octets stay in the done file */
    mbox->root = place->root;
    mbox->path = g_strdup(place->path);
    mbox->where = g_strdup(place->where);
    mbox->done = g_strdup(place->done);
    mbox->form = form;
    mbox->file.fd = -1;
    mbox->settled = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    if (mbox_begin(mbox, error))
        return &mbox->base;
    mbox_free(&mbox->base);
    return NULL;
}

void
mbox_own_root(struct mailbox *mailbox)
{
    mbox_of(mailbox)->owns_root = true;
}
