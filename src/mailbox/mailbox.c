/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/mailbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/fault.h"
#include "mailbox/beneath.h"
#include "mailbox/folder.h"
#include "mailbox/maildir.h"
#include "mailbox/mbox.h"
#include "mailbox/source.h"
#include "mailbox/stdin_source.h"

/* A path that a person named may go over symbolic links; what lies below may not. */
static int
open_root(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        beneath_set_error(error, "open", path, errno);
    return fd;
}

/* The name of the folder for done ones: one level, not hidden. NULL with *error. */
static char *
done_name(const char *done, GError **error)
{
    char *name = g_strdup(done != NULL && *done != '\0' ? done : FOLDER_DONE);
    /* IMAP's name for a folder in a folder, which one feed may share with another. */
    g_strdelimit(name, "/", '.');
    if (*name != '.')
        return name;
    g_set_error(error, FAULT, FAULT_OPERATOR, "folder for done messages: bad name %s", done);
    g_free(name);
    return NULL;
}

static struct mailbox *
open_maildir(const char *path, const char *done, enum settle settle, GError **error)
{
    int root = open_root(path, error);
    struct mailbox *mailbox;
    if (root < 0)
        return NULL;
    mailbox = maildir_open(root, "", path, done, settle, error);
    if (mailbox != NULL)
        maildir_own_root(mailbox);
    else
        close(root);
    return mailbox;
}

/* `done` is NULL when the folder of that name is like any other. */
static struct mailbox *
open_folder(const char *path, const char *done, enum settle settle, GError **error)
{
    int root = open_root(path, error);
    struct mailbox *mailbox;
    if (root < 0)
        return NULL;
    mailbox = folder_open(root, path, done, settle, error);
    if (mailbox == NULL)
        close(root);
    return mailbox;
}

/* Opens the folder of the file behind all links; *name is the file's name there, caller frees. */
static int
open_folder_of(const char *path, char **name, GError **error)
{
    char *resolved = realpath(path, NULL);
    g_autofree char *folder = NULL;
    int fd;
    if (resolved == NULL && errno != ENOENT) {
        beneath_set_error(error, "open", path, errno);
        return -1;
    }
    folder = g_path_get_dirname(resolved != NULL ? resolved : path);
    *name = g_path_get_basename(resolved != NULL ? resolved : path);
    free(resolved);
    fd = open_root(folder, error);
    if (fd < 0)
        g_clear_pointer(name, g_free);
    return fd;
}

static struct mailbox *
open_mbox(const char *path, enum settle settle, GError **error)
{
    g_autofree char *name = NULL;
    struct mbox_place place = { .where = path };
    struct mailbox *mailbox;
    place.root = open_folder_of(path, &name, error);
    if (place.root < 0)
        return NULL;
    place.path = name;
    mailbox = mbox_open(&place, MBOX_FORM_MBOX, settle, error);
    if (mailbox != NULL)
        mbox_own_root(mailbox);
    else
        close(place.root);
    return mailbox;
}

static struct mailbox *
open_file(const char *path, const char *done, enum settle settle, GError **error)
{
    g_autofree char *name = NULL;
    int root = open_folder_of(path, &name, error);
    return root < 0 ? NULL : folder_open_file(root, name, path, done, settle);
}

struct mailbox *
mailbox_open_path(const char *path, enum settle settle, GError **error)
{
    const char *done = settle == SETTLE_KEEP || settle == SETTLE_DELETE ? NULL : FOLDER_DONE;
    g_autofree char *trimmed = g_strdup(path);
    struct stat there;
    if (g_str_equal(path, "-"))
        return stdin_source_open(STDIN_FILENO);
    for (size_t len = strlen(trimmed); len > 1 && trimmed[len - 1] == '/'; len--)
        trimmed[len - 1] = '\0';
    if (stat(path, &there) != 0) {
        beneath_set_error(error, "open", path, errno);
        return NULL;
    }
    if (S_ISREG(there.st_mode))
        return open_file(path, done, settle, error);
    if (!S_ISDIR(there.st_mode)) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: neither a file nor a folder", path);
        return NULL;
    }
    auto_fd int folder = open_root(path, error);
    if (folder < 0)
        return NULL;
    return maildir_is_one(folder) ? open_maildir(trimmed, FOLDER_DONE, settle, error)
                                  : open_folder(trimmed, done, settle, error);
}

static struct mailbox *
open_maildir_source(const char *path, const char *done, enum settle settle, GError **error)
{
    auto_fd int folder = open_root(path, error);
    if (folder < 0)
        return NULL;
    if (maildir_is_one(folder))
        return open_maildir(path, done, settle, error);
    g_set_error(error, FAULT, FAULT_OPERATOR, "%s: no Maildir: cur/ or new/ is missing", path);
    return NULL;
}

struct mailbox *
mailbox_open_source(const char *source, enum settle settle, const char *done, GError **error)
{
    const char *path = strchr(source, ':');
    g_autofree char *name = done_name(done, error);
    if (name == NULL)
        return NULL;
    if (path == NULL || path[1] == '\0') {
        g_set_error(error, FAULT, FAULT_OPERATOR,
                    "source %s: not maildir:PATH, mbox:PATH or dir:PATH", source);
        return NULL;
    }
    path++;
    if (g_str_has_prefix(source, "maildir:"))
        return open_maildir_source(path, name, settle, error);
    if (g_str_has_prefix(source, "mbox:"))
        return open_mbox(path, settle, error);
    if (g_str_has_prefix(source, "dir:"))
        return open_folder(path, name, settle, error);
    g_set_error(error, FAULT, FAULT_OPERATOR, "source %s: not maildir:PATH, mbox:PATH or dir:PATH",
                source);
    return NULL;
}

void
mailbox_free(struct mailbox *mailbox)
{
    if (mailbox != NULL)
        mailbox->class->free(mailbox);
}

struct delivery *
mailbox_next(struct mailbox *mailbox, GError **error)
{
    return mailbox->class->next(mailbox, error);
}

uint64_t
mailbox_expected(const struct mailbox *mailbox)
{
    return mailbox->expected;
}

uint64_t
mailbox_left_out(const struct mailbox *mailbox)
{
    return mailbox->left_out;
}

bool
mailbox_settle(struct mailbox *mailbox, const struct delivery *delivery, enum outcome outcome,
               GError **error)
{
    /* Nobody has its octets but the mailbox. */
    if (delivery->unreadable != NULL && !mailbox->settles_unreadable)
        return true;
    return mailbox->class->settle(mailbox, delivery, outcome, error);
}

bool
mailbox_finish(struct mailbox *mailbox, GError **error)
{
    return mailbox->class->finish(mailbox, error);
}
