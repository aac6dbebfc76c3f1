/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saved_view - the menu of kept selections on the list of mails
 *
 * A viewer does not see those of others that ask what only analysts may.
 */
#pragma once

#include <jansson.h>

#include "http/visit.h"
#include "select/selection.h"

/* A query string as a selection, without its place; FAULT_REJECT. */
struct selection *saved_view_parse(const char *query, GError **error);
/* Adds `saved` [{id, name, href, here, owner, shared, may_delete}], `any_saved`, `may_save`. */
bool saved_view_put(struct visit *visit, const struct selection *selection, json_t *view,
                    GError **error);
