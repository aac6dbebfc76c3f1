/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/maildir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/fault.h"
#include "mailbox/beneath.h"
#include "mailbox/message_file.h"
#include "mailbox/source.h"

#define SUBS 2
static const char *const subs[SUBS] = { "cur", "new" };
#define FLAGS_MARK ":2,"

struct maildir {
    struct mailbox base;
    int root;
    bool owns_root;
    char *path, *where, *done;
    int dir, sub[SUBS]; /* -1: closed; a missing cur/ or new/ stays -1 */
    int done_cur;
    bool moved;
    GStringChunk *text;
    GPtrArray *names; /* "cNAME" or "nNAME", in text, in order of NAME */
    size_t next;
};

static struct maildir *
maildir_of(struct mailbox *mailbox)
{
    return (struct maildir *)mailbox;
}

static void
close_one(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void
maildir_rest(struct mailbox *mailbox)
{
    struct maildir *maildir = maildir_of(mailbox);
    for (size_t i = 0; i < SUBS; i++)
        close_one(&maildir->sub[i]);
    close_one(&maildir->done_cur);
    close_one(&maildir->dir);
}

static bool
wake(struct maildir *maildir, GError **error)
{
    if (maildir->dir >= 0)
        return true;
    maildir->dir = beneath_open_folder(maildir->root, maildir->path);
    if (maildir->dir < 0) {
        beneath_set_error(error, "open", maildir->where, errno);
        return false;
    }
    for (size_t i = 0; i < SUBS; i++) {
        maildir->sub[i] = beneath_open_folder(maildir->dir, subs[i]);
        if (maildir->sub[i] < 0 && errno != ENOENT) {
            g_autofree char *path = g_strdup_printf("%s/%s", maildir->where, subs[i]);
            beneath_set_error(error, "open", path, errno);
            maildir_rest(&maildir->base);
            return false;
        }
    }
    return true;
}

/* Adds the names of one of the two folders. */
static bool
list(struct maildir *maildir, size_t sub, GError **error)
{
    /* A descriptor of its own: closedir() closes it. */
    int fd = maildir->sub[sub] < 0 ? -1 : beneath_open_folder(maildir->sub[sub], "");
    g_autoptr(DIR) dir = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *entry;
    if (maildir->sub[sub] < 0)
        return true;
    errno = 0;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        g_autofree char *name = NULL;
        if (entry->d_name[0] == '.' || entry->d_type == DT_DIR)
            continue;
        name = g_strdup_printf("%c%s", subs[sub][0], entry->d_name);
        g_ptr_array_add(maildir->names, g_string_chunk_insert(maildir->text, name));
        errno = 0;
    }
    if (errno == 0)
        return true;
    beneath_set_error(error, "list", maildir->where, errno);
    if (dir == NULL && fd >= 0)
        close(fd);
    return false;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    const char *const *left = a, *const *right = b;
    int order = strcmp(*left + 1, *right + 1);
    return order != 0 ? order : strcmp(*left, *right);
}

static size_t
sub_of(const char *entry)
{
    return entry[0] == subs[0][0] ? 0 : 1;
}

/* What stands before the flags of a name. */
static char *
unique_part(const char *name)
{
    const char *flags = strstr(name, FLAGS_MARK);
    return flags != NULL ? g_strndup(name, (size_t)(flags - name)) : g_strdup(name);
}

/* Where a mail reader puts a message that somebody looks at: the usual reason why a name is gone.
 * Any other change of flags is left to the next run, because looking for it costs a listing. */
static const char *const moved_names[] = { ":2,", ":2,S" };

static struct delivery *
maildir_next(struct mailbox *mailbox, GError **error)
{
    struct maildir *maildir = maildir_of(mailbox);
    if (maildir->next < maildir->names->len && !wake(maildir, error))
        return NULL;
    while (maildir->next < maildir->names->len) {
        char *entry = g_ptr_array_index(maildir->names, maildir->next++);
        size_t sub = sub_of(entry);
        g_autofree char *where = g_strdup_printf("%s/%s/%s", maildir->where, subs[sub], entry + 1);
        struct message_file file = { .fd = -1 };
        struct delivery *delivery;
        char *refused = NULL;
        bool open = message_file_open(maildir->sub[sub], entry + 1, &file, &refused);
        g_autofree char *unique = unique_part(entry + 1);
        for (size_t i = 0; !open && refused == NULL && i < G_N_ELEMENTS(moved_names); i++) {
            g_autofree char *name = g_strconcat(unique, moved_names[i], NULL);
            if (maildir->sub[0] >= 0)
                open = message_file_open(maildir->sub[0], name, &file, &refused);
        }
        if (!open && refused == NULL)
            continue;
        delivery =
            open ? message_file_delivery(&file, where) : message_file_unreadable(where, refused);
        close_one(&file.fd);
        delivery->position = entry; /* in text, which outlives the deliveries that are settled */
        return delivery;
    }
    return NULL;
}

