/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auto - cleanup attributes for handles of the C library
 *
 * GLib's own types have g_autoptr already; handles of other libraries get theirs in the one room
 * that may use the library.
 */
#pragma once

#include <dirent.h>
#include <glib.h>
#include <stdio.h>
#include <unistd.h>

/* Closes the descriptor unless it is negative. */
static inline void
auto_close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* `auto_fd int fd = open(...)`: closed when the scope ends. Set it to -1 to keep it open. */
#define auto_fd __attribute__((cleanup(auto_close_fd)))

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FILE, fclose)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DIR, closedir)
