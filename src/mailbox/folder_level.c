/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/folder_level.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "mailbox/beneath.h"

static struct folder_level *
level_new(int fd, const char *path)
{
    struct folder_level *level = g_new0(struct folder_level, 1);
    level->fd = fd;
    level->path = g_strdup(path);
    level->names = g_ptr_array_new_with_free_func(g_free);
    return level;
}

void
folder_level_free(void *level)
{
    struct folder_level *gone = level;
    if (gone == NULL)
        return;
    if (gone->fd >= 0)
        close(gone->fd);
    g_ptr_array_unref(gone->names);
    g_free(gone->path);
    g_free(gone);
}

/* 'f', 'd', or 0 for anything else. */
static char
kind_of(int fd, const struct dirent *entry)
{
    struct stat there;
    if (entry->d_type == DT_REG)
        return 'f';
    if (entry->d_type == DT_DIR)
        return 'd';
    if (entry->d_type != DT_UNKNOWN || fstatat(fd, entry->d_name, &there, AT_SYMLINK_NOFOLLOW) != 0)
        return 0;
    return S_ISREG(there.st_mode) ? 'f' : S_ISDIR(there.st_mode) ? 'd' : 0;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    const char *const *left = a, *const *right = b;
    return strcmp(*left + 1, *right + 1);
}

/* A Maildir of which one half is missing: what lies in tmp/ is still being written. */
static void
leave_out_tmp(struct folder_level *level)
{
    const char *tmp = "dtmp";
    guint at;
    if ((g_ptr_array_find_with_equal_func(level->names, "dcur", g_str_equal, NULL) ||
         g_ptr_array_find_with_equal_func(level->names, "dnew", g_str_equal, NULL)) &&
        g_ptr_array_find_with_equal_func(level->names, tmp, g_str_equal, &at))
        g_ptr_array_remove_index(level->names, at);
}

struct folder_level *
folder_level_open(int fd, const char *path, const char *left_out, GError **error)
{
    struct folder_level *level = level_new(fd, path);
    int listed = beneath_open_folder(fd, "");
    g_autoptr(DIR) dir = listed >= 0 ? fdopendir(listed) : NULL;
    struct dirent *entry;
    int cause = dir == NULL ? errno : 0;
    while (dir != NULL) {
        char kind;
        errno = 0;
        entry = readdir(dir);
        if (entry == NULL) {
            cause = errno;
            break;
        }
        if (entry->d_name[0] == '.' || g_strcmp0(entry->d_name, left_out) == 0)
            continue;
        kind = kind_of(fd, entry);
        if (kind != 0)
            g_ptr_array_add(level->names, g_strdup_printf("%c%s", kind, entry->d_name));
        level->files += kind == 'f';
        level->others += kind == 0;
    }
    if (cause != 0) {
        beneath_set_error(error, "list", *path != '\0' ? path : ".", cause);
        if (dir == NULL && listed >= 0)
            close(listed);
        folder_level_free(level);
        return NULL;
    }
    g_ptr_array_sort(level->names, compare_names);
    leave_out_tmp(level);
    return level;
}

struct folder_level *
folder_level_of_file(int fd, const char *name)
{
    struct folder_level *level = level_new(fd, "");
    g_ptr_array_add(level->names, g_strconcat("f", name, NULL));
    return level;
}

char *
folder_level_next(struct folder_level *level, bool *is_folder)
{
    const char *entry;
    if (level->next >= level->names->len)
        return NULL;
    entry = g_ptr_array_index(level->names, level->next++);
    *is_folder = entry[0] == 'd';
    return *level->path != '\0' ? g_strconcat(level->path, "/", entry + 1, NULL)
                                : g_strdup(entry + 1);
}
