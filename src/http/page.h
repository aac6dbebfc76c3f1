/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page - HTML pages out of templates, errors, and JSON answers
 *
 * Every template gets, beside its own view: title, version (of the program), files (version of the
 * static files), path, theme ("light", "dark" or ""), csrf, user {name, role, analyst, admin} when
 * somebody is logged in, nav [{href, text, here}], flash {text, kind} after a change.
 */
#pragma once

#include <jansson.h>

#include "http/visit.h"

/* Takes `view` over, which is an object. */
bool page_render(struct visit *visit, unsigned status, const char *template_name, const char *title,
                 json_t *view, GError **error);
/* An error as a page that helps, or as {"error": {"status", "message"}} for the API. Of a form that
 * is refused for the sake of its log-in (401, 403) it shows what was written (sent_text.h). */
void page_error(struct visit *visit, unsigned status, const char *message);
/* Takes `value` over. */
bool page_json(struct visit *visit, unsigned status, json_t *value, GError **error);
/* Redirects to `place` and shows the text there, once; `kind` is "ok" or "bad". */
void page_flash(struct visit *visit, const char *place, const char *kind, const char *text);
