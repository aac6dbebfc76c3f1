/* SPDX-License-Identifier: Apache-2.0 */
/*
 * state_folder - where a run keeps its lock and its journal
 *
 * $LAFAYETTE_STATE; else /run/lafayette when it is there and writable; else
 * $XDG_RUNTIME_DIR/lafayette; else var/run in the current folder. Never a folder that everybody
 * may write to, such as /tmp. All but /run/lafayette are made (0700) when missing.
 */
#pragma once

#include <glib.h>

/* An open folder, or -1 with FAULT_OPERATOR. Caller closes; *path (may be NULL) is its name, caller
 * frees. */
int state_folder_open(char **path, GError **error);
/* The folder `path` itself: made when missing, refused when everybody, or not we, may write to
 * it. */
int state_folder_open_path(const char *path, GError **error);
/* The file of that name in the open folder `folder`, called `path` in errors, for reading and
 * writing; made (0600) when missing, and then the folder's owner's when we are root. No symbolic
 * link is followed. Whether it is a regular file is the caller's to ask. -1 with FAULT_OPERATOR or
 * FAULT_RETRY; caller closes. */
int state_folder_open_file(int folder, const char *path, const char *file, GError **error);
/* "NAME.lock" and the like, with all of NAME but letters, digits, "-" and "_" turned into %XX; so
 * two names never share a file. Caller frees. */
char *state_folder_file(const char *name, const char *suffix);