/* Opens .DONE/cur, and makes it with all that a Maildir++ folder has. */
static bool
open_done(struct maildir *maildir, GError **error)
{
    g_autofree char *name = g_strconcat(".", maildir->done, NULL);
    g_autofree char *path = g_strdup_printf("%s/%s", maildir->where, name);
    int cause;
    if (maildir->done_cur >= 0)
        return true;
    auto_fd int done = beneath_make_folder(maildir->dir, name);
    auto_fd int fresh = done < 0 ? -1 : beneath_make_folder(done, "new");
    auto_fd int tmp = fresh < 0 ? -1 : beneath_make_folder(done, "tmp");
    auto_fd int mark =
        tmp < 0 ? -1
                : openat(done, "maildirfolder", O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (mark >= 0)
        maildir->done_cur = beneath_make_folder(done, "cur");
    cause = errno;
    if (maildir->done_cur < 0)
        beneath_set_error(error, "make", path, cause);
    return maildir->done_cur >= 0;
}

/* ":2," and the flags of the name, S among them, in order of ASCII. */
static char *
seen_flags(const char *name)
{
    const char *flags = strstr(name, FLAGS_MARK);
    GString *out = g_string_new(FLAGS_MARK);
    flags = flags != NULL ? flags + strlen(FLAGS_MARK) : "";
    for (int flag = 'A'; flag <= 'z'; flag++)
        if (flag == 'S' || (g_ascii_isalpha((char)flag) && strchr(flags, flag) != NULL))
            g_string_append_c(out, (char)flag);
    return g_string_free(out, FALSE);
}

/* False with errno. */
static bool
settle_name(struct maildir *maildir, int sub, const char *name)
{
    g_autofree char *unique = unique_part(name);
    g_autofree char *flags = seen_flags(name);
    if (sub < 0) {
        errno = ENOENT;
        return false;
    }
    if (maildir->base.settle == SETTLE_DELETE)
        return unlinkat(sub, name, 0) == 0;
    return beneath_move(sub, name, maildir->done_cur, unique, flags);
}

static bool
maildir_settle(struct mailbox *mailbox, const struct delivery *delivery, enum outcome outcome,
               GError **error)
{
    struct maildir *maildir = maildir_of(mailbox);
    const char *entry = delivery->position;
    g_autofree char *unique = NULL;
    bool ok;
    (void)outcome;
    if (mailbox->settle == SETTLE_KEEP || entry == NULL)
        return true;
    if (!wake(maildir, error))
        return false;
    if (mailbox->settle != SETTLE_DELETE && !open_done(maildir, error))
        return false;
    ok = settle_name(maildir, maildir->sub[sub_of(entry)], entry + 1);
    unique = unique_part(entry + 1);
    for (size_t i = 0; !ok && errno == ENOENT && i < G_N_ELEMENTS(moved_names); i++) {
        g_autofree char *name = g_strconcat(unique, moved_names[i], NULL);
        ok = settle_name(maildir, maildir->sub[0], name);
    }
    maildir->moved = true;
    if (ok || errno == ENOENT)
        return true;
    beneath_set_error(error, "settle", delivery->where, errno);
    return false;
}

/* The ledger makes it harmless when a crash undoes a rename; here they are made to last. */
static bool
maildir_finish(struct mailbox *mailbox, GError **error)
{
    struct maildir *maildir = maildir_of(mailbox);
    bool ok = true;
    if (!maildir->moved)
        return true;
    if (!wake(maildir, error))
        return false;
    if (maildir->done_cur >= 0)
        ok = fsync(maildir->done_cur) == 0;
    for (size_t i = 0; i < SUBS; i++)
        ok = (maildir->sub[i] < 0 || fsync(maildir->sub[i]) == 0) && ok;
    if (!ok)
        beneath_set_error(error, "sync", maildir->where, errno);
    return ok;
}

static void
maildir_free(struct mailbox *mailbox)
{
    struct maildir *maildir = maildir_of(mailbox);
    maildir_rest(mailbox);
    g_string_chunk_free(maildir->text);
    g_ptr_array_unref(maildir->names);
    if (maildir->owns_root)
        close(maildir->root);
    g_free(maildir->path);
    g_free(maildir->where);
    g_free(maildir->done);
    g_free(maildir);
}

static const struct mailbox_class maildir_class = { maildir_next, maildir_settle, maildir_finish,
                                                    maildir_free };

bool
maildir_is_one(int folder)
{
    for (size_t i = 0; i < SUBS; i++) {
        auto_fd int sub = beneath_open_folder(folder, subs[i]);
        if (sub < 0 && errno != EACCES)
            return false;
    }
    return true;
}

struct mailbox *
maildir_open(int root, const char *path, const char *where, const char *done, enum settle settle,
             GError **error)
{
    struct maildir *maildir = g_new0(struct maildir, 1);
    maildir->base.class = &maildir_class;
    maildir->base.settle = settle;
    maildir->root = root;
    maildir->path = g_strdup(path);
    maildir->where = g_strdup(where);
    maildir->done = g_strdup(done);
    maildir->dir = maildir->sub[0] = maildir->sub[1] = maildir->done_cur = -1;
    maildir->text = g_string_chunk_new(64 * 1024);
    maildir->names = g_ptr_array_new();
    if (!wake(maildir, error) || !list(maildir, 0, error) || !list(maildir, 1, error)) {
        maildir_free(&maildir->base);
        return NULL;
    }
    g_ptr_array_sort(maildir->names, compare_names);
    maildir->base.expected = maildir->names->len;
    return &maildir->base;
}

void
maildir_own_root(struct mailbox *mailbox)
{
    maildir_of(mailbox)->owns_root = true;
}
