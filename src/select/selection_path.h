/* SPDX-License-Identifier: Apache-2.0 */
/*
 * selection_path - the original's routes with filters in the path, as selections
 *
 * In:      the path behind the leading slash, split at its slashes, each piece percent-decoded
 *          ("email", "type", "bounce", "days", "2"); hostile. A last piece that is "" stands for
 *          the final slash.
 * Out:     what it selects, of which table, and the page's title.
 * Windows, limits, raw LIKE patterns: as the original (selection.h tells the forms). /email/,
 * /email/type/, /email/days/ and /email/fbtype/ (but for abuse and the other types by their names)
 * show auth-failure only.
 */
#pragma once

#include "select/selection.h"

#define SELECTION_PIECES_MAX 16

enum selection_of { SELECT_EMAILS, SELECT_URLS, SELECT_URLS_OF_MAILS /* by the mails' arrival */ };

struct selection_path {
    enum selection_of of;
    struct selection *selection; /* owned */
    char *title;                 /* owned: "Email List 2026-01-01 - 2026-01-03 UTC" */
};

enum selection_path_answer {
    PATH_FOUND,
    PATH_NONE, /* no such route: 404 */
    PATH_BAD,  /* a word that is not known: 400, *error (FAULT_REJECT) tells */
    PATH_SLASH /* the route is that with a final slash: redirect */
};

/* Routes that begin with "email" or "url", but /email/id/, graphs and map. */
enum selection_path_answer selection_from_path(const char *const *pieces, size_t count, int64_t now,
                                               struct selection_path *path, GError **error);
void selection_path_clear(struct selection_path *path);
/* Its title for any selection: `text`, then the window and the limit as the original writes
 * them. */
char *selection_title(const char *text, const struct selection *selection, int64_t now);
