/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/fault.h"
#include "mailbox/beneath.h"
#include "mailbox/folder_level.h"
#include "mailbox/maildir.h"
#include "mailbox/mbox.h"
#include "mailbox/mbox_line.h"
#include "mailbox/message_file.h"
#include "mailbox/source.h"

#define FOLDER_DEPTH_MAX 64
#define PEEK_OCTETS 256

/* A Maildir or mbox inside. It lives until the end when settling may still need it. */
struct inner {
    struct mailbox *mailbox;
    bool is_maildir;
};

struct folder {
    struct mailbox base;
    int root;
    char *where, *done;
    bool is_file;      /* `where` is the name of the one file, not of the folder above it */
    GPtrArray *levels; /* struct folder_level: from the root to where reading is */
    struct inner *reading, *settling;
    GPtrArray *inners;
    int done_fd;
    bool moved;
};

struct folder_position {
    struct inner *inner; /* whose message it is, with its position; else a file by itself */
    void *position;
    void (*position_free)(void *position);
    char *path;
    struct stat stat;
};

static void
position_free(void *position)
{
    struct folder_position *at = position;
    if (at->position_free != NULL)
        at->position_free(at->position);
    g_free(at->path);
    g_free(at);
}

static void
inner_free(void *inner)
{
    mailbox_free(((struct inner *)inner)->mailbox);
    g_free(inner);
}

static struct folder *
folder_of(struct mailbox *mailbox)
{
    return (struct folder *)mailbox;
}

static char *
where_of(const struct folder *folder, const char *path)
{
    return folder->is_file ? g_strdup(folder->where)
                           : g_strdup_printf("%s/%s", folder->where, path);
}

/* Done with reading `inner`; it is dropped, or kept without open files. */
static void
rest(struct folder *folder, struct inner *inner)
{
    if (folder->base.settle == SETTLE_KEEP)
        g_ptr_array_remove_fast(folder->inners, inner);
    else if (inner->is_maildir)
        maildir_rest(inner->mailbox);
}

static struct delivery *
next_of_inner(struct folder *folder)
{
    struct inner *inner = folder->reading;
    g_autoptr(GError) cause = NULL;
    struct delivery *delivery = inner->mailbox->class->next(inner->mailbox, &cause);
    struct folder_position *at;
    if (delivery == NULL) {
        folder->reading = NULL;
        if (cause != NULL)
            delivery = message_file_unreadable(folder->where, g_strdup(cause->message));
        rest(folder, inner);
        return delivery;
    }
    if (folder->base.settle == SETTLE_KEEP) {
        if (delivery->position_free == NULL) /* it would point into an inner one that goes */
            delivery->position = NULL;
        return delivery;
    }
    at = g_new0(struct folder_position, 1);
    at->inner = inner;
    at->position = delivery->position;
    at->position_free = delivery->position_free;
    delivery->position = at;
    delivery->position_free = position_free;
    return delivery;
}

/* From now on messages come from `mailbox`; or, when it could not be opened, the reason. */
static struct delivery *
begin_inner(struct folder *folder, struct mailbox *mailbox, bool is_maildir, const char *where,
            const GError *error)
{
    if (mailbox == NULL)
        return message_file_unreadable(where, g_strdup(error->message));
    folder->reading = g_new0(struct inner, 1);
    folder->reading->mailbox = mailbox;
    folder->reading->is_maildir = is_maildir;
    g_ptr_array_add(folder->inners, folder->reading);
    return NULL;
}

/* A message, or the beginning of an mbox; NULL when there is nothing to deliver yet. */
static struct delivery *
read_file(struct folder *folder, const struct message_file *file, const char *path,
          const char *where)
{
    char front[PEEK_OCTETS];
    struct span begin = { front, message_file_peek(file, front, sizeof(front)) };
    g_autoptr(GError) error = NULL;
    struct delivery *delivery;
    struct folder_position *at;
    if (mbox_line_begins(begin) && !g_str_has_suffix(path, ".eml")) {
        struct mbox_place place = { folder->root, path, where,
                                    folder->is_file ? NULL : folder->done };
        struct mailbox *mbox = mbox_open(&place, MBOX_FORM_AUTO, folder->base.settle, &error);
        return begin_inner(folder, mbox, false, where, error);
    }
    if (file->stat.st_size == 0 && g_str_has_suffix(path, ".mbox"))
        return NULL;
    delivery = message_file_delivery(file, where);
    if (delivery->octets != NULL)
        message_file_strip(delivery);
    at = g_new0(struct folder_position, 1);
    at->path = g_strdup(path);
    at->stat = file->stat;
    delivery->position = at;
    delivery->position_free = position_free;
    return delivery;
}

