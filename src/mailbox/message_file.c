/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/message_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "mailbox/mbox_line.h"

bool
message_file_open(int folder, const char *name, struct message_file *file, char **refused)
{
    struct stat before;
    *refused = NULL;
    /* Looked at before it is opened: opening a device may do something. */
    if (fstatat(folder, name, &before, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno != ENOENT)
            *refused = g_strdup_printf("open: %s", g_strerror(errno));
        return false;
    }
    if (!S_ISREG(before.st_mode)) {
        *refused = g_strdup("not a regular file");
        return false;
    }
    /* O_NONBLOCK: should it have become a FIFO in between, nobody waits for a writer. */
    file->fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (file->fd < 0) {
        if (errno != ENOENT)
            *refused = g_strdup_printf("open: %s", g_strerror(errno));
        return false;
    }
    if (fstat(file->fd, &file->stat) != 0 || !S_ISREG(file->stat.st_mode)) {
        *refused = g_strdup("not a regular file");
        close(file->fd);
        file->fd = -1;
        return false;
    }
    return true;
}

/* Reads from offset 0 until `max` octets or the end; -1 on failure. */
static ssize_t
read_front(int fd, char *out, size_t max)
{
    size_t len = 0;
    while (len < max) {
        ssize_t got = pread(fd, out + len, max - len, (off_t)len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        len += (size_t)got;
    }
    return (ssize_t)len;
}

size_t
message_file_peek(const struct message_file *file, char *out, size_t max)
{
    ssize_t len = read_front(file->fd, out, max);
    return len > 0 ? (size_t)len : 0;
}

static char *
too_large(uint64_t octets)
{
    return g_strdup_printf("%" G_GUINT64_FORMAT " octets, more than the limit of %d", octets,
                           LIMIT_MESSAGE_OCTETS);
}

/* All octets up to the end of file; NULL with *refused when it is too large or reading failed. */
static GBytes *
read_whole(const struct message_file *file, char **refused)
{
    uint64_t size = (uint64_t)MAX(file->stat.st_size, 0);
    g_autofree char *octets = NULL;
    ssize_t len;
    if (size > LIMIT_MESSAGE_OCTETS) {
        *refused = too_large(size);
        return NULL;
    }
    /* One octet more shows whether the file has grown meanwhile. */
    octets = g_malloc((size_t)size + 1);
    len = read_front(file->fd, octets, (size_t)size + 1);
    if (len < 0) {
        *refused = g_strdup_printf("read: %s", g_strerror(errno));
        return NULL;
    }
    if ((uint64_t)len > size) {
        *refused = g_strdup("it is being written to");
        return NULL;
    }
    return g_bytes_new_take(g_steal_pointer(&octets), (size_t)len);
}

struct delivery *
message_file_unreadable(const char *where, char *reason)
{
    struct delivery *delivery = g_new0(struct delivery, 1);
    delivery->where = text_utf8(span_of(where));
    delivery->unreadable = reason;
    delivery->received_date = CLOCK_UNKNOWN;
    delivery->date_is_weak = true;
    return delivery;
}

struct delivery *
message_file_delivery(const struct message_file *file, const char *where)
{
    char *refused = NULL;
    GBytes *octets = read_whole(file, &refused);
    struct delivery *delivery = message_file_unreadable(where, refused);
    delivery->octets = octets;
    delivery->received_date = file->stat.st_mtim.tv_sec;
    return delivery;
}

void
message_file_strip(struct delivery *delivery)
{
    int64_t date;
    struct span message = span_of_bytes(delivery->octets);
    size_t skipped = mbox_line_skip(message, &date);
    GBytes *whole = delivery->octets;
    if (skipped == 0)
        return;
    delivery->octets = g_bytes_new_from_bytes(whole, skipped, message.len - skipped);
    g_bytes_unref(whole);
    if (date == CLOCK_UNKNOWN)
        return;
    delivery->received_date = date;
    delivery->date_is_weak = false;
}

bool
message_file_is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}
