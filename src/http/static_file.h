/* SPDX-License-Identifier: Apache-2.0 */
/*
 * static_file - style sheets, scripts, fonts and pictures, held in memory
 *
 * All files of a folder whose ending is known, and of its folders; read once at start. No path of a
 * request ever reaches the file system.
 * Limits:  STATIC_FILES_MAX files, STATIC_OCTETS_MAX octets in all: FAULT_OPERATOR.
 * Threads: read-only after opening.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define STATIC_FILES_MAX 500
#define STATIC_OCTETS_MAX (64 * 1024 * 1024)

struct static_file {
    GBytes *octets;
    GBytes *packed;   /* the same as gzip; NULL: not worth it */
    const char *type; /* static */
    char *tag;        /* "\"16 hex digits\"", for ETag */
    char *packed_tag; /* that of `packed` */
};

struct static_files;

struct static_files *static_files_open(const char *folder, GError **error);
void static_files_free(struct static_files *files); /* NULL is allowed */
typedef struct static_files StaticFiles;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StaticFiles, static_files_free)
/* "style.css", "vendor/x.woff2"; NULL: none. */
const struct static_file *static_file(const struct static_files *files, const char *name);
/* Changes whenever a file does: goes into links, so that a browser asks anew. */
const char *static_files_version(const struct static_files *files);
