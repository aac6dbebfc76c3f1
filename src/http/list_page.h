/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_page - what every list shares: the selection of a request, its chips, links and title
 *
 * In:      a query string ("/email?type=bounce&days=2") or one of the original's paths
 *          ("/email/type/bounce/days/2"). Links on the page are of the query form.
 * Errors:  FAULT_REJECT for what can't be asked. A viewer who asks what only analysts may is
 *          answered 403 here; `answered` is set then.
 */
#pragma once

#include <jansson.h>

#include "http/visit.h"
#include "select/selection_path.h"

struct list_page {
    struct selection *selection;
    enum selection_of of;
    char *title;
    bool answered; /* redirected, 403 or 404: nothing more is to do */
};

/* What a query string, form or kept query selects; `others` as selection_parse() has them. */
struct selection *list_page_selection(const struct form *form, const char *const *others,
                                      GError **error);
/* The query string alone, whatever the path is. `others`: names that are this page's own, or
 * NULL. */
bool list_page_read_query(struct visit *visit, enum selection_of of, const char *title,
                          const char *const *others, struct list_page *page, GError **error);
/* Query string or one of the original's paths; `of` and `title` hold for the query form. */
bool list_page_read(struct visit *visit, enum selection_of of, const char *title,
                    const char *const *others, struct list_page *page, GError **error);
void list_page_clear(struct list_page *page);
/* "PLACE?QUERY"; caller frees. */
char *list_page_link(const char *place, const struct selection *selection, bool with_after);
/* Adds chips, query, filter values (form), window, next and previous to the view. `place` is the
 * page that the links go to. */
void list_page_put(const struct list_page *page, const char *place, const char *next,
                   const char *previous, json_t *view);