static struct delivery *
enter_file(struct folder *folder, int parent, const char *path)
{
    const char *slash = strrchr(path, '/');
    g_autofree char *where = where_of(folder, path);
    struct message_file file;
    struct delivery *delivery;
    char *refused = NULL;
    if (!message_file_open(parent, slash != NULL ? slash + 1 : path, &file, &refused))
        return refused != NULL ? message_file_unreadable(where, refused) : NULL;
    delivery = read_file(folder, &file, path, where);
    close(file.fd);
    return delivery;
}

static struct delivery *
enter_folder(struct folder *folder, int parent, const char *path)
{
    const char *slash = strrchr(path, '/');
    g_autofree char *where = where_of(folder, path);
    g_autoptr(GError) error = NULL;
    int fd = beneath_open_folder(parent, slash != NULL ? slash + 1 : path);
    if (fd < 0)
        return errno == ENOENT
                   ? NULL
                   : message_file_unreadable(where, g_strdup_printf("open: %s", g_strerror(errno)));
    if (maildir_is_one(fd)) {
        struct mailbox *maildir = maildir_open(folder->root, path, where,
                                               folder->done != NULL ? folder->done : FOLDER_DONE,
                                               folder->base.settle, &error);
        close(fd);
        if (maildir != NULL)
            folder->base.expected += maildir->expected;
        return begin_inner(folder, maildir, true, where, error);
    }
    if (folder->levels->len >= FOLDER_DEPTH_MAX) {
        close(fd);
        return message_file_unreadable(where, g_strdup("folders are nested too deep"));
    }
    struct folder_level *level = folder_level_open(fd, path, NULL, &error);
    if (level == NULL)
        return message_file_unreadable(where, g_strdup(error->message));
    folder->base.expected += level->files;
    folder->base.left_out += level->others;
    g_ptr_array_add(folder->levels, level);
    return NULL;
}

static struct delivery *
folder_next(struct mailbox *mailbox, GError **error)
{
    struct folder *folder = folder_of(mailbox);
    struct delivery *delivery = NULL;
    (void)error;
    while (delivery == NULL) {
        struct folder_level *level;
        bool is_folder;
        g_autofree char *path = NULL;
        if (folder->reading != NULL) {
            delivery = next_of_inner(folder);
            continue;
        }
        if (folder->levels->len == 0)
            return NULL;
        level = g_ptr_array_index(folder->levels, folder->levels->len - 1);
        path = folder_level_next(level, &is_folder);
        if (path == NULL)
            g_ptr_array_set_size(folder->levels, (int)folder->levels->len - 1);
        else if (is_folder)
            delivery = enter_folder(folder, level->fd, path);
        else
            delivery = enter_file(folder, level->fd, path);
    }
    return delivery;
}

/* Hands it to the Maildir or mbox that it came from, as that one gave it. */
static bool
settle_inner(struct folder *folder, const struct delivery *delivery, enum outcome outcome,
             GError **error)
{
    const struct folder_position *at = delivery->position;
    struct delivery as_given = *delivery;
    as_given.position = at->position;
    if (folder->settling != at->inner && folder->settling != NULL &&
        folder->settling != folder->reading && folder->settling->is_maildir)
        maildir_rest(folder->settling->mailbox);
    folder->settling = at->inner;
    return at->inner->mailbox->class->settle(at->inner->mailbox, &as_given, outcome, error);
}

