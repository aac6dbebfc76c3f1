/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "mailbox/beneath.h"
#include "mailbox/expire.h"

/* One of the folder's cur/ and new/; takes the descriptor over. */
static bool
expire_files(int fd, int64_t before, bool dry, uint64_t *count)
{
    g_autoptr(DIR) dir = fdopendir(fd);
    struct dirent *entry;
    if (dir == NULL) {
        close(fd);
        return false;
    }
    for (errno = 0; (entry = readdir(dir)) != NULL; errno = 0) {
        struct stat there;
        if (entry->d_name[0] == '.' ||
            fstatat(dirfd(dir), entry->d_name, &there, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(there.st_mode) || there.st_mtime >= before)
            continue;
        if (!dry && unlinkat(dirfd(dir), entry->d_name, 0) != 0) {
            if (errno == ENOENT)
                continue; /* somebody was faster */
            return false;
        }
        (*count)++;
    }
    return errno == 0;
}

bool
maildir_expire(const char *path, const char *done, int64_t before, bool dry, uint64_t *count,
               GError **error)
{
    static const char *const subs[] = { "cur", "new" };
    auto_fd int root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) {
        beneath_set_error(error, "open", path, errno);
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(subs); i++) {
        g_autofree char *name = g_strdup_printf(".%s/%s", done, subs[i]);
        int fd = beneath_open_folder(root, name);
        if (fd < 0 && errno == ENOENT)
            continue;
        if (fd < 0 || !expire_files(fd, before, dry, count)) {
            g_autofree char *where = g_strdup_printf("%s/%s", path, name);
            beneath_set_error(error, "expire", where, errno);
            return false;
        }
    }
    return true;
}
