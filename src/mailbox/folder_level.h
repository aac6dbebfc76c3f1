/* SPDX-License-Identifier: Apache-2.0 */
/* folder_level - the names in one folder, in order, as folder walks through them */
#pragma once

#include <stdint.h>

#include <glib.h>
#include <stdbool.h>

struct folder_level {
    int fd;
    char *path;       /* below the root; "" for the root */
    GPtrArray *names; /* "fNAME" a regular file, "dNAME" a folder */
    guint next;
    uint64_t files;
    uint64_t others; /* symbolic links, FIFOs, devices: left out */
};

/* Lists `fd`, which it takes over in any case. `left_out` (may be NULL) is one more name that is
 * passed over. */
struct folder_level *folder_level_open(int fd, const char *path, const char *left_out,
                                       GError **error);
/* A level of this one file. Takes over `fd`. */
struct folder_level *folder_level_of_file(int fd, const char *name);
void folder_level_free(void *level); /* NULL is allowed */
/* The path below the root of the next name; NULL at the end. Caller frees. */
char *folder_level_next(struct folder_level *level, bool *is_folder);
