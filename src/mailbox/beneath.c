/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* renameat2 */
#include "mailbox/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/auto.h"
#include "base/fault.h"

#define MOVE_TRIES 1000

static int
open_folder(int parent, const char *name)
{
    return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int
beneath_open_folder(int root, const char *path)
{
    int folder = open_folder(root, ".");
    while (folder >= 0 && *path != '\0') {
        size_t len = strcspn(path, "/");
        g_autofree char *name = g_strndup(path, len);
        auto_fd int parent = folder;
        path += len + (path[len] == '/' ? 1 : 0);
        if (strcmp(name, "..") == 0) {
            errno = ELOOP;
            return -1;
        }
        folder = open_folder(parent, len > 0 ? name : ".");
    }
    return folder;
}

int
beneath_open_parent(int root, const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    g_autofree char *folder = g_strndup(path, slash != NULL ? (size_t)(slash - path) : 0);
    *name = slash != NULL ? slash + 1 : path;
    return beneath_open_folder(root, folder);
}

int
beneath_make_folder(int parent, const char *name)
{
    if (mkdirat(parent, name, 0700) == 0) {
        if (fsync(parent) != 0)
            return -1;
    } else if (errno != EEXIST) {
        return -1;
    }
    return open_folder(parent, name);
}

static bool
move_once(int from, const char *name, int to, const char *target)
{
    struct stat there;
    if (renameat2(from, name, to, target, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    /* A file system that cannot tell (NFS): two movers of one name at one instant are unlikely. */
    if (fstatat(to, target, &there, AT_SYMLINK_NOFOLLOW) == 0) {
        errno = EEXIST;
        return false;
    }
    return errno == ENOENT && renameat(from, name, to, target) == 0;
}

bool
beneath_move(int from, const char *name, int to, const char *stem, const char *tail)
{
    for (int n = 1; n <= MOVE_TRIES; n++) {
        g_autofree char *target =
            n == 1 ? g_strconcat(stem, tail, NULL) : g_strdup_printf("%s.%d%s", stem, n, tail);
        if (move_once(from, name, to, target))
            return true;
        if (errno != EEXIST)
            return false;
    }
    return false;
}

void
beneath_set_error(GError **error, const char *what, const char *path, int cause)
{
    enum fault code = FAULT_RETRY;
    switch (cause) {
    case EACCES:
    case EPERM:
    case EROFS:
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG:
        code = FAULT_OPERATOR;
        break;
    default:
        break;
    }
    g_set_error(error, FAULT, (int)code, "%s %s: %s", what, path, g_strerror(cause));
}
