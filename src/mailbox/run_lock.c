/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/run_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/fault.h"
#include "mailbox/beneath.h"
#include "mailbox/state_folder.h"

struct run_lock {
    int fd;
};

/* Opens NAME.lock; -1 with *error. */
static int
open_lock(int folder, const char *path, const char *file, struct stat *there, GError **error)
{
    int fd = state_folder_open_file(folder, path, file, error);
    if (fd < 0)
        return -1;
    if (fstat(fd, there) != 0)
        beneath_set_error(error, "open", file, errno);
    else if (!S_ISREG(there->st_mode))
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s/%s: not a regular file", path, file);
    else
        return fd;
    close(fd);
    return -1;
}

/* The pid is for people; the time is for `stuckAfter`, by the clock that tests may pin. */
static void
sign(int fd)
{
    struct timespec now[2] = { { .tv_sec = clock_now() }, { .tv_sec = clock_now() } };
    if (ftruncate(fd, 0) == 0)
        dprintf(fd, "%ld\n", (long)getpid());
    futimens(fd, now);
}

struct run_lock *
run_lock_take(const char *name, bool *held, int64_t *since, char **folder, GError **error)
{
    g_autofree char *file = state_folder_file(name, ".lock");
    g_autofree char *path = NULL;
    struct stat there;
    struct run_lock *lock = NULL;
    auto_fd int dir = state_folder_open(&path, error);
    auto_fd int fd = dir < 0 ? -1 : open_lock(dir, path, file, &there, error);
    *held = false;
    if (fd < 0)
        return NULL;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
        sign(fd);
        lock = g_new0(struct run_lock, 1);
        lock->fd = fd;
        fd = -1;
    } else if (errno == EWOULDBLOCK) {
        *held = true;
        if (since != NULL)
            *since = there.st_mtim.tv_sec;
    } else {
        beneath_set_error(error, "lock", file, errno);
        return NULL;
    }
    if (folder != NULL)
        *folder = g_steal_pointer(&path);
    return lock;
}

void
run_lock_free(struct run_lock *lock)
{
    if (lock == NULL)
        return;
    flock(lock->fd, LOCK_UN); /* a child that was forked meanwhile has the file open, too */
    close(lock->fd);
    g_free(lock);
}