/* False with errno. */
static bool
settle_file(struct folder *folder, const struct folder_position *at)
{
    const char *name;
    struct stat now;
    auto_fd int parent = beneath_open_parent(folder->root, at->path, &name);
    if (parent < 0 || fstatat(parent, name, &now, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    if (!message_file_is_same(&now, &at->stat))
        return true;
    folder->moved = true;
    if (folder->base.settle == SETTLE_DELETE)
        return unlinkat(parent, name, 0) == 0;
    if (folder->done_fd < 0)
        folder->done_fd = beneath_make_folder(folder->root, folder->done);
    return folder->done_fd >= 0 && beneath_move(parent, name, folder->done_fd, name, "");
}

static bool
folder_settle(struct mailbox *mailbox, const struct delivery *delivery, enum outcome outcome,
              GError **error)
{
    struct folder *folder = folder_of(mailbox);
    const struct folder_position *at = delivery->position;
    if (mailbox->settle == SETTLE_KEEP || at == NULL)
        return true;
    if (delivery->unreadable != NULL &&
        (at->inner == NULL || !at->inner->mailbox->settles_unreadable))
        return true;
    if (at->inner != NULL)
        return settle_inner(folder, delivery, outcome, error);
    if ((mailbox->settle != SETTLE_DELETE && folder->done == NULL) || settle_file(folder, at) ||
        errno == ENOENT)
        return true;
    beneath_set_error(error, "settle", delivery->where, errno);
    return false;
}

/* All inner ones get their turn; the first fault is told. */
static bool
folder_finish(struct mailbox *mailbox, GError **error)
{
    struct folder *folder = folder_of(mailbox);
    g_autoptr(GError) first = NULL;
    for (guint i = 0; i < folder->inners->len; i++) {
        struct inner *inner = g_ptr_array_index(folder->inners, i);
        inner->mailbox->class->finish(inner->mailbox, first == NULL ? &first : NULL);
        if (inner->is_maildir)
            maildir_rest(inner->mailbox);
    }
    if (first == NULL && folder->moved && folder->done_fd >= 0 && fsync(folder->done_fd) != 0)
        beneath_set_error(&first, "sync", folder->where, errno);
    if (first == NULL)
        return true;
    g_propagate_error(error, g_steal_pointer(&first));
    return false;
}

static void
folder_free(struct mailbox *mailbox)
{
    struct folder *folder = folder_of(mailbox);
    g_ptr_array_unref(folder->levels);
    g_ptr_array_unref(folder->inners);
    if (folder->done_fd >= 0)
        close(folder->done_fd);
    close(folder->root);
    g_free(folder->where);
    g_free(folder->done);
    g_free(folder);
}

static const struct mailbox_class folder_class = { folder_next, folder_settle, folder_finish,
                                                   folder_free };

static struct folder *
folder_new(int root, const char *where, const char *done, enum settle settle)
{
    struct folder *folder = g_new0(struct folder, 1);
    folder->base.class = &folder_class;
    folder->base.settle = settle;
    folder->base.settles_unreadable = true; /* where the mbox that it came from does */
    folder->root = root;
    folder->where = g_strdup(where);
    folder->done = g_strdup(done);
    folder->done_fd = -1;
    folder->levels = g_ptr_array_new_with_free_func(folder_level_free);
    folder->inners = g_ptr_array_new_with_free_func(inner_free);
    return folder;
}

struct mailbox *
folder_open(int root, const char *where, const char *done, enum settle settle, GError **error)
{
    struct folder_level *level;
    struct folder *folder;
    int fd = beneath_open_folder(root, "");
    if (fd < 0) {
        beneath_set_error(error, "open", where, errno);
        return NULL;
    }
    level = folder_level_open(fd, "", done, error);
    if (level == NULL)
        return NULL;
    folder = folder_new(root, where, done, settle);
    folder->base.expected = level->files;
    folder->base.left_out = level->others;
    g_ptr_array_add(folder->levels, level);
    return &folder->base;
}

struct mailbox *
folder_open_file(int root, const char *name, const char *where, const char *done,
                 enum settle settle)
{
    struct folder *folder = folder_new(root, where, done, settle);
    folder->is_file = true;
    g_ptr_array_add(folder->levels, folder_level_of_file(beneath_open_folder(root, ""), name));
    return &folder->base;
}
