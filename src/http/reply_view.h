/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reply_view - answers to complaints as a page shows them, their text too: for analysts
 *
 * Text is what the answer's text parts say, decoded, links made harmless; REPLY_VIEW_CHARS of each
 * of the first REPLY_VIEW_TEXTS. Threads: one worker.
 */
#pragma once

#include <jansson.h>

#include "select/reply_rows.h"

#define REPLY_VIEW_TEXTS 20
#define REPLY_VIEW_CHARS 8000

/* For the template reply_list. `contact` is meant where a row does not say which; NULL: not known
 * either. NULL with *error: the database is away. Caller decrefs. */
json_t *reply_view(struct db *db, const struct reply_rows *rows, const char *contact,
                   GError **error);
