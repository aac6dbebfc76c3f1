/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/mbox_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/fault.h"
#include "mailbox/beneath.h"

#define STEP_MS 50
#define STALE_SECONDS 300

/* A file system that has no locks (some NFS) counts as locked: nobody else can lock there. */
static bool
lock_fcntl(int fd, short kind)
{
    struct flock lock = { .l_type = kind, .l_whence = SEEK_SET };
    return fcntl(fd, F_SETLK, &lock) == 0 || errno == ENOLCK || errno == EOPNOTSUPP;
}

/* True when FILE.lock is there and its owner may be alive. */
static bool
is_dot_locked(int folder, const char *lock)
{
    struct stat there;
    struct timespec now;
    if (fstatat(folder, lock, &there, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec - there.st_mtim.tv_sec < STALE_SECONDS;
}

/* Waits a step; false when the time is up. */
static bool
wait_step(unsigned *left_ms)
{
    struct timespec step = { .tv_nsec = STEP_MS * 1000000L };
    if (*left_ms < STEP_MS)
        return false;
    *left_ms -= STEP_MS;
    nanosleep(&step, NULL);
    return true;
}

static bool
fail_locked(GError **error, const char *name)
{
    g_set_error(error, FAULT, FAULT_RETRY, "%s: locked by another program", name);
    return false;
}

bool
mbox_lock_quiet(int folder, const char *name, int fd, unsigned wait_ms, GError **error)
{
    g_autofree char *lock = g_strconcat(name, ".lock", NULL);
    for (;;) {
        bool quiet = lock_fcntl(fd, F_RDLCK);
        int cause = errno;
        if (!quiet && cause != EACCES && cause != EAGAIN) {
            beneath_set_error(error, "lock", name, cause);
            return false;
        }
        if (quiet && !is_dot_locked(folder, lock)) {
            lock_fcntl(fd, F_UNLCK);
            return true;
        }
        lock_fcntl(fd, F_UNLCK);
        if (!wait_step(&wait_ms))
            return fail_locked(error, name);
    }
}

bool
mbox_lock_take(int folder, const char *name, int fd, unsigned wait_ms, GError **error)
{
    g_autofree char *lock = g_strconcat(name, ".lock", NULL);
    for (;;) {
        auto_fd int dot =
            openat(folder, lock, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (dot >= 0) {
            dprintf(dot, "%ld\n", (long)getpid());
            break;
        }
        if (errno != EEXIST) {
            beneath_set_error(error, "make", lock, errno);
            return false;
        }
        if (!is_dot_locked(folder, lock)) {
            if (unlinkat(folder, lock, 0) == 0 || errno == ENOENT)
                continue;
            beneath_set_error(error, "remove", lock, errno);
            return false;
        }
        if (!wait_step(&wait_ms))
            return fail_locked(error, name);
    }
    while (!lock_fcntl(fd, F_WRLCK)) {
        int cause = errno;
        if (cause == EACCES || cause == EAGAIN) {
            if (wait_step(&wait_ms))
                continue;
            fail_locked(error, name);
        } else {
            beneath_set_error(error, "lock", name, cause);
        }
        mbox_lock_drop(folder, name);
        return false;
    }
    return true;
}

void
mbox_lock_drop(int folder, const char *name)
{
    g_autofree char *lock = g_strconcat(name, ".lock", NULL);
    unlinkat(folder, lock, 0);
}
