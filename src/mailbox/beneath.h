/* SPDX-License-Identifier: Apache-2.0 */
/*
 * beneath - files and folders below an open folder, reached without following symbolic links
 *
 * Who can write into the mailbox must not be able to point the ingester, which may have more
 * rights, at other files. Paths are relative, with "/" between names; "" is the root itself.
 * All functions set errno on failure. Threads: no state.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* The folder `path` below `root`, opened for reading; -1 on failure. Caller closes. */
int beneath_open_folder(int root, const char *path);
/* The folder that holds the last name of `path`; *name points to that name within `path`. */
int beneath_open_parent(int root, const char *path, const char **name);
/* The folder `name` in `parent`, made (0700, on disk before this returns) when it is missing; -1
 * on failure. Caller closes. */
int beneath_make_folder(int parent, const char *name);
/* Renames from/name to to/STEM TAIL. A file that is there already is never replaced: then the new
 * name is STEM.2 TAIL, STEM.3 TAIL ... */
bool beneath_move(int from, const char *name, int to, const char *stem, const char *tail);
/* Sets an error of domain FAULT, "WHAT PATH: reason": FAULT_OPERATOR when a person must act
 * (rights, a wrong path), else FAULT_RETRY. */
void beneath_set_error(GError **error, const char *what, const char *path, int cause);
