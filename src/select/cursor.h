/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cursor - a place in a list, as an opaque text (the parameter `after`)
 *
 * Holds the sort value and the id of the row at the edge of a page, the direction, and a hash of
 * the filters and the order: with others it is refused (FAULT_REJECT). Threads: no state.
 */
#pragma once

#include "select/selection.h"

struct cursor {
    bool backward; /* the page before this row */
    char *value;   /* of the sort expression, as the server writes it; any octets; owned */
    int64_t id;
};

void cursor_clear(struct cursor *cursor);
typedef struct cursor Cursor;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Cursor, cursor_clear)
/* Letters, digits, "-", "_" and "."; caller frees. */
char *cursor_text(const struct selection *selection, const struct cursor *cursor);
/* Reads selection->after, which is not NULL. */
bool cursor_read(const struct selection *selection, struct cursor *cursor, GError **error);
