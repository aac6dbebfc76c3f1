/* SPDX-License-Identifier: Apache-2.0 */
#include "mailbox/state_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "mailbox/beneath.h"

#define SYSTEM_FOLDER "/run/lafayette"
#define NAME_OCTETS_MAX 60 /* times three, and a suffix, fits into a file name */

int
state_folder_open_path(const char *path, GError **error)
{
    struct stat there;
    int fd;
    if (g_mkdir_with_parents(path, 0700) != 0) {
        beneath_set_error(error, "make", path, errno);
        return -1;
    }
    fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &there) != 0) {
        beneath_set_error(error, "open", path, errno);
    } else if ((there.st_mode & S_IWOTH) != 0) {
        g_set_error(error, FAULT, FAULT_OPERATOR, "%s: everybody may write there", path);
    } else if (faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) != 0) {
        beneath_set_error(error, "write into", path, errno);
    } else {
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

int
state_folder_open(char **path, GError **error)
{
    const char *state = getenv("LAFAYETTE_STATE");
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    g_autofree char *chosen = NULL;
    int fd;
    if (state != NULL && *state != '\0')
        chosen = g_strdup(state);
    else if (faccessat(AT_FDCWD, SYSTEM_FOLDER, W_OK | X_OK, AT_EACCESS) == 0)
        chosen = g_strdup(SYSTEM_FOLDER);
    else if (runtime != NULL && *runtime == '/')
        chosen = g_build_filename(runtime, "lafayette", NULL);
    else
        chosen = g_build_filename("var", "run", NULL);
    fd = state_folder_open_path(chosen, error);
    if (fd >= 0 && path != NULL)
        *path = g_steal_pointer(&chosen);
    return fd;
}

/* A person who looks after the service as root must not shut its account out of its own folder.
 * Where it fails (a network's disk) the file stays as it is. */
static bool
give_to_owner(int fd, int folder)
{
    struct stat of;
    return geteuid() != 0 || (fstat(folder, &of) == 0 && fchown(fd, of.st_uid, of.st_gid) == 0);
}

int
state_folder_open_file(int folder, const char *path, const char *file, GError **error)
{
    static const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    int fd = openat(folder, file, flags | O_EXCL, 0600);
    if (fd >= 0)
        (void)give_to_owner(fd, folder);
    else if (errno == EEXIST)
        fd = openat(folder, file, flags, 0600);
    if (fd < 0) {
        int cause = errno;
        g_autofree char *whole = g_build_filename(path, file, NULL);
        beneath_set_error(error, "open", whole, cause);
    }
    return fd;
}

char *
state_folder_file(const char *name, const char *suffix)
{
    GString *file = g_string_new(NULL);
    for (size_t i = 0; i < NAME_OCTETS_MAX && name[i] != '\0'; i++) {
        if (g_ascii_isalnum(name[i]) || name[i] == '-' || name[i] == '_')
            g_string_append_c(file, name[i]);
        else
            g_string_append_printf(file, "%%%02X", (unsigned char)name[i]);
    }
    g_string_append(file, suffix);
    return g_string_free(file, FALSE);
}
