/* SPDX-License-Identifier: Apache-2.0 */
/* folder_read - the files of a folder one after another, for the floors of `make bench` */
#pragma once

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

struct folder_total {
    guint64 files, octets;
};

/* Calls `work` for each file, in the order of the folder; ends the program when there is none. */
static inline struct folder_total
folder_read(const char *path, void (*work)(const char *octets, gsize len, void *self), void *self)
{
    struct folder_total total = { 0, 0 };
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
        g_ptr_array_add(names, g_build_filename(path, name, NULL));
    g_clear_pointer(&dir, g_dir_close);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *octets = NULL;
        gsize len = 0;
        if (!g_file_get_contents(g_ptr_array_index(names, i), &octets, &len, NULL))
            continue;
        work(octets, len, self);
        total.files++;
        total.octets += len;
    }
    if (total.files == 0) {
        fprintf(stderr, "%s: no files\n", path);
        exit(66);
    }
    return total;
}
