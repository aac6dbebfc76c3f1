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
/* The folder `path` itself: made when missing, refused when everybody may write to it. */
int state_folder_open_path(const char *path, GError **error);
/* "NAME.lock" and the like, with all of NAME but letters, digits, "-" and "_" turned into %XX; so
 * two names never share a file. Caller frees. */
char *state_folder_file(const char *name, const char *suffix);
